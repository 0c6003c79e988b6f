#include "support/demo_city.h"
#include "support/fits.h"

#include "widgets/password_dialog.h"

#include <QAbstractButton>
#include <QGuiApplication>
#include <QLabel>
#include <QLineEdit>
#include <QProgressBar>
#include <QScreen>
#include <QSignalSpy>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace leeward;
using namespace leeward::test;
using namespace std::chrono_literals;
using widgets::PasswordDialog;
using widgets::PasswordFlaw;
using widgets::SignInTrouble;
using Why = SignInTrouble::Why;

namespace {

const QString server = u"hall.example:7443"_s;

// As strict as a server, and simpler.
widgets::PasswordRules rules()
{
    return {
        .shortest = 10,
        .longest = 20,
        .flaw = [](const QString &user, const QString &password) -> std::optional<PasswordFlaw> {
            if (password.size() < 10)
                return PasswordFlaw::TooShort;
            if (password.size() > 20)
                return PasswordFlaw::TooLong;
            if (password.contains(user))
                return PasswordFlaw::IsName;
            if (password == QString(password.size(), password.front()))
                return PasswordFlaw::TooCommon;
            return std::nullopt;
        }};
}

} // namespace

// The dialog in which a person gives themselves another password.
class PasswordTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    // By keys alone; what the rules are is there before anything is typed.
    void byKeys()
    {
        PasswordDialog dialog(server, u"anna"_s, rules(), m_clock, english());
        dialog.show();
        dialog.activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(&dialog));
        QVERIFY(label(dialog, u"password.rules"_s).contains(u"10 to 20 characters"_s));
        QVERIFY(label(dialog, u"password.hint"_s).trimmed().isEmpty());
        auto *old = field(dialog, u"password.old"_s);
        auto *fresh = field(dialog, u"password.new"_s);
        auto *again = field(dialog, u"password.again"_s);
        QTRY_VERIFY(old->hasFocus());
        QSignalSpy wanted(&dialog, &PasswordDialog::changeWanted);
        QTest::keyClicks(old, u" before "_s);
        QTest::keyClick(old, Qt::Key_Tab);
        QTRY_VERIFY(fresh->hasFocus());
        QTest::keyClicks(fresh, u" a good one "_s);
        QTest::keyClick(fresh, Qt::Key_Return);
        QCOMPARE(wanted.size(), 0);
        QTest::keyClick(fresh, Qt::Key_Tab);
        QTRY_VERIFY(again->hasFocus());
        QTest::keyClicks(again, u" a good one "_s);
        QTest::keyClick(again, Qt::Key_Return);
        QCOMPARE(wanted.size(), 1);
        QCOMPARE(wanted.first(), (QVariantList{u" before "_s, u" a good one "_s})); // blanks too
        dialog.setBusy(true);
        QVERIFY(!old->isEnabled() && !fresh->isEnabled() && !again->isEnabled());
        QVERIFY(!dialog.findChild<QWidget *>(u"password.go"_s)->isEnabled());
        QVERIFY(dialog.findChild<QWidget *>(u"password.bar"_s)->isVisible());
        QTest::keyClick(&dialog, Qt::Key_Escape);
        QVERIFY(!dialog.isVisible());
    }

    void saysWhatIsMissing_data()
    {
        QTest::addColumn<QString>("old");
        QTest::addColumn<QString>("fresh");
        QTest::addColumn<QString>("again");
        QTest::addColumn<QString>("hint");
        const QString good = u"a good one 1"_s;
        QTest::newRow("nothing") << u"before"_s << QString() << QString() << QString();
        QTest::newRow("short") << u"before"_s << u"a good on"_s << u"a good on"_s
                               << u"fewer than 10"_s;
        QTest::newRow("long") << u"before"_s << QString(21, u'长') << QString(21, u'长')
                              << u"more than 20"_s;
        QTest::newRow("name") << u"before"_s << u"anna anna 1"_s << u"anna anna 1"_s << u"name"_s;
        QTest::newRow("common") << u"before"_s << QString(10, u'1') << QString(10, u'1')
                                << u"common"_s;
        QTest::newRow("the same") << good << good << good << u"same as the current"_s;
        QTest::newRow("once") << u"before"_s << good << QString() << u"the same twice"_s;
        QTest::newRow("not twice")
            << u"before"_s << good << u"a good one 2"_s << u"the same twice"_s;
        QTest::newRow("no old one") << QString() << good << good << u"current password"_s;
        QTest::newRow("good") << u"before"_s << good << good << u"✓"_s;
        QTest::newRow("other scripts")
            << u"前"_s << u"一个很长的口令，真的"_s << u"一个很长的口令，真的"_s << u"✓"_s;
    }
    void saysWhatIsMissing()
    {
        QFETCH(const QString, old);
        QFETCH(const QString, fresh);
        QFETCH(const QString, again);
        QFETCH(const QString, hint);
        PasswordDialog dialog(server, u"anna"_s, rules(), m_clock, english());
        dialog.show();
        field(dialog, u"password.old"_s)->setText(old);
        field(dialog, u"password.new"_s)->setText(fresh);
        field(dialog, u"password.again"_s)->setText(again);
        const QString said = label(dialog, u"password.hint"_s);
        QVERIFY2(hint.isEmpty() ? said.trimmed().isEmpty() : said.contains(hint), qPrintable(said));
        QCOMPARE(dialog.findChild<QWidget *>(u"password.go"_s)->isEnabled(), hint == u"✓"_s);
    }

    void refused_data()
    {
        QTest::addColumn<Why>("why");
        QTest::addColumn<QString>("words");
        QTest::addColumn<QString>("focus"); // the field where the next key belongs
        QTest::newRow("wrong") << Why::WrongPassword << u"current password is wrong"_s
                               << u"password.old"_s;
        QTest::newRow("weak") << Why::Malformed << u"does not accept"_s << u"password.new"_s;
        QTest::newRow("locked") << Why::LockedOut << u"locked"_s << u"password.go"_s;
        QTest::newRow("gone") << Why::Offline << u"not certain"_s << u"password.go"_s;
        QTest::newRow("untrusted")
            << Why::Untrusted << u"No password was sent"_s << u"password.go"_s;
        QTest::newRow("busy") << Why::Busy << u"Try again in 29 s"_s << u"password.go"_s;
    }
    void refused()
    {
        QFETCH(const Why, why);
        QFETCH(const QString, words);
        QFETCH(const QString, focus);
        PasswordDialog dialog(server, u"anna"_s, rules(), m_clock, english());
        dialog.show();
        dialog.activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(&dialog));
        for (const QString &name : {u"password.old"_s, u"password.new"_s, u"password.again"_s})
            field(dialog, name)->setText(name == u"password.old"_s ? u"before"_s : u"a good one"_s);
        dialog.setBusy(true);
        dialog.showTrouble({.why = why, .wait = 29s, .server = server});
        const QString said = label(dialog, u"password.trouble"_s);
        QVERIFY2(said.contains(words), qPrintable(said));
        QVERIFY(!dialog.isBusy());
        QTRY_VERIFY(dialog.findChild<QWidget *>(focus)->hasFocus());
    }

    void withoutTheServer()
    {
        PasswordDialog dialog(server, u"anna"_s, rules(), m_clock, english());
        dialog.setReachable(false);
        dialog.show();
        QVERIFY(label(dialog, u"password.offline"_s).contains(server));
        field(dialog, u"password.old"_s)->setText(u"before"_s);
        field(dialog, u"password.new"_s)->setText(u"a good one"_s);
        field(dialog, u"password.again"_s)->setText(u"a good one"_s);
        const auto *go = dialog.findChild<QWidget *>(u"password.go"_s);
        QVERIFY(!go->isEnabled());
        dialog.setReachable(true);
        QVERIFY(go->isEnabled());
        QVERIFY(!dialog.findChild<QWidget *>(u"password.offline"_s)->isVisible());
    }

    void everyTroubleHasWords()
    {
        for (const Language language : {Language::Chinese, Language::English}) {
            QStringList all;
            for (int i = 0; i <= int(Why::OfflineUnknown); ++i) {
                const QString text = widgets::passwordText({.why = Why(i),
                                                            .wait = 29s,
                                                            .server = u"hall.example"_s,
                                                            .realm = u"live"_s,
                                                            .file = u"ca.pem"_s},
                                                           m_clock.now(), language);
                QVERIFY2(text.size() > 10 && !text.contains(u'%'), qPrintable(text));
                QVERIFY2(!all.contains(text), qPrintable(text));
                all += text;
            }
            for (int i = 0; i <= int(PasswordFlaw::Unchanged); ++i) {
                const QString text = flawText(PasswordFlaw(i), rules(), language);
                QVERIFY2(!text.contains(u'%') && !all.contains(text), qPrintable(text));
                all += text;
            }
            QVERIFY(!rulesText(rules(), language).contains(u'%'));
            QVERIFY(!widgets::passwordOfflineText(server, language).contains(u'%'));
        }
    }

    void everyControlHasNames()
    {
        const PasswordDialog dialog(server, u"anna"_s, rules(), m_clock, english());
        for (const QWidget *widget : dialog.findChildren<QWidget *>()) {
            if (!qobject_cast<const QAbstractButton *>(widget) &&
                !qobject_cast<const QLineEdit *>(widget) &&
                !qobject_cast<const QProgressBar *>(widget))
                continue;
            QVERIFY2(!widget->objectName().isEmpty() && !widget->accessibleName().isEmpty(),
                     qPrintable(widget->objectName()));
        }
    }

    void fitsTheScreen_data()
    {
        QTest::addColumn<bool>("dark");
        QTest::addColumn<bool>("chinese");
        QTest::addColumn<QString>("what");
        for (const QString &what : {u"empty"_s, u"refused"_s, u"offline"_s}) {
            for (const bool dark : {true, false}) {
                for (const bool chinese : {true, false})
                    QTest::addRow("password %s %s %s", dark ? "dark" : "light",
                                  chinese ? "zh" : "en", qPrintable(what))
                        << dark << chinese << what;
            }
        }
    }
    void fitsTheScreen()
    {
        QFETCH(const bool, dark);
        QFETCH(const bool, chinese);
        QFETCH(const QString, what);
        const Language language = chinese ? Language::Chinese : Language::English;
        Hall hall;
        const DemoCity city = makeDemoCity(hall);
        hall.link = std::make_unique<widgets::LinkModel>();
        hall.link->setStatus({.state = widgets::LinkStatus::State::Connected,
                              .since = hall.clock.now(),
                              .server = server});
        const QSize size(1366, 768);
        hall.openWindow(language, dark ? view::Theme::Dark : view::Theme::Light, size);
        hall.window->move(0, 0);
        hall.window->selection().set(u"incident"_s, city.incidents[0].text());
        PasswordDialog dialog(
            server, u"anna"_s, rules(), hall.clock, [language] { return language; },
            hall.window.get());
        if (what == u"refused"_s) {
            field(dialog, u"password.new"_s)->setText(u"a good one"_s);
            field(dialog, u"password.again"_s)->setText(u"a good one"_s);
            dialog.showTrouble({.why = Why::WrongPassword, .server = server});
        } else if (what == u"offline"_s) {
            field(dialog, u"password.new"_s)->setText(u"kurz"_s);
            dialog.setReachable(false);
        }
        dialog.open();
        QVERIFY(QTest::qWaitForWindowExposed(&dialog));
        QTRY_COMPARE(clipped(&dialog), QStringList());
        QVERIFY(dialog.height() < 760 && dialog.width() < 1366);
        keepPicture(size);
    }

private:
    static QLineEdit *field(const PasswordDialog &dialog, const QString &name)
    {
        return dialog.findChild<QLineEdit *>(name);
    }
    static QString label(const PasswordDialog &dialog, const QString &name)
    {
        const auto *found = dialog.findChild<QLabel *>(name);
        return found && found->isVisible() ? found->text() : QString();
    }
    static std::function<Language()> english()
    {
        return [] { return Language::English; };
    }

    FakeClock m_clock;
};

QTEST_MAIN(PasswordTest)
#include "tst_password.moc"
