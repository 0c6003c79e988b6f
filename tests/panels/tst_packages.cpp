#include "tests/panels/support/world.h"
#include "widgets/panels/package_panel.h"
#include "widgets/panels/package_text.h"

#include <QCheckBox>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QProgressBar>
#include <QPromise>
#include <QPushButton>
#include <QSignalSpy>
#include <QTest>

using namespace leeward;
using namespace leeward::test;
using namespace leeward::widgets;
using namespace Qt::StringLiterals;

namespace {

template <class T>
QFuture<T> ready(T value)
{
    return QtFuture::makeReadyValueFuture(std::move(value));
}

HallCard card(const QString &name, char byte)
{
    return {
        .key = QByteArray(32, byte), .name = name, .fingerprint = QString(5, QLatin1Char(byte))};
}

// A panel over services that answer when they are told to.
struct Scene
{
    World world;
    HallCards cards{.own = card(u"本厅"_s, '0'),
                    .trusted = {card(u"东厅"_s, '1'), card(u"西厅"_s, '2')},
                    .warnings = {}};
    QPromise<Result<PackageWritten>> written;
    QPromise<PackageAnswer<PackageTaken>> taken;
    std::optional<PackageOrder> order;
    std::shared_ptr<Progress> progress;
    PackageAnswer<PackageSeen> seen =
        PackageSeen{.sender = card(u"东厅"_s, '1'), .known = true, .madeAt = world.clock.now()};
    QByteArray trustOnce = "not asked";
    std::unique_ptr<PackagePanel> panel;

    Scene()
    {
        PackageServices &s = world.services.packages;
        s.cards = [this] { return ready(Result<HallCards>(cards)); };
        s.readCard = [](const QString &) { return ready(Result<HallCard>(card(u"南厅"_s, '3'))); };
        s.writeOwnCard = [](const QString &) { return ready(Result<>()); };
        s.trust = [this](const HallCard &one) {
            cards.trusted.push_back(one);
            return ready(Result<>());
        };
        s.write = [this](const PackageOrder &wanted, std::shared_ptr<Progress> p) {
            order = wanted;
            progress = std::move(p);
            written.start();
            return written.future();
        };
        s.inspect = [this](const QString &) { return ready(PackageAnswer<PackageSeen>(seen)); };
        s.take = [this](const QString &, const QString &, const QByteArray &once,
                        std::shared_ptr<Progress> p) {
            trustOnce = once;
            progress = std::move(p);
            taken.start();
            return taken.future();
        };
        panel = std::make_unique<PackagePanel>(world.context);
        panel->setLanguage(Language::English);
        panel->resize(420, 600);
        panel->show();
        World::waitFor([this] { return halls()->count() == 2; });
    }
    template <class Widget>
    Widget *find(const char *name)
    {
        auto *found = panel->findChild<Widget *>(QString::fromLatin1(name));
        if (!found)
            qFatal("no %s", name);
        return found;
    }
    QListWidget *halls() { return find<QListWidget>("package.halls"); }
    QPushButton *button(const char *name) { return find<QPushButton>(name); }
    QString result() { return find<QLabel>("package.result")->text(); }
    void click(const char *name) { QTest::mouseClick(button(name), Qt::LeftButton); }
};

} // namespace

