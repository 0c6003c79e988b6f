#include "app/server/service_notice.h"
#include "tests/support/makers.h"

#include <QDir>
#include <QTest>

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

using namespace leeward;
using namespace Qt::StringLiterals;

namespace {

// What a service manager listens on.
class Manager
{
public:
    explicit Manager(const QByteArray &name)
        : m_socket(socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0))
    {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        std::ranges::copy(name, address.sun_path);
        if (name.startsWith('@'))
            address.sun_path[0] = '\0';
        const auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path)) +
                            static_cast<socklen_t>(name.size());
        if (bind(m_socket, reinterpret_cast<sockaddr *>(&address), length) != 0)
            qFatal("bind %s", name.constData());
    }
    ~Manager() { close(m_socket); }
    Manager(const Manager &) = delete;
    Manager &operator=(const Manager &) = delete;

    // Empty when nothing has come.
    [[nodiscard]] QByteArray heard() const
    {
        QByteArray text(4096, '\0');
        const auto size = recv(m_socket, text.data(), static_cast<size_t>(text.size()), 0);
        text.truncate(std::max<qsizetype>(0, size));
        return text;
    }

private:
    int m_socket;
};

} // namespace

class TestServiceNotice : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void cleanup()
    {
        for (const char *name : {"NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID"})
            qunsetenv(name);
    }

    void tellsTheManager_data()
    {
        QTest::addColumn<bool>("file");
        QTest::newRow("a file") << true;
        QTest::newRow("a name of the kernel's") << false;
    }
    void tellsTheManager()
    {
        QFETCH(const bool, file);
        const test::TemporaryRealm folder;
        const QByteArray name = file ? folder.path(u"notify"_s).toUtf8()
                                     : "@leeward-test-" + QByteArray::number(qint64(getpid()));
        const Manager manager(name);
        qputenv("NOTIFY_SOCKET", name);
        app::ServiceNotice notice;
        QCOMPARE(manager.heard(), QByteArray());
        notice.ready("listening on port 7443");
        QCOMPARE(manager.heard(), QByteArray("READY=1\nSTATUS=listening on port 7443"));
        QCOMPARE(manager.heard(), QByteArray()); // nobody asked for a sign of life
        notice.stopping();
        QCOMPARE(manager.heard(), QByteArray("STOPPING=1"));
    }

    void answersTheWatchdog()
    {
        const test::TemporaryRealm folder;
        const QByteArray name = folder.path(u"notify"_s).toUtf8();
        const Manager manager(name);
        qputenv("NOTIFY_SOCKET", name);
        qputenv("WATCHDOG_USEC", "20000");
        qputenv("WATCHDOG_PID", QByteArray::number(qint64(getpid())));
        app::ServiceNotice notice;
        notice.ready("x");
        int alive = 0;
        (void) manager.heard(); // that it is ready
        QTRY_VERIFY((alive += manager.heard() == "WATCHDOG=1") >= 3);
    }

    void anotherProcessesWatchdogIsNotOurs()
    {
        const test::TemporaryRealm folder;
        const QByteArray name = folder.path(u"notify"_s).toUtf8();
        const Manager manager(name);
        qputenv("NOTIFY_SOCKET", name);
        qputenv("WATCHDOG_USEC", "1000");
        qputenv("WATCHDOG_PID", QByteArray::number(qint64(getpid()) + 1));
        app::ServiceNotice notice;
        notice.ready("x");
        (void) manager.heard();
        QCOMPARE(manager.heard(), QByteArray()); // the first would have come at once
    }

    // No manager, one that has gone, or an address that can be none: nothing happens, nobody waits,
    // and nothing stays open.
    void withoutAManager_data()
    {
        QTest::addColumn<QByteArray>("socket");
        QTest::newRow("none") << QByteArray();
        QTest::newRow("gone") << QByteArray("/nonexistent/notify");
        QTest::newRow("too long") << QByteArray("/" + QByteArray(200, 'x'));
    }
    void withoutAManager()
    {
        QFETCH(const QByteArray, socket);
        if (!socket.isEmpty())
            qputenv("NOTIFY_SOCKET", socket);
        const auto open = [] {
            return QDir(u"/proc/self/fd"_s)
                .entryList(QDir::NoDotAndDotDot | QDir::AllEntries | QDir::System)
                .size();
        };
        app::ServiceNotice notice;
        const auto before = open();
        notice.ready("x");
        notice.stopping();
        QCOMPARE(open(), before);
    }
};

QTEST_GUILESS_MAIN(TestServiceNotice)
#include "tst_service_notice.moc"
