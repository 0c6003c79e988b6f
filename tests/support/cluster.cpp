#include "tests/support/cluster.h"

#include "models/desk/desk.h"
#include "models/store/tables.h"
#include "sync/replica.h"

namespace leeward::test {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using store::Pending;

Rows rowsOf(store::Connection &db)
{
    return must(simulation::rowsOf(db));
}

Cluster::Cluster(quint64 seed, int desks)
    : m_journal(memoryRealm())
    , m_authority(m_journal, m_clock)
{
    m_digests.push_back(must(store::tablesDigest(m_journal)));
    for (int i = 0; i < desks; ++i) {
        m_consoles.push_back(
            {Maker(seed * 31 + static_cast<quint64>(i), u"user%1"_s.arg(i), u"desk%1"_s.arg(i)),
             memoryRealm(),
             {},
             std::nullopt});
    }
    Console &first = m_consoles.front();
    const QStringList hours = {QString(), u"08:00-20:00"_s, u"22:00-06:00"_s};
    for (int i = 0; i < 3; ++i) {
        m_teams.push_back(first.maker.ids().make<TeamId>());
        submit(first, first.maker.createTeam(m_teams.back(), u"T%1"_s.arg(i), u"队伍%1"_s.arg(i),
                                             hours[i]));
    }
    for (int i = 0; i < 2; ++i) {
        m_incidents.push_back(first.maker.ids().make<IncidentId>());
        submit(first, first.maker.report(m_incidents.back()));
    }
    settle();
}

void Cluster::play(const Intent &intent)
{
    m_clock.advance(1s);
    Console &console = m_consoles[static_cast<size_t>(intent.desk) % m_consoles.size()];
    console.maker.clock.advance(std::chrono::seconds(intent.seconds));
    switch (intent.kind % kinds) {
    case 11:
    case 12:
    case 13: talk(console, intent); break;
    case 14: decide(console, intent); break;
    case 15: // somebody hands in an old operation once more, without asking for the answer
        if (!m_sent.empty())
            (void) ask({{m_sent[static_cast<size_t>(intent.a) % m_sent.size()], {}}},
                       must(store::journalHead(m_journal)).seq);
        break;
    default: act(console, intent);
    }
}

namespace {

template <class T>
T pick(const std::vector<T> &from, int index)
{
    return from.empty() ? T() : from[static_cast<size_t>(index) % from.size()];
}

// Mostly a step the table has, sometimes any.
AssignmentState nextState(store::Connection &db, AssignmentId id, int choice)
{
    const auto standing = must(store::findAssignment(db, id));
    std::vector<AssignmentState> possible;
    for (const AssignmentTransition &step : assignmentTransitions()) {
        if (standing && step.from == standing->state && step.allowedFor(standing->taskType))
            possible.push_back(step.to);
    }
    if (choice % 5 == 0 || possible.empty())
        return static_cast<AssignmentState>(choice % assignmentStateCount);
    return choice % 3 ? possible.front() : pick(possible, choice);
}

IncidentState nextState(store::Connection &db, IncidentId id, int choice)
{
    const auto standing = must(store::findIncident(db, id));
    std::vector<IncidentState> possible;
    for (const IncidentTransition &step : incidentTransitions()) {
        if (standing && step.from == standing->state)
            possible.push_back(step.to);
    }
    if (choice % 5 == 0 || possible.empty())
        return static_cast<IncidentState>(choice % incidentStateCount);
    return pick(possible, choice);
}

} // namespace

void Cluster::act(Console &console, const Intent &intent)
{
    Maker &maker = console.maker;
    const auto [desk, kind, a, b, c, seconds] = intent;
    const TeamId team = pick(m_teams, a);
    const IncidentId incident = pick(m_incidents, b);
    const AssignmentId assignment = pick(m_assignments, a);
    switch (kind % kinds) {
    case 0:
        m_incidents.push_back(maker.ids().make<IncidentId>());
        if (!submit(console, maker.report(m_incidents.back())))
            m_incidents.pop_back();
        return;
    case 1:
    case 2:
        m_assignments.push_back(maker.ids().make<AssignmentId>());
        if (!submit(console,
                    maker.operation(op::Assign{.assignment = m_assignments.back(),
                                               .incident = incident,
                                               .team = team,
                                               .taskType = stateName(static_cast<TaskType>(c % 3)),
                                               .task = u"任务"_s,
                                               .ordered = c % 4 != 0,
                                               .doubleTask = c % 7 == 0,
                                               .despiteUnavailable = c % 2 == 0})))
            m_assignments.pop_back();
        return;
    case 3:
    case 4:
        submit(console, maker.operation(op::AdvanceAssignment{
                            .assignment = assignment,
                            .to = stateName(nextState(console.db, assignment, c)),
                            .reason = c % 6 ? u"缘由"_s : QString(),
                            .doubleTask = c % 7 == 0,
                            .despiteUnavailable = c % 2 == 0}));
        return;
    case 5: {
        const auto standing = must(store::findIncident(console.db, incident));
        submit(console, maker.operation(op::AdvanceIncident{
                            .incident = incident,
                            .to = stateName(nextState(console.db, incident, c)),
                            .reason = c % 6 ? u"缘由"_s : QString(),
                            .duplicateOf = pick(m_incidents, a).text(),
                            .timer = c % 4 == 1 ? (a % 2 && standing ? standing->closeTimer
                                                                     : u"timer%1"_s.arg(a % 5))
                                                : QString()}));
        return;
    }
    case 6:
        submit(console, maker.operation(op::FlagAssignment{
                            .assignment = assignment,
                            .flag = stateName(static_cast<AssignmentFlag>(b % 3)),
                            .on = c % 3 != 0,
                            .reason = {}}));
        return;
    case 7: {
        const auto events = must(store::eventsOf(console.db, assignment));
        if (events.empty())
            return;
        const auto &event = c % 3 ? events.back() : pick(events, b);
        if (c % 2) {
            submit(console, maker.operation(op::RetractStep{
                                .assignment = assignment, .event = event.id, .reason = u"误记"_s}));
        } else {
            const Instant right = event.occurredAt + std::chrono::seconds(b % 41 - 20);
            submit(console, maker.operation(op::CorrectTime{.assignment = assignment,
                                                            .event = event.id,
                                                            .occurredAt = right,
                                                            .reason = u"时间有误"_s},
                                            right));
        }
        return;
    }
    case 8:
        m_assignments.push_back(maker.ids().make<AssignmentId>());
        if (!submit(console,
                    maker.operation(op::TransferAssignment{.assignment = assignment,
                                                           .successor = m_assignments.back(),
                                                           .handOver = c % 2 == 0,
                                                           .incident = incident,
                                                           .team = pick(m_teams, c / 2),
                                                           .reason = u"另有急用"_s})))
            m_assignments.pop_back();
        return;
    case 9:
        if (c % 2) {
            submit(console, maker.operation(op::OverrideAvailability{.team = team,
                                                                     .on = c % 3 != 0,
                                                                     .until = maker.clock.now() +
                                                                              1min * (b % 30),
                                                                     .reason = u"检修"_s}));
        } else {
            submit(console, maker.operation(op::SetCloseTimer{
                                .incident = incident,
                                .timer = c % 3 ? u"timer%1"_s.arg(a % 5) : QString(),
                                .due = maker.clock.now() + 1h}));
        }
        return;
    case 10: {
        const QStringList fields = {u"leader"_s, u"duty_phone"_s, u"zone"_s};
        const auto row = must(store::findRow(console.db, *store::findTable(u"team"), team.text()));
        const QString field = fields[b % 3];
        if (row)
            submit(console, maker.edit(u"team"_s, RecordId(team.raw()), field, row->value(field),
                                       u"%1-%2"_s.arg(maker.desk()).arg(c % 3)));
        return;
    }
    default: return;
    }
}

bool Cluster::submit(Console &console, const Operation &operation)
{
    const desk::Outcome outcome = desk::enqueue(console.db, operation);
    if (outcome) {
        m_sent.push_back(operation);
        compare(console, outcome->changes, "enqueue");
    } else if (const Error *error = std::get_if<Error>(&outcome.error())) {
        m_faults += operation.kind + u": "_s + error->detail;
        compare(console, {}, "failed enqueue");
    } else {
        compare(console, {}, "refused enqueue");
    }
    return outcome.has_value();
}

std::optional<sync::Reply> Cluster::ask(const std::vector<sync::Submission> &submissions,
                                        qint64 cursor)
{
    sync::Reply whole;
    for (const auto &[operation, proof, seal] : submissions) {
        const qint64 before = must(store::journalHead(m_journal)).seq;
        const auto reply = m_authority.exchange({operation}, before);
        if (!reply) {
            m_faults += u"authority: "_s + reply.error().detail;
            return std::nullopt;
        }
        if (reply->entries.size() > 1 || (reply->entries.size() == 1 && !reply->refused.empty()))
            m_faults += u"authority: more than one answer"_s;
        if (!reply->entries.empty())
            m_digests.push_back(must(store::tablesDigest(m_journal)));
        std::optional<Refusal> answer;
        if (!reply->refused.empty()) {
            answer = reply->refused.front().second;
            whole.refused.push_back(reply->refused.front());
        }
        if (m_answers.contains(operation.id) && m_answers.value(operation.id) != answer)
            m_faults += u"authority: a second answer to one operation"_s;
        if (answer && !m_refusedAt.contains(operation.id))
            m_refusedAt.insert(operation.id, before);
        m_answers.insert(operation.id, answer);
    }
    auto rest = m_authority.exchange({}, cursor);
    if (!rest) {
        m_faults += u"authority: "_s + rest.error().detail;
        return std::nullopt;
    }
    whole.entries = std::move(rest->entries);
    whole.more = rest->more;
    return whole;
}

void Cluster::talk(Console &console, const Intent &intent)
{
    const auto submissions = must(sync::toSend(console.db, 1 + intent.b % 5));
    auto reply = ask(submissions, must(store::journalHead(console.db)).seq);
    if (!reply)
        return;
    switch (intent.c % 8) {
    case 0: return; // lost
    case 1: console.delayed = reply; return;
    case 2: // late after a newer one
        take(console, *reply);
        if (console.delayed)
            take(console, *console.delayed);
        console.delayed.reset();
        return;
    case 3: // twice
        take(console, *reply);
        take(console, *reply);
        return;
    case 4: // cut
        if (reply->entries.size() > 1) {
            reply->entries.resize(1 + static_cast<size_t>(intent.a) % (reply->entries.size() - 1));
            reply->more = true;
        }
        take(console, *reply);
        return;
    default: take(console, *reply);
    }
}

void Cluster::take(Console &console, const sync::Reply &reply)
{
    const auto changes = sync::receive(console.db, reply);
    if (!changes)
        m_faults += u"receive: "_s + changes.error().detail;
    else
        compare(console, *changes, "receive");
}

void Cluster::decide(Console &console, const Intent &intent)
{
    for (const Pending &pending : must(store::pendingOperations(console.db))) {
        if (pending.state == Pending::State::Queued)
            continue;
        must(store::dropPending(console.db, pending.operation.id));
        if (intent.c % 2) { // as it is, as an operation of its own
            Operation again = pending.operation;
            again.id = console.maker.ids().make<OperationId>();
            submit(console, again);
        }
        return;
    }
}

void Cluster::settle()
{
    for (int quiet = 0; quiet < 2;) {
        bool moved = false;
        for (Console &console : m_consoles) {
            console.delayed.reset();
            const auto submissions = must(sync::toSend(console.db, 200));
            const auto before = must(store::journalHead(console.db)).seq;
            const auto reply = ask(submissions, before);
            if (!reply)
                return;
            take(console, *reply);
            for (const Pending &pending : must(store::pendingOperations(console.db))) {
                if (pending.state != Pending::State::Queued)
                    must(store::dropPending(console.db, pending.operation.id));
            }
            if (!m_faults.isEmpty())
                return;
            moved =
                moved || !submissions.empty() || must(store::journalHead(console.db)).seq != before;
        }
        quiet = moved ? 0 : quiet + 1;
    }
}

void Cluster::compare(Console &console, const Changes &changes, const char *after)
{
    const QString misfit = simulation::play(changes, console.shown);
    if (!misfit.isEmpty())
        m_faults += QLatin1StringView(after) + u": "_s + misfit;
    if (const Rows rows = rowsOf(console.db); rows != console.shown)
        m_faults += QLatin1StringView(after) + u": the changes do not give the tables"_s;
}

} // namespace leeward::test
