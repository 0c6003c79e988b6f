// Taking in changes, beside CouchDB-style sync of the same documents (tests/bench/couch.js).
//
//   bench_changes documents            prints the documents: one operation a line
//   bench_changes live COUCH.json      a connected desk takes in what another hands in meanwhile
//   bench_changes reconnect COUCH.json a desk that was away takes in 10 000 changes at once
//
// A real server process, the console's real link and courier, a cache on disk. Ours runs each
// operation through the rules, chains it and keeps an order; the other stores documents.
#include "models/store/cache_file.h"
#include "models/store/entries.h"
#include "models/store/search_index.h"
#include "models/store/tables.h"
#include "sync/courier.h"
#include "sync/remote/remote_link.h"
#include "tests/bench/real_server.h"
#include "tests/support/makers.h"

#include <QCoreApplication>
#include <QElapsedTimer>
#include <QFile>
#include <QJsonObject>
#include <QSemaphore>

using namespace leeward;
using namespace leeward::bench;
using namespace leeward::test;
using namespace Qt::StringLiterals;

namespace {

constexpr int changes = 10'000;
constexpr int atOnce = 100;
constexpr int incidents = 200;

// Reports and what is noted of them; the same at each call.
std::vector<Operation> documents()
{
    Maker maker(1, QString::fromLatin1(RealServer::user), u"desk-a"_s);
    std::vector<Operation> all;
    std::vector<IncidentId> known;
    for (int i = 0; i < changes; ++i) {
        maker.clock.advance(std::chrono::seconds(1));
        if (i < incidents) {
            known.push_back(maker.ids().make<IncidentId>());
            all.push_back(maker.report(known.back()));
        } else {
            all.push_back(maker.note(known[static_cast<size_t>(i % incidents)],
                                     u"水深约%1厘米，车辆改走人民路"_s.arg(i % 100)));
        }
    }
    return all;
}

struct Console
{
    Console(const RealServer &server, const QString &path, const QByteArray &token)
        : writer(must(store::CacheFile::open(path), "cache").takeConnection(), u"store"_s)
        , link(server.peer(), u"live"_s, RealServer::always(token), clock)
        , courier(writer, feed, link)
    {
        QObject::connect(&link, &sync::RemoteLink::wanted, &courier, &sync::Courier::wake);
    }
    qint64 head()
    {
        return writer.run([](store::Connection &db) { return must(store::journalHead(db)).seq; })
            .result();
    }

    SystemClock clock;
    store::ChangeFeed feed;
    store::StoreThread writer;
    sync::RemoteLink link;
    sync::Courier courier;
};

// Another desk, which does nothing but hand in.
class Giver
{
public:
    Giver(const RealServer &server, const QByteArray &token)
        : m_link(server.peer(), u"live"_s, RealServer::always(token), m_clock)
    {
    }
    void give(const std::vector<Operation> &all)
    {
        const std::span<const Operation> rest(all);
        for (size_t i = 0; i < all.size(); i += atOnce) {
            const auto part = rest.subspan(i, std::min<size_t>(atOnce, all.size() - i));
            std::atomic<bool> came = false;
            m_link.exchange({.submissions = sync::asSubmissions({part.begin(), part.end()}),
                             .cursor = {m_cursor, {}}},
                            [&](const Result<sync::Reply> &reply) {
                                if (!reply || !reply->refused.empty())
                                    qFatal("an operation was refused");
                                m_cursor = reply->entries.back().seq;
                                came = true;
                            });
            waitUntil([&] { return came.load(); }, "an answer");
        }
    }

private:
    SystemClock m_clock;
    std::atomic<qint64> m_cursor = 0;
    sync::RemoteLink m_link;
};

QByteArray digest(Console &console)
{
    return console.writer.run([](store::Connection &db) { return must(store::tablesDigest(db)); })
        .result();
}

} // namespace

int main(int argc, char **argv)
{
    const QCoreApplication application(argc, argv);
    const QStringList words = QCoreApplication::arguments();
    const std::vector<Operation> all = documents();
    if (words.size() == 2 && words[1] == "documents"_L1) {
        for (const Operation &operation : all)
            std::printf("%s\n", toBytes(operation).constData());
        return 0;
    }
    if (words.size() != 3 || (words[1] != "live"_L1 && words[1] != "reconnect"_L1)) {
        std::fputs("bench_changes documents | live COUCH.json | reconnect COUCH.json\n", stderr);
        return 2;
    }
    const bool live = words[1] == "live"_L1;
    (void) store::pinyinKeys(u"避"_s); // as the console does at its start
    QFile couch(words[2]);
    const QJsonObject other = couch.open(QIODevice::ReadOnly)
                                  ? QJsonDocument::fromJson(couch.readAll()).object()
                                  : QJsonObject();
    const double yardstick =
        other.value(live ? u"live_seconds"_s : u"reconnect_seconds"_s).toDouble();
    if (yardstick <= 0 || other.value("documents"_L1).toInt() != changes) {
        std::fputs("no figures of CouchDB-style sync (.ci/bench-couch needs npm)\n", stderr);
        return 77;
    }

    RealServer server;
    server.start();
    const QTemporaryDir folder;
    const QByteArray token = server.signIn(u"desk-a"_s);
    Giver giver(server, token);
    if (!live)
        giver.give(all);
    std::atomic<qint64> shown = 0;
    auto console = std::make_unique<Console>(server, folder.filePath(u"b.leeward"_s),
                                             server.signIn(u"desk-b"_s));
    QElapsedTimer timer;
    double seconds = 0;
    QObject::connect(&console->feed, &store::ChangeFeed::progressed, &application, [&] {
        shown = console->head();
        if (shown == changes && seconds == 0)
            seconds = static_cast<double>(timer.nsecsElapsed()) / 1e9;
    });
    if (live) {
        console->courier.wake();
        waitUntil(
            [&] { return console->link.connection().state == sync::Connection::State::Connected; },
            "the console's connection");
    }
    timer.start();
    if (live)
        giver.give(all);
    else
        console->courier.wake();
    waitUntil([&] { return seconds > 0; }, "the changes");
    const QByteArray here = digest(*console);
    console.reset();
    server.stop();
    auto origin =
        must(store::Connection::open(server.journalPath(), store::Connection::Mode::ReadOnly));
    const bool equal =
        here == must(store::tablesDigest(origin)) && other.value("equal"_L1).toBool();
    const double ratio = yardstick / seconds;
    const double required = live ? 5 : 50;
    return report({{u"name"_s, live ? u"changes_live"_s : u"changes_reconnect"_s},
                   {u"changes"_s, changes},
                   {u"seconds"_s, seconds},
                   {u"changes_per_second"_s, changes / seconds},
                   {u"yardstick"_s, u"PouchDB and its server, the same documents"_s},
                   {u"yardstick_seconds"_s, yardstick},
                   {u"yardstick_per_second"_s, changes / yardstick},
                   {u"ratio"_s, ratio},
                   {u"required"_s, required},
                   {u"equal"_s, equal}},
                  equal && ratio >= required);
}