class TestPackages : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void writesForWhomIsTicked()
    {
        Scene s;
        QVERIFY(s.find<QLabel>("package.own")->text().contains(u"00000"_s));
        QVERIFY(!s.button("package.write")->isEnabled()); // for nobody
        s.halls()->setCurrentRow(1);
        QTest::keyClick(s.halls(), Qt::Key_Space);
        QVERIFY(s.button("package.write")->isEnabled());
        s.find<QCheckBox>("package.queueOnly")->setChecked(true);
        s.world.prompter.file = u"/stick/a.leewardpkg"_s;
        s.click("package.write");
        QVERIFY(s.order);
        QCOMPARE(s.order->file, u"/stick/a.leewardpkg"_s);
        QCOMPARE(s.order->to, std::vector{card(u"西厅"_s, '2')});
        QVERIFY(s.order->queueOnly);
        // While it works: what it does, a cancel, and nothing else at once.
        QVERIFY(s.find<QProgressBar>("package.progress")->isVisible());
        QVERIFY(!s.button("package.read")->isEnabled());
        QVERIFY(!s.button("package.write")->isEnabled());
        s.written.addResult(
            Result<PackageWritten>(PackageWritten{.entries = 12, .operations = 3, .bytes = 5000}));
        s.written.finish();
        QTRY_VERIFY2(s.result().contains(u"12 entries and 3 operations"_s), qPrintable(s.result()));
        QVERIFY(!s.find<QProgressBar>("package.progress")->isVisible());
        QVERIFY(s.button("package.read")->isEnabled());
    }

    void aPassphraseNeedsLength_data()
    {
        QTest::addColumn<QString>("words");
        QTest::addColumn<bool>("ticked");
        QTest::addColumn<bool>("ready");
        QTest::newRow("none, nobody") << QString() << false << false;
        QTest::newRow("none, ticked") << QString() << true << true;
        QTest::newRow("short, nobody") << u"123456789"_s << false << false;
        QTest::newRow("short, ticked") << u"123456789"_s << true << false;
        QTest::newRow("long, nobody") << u"一个很长的口令二〇二六"_s << false << true;
    }
    void aPassphraseNeedsLength()
    {
        QFETCH(const QString, words);
        QFETCH(const bool, ticked);
        QFETCH(const bool, ready);
        Scene s;
        if (ticked)
            s.halls()->item(0)->setCheckState(Qt::Checked);
        s.find<QLineEdit>("package.passphrase")->setText(words);
        QCOMPARE(s.button("package.write")->isEnabled(), ready);
    }

    void isCancelled()
    {
        Scene s;
        s.halls()->item(0)->setCheckState(Qt::Checked);
        s.world.prompter.file = u"/stick/a.leewardpkg"_s;
        s.click("package.write");
        s.click("package.cancel");
        QVERIFY(s.progress->isCancelled());
        s.written.addResult(Result<PackageWritten>(fail(Errc::Cancelled, u"by hand"_s)));
        s.written.finish();
        QTRY_COMPARE(s.result(), u"Cancelled; nothing was written."_s);
    }

    void aKnownHallIsTakenAtOnce()
    {
        Scene s;
        QSignalSpy conflicts(s.panel.get(), &PackagePanel::conflictsCame);
        s.world.prompter.file = u"/stick/b.leewardpkg"_s;
        s.click("package.read");
        QTRY_COMPARE(s.trustOnce, QByteArray());
        s.taken.addResult(PackageAnswer<PackageTaken>(PackageTaken{.seen = *s.seen,
                                                                   .entriesTaken = 7,
                                                                   .entriesKnown = 5,
                                                                   .operationsTaken = 4,
                                                                   .operationsKnown = 1,
                                                                   .operationsInConflict = 2,
                                                                   .strangers = {u"99999"_s}}));
        s.taken.finish();
        QTRY_VERIFY2(s.result().contains(u"7 taken, 5 were here"_s), qPrintable(s.result()));
        for (const QString &part : {u"东厅"_s, u"11111"_s, u"4 taken, 1 were here"_s,
                                    u"2 of them do not fit"_s, u"99999"_s})
            QVERIFY2(s.result().contains(part), qPrintable(part));
        QCOMPARE(conflicts.size(), 1);
    }

    // A stranger's package is taken only after a person has compared the fingerprint.
    void aStrangerIsShownFirst()
    {
        Scene s;
        s.seen = PackageSeen{
            .sender = card(u"北厅"_s, '7'), .known = false, .madeAt = s.world.clock.now()};
        s.world.prompter.file = u"/stick/c.leewardpkg"_s;
        s.click("package.read");
        QTRY_VERIFY(s.button("package.takeOnce")->isVisible());
        QCOMPARE(s.trustOnce, "not asked"_ba);
        QVERIFY2(s.result().contains(u"77777"_s), qPrintable(s.result()));
        s.click("package.takeOnce");
        QTRY_COMPARE(s.trustOnce, QByteArray(32, '7'));
        QVERIFY(!s.button("package.takeOnce")->isVisible());
    }

    void aCardIsTrustedByItsFingerprint()
    {
        Scene s;
        s.world.prompter.file = u"/stick/south.leewardkey"_s;
        s.world.prompter.yes = false;
        s.click("package.addCard");
        QTRY_VERIFY(s.world.prompter.asked.contains(u"Trust this hall?"_s));
        QCOMPARE(s.halls()->count(), 2); // not without a yes
        s.world.prompter.yes = true;
        s.halls()->item(0)->setCheckState(Qt::Checked);
        s.click("package.addCard");
        QTRY_COMPARE(s.halls()->count(), 3);
        QVERIFY(s.halls()->item(2)->text().contains(u"南厅"_s));
        QCOMPARE(s.halls()->item(0)->checkState(), Qt::Checked); // a tick stays
    }

    void everyFaultHasItsWords_data()
    {
        QTest::addColumn<QString>("fault");
        for (const char *fault :
             {"not-a-package", "newer-format", "cut-short", "damaged", "unknown-sender",
              "not-for-us", "wrong-passphrase", "drill-into-live", "live-into-drill", "other-realm",
              "forged-operation", "hole", "other-past", "failed"})
            QTest::newRow(fault) << QString::fromLatin1(fault);
    }
    void everyFaultHasItsWords()
    {
        QFETCH(const QString, fault);
        Scene s;
        s.seen = std::unexpected(
            PackageRefused{.fault = fault, .error = {Errc::DiskFull, u"after 42"_s}});
        s.world.prompter.file = u"/stick/d.leewardpkg"_s;
        s.click("package.read");
        const QString words = packageFaultText(fault, Language::English);
        QVERIFY(words.size() > 30);
        QVERIFY(packageFaultText(fault, Language::Chinese).size() > 10);
        QTRY_VERIFY2(s.result().contains(words), qPrintable(s.result()));
        QCOMPARE(s.result().contains(u"42"_s), fault == "hole"_L1);
        QVERIFY(!s.panel->isBusy());
        QCOMPARE(s.trustOnce, "not asked"_ba);
    }
};

QTEST_MAIN(TestPackages)
#include "tst_packages.moc"
