// A server with a full disk, and one whose journal somebody has changed: a clear answer, nothing
// lost, nothing twice.
#include "models/store/tables.h"
#include "server/realm_host.h"
#include "sync/replica.h"
#include "tests/support/makers.h"

#include <QFileInfo>
#include <QSemaphore>
#include <QTest>

#include <csignal>
#include <sys/resource.h>

using namespace leeward;
using namespace leeward::test;
using namespace Qt::StringLiterals;

namespace {

// While it lives no file of this process grows beyond `bytes`, as on a disk that is full.
class FullDisk
{
public:
    explicit FullDisk(rlim_t bytes)
        : m_handler(std::signal(SIGXFSZ, SIG_IGN))
    {
        if (getrlimit(RLIMIT_FSIZE, &m_before) != 0)
            qFatal("getrlimit");
        const rlimit tight{bytes, m_before.rlim_max};
        if (setrlimit(RLIMIT_FSIZE, &tight) != 0)
            qFatal("setrlimit");
    }
    FullDisk(const FullDisk &) = delete;
    FullDisk &operator=(const FullDisk &) = delete;
    ~FullDisk()
    {
        setrlimit(RLIMIT_FSIZE, &m_before);
        std::signal(SIGXFSZ, m_handler);
    }

private:
    rlimit m_before = {};
    sighandler_t m_handler;
};

Result<sync::Reply> hand(server::RealmHost &host, const std::vector<Operation> &operations)
{
    QSemaphore answered;
    Result<sync::Reply> reply = fail(Errc::Internal, u"no answer"_s);
    qint64 head =
        host.run([](store::Connection &db) { return must(store::journalHead(db)).seq; }).result();
    host.exchange(
        {.submissions = sync::asSubmissions(operations), .cursor = {.seq = head, .hash = {}}}, {},
        [&](Result<sync::Reply> result) {
            reply = std::move(result);
            answered.release();
        });
    answered.acquire();
    return reply;
}

// Past the triggers: what somebody with the file in their hands can do.
void tamper(store::Connection &db, const char *sql)
{
    must(db.exec("DROP TRIGGER entry_is_final_update"));
    must(db.exec(sql));
    must(db.exec("CREATE TRIGGER entry_is_final_update BEFORE UPDATE ON entry BEGIN SELECT "
                 "RAISE(ABORT, 'the journal is append-only'); END"));
}

} // namespace

