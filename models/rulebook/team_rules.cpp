#include "models/rulebook/context.h"

#include <array>

namespace leeward::rulebook {

using namespace Qt::StringLiterals;

namespace {

Result<Verdict> overrideAvailability(Context &context)
{
    RULE_ARGS(op::OverrideAvailability, args);
    const store::Table &overrides = *store::findTable(u"team_override");
    TRY_ASSIGN(const auto team,
               store::findRow(context.db, *store::findTable(u"team"), args.team.text()));
    if (!team)
        REFUSE(RefusalReason::NotFound, {{u"table"_s, u"team"_s}, {u"id"_s, args.team.text()}});
    if (args.on && args.reason.trimmed().isEmpty())
        REFUSE(RefusalReason::ReasonNeeded, {{u"to"_s, stateName(Availability::Unavailable)}});
    if (args.on && args.until <= context.operation.occurredAt)
        REFUSE(RefusalReason::BadArguments, {{u"argument"_s, u"until"_s}});
    if (args.reason.size() > longestText)
        REFUSE(RefusalReason::BadArguments, {{u"argument"_s, u"reason"_s}});
    TRY_ASSIGN(const auto standing, store::findRow(context.db, overrides, args.team.text()));
    if (!args.on && !standing)
        REFUSE(RefusalReason::NothingToChange,
               {{u"table"_s, u"team_override"_s}, {u"id"_s, args.team.text()}});
    // Ending an override sets its end to now: nothing is deleted, and the row says who ended it.
    const FieldValues values = {
        {u"until"_s, toMs(args.on ? args.until : context.operation.occurredAt)},
        {u"reason"_s, args.on ? args.reason.trimmed() : standing->value(u"reason"_s).toString()},
        {u"author"_s, context.operation.author},
        {u"desk"_s, context.operation.desk},
        {u"set_at"_s, toMs(context.operation.occurredAt)}};
    if (standing) {
        TRY(store::updateRow(context.db, overrides, args.team.text(), values));
    } else {
        FieldValues row = values;
        row[u"id"_s] = args.team.text();
        TRY(store::insertRow(context.db, overrides, row));
    }
    return Verdict();
}

} // namespace

std::span<const NamedRule> teamRules()
{
    static constexpr std::array rules = {
        NamedRule{op::OverrideAvailability::kind, overrideAvailability}};
    return rules;
}

} // namespace leeward::rulebook
