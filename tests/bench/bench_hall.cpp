// What a hall costs a real leeward-server process, as the kernel counts it.
//
//   bench_hall memory     500 consoles connected and quiet: resident memory for each
//   bench_hall cpu        the same 500, and 50 operations a second: cores
//   bench_hall positions  5 000 units that report once a second for a minute: cores
//
// Their yardstick is a bound: there is nothing to compare a hall with.
#include "server/http/server.h"
#include "sync/remote/remote_link.h"
#include "tests/bench/real_server.h"
#include "tests/support/makers.h"

#include <QCoreApplication>
#include <QElapsedTimer>
#include <QJsonArray>
#include <QJsonObject>
#include <QNetworkReply>
#include <QTimer>
#include <QWebSocket>

using namespace leeward;
using namespace leeward::bench;
using namespace leeward::test;
using namespace Qt::StringLiterals;

namespace {

constexpr int consoles = 500;
constexpr int operationsPerSecond = 50;
constexpr std::chrono::seconds busy{20};
constexpr int units = 5000;
constexpr int seconds = 60;
constexpr int batches = 20; // requests in which the units' reports of a second come

void wait(std::chrono::milliseconds length)
{
    bool over = false;
    QTimer::singleShot(length, qApp, [&] { over = true; });
    waitUntil([&] { return over; }, "a pause");
}

// Streams as consoles hold them, and the newest entry that each was told of.
class Streams
{
public:
    explicit Streams(const RealServer &server)
        : m_url(QUrl(u"ws://127.0.0.1:%1/v1/realms/live/stream"_s.arg(server.port())))
    {
    }
    void open(int count, const QByteArray &token)
    {
        for (int i = 0; i < count; ++i) {
            auto &one = m_streams.emplace_back(std::make_unique<Stream>());
            QObject::connect(&one->socket, &QWebSocket::connected, qApp, [this] { ++m_open; });
            QObject::connect(&one->socket, &QWebSocket::binaryMessageReceived, qApp,
                             [stream = one.get()](const QByteArray &bytes) {
                                 stream->last = bytes; // read when somebody asks
                             });
            QNetworkRequest request(m_url);
            request.setRawHeader("Authorization", "Bearer " + token);
            request.setRawHeader("Leeward-Protocol", "1");
            one->socket.open(request);
        }
        waitUntil([&] { return m_open == static_cast<int>(m_streams.size()); }, "the streams");
    }
    [[nodiscard]] bool allAt(qint64 seq) const
    {
        return std::ranges::all_of(m_streams, [&](const auto &stream) {
            const auto frame = sync::wire::frameFrom(stream->last);
            return frame &&
                   (frame->entries.empty() ? frame->head.seq : frame->entries.back().seq) == seq;
        });
    }

private:
    struct Stream
    {
        QWebSocket socket;
        QByteArray last;
    };
    QUrl m_url;
    int m_open = 0;
    std::vector<std::unique_ptr<Stream>> m_streams;
};

// Hands in and counts.
class Hand
{
public:
    explicit Hand(const RealServer &server, const QByteArray &token)
        : m_link(server.peer(), u"live"_s, RealServer::always(token), m_clock)
    {
        m_maker.clock.set(m_clock.now());
    }
    void operation()
    {
        const Operation next = m_incident.isValid()
                                   ? m_maker.note(m_incident, u"水深约四十厘米"_s)
                                   : m_maker.report(m_incident = m_maker.ids().make<IncidentId>());
        ++m_given;
        m_link.exchange({.submissions = sync::asSubmissions({next}), .cursor = {m_newest, {}}},
                        [this](const Result<sync::Reply> &reply) {
                            if (!reply || !reply->refused.empty())
                                ++m_failed;
                            else if (!reply->entries.empty())
                                m_newest = std::max(m_newest.load(), reply->entries.back().seq);
                            ++m_answered;
                        });
    }
    [[nodiscard]] bool isDone() const { return m_answered == m_given; }
    [[nodiscard]] bool isGood() const { return m_failed == 0 && m_newest == m_given; }
    [[nodiscard]] qint64 given() const { return m_given; }

private:
    SystemClock m_clock;
    Maker m_maker{1, QString::fromLatin1(RealServer::user), u"desk-a"_s};
    IncidentId m_incident;
    int m_given = 0;
    std::atomic<qint64> m_newest = 0;
    std::atomic<int> m_answered = 0;
    std::atomic<int> m_failed = 0;
    sync::RemoteLink m_link; // its answers use the rest
};

int memory(RealServer &server)
{
    const QByteArray token = server.signIn(u"desk-a"_s);
    Hand hand(server, token);
    hand.operation();
    waitUntil([&] { return hand.isDone(); }, "an operation");
    Streams streams(server);
    streams.open(5, token); // what the first ones make is not theirs
    wait(std::chrono::seconds(2));
    const double before = server.residentKb();
    streams.open(consoles, token);
    wait(std::chrono::seconds(3));
    const double quiet = server.residentKb();
    for (int i = 0; i < operationsPerSecond; ++i) // and each has been told of something
        hand.operation();
    waitUntil([&] { return hand.isDone() && streams.allAt(hand.given()); }, "all streams");
    const double after = server.residentKb();
    const double each = (after - before) / consoles;
    return report({{u"name"_s, u"hall_memory"_s},
                   {u"consoles"_s, consoles},
                   {u"resident_before_kb"_s, before},
                   {u"resident_after_kb"_s, after},
                   {u"kb_each_quiet"_s, (quiet - before) / consoles},
                   {u"ratio"_s, each},
                   {u"required"_s, 200},
                   {u"equal"_s, hand.isGood()}},
                  hand.isGood() && each <= 200);
}

int cpu(RealServer &server)
{
    const QByteArray token = server.signIn(u"desk-a"_s);
    Streams streams(server);
    streams.open(consoles, token);
    Hand hand(server, token);
    hand.operation();
    waitUntil([&] { return hand.isDone(); }, "an operation");
    wait(std::chrono::seconds(2));
    QTimer tick;
    tick.setTimerType(Qt::PreciseTimer);
    tick.callOnTimeout([&] { hand.operation(); });
    const double before = server.cpuSeconds();
    const qint64 given = hand.given();
    QElapsedTimer timer;
    timer.start();
    tick.start(1000 / operationsPerSecond);
    wait(busy);
    tick.stop();
    const double spent = server.cpuSeconds() - before;
    const double length = static_cast<double>(timer.elapsed()) / 1000;
    const double rate = static_cast<double>(hand.given() - given) / length;
    waitUntil([&] { return hand.isDone() && streams.allAt(hand.given()); }, "all streams");
    const double cores = spent / length;
    const bool good = hand.isGood() && rate > 0.95 * operationsPerSecond;
    return report({{u"name"_s, u"hall_cpu"_s},
                   {u"consoles"_s, consoles},
                   {u"operations_per_second"_s, rate},
                   {u"frames_per_second"_s, rate * consoles},
                   {u"ratio"_s, cores},
                   {u"required"_s, 1},
                   {u"equal"_s, good}},
                  good && cores <= 1);
}

// One second's reports of a part of the units, each 6 m further north than a second before.
QByteArray reportsOf(int part, int second, Instant at)
{
    QJsonArray list;
    for (int i = part; i < units; i += batches) {
        list.append(QJsonObject{{u"source"_s, u"gps-%1"_s.arg(i)},
                                {u"kind"_s, u"vehicle"_s},
                                {u"lon"_s, 121 + i * 1e-4},
                                {u"lat"_s, 28 + second * 5.4e-5},
                                {u"at"_s, toIso(at)},
                                {u"speed"_s, 6},
                                {u"heading"_s, 0}});
    }
    return QJsonDocument(list).toJson(QJsonDocument::Compact);
}

int positions(RealServer &server)
{
    const QByteArray token = server.signIn(u"desk-a"_s);
    QNetworkAccessManager network;
    qint64 taken = 0;
    int open = 0;
    int failed = 0;
    const SystemClock clock;
    const auto send = [&](const QByteArray &body) {
        QNetworkRequest request(
            QUrl(u"http://127.0.0.1:%1/v1/realms/live/positions"_s.arg(server.port())));
        request.setRawHeader("Authorization", "Bearer " + token);
        request.setHeader(QNetworkRequest::ContentTypeHeader, u"application/json"_s);
        QNetworkReply *reply = network.post(request, body);
        ++open;
        QObject::connect(reply, &QNetworkReply::finished, qApp, [&, reply] {
            const QJsonObject answer = QJsonDocument::fromJson(reply->readAll()).object();
            taken += answer.value("taken"_L1).toInteger();
            failed += reply->error() != QNetworkReply::NoError;
            --open;
            reply->deleteLater();
        });
    };
    int step = 0;
    Instant last;
    QTimer tick;
    tick.setTimerType(Qt::PreciseTimer);
    tick.callOnTimeout([&] {
        if (step >= seconds * batches)
            return;
        if (step % batches == 0)
            last = clock.now();
        send(reportsOf(step % batches, step / batches, last));
        ++step;
    });
    const double before = server.cpuSeconds();
    QElapsedTimer timer;
    timer.start();
    tick.start(1000 / batches);
    waitUntil([&] { return step == seconds * batches && open == 0; }, "the reports", 120'000);
    const double length = static_cast<double>(timer.elapsed()) / 1000;
    const double cores = (server.cpuSeconds() - before) / length;
    const QJsonArray latest =
        QJsonDocument::fromJson(server.get(u"/v1/realms/live/positions?since=0"_s, token)).array();
    int newest = 0;
    for (const QJsonValue &one : latest)
        newest += std::abs(one.toObject().value("lat"_L1).toDouble() -
                           (28 + (seconds - 1) * 5.4e-5)) < 1e-7;
    server.stop();
    auto file = must(store::Connection::open(server.folder() + u"/realms/live.positions"_s,
                                             store::Connection::Mode::ReadOnly));
    auto count = must(file.prepare("SELECT count(*) FROM position_track"));
    (void) must(count.step());
    const qint64 points = count.integer(0);
    const qint64 sent = qint64(units) * seconds;
    const bool equal = failed == 0 && taken == sent && latest.size() == units && newest == units &&
                       points > 0 && points < sent / 2 && length < seconds * 1.1;
    return report({{u"name"_s, u"hall_positions"_s},
                   {u"units"_s, units},
                   {u"reports_per_second"_s, static_cast<double>(taken) / length},
                   {u"latest_served"_s, newest},
                   {u"track_points_per_report"_s, static_cast<double>(points) / double(sent)},
                   {u"ratio"_s, cores},
                   {u"required"_s, 1},
                   {u"equal"_s, equal}},
                  equal && cores <= 1);
}

} // namespace

int main(int argc, char **argv)
{
    const QCoreApplication application(argc, argv);
    RealServer server;
    server.start();
    const QStringList words = QCoreApplication::arguments();
    if (words.contains(u"memory"_s))
        return memory(server);
    if (words.contains(u"cpu"_s))
        return cpu(server);
    if (words.contains(u"positions"_s))
        return positions(server);
    std::fputs("bench_hall memory|cpu|positions\n", stderr);
    return 2;
}
