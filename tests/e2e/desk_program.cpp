// A desk without a window, in a process of its own, for tests that kill it: signs in at a server,
// works without pause, and says line by line what it has been promised.
//
//    e2e_desk CACHE URL USER PASSWORD DESK SEED
//
//    made ID        the operation is durable here and on its way
//    no ID          the rules here said no; nothing was promised
//    whole CURSOR   answers "finish": nothing waits any more, and it holds the journal up to there
//    settled ID     answers "finish": the authority or the rules refused this one; it was shown to
//                   a person, who withdrew it
//
// Input: "finish" ends the work and says how things stand, again after each further "finish".
#include "app/realm/realm.h"
#include "models/store/tables.h"
#include "sync/offline_grant.h"
#include "sync/remote/session_client.h"

#include <QCoreApplication>
#include <QFutureWatcher>
#include <QPromise>
#include <QSocketNotifier>
#include <QTimer>

#include <array>
#include <cstdio>
#include <random>
#include <unistd.h>

using namespace leeward;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

void say(const char *word, const QString &what)
{
    std::printf("%s %s\n", word, qPrintable(what));
    std::fflush(stdout);
}

template <class T>
T must(Result<T> result)
{
    if (!result)
        qFatal("%s: %s", qPrintable(errcName(result.error().code)),
               qPrintable(result.error().detail));
    return std::move(*result);
}

class Work : public QObject
{
public:
    Work(app::Realm &realm, quint64 seed)
        : m_realm(realm)
        , m_random(seed)
    {
        connect(&m_step, &QTimer::timeout, this, &Work::step);
        connect(&m_look, &QTimer::timeout, this, &Work::look);
        m_step.start(20ms);
        connect(&m_input, &QSocketNotifier::activated, this, &Work::read);
    }

private:
    // What a desk does all night, in an order that other desks' work breaks now and then.
    void step()
    {
        if (m_busy)
            return;
        desk::Desk &desk = m_realm.desk();
        switch (m_random() % 6) {
        case 0: {
            m_incident = desk.newId<IncidentId>();
            return submit(op::ReportIncident{.incident = m_incident,
                                             .type = u"flood"_s,
                                             .title = u"内涝"_s,
                                             .place = LonLat{113.3, 23.1},
                                             .source = u"phone"_s});
        }
        case 1:
        case 2:
            return withRow(u"team"_s, u"1"_s, [this](const QString &team) {
                if (m_incident.isValid())
                    submit(op::Assign{.assignment = m_realm.desk().newId<AssignmentId>(),
                                      .incident = m_incident,
                                      .team = TeamId::fromText(team)});
            });
        case 3:
            return withRow(u"assignment"_s, u"state <> 'cleared'"_s, [this](const QString &id) {
                static constexpr std::array steps = {
                    AssignmentState::Acknowledged, AssignmentState::EnRoute,
                    AssignmentState::OnScene, AssignmentState::Completed, AssignmentState::Cleared};
                submit(op::AdvanceAssignment{.assignment = AssignmentId::fromText(id),
                                             .to = stateName(steps.at(m_random() % steps.size()))});
            });
        default:
            if (m_incident.isValid())
                submit(
                    op::NoteIncident{.incident = m_incident, .text = u"第%1条"_s.arg(++m_notes)});
        }
    }
    template <class Body>
    void submit(const Body &body)
    {
        desk::Desk &desk = m_realm.desk();
        Operation operation = makeOperation(body, desk.newId<OperationId>(), desk.identity().user,
                                            desk.identity().desk, desk.now(), desk.now());
        const QString id = operation.id.text();
        m_busy = true;
        desk.submitOperation(std::move(operation))
            .then(this, [this, id](const desk::Outcome &outcome) {
                m_busy = false;
                say(outcome ? "made" : "no", id);
            });
    }
    // One of the rows of `table` that `where` holds for, as they stand here.
    void withRow(const QString &table, const QString &where,
                 const std::function<void(const QString &id)> &then)
    {
        m_busy = true;
        m_realm.reader()
            .run([table, where](store::Connection &db) {
                QStringList ids;
                auto rows = must(db.prepare(
                    u"SELECT id FROM %1 WHERE %2 ORDER BY id"_s.arg(table, where).toStdString()));
                while (must(rows.step()))
                    ids += rows.text(0);
                return ids;
            })
            .then(this, [this, then](const QStringList &ids) {
                m_busy = false;
                if (!ids.isEmpty())
                    then(ids[static_cast<qsizetype>(m_random() % static_cast<size_t>(ids.size()))]);
            });
    }
    void read()
    {
        std::array<char, 64> bytes{};
        const auto count = ::read(STDIN_FILENO, bytes.data(), bytes.size());
        if (count <= 0) {
            QCoreApplication::quit();
            return;
        }
        m_step.stop();
        m_realm.remote()->tryNow();
        m_look.start(100ms);
    }
    void look()
    {
        if (m_busy)
            return;
        m_busy = true;
        m_realm.desk().log(0, 2000).then(
            this, [this](const Result<std::vector<desk::LogLine>> &all) { settle(must(all)); });
    }
    void settle(const std::vector<desk::LogLine> &lines)
    {
        bool waits = false;
        for (const desk::LogLine &line : lines) {
            if (!line.pending)
                continue;
            waits = true;
            if (*line.pending == store::Pending::State::Queued)
                continue;
            m_realm.desk()
                .withdrawPending(line.position)
                .then(this, [this, line](const Result<> &gone) {
                    m_busy = false;
                    if (gone) // else the answer to it has still to come
                        say("settled", line.operation.id.text());
                });
            return;
        }
        m_busy = false;
        if (waits)
            return;
        m_realm.desk().queueState().then(this, [this](const Result<desk::QueueState> &state) {
            m_look.stop();
            say("whole", QString::number(must(state).cursor));
        });
    }

