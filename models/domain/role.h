#pragma once

#include "models/domain/registers.h"

#include <optional>
#include <span>
#include <vector>

namespace leeward {

// What a person is trusted with. Somebody may have several roles; each adds what it allows. Who
// may do what is one table, role.cpp; what is not in it nobody may do.
enum class Role
{
    Observer,      // 观察员: looks
    DutyOfficer,   // 值班员: takes reports, keeps the log, records what teams say
    Dispatcher,    // 调度员: orders teams
    Commander,     // 指挥员: also approves, and ends incidents
    DrillDirector, // 演练导演: directs drills; in a real realm looks
    Administrator, // 管理员: people, devices and registers; no dispatching
};
inline constexpr int roleCount = 6;

// Stable names for storage and wire: "duty_officer". The inverse is empty for anything else.
[[nodiscard]] QString roleName(Role role);
[[nodiscard]] std::optional<Role> roleFrom(QStringView name);
[[nodiscard]] const Words &words(Role role);

// One line of the table. A kind of operation may be several things to a hall: `detail` tells them
// apart, see docs/accounts.md; empty where there is only one.
struct Permission
{
    QLatin1StringView kind;
    QLatin1StringView detail;
    std::vector<Role> roles;
};
[[nodiscard]] std::span<const Permission> permissions();

// Null when no role may do it.
[[nodiscard]] const Permission *findPermission(QStringView kind, QStringView detail);
[[nodiscard]] bool mayDo(Role role, QStringView kind, QStringView detail);
[[nodiscard]] bool mayDo(const std::vector<Role> &roles, QStringView kind, QStringView detail);

// Positions are no operations: a tracker's gateway signs in as a user of its own with any role that
// works, not only looks.
[[nodiscard]] bool mayReportPositions(const std::vector<Role> &roles);

// --- areas of responsibility
// --------------------------------------------------------------------------------------------
// An area is a division code (GB/T 2260) and covers all that lies in that division: 33 a province,
// 3302 a city, 330203 a county, 330203001 a town, 330203001004 a village. Trailing zeros of a level
// mean nothing: 330200 is 3302. "*" is everywhere; no area at all is nowhere.
inline constexpr QChar everywhere = u'*';

// A division code without what means nothing; empty for what is no division code.
[[nodiscard]] QString significantDivision(QStringView code);
// As significantDivision(), and "*" is itself.
[[nodiscard]] QString normalArea(QStringView area);
// False for a row without a division unless an area is "*"; false for what is no code.
[[nodiscard]] bool areaCovers(const QStringList &areas, QStringView division);

} // namespace leeward
