#pragma once

#include <QStringList>

namespace leeward::ctl {

// `leewardctl roads import …` makes a road graph of an OpenStreetMap extract; `leewardctl roads eta
// …` asks it for one travel time. Answers an ExitCode; "no way" is an answer (Ok), not a failure.
[[nodiscard]] int roadsCommand(const QStringList &words);

} // namespace leeward::ctl
