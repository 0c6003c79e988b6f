// Old entries go into files of their own: every entry is always in the journal or in a whole
// archive, together they verify, and a damaged archive is known.
#include "models/store/cache_file.h"
#include "models/store/tables.h"
#include "server/authority.h"
#include "server/backup/archive.h"
#include "server/backup/backup_check.h"
#include "server/realm_host.h"
#include "tests/support/crash.h"
#include "tests/support/makers.h"

#include <QDir>
#include <QSemaphore>
#include <QTest>

using namespace leeward;
using namespace leeward::test;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using server::ArchiveReader;

namespace {

// A journal of `entries` entries, one a minute.
struct World
{
    explicit World(int entries, quint64 seed = 1)
        : anna(seed, u"anna"_s, u"a"_s)
    {
        auto file = must(store::CacheFile::open(path));
        server::Authority authority(file.connection(), clock);
        const auto incident = anna.ids().make<IncidentId>();
        for (int i = 0; i < entries; ++i) {
            operations.push_back(i == 0 ? anna.report(incident)
                                        : anna.note(incident, u"记事 %1"_s.arg(i)));
            must(authority.exchange({operations.back()}, i));
            clock.advance(1min);
        }
        digest = must(store::tablesDigest(file.connection()));
    }
    store::Connection open() const
    {
        return must(store::Connection::open(path, store::Connection::Mode::ReadWrite));
    }
    Result<server::Archived> archive(const server::ArchiveWish &wish,
                                     const Progress &progress = {}) const
    {
        auto db = open();
        return server::archiveRealm(db, archives, u"live"_s, wish, clock.now(), progress);
    }
    // The numbers of all entries, in archives and journal, as they come.
    std::vector<qint64> all() const
    {
        std::vector<qint64> numbers;
        auto db = open();
        const qint64 base = must(store::journalBase(db)).seq;
        const auto stream = server::entriesIn(server::archivesIn(archives))();
        while (true) {
            const auto some = must(stream());
            if (some.empty())
                break;
            for (const store::Entry &entry : some) {
                if (entry.seq <= base)
                    numbers.push_back(entry.seq);
            }
        }
        for (const store::Entry &entry : must(store::entriesAfter(db, base, 10'000)))
            numbers.push_back(entry.seq);
        return numbers;
    }
    // Empty: archives and journal hold, from the first entry on.
    QString fault(const QString &name) const
    {
        const QString copy = folder.path(name);
        QFile::remove(copy);
        if (!QFile::copy(path, copy))
            return u"no copy"_s;
        const auto check = must(server::checkRealmCopy(copy, server::archivesIn(archives)));
        for (const sync::Check &one : check.verification.checks) {
            if (!one.faults.isEmpty())
                return one.name + u": "_s + one.faults.front();
        }
        return {};
    }

    TemporaryRealm folder;
    QString path = folder.path(u"live.journal"_s);
    QString archives = folder.path(u"archive"_s);
    FakeClock clock;
    Maker anna;
    std::vector<Operation> operations;
    QByteArray digest;
};

std::vector<qint64> upTo(qint64 last)
{
    std::vector<qint64> numbers;
    for (qint64 i = 1; i <= last; ++i)
        numbers.push_back(i);
    return numbers;
}

QByteArray bytesOf(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

void write(const QString &path, const QByteArray &bytes)
{
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly | QIODevice::Truncate));
    QCOMPARE(file.write(bytes), bytes.size());
}

} // namespace

class TestArchive : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void howMuch_data()
    {
        QTest::addColumn<qint64>("keep");   // -1: not said
        QTest::addColumn<int>("beforeMin"); // minutes after the first; -1: not said
        QTest::addColumn<qint64>("first");  // the oldest that stays
        QTest::newRow("keep 1") << 1LL << -1 << 20LL;
        QTest::newRow("keep 5") << 5LL << -1 << 16LL;
        QTest::newRow("keep 19") << 19LL << -1 << 2LL;
        QTest::newRow("keep 20") << 20LL << -1 << 1LL;
        QTest::newRow("keep all") << 1000LL << -1 << 1LL;
        QTest::newRow("before the first") << -1LL << 0 << 1LL;
        QTest::newRow("before the second") << -1LL << 1 << 2LL;
        QTest::newRow("before the tenth") << -1LL << 9 << 10LL;
        QTest::newRow("before the future: the newest stays") << -1LL << 999 << 20LL;
    }
    void howMuch()
    {
        QFETCH(const qint64, keep);
        QFETCH(const int, beforeMin);
        QFETCH(const qint64, first);
        const World w(20);
        server::ArchiveWish wish;
        if (keep > 0)
            wish.keep = keep;
        if (beforeMin >= 0)
            wish.before = instantFromMs(FakeClock::startMs) + std::chrono::minutes(beforeMin);
        const auto done = must(w.archive(wish));
        QCOMPARE(done.first, first);
        QCOMPARE(done.head, 20);
        QCOMPARE(done.file.has_value(), first > 1);
        QCOMPARE(w.all(), upTo(20));
        QCOMPARE(w.fault(u"check"_s), QString());
        auto db = w.open();
        QCOMPARE(must(store::journalBase(db)).seq, first - 1);
        QCOMPARE(must(store::tablesDigest(db)), w.digest);
        for (size_t i = 0; i < w.operations.size(); ++i)
            QCOMPARE(must(store::numberOf(db, w.operations[i].id)), static_cast<qint64>(i) + 1);
        QVERIFY(!w.archive({}).has_value()); // nothing said is nothing done
    }

