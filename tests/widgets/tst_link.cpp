#include "support/demo_city.h"
#include "support/fits.h"

#include "widgets/link_words.h"
#include "widgets/sign_in_dialog.h"
#include "widgets/start_window.h"

#include <QAbstractButton>
#include <QGuiApplication>
#include <QLabel>
#include <QLineEdit>
#include <QProgressBar>
#include <QRegularExpression>
#include <QScreen>
#include <QSignalSpy>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace leeward;
using namespace leeward::test;
using namespace std::chrono_literals;
using widgets::LinkStatus;
using widgets::SignInDialog;
using widgets::SignInTrouble;
using State = LinkStatus::State;

namespace {

constexpr int states = int(State::TooOld) + 1;
constexpr int troubles = int(SignInTrouble::Why::OfflineUnknown) + 1;

bool isChinese(const QString &text)
{
    static const QRegularExpression han(u"[\\x{4E00}-\\x{9FFF}]"_s);
    return text.contains(han);
}

LinkStatus at(State state, Instant now, std::optional<Duration> grace = {})
{
    return {.state = state,
            .since = now - 5min,
            .server = u"hall.example:7443"_s,
            .realm = u"live"_s,
            .grace = grace};
}

} // namespace

// How the link with a server and the sign-in are told and shown.
class LinkTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    // Each state has a shape and word of its own and a whole sentence, in both languages.
    void everyStateHasWords()
    {
        const Instant now = FakeClock().now();
        for (const Language language : {Language::Chinese, Language::English}) {
            QStringList faces;
            for (int i = 0; i < states; ++i) {
                const auto words = linkWords(at(State(i), now, 90min), 3, now, language);
                const QString where = QString::number(i);
                QVERIFY2(!words.sentence.contains(u'%'), qPrintable(where));
                QCOMPARE(isChinese(words.sentence), language == Language::Chinese);
                QVERIFY2(words.sentence.size() > 10, qPrintable(where));
                if (State(i) == State::StandAlone) {
                    QVERIFY(words.brief.isEmpty() && words.line.isEmpty());
                    continue;
                }
                QVERIFY2(words.line.contains(u"hall.example:7443"_s), qPrintable(where));
                // How long work may go on is said only where it does.
                const bool works = State(i) != State::Connected && State(i) != State::SignedOut &&
                                   State(i) != State::TooOld;
                QCOMPARE(words.sentence.contains(language == Language::Chinese ? u"1小时30分钟"_s
                                                                               : u"1 h 30 min"_s),
                         works);
                QVERIFY(!faces.contains(words.line));
                faces += words.line;
                QCOMPARE(words.brief.isEmpty(), State(i) == State::Connected);
                if (!words.brief.isEmpty()) {
                    QVERIFY2(!words.brief.at(0).isLetterOrNumber(), qPrintable(where));
                    QVERIFY2(words.brief.contains(u'3'), qPrintable(where));
                }
            }
        }
    }

    void everyTroubleHasWords()
    {
        const Instant now = FakeClock().now();
        for (const Language language : {Language::Chinese, Language::English}) {
            QStringList all;
            for (int i = 0; i < troubles; ++i) {
                const SignInTrouble trouble{.why = SignInTrouble::Why(i),
                                            .wait = 29s,
                                            .server = u"hall.example"_s,
                                            .realm = u"live"_s,
                                            .file = u"ca.pem"_s};
                const QString text =
                    signInText(trouble, widgets::SignInPlace::AtStart, now, language);
                QVERIFY2(text.size() > 10 && !text.contains(u'%'), qPrintable(text));
                QVERIFY2(isChinese(text) == (language == Language::Chinese), qPrintable(text));
                QVERIFY2(!all.contains(text), qPrintable(text));
                all += text;
            }
        }
    }

    // At work nothing can be chosen below: no text sends a person there, and the one of an
    // untrusted server says where it can be.
    void wordsFitThePlace_data()
    {
        QTest::addColumn<Language>("language");
        QTest::addColumn<QString>("below");
        QTest::addColumn<QString>("start");
        QTest::newRow("zh") << Language::Chinese << u"下面"_s << u"再启动"_s;
        QTest::newRow("en") << Language::English << u"below"_s << u"at the start"_s;
    }
    void wordsFitThePlace()
    {
        QFETCH(const Language, language);
        QFETCH(const QString, below);
        QFETCH(const QString, start);
        const SignInTrouble trouble{.why = SignInTrouble::Why::Untrusted,
                                    .server = u"hall.example"_s};
        const Instant now = FakeClock().now();
        const auto text = [&](widgets::SignInPlace place) {
            return signInText(trouble, place, now, language);
        };
        QVERIFY(text(widgets::SignInPlace::AtStart).contains(below));
        const QString atWork = text(widgets::SignInPlace::AtWork);
        QVERIFY2(!atWork.contains(below) && atWork.contains(start), qPrintable(atWork));
        QVERIFY(atWork.contains(u"hall.example"_s) && !atWork.contains(u'%'));
        // The dialog knows its place.
        FakeClock clock;
        FakePrompter prompter;
        for (const auto place : {widgets::SignInPlace::AtStart, widgets::SignInPlace::AtWork}) {
            SignInDialog dialog(place, clock, prompter, language);
            dialog.showTrouble(trouble);
            QCOMPARE(dialog.findChild<QLabel *>(u"signIn.trouble"_s)->text(), text(place));
        }
    }

    void spans_data()
    {
        QTest::addColumn<qint64>("ms");
        QTest::addColumn<QString>("zh");
        QTest::addColumn<QString>("en");
        QTest::newRow("none") << qint64(0) << u"不到1分钟"_s << u"less than a minute"_s;
        QTest::newRow("59 s") << qint64(59'999) << u"不到1分钟"_s << u"less than a minute"_s;
        QTest::newRow("minute") << qint64(60'000) << u"1分钟"_s << u"1 min"_s;
        QTest::newRow("hour") << qint64(3'600'000) << u"1小时"_s << u"1 h"_s;
        QTest::newRow("days") << qint64(259'260'000) << u"72小时1分钟"_s << u"72 h 1 min"_s;
    }
    void spans()
    {
        QFETCH(const qint64, ms);
        QTEST(widgets::spanWords(Duration(ms), Language::Chinese), "zh");
        QTEST(widgets::spanWords(Duration(ms), Language::English), "en");
    }

    void standAloneShowsNoLink()
    {
        Hall hall;
        hall.openWindow();
        QVERIFY(!hall.find(u"status.link"_s)->isVisible());
        QVERIFY(!hall.find(u"linkBanner"_s)->isVisible());
        QVERIFY(!hall.window->findChild<QAction *>(u"menu.signIn"_s));
    }

    void theWindowTellsTheLink_data()
    {
        QTest::addColumn<int>("state");
        QTest::addColumn<QString>("header");
        QTest::addColumn<QString>("button"); // of the banner; empty: no banner
        QTest::newRow("connecting") << int(State::Connecting) << u"◌ connecting"_s << QString();
        QTest::newRow("connected") << int(State::Connected) << u"●"_s << QString();
        QTest::newRow("offline") << int(State::Offline) << u"○ offline since"_s << QString();
        QTest::newRow("busy") << int(State::Unavailable) << u"◍ server busy"_s << QString();
        QTest::newRow("over") << int(State::NotSignedIn) << u"▲ sign in again"_s
                              << u"linkBanner.signIn"_s;
        QTest::newRow("out") << int(State::SignedOut) << u"▲ signed out"_s
                             << u"linkBanner.signIn"_s;
        QTest::newRow("locked") << int(State::LockedOut) << u"■ locked out"_s
                                << u"linkBanner.signIn"_s;
        QTest::newRow("untrusted")
            << int(State::Untrusted) << u"✕ server not trusted"_s << u"linkBanner.tryNow"_s;
        QTest::newRow("no realm") << int(State::NoRealm) << u"■ no such realm"_s
                                  << u"linkBanner.tryNow"_s;
        QTest::newRow("too old") << int(State::TooOld) << u"■ too old"_s << u"linkBanner.text"_s;
    }
    void theWindowTellsTheLink()
    {
        QFETCH(const int, state);
        QFETCH(const QString, header);
        QFETCH(const QString, button);
        Hall hall;
        hall.link = std::make_unique<widgets::LinkModel>();
        hall.link->setStatus(at(State::Connecting, hall.clock.now()));
        hall.openWindow();
        hall.link->setStatus(at(State(state), hall.clock.now(), 72h));
        const auto *link = hall.find<QAbstractButton>(u"header.link"_s);
        QTRY_VERIFY2(link->text().startsWith(header), qPrintable(link->text()));
        QCOMPARE(link->accessibleName(), link->text());
        QVERIFY(hall.find<QLabel>(u"status.link"_s)->text().contains(u"hall.example"_s));
        QCOMPARE(hall.find(u"linkBanner"_s)->isVisible(), !button.isEmpty());
        if (!button.isEmpty())
            QVERIFY(hall.find(button)->isVisible());
        QVERIFY(hall.find(u"linkBanner.tryNow"_s)->isVisible() ==
                (button == "linkBanner.tryNow"_L1));
    }

    void theBannerAsks()
    {
        Hall hall;
        hall.link = std::make_unique<widgets::LinkModel>();
        hall.link->setStatus(at(State::NotSignedIn, hall.clock.now()));
        hall.openWindow();
        QSignalSpy signIn(hall.link.get(), &widgets::LinkModel::signInWanted);
        QSignalSpy tryNow(hall.link.get(), &widgets::LinkModel::tryNowWanted);
        QTest::mouseClick(hall.find(u"linkBanner.signIn"_s), Qt::LeftButton);
        QCOMPARE(signIn.size(), 1);
        hall.link->setStatus(at(State::Untrusted, hall.clock.now()));
        QTest::mouseClick(hall.find(u"linkBanner.tryNow"_s), Qt::LeftButton);
        QCOMPARE(tryNow.size(), 1);
        QSignalSpy out(hall.link.get(), &widgets::LinkModel::signOutWanted);
        hall.window->findChild<QAction *>(u"menu.changeUser"_s)->trigger();
        QCOMPARE(out.size(), 1);
        QCOMPARE(signIn.size(), 2);
        hall.link->setStatus(at(State::SignedOut, hall.clock.now()));
        QVERIFY(!hall.window->findChild<QAction *>(u"menu.signOut"_s)->isEnabled());
    }

    // While a whole copy is needed the banner stays; what loads it is there when the server is.
    void aCopyIsNeeded_data()
    {
        QTest::addColumn<int>("state");
        QTest::addColumn<bool>("now");
        QTest::newRow("connected") << int(State::Connected) << true;
        QTest::newRow("connecting") << int(State::Connecting) << false;
        QTest::newRow("offline") << int(State::Offline) << false;
        QTest::newRow("over") << int(State::NotSignedIn) << false;
        QTest::newRow("too old") << int(State::TooOld) << false;
    }
    void aCopyIsNeeded()
    {
        QFETCH(const int, state);
        QFETCH(const bool, now);
        Hall hall;
        hall.link = std::make_unique<widgets::LinkModel>();
        LinkStatus status = at(State(state), hall.clock.now());
        hall.link->setStatus(status);
        hall.openWindow();
        QSignalSpy wanted(hall.link.get(), &widgets::LinkModel::copyWanted);
        const auto *copy = hall.window->findChild<QAction *>(u"menu.loadCopy"_s);
        hall.window->runUi({command::Ui::What::LoadCopy, {}});
        QVERIFY(!copy->isEnabled());
        QCOMPARE(wanted.size(), 0);
        QVERIFY(!hall.find(u"linkBanner.loadCopy"_s)->isVisible());
        status.needsCopy = true;
        hall.link->setStatus(status);
        QVERIFY(hall.find(u"linkBanner"_s)->isVisible());
        QVERIFY(hall.find<QLabel>(u"linkBanner.text"_s)->text().contains(u"archived"_s));
        QCOMPARE(hall.find(u"linkBanner.loadCopy"_s)->isVisible(), now);
        QCOMPARE(copy->isEnabled(), now);
        QCOMPARE(
            hall.find<QAbstractButton>(u"header.link"_s)->text().startsWith(u"▲ copy needed"_s),
            now);
        if (now)
            QTest::mouseClick(hall.find(u"linkBanner.loadCopy"_s), Qt::LeftButton);
        hall.window->runUi({command::Ui::What::LoadCopy, {}});
        QCOMPARE(wanted.size(), now ? 2 : 0);
        for (const Language language : {Language::Chinese, Language::English}) {
            const auto words = linkWords(status, 3, hall.clock.now(), language);
            QVERIFY(!words.brief.isEmpty() && !words.sentence.contains(u'%'));
            QCOMPARE(isChinese(words.sentence), language == Language::Chinese);
        }
    }

    // The last two hours without the server are told on their own.
    void theEndOfTheGraceIsTold()
    {
        Hall hall;
        hall.link = std::make_unique<widgets::LinkModel>();
        hall.link->setStatus(at(State::Offline, hall.clock.now(), 3h));
        hall.openWindow();
        QVERIFY(!hall.find(u"linkBanner"_s)->isVisible());
        hall.link->setStatus(at(State::Offline, hall.clock.now(), 119min));
        QVERIFY(hall.find(u"linkBanner"_s)->isVisible());
        QVERIFY(hall.find<QLabel>(u"linkBanner.text"_s)->text().contains(u"1 h 59 min"_s));
        hall.link->setStatus(at(State::Offline, hall.clock.now(), 0h));
        QVERIFY(hall.find<QLabel>(u"linkBanner.text"_s)->text().contains(u"used up"_s));
        hall.link->setStatus(at(State::Connected, hall.clock.now()));
        QVERIFY(!hall.find(u"linkBanner"_s)->isVisible());
    }

    // By keys alone: from field to field, Enter signs in, Esc stops and then leaves.
    void theDialogByKeys()
    {
        const FakeClock clock;
        FakePrompter prompter;
        SignInDialog dialog(SignInDialog::Place::AtStart, clock, prompter, Language::English);
        dialog.setForm(
            {.server = u"https://hall.example:7443"_s, .realm = u"live"_s, .desk = u"2号台"_s});
        dialog.show();
        dialog.activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(&dialog));
        auto *user = dialog.findChild<QLineEdit *>(u"signIn.user"_s);
        auto *password = dialog.findChild<QLineEdit *>(u"signIn.password"_s);
        QTRY_VERIFY(user->hasFocus());
        QVERIFY(!dialog.findChild<QWidget *>(u"signIn.go"_s)->isEnabled());
        QSignalSpy wanted(&dialog, &SignInDialog::signInWanted);
        QTest::keyClicks(user, u"anna "_s);
        QTest::keyClick(user, Qt::Key_Tab);
        QTRY_VERIFY(password->hasFocus());
        QTest::keyClick(password, Qt::Key_Return);
        QCOMPARE(wanted.size(), 0);
        QTest::keyClicks(password, u" secret "_s);
        QTest::keyClick(password, Qt::Key_Return);
        QCOMPARE(wanted.size(), 1);
        const auto form = wanted.first().first().value<widgets::SignInForm>();
        QCOMPARE(form.user, u"anna"_s);
        QCOMPARE(form.password, u" secret "_s); // blanks belong to it
        dialog.setBusy(true);
        QVERIFY(!user->isEnabled());
        QSignalSpy stop(&dialog, &SignInDialog::stopWanted);
        QTest::keyClick(&dialog, Qt::Key_Escape);
        QCOMPARE(stop.size(), 1);
        QVERIFY(dialog.isVisible());
        dialog.showTrouble({.why = SignInTrouble::Why::WrongPassword, .server = u"hall"_s});
        QTRY_VERIFY(password->hasFocus());
        QVERIFY(password->text().isEmpty());
        dialog.offerOffline(71h);
        password->setText(u"x"_s);
        QSignalSpy offline(&dialog, &SignInDialog::offlineWanted);
        QTest::keyClick(&dialog, Qt::Key_O, Qt::AltModifier);
        QTRY_COMPARE(offline.size(), 1);
        QTest::keyClick(&dialog, Qt::Key_Escape);
        QTRY_VERIFY(!dialog.isVisible());
    }

    void everyControlHasNames()
    {
        const FakeClock clock;
        FakePrompter prompter;
        SignInDialog dialog(SignInDialog::Place::AtStart, clock, prompter, Language::English);
        const widgets::StartWindow start;
        const std::initializer_list<const QWidget *> windows = {&dialog, &start};
        for (const QWidget *window : windows) {
            for (const QWidget *widget : window->findChildren<QWidget *>()) {
                if (!qobject_cast<const QAbstractButton *>(widget) &&
                    !qobject_cast<const QLineEdit *>(widget) &&
                    !qobject_cast<const QProgressBar *>(widget))
                    continue;
                QVERIFY2(!widget->objectName().isEmpty() && !widget->accessibleName().isEmpty(),
                         qPrintable(widget->objectName()));
            }
        }
    }

    void theStartWindow()
    {
        widgets::StartWindow start;
        start.showConnecting(u"hall.example"_s);
        start.show();
        QVERIFY(QTest::qWaitForWindowExposed(&start));
        QSignalSpy stop(&start, &widgets::StartWindow::stopWanted);
        QSignalSpy goOn(&start, &widgets::StartWindow::goOnWanted);
        auto *bar = start.findChild<QProgressBar *>(u"start.bar"_s);
        QCOMPARE(bar->maximum(), 0);
        start.showLoading(3'000'000'000, 6'000'000'000, u"load"_s); // beyond what a bar counts
        QCOMPARE(bar->value(), bar->maximum() / 2);
        QTest::keyClick(&start, Qt::Key_Return);
        QCOMPARE(goOn.size(), 0);
        QTest::keyClick(&start, Qt::Key_Escape);
        QCOMPARE(stop.size(), 1);
        start.showFailure(u"no"_s);
        QVERIFY(!bar->isVisible());
        QTest::keyClick(&start, Qt::Key_Return);
        QCOMPARE(goOn.size(), 1);
        start.close();
        QCOMPARE(stop.size(), 2);
    }

    void fitsTheScreen_data()
    {
        QTest::addColumn<QSize>("size");
        QTest::addColumn<bool>("dark");
        QTest::addColumn<bool>("chinese");
        QTest::addColumn<int>("state");
        const QSize laptop(1366, 768);
        const QSize wall(3840, 2160);
        QTest::newRow("link laptop dark zh offline")
            << laptop << true << true << int(State::Offline);
        QTest::newRow("link laptop light en offline")
            << laptop << false << false << int(State::Offline);
        QTest::newRow("link laptop dark en over")
            << laptop << true << false << int(State::NotSignedIn);
        QTest::newRow("link laptop light zh untrusted")
            << laptop << false << true << int(State::Untrusted);
        QTest::newRow("link laptop dark zh connected")
            << laptop << true << true << int(State::Connected);
        QTest::newRow("link laptop dark zh too old")
            << laptop << true << true << int(State::TooOld);
        QTest::newRow("link laptop dark zh copy")
            << laptop << true << true << int(State::Connected);
        QTest::newRow("link laptop light en copy")
            << laptop << false << false << int(State::Connected);
        QTest::newRow("link wall dark zh offline") << wall << true << true << int(State::Offline);
        QTest::newRow("link wall light en over")
            << wall << false << false << int(State::NotSignedIn);
    }
    void fitsTheScreen()
    {
        QFETCH(const QSize, size);
        QFETCH(const bool, dark);
        QFETCH(const bool, chinese);
        QFETCH(const int, state);
        QVERIFY2(screenHas(size), "the screen is smaller than this");
        const Language language = chinese ? Language::Chinese : Language::English;
        Hall hall;
        const DemoCity city = makeDemoCity(hall);
        hall.link = std::make_unique<widgets::LinkModel>();
        LinkStatus status = at(State(state), hall.clock.now(), 70h);
        status.needsCopy = QByteArrayView(QTest::currentDataTag()).endsWith("copy");
        hall.link->setStatus(status);
        hall.openWindow(language, dark ? view::Theme::Dark : view::Theme::Light, size);
        hall.window->move(0, 0);
        hall.window->selection().set(u"incident"_s, city.incidents[0].text());
        QTRY_COMPARE(hall.window->size(), size);
        QTRY_COMPARE(clipped(hall.window.get()), QStringList());
        keepPicture(size);
        SignInDialog dialog(SignInDialog::Place::AtWork, hall.clock, hall.prompter, language,
                            hall.window.get());
        dialog.setForm({.server = u"https://hall.example:7443"_s,
                        .realm = u"live"_s,
                        .caFile = u"/srv/leeward/authorities/hall.example.pem"_s,
                        .user = u"anna"_s,
                        .password = u"password"_s,
                        .desk = u"2号台"_s});
        dialog.showFingerprint(QString::fromLatin1(QByteArray(32, '\x5a').toHex(':').toUpper()));
        dialog.showTrouble(
            {.why = SignInTrouble::Why::Untrusted, .wait = 29s, .server = u"hall.example:7443"_s});
        dialog.offerOffline(71h + 3min);
        dialog.open();
        QVERIFY(QTest::qWaitForWindowExposed(&dialog));
        QTRY_COMPARE(clipped(&dialog), QStringList());
        QVERIFY(dialog.height() < 760);
        keepPicture(size, u" dialog"_s);
    }
};

QTEST_MAIN(LinkTest)
#include "tst_link.moc"
