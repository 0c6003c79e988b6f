#include "analysis/recommend/recommend.h"

#include <QJsonArray>
#include <QTest>

#include <algorithm>
#include <random>

using namespace leeward;
using namespace leeward::recommend;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

constexpr Instant noon = instantFromMs(1'786'507'200'000); // 2026-08-12 12:00 in China

TeamId teamId(int number)
{
    return TeamId(uuidV7(noon, 1, static_cast<quint64>(number)));
}

// A team that can go, ten minutes away.
Candidate able(int number, const QString &capabilities = u"pumping"_s, qint64 roadSeconds = 600)
{
    return {.team = teamId(number),
            .code = u"T%1"_s.arg(number, 3, 10, QChar(u'0')),
            .name = u"第%1队"_s.arg(number),
            .capabilities = capabilities.split(u',', Qt::SkipEmptyParts),
            .headcount = 20,
            .readinessMinutes = 5,
            .at = LonLat{113.3, 23.1},
            .roadSeconds = roadSeconds,
            .roadMetres = roadSeconds * 10};
}

QStringList codes(const Recommendation &answer)
{
    QStringList list;
    for (const Row &row : answer.rows)
        list += row.chosen ? row.code : QString(u'(' + row.code + u')');
    return list;
}

// What can be had: filled needs, and the least total time for so many.
struct Best
{
    int filled = 0;
    qint64 seconds = 0;
    friend bool operator==(const Best &, const Best &) = default;
};

// Tries everything.
Best bruteForce(const std::vector<Row> &rows, std::vector<Need> &needs, size_t row = 0)
{
    if (row == rows.size())
        return {};
    Best best = bruteForce(rows, needs, row + 1);
    for (Need &need : needs) {
        if (need.number == 0 || !rows[row].covers.contains(need.capability))
            continue;
        --need.number;
        Best with = bruteForce(rows, needs, row + 1);
        ++need.number;
        with.filled += 1;
        with.seconds += rows[row].totalSeconds;
        if (with.filled > best.filled ||
            (with.filled == best.filled && with.seconds < best.seconds))
            best = with;
    }
    return best;
}

} // namespace

class RecommendTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void exclusions_data();
    void exclusions();
    void order_data();
    void order();
    void scarceFirst_data();
    void scarceFirst();
    void bestChoice();
    void shortfall();
    void spareRows();
    void otherTeamsAreNotNamed();
    void json();
};

void RecommendTest::exclusions_data()
{
    QTest::addColumn<Candidate>("candidate");
    QTest::addColumn<QString>("why");   // empty: may go
    QTest::addColumn<QString>("words"); // part of the Chinese reason
    const auto row = [](const char *name, auto change, const QString &why,
                        const QString &words = {}) {
        Candidate candidate = able(1);
        change(candidate);
        QTest::newRow(name) << candidate << why << words;
    };
    row("able", [](Candidate &) {}, {});
    row("retired", [](Candidate &c) { c.retired = true; }, u"retired"_s, u"停用"_s);
    row(
        "busy",
        [](Candidate &c) {
            c.busy = true;
            c.busyNumber = u"2026-0012"_s;
            c.busyIncident = 7;
            c.busyState = AssignmentState::EnRoute;
            c.busyUntil = noon + 90min;
        },
        u"busy"_s, u"2026-0012（事件7，出动），预计08-12 13:30归建"_s);
    row("busy, end unknown", [](Candidate &c) { c.busy = true; }, u"busy"_s, u"指令"_s);
    row("busy and retired", [](Candidate &c) { c.busy = c.retired = true; }, u"retired"_s);
    row(
        "override", [](Candidate &c) { c.override_ = {noon + 1ms, u"车辆检修"_s, u"张"_s}; },
        u"unavailable"_s, u"车辆检修"_s);
    row("override over", [](Candidate &c) { c.override_ = {noon, u"车辆检修"_s, u"张"_s}; }, {});
    row(
        "off duty", [](Candidate &c) { c.dutyHours = u"18:00-06:00"_s; }, u"off_duty"_s,
        u"18:00-06:00"_s);
    row("on duty", [](Candidate &c) { c.dutyHours = u"08:00-18:00"_s; }, {});
    row("too few", [](Candidate &c) { c.headcount = 4; }, u"under_strength"_s, u"4人"_s);
    row("just enough", [](Candidate &c) { c.headcount = 5; }, {});
    row(
        "old position", [](Candidate &c) { c.positionAt = noon - 30min - 1ms; },
        u"position_too_old"_s, u"30分钟"_s);
    row("position as old as may be", [](Candidate &c) { c.positionAt = noon - 30min; }, {});
    row("position of the register", [](Candidate &c) { c.positionAt.reset(); }, {});
    row("no place", [](Candidate &c) { c.at.reset(); }, u"no_place"_s, u"坐标"_s);
    const auto noRoad = [&](const char *name, const QString &reason, const QString &why,
                            const QString &words) {
        row(
            name,
            [&](Candidate &c) {
                c.roadSeconds.reset();
                c.roadWhyNot = reason;
            },
            why, words);
    };
    noRoad("no road near", u"no_road_near"_s, u"no_road"_s, u"没有道路"_s);
    noRoad("no connection", u"no_connection"_s, u"no_road"_s, u"没有道路"_s);
    noRoad("no network", u"no_network"_s, u"no_road"_s, u"未加载路网"_s);
    noRoad("beyond the bound", u"beyond_bound"_s, u"too_far"_s, u"时限"_s);
    row("at the bound", [](Candidate &c) { c.roadSeconds = 7200; }, {});
    row("past the bound", [](Candidate &c) { c.roadSeconds = 7201; }, u"too_far"_s, u"时限"_s);
}

