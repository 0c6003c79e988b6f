#include "models/items/board_model.h"
#include "models/items/clock_text.h"
#include "models/items/incident_model.h"
#include "models/items/list_filter.h"
#include "models/items/register_model.h"
#include "tests/items/world.h"

#include <QAbstractItemModelTester>
#include <QTest>

using namespace leeward;
using namespace leeward::items;
using namespace leeward::items::test;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

class ListsTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void span_data();
    void span();
    void clock_data();
    void clock();
    void filterWords_data();
    void filterWords();
    void filterStates();
    void filterFollows();
    void boardOrder();
};

void ListsTest::span_data()
{
    QTest::addColumn<Duration>("span");
    QTest::addColumn<QString>("zh");
    QTest::addColumn<QString>("en");
    QTest::newRow("none") << Duration(0) << u"0秒"_s << u"0 s"_s;
    QTest::newRow("under a second") << Duration(999) << u"0秒"_s << u"0 s"_s;
    QTest::newRow("seconds") << Duration(59'999) << u"59秒"_s << u"59 s"_s;
    QTest::newRow("a minute") << Duration(1min) << u"1分"_s << u"1 min"_s;
    QTest::newRow("just under an hour") << Duration(1h) - 1ms << u"59分"_s << u"59 min"_s;
    QTest::newRow("an hour") << Duration(1h) << u"1小时00分"_s << u"1 h 00"_s;
    QTest::newRow("hours") << Duration(2h + 5min + 59s) << u"2小时05分"_s << u"2 h 05"_s;
    QTest::newRow("just under two days") << Duration(48h) - 1ms << u"47小时59分"_s << u"47 h 59"_s;
    QTest::newRow("two days") << Duration(48h) << u"2天"_s << u"2 d"_s;
    QTest::newRow("days") << Duration(24h * 400) << u"400天"_s << u"400 d"_s;
    QTest::newRow("still to go") << Duration(-7min) << u"−7分"_s << u"−7 min"_s;
    QTest::newRow("hours to go") << Duration(-(3h + 1min)) << u"−3小时01分"_s << u"−3 h 01"_s;
    QTest::newRow("a moment ahead") << Duration(-1) << u"0秒"_s << u"0 s"_s;
}

void ListsTest::span()
{
    QFETCH(const Duration, span);
    QTEST(spanText(span, Language::Chinese), "zh");
    QTEST(spanText(span, Language::English), "en");
}

void ListsTest::clock_data()
{
    QTest::addColumn<QString>("at"); // UTC
    QTest::addColumn<QString>("now");
    QTest::addColumn<QString>("text");
    QTest::newRow("now") << u"2026-08-12T06:02:07Z"_s << u"2026-08-12T06:02:07Z"_s << u"14:02:07"_s;
    QTest::newRow("first second of the local day")
        << u"2026-08-11T16:00:00Z"_s << u"2026-08-12T15:59:59Z"_s << u"00:00:00"_s;
    QTest::newRow("last second of the day before")
        << u"2026-08-11T15:59:59Z"_s << u"2026-08-11T16:00:00Z"_s << u"08-11 23:59"_s;
    QTest::newRow("tomorrow") << u"2026-08-12T16:00:00Z"_s << u"2026-08-12T15:59:59Z"_s
                              << u"08-13 00:00"_s;
    QTest::newRow("last year by local time")
        << u"2025-12-31T15:59:59Z"_s << u"2025-12-31T16:00:00Z"_s << u"2025-12-31 23:59"_s;
    QTest::newRow("UTC years differ, local ones do not")
        << u"2025-12-31T16:00:00Z"_s << u"2026-01-01T16:00:00Z"_s << u"01-01 00:00"_s;
}

void ListsTest::clock()
{
    QFETCH(const QString, at);
    QFETCH(const QString, now);
    const auto instant = [](const QString &text) {
        return instantFromMs(QDateTime::fromString(text, Qt::ISODate).toMSecsSinceEpoch());
    };
    QTEST(clockText(instant(at), instant(now)), "text");
}

void ListsTest::filterWords_data()
{
    QTest::addColumn<QString>("words");
    QTest::addColumn<QStringList>("codes");
    const QStringList all = {u"T1"_s, u"T2"_s, u"T3"_s};
    QTest::newRow("nothing") << QString() << all;
    QTest::newRow("blanks") << u"  \t "_s << all;
    QTest::newRow("Chinese") << u"水上"_s << QStringList{u"T2"_s};
    QTest::newRow("code, any case") << u"t3"_s << QStringList{u"T3"_s};
    QTest::newRow("pinyin") << u"shuishang"_s << QStringList{u"T2"_s};
    QTest::newRow("two words, both must be there") << u"一队 防汛"_s << QStringList{u"T1"_s};
    QTest::newRow("two words of different rows") << u"一队 水上"_s << QStringList();
    QTest::newRow("a column's words") << u"排涝"_s << QStringList{u"T1"_s, u"T3"_s};
    QTest::newRow("pattern signs are letters") << u".*"_s << QStringList();
    QTest::newRow("not there") << u"直升机"_s << QStringList();
}

namespace {

void makeTeams(World &world)
{
    world.create(u"team"_s, u"T1"_s, u"防汛一队"_s,
                 {{u"kind"_s, u"flood"_s}, {u"capabilities"_s, u"pumping"_s}});
    world.create(u"team"_s, u"T2"_s, u"水上二队"_s,
                 {{u"kind"_s, u"water"_s}, {u"capabilities"_s, u"diving"_s}});
    world.create(u"team"_s, u"T3"_s, u"综合三队"_s,
                 {{u"kind"_s, u"general"_s}, {u"capabilities"_s, u"pumping"_s}});
}

QStringList codes(const QAbstractItemModel &model)
{
    QStringList list;
    for (int row = 0; row < model.rowCount(); ++row)
        list += model.index(row, 0).data().toString();
    return list;
}

} // namespace

void ListsTest::filterWords()
{
    QFETCH(const QString, words);
    World world;
    makeTeams(world);
    RegisterModel model(world.cache(), teamRegister());
    ListFilter filter;
    filter.setSourceModel(&model);
    const QAbstractItemModelTester tester(&filter,
                                          QAbstractItemModelTester::FailureReportingMode::Fatal);
    filter.sort(0);
    world.load();
    filter.setWords(words);
    QTEST(codes(filter), "codes");
    filter.setWords({});
    QCOMPARE(filter.rowCount(), 3);
}

void ListsTest::filterStates()
{
    World world;
    makeTeams(world);
    RegisterModel model(world.cache(), teamRegister());
    ListFilter filter;
    filter.setSourceModel(&model);
    filter.sort(0, Qt::DescendingOrder);
    world.load();
    QCOMPARE(codes(filter), (QStringList{u"T3"_s, u"T2"_s, u"T1"_s}));
    filter.setStates({stateName(Availability::OffDuty)});
    QCOMPARE(codes(filter), QStringList());
    filter.setStates({stateName(Availability::OffDuty), stateName(Availability::Available)});
    QCOMPARE(filter.rowCount(), 3);
    QCOMPARE(filter.states().size(), 2);
    filter.setStates({});
    QCOMPARE(filter.rowCount(), 3);
}

// Rows come and go in a filtered, sorted list as they change.
void ListsTest::filterFollows()
{
    World world;
    makeTeams(world);
    RegisterModel model(world.cache(), teamRegister());
    ListFilter filter;
    filter.setSourceModel(&model);
    const QAbstractItemModelTester tester(&filter,
                                          QAbstractItemModelTester::FailureReportingMode::Fatal);
    filter.sort(0);
    world.load();
    filter.setWords(u"队"_s);
    const RecordId extra = world.create(u"team"_s, u"T0"_s, u"零队"_s, {{u"kind"_s, u"flood"_s}});
    QCOMPARE(codes(filter), (QStringList{u"T0"_s, u"T1"_s, u"T2"_s, u"T3"_s}));
    world.mustSubmit(world.maker().edit(u"team"_s, extra, u"name"_s, u"零队"_s, u"零组"_s));
    QCOMPARE(codes(filter), (QStringList{u"T1"_s, u"T2"_s, u"T3"_s}));
    filter.setWords({});
    world.mustSubmit(world.maker().operation(op::RetireRecord{
        .table = u"team"_s, .record = extra, .retired = true, .reason = u"撤编"_s}));
    QCOMPARE(codes(filter), (QStringList{u"T1"_s, u"T2"_s, u"T3"_s}));
    filter.setShowFaded(true);
    QCOMPARE(codes(filter), (QStringList{u"T0"_s, u"T1"_s, u"T2"_s, u"T3"_s}));
    filter.sort(0, Qt::DescendingOrder);
    QCOMPARE(codes(filter), (QStringList{u"T3"_s, u"T2"_s, u"T1"_s, u"T0"_s}));
}

// By state: what is overdue on top, then in the order of the work.
void ListsTest::boardOrder()
{
    World world;
    const IncidentId incident = world.report(u"积水"_s);
    BoardModel board(world.cache());
    ListFilter filter;
    filter.setSourceModel(&board);
    filter.sort(BoardModel::State);
    world.load();
    std::vector<AssignmentId> assignments;
    for (int i = 0; i < 3; ++i) {
        const RecordId team =
            world.create(u"team"_s, u"T%1"_s.arg(i), u"%1队"_s.arg(i), {{u"kind"_s, u"flood"_s}});
        assignments.push_back(world.maker().ids().make<AssignmentId>());
        world.mustSubmit(world.maker().assign(assignments.back(), incident, TeamId(team.raw())));
    }
    world.mustSubmit(world.maker().advance(assignments[0], AssignmentState::Delivered));
    world.mustSubmit(world.maker().advance(assignments[1], AssignmentState::Delivered));
    world.mustSubmit(world.maker().advance(assignments[1], AssignmentState::Acknowledged));
    const auto teams = [&] {
        QStringList names;
        for (int row = 0; row < filter.rowCount(); ++row)
            names += filter.index(row, BoardModel::Team).data().toString();
        return names;
    };
    QCOMPARE(teams(), (QStringList{u"2队"_s, u"0队"_s, u"1队"_s}));
    world.mustSubmit(world.maker().operation(op::FlagAssignment{
        .assignment = assignments[1], .flag = stateName(AssignmentFlag::Overdue), .reason = {}}));
    QCOMPARE(teams().constFirst(), u"1队"_s);
    world.mustSubmit(world.maker().advance(assignments[2], AssignmentState::Recalled, u"撤回"_s));
    QCOMPARE(filter.rowCount(), 2);
}

QTEST_GUILESS_MAIN(ListsTest)
#include "tst_lists.moc"
