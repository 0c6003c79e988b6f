// Durable operations a second into PostgreSQL: 16 writers that hand in real operations one at a
// time and wait for each, through a realm's host and its journal in PostgreSQL, beside 16
// connections of bare BEGIN, INSERT of one row of the same size, COMMIT to the same server. The
// first keep one order, with rules, hashes and tables of their own; the second keep none. They take
// turns.
#include "server/postgres/pg_journal.h"
#include "server/realm_host.h"
#include "tests/support/makers.h"
#include "tests/support/postgres_server.h"

#include <QCoreApplication>
#include <QElapsedTimer>
#include <QJsonDocument>
#include <QJsonObject>
#include <QSemaphore>

#include <algorithm>
#include <cstdio>
#include <thread>

using namespace leeward;
using namespace leeward::test;
using namespace Qt::StringLiterals;
using server::PgConnection;
using server::PgValue;
using server::RealmHost;

namespace {

constexpr int writers = 16;
constexpr int rounds = 6; // the first warms up and is not counted
constexpr std::chrono::milliseconds roundLength{2500};
constexpr double required = 0.25;

// One writer's desk: an incident of its own, a team of its own, and what it does with them.
class Desk
{
public:
    explicit Desk(int number)
        : m_maker(static_cast<quint64>(number) + 1, u"user%1"_s.arg(number),
                  u"desk-%1"_s.arg(number))
        , m_code(u"T%1"_s.arg(number))
    {
    }
    // Report, order, six steps and two notes, and again.
    [[nodiscard]] Operation next()
    {
        m_maker.clock.advance(std::chrono::seconds(30));
        if (!m_team.isValid()) {
            m_team = m_maker.ids().make<TeamId>();
            return m_maker.createTeam(m_team, m_code, u"排涝%1队"_s.arg(m_code));
        }
        switch (m_step++) {
        case 0: m_incident = m_maker.ids().make<IncidentId>(); return m_maker.report(m_incident);
        case 1:
            m_assignment = m_maker.ids().make<AssignmentId>();
            return m_maker.assign(m_assignment, m_incident, m_team);
        case 2: return m_maker.advance(m_assignment, AssignmentState::Acknowledged);
        case 3: return m_maker.note(m_incident, u"水深约四十厘米，车辆改走人民路"_s);
        case 4: return m_maker.advance(m_assignment, AssignmentState::EnRoute);
        case 5: return m_maker.advance(m_assignment, AssignmentState::OnScene);
        case 6: return m_maker.advance(m_assignment, AssignmentState::Working);
        case 7: return m_maker.note(m_incident, u"已转移群众十二人"_s);
        case 8: return m_maker.advance(m_assignment, AssignmentState::Completed);
        default: m_step = 0; return m_maker.advance(m_assignment, AssignmentState::Cleared);
        }
    }

private:
    Maker m_maker;
    QString m_code;
    TeamId m_team;
    IncidentId m_incident;
    AssignmentId m_assignment;
    int m_step = 0;
};

struct Count
{
    qint64 done = 0;
    qint64 refused = 0;
    double seconds = 0;
    [[nodiscard]] double perSecond() const { return static_cast<double>(done) / seconds; }
};

// Runs `work(writer, until)` on a thread each; it answers how often it did it, and how often it was
// told no.
template <class Work>
Count all(Work work)
{
    Count count;
    std::vector<std::pair<qint64, qint64>> each(writers);
    QElapsedTimer timer;
    timer.start();
    {
        const QDeadlineTimer until(roundLength);
        std::vector<std::jthread> threads;
        for (int i = 0; i < writers; ++i)
            threads.emplace_back([&, i] { each[static_cast<size_t>(i)] = work(i, until); });
    }
    count.seconds = static_cast<double>(timer.nsecsElapsed()) / 1e9;
    for (const auto &[done, refused] : each) {
        count.done += done;
        count.refused += refused;
    }
    return count;
}

// Every writer at `hosts[writer % size]`.
Count throughHosts(const std::vector<RealmHost *> &hosts, std::vector<Desk> &desks,
                   std::vector<qint64> &cursors)
{
    return all([&](int writer, const QDeadlineTimer &until) {
        const auto index = static_cast<size_t>(writer);
        RealmHost &host = *hosts[index % hosts.size()];
        std::pair<qint64, qint64> count;
        while (!until.hasExpired()) {
            QSemaphore answered;
            sync::Ask ask{.submissions = sync::asSubmissions({desks[index].next()}),
                          .cursor = {cursors[index], {}}};
            host.exchange(std::move(ask), [&](Result<sync::Reply> reply) {
                const auto taken = must(std::move(reply), "exchange");
                count.second += static_cast<qint64>(taken.refused.size());
                for (const auto &[id, refusal] : taken.refused) {
                    std::fprintf(stderr, "refused: %s\n", qPrintable(refusalName(refusal.reason)));
                }
                if (!taken.entries.empty())
                    cursors[index] = taken.entries.back().seq;
                answered.release();
            });
            answered.acquire();
            ++count.first;
        }
        return count;
    });
}

Count bare(const QString &url, const Operation &sample)
{
    const QByteArray operation = toBytes(sample);
    const QByteArray changeset(200, 'c');
    const QByteArray hash(32, 'h');
    std::vector<PgConnection> connections;
    for (int i = 0; i < writers; ++i)
        connections.push_back(must(PgConnection::open({.url = url}, "bench"), "connection"));
    return all([&](int writer, const QDeadlineTimer &until) {
        PgConnection &db = connections[static_cast<size_t>(writer)];
        std::pair<qint64, qint64> count;
        while (!until.hasExpired()) {
            must(db.run("BEGIN"));
            must(db.run("INSERT INTO bare(operation_id, kind, author, desk, occurred_at, "
                        "accepted_at, operation, changeset, previous_hash, hash, rules) "
                        "VALUES($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,1)",
                        {PgValue::of(QUuid::createUuid()), PgValue::of(sample.kind),
                         PgValue::of(sample.author), PgValue::of(sample.desk), PgValue::of(1LL),
                         PgValue::of(1LL), PgValue::of(operation), PgValue::of(changeset),
                         PgValue::of(hash), PgValue::of(hash)}));
            must(db.run("COMMIT"));
            ++count.first;
        }
        return count;
    });
}

// A realm with its hosts and the desks that write to them.
struct Realm
{
    std::vector<std::unique_ptr<RealmHost>> hosts;
    std::vector<Desk> desks;
    std::vector<qint64> cursors = std::vector<qint64>(writers, 0);
    std::vector<double> perSecond;
    qint64 done = 0;
    qint64 refused = 0;

