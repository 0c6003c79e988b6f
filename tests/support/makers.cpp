#include "tests/support/makers.h"

#include "models/rulebook/rulebook.h"
#include "models/store/entries.h"
#include "models/store/migrations.h"
#include "models/store/search_index.h"

#include <QDir>
#include <QFileInfo>
#include <QSet>

namespace leeward::test {

using namespace Qt::StringLiterals;

Operation Maker::createTeam(TeamId id, const QString &code, const QString &name,
                            const QString &hours)
{
    FieldValues values = {{u"code"_s, code},   {u"name"_s, name},  {u"kind"_s, u"flood"_s},
                          {u"lon"_s, 113.264}, {u"lat"_s, 23.129}, {u"readiness_minutes"_s, 5}};
    if (!hours.isEmpty())
        values[u"duty_hours"_s] = hours;
    return operation(
        op::CreateRecord{.table = u"team"_s, .record = RecordId(id.raw()), .values = values});
}

Operation Maker::report(IncidentId id, const QString &title)
{
    return operation(op::ReportIncident{.incident = id,
                                        .type = u"flood"_s,
                                        .title = title,
                                        .place = LonLat{113.3, 23.1},
                                        .source = u"phone"_s});
}

Operation Maker::assign(AssignmentId id, IncidentId incident, TeamId team, TaskType type,
                        bool ordered)
{
    return operation(op::Assign{.assignment = id,
                                .incident = incident,
                                .team = team,
                                .taskType = stateName(type),
                                .task = u"转移群众"_s,
                                .ordered = ordered});
}

Operation Maker::advance(AssignmentId id, AssignmentState to, const QString &reason)
{
    return operation(
        op::AdvanceAssignment{.assignment = id, .to = stateName(to), .reason = reason});
}

Operation Maker::advance(IncidentId id, IncidentState to, const QString &reason)
{
    return operation(op::AdvanceIncident{.incident = id, .to = stateName(to), .reason = reason});
}

Operation Maker::note(IncidentId id, const QString &text)
{
    return operation(op::NoteIncident{.incident = id, .text = text});
}

Operation Maker::edit(const QString &table, RecordId id, const QString &field,
                      const QVariant &before, const QVariant &after)
{
    return operation(
        op::EditRecord{.table = table, .record = id, .changes = {{field, before, after}}});
}

store::Connection memoryRealm()
{
    store::Connection db = must(store::Connection::inMemory());
    must(store::applyAllMigrations(db));
    must(store::installSearchIndex(db));
    return db;
}

Result<Verdict> applyAlone(store::Connection &db, const Operation &operation)
{
    TRY_ASSIGN(store::Transaction transaction, store::Transaction::begin(db));
    TRY_ASSIGN(Verdict verdict, rulebook::apply(db, operation));
    if (verdict)
        TRY(transaction.commit());
    return verdict;
}

void applyOrDie(store::Connection &db, const Operation &operation)
{
    const auto outcome = applyAlone(db, operation);
    if (!outcome || !*outcome)
        qFatal("%s %s: %s", qPrintable(operation.kind), toBytes(operation).constData(),
               qPrintable(outcomeName(outcome)));
}

QString outcomeName(const Result<Verdict> &outcome)
{
    if (!outcome)
        return u"error: "_s + errcName(outcome.error().code) + u' ' + outcome.error().detail;
    return *outcome ? u"accepted"_s : refusalName(outcome->error().reason);
}

TemporaryRealm::TemporaryRealm()
    : m_folder((QFileInfo(u"/dev/shm"_s).isWritable() ? u"/dev/shm"_s : QDir::tempPath()) +
               u"/leeward-XXXXXX"_s)
{
}

QString journalFault(store::Connection &db)
{
    const auto entries = store::entriesAfter(db, 0, 1'000'000);
    if (!entries)
        return entries.error().detail;
    store::Head head;
    QSet<OperationId> seen;
    for (const store::Entry &entry : *entries) {
        if (entry.seq != head.seq + 1)
            return u"entry %1 after %2"_s.arg(entry.seq).arg(head.seq);
        if (entry.previousHash != head.hash || entry.hash != store::hashOf(entry))
            return u"hash of entry %1"_s.arg(entry.seq);
        if (seen.contains(entry.operation.id))
            return u"operation %1 twice"_s.arg(entry.operation.id.text());
        seen.insert(entry.operation.id);
        head = {entry.seq, entry.hash};
    }
    return {};
}

} // namespace leeward::test
