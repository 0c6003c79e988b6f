#include "sync/verify.h"

#include "models/domain/assignment.h"
#include "models/domain/incident.h"
#include "models/rulebook/rulebook.h"
#include "models/store/changeset.h"
#include "models/store/dispatch_queries.h"
#include "models/store/entries.h"
#include "models/store/integrity.h"
#include "models/store/migrations.h"
#include "models/store/realm_copy.h"
#include "models/store/tables.h"

#include <QHash>
#include <QJsonArray>

#include <algorithm>

namespace leeward::sync {

using namespace Qt::StringLiterals;

namespace {

constexpr int faultsKept = 20;

void note(Check &check, const QString &fault)
{
    if (check.faults.size() < faultsKept)
        check.faults += fault;
}

// All entries in order: those of the archives, if they are given, then the file's own.
class Lines
{
public:
    [[nodiscard]] static Result<Lines> open(store::Connection &db, const Earlier &earlier)
    {
        TRY_ASSIGN(const store::Head base, store::journalBase(db));
        return Lines(db, base, earlier && base.seq > 0 ? earlier() : EntryStream());
    }
    // What the first of them follows.
    [[nodiscard]] store::Head start() const { return m_earlier ? store::Head() : m_base; }
    // The next ones; none at the end.
    [[nodiscard]] Result<std::vector<store::Entry>> next()
    {
        while (m_earlier) {
            TRY_ASSIGN(std::vector<store::Entry> entries, m_earlier());
            if (entries.empty()) {
                m_earlier = {};
                break;
            }
            std::erase_if(entries,
                          [this](const store::Entry &entry) { return entry.seq > m_base.seq; });
            if (!entries.empty())
                return entries;
        }
        TRY_ASSIGN(auto entries, store::entriesAfter(m_db, m_last, 500));
        if (!entries.empty())
            m_last = entries.back().seq;
        return entries;
    }

private:
    Lines(store::Connection &db, store::Head base, EntryStream earlier)
        : m_db(db)
        , m_base(std::move(base))
        , m_earlier(std::move(earlier))
        , m_last(m_base.seq)
    {
    }
    store::Connection &m_db;
    store::Head m_base;
    EntryStream m_earlier;
    qint64 m_last;
};

Result<Check> checkChain(store::Connection &db, const Earlier &earlier)
{
    Check check{.name = u"hash_chain"_s};
    TRY_ASSIGN(Lines lines, Lines::open(db, earlier));
    store::Head head = lines.start();
    while (true) {
        TRY_ASSIGN(const auto entries, lines.next());
        if (entries.empty())
            return check;
        for (const store::Entry &entry : entries) {
            ++check.looked;
            if (entry.seq != head.seq + 1)
                note(check, u"entry %1 follows entry %2"_s.arg(entry.seq).arg(head.seq));
            if (entry.previousHash != head.hash)
                note(check, u"entry %1 does not hash the one before"_s.arg(entry.seq));
            if (entry.hash != store::hashOf(entry))
                note(check, u"entry %1 has been changed"_s.arg(entry.seq));
            head = {entry.seq, entry.hash};
        }
    }
}

Result<> takeBack(store::Connection &replay, const QByteArray &changeset)
{
    TRY_ASSIGN(const QByteArray inverse, store::invertChangeset(changeset));
    return store::applyChangeset(replay, inverse);
}

// The tables as they were before the file's oldest entry, made by taking back all that followed. A
// row that is not as an entry left it stops that, and is a fault.
Result<std::optional<store::Connection>> tablesBefore(store::Connection &db, Check &tables)
{
    TRY_ASSIGN(store::Connection replay, store::copyToMemory(db));
    TRY_ASSIGN(auto pending, store::pendingOperations(db));
    TRY_ASSIGN(const store::Head head, store::journalHead(db));
    TRY_ASSIGN(const store::Head base, store::journalBase(db));
    for (auto it = pending.rbegin(); it != pending.rend(); ++it) {
        if (const auto done = takeBack(replay, it->changeset); !done) {
            note(tables, u"pending %1: %2"_s.arg(it->position).arg(done.error().detail));
            return std::nullopt;
        }
    }
    for (qint64 end = head.seq; end > base.seq;) {
        const qint64 from = std::max(base.seq, end - 500);
        TRY_ASSIGN(const auto entries, store::entriesAfter(db, from, static_cast<int>(end - from)));
        for (auto it = entries.rbegin(); it != entries.rend(); ++it) {
            if (const auto done = takeBack(replay, it->changeset); !done) {
                note(tables, u"entry %1, taken back: %2"_s.arg(it->seq).arg(done.error().detail));
                return std::nullopt;
            }
        }
        end = from;
    }
    return replay;
}

// Whether the rules, run again, did what the entry says: byte for byte in the tables and columns
// that the schema of its day had.
Result<bool> isSameChange(const QByteArray &again, const store::Entry &entry)
{
    if (again == entry.changeset)
        return true;
    store::ColumnCounts counts = store::columnCounts();
    TRY_ASSIGN(const store::ColumnCounts then, store::columnsIn(entry.changeset));
    for (auto it = then.begin(); it != then.end(); ++it)
        counts.insert(it.key(), std::min(*it, counts.value(it.key())));
    TRY_ASSIGN(const QByteArray shorter, store::projectChangeset(again, counts));
    return shorter == entry.changeset;
}

// Runs the entry's operation through the rulebook and takes back what it did.
Result<> rerun(store::Connection &replay, const store::Entry &entry, Check &check)
{
    if (entry.rules != rulebook::version) {
        ++check.passedOver;
        return {};
    }
    ++check.looked;
    TRY_ASSIGN(store::Savepoint savepoint, store::Savepoint::begin(replay));
    TRY_ASSIGN(const store::Recorder recorder, store::Recorder::begin(replay));
    TRY_ASSIGN(const Verdict verdict, rulebook::apply(replay, entry.operation));
    if (!verdict)
        note(check,
             u"entry %1 is refused: %2"_s.arg(entry.seq).arg(refusalName(verdict.error().reason)));
    TRY_ASSIGN(const QByteArray changeset, recorder.changeset());
    const Result<bool> same = isSameChange(changeset, entry);
    if (!same || !*same)
        note(check, u"entry %1 makes other rows"_s.arg(entry.seq));
    return {};
}

Result<std::optional<store::Connection>> replayStart(store::Connection &db, bool fromFirst,
                                                     Check &tables)
{
    if (!fromFirst)
        return tablesBefore(db, tables);
    TRY_ASSIGN(store::Connection empty, store::Connection::inMemory());
    TRY(store::applyAllMigrations(empty));
    return empty;
}

// Replays the journal twice into memory: by changesets, and through the rulebook. Then the queued
// operations on top.
Result<std::vector<Check>> checkReplay(store::Connection &db, const Earlier &earlier)
{
    Check rules{.name = u"rules_reproduce_rows"_s};
    Check tables{.name = u"journal_against_tables"_s};
    TRY_ASSIGN(Lines lines, Lines::open(db, earlier));
    TRY_ASSIGN(auto start, replayStart(db, lines.start().seq == 0, tables));
    if (!start)
        return std::vector{rules, tables};
    store::Connection replay = std::move(*start);
    while (true) {
        TRY_ASSIGN(const auto entries, lines.next());
        if (entries.empty())
            break;
        for (const store::Entry &entry : entries) {
            TRY_ASSIGN(store::Transaction transaction, store::Transaction::begin(replay));
            TRY(rerun(replay, entry, rules));
            if (const auto applied = store::applyChangeset(replay, entry.changeset); !applied) {
                note(tables, u"entry %1: %2"_s.arg(entry.seq).arg(applied.error().detail));
                return std::vector{rules, tables};
            }
            TRY(transaction.commit());
        }
    }
    TRY_ASSIGN(const auto pending, store::pendingOperations(db));
    for (const store::Pending &operation : pending) {
        if (const auto applied = store::applyChangeset(replay, operation.changeset); !applied)
            note(tables, u"pending %1: %2"_s.arg(operation.position).arg(applied.error().detail));
    }
    for (const store::Table &table : store::operationalTables()) {
        TRY_ASSIGN(const store::TableDifference difference, store::compareTable(replay, db, table));
        tables.looked += difference.rows;
        for (const QString &id : difference.ids)
            note(tables, table.name + u' ' + id);
    }
    return std::vector{rules, tables};
}

struct World
{
    QHash<QString, Incident> incidents;
    std::vector<Assignment> assignments;
};

Result<World> readWorld(store::Connection &db)
{
    World world;
    TRY(store::forEachRow(db, *store::findTable(u"incident"), [&](FieldValues &&values) {
        const Incident incident = incidentFrom(values);
        world.incidents.insert(incident.id.text(), incident);
        return true;
    }));
    TRY(store::forEachRow(db, *store::findTable(u"assignment"), [&](FieldValues &&values) {
        world.assignments.push_back(assignmentFrom(values));
        return true;
    }));
    return world;
}

Check checkClosed(const World &world)
{
    Check check{.name = u"no_open_assignment_under_closed_incident"_s};
    for (const Assignment &assignment : world.assignments) {
        ++check.looked;
        const auto incident = world.incidents.constFind(assignment.incident.text());
        if (incident == world.incidents.constEnd() ||
            (isOpen(assignment.state) && forbidsOpenAssignments(incident->state)))
            note(check, assignment.id.text());
    }
    for (const Incident &incident : world.incidents) {
        if (!incident.closeTimer.isEmpty() && incident.state != IncidentState::Terminated)
            note(check, u"timer of incident "_s + QString::number(incident.number));
    }
    return check;
}

// Of the tasks that hold a team at once, all but the first must have been given knowingly.
Check checkTeams(const World &world)
{
    Check check{.name = u"one_task_a_team_unless_said"_s};
    QHash<QString, std::vector<const Assignment *>> held;
    for (const Assignment &assignment : world.assignments) {
        if (reservesTeam(assignment.state))
            held[assignment.team.text()].push_back(&assignment);
    }
    for (const auto &tasks : held) {
        ++check.looked;
        const auto unsaid =
            std::ranges::count_if(tasks, [](const Assignment *a) { return !a->doubleTask; });
        if (unsaid > 1)
            note(check, tasks.front()->team.text());
    }
    return check;
}

Check checkNumbers(const World &world)
{
    Check check{.name = u"numbers_are_unique"_s};
    QHash<QString, int> orders;
    for (const Assignment &assignment : world.assignments) {
        ++check.looked;
        if (!assignment.number.isEmpty() && ++orders[assignment.number] > 1)
            note(check, assignment.number);
        const bool numbered = assignment.orderedAt.has_value();
        if (numbered == assignment.number.isEmpty())
            note(check, assignment.id.text());
    }
    QHash<int, int> incidents;
    for (const Incident &incident : world.incidents) {
        if (++incidents[incident.number] > 1)
            note(check, QString::number(incident.number));
    }
    return check;
}

// The state of an assignment is where its standing steps lead, and their times never go back.
Result<Check> checkEvents(store::Connection &db, const World &world)
{
    Check check{.name = u"steps_lead_to_state_in_order"_s};
    for (const Assignment &assignment : world.assignments) {
        TRY_ASSIGN(const auto events, store::eventsOf(db, assignment.id));
        QHash<QString, Instant> corrected;
        for (const auto &event : events) {
            if (event.kind == "correction"_L1)
                corrected.insert(event.corrects, event.occurredAt);
        }
        QString state;
        Instant last = Instant::min();
        for (const auto &event : events) {
            ++check.looked;
            if (event.kind != "state"_L1 || event.isVoid)
                continue;
            const Instant at = corrected.value(event.id.text(), event.occurredAt);
            if (event.fromState != state || at < last)
                note(check, event.id.text());
            state = event.toState;
            last = at;
        }
        if (state != stateName(assignment.state) || last != assignment.stateSince)
            note(check, assignment.id.text());
    }
    return check;
}

Result<Check> checkBalances(store::Connection &db)
{
    Check check{.name = u"balances_not_negative"_s};
    const auto look = [&](const char *name, const std::vector<QString> &columns) {
        return store::forEachRow(
            db, *store::findTable(QString::fromLatin1(name)), [&](FieldValues &&row) {
                ++check.looked;
                for (const QString &column : columns) {
                    if (row.value(column).toLongLong() < 0)
                        note(check, row.value(u"code"_s).toString() + u' ' + column);
                }
                return true;
            });
    };
    TRY(look("stock", {u"on_hand"_s, u"reserved"_s, u"in_transit"_s}));
    TRY(look("shelter", {u"capacity"_s, u"present"_s, u"inbound"_s, u"reserved"_s}));
    return check;
}

} // namespace

bool Verification::holds() const
{
    return std::ranges::all_of(checks, [](const Check &check) { return check.faults.isEmpty(); });
}

Result<Verification> verifyRealm(store::Connection &db, const Earlier &earlier)
{
    Verification verification;
    TRY_ASSIGN(const QStringList integrity, store::integrityFaults(db));
    verification.checks.push_back({u"integrity"_s, integrity, 1});
    if (!integrity.isEmpty())
        return verification; // what follows would read broken pages
    TRY_ASSIGN(const QStringList keys, store::foreignKeyFaults(db));
    verification.checks.push_back({u"foreign_keys"_s, keys, 1});
    TRY_ASSIGN(Check chain, checkChain(db, earlier));
    verification.checks.push_back(std::move(chain));
    TRY_ASSIGN(const std::vector<Check> replay, checkReplay(db, earlier));
    verification.checks.insert(verification.checks.end(), replay.begin(), replay.end());
    TRY_ASSIGN(const World world, readWorld(db));
    verification.checks.push_back(checkClosed(world));
    verification.checks.push_back(checkTeams(world));
    verification.checks.push_back(checkNumbers(world));
    TRY_ASSIGN(Check events, checkEvents(db, world));
    verification.checks.push_back(std::move(events));
    TRY_ASSIGN(Check balances, checkBalances(db));
    verification.checks.push_back(std::move(balances));
    return verification;
}

QJsonObject toJson(const Verification &verification)
{
    QJsonArray checks;
    for (const Check &check : verification.checks) {
        checks.append(QJsonObject{{u"name"_s, check.name},
                                  {u"ok"_s, check.faults.isEmpty()},
                                  {u"looked_at"_s, check.looked},
                                  {u"passed_over"_s, check.passedOver},
                                  {u"faults"_s, QJsonArray::fromStringList(check.faults)}});
    }
    return {{u"ok"_s, verification.holds()}, {u"checks"_s, checks}};
}

} // namespace leeward::sync
