#include "support/demo_city.h"

#include "widgets/needs_edit.h"
#include "widgets/pane_filter.h"
#include "widgets/row_facts.h"
#include "widgets/selection.h"
#include "widgets/theme_controller.h"
#include "widgets/wall_window.h"

#include <QAbstractButton>
#include <QComboBox>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QScrollArea>
#include <QScrollBar>
#include <QTableView>
#include <QTest>
#include <QTreeView>
#include <QTreeWidget>

using namespace Qt::StringLiterals;
using namespace leeward;
using namespace leeward::test;
using namespace leeward::widgets;

namespace {

// Titles of a header that have less room than their words.
QStringList cutTitles(const QHeaderView *header)
{
    QStringList cut;
    for (int section = 0; section < header->count(); ++section) {
        const QString title =
            header->model()->headerData(section, Qt::Horizontal, Qt::DisplayRole).toString();
        if (!header->isSectionHidden(section) &&
            header->sectionSize(section) < header->fontMetrics().horizontalAdvance(title))
            cut += title;
    }
    return cut;
}

int colouredLike(const QImage &picture, const QColor &colour)
{
    int count = 0;
    for (int y = 0; y < picture.height(); ++y) {
        for (int x = 0; x < picture.width(); ++x) {
            const QColor pixel = picture.pixelColor(x, y);
            count += pixel.alpha() > 200 && std::abs(pixel.lightness() - colour.lightness()) < 12;
        }
    }
    return count;
}

} // namespace

// What is to be read has room on the smallest screen the console is made for.
class LayoutTest : public QObject
{
    Q_OBJECT

private:
    static void addFaces()
    {
        QTest::addColumn<Language>("language");
        QTest::addColumn<view::Theme>("theme");
        QTest::newRow("zh dark") << Language::Chinese << view::Theme::Dark;
        QTest::newRow("en light") << Language::English << view::Theme::Light;
    }
    void open()
    {
        QFETCH(const Language, language);
        QFETCH(const view::Theme, theme);
        m_hall = std::make_unique<Hall>();
        m_city = makeDemoCity(*m_hall);
        m_hall->openWindow(language, theme, {1366, 768});
    }

private Q_SLOTS:
    void cleanup()
    {
        // For a person to look at, when LEEWARD_PICTURES names a folder.
        const QString folder = qEnvironmentVariable("LEEWARD_PICTURES");
        if (m_hall && m_hall->window && !folder.isEmpty()) {
            const QString name = QString::fromUtf8(QTest::currentTestFunction()) + u'_' +
                                 QString::fromUtf8(QTest::currentDataTag()).replace(u' ', u'_') +
                                 u".png"_s;
            QVERIFY(m_hall->window->grab().save(folder + u'/' + name));
            if (QWidget *wall = m_hall->window->wall())
                QVERIFY(wall->grab().save(folder + u"/wall_"_s + name));
        }
        m_hall.reset();
    }

    void reasonsAreReadWithoutScrolling_data() { addFaces(); }
    void reasonsAreReadWithoutScrolling()
    {
        open();
        m_hall->window->selection().set(u"incident"_s, m_city.incidents[0].text());
        auto *rows = m_hall->find<QTreeWidget>(u"recommendRows"_s);
        QTRY_VERIFY(rows && rows->isVisible() && rows->topLevelItemCount() >= 2);
        QCOMPARE(cutTitles(rows->header()), QStringList());
        QTRY_VERIFY(rows->header()->length() <= rows->viewport()->width());
        QVERIFY(!rows->horizontalScrollBar()->isVisible());
        for (int row = 0; row < rows->topLevelItemCount(); ++row) {
            const QString why = rows->topLevelItem(row)->text(3);
            QVERIFY(!why.isEmpty());
            const QFontMetrics metrics = rows->fontMetrics();
            // The list settles a moment after its width has.
            QTRY_VERIFY([&] {
                const int width = std::max(1, rows->viewport()->width());
                const int lines = metrics.horizontalAdvance(why) / width + 1;
                const int height = rows->visualItemRect(rows->topLevelItem(row)).height();
                return height >= (lines + 1) * metrics.height() &&
                       height <= (lines + 3) * metrics.height();
            }());
        }
        rows->clearSelection();
        QFETCH(const view::Theme, theme);
        QTRY_VERIFY([&] { // words stand there
            const QRect first = rows->visualItemRect(rows->topLevelItem(0));
            const QRect lower(first.left(), first.top() + first.height() / 2, first.width(),
                              first.height() / 2 - 2);
            return colouredLike(rows->viewport()->grab(lower).toImage(), coloursOf(theme).muted) >
                   20;
        }());
    }

