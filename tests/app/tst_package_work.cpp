// Packages between two open stand-alone realms, through the calls that the screen makes.
#include "app/console/package_work.h"
#include "sync/sealed_package.h"
#include "tests/support/makers.h"
#include "widgets/panels/package_text.h"

#include <QFile>
#include <QSignalSpy>
#include <QTest>

using namespace leeward;
using namespace leeward::app;
using namespace leeward::test;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using widgets::PackageOrder;

namespace {

template <class T>
T wait(QFuture<T> future)
{
    if (!QTest::qWaitFor([&] { return future.isFinished(); }, 30'000))
        qFatal("waited in vain");
    return future.result();
}

struct Hall
{
    SeededIds ids;
    std::unique_ptr<Realm> realm;
    widgets::PackageServices packages;

    Hall(const TemporaryRealm &folder, const FakeClock &clock, const QString &name, quint64 seed)
        : ids(seed)
        , realm(must(Realm::open(folder.path(name + u".leeward"_s), clock, ids,
                                 {.user = name, .desk = name})))
        , packages(packageServices(*realm, clock, name))
    {
    }
    IncidentId report(const QString &title)
    {
        const auto id = realm->desk().newId<IncidentId>();
        op::ReportIncident body;
        body.incident = id;
        body.type = u"flood"_s;
        body.title = title;
        body.place = LonLat{121.5, 28.6};
        body.source = u"phone"_s;
        if (!wait(realm->desk().submit(body)))
            qFatal("not reported");
        settle();
        return id;
    }
    void settle()
    {
        const auto done = [&] { return must(wait(realm->desk().queueState())).queued == 0; };
        if (!QTest::qWaitFor(done, 10'000))
            qFatal("the queue does not empty");
    }
    qint64 head() { return must(wait(realm->desk().queueState())).cursor; }
    widgets::HallCard own() { return must(wait(packages.cards())).own; }
    auto take(const QString &file, const QByteArray &once = {})
    {
        return wait(packages.take(file, {}, once, std::make_shared<Progress>()));
    }
};

} // namespace

class PackageWorkTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    // Cards are exchanged, a package goes over, what is in it is on the other's screen; twice
    // changes nothing.
    void fromHallToHall()
    {
        TemporaryRealm folder;
        FakeClock clock;
        Hall east(folder, clock, u"东厅"_s, 1);
        Hall west(folder, clock, u"西厅"_s, 2);
        const QString card = folder.path(u"west.leewardkey"_s);
        QVERIFY(wait(west.packages.writeOwnCard(card)));
        const auto read = must(wait(east.packages.readCard(card)));
        QCOMPARE(read, west.own());
        QVERIFY(!read.fingerprint.isEmpty());
        QVERIFY(wait(east.packages.trust(read)));
        QCOMPARE(must(wait(east.packages.cards())).trusted, std::vector{read});
        east.report(u"江口村内涝"_s);
        const QString file = folder.path(u"east.leewardpkg"_s);
        QStringList steps;
        const auto progress =
            std::make_shared<Progress>([&](qint64 done, qint64 total, const QString &) {
                steps += u"%1/%2"_s.arg(done).arg(total);
            });
        const auto written =
            wait(east.packages.write({.file = file, .to = {read}, .passphrase = {}}, progress));
        QVERIFY(written);
        QCOMPARE(written->operations, 1);
        QCOMPARE(steps.last(), u"3/3"_s);
        // A stranger is told apart before anything is taken, and believed once by the fingerprint.
        const auto seen = wait(west.packages.inspect(file));
        QVERIFY(seen);
        QVERIFY(!seen->known);
        QCOMPARE(seen->sender, east.own());
        const auto refused = west.take(file);
        QVERIFY(!refused);
        QCOMPARE(refused.error().fault, u"unknown-sender"_s);
        QCOMPARE(west.head(), 0);
        QSignalSpy changed(&west.realm->feed(), &store::ChangeFeed::changed);
        const auto taken = west.take(file, seen->sender.key);
        QVERIFY(taken);
        QCOMPARE(taken->operationsTaken, 1);
        QTRY_VERIFY(!changed.isEmpty());
        QTRY_COMPARE(west.head(), 1); // handed in to its own journal
        const auto again = west.take(file, seen->sender.key);
        QVERIFY(again);
        QCOMPARE(again->operationsTaken, 0);
        QCOMPARE(again->operationsKnown, 1);
        QCOMPARE(west.head(), 1);
    }

    void onlyWhatWaits()
    {
        TemporaryRealm folder;
        FakeClock clock;
        Hall east(folder, clock, u"东厅"_s, 1);
        Hall west(folder, clock, u"西厅"_s, 2);
        east.report(u"江口村内涝"_s);
        const QString file = folder.path(u"east.leewardpkg"_s);
        const auto written = wait(east.packages.write(
            {.file = file, .to = {west.own()}, .passphrase = {}, .queueOnly = true},
            std::make_shared<Progress>()));
        QVERIFY(written);
        QCOMPARE(written->operations, 0);
        QCOMPARE(written->entries, 0);
    }

    void badPackages_data()
    {
        QTest::addColumn<QString>("what");
        QTest::addColumn<QString>("fault");
        QTest::newRow("another file") << u"foreign"_s << u"not-a-package"_s;
        QTest::newRow("pulled out") << u"cut"_s << u"cut-short"_s;
        QTest::newRow("changed") << u"flip"_s << u"damaged"_s;
        QTest::newRow("for somebody else") << u"other"_s << u"not-for-us"_s;
        QTest::newRow("no file") << u"missing"_s << u"failed"_s;
    }
    void badPackages()
    {
        QFETCH(const QString, what);
        QFETCH(const QString, fault);
        TemporaryRealm folder;
        FakeClock clock;
        Hall east(folder, clock, u"东厅"_s, 1);
        Hall west(folder, clock, u"西厅"_s, 2);
        east.report(u"江口村内涝"_s);
        const QString path = folder.path(u"east.leewardpkg"_s);
        const auto to = what == "other"_L1 ? east.own() : west.own();
        QVERIFY(wait(east.packages.write({.file = path, .to = {to}, .passphrase = {}},
                                         std::make_shared<Progress>())));
        QFile file(path);
        QVERIFY(file.open(QIODevice::ReadWrite));
        QByteArray bytes = file.readAll();
        if (what == "foreign"_L1)
            bytes = "a letter, and nothing else";
        else if (what == "cut"_L1)
            bytes.chop(bytes.size() / 3);
        else if (what == "flip"_L1)
            bytes[bytes.size() / 2] = char(bytes[bytes.size() / 2] ^ 1);
        QVERIFY(file.resize(0) && file.seek(0));
        QCOMPARE(file.write(bytes), bytes.size());
        file.close();
        if (what == "missing"_L1)
            QVERIFY(file.remove());
        const auto taken = west.take(path, east.own().key);
        QVERIFY(!taken);
        QCOMPARE(taken.error().fault, fault);
        QCOMPARE(west.head(), 0);
    }

    // Every fault there is has words, so that a new one can not come without.
    void everyFaultHasWords()
    {
        for (int i = 0; i <= int(sync::PackageFault::Failed); ++i) {
            const QString name = sync::faultName(sync::PackageFault(i));
            QVERIFY(!name.isEmpty());
            for (const Language language : {Language::Chinese, Language::English})
                QVERIFY2(!widgets::packageFaultText(name, language).isEmpty(), qPrintable(name));
        }
    }

    void cancelledLeavesNothing()
    {
        TemporaryRealm folder;
        FakeClock clock;
        Hall east(folder, clock, u"东厅"_s, 1);
        east.report(u"江口村内涝"_s);
        const QString file = folder.path(u"east.leewardpkg"_s);
        for (int at = 0; at < 3; ++at) {
            std::shared_ptr<Progress> progress;
            progress =
                std::make_shared<Progress>([&progress, at](qint64 done, qint64, const QString &) {
                    if (done == at)
                        progress->cancel();
                });
            const auto written = wait(east.packages.write(
                {.file = file, .to = {east.own()}, .passphrase = {}}, progress));
            QVERIFY(!written);
            QCOMPARE(written.error().code, Errc::Cancelled);
            QVERIFY(!QFile::exists(file));
        }
        auto stopped = std::make_shared<Progress>();
        stopped->cancel();
        const auto taken = wait(east.packages.take(file, {}, {}, stopped));
        QVERIFY(!taken);
        QCOMPARE(taken.error().error.code, Errc::Cancelled);
    }
};

QTEST_GUILESS_MAIN(PackageWorkTest)
#include "tst_package_work.moc"