    app::Realm &m_realm;
    std::mt19937_64 m_random;
    QTimer m_step;
    QTimer m_look;
    QSocketNotifier m_input{STDIN_FILENO, QSocketNotifier::Read};
    IncidentId m_incident;
    int m_notes = 0;
    bool m_busy = false;
};

QFuture<Result<>> keptNowhere(const std::optional<sync::RemoteSession> &)
{
    QPromise<Result<>> promise;
    promise.start();
    promise.addResult(Result<>());
    promise.finish();
    return promise.future();
}

} // namespace

int main(int argc, char **argv)
{
    QCoreApplication application(argc, argv);
    const QStringList words = QCoreApplication::arguments();
    if (words.size() != 7)
        qFatal("e2e_desk CACHE URL USER PASSWORD DESK SEED");
    const SystemClock clock;
    SystemIdSource ids(clock);
    sync::SystemRandom random;
    const auto peer = [&words] { return must(sync::Peer::create({.server = QUrl(words[2])}, {})); };
    const sync::KeyPair keys = sync::makeKeyPair(random);
    sync::SessionClient session(
        peer(),
        {.id = QString::fromLatin1(random.bytes(16).toHex()),
         .publicKey = keys.publicKey,
         .sign =
             [&keys](const QByteArray &bytes) { return sync::signBytes(bytes, keys.secretKey); }},
        keptNowhere, clock);
    // Whoever works while the server is away signs in when it is back.
    QTimer again;
    const auto signIn = [&] {
        session.signIn({.user = words[3], .password = words[4], .desk = words[5]})
            .then(&application, [&](const Result<sync::SessionAnswer> &answer) {
                if (answer && *answer)
                    return;
                qWarning("not signed in: %s",
                         qPrintable(answer ? answer->error().detail : answer.error().detail));
                again.start(500ms);
            });
    };
    again.setSingleShot(true);
    QObject::connect(&again, &QTimer::timeout, &application, signIn);
    signIn();
    app::RemoteOptions remote{.peer = peer(), .tokens = session.tokenSource()};
    const auto realm = must(app::Realm::openRemote(words[1], std::move(remote), clock, ids,
                                                   {.user = words[3], .desk = words[5]}));
    const Work work(*realm, words[6].toULongLong());
    say("ready", words[5]);
    return QCoreApplication::exec();
}