    void theHeadOfACardStays_data() { addFaces(); }
    void theHeadOfACardStays()
    {
        open();
        m_hall->window->selection().set(u"incident"_s, m_city.incidents[0].text());
        auto *card = m_hall->find<QScrollArea>(u"incidentCard"_s);
        auto *title = m_hall->find<QLabel>(u"incidentCard.title"_s);
        QTRY_VERIFY(card && card->verticalScrollBar()->maximum() > 0);
        card->verticalScrollBar()->setValue(card->verticalScrollBar()->maximum());
        QCOMPARE(title->visibleRegion().boundingRect(), title->rect());
        const QRect where(title->mapTo(card, QPoint()), title->size());
        QVERIFY(card->viewport()->geometry().top() > where.bottom());
    }

    void theLogWrapsWhatIsLong_data() { addFaces(); }
    void theLogWrapsWhatIsLong()
    {
        open();
        QVERIFY(m_hall->apply(op::NoteIncident{
            m_city.incidents[0], u"水位仍在上涨，请求增派一台大流量泵车；"_s.repeated(4)}));
        QTest::mouseClick(m_hall->find<QAbstractButton>(u"rail.log"_s), Qt::LeftButton);
        auto *log = m_hall->find<QTreeWidget>(u"log"_s);
        QTRY_VERIFY(log && log->isVisible() && log->topLevelItemCount() > 3);
        QTRY_VERIFY(log->header()->length() <= log->viewport()->width());
        for (int row = 0; row < log->topLevelItemCount(); ++row) {
            const QTreeWidgetItem *item = log->topLevelItem(row);
            const int what = log->columnCount() - 1;
            const int lines =
                log->fontMetrics().horizontalAdvance(item->text(what)) / log->columnWidth(what) + 1;
            const auto height = [&] { return log->visualItemRect(item).height(); };
            QTRY_VERIFY(height() >= lines * log->fontMetrics().height());
            QTRY_VERIFY(height() <= (lines + 2) * log->fontMetrics().height());
        }
    }

    void statesAreWholeAndTakeNoMore_data()
    {
        QTest::addColumn<Language>("language");
        QTest::addColumn<view::Theme>("theme");
        QTest::addColumn<QString>("rail");
        QTest::addColumn<QString>("table");
        for (const auto language : {Language::Chinese, Language::English}) {
            for (const auto &[rail, table] :
                 {std::pair("incidents", "incident"), std::pair("teams", "team"),
                  std::pair("places", "shelter"), std::pair("landingPoints", "landing_point")})
                QTest::addRow("%s %s", language == Language::Chinese ? "zh" : "en", table)
                    << language << view::Theme::Dark << QString::fromLatin1(rail)
                    << QString::fromLatin1(table);
        }
    }
    void statesAreWholeAndTakeNoMore()
    {
        open();
        QFETCH(const Language, language);
        QFETCH(const QString, table);
        QFETCH(const QString, rail);
        QTest::mouseClick(m_hall->find<QAbstractButton>(u"rail."_s + rail), Qt::LeftButton);
        QTreeView *view = nullptr;
        QTRY_VERIFY((view = m_hall->find<QTreeView>(rail + u'.' + table)) && view->isVisible());
        int widest = 0;
        for (const StateLook &look : stateLooks(table, language)) {
            QVERIFY(!look.word.isEmpty());
            widest = std::max(widest,
                              view->fontMetrics().horizontalAdvance(look.shape + u' ' + look.word));
        }
        const int room = view->columnWidth(PaneFilter::State);
        QVERIFY2(room >= widest + 8, qPrintable(QString::number(room)));
        QVERIFY2(room <= widest + 60, qPrintable(QString::number(room)));
        QCOMPARE(cutTitles(view->header()), QStringList());
    }