    void againAndAgain()
    {
        const World w(30);
        for (const qint64 keep : {25, 25, 18, 3, 1})
            QCOMPARE(must(w.archive({.before = std::nullopt, .keep = keep})).first, 31 - keep);
        QCOMPARE(server::archivesIn(w.archives).size(), 4U);
        QCOMPARE(w.all(), upTo(30));
        QCOMPARE(w.fault(u"check"_s), QString());
        // Without its archives the rest still verifies, from where it begins.
        const QString copy = w.folder.path(u"alone"_s);
        QVERIFY(QFile::copy(w.path, copy));
        auto file = must(store::CacheFile::open(copy));
        const auto alone = must(sync::verifyRealm(file.connection()));
        QVERIFY(alone.holds());
        // A row that an entry has touched and somebody has changed is found both ways.
        must(file.connection().exec(
            "UPDATE incident_event SET text='x' WHERE rowid=(SELECT max(rowid) FROM "
            "incident_event)"));
        QVERIFY(!must(sync::verifyRealm(file.connection())).holds());
        QVERIFY(!must(sync::verifyRealm(file.connection(),
                                        server::entriesIn(server::archivesIn(w.archives))))
                     .holds());
    }

    // Killed at any moment: nothing is lost, nothing is there twice for who reads on, and the next
    // call finishes it.
    void killedAnywhere()
    {
        int step = 1;
        for (bool died = true; died; ++step) {
            const World w(12);
            died = diesAt(step, [&](const Progress &progress) {
                (void) w.archive({.before = std::nullopt, .keep = 4}, progress);
            });
            QCOMPARE(w.all(), upTo(12));
            QCOMPARE(w.fault(u"check"_s), QString());
            QCOMPARE(must(w.archive({.before = std::nullopt, .keep = 4})).first, 9);
            QCOMPARE(w.all(), upTo(12));
            QCOMPARE(w.fault(u"check"_s), QString());
        }
        QVERIFY(step > 3); // it did report, and died of it
    }

