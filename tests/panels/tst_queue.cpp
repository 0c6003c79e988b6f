#include "tests/panels/support/rival.h"
#include "widgets/panels/conflict_sides.h"
#include "widgets/panels/queue_panel.h"

#include <QLabel>
#include <QPushButton>
#include <QSignalSpy>
#include <QTest>

using namespace leeward;
using namespace leeward::test;
using namespace leeward::widgets;
using namespace Qt::StringLiterals;

namespace {

template <class Widget>
Widget *child(QWidget &panel, const char *name)
{
    auto *found = panel.findChild<Widget *>(QString::fromLatin1(name));
    if (!found)
        qFatal("no %s", name);
    return found;
}

// A desk, the authority, a desk that is faster, and the queue on screen.
struct Scene
{
    World world;
    Rival rival{world};
    TeamId team;
    IncidentId incident;
    QueuePanel panel{world.context};

    Scene()
    {
        team = world.team(u"T-001"_s, u"青河一队"_s);
        incident = world.incident(u"车库进水"_s);
        rival.exchange();
        panel.setLanguage(Language::English);
        panel.resize(700, 600);
        panel.show();
    }
    QTreeWidget *list() { return child<QTreeWidget>(panel, "queue"); }
    ConflictSides *sides() { return child<ConflictSides>(panel, "queueSides"); }
    QString text(const char *label) { return child<QLabel>(panel, label)->text(); }
    QPushButton *button(const char *name) { return child<QPushButton>(panel, name); }
    QVariant value(const QString &field)
    {
        return world.cache.row(u"team"_s, team.text())->value(field);
    }
    op::EditRecord edit(std::vector<op::FieldChange> changes) const
    {
        return {u"team"_s, RecordId(team.raw()), std::move(changes)};
    }
    // Both set the leader; this desk a remark, too. The other was first.
    void quarrel()
    {
        rival.does(edit({{u"leader"_s, u"王强"_s, u"赵敏"_s}}));
        world.clock.advance(std::chrono::minutes(5));
        world.must_(
            edit({{u"leader"_s, u"王强"_s, u"李四"_s}, {u"note"_s, QVariant(), u"夜班"_s}}));
        rival.tell();
    }
};

} // namespace