    void boardColumnsFillTheBoard_data() { addFaces(); }
    void boardColumnsFillTheBoard()
    {
        open();
        auto *board = m_hall->find<QTableView>(u"board"_s);
        QTRY_VERIFY(board->model()->rowCount() > 0);
        checkBoard(board);
        m_hall->window->openWall();
        m_hall->window->wall()->resize(2560, 1440);
        QVERIFY(QTest::qWaitForWindowExposed(m_hall->window->wall()));
        auto *onWall = m_hall->window->wall()->findChild<QTableView *>(u"board"_s);
        QTRY_VERIFY(onWall->model()->rowCount() > 0);
        QTRY_VERIFY(onWall->fontMetrics().height() > board->fontMetrics().height() * 5 / 4);
        checkBoard(onWall);
        // Painted as large as it measures: titles of heads have a font of their own in a style
        // sheet.
        const QHeaderView *head = onWall->horizontalHeader();
        QCOMPARE(QFontInfo(head->font()).pixelSize(), QFontInfo(onWall->font()).pixelSize());
        QVERIFY(onWall->viewport()->height() >= 4 * onWall->rowHeight(0));
    }

    void iconsFollowTheTheme()
    {
        m_hall = std::make_unique<Hall>();
        m_city = makeDemoCity(*m_hall);
        m_hall->openWindow(Language::English, view::Theme::Dark, {1366, 768});
        for (const auto theme : {view::Theme::Light, view::Theme::Dark}) {
            m_hall->window->setTheme(theme);
            for (const QString &name : {u"incidents.create"_s, u"map.fit"_s}) {
                const QIcon icon = m_hall->find<QAbstractButton>(name)->icon();
                const QImage drawn = icon.pixmap(QSize(32, 32)).toImage();
                QVERIFY2(colouredLike(drawn, coloursOf(theme).text) > 20, qPrintable(name));
            }
        }
    }

    void needsAreReadInWords_data()
    {
        QTest::addColumn<QString>("typed");
        QTest::addColumn<QString>("needs");
        QTest::addColumn<QStringList>("unknown");
        QTest::newRow("empty") << QString() << QString() << QStringList();
        QTest::newRow("codes") << u"water_rescue:1,pumping:2"_s << u"water_rescue:1,pumping:2"_s
                               << QStringList();
        QTest::newRow("chinese") << u"水上搜救 2、排涝"_s << u"water_rescue:2,pumping:1"_s
                                 << QStringList();
        QTest::newRow("english") << u"water rescue 2, pumping"_s << u"water_rescue:2,pumping:1"_s
                                 << QStringList();
        QTest::newRow("mixed, no blank")
            << u"排涝3；road clearing×2"_s << u"pumping:3,road_clearing:2"_s << QStringList();
        QTest::newRow("beginning of one") << u"pump 2"_s << u"pumping:2"_s << QStringList();
        QTest::newRow("added up") << u"pumping, 排涝 2"_s << u"pumping:3"_s << QStringList();
        QTest::newRow("nobody's") << u"pumping, 魔法 2"_s << u"pumping:1"_s
                                  << QStringList{u"魔法 2"_s};
        QTest::newRow("none of it") << u"pumping 0"_s << QString() << QStringList{u"pumping 0"_s};
        QTest::newRow("number alone") << u"2"_s << QString() << QStringList{u"2"_s};
    }
    void needsAreReadInWords()
    {
        QFETCH(const QString, typed);
        const ReadNeeds read = readNeeds(typed);
        QTEST(read.needs, "needs");
        QTEST(read.unknown, "unknown");
    }

    void needsAreShownInTheLanguageInForce()
    {
        NeedsEdit line(Language::Chinese, nullptr);
        line.setNeeds(u"water_rescue:1,pumping:2"_s);
        QCOMPARE(line.text(), u"水上搜救 1、排涝 2"_s);
        line.setLanguage(Language::English);
        QCOMPARE(line.text(), u"water rescue 1, pumping 2"_s);
        line.add(u"pumping"_s);
        line.add(u"diving"_s);
        QCOMPARE(line.needs().needs, u"water_rescue:1,pumping:3,diving:1"_s);
        line.setText(u"something else"_s);
        line.setLanguage(Language::Chinese);
        QCOMPARE(line.text(), u"something else"_s); // not understood: left as typed
    }