    Realm(std::vector<std::unique_ptr<RealmHost>> made)
        : hosts(std::move(made))
    {
        for (int i = 0; i < writers; ++i)
            desks.emplace_back(i);
    }
    void round(int number)
    {
        std::vector<RealmHost *> raw;
        for (const auto &host : hosts)
            raw.push_back(host.get());
        const Count count = throughHosts(raw, desks, cursors);
        done += count.done;
        refused += count.refused;
        if (number > 0)
            perSecond.push_back(count.perSecond());
    }
    // Everything that was answered is an entry, in every copy.
    [[nodiscard]] bool isWhole()
    {
        for (const auto &host : hosts) {
            QSemaphore answered;
            host->exchange(sync::Ask(), [&](const Result<sync::Reply> &) { answered.release(); });
            answered.acquire();
            const qint64 head =
                host->run([](store::Connection &db) { return must(store::journalHead(db)).seq; })
                    .result();
            if (head != done - refused)
                return false;
        }
        return refused == 0;
    }
};

double median(std::vector<double> values)
{
    std::ranges::sort(values);
    return values[values.size() / 2];
}

} // namespace

int main(int argc, char **argv)
{
    const QCoreApplication application(argc, argv);
    if (!PostgresServer::isInstalled()) {
        std::fputs("PostgreSQL is not installed\n", stderr);
        return 77;
    }
    const PostgresServer server(PostgresServer::Place::Disk);
    const SystemClock clock;
    const QTemporaryDir folder; // on the same disk
    {
        auto db = must(PgConnection::open({.url = server.url()}, "bench"), "connection");
        must(db.script("CREATE TABLE bare(seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, "
                       "operation_id uuid UNIQUE, kind text, author text, desk text, occurred_at "
                       "bigint, accepted_at bigint, operation bytea, changeset bytea, "
                       "previous_hash bytea, hash bytea, rules int)"));
    }
    const auto host = [&](const QString &file, const QString &realm) {
        std::unique_ptr<server::Journal> journal;
        if (!realm.isEmpty())
            journal =
                must(server::PgJournal::open({.address = {.url = server.url()}, .realm = realm}),
                     "journal");
        return must(RealmHost::open(folder.filePath(file), clock, std::move(journal)), "host");
    };
    std::vector<std::unique_ptr<RealmHost>> one, two, alone;
    one.push_back(host(u"one.journal"_s, u"one"_s));
    two.push_back(host(u"two-a.journal"_s, u"two"_s));
    two.push_back(host(u"two-b.journal"_s, u"two"_s));
    alone.push_back(host(u"alone.journal"_s, {}));
    Realm single(std::move(one));
    Realm pair(std::move(two));
    Realm sqlite(std::move(alone));
    std::vector<double> yardstick;
    const Operation sample = Desk(99).next();
    for (int number = 0; number < rounds; ++number) {
        single.round(number);
        const Count plain = bare(server.url(), sample);
        if (number > 0)
            yardstick.push_back(plain.perSecond());
        if (number < 3) { // for information
            pair.round(number);
            sqlite.round(number);
        }
    }
    const bool equal = single.isWhole() && pair.isWhole() && sqlite.isWhole();
    // One transaction a batch, so its number tells them apart.
    auto db = must(PgConnection::open({.url = server.url()}, "bench"), "connection");
    const auto batches = must(db.run("SELECT count(*) * 100 / count(DISTINCT e.xmin::text) "
                                     "FROM leeward.entry e JOIN leeward.realm r ON r.id = e.realm "
                                     "WHERE r.name = 'one'"));
    const double ratio = median(single.perSecond) / median(yardstick);
    const QJsonObject result{
        {u"name"_s, u"postgres_journal"_s},
        {u"writers"_s, writers},
        {u"ours_per_second"_s, median(single.perSecond)},
        {u"yardstick"_s, u"16 connections, BEGIN / INSERT one row / COMMIT, same server"_s},
        {u"yardstick_per_second"_s, median(yardstick)},
        {u"operations_per_batch"_s, static_cast<double>(batches.integer(0, 0)) / 100},
        {u"two_processes_per_second"_s, median(pair.perSecond)},
        {u"sqlite_journal_per_second"_s, median(sqlite.perSecond)},
        {u"ratio"_s, ratio},
        {u"required"_s, required},
        {u"equal"_s, equal}};
    std::fputs(QJsonDocument(result).toJson().constData(), stdout);
    return equal && ratio >= required ? 0 : 1;
}
