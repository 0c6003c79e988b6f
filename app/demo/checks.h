#pragma once

#include <QString>

#include <initializer_list>

namespace leeward::demo {

// What the checks and hands of several plays have in common.

// `what` unless it holds.
[[nodiscard]] QString need(bool held, const QString &what);
// The first complaint of several checks.
[[nodiscard]] QString first(std::initializer_list<QString> complaints);
// Rows of a list on screen; -1 when it is not there.
[[nodiscard]] int rowsOf(const QString &objectName);
// The row of a list in which some column shows `text`; -1 when none does.
[[nodiscard]] int rowShowing(const QString &objectName, const QString &text);
// In the form of a new incident, by the arrow keys.
void chooseIncidentType(const QString &code);

} // namespace leeward::demo