class TestQueue : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void whatIsKeptAndWhatIsSent()
    {
        Scene s;
        s.world.must_(op::NoteIncident{s.incident, u"水位上涨"_s});
        QTRY_COMPARE(s.panel.waiting(), 1);
        s.world.clock.advance(std::chrono::minutes(12));
        QTRY_COMPARE(s.list()->topLevelItem(0)->text(0), u"◐ kept here"_s);
        auto queue = s.world.desk.waiting();
        World::waitFor([&] { return queue.isFinished(); });
        s.world.desk.setOnTheWay({must(queue.result())[0].line.operation.id});
        QTRY_COMPARE(s.list()->topLevelItem(0)->text(0), u"↑ sending"_s);
        QVERIFY2(s.list()->topLevelItem(0)->text(1).endsWith(u"12 min"_s),
                 qPrintable(s.list()->topLevelItem(0)->text(1)));
        QVERIFY(!s.button("queueRetry")->isEnabled());
        QVERIFY(!s.sides()->isVisible());
        s.world.desk.setOnTheWay({});
        QTRY_COMPARE(s.list()->topLevelItem(0)->text(0), u"◐ kept here"_s);
        s.rival.exchange();
        QTRY_COMPARE(s.panel.waiting(), 0);
    }

    // What was it, what do I want, what is there now, who wrote that and when, and by which rule.
    void aFieldConflictTellsAll()
    {
        Scene s;
        s.quarrel();
        QTRY_VERIFY(s.sides()->isVisible());
        QCOMPARE(s.list()->topLevelItem(0)->text(0), u"⚡ conflict"_s);
        QVERIFY(s.list()->topLevelItem(0)->text(3).contains(u"王芳"_s));
        QVERIFY2(s.text("queueBeaten").contains(u"王芳"_s) &&
                     s.text("queueBeaten").contains(u"1号台"_s),
                 qPrintable(s.text("queueBeaten")));
        QVERIFY(s.text("queueRule").contains(u"Rule"_s));
        QCOMPARE(s.sides()->topLevelItemCount(), 2);
        const QTreeWidgetItem &leader = *s.sides()->topLevelItem(0);
        QCOMPARE(leader.text(1), u"王强"_s);
        QCOMPARE(leader.text(2), u"李四"_s);
        QCOMPARE(leader.text(3), u"赵敏"_s);
        QVERIFY2(leader.text(4).startsWith(u"theirs: 王芳 · 1号台 · "_s),
                 qPrintable(leader.text(4)));
        QCOMPARE(leader.text(5), u"▶ theirs"_s);
        QCOMPARE(s.sides()->topLevelItem(1)->text(4), QString());
        QCOMPARE(s.value(u"leader"_s).toString(), u"赵敏"_s); // and nothing was decided
    }

    void settledByKeys_data()
    {
        QTest::addColumn<QString>("keys"); // in the list, then in the fields
        QTest::addColumn<QString>("leader");
        QTest::addColumn<QString>("note");
        QTest::newRow("mine") << u"em\n"_s << u"李四"_s << u"夜班"_s;
        QTest::newRow("turned") << u"e \n"_s << u"李四"_s << u"夜班"_s;
        QTest::newRow("turned and back") << u"e  \n"_s << u"赵敏"_s << u"夜班"_s;
        QTest::newRow("theirs, the rest is saved") << u"emt\n"_s << u"赵敏"_s << u"夜班"_s;
        QTest::newRow("all mine") << u"r"_s << u"李四"_s << u"夜班"_s;
        QTest::newRow("withdrawn") << u"d"_s << u"赵敏"_s << QString();
    }
    void settledByKeys()
    {
        QFETCH(const QString, keys);
        QFETCH(const QString, leader);
        QFETCH(const QString, note);
        Scene s;
        s.quarrel();
        QTRY_VERIFY(s.sides()->isVisible());
        QWidget *where = s.list();
        for (const QChar key : keys) {
            switch (key.unicode()) {
            case 'e':
                QTest::keyClick(where, Qt::Key_Return);
                where = s.sides();
                break;
            case '\n': QTest::keyClick(where, Qt::Key_Return); break;
            case ' ': QTest::keyClick(where, Qt::Key_Space); break;
            case 'd': QTest::keyClick(where, Qt::Key_Delete); break;
            default: QTest::keyClick(where, key.toLatin1());
            }
        }
        const auto settled = [&] {
            auto queue = s.world.desk.waiting();
            World::waitFor([&] { return queue.isFinished(); });
            const auto all = must(queue.result());
            return all.empty() || !all[0].line.refusal;
        };
        QTRY_VERIFY(settled());
        s.rival.exchange();
        QTRY_COMPARE(s.panel.waiting(), 0);
        QTRY_COMPARE(s.value(u"leader"_s).toString(), leader);
        QCOMPARE(s.value(u"note"_s).toString(), note);
    }

    // With nothing of mine left to save, Enter keeps theirs and takes mine out of the queue.
    void keepingTheirsWithdraws()
    {
        Scene s;
        s.rival.does(s.edit({{u"leader"_s, u"王强"_s, u"赵敏"_s}}));
        s.world.must_(s.edit({{u"leader"_s, u"王强"_s, u"李四"_s}}));
        s.rival.tell();
        QTRY_VERIFY(s.sides()->isVisible());
        QCOMPARE(s.button("queueSave")->text(), u"Keep theirs"_s);
        QTest::keyClick(s.sides(), Qt::Key_M);
        QCOMPARE(s.button("queueSave")->text(), u"Save the choice"_s);
        QTest::keyClick(s.sides(), Qt::Key_T);
        QSignalSpy told(&s.panel, &Panel::message);
        QTest::mouseClick(s.button("queueSave"), Qt::LeftButton);
        QTRY_COMPARE(s.panel.waiting(), 0);
        QTRY_VERIFY(!told.isEmpty());
        QVERIFY(!told.back().at(1).toBool());
        QCOMPARE(s.value(u"leader"_s).toString(), u"赵敏"_s);
    }

    // The other's entry has come by the stream, the answer to what this desk has handed in has not:
    // it may be an entry, too. Nothing is given up until it has come, and the panel says so.
    void nothingIsGivenUpBeforeTheAnswer_data()
    {
        QTest::addColumn<bool>("chinese");
        QTest::newRow("中文") << true;
        QTest::newRow("English") << false;
    }
    void nothingIsGivenUpBeforeTheAnswer()
    {
        QFETCH(const bool, chinese);
        Scene s;
        s.panel.setLanguage(chinese ? Language::Chinese : Language::English);
        s.rival.does(s.edit({{u"leader"_s, u"王强"_s, u"赵敏"_s}}));
        s.world.must_(s.edit({{u"leader"_s, u"王强"_s, u"李四"_s}}));
        s.rival.push();
        QTRY_VERIFY(s.sides()->isVisible());
        auto *why = child<QLabel>(s.panel, "queueUnanswered");
        QTRY_VERIFY(why->isVisible());
        QVERIFY2(why->text().startsWith(chinese ? u"服务器的答复还没有取全"_s
                                                : u"The server's answer is not complete yet"_s),
                 qPrintable(why->text()));
        for (const char *name : {"queueSave", "queueRetry", "queueWithdraw"})
            QVERIFY2(!s.button(name)->isEnabled(), name);
        QSignalSpy told(&s.panel, &Panel::message);
        QTest::keyClick(s.sides(), Qt::Key_M);
        QTest::keyClick(s.sides(), Qt::Key_Return);
        QTRY_COMPARE(told.size(), 1);
        QCOMPARE(told[0], (QList<QVariant>{why->text(), true}));
        QTest::keyClick(s.list(), Qt::Key_Delete);
        QVERIFY(s.world.prompter.asked.isEmpty());
        QCOMPARE(s.panel.waiting(), 1);
        s.rival.tell(); // the answer, and nothing new in it
        QTRY_VERIFY(!why->isVisible());
        for (const char *name : {"queueSave", "queueRetry", "queueWithdraw"})
            QVERIFY2(s.button(name)->isEnabled(), name);
        QTest::keyClick(s.list(), Qt::Key_Delete);
        QTRY_COMPARE(s.panel.waiting(), 0);
    }

    // What another order of things has made uncertain since the panel looked is not withdrawn
    // either, and the same is said.
    void theStoreHasTheLastWord()
    {
        Scene s;
        s.quarrel();
        QTRY_VERIFY(s.button("queueWithdraw")->isEnabled());
        auto marked = s.world.writer.run([](store::Connection &db) {
            const auto pending = must(store::pendingOperations(db)).front();
            must(store::setPending(db, pending.position, store::Pending::State::Conflict, {},
                                   pending.refusal));
            return true;
        });
        World::waitFor([&] { return marked.isFinished(); });
        QSignalSpy told(&s.panel, &Panel::message);
        QTest::keyClick(s.list(), Qt::Key_Delete);
        QTRY_COMPARE(told.size(), 1);
        QVERIFY(told[0].at(1).toBool());
        QVERIFY(told[0].at(0).toString().startsWith(u"The server's answer is not complete yet"_s));
        QCOMPARE(s.panel.waiting(), 1);
        QTRY_VERIFY(!s.button("queueWithdraw")->isEnabled());
    }

    // Without fields to choose from it can be tried again as it is: it keeps its id.
    void tryingAgainNeedsNoAnswer()
    {
        Scene s;
        const IncidentId other = s.world.incident(u"路面塌陷"_s);
        s.rival.exchange();
        s.rival.does(op::Assign{.assignment = AssignmentId(s.world.ids.next()),
                                .incident = other,
                                .team = s.team,
                                .task = u"排险"_s});
        s.world.assign(s.incident, s.team);
        s.rival.push();
        QTRY_VERIFY(child<QLabel>(s.panel, "queueUnanswered")->isVisible());
        QVERIFY(s.button("queueRetry")->isEnabled());
        QVERIFY(!s.button("queueWithdraw")->isEnabled());
    }

    // A team has one task: no fields to choose from, but who was first, and the rule.
    void aBusyTeamIsARule()
    {
        Scene s;
        const IncidentId other = s.world.incident(u"路面塌陷"_s);
        s.rival.exchange();
        s.rival.does(op::Assign{.assignment = AssignmentId(s.world.ids.next()),
                                .incident = other,
                                .team = s.team,
                                .task = u"排险"_s});
        s.world.assign(s.incident, s.team);
        s.rival.tell();
        QTRY_COMPARE(s.panel.waiting(), 1);
        QTRY_VERIFY(s.text("queueReason").contains(u"青河一队"_s));
        QTRY_VERIFY2(s.text("queueBeaten").contains(u"王芳 (1号台)"_s),
                     qPrintable(s.text("queueBeaten")));
        QVERIFY(s.text("queueRule").contains(u"one task at a time"_s));
        QVERIFY(!s.sides()->isVisible());
        QVERIFY(!s.button("queueSave")->isVisible());
        QSignalSpy open(&s.panel, &QueuePanel::openWanted);
        QTest::keyClick(s.list(), Qt::Key_O);
        QCOMPARE(open.size(), 1);
        QCOMPARE(open[0], (QList<QVariant>{u"incident"_s, s.incident.text(), true}));
        // Trying again is answered by the same rule, and nothing is lost.
        QSignalSpy told(&s.panel, &Panel::message);
        QTest::keyClick(s.list(), Qt::Key_R);
        QTRY_COMPARE(told.size(), 1);
        QVERIFY(told[0].at(1).toBool());
        QCOMPARE(s.panel.waiting(), 1);
    }

    // Counts of stock are chosen between, never added up.
    void stockIsCountedAnew()
    {
        Scene s;
        const auto depot = s.world.desk.newId<RecordId>();
        const auto stock = s.world.desk.newId<RecordId>();
        s.world.must_(
            op::CreateRecord{u"depot"_s, depot, {{u"code"_s, u"D1"_s}, {u"name"_s, u"中心库"_s}}});
        s.world.must_(op::CreateRecord{u"stock"_s,
                                       stock,
                                       {{u"code"_s, u"S1"_s},
                                        {u"name"_s, u"沙袋"_s},
                                        {u"depot"_s, u"D1"_s},
                                        {u"unit"_s, u"个"_s},
                                        {u"on_hand"_s, 500}}});
        s.rival.exchange();
        s.rival.does(op::EditRecord{u"stock"_s, stock, {{u"on_hand"_s, 500, 380}}});
        s.world.must_(op::EditRecord{u"stock"_s, stock, {{u"on_hand"_s, 500, 450}}});
        s.rival.tell();
        QTRY_VERIFY(s.sides()->isVisible());
        QVERIFY2(s.text("queueRule").contains(u"neither merged nor added"_s),
                 qPrintable(s.text("queueRule")));
        QTest::keyClick(s.list(), Qt::Key_R);
        QTRY_COMPARE(s.world.cache.row(u"stock"_s, stock.text())->value(u"on_hand"_s).toInt(), 450);
    }
};

QTEST_MAIN(TestQueue)
#include "tst_queue.moc"