    void tabWalksDownTheForm()
    {
        m_hall = std::make_unique<Hall>();
        m_city = makeDemoCity(*m_hall);
        m_hall->openWindow(Language::English, view::Theme::Dark, {1366, 768});
        QTest::mouseClick(m_hall->find<QAbstractButton>(u"incidents.create"_s), Qt::LeftButton);
        auto *type = m_hall->find<QComboBox>(u"incidentForm.type"_s);
        QTRY_VERIFY(type && type->isVisible());
        auto *form = m_hall->find<QWidget>(u"incidentForm"_s);
        QStringList walked;
        QStringList upward;
        for (const QWidget *at = type; form->isAncestorOf(at) && walked.size() < 40;) {
            walked += at->objectName();
            const QWidget *next = at->nextInFocusChain();
            while (next != type && (!(next->focusPolicy() & Qt::TabFocus) || !next->isVisible() ||
                                    !next->isEnabled()))
                next = next->nextInFocusChain();
            if (next == type)
                break;
            // Down, or to the right in the same row.
            const auto place = [form](const QWidget *w) {
                return w->mapTo(form, QPoint(0, w->height() / 2));
            };
            if (form->isAncestorOf(next) && place(next).y() < place(at).y() - 12)
                upward += at->objectName() + u" -> "_s + next->objectName();
            at = next;
        }
        QCOMPARE(upward, QStringList());
        QCOMPARE(walked.first(), u"incidentForm.type"_s);
        for (const QString &name :
             {u"incidentForm.place"_s, u"incidentForm.coordinates"_s, u"incidentForm.title"_s,
              u"incidentForm.needs"_s, u"incidentForm.division"_s, u"incidentForm.later"_s})
            QVERIFY2(walked.contains(name), qPrintable(walked.join(u' ')));
    }

    void anUnknownNeedHoldsTheFormBack()
    {
        m_hall = std::make_unique<Hall>();
        m_city = makeDemoCity(*m_hall);
        m_hall->openWindow(Language::English, view::Theme::Dark, {1366, 768});
        QTest::mouseClick(m_hall->find<QAbstractButton>(u"incidents.create"_s), Qt::LeftButton);
        auto *type = m_hall->find<QComboBox>(u"incidentForm.type"_s);
        QTRY_VERIFY(type && type->isVisible());
        type->setCurrentIndex(type->findData(u"flood"_s));
        auto *needs = m_hall->find<QLineEdit>(u"incidentForm.needs"_s);
        QCOMPARE(needs->text(), u"water rescue 1, pumping 1"_s);
        m_hall->find<QLineEdit>(u"incidentForm.title"_s)->setText(u"Car park under water"_s);
        auto *submit = m_hall->find<QAbstractButton>(u"incidentForm.submit"_s);
        QVERIFY(submit->isEnabled());
        needs->setText(u"pumping 2, magic"_s);
        QVERIFY(!submit->isEnabled());
        QVERIFY(
            m_hall->find<QLabel>(u"incidentForm.needsUnderstood"_s)->text().contains(u"magic"_s));
        needs->setText(u"pumping 2, 潜水"_s);
        QVERIFY(submit->isEnabled());
        QTest::mouseClick(submit, Qt::LeftButton);
        const auto registered = [&] {
            for (const Incident &incident : m_hall->cache->incidents()) {
                if (incident.title == "Car park under water"_L1)
                    return formatNeeds(incident.needs);
            }
            return QString();
        };
        QTRY_COMPARE(registered(), u"pumping:2,diving:1"_s);
    }

private:
    static void checkBoard(const QTableView *board)
    {
        QTRY_COMPARE(board->horizontalHeader()->length(), board->viewport()->width());
        QCOMPARE(cutTitles(board->horizontalHeader()), QStringList());
        QVERIFY(!board->horizontalScrollBar()->isVisible());
        for (const int column : {0, 4, 5, 6}) {
            for (int row = 0; row < board->model()->rowCount(); ++row) {
                const QString text = board->model()->index(row, column).data().toString();
                QVERIFY2(board->columnWidth(column) >=
                             board->fontMetrics().horizontalAdvance(text) + 8,
                         qPrintable(text));
            }
        }
    }

    std::unique_ptr<Hall> m_hall;
    DemoCity m_city;
};

QTEST_MAIN(LayoutTest)
#include "tst_layout.moc"
