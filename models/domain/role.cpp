#include "models/domain/role.h"

#include <algorithm>
#include <array>

namespace leeward {

using namespace Qt::StringLiterals;

namespace {

using enum Role;

struct Named
{
    Role role;
    QLatin1StringView name;
    Words words;
};

const std::array<Named, roleCount> &named()
{
    static const std::array<Named, roleCount> all = {{
        {Observer, "observer"_L1, {u"观察员"_s, u"Observer"_s}},
        {DutyOfficer, "duty_officer"_L1, {u"值班员"_s, u"Duty officer"_s}},
        {Dispatcher, "dispatcher"_L1, {u"调度员"_s, u"Dispatcher"_s}},
        {Commander, "commander"_L1, {u"指挥员"_s, u"Commander"_s}},
        {DrillDirector, "drill_director"_L1, {u"演练导演"_s, u"Drill director"_s}},
        {Administrator, "administrator"_L1, {u"管理员"_s, u"Administrator"_s}},
    }};
    return all;
}

} // namespace

QString roleName(Role role)
{
    return QString(named()[static_cast<size_t>(role)].name);
}

std::optional<Role> roleFrom(QStringView name)
{
    for (const Named &one : named()) {
        if (one.name == name)
            return one.role;
    }
    return std::nullopt;
}

const Words &words(Role role)
{
    return named()[static_cast<size_t>(role)].words;
}

std::span<const Permission> permissions()
{
    // Whoever sits at the telephone may write down what is heard; sending somebody is for
    // dispatchers; what a hall signs for - approving, ending - is the commander's. Administrators
    // keep people and registers and dispatch nothing, so that no single account can do all.
    static const std::vector<Role> desk = {DutyOfficer, Dispatcher, Commander};
    static const std::vector<Role> orders = {Dispatcher, Commander};
    static const std::vector<Role> signs = {Commander};
    static const std::vector<Permission> table = {
        {"incident.report"_L1, {}, desk},
        {"incident.note"_L1, {}, desk},
        {"incident.advance"_L1, "verified"_L1, desk},
        {"incident.advance"_L1, "unfounded"_L1, desk},
        {"incident.advance"_L1, "duplicate"_L1, desk},
        {"incident.advance"_L1, "responding"_L1, orders},
        {"incident.advance"_L1, "stabilised"_L1, orders},
        // Reopening starts the response again: the side to err on.
        {"incident.advance"_L1, "reopened"_L1, orders},
        {"incident.advance"_L1, "terminated"_L1, signs},
        {"incident.advance"_L1, "closed"_L1, signs},
        {"incident.advance"_L1, "archived"_L1, signs},
        {"incident.close_timer"_L1, {}, signs},

        {"assignment.assign"_L1, "proposed"_L1, desk},
        {"assignment.assign"_L1, "ordered"_L1, orders},
        {"assignment.advance"_L1, "pending_approval"_L1, desk},
        {"assignment.advance"_L1, "ordered"_L1, orders},
        {"assignment.advance"_L1, "approve"_L1, signs}, // from pending approval to ordered
        {"assignment.advance"_L1, "delivered"_L1, desk},
        {"assignment.advance"_L1, "acknowledged"_L1, desk},
        {"assignment.advance"_L1, "mustering"_L1, desk},
        {"assignment.advance"_L1, "en_route"_L1, desk},
        {"assignment.advance"_L1, "staged"_L1, desk},
        {"assignment.advance"_L1, "on_scene"_L1, desk},
        {"assignment.advance"_L1, "working"_L1, desk},
        {"assignment.advance"_L1, "loaded"_L1, desk},
        {"assignment.advance"_L1, "to_destination"_L1, desk},
        {"assignment.advance"_L1, "at_destination"_L1, desk},
        {"assignment.advance"_L1, "completed"_L1, desk},
        {"assignment.advance"_L1, "returning"_L1, desk},
        {"assignment.advance"_L1, "cleared"_L1, desk},
        {"assignment.advance"_L1, "declined"_L1, desk}, // the team said so
        {"assignment.advance"_L1, "recalled"_L1, orders},
        {"assignment.advance"_L1, "cancelled"_L1, orders},
        {"assignment.advance"_L1, "withdraw"_L1, desk}, // from proposed to cancelled
        {"assignment.transfer"_L1, "divert"_L1, orders},
        {"assignment.transfer"_L1, "hand_over"_L1, orders},
        {"assignment.flag"_L1, {}, desk},
        {"assignment.retract"_L1, {}, orders},
        {"assignment.correct_time"_L1, {}, orders},

        {"team.override"_L1, {}, desk},

        {"record.edit"_L1, "incident"_L1, desk},
        {"record.edit"_L1, "register"_L1, {DutyOfficer, Dispatcher, Commander, Administrator}},
        {"record.create"_L1, "register"_L1, {Dispatcher, Commander, Administrator}},
        {"record.retire"_L1, "register"_L1, {Commander, Administrator}},
        {"record.import"_L1, "register"_L1, {Administrator}},
    };
    return table;
}

const Permission *findPermission(QStringView kind, QStringView detail)
{
    const auto table = permissions();
    const auto found = std::ranges::find_if(
        table, [&](const Permission &row) { return row.kind == kind && row.detail == detail; });
    return found == table.end() ? nullptr : &*found;
}

bool mayDo(Role role, QStringView kind, QStringView detail)
{
    return mayDo(std::vector{role}, kind, detail);
}

bool mayDo(const std::vector<Role> &roles, QStringView kind, QStringView detail)
{
    const Permission *row = findPermission(kind, detail);
    return row && std::ranges::any_of(
                      roles, [&](Role role) { return std::ranges::contains(row->roles, role); });
}

QString significantDivision(QStringView code)
{
    static constexpr std::array levels = {0, 2, 4, 6, 9, 12};
    const QStringView text = code.trimmed();
    const bool digits = std::ranges::all_of(text, [](QChar c) { return c >= u'0' && c <= u'9'; });
    const auto level = std::ranges::find(levels, static_cast<int>(text.size()));
    if (!digits || level == levels.end())
        return {};
    auto end = level;
    while (end != levels.begin()) {
        const auto start = std::prev(end);
        const QStringView part = text.sliced(*start, *end - *start);
        if (std::ranges::any_of(part, [](QChar c) { return c != u'0'; }))
            break;
        end = start;
    }
    return text.first(*end).toString();
}

QString normalArea(QStringView area)
{
    return area.trimmed() == everywhere ? QString(everywhere) : significantDivision(area);
}

bool areaCovers(const QStringList &areas, QStringView division)
{
    const QString where = significantDivision(division);
    return std::ranges::any_of(areas, [&](const QString &area) {
        const QString covered = normalArea(area);
        return covered == everywhere ||
               (!covered.isEmpty() && !where.isEmpty() && where.startsWith(covered));
    });
}

bool mayReportPositions(const std::vector<Role> &roles)
{
    return std::ranges::any_of(roles, [](Role role) {
        switch (role) {
        case Role::Observer:
        case Role::DrillDirector: return false;
        case Role::DutyOfficer:
        case Role::Dispatcher:
        case Role::Commander:
        case Role::Administrator: return true;
        }
        return false;
    });
}

} // namespace leeward
