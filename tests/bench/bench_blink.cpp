// From the commit on desk A until desk B shows it: two consoles' real link, courier and cache on
// disk, a real server process, over loopback. Beside it, each time: a ping (100 bytes to another
// thread's socket and back) and two fsyncs of a page in the same folder, which is the least that
// any way with a durable server and a durable desk costs. `bench_blink median|late`.
#include "models/desk/desk.h"
#include "models/store/cache_file.h"
#include "models/store/entries.h"
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
#include <QTcpServer>
#include <QTcpSocket>
#include <QTimer>

#include <thread>
#include <unistd.h>

using namespace leeward;
using namespace leeward::bench;
using namespace leeward::test;
using namespace Qt::StringLiterals;

namespace {

constexpr int warmUps = 20;
constexpr int times = 300;
constexpr std::chrono::milliseconds between{80}; // a hall that types, not a machine

struct Console
{
    Console(const RealServer &server, const QString &path, const QByteArray &token)
        : writer(must(store::CacheFile::open(path), "cache").takeConnection(), u"store"_s)
        , link(server.peer(), u"live"_s, RealServer::always(token), clock)
        , courier(writer, feed, link)
    {
        QObject::connect(&link, &sync::RemoteLink::wanted, &courier, &sync::Courier::wake);
    }
    bool isUp() { return link.connection().state == sync::Connection::State::Connected; }

    SystemClock clock;
    store::ChangeFeed feed;
    store::StoreThread writer;
    sync::RemoteLink link;
    sync::Courier courier;
};

// Sends back what comes.
class Echo
{
public:
    Echo()
        : m_thread([this] { run(); })
    {
        m_ready.acquire();
    }
    ~Echo() { m_thread.join(); } // once the socket that it serves has gone
    [[nodiscard]] quint16 port() const { return m_port; }

private:
    void run()
    {
        QTcpServer server;
        if (!server.listen(QHostAddress::LocalHost))
            qFatal("listen");
        m_port = server.serverPort();
        m_ready.release();
        server.waitForNewConnection(10'000);
        const std::unique_ptr<QTcpSocket> socket(server.nextPendingConnection());
        socket->setSocketOption(QAbstractSocket::LowDelayOption, 1);
        while (socket->waitForReadyRead(60'000)) {
            socket->write(socket->readAll());
            socket->flush();
        }
    }
    QSemaphore m_ready;
    quint16 m_port = 0;
    std::thread m_thread;
};

double milliseconds(const QElapsedTimer &timer)
{
    return static_cast<double>(timer.nsecsElapsed()) / 1e6;
}

double pingAndTwoSyncs(QTcpSocket &socket, QFile &file)
{
    QElapsedTimer timer;
    timer.start();
    socket.write(QByteArray(100, 'p'));
    socket.flush();
    for (qint64 came = 0; came < 100; came += socket.readAll().size()) {
        if (socket.bytesAvailable() == 0 && !socket.waitForReadyRead(10'000))
            qFatal("no echo");
    }
    for (int i = 0; i < 2; ++i) {
        if (file.write(QByteArray(4096, 'p')) != 4096 || !file.flush() || fsync(file.handle()))
            qFatal("fsync");
    }
    return milliseconds(timer);
}

} // namespace

int main(int argc, char **argv)
{
    const QCoreApplication application(argc, argv);
    const bool late = QCoreApplication::arguments().contains(u"late"_s);
    RealServer server;
    server.start();
    const QTemporaryDir folder;
    Console a(server, folder.filePath(u"a.leeward"_s), server.signIn(u"desk-a"_s));
    Console b(server, folder.filePath(u"b.leeward"_s), server.signIn(u"desk-b"_s));
    a.courier.wake();
    b.courier.wake();
    waitUntil([&] { return a.isUp() && b.isUp(); }, "the consoles' connection");
    Maker maker(1, QString::fromLatin1(RealServer::user), u"desk-a"_s);
    maker.clock.set(SystemClock().now());

    int seen = 0;
    QElapsedTimer timer;
    std::vector<double> ours;
    QObject::connect(&b.feed, &store::ChangeFeed::changed, &application, [&] {
        ours.push_back(milliseconds(timer));
        ++seen;
    });
    const auto commit = [&](const Operation &operation) {
        const auto done = a.writer.run([operation](store::Connection &db) {
            return desk::enqueue(db, operation).has_value();
        });
        if (!done.result())
            qFatal("refused at desk A");
        timer.start();
        a.courier.wake();
    };
    Echo echo;
    QTcpSocket socket;
    socket.connectToHost(QHostAddress::LocalHost, echo.port());
    if (!socket.waitForConnected(10'000))
        qFatal("no echo");
    socket.setSocketOption(QAbstractSocket::LowDelayOption, 1);
    QFile file(folder.filePath(u"yardstick"_s));
    if (!file.open(QIODevice::WriteOnly | QIODevice::Unbuffered))
        qFatal("yardstick");

    std::vector<double> yardstick;
    for (int i = 0; i < warmUps + times; ++i) {
        commit(maker.report(maker.ids().make<IncidentId>()));
        waitUntil([&] { return seen == i + 1; }, "desk B");
        bool over = false;
        QTimer::singleShot(between, &application, [&] { over = true; });
        waitUntil([&] { return over; }, "a pause");
        yardstick.push_back(pingAndTwoSyncs(socket, file));
    }
    socket.abort();
    ours.erase(ours.begin(), ours.begin() + warmUps);
    yardstick.erase(yardstick.begin(), yardstick.begin() + warmUps);
    const auto tables = [](Console &console) {
        return console.writer
            .run([](store::Connection &db) {
                return std::pair(must(store::tablesDigest(db)), must(store::journalHead(db)));
            })
            .result();
    };
    const bool equal = tables(a) == tables(b);
    const double part = late ? 0.99 : 0.5;
    const double ratio = percentile(ours, part) / percentile(yardstick, 0.5);
    const double required = late ? 10 : 3;
    return report({{u"name"_s, late ? u"desk_to_desk_late"_s : u"desk_to_desk"_s},
                   {u"median_ms"_s, median(ours)},
                   {u"p99_ms"_s, percentile(ours, 0.99)},
                   {u"yardstick"_s, u"a ping over loopback and two fsyncs of a page, median"_s},
                   {u"yardstick_median_ms"_s, median(yardstick)},
                   {u"yardstick_p99_ms"_s, percentile(yardstick, 0.99)},
                   {u"times"_s, times},
                   {u"ratio"_s, ratio},
                   {u"required"_s, required},
                   {u"equal"_s, equal}},
                  equal && ratio <= required);
}
