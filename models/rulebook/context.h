#pragma once

#include "models/domain/operation_codec.h"
#include "models/domain/refusal.h"
#include "models/store/dispatch_queries.h"
#include "models/store/tables.h"

namespace leeward::rulebook {

// What a rule works with: the store inside the caller's transaction and the operation it is asked
// to apply.
struct Context
{
    store::Connection &db;
    const Operation &operation;
};

using Rule = Result<Verdict> (*)(Context &context);

struct NamedRule
{
    const char *kind;
    Rule rule;
};

// The families, one file each.
[[nodiscard]] std::span<const NamedRule> incidentRules();
[[nodiscard]] std::span<const NamedRule> assignmentRules();
[[nodiscard]] std::span<const NamedRule> recordRules();
[[nodiscard]] std::span<const NamedRule> teamRules();

// --- shared by the families
// -----------------------------------------------------------------------------------------

// Reads the operation's arguments as `Body` or leaves the rule with a BadArguments refusal.
#define RULE_ARGS(Body, name)                                                                      \
    const auto name##Read = readArgs<Body>(context.operation.args);                                \
    if (!name##Read)                                                                               \
        return Verdict(refuse(RefusalReason::BadArguments,                                         \
                              {{QStringLiteral("argument"), name##Read.error().detail}}));         \
    const Body &name = *name##Read

// Leaves the rule with a refusal.
#define REFUSE(...) return Verdict(refuse(__VA_ARGS__))

// Changes columns of a row, and on tables that have them its changed_at and changed_by.
[[nodiscard]] Result<> change(Context &context, const QString &table, const QString &id,
                              FieldValues values);

// Appends to an incident's log. One event of each kind and operation; the id comes from the
// operation's.
[[nodiscard]] Result<> logIncident(Context &context, IncidentId incident, const QString &kind,
                                   const QString &from, const QString &to, const QString &text);

// A name-based id (RFC 9562 version 5) for a row that follows from this operation, the same on
// every desk.
[[nodiscard]] QString derivedId(const Operation &operation, const QString &name);

// Moves an incident, with its event. The caller has checked that it may.
[[nodiscard]] Result<> moveIncident(Context &context, const Incident &incident, IncidentState to,
                                    const QString &reason);

// The longest text the journal takes for reasons, notes and orders.
inline constexpr int longestText = 4000;
// The longest name of a person, a desk or a timer.
inline constexpr int longestName = 200;

} // namespace leeward::rulebook