void RecommendTest::exclusions()
{
    QFETCH(const Candidate, candidate);
    QFETCH(const QString, why);
    QFETCH(const QString, words);
    const Recommendation answer = recommend::recommend({{u"pumping"_s, 1}}, {candidate}, noon);
    if (why.isEmpty()) {
        QCOMPARE(codes(answer), QStringList{u"T001"_s});
        QVERIFY(answer.excluded.empty());
        QVERIFY(answer.shortfall.empty());
        return;
    }
    QVERIFY(answer.rows.empty());
    QCOMPARE(answer.excluded.size(), size_t(1));
    QCOMPARE(exclusionName(answer.excluded[0].why), why);
    QCOMPARE(answer.shortfall.size(), size_t(1));
    const QString zh = reason(answer.excluded[0], Language::Chinese);
    const QString en = reason(answer.excluded[0], Language::English);
    QVERIFY2(zh.contains(words), qPrintable(zh));
    QVERIFY(!en.isEmpty() && en != zh);
    QVERIFY2(!zh.contains(u'%') && !en.contains(u'%'), qPrintable(zh + en));
}

void RecommendTest::order_data()
{
    QTest::addColumn<Candidate>("first");
    QTest::addColumn<Candidate>("second");
    const auto with = [](int number, int readiness, qint64 road, qint64 metres) {
        Candidate candidate = able(number);
        candidate.readinessMinutes = readiness;
        candidate.roadSeconds = road;
        candidate.roadMetres = metres;
        return candidate;
    };
    QTest::newRow("readiness counts") << with(2, 5, 700, 9) << with(1, 10, 600, 1);
    QTest::newRow("road counts") << with(2, 10, 100, 9) << with(1, 5, 401, 1);
    QTest::newRow("same time: fewer metres") << with(2, 5, 600, 5000) << with(1, 10, 300, 5001);
    QTest::newRow("same time and way: code") << with(1, 5, 600, 5000) << with(2, 5, 600, 5000);
}

void RecommendTest::order()
{
    QFETCH(const Candidate, first);
    QFETCH(const Candidate, second);
    const std::vector<Need> need = {{u"pumping"_s, 1}};
    const QStringList expected = {first.code, u'(' + second.code + u')'};
    QCOMPARE(codes(recommend::recommend(need, {first, second}, noon)), expected);
    QCOMPARE(codes(recommend::recommend(need, {second, first}, noon)), expected);
}

