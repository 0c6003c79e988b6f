#include "models/rulebook/rulebook.h"

#include "models/rulebook/context.h"

#include <algorithm>
#include <array>

namespace leeward::rulebook {

using namespace Qt::StringLiterals;

namespace {

std::array<std::span<const NamedRule>, 4> families()
{
    return {incidentRules(), assignmentRules(), recordRules(), teamRules()};
}

} // namespace

Result<Verdict> apply(store::Connection &db, const Operation &operation)
{
    const auto bad = [](const QString &argument) {
        return Verdict(refuse(RefusalReason::BadArguments, {{u"argument"_s, argument}}));
    };
    if (!operation.id.isValid())
        return bad(u"id"_s);
    if (operation.author.isEmpty() || operation.author.size() > longestName)
        return bad(u"author"_s);
    if (operation.desk.isEmpty() || operation.desk.size() > longestName)
        return bad(u"desk"_s);
    // What is yet to happen can not be recorded; it would also lock out every true step after it.
    if (operation.occurredAt > operation.recordedAt + std::chrono::minutes(5))
        return bad(u"occurred_at"_s);
    for (const auto &family : families()) {
        for (const NamedRule &named : family) {
            if (operation.kind == QLatin1StringView(named.kind)) {
                Context context{db, operation};
                Result<Verdict> verdict = named.rule(context);
                // A constraint that fails is the operation's fault and not the store's: as an error
                // it would be handed in again for ever, and all that is queued behind it would
                // wait.
                if (!verdict && verdict.error().code == Errc::AlreadyExists)
                    return Verdict(
                        refuse(RefusalReason::BadArguments, {{u"kind"_s, operation.kind}}));
                return verdict;
            }
        }
    }
    return Verdict(refuse(RefusalReason::UnknownOperation, {{u"kind"_s, operation.kind}}));
}

QStringList knownKinds()
{
    QStringList kinds;
    for (const auto &family : families()) {
        for (const NamedRule &named : family)
            kinds += QString(QLatin1StringView(named.kind));
    }
    return kinds;
}

Result<> change(Context &context, const QString &name, const QString &id, FieldValues values)
{
    const store::Table *table = store::findTable(name);
    if (!table)
        return fail(Errc::Internal, name);
    if (table->indexOf(u"changed_at") >= 0) {
        values[u"changed_at"_s] = toMs(context.operation.recordedAt);
        values[u"changed_by"_s] = context.operation.author;
    }
    return store::updateRow(context.db, *table, id, values);
}

QString derivedId(const Operation &operation, const QString &name)
{
    return leeward::derivedId(operation.id, name);
}

Result<> logIncident(Context &context, IncidentId incident, const QString &kind,
                     const QString &from, const QString &to, const QString &text)
{
    const Operation &operation = context.operation;
    return store::insertRow(context.db, *store::findTable(u"incident_event"),
                            {{u"id"_s, derivedId(operation, kind + u'/' + incident.text())},
                             {u"incident"_s, incident.text()},
                             {u"kind"_s, kind},
                             {u"from_state"_s, from},
                             {u"to_state"_s, to},
                             {u"text"_s, text},
                             {u"occurred_at"_s, toMs(operation.occurredAt)},
                             {u"recorded_at"_s, toMs(operation.recordedAt)},
                             {u"author"_s, operation.author},
                             {u"desk"_s, operation.desk}});
}

Result<> moveIncident(Context &context, const Incident &incident, IncidentState to,
                      const QString &reason)
{
    // An order moves its incident too, and may come from a desk whose clock is slow: the time does
    // not go back.
    const Instant since = std::max(incident.stateSince, context.operation.occurredAt);
    FieldValues values = {{u"state"_s, stateName(to)}, {u"state_since"_s, toMs(since)}};
    if (to == IncidentState::Reopened || forbidsOpenAssignments(to)) {
        // A reopened incident is closed by no timer that was set before; a closed one needs none.
        values[u"close_timer"_s] = QString();
        values[u"close_timer_due"_s] = QVariant();
    }
    if (to == IncidentState::Reopened) {
        values[u"reopened"_s] = incident.reopened + 1;
        values[u"duplicate_of"_s] = QString();
    }
    TRY(change(context, u"incident"_s, incident.id.text(), values));
    return logIncident(context, incident.id, u"state"_s, stateName(incident.state), stateName(to),
                       reason);
}

} // namespace leeward::rulebook