class TestTrouble : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    // At whatever byte the disk is full: every order that was answered is there once, every other
    // one is not, and when there is room the same orders go in, once each.
    void fullDisk_data()
    {
        QTest::addColumn<int>("room"); // KiB beyond what the log has
        for (const int room : {0, 1, 4, 5, 17, 64, 203})
            QTest::addRow("%d KiB", room) << room;
    }
    void fullDisk()
    {
        QFETCH(const int, room);
        const TemporaryRealm folder;
        FakeClock clock;
        Maker anna(1, u"anna"_s, u"a"_s);
        const QString path = folder.path(u"live.journal"_s);
        auto host = must(server::RealmHost::open(path, clock));
        const auto incident = anna.ids().make<IncidentId>();
        must(hand(*host, {anna.report(incident)}));
        std::vector<Operation> answered;
        std::vector<Operation> unanswered;
        {
            // Whichever is larger is the one that grows next, or soon.
            const qint64 now = std::max(QFileInfo(path).size(), QFileInfo(path + u"-wal"_s).size());
            const FullDisk full(static_cast<rlim_t>(now + room * 1024));
            for (int i = 0; i < 400 && unanswered.size() < 3; ++i) {
                const Operation note = anna.note(incident, u"%1 "_s.arg(i) + QString(300, u'水'));
                const auto reply = hand(*host, {note});
                if (reply) {
                    QVERIFY(reply->refused.empty());
                    answered.push_back(note);
                } else {
                    QCOMPARE(reply.error().code, Errc::DiskFull);
                    unanswered.push_back(note);
                }
            }
            // Who only looks is answered all the same.
            QVERIFY(hand(*host, {}).has_value());
        }
        QCOMPARE(unanswered.size(), 3U);
        const auto head = [&] {
            return host->run([](store::Connection &db) { return must(store::journalHead(db)).seq; })
                .result();
        };
        QCOMPARE(head(), static_cast<qint64>(answered.size()) + 1);
        // Killed and started again, it knows the same.
        host.reset();
        host = must(server::RealmHost::open(path, clock));
        QCOMPARE(head(), static_cast<qint64>(answered.size()) + 1);
        std::vector<Operation> all = answered;
        all.insert(all.end(), unanswered.begin(), unanswered.end());
        for (int time = 0; time < 2; ++time) { // and asked again
            for (const Operation &one : all)
                QVERIFY(must(hand(*host, {one})).refused.empty());
            QCOMPARE(head(), static_cast<qint64>(all.size()) + 1);
        }
        const QString fault =
            host->run([](store::Connection &db) { return journalFault(db); }).result();
        QCOMPARE(fault, QString());
    }

    // An entry that is not what was accepted: nothing is built on it and nobody is handed it, with
    // the place in words. Put right, the same orders go in, once each.
    void brokenChain_data()
    {
        QTest::addColumn<QByteArray>("change");
        QTest::addColumn<QByteArray>("back");
        QTest::addColumn<int>("entry");
        QTest::addColumn<bool>("takes"); // hands that are up to date still put in theirs
        for (const int entry : {1, 3, 5}) {
            const QByteArray where = " WHERE seq=" + QByteArray::number(entry);
            QTest::addRow("operation of %d", entry)
                << "UPDATE entry SET operation=CAST(replace(CAST(operation AS TEXT), '水', '火') "
                   "AS "
                   "BLOB)" +
                       where
                << "UPDATE entry SET operation=CAST(replace(CAST(operation AS TEXT), '火', '水') "
                   "AS "
                   "BLOB)" +
                       where
                << entry << (entry < 5);
            QTest::addRow("rows of %d", entry)
                << "UPDATE entry SET changeset=CAST(changeset||x'00' AS BLOB)" + where
                << "UPDATE entry SET changeset=CAST(substr(changeset, 1, length(changeset)-1) AS "
                   "BLOB)" +
                       where
                << entry << (entry < 5);
            QTest::addRow("time of %d", entry)
                << "UPDATE entry SET accepted_at=accepted_at+1" + where
                << "UPDATE entry SET accepted_at=accepted_at-1" + where << entry << (entry < 5);
        }
    }
    void brokenChain()
    {
        QFETCH(const QByteArray, change);
        QFETCH(const QByteArray, back);
        QFETCH(const int, entry);
        QFETCH(const bool, takes);
        FakeClock clock;
        Maker anna(1, u"anna"_s, u"a"_s);
        auto journal = memoryRealm();
        server::Authority maker(journal, clock);
        const auto incident = anna.ids().make<IncidentId>();
        std::vector<Operation> operations = {anna.report(incident, u"积水"_s)};
        for (int i = 0; i < 4; ++i)
            operations.push_back(anna.note(incident, u"水 %1"_s.arg(i)));
        const auto made = must(maker.exchange(operations, 0)).entries;
        tamper(journal, change.constData());

        // Whoever made them may still have them as they were accepted, and hands out nothing else.
        const auto kept = maker.exchange({}, 0);
        QVERIFY(!kept || kept->entries == made);
        // Whoever has to read them sees it.
        server::Authority authority(journal, clock);
        const auto named = [entry](const Error &error) {
            return error.code == Errc::Corrupt && error.detail.contains(u"entry %1 "_s.arg(entry));
        };
        const auto looks = authority.exchange({}, 0);
        QVERIFY(!looks && named(looks.error()));
        QVERIFY(authority.exchange({}, 5).has_value()); // who needs nothing of it
        const auto start = server::checkNewest(journal, 10'000);
        QVERIFY(!start && named(start.error()));
        const Operation note = anna.note(incident, u"新"_s);
        const auto handed = authority.exchange({note}, 5);
        QCOMPARE(handed.has_value(), takes);
        QVERIFY(takes || named(handed.error()));
        QCOMPARE(must(store::journalHead(journal)).seq, takes ? 6 : 5);

        tamper(journal, back.constData());
        QVERIFY(server::checkNewest(journal, 10'000).has_value());
        for (int time = 0; time < 2; ++time)
            QVERIFY(must(authority.exchange({note}, 5)).refused.empty());
        QCOMPARE(must(store::journalHead(journal)).seq, 6);
        QCOMPARE(journalFault(journal), QString());
    }
};

QTEST_GUILESS_MAIN(TestTrouble)
#include "tst_trouble.moc"