void RecommendTest::scarceFirst_data()
{
    QTest::addColumn<std::vector<Need>>("needs");
    QTest::addColumn<std::vector<Candidate>>("teams");
    QTest::newRow("the only diver is left for the dive")
        << std::vector<Need>{{u"pumping"_s, 1}, {u"diving"_s, 1}}
        << std::vector{able(1, u"pumping,diving"_s, 60), able(2, u"pumping"_s, 600)};
    // One need at a time can not see this: whichever goes first takes the soonest team from the
    // third.
    QTest::newRow("three needs, three teams, one way")
        << std::vector<Need>{{u"rope"_s, 1}, {u"search"_s, 1}, {u"medical"_s, 1}}
        << std::vector{able(1, u"search,medical,rope"_s, 60), able(2, u"search,medical"_s, 120),
                       able(3, u"rope"_s, 180)};
    QTest::newRow("a chain of moves")
        << std::vector<Need>{{u"search"_s, 1}, {u"medical"_s, 1}, {u"rope"_s, 1}, {u"dike"_s, 1}}
        << std::vector{able(1, u"search,medical"_s, 60), able(2, u"medical,rope"_s, 120),
                       able(3, u"rope,dike"_s, 180), able(4, u"search"_s, 240)};
    QTest::newRow("several of one kind")
        << std::vector<Need>{{u"pumping"_s, 2}, {u"diving"_s, 1}}
        << std::vector{able(1, u"pumping,diving"_s, 60), able(2, u"pumping"_s, 120),
                       able(3, u"pumping"_s, 180)};
}

void RecommendTest::scarceFirst()
{
    QFETCH(const std::vector<Need>, needs);
    QFETCH(const std::vector<Candidate>, teams);
    const Recommendation answer = recommend::recommend(needs, teams, noon);
    QVERIFY(answer.shortfall.empty());
    QCOMPARE(answer.rows.size(), teams.size());
    QMap<QString, int> fills;
    for (const Row &row : answer.rows) {
        QVERIFY(row.chosen);
        QVERIFY2(row.covers.contains(row.fills), qPrintable(row.fills));
        ++fills[row.fills];
    }
    for (const Need &need : needs)
        QCOMPARE(fills.value(need.capability), need.number);
}

// Against trying everything, on a thousand small cases of every shape.
void RecommendTest::bestChoice()
{
    const QStringList capabilities = {u"pumping"_s, u"diving"_s, u"rope"_s, u"medical"_s};
    std::mt19937 random(20260812);
    const auto below = [&](int end) { return std::uniform_int_distribution(0, end - 1)(random); };
    int withShortfall = 0;
    for (int turn = 0; turn < 1000; ++turn) {
        std::vector<Need> needs;
        for (int i = 1 + below(4); i > 0; --i)
            needs.push_back({capabilities[below(4)], 1 + below(2)});
        std::vector<Candidate> teams;
        for (int i = 0, count = below(8); i < count; ++i) {
            QStringList own;
            for (const QString &capability : capabilities) {
                if (below(5) < 2)
                    own += capability;
            }
            teams.push_back(able(i + 1, own.join(u','), 60 * (1 + below(5))));
        }
        const Recommendation all = recommend::recommend(needs, teams, noon, {.spare = 100});
        Best ours;
        QMap<QString, int> fills;
        for (const Row &row : all.rows) {
            if (!row.chosen)
                continue;
            QVERIFY(row.covers.contains(row.fills));
            ++fills[row.fills];
            ++ours.filled;
            ours.seconds += row.totalSeconds;
        }
        QMap<QString, int> asked;
        int wanted = 0;
        for (const Need &need : needs) {
            asked[need.capability] += need.number;
            wanted += need.number;
        }
        for (const auto &[capability, number] : fills.asKeyValueRange())
            QVERIFY(number <= asked.value(capability));
        int missing = 0;
        for (const Shortfall &lack : all.shortfall) {
            QVERIFY(lack.found < lack.needed);
            missing += lack.needed - lack.found;
        }
        QCOMPARE(missing, wanted - ours.filled);
        withShortfall += missing > 0 ? 1 : 0;
        const Best best = bruteForce(all.rows, needs);
        QCOMPARE(ours.filled, best.filled);
        QCOMPARE(ours.seconds, best.seconds);
        QVERIFY(std::ranges::is_sorted(all.rows, {}, &Row::totalSeconds));
    }
    QVERIFY(withShortfall > 100 && withShortfall < 900); // both kinds were tried
}

