#pragma once

#include <QSize>
#include <QStringList>

class QWidget;

namespace leeward::test {

// Labels and buttons that are seen and lack the room their words need, with what they say.
[[nodiscard]] QStringList clipped(const QWidget *window);

// Whether a window of this size has room on the screen; `./dev test` gives a screen that has.
[[nodiscard]] bool screenHas(QSize size);

// For a person to look at: the upper left part of the screen once nothing moves there any more, in
// the folder LEEWARD_PICTURES, called by the test's row and `more`. Nothing without the folder.
void keepPicture(QSize size, const QString &more = {});

} // namespace leeward::test
