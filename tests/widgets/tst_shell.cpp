#include "support/demo_city.h"

#include "maps/view/mapview.h"
#include "models/items/row_model.h"
#include "widgets/map_pane.h"
#include "widgets/notices.h"
#include "widgets/panels/board_panel.h"
#include "widgets/panels/recommend_panel.h"
#include "widgets/selection.h"
#include "widgets/theme_controller.h"

#include <QAbstractButton>
#include <QApplication>
#include <QComboBox>
#include <QFile>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QPlainTextEdit>
#include <QPromise>
#include <QSettings>
#include <QTableView>
#include <QTest>
#include <QTreeView>
#include <QTreeWidget>

using namespace Qt::StringLiterals;
using namespace leeward;
using namespace leeward::test;

class ShellTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_hall = std::make_unique<Hall>();
        m_city = makeDemoCity(*m_hall);
        m_hall->openWindow();
    }
    void cleanup() { m_hall.reset(); }

    void everyControlHasNames()
    {
        QStringList nameless;
        for (const QWidget *widget : m_hall->window->findChildren<QWidget *>()) {
            const bool control = qobject_cast<const QAbstractButton *>(widget) ||
                                 qobject_cast<const QLineEdit *>(widget) ||
                                 qobject_cast<const QComboBox *>(widget) ||
                                 qobject_cast<const QTreeView *>(widget);
            if (!control || !widget->isVisible() || widget->objectName().startsWith(u"qt_"_s))
                continue;
            if (widget->objectName().isEmpty() || widget->accessibleName().isEmpty())
                nameless += u"%1 “%2” in %3"_s.arg(
                    QString::fromLatin1(widget->metaObject()->className()), widget->objectName(),
                    widget->parentWidget()->objectName());
        }
        QCOMPARE(nameless, QStringList());
    }

    void selectionIsOneForAllPanes()
    {
        const QString incident = m_city.incidents[0].text();
        auto *rows = m_hall->find<QTreeView>(u"incidents.incident"_s);
        m_hall->window->selection().set(u"incident"_s, incident);
        QTRY_COMPARE(rows->currentIndex().siblingAtColumn(0).data(items::KeyRole).toString(),
                     incident);
        QTRY_VERIFY(
            m_hall->find<QLabel>(u"incidentCard.title"_s)->text().contains(u"江口村洪水围困"_s));
        const auto key = m_hall->window->mapPane().map()->selected();
        QVERIFY(key && key->id == m_city.incidents[0].raw());

        auto *board = m_hall->window->findChild<widgets::BoardPanel *>();
        m_hall->window->selection().set(u"assignment"_s, m_city.assignments[2].text());
        QTRY_COMPARE(board->currentAssignment(), m_city.assignments[2].text());
        QTRY_VERIFY(m_hall->find<QLabel>(u"incidentCard.title"_s)->text().contains(u"人民路"_s));
        QCOMPARE(m_hall->window->mapPane().map()->selected()->id, m_city.teams[5].raw());
    }

    void mapFollowsOnlyWhenAsked()
    {
        view::MapView *map = m_hall->window->mapPane().map();
        QTRY_VERIFY(map->pixelOf({121.5, 28.6}));
        const LonLat before = map->centre();
        m_hall->window->selection().set(u"team"_s, m_city.teams[4].text());
        QCOMPARE(map->centre(), before);
        QTest::keyClick(m_hall->window.get(), Qt::Key_G, Qt::ControlModifier);
        QTRY_VERIFY(distance(map->centre(), {121.41, 28.66}).value < 200);
    }

    void railKeysSwitchRooms_data()
    {
        QTest::addColumn<int>("key");
        QTest::addColumn<int>("modifier");
        QTest::addColumn<QString>("button");
        QTest::newRow("F2") << int(Qt::Key_F2) << int(Qt::NoModifier) << u"rail.teams"_s;
        QTest::newRow("F4") << int(Qt::Key_F4) << int(Qt::NoModifier) << u"rail.places"_s;
        QTest::newRow("Alt+7") << int(Qt::Key_7) << int(Qt::AltModifier) << u"rail.log"_s;
    }
    void railKeysSwitchRooms()
    {
        QFETCH(const int, key);
        QFETCH(const int, modifier);
        QFETCH(const QString, button);
        QTest::keyClick(m_hall->window.get(), Qt::Key(key), Qt::KeyboardModifiers(modifier));
        QTRY_VERIFY(m_hall->find<QAbstractButton>(button)->isChecked());
    }

    void incidentIsRegisteredByKeyboard()
    {
        QTest::keyClick(m_hall->window.get(), Qt::Key_N, Qt::ControlModifier);
        auto *type = m_hall->find<QComboBox>(u"incidentForm.type"_s);
        auto *submit = m_hall->find<QAbstractButton>(u"incidentForm.submit"_s);
        auto *place = m_hall->find<QLineEdit>(u"incidentForm.place"_s);
        auto *hits = m_hall->find<QListWidget>(u"incidentForm.placeHits"_s);
        QTRY_VERIFY(type->hasFocus());
        QVERIFY(!submit->isEnabled());
        type->setCurrentIndex(type->findData(u"flood"_s));
        place->setFocus();
        QTest::keyClicks(place, u"donggang"_s);
        QTRY_VERIFY(hits->isVisible());
        QTest::keyClick(place, Qt::Key_Return);
        QTRY_VERIFY(
            m_hall->find<QLineEdit>(u"incidentForm.coordinates"_s)->text().contains(u"121.52"_s));
        QVERIFY(
            m_hall->find<QLineEdit>(u"incidentForm.title"_s)->text().contains(u"donggang码头"_s));
        QVERIFY(
            m_hall->find<QLineEdit>(u"incidentForm.needs"_s)->text().contains(u"water rescue"_s));
        QVERIFY(submit->isEnabled());
        const auto before = m_hall->cache->incidents().size();
        QTest::keyClick(place, Qt::Key_Return, Qt::ControlModifier);
        QTRY_COMPARE(m_hall->cache->incidents().size(), before + 1);
        QTRY_COMPARE(m_hall->window->selection().table(), u"incident"_s);
        const Incident *made = m_hall->cache->incident(m_hall->window->selection().id());
        QVERIFY(made);
        QCOMPARE(made->address, u"donggang码头"_s);
        QVERIFY(distance(*made->place, {121.52, 28.61}).value < 1);
        QVERIFY(formatNeeds(made->needs).contains(u"water_rescue"_s));
        // On in the list, on the new row: Enter there asks who should go.
        auto *rows = m_hall->find<QTreeView>(u"incidents.incident"_s);
        QTRY_VERIFY(rows->hasFocus());
        QTRY_COMPARE(rows->currentIndex().siblingAtColumn(0).data(items::KeyRole).toString(),
                     m_hall->window->selection().id());
        QCOMPARE(m_hall->window->selection().table(), u"incident"_s);
    }

    void draftSurvivesEscape()
    {
        QTest::keyClick(m_hall->window.get(), Qt::Key_N, Qt::ControlModifier);
        auto *caller = m_hall->find<QLineEdit>(u"incidentForm.caller"_s);
        QTRY_VERIFY(caller->isVisible());
        QTest::keyClicks(caller, u"Zhao"_s);
        QTest::keyClick(caller, Qt::Key_Escape);
        QTRY_VERIFY(!caller->isVisible());
        QTest::keyClick(m_hall->window.get(), Qt::Key_N, Qt::ControlModifier);
        QTRY_VERIFY(caller->isVisible());
        QCOMPARE(caller->text(), u"Zhao"_s);
    }

    void aFormGivesTheKeyboardBack_data()
    {
        QTest::addColumn<QString>("before");
        QTest::newRow("the list") << u"incidents.incident"_s;
        QTest::newRow("the filter") << u"incidents.filter"_s;
        QTest::newRow("the board") << u"board"_s;
    }
    void aFormGivesTheKeyboardBack()
    {
        QFETCH(const QString, before);
        m_hall->window->selection().set(u"incident"_s, m_city.incidents[0].text());
        auto *widget = m_hall->find<QWidget>(before);
        QTRY_VERIFY(widget->isVisible());
        widget->setFocus();
        const QString selected = m_hall->window->selection().id();
        QTest::keyClick(m_hall->window.get(), Qt::Key_N, Qt::ControlModifier);
        auto *caller = m_hall->find<QLineEdit>(u"incidentForm.caller"_s);
        QTRY_VERIFY(caller && caller->isVisible());
        QVERIFY(!widget->hasFocus());
        QTest::keyClick(caller, Qt::Key_Escape);
        QTRY_VERIFY(widget->hasFocus());
        QCOMPARE(m_hall->window->selection().id(), selected);
    }

    void anAnswerLeavesTheKeyboardOnTheBoard()
    {
        auto *board = m_hall->find<QTableView>(u"board"_s);
        QTRY_VERIFY(board->model()->rowCount() > 1);
        std::shared_ptr<QPromise<Result<recommend::Recommendation>>> question;
        m_hall->services.recommend = [&](IncidentId) {
            question = std::make_shared<QPromise<Result<recommend::Recommendation>>>();
            question->start();
            return question->future();
        };
        board->setFocus();
        QTest::keyClick(board, Qt::Key_Down); // its incident is shown and asked about
        QTRY_VERIFY(question);
        recommend::Recommendation answer;
        answer.rows = {recommend::Row{.team = m_city.teams[0], .name = u"答案"_s}};
        question->addResult(Result<recommend::Recommendation>(answer));
        question->finish();
        QTRY_COMPARE(m_hall->find<QTreeWidget>(u"recommendRows"_s)->topLevelItemCount(), 1);
        QVERIFY(board->hasFocus());
    }

    void enterOnAnIncidentGoesToTheAnswer()
    {
        m_hall->services.recommend = [this](IncidentId) {
            recommend::Recommendation answer;
            answer.rows = {recommend::Row{.team = m_city.teams[0], .name = u"答案"_s}};
            return QtFuture::makeReadyValueFuture(Result<recommend::Recommendation>(answer));
        };
        m_hall->window->selection().set(u"incident"_s, m_city.incidents[0].text());
        auto *rows = m_hall->find<QTreeView>(u"incidents.incident"_s);
        QTRY_COMPARE(rows->currentIndex().siblingAtColumn(0).data(items::KeyRole).toString(),
                     m_city.incidents[0].text());
        rows->setFocus();
        QTest::keyClick(rows, Qt::Key_Return);
        QTRY_VERIFY(m_hall->find<QTreeWidget>(u"recommendRows"_s)->hasFocus());
    }

    void printsAreWrittenAside_data()
    {
        QTest::addColumn<bool>("order");
        QTest::addColumn<bool>("writable");
        QTest::newRow("order") << true << true;
        QTest::newRow("order, nowhere to") << true << false;
        QTest::newRow("record") << false << true;
        QTest::newRow("record, nowhere to") << false << false;
    }
    void printsAreWrittenAside()
    {
        QFETCH(const bool, order);
        QFETCH(const bool, writable);
        m_hall->prompter.file =
            writable ? m_hall->dir.filePath(u"sheet.pdf"_s) : u"/nowhere/at/all/sheet.pdf"_s;
        if (order)
            m_hall->window->runUi({command::Ui::What::PrintOrder, m_city.assignments[0].text()});
        else
            m_hall->window->runUi({command::Ui::What::PrintRecord, m_city.incidents[0].text()});
        const widgets::Notices &notices = m_hall->window->notices();
        if (writable) {
            QTRY_COMPARE(notices.shown(), u"Written: "_s + m_hall->prompter.file);
            QFile file(m_hall->prompter.file);
            QVERIFY(file.open(QIODevice::ReadOnly));
            QCOMPARE(file.read(5), "%PDF-"_ba);
        } else {
            QTRY_VERIFY(notices.isError());
            QVERIFY2(notices.shown().contains(u"can not be written"_s),
                     qPrintable(notices.shown()));
        }
    }

    void aRoomIsThereWhenItIsOpened_data()
    {
        QTest::addColumn<int>("key");
        QTest::addColumn<QString>("widget");
        QTest::newRow("teams") << int(Qt::Key_F2) << u"teams.team"_s;
        QTest::newRow("supplies") << int(Qt::Key_F3) << u"supplies.depot"_s;
        QTest::newRow("places") << int(Qt::Key_F4) << u"places.shelter"_s;
        QTest::newRow("landing points") << int(Qt::Key_F5) << u"landingPoints.landing_point"_s;
        QTest::newRow("warnings") << int(Qt::Key_F6) << u"warnings.empty"_s;
        QTest::newRow("log") << int(Qt::Key_F7) << u"logFilter"_s;
    }
    void aRoomIsThereWhenItIsOpened()
    {
        QFETCH(const int, key);
        QFETCH(const QString, widget);
        QTest::keyClick(m_hall->window.get(), Qt::Key(key));
        const auto *found = m_hall->find<QWidget>(widget);
        QVERIFY(found);
        // A list without rows shows what would be there instead.
        const auto *empty = m_hall->find<QWidget>(widget + u".empty"_s);
        QTRY_VERIFY(found->isVisible() || (empty && empty->isVisible()));
        QTest::keyClick(m_hall->window.get(), Qt::Key_F1);
        QTRY_VERIFY(!found->isVisible());
    }

    void coordinatesAreReadLive_data()
    {
        QTest::addColumn<QString>("typed");
        QTest::addColumn<bool>("understood");
        QTest::newRow("decimal") << u"121.52, 28.61"_s << true;
        QTest::newRow("degrees") << u"东经121°31′ 北纬28°36′"_s << true;
        QTest::newRow("nonsense") << u"the old mill"_s << false;
    }
    void coordinatesAreReadLive()
    {
        QFETCH(const QString, typed);
        QFETCH(const bool, understood);
        QTest::keyClick(m_hall->window.get(), Qt::Key_N, Qt::ControlModifier);
        auto *label = m_hall->find<QLabel>(u"incidentForm.understood"_s);
        m_hall->find<QLineEdit>(u"incidentForm.coordinates"_s)->setText(typed);
        QTRY_VERIFY(label->isVisible());
        QCOMPARE(label->property("role").toString(), understood ? u"good"_s : u"bad"_s);
        QCOMPARE(label->text().contains(u"28°36"_s), understood);
    }

    void incidentStepsAreTheLegalOnes()
    {
        m_hall->window->selection().set(u"incident"_s, m_city.incidents[3].text());
        auto *verified = m_hall->find<QAbstractButton>(u"incidentCard.to.verified"_s);
        QTRY_VERIFY(verified && verified->isVisible());
        QVERIFY(!m_hall->find<QAbstractButton>(u"incidentCard.to.closed"_s));
        QTest::mouseClick(verified, Qt::LeftButton);
        QTRY_COMPARE(m_hall->cache->incident(m_city.incidents[3].text())->state,
                     IncidentState::Verified);
        auto *unfounded = m_hall->find<QAbstractButton>(u"incidentCard.to.unfounded"_s);
        QTRY_VERIFY(unfounded);
        m_hall->prompter.answer = u"误报，锅炉排汽"_s;
        QTest::mouseClick(unfounded, Qt::LeftButton);
        QTRY_COMPARE(m_hall->cache->incident(m_city.incidents[3].text())->state,
                     IncidentState::Unfounded);
        QCOMPARE(m_hall->prompter.asked.size(), 1);
    }

    void usualStepIsOneClick()
    {
        m_hall->window->selection().set(u"incident"_s, m_city.incidents[1].text());
        const QString id = m_city.assignments[2].text();
        QTRY_VERIFY(m_hall->find<QAbstractButton>(u"assignment.next."_s + id));
        QTest::mouseClick(m_hall->find<QAbstractButton>(u"assignment.next."_s + id),
                          Qt::LeftButton);
        QTRY_COMPARE(m_hall->cache->assignment(id)->state,
                     *usualNext(TaskType::Rescue, AssignmentState::Ordered));
    }

    void fieldIsEditedInPlace()
    {
        m_hall->window->selection().set(u"shelter"_s, m_city.shelter.text());
        QLabel *present = nullptr;
        QTRY_VERIFY((present = cardFact(u"shelterCard"_s, u"fact.present"_s)));
        present->setFocus();
        QTest::keyClick(present, Qt::Key_F2);
        auto *edit = m_hall->find<QLineEdit>(u"fact.present.edit"_s);
        QTRY_VERIFY(edit && edit->isVisible());
        edit->selectAll();
        QTest::keyClicks(edit, u"350"_s);
        QTest::keyClick(edit, Qt::Key_Return);
        QTRY_COMPARE(
            m_hall->cache->row(u"shelter"_s, m_city.shelter.text())->value(u"present"_s).toInt(),
            350);
        QTRY_VERIFY(m_hall->find<QLabel>(u"shelterCard.summary"_s)->text().contains(u"360"_s));
    }

    void wrongValueIsNotWritten()
    {
        m_hall->window->selection().set(u"shelter"_s, m_city.shelter.text());
        QLabel *present = nullptr;
        QTRY_VERIFY((present = cardFact(u"shelterCard"_s, u"fact.present"_s)));
        QTest::keyClick(present, Qt::Key_F2);
        auto *edit = m_hall->find<QLineEdit>(u"fact.present.edit"_s);
        QVERIFY(edit);
        edit->setText(u"many"_s);
        QVERIFY(edit->property("wrong").toBool());
        QTest::keyClick(edit, Qt::Key_Return);
        QVERIFY(edit->isVisible());
        QTest::keyClick(edit, Qt::Key_Escape);
        QCOMPARE(
            m_hall->cache->row(u"shelter"_s, m_city.shelter.text())->value(u"present"_s).toInt(),
            310);
    }

    void editedElsewhereShowsBothSides()
    {
        const QString id = m_city.shelter.text();
        m_hall->window->selection().set(u"shelter"_s, id);
        QLabel *present = nullptr;
        QTRY_VERIFY((present = cardFact(u"shelterCard"_s, u"fact.present"_s)));
        QTest::keyClick(present, Qt::Key_F2);
        auto *edit = m_hall->find<QLineEdit>(u"fact.present.edit"_s);
        QVERIFY(edit);
        QVERIFY(m_hall->apply(
            op::EditRecord{u"shelter"_s, m_city.shelter, {{u"present"_s, 310, 333}}}));
        edit->setText(u"320"_s);
        QTest::keyClick(edit, Qt::Key_Return);
        QLabel *theirs = nullptr;
        QTRY_VERIFY((theirs = visible<QLabel>(u"conflict.side2"_s)));
        QVERIFY(theirs->text().contains(u"333"_s));
        QVERIFY(visible<QLabel>(u"conflict.side1"_s)->text().contains(u"320"_s));
        auto *retry = visible<QAbstractButton>(u"conflict.retry"_s);
        QVERIFY(retry);
        QTRY_COMPARE(retry->visibleRegion().boundingRect(),
                     retry->rect()); // scrolled to, not out of sight
        QTest::mouseClick(retry, Qt::LeftButton);
        QTRY_VERIFY2(m_hall->cache->row(u"shelter"_s, id)->value(u"present"_s).toInt() == 320,
                     qPrintable(u"box still there: %1; said: %2"_s.arg(theirs->isVisible())
                                    .arg(m_hall->window->notices().shown())));
    }

    void themeSwitchDressesEverything()
    {
        const QColor dark = QApplication::palette().color(QPalette::Window);
        m_hall->window->setTheme(view::Theme::Light);
        QVERIFY(QApplication::palette().color(QPalette::Window).lightness() >
                dark.lightness() + 100);
        QVERIFY(!qApp->styleSheet().contains(u'@'));
        m_hall->window->setTheme(view::Theme::Dark);
        QCOMPARE(QApplication::palette().color(QPalette::Window), dark);
    }

    void languageSwitchTurnsTheWordsOfTheDomain()
    {
        m_hall->window->selection().set(u"incident"_s, m_city.incidents[0].text());
        auto *state = m_hall->find<QLabel>(u"incidentCard.state"_s);
        QTRY_VERIFY(state->text().contains(u"responding"_s));
        m_hall->window->setLanguage(Language::Chinese);
        QTRY_VERIFY(state->text().contains(u"响应中"_s));
        QVERIFY(!state->text().contains(u"responding"_s));
        m_hall->window->setLanguage(Language::English);
        QTRY_VERIFY(state->text().contains(u"responding"_s));
    }

    void pendingRowsCarryAMark()
    {
        m_hall->window->selection().set(u"incident"_s, m_city.incidents[0].text());
        QTRY_VERIFY(m_hall->find<QAbstractButton>(u"header.link"_s)->text().contains(u"pending"_s));
        QTRY_VERIFY(m_hall->find<QLabel>(u"incidentCard.state"_s)->text().contains(u"◐"_s));
    }

    void refusalStaysUntilDismissed()
    {
        m_hall->window->notices().complain(u"first"_s);
        m_hall->window->notices().complain(u"second"_s);
        m_hall->window->notices().tell(u"good news"_s);
        QCOMPARE(m_hall->window->notices().shown(), u"first"_s);
        auto *dismiss = m_hall->find<QAbstractButton>(u"notice.dismiss"_s);
        QTest::mouseClick(dismiss, Qt::LeftButton);
        QCOMPARE(m_hall->window->notices().shown(), u"second"_s);
        QTest::mouseClick(dismiss, Qt::LeftButton);
        QVERIFY(m_hall->window->notices().shown().isEmpty());
    }

    void sizesAreKept()
    {
        m_hall->window->close();
        const QSettings settings(m_hall->settingsFile(), QSettings::IniFormat);
        QVERIFY(settings.contains(u"window/across"_s));
        QVERIFY(settings.contains(u"window/geometry"_s));
    }

    void importIsOneOperation()
    {
        m_hall->prompter.file = u"teams.csv"_s;
        m_hall->services.readImport = [this](const QString &file, const QString &key,
                                             const QString &, Language, std::shared_ptr<Progress>) {
            widgets::ImportPreview preview{findRegister(key),
                                           file,
                                           3,
                                           {},
                                           {u"编号 → 编号"_s},
                                           {},
                                           {u"第 4 行：“人数”不是数字"_s},
                                           {}};
            for (int i = 0; i < 2; ++i)
                preview.good.push_back({m_hall->ids.make<RecordId>(),
                                        {{u"code"_s, u"N%1"_s.arg(i)},
                                         {u"name"_s, u"新队"_s},
                                         {u"kind"_s, u"fire"_s}}});
            return QtFuture::makeReadyValueFuture(Result<widgets::ImportPreview>(preview));
        };
        m_hall->window->runUi({command::Ui::What::Import, u"team"_s});
        QTest::mouseClick(m_hall->find<QAbstractButton>(u"importPane.file"_s), Qt::LeftButton);
        auto *apply = m_hall->find<QAbstractButton>(u"importPane.apply"_s);
        QTRY_VERIFY(apply->isEnabled());
        QVERIFY(m_hall->find<QPlainTextEdit>(u"importPane.report"_s)
                    ->toPlainText()
                    .contains(u"第 4 行"_s));
        const auto before = m_hall->cache->rows(u"team"_s).size();
        QTest::mouseClick(apply, Qt::LeftButton);
        QTRY_COMPARE(m_hall->cache->rows(u"team"_s).size(), before + 2);
    }

    void recordIsAddedFromTheForm()
    {
        QTest::keyClick(m_hall->window.get(), Qt::Key_F2);
        QTest::mouseClick(m_hall->find<QAbstractButton>(u"teams.create"_s), Qt::LeftButton);
        QTRY_VERIFY(m_hall->find<QLineEdit>(u"recordForm.code"_s));
        QTest::mouseClick(m_hall->find<QAbstractButton>(u"recordForm.submit"_s), Qt::LeftButton);
        QVERIFY(m_hall->find<QLabel>(u"recordForm.fault"_s)->isVisible());
        m_hall->find<QLineEdit>(u"recordForm.code"_s)->setText(u"T77"_s);
        m_hall->find<QLineEdit>(u"recordForm.name"_s)->setText(u"测试队"_s);
        auto *kind = m_hall->find<QComboBox>(u"recordForm.kind"_s);
        kind->setCurrentIndex(kind->findData(u"fire"_s));
        QTest::mouseClick(m_hall->find<QAbstractButton>(u"recordForm.submit"_s), Qt::LeftButton);
        QTRY_VERIFY(!m_hall->cache->idOfCode(u"team"_s, u"T77"_s).isEmpty());
        QTRY_COMPARE(m_hall->window->selection().id(),
                     m_hall->cache->idOfCode(u"team"_s, u"T77"_s));
    }

    void teamCanBeMarkedUnavailable()
    {
        const QString team = m_city.teams[0].text();
        m_hall->window->selection().set(u"team"_s, team);
        auto *reason = m_hall->find<QLineEdit>(u"teamCard.override.reason"_s);
        QTRY_VERIFY(reason->isVisible());
        QTest::keyClicks(reason, u"engine broken"_s);
        QTest::keyClick(reason, Qt::Key_Return);
        QTRY_COMPARE(m_hall->cache->availability(team), Availability::Unavailable);
        QTRY_VERIFY(
            m_hall->find<QLabel>(u"teamCard.availability"_s)->text().contains(u"engine broken"_s));
        QAbstractButton *lift = m_hall->find<QAbstractButton>(u"teamCard.override.clear"_s);
        QTRY_VERIFY(lift->isVisible());
        QTest::mouseClick(lift, Qt::LeftButton);
        QTRY_COMPARE(m_hall->cache->availability(team), Availability::Available);
    }

private:
    template <class Widget>
    Widget *visible(const QString &name) const
    {
        for (Widget *widget : m_hall->window->findChildren<Widget *>(name)) {
            if (widget->isVisible())
                return widget;
        }
        return nullptr;
    }
    QLabel *cardFact(const QString &card, const QString &fact) const
    {
        const auto *widget = m_hall->find<QWidget>(card);
        return widget ? widget->findChild<QLabel *>(fact) : nullptr;
    }

    std::unique_ptr<Hall> m_hall;
    DemoCity m_city;
};

QTEST_MAIN(ShellTest)
#include "tst_shell.moc"