void RecommendTest::shortfall()
{
    const Recommendation answer =
        recommend::recommend({{u"diving"_s, 2}, {u"pumping"_s, 1}},
                             {able(1, u"diving,pumping"_s), able(2, u"pumping"_s)}, noon);
    QCOMPARE(answer.shortfall.size(), size_t(1));
    QCOMPARE(answer.shortfall[0].capability, u"diving"_s);
    QCOMPARE(answer.shortfall[0].needed, 2);
    QCOMPARE(answer.shortfall[0].found, 1);
    QCOMPARE(reason(answer.shortfall[0], Language::Chinese), u"潜水：需要2支，只有1支可派"_s);
    QCOMPARE(reason(answer.shortfall[0], Language::English), u"diving: 2 needed, only 1 can go"_s);
    QCOMPARE(recommend::recommend({{u"diving"_s, 3}}, {}, noon).shortfall.at(0).found, 0);
    QVERIFY(recommend::recommend({}, {able(1)}, noon).rows.empty());
}

void RecommendTest::spareRows()
{
    std::vector<Candidate> teams;
    for (int i = 9; i > 0; --i)
        teams.push_back(able(i, u"pumping"_s, i * 60));
    QCOMPARE(codes(recommend::recommend({{u"pumping"_s, 2}}, teams, noon)),
             (QStringList{u"T001"_s, u"T002"_s, u"(T003)"_s, u"(T004)"_s, u"(T005)"_s}));
    QCOMPARE(codes(recommend::recommend({{u"pumping"_s, 2}}, teams, noon, {.spare = 0})),
             (QStringList{u"T001"_s, u"T002"_s}));
}

void RecommendTest::otherTeamsAreNotNamed()
{
    Candidate medic = able(1, u"medical"_s);
    medic.busy = true;
    const Recommendation answer =
        recommend::recommend({{u"pumping"_s, 1}}, {medic, able(2, QString())}, noon);
    QVERIFY(answer.rows.empty());
    QVERIFY(answer.excluded.empty());
}

void RecommendTest::json()
{
    Candidate away = able(3);
    away.busy = true;
    Candidate seen = able(1);
    seen.positionAt = noon - 1min;
    const QJsonObject answer = toJson(
        recommend::recommend({{u"pumping"_s, 1}, {u"diving"_s, 1}}, {seen, able(2), away}, noon));
    QCOMPARE(answer[u"asked_at"_s].toString(), u"2026-08-12T04:00:00.000Z"_s);
    const QJsonArray teams = answer[u"teams"_s].toArray();
    QCOMPARE(teams.size(), 2);
    QCOMPARE(teams[0][u"fills"_s].toString(), u"pumping"_s);
    QCOMPARE(teams[0][u"total_seconds"_s].toInt(), 900);
    QCOMPARE(teams[0][u"reason_zh"_s].toString(),
             u"15分后到：集结5分＋路程10分（6.0公里），能排涝"_s);
    QCOMPARE(teams[0][u"reason_en"_s].toString(),
             u"there in 15 min: 5 min to turn out + 10 min on the road (6.0 km); can do pumping"_s);
    QCOMPARE(teams[0][u"position_at"_s].toString(), u"2026-08-12T03:59:00.000Z"_s);
    QVERIFY(!teams[1].toObject().contains(u"fills"_s));
    for (const QString &list : {u"excluded"_s, u"shortfall"_s}) {
        const QJsonArray rows = answer[list].toArray();
        QCOMPARE(rows.size(), 1);
        QVERIFY(!rows[0][u"reason_zh"_s].toString().isEmpty());
        QVERIFY(!rows[0][u"reason_en"_s].toString().isEmpty());
    }
}

QTEST_GUILESS_MAIN(RecommendTest)
#include "tst_recommend.moc"