    // The archive is written and the entries are still in the journal.
    void finishesWhatIsThere()
    {
        const World w(12);
        {
            auto db = w.open();
            must(server::writeArchive(
                w.archives, u"live"_s, 1, 5,
                [&db](qint64 after, int limit) { return store::entriesAfter(db, after, limit); },
                w.clock.now()));
        }
        QCOMPARE(must(w.archive({.before = std::nullopt, .keep = 12})).first, 6);
        QCOMPARE(w.all(), upTo(12));
    }

    // Every byte counts.
    void damage()
    {
        const World w(8);
        const auto done = must(w.archive({.before = std::nullopt, .keep = 2}));
        const QString path = done.file->path;
        const QByteArray good = bytesOf(path);
        const auto reads = [&path]() -> bool {
            auto reader = ArchiveReader::open(path);
            while (reader) {
                const auto some = reader->next();
                if (!some)
                    return false;
                if (some->empty())
                    return true;
            }
            return false;
        };
        QVERIFY(reads());
        for (qsizetype at = 0; at < good.size(); ++at) {
            QByteArray bad = good;
            bad[at] = static_cast<char>(bad[at] ^ 0x20);
            write(path, bad);
            QVERIFY2(!reads(), qPrintable(u"byte %1"_s.arg(at)));
        }
        for (qsizetype size = 0; size < good.size(); size += 7) {
            write(path, good.first(size));
            QVERIFY2(!reads(), qPrintable(u"cut to %1"_s.arg(size)));
        }
        write(path, good + 'x');
        QVERIFY(!reads());
        // The server's check says which file; and nothing more is taken out of the journal beside
        // it.
        QVERIFY(w.fault(u"check"_s).startsWith(u"archives: "_s + path));
        write(path, good);
        QCOMPARE(w.fault(u"check"_s), QString());
        QFile::remove(path);
        QVERIFY(w.fault(u"check"_s).contains(u"entries 1 to 6 are in no archive"_s));
    }

    // An archive of another realm, or of another life of this one, is not taken for this one's.
    void anotherPast()
    {
        const World w(12);
        const World other(9, 7);
        must(other.archive({.before = std::nullopt, .keep = 1}));
        QVERIFY(QDir().rename(other.archives, w.archives));
        const auto done = w.archive({.before = std::nullopt, .keep = 2});
        QVERIFY(!done);
        QCOMPARE(done.error().code, Errc::Corrupt);
        auto db = w.open();
        QCOMPARE(must(store::journalBase(db)).seq, 0);
    }

    // A server works on while its journal is archived.
    void whileItWorks()
    {
        const World w(50);
        FakeClock clock;
        auto host = must(server::RealmHost::open(w.path, clock));
        Maker bo(2, u"bo"_s, u"b"_s);
        const auto hand = [&](const Operation &operation, qint64 cursor) {
            QSemaphore answered;
            Result<sync::Reply> reply = fail(Errc::Internal, u"no answer"_s);
            host->exchange({.submissions = sync::asSubmissions({operation}),
                            .cursor = {.seq = cursor, .hash = {}}},
                           {}, [&](Result<sync::Reply> result) {
                               reply = std::move(result);
                               answered.release();
                           });
            answered.acquire();
            return must(std::move(reply));
        };
        const auto incident = bo.ids().make<IncidentId>();
        QCOMPARE(hand(bo.report(incident), 50).entries.size(), 1U);
        QCOMPARE(must(w.archive({.before = std::nullopt, .keep = 10})).first, 42);
        QCOMPARE(hand(bo.note(incident, u"一"_s), 51).entries.size(), 1U);
        QCOMPARE(hand(bo.note(incident, u"二"_s), 41).entries.size(), 12U);
        QCOMPARE(hand(bo.note(incident, u"三"_s), 40).first, 42);
        QVERIFY(hand(w.operations[3], 53).entries.empty()); // known, though archived
        host.reset();
        QCOMPARE(w.all(), upTo(53));
        QCOMPARE(w.fault(u"check"_s), QString());
    }
};

QTEST_GUILESS_MAIN(TestArchive)
#include "tst_archive.moc"
