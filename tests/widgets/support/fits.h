#pragma once

#include <QStringList>

class QWidget;

namespace leeward::test {

// Labels and buttons that are seen and lack the room their words need, with what they say.
[[nodiscard]] QStringList clipped(const QWidget *window);

} // namespace leeward::test
