#include "models/store/changeset.h"
#include "models/store/search_index.h"
#include "models/store/tables.h"
#include "tests/support/makers.h"

#include <QTest>

using namespace leeward;
using namespace leeward::store;
using namespace leeward::test;
using namespace Qt::StringLiterals;

namespace {

QStringList labels(Connection &db, const QString &text, int limit = 100)
{
    QStringList found;
    for (const Found &row : must(searchText(db, text, limit)))
        found += row.label;
    return found;
}

// The index as rows, in an order of its own.
QStringList indexOf(Connection &db)
{
    QStringList rows;
    auto words = must(db.prepare("SELECT r.source, r.id, s.label, s.words FROM search_row r "
                                 "LEFT JOIN search_text s ON s.rowid=r.number"));
    while (must(words.step()))
        rows += u"%1|%2|%3|%4"_s.arg(words.text(0), words.text(1), words.text(2), words.text(3));
    auto places = must(db.prepare("SELECT r.source, r.id, p.min_lon, p.max_lat FROM search_place p "
                                  "LEFT JOIN search_row r ON r.number=p.number"));
    while (must(places.step()))
        rows += u"%1|%2|%3|%4"_s.arg(places.text(0), places.text(1))
                    .arg(places.real(2))
                    .arg(places.real(3));
    auto count = must(
        db.prepare("SELECT (SELECT count(*) FROM search_row), (SELECT count(*) FROM search_text)"));
    must(count.step());
    rows += u"%1 %2"_s.arg(count.integer(0)).arg(count.integer(1));
    rows.sort();
    return rows;
}

QStringList rebuilt(Connection &db)
{
    must(rebuildSearchIndex(db));
    return indexOf(db);
}

struct World
{
    Maker maker{1, u"anna"_s, u"desk-a"_s};
    Connection db = memoryRealm();
    QHash<QString, TeamId> teams;

    World()
    {
        for (const char16_t *name : {u"西湖水上救援队", u"西溪湿地巡查队", u"东湖抢险一队",
                                     u"Blue Sky 蓝天救援队", u"A_B 100% 队", u"重庆路\\桥梁队"}) {
            const QString text(name);
            const auto id = maker.ids().make<TeamId>();
            teams.insert(text, id);
            applyOrDie(db, maker.createTeam(id, u"T%1"_s.arg(teams.size()), text));
        }
        applyOrDie(db, maker.report(maker.ids().make<IncidentId>(), u"西湖大道积水"_s));
    }
};

} // namespace

class TestSearch : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void finds_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QStringList>("expected");
        const auto row = [](const char *name, const char16_t *text, QStringList expected) {
            expected.sort();
            QTest::newRow(name) << QString(text) << expected;
        };
        row("one character", u"溪", {u"西溪湿地巡查队"_s});
        row("two characters", u"西湖", {u"西湖水上救援队"_s, u"西湖大道积水"_s});
        row("inside", u"水上救", {u"西湖水上救援队"_s});
        row("two words in any order", u"救援 西湖", {u"西湖水上救援队"_s});
        row("pinyin", u"xihu", {u"西湖水上救援队"_s, u"西湖大道积水"_s});
        row("part of the pinyin", u"qiangxian", {u"东湖抢险一队"_s});
        row("initials", u"dhqx", {u"东湖抢险一队"_s});
        row("pinyin in capitals", u"XIHU", {u"西湖水上救援队"_s, u"西湖大道积水"_s});
        row("latin, any case", u"bLUE sky", {u"Blue Sky 蓝天救援队"_s});
        row("code", u"t3", {u"东湖抢险一队"_s});
        row("percent is a sign", u"100%", {u"A_B 100% 队"_s});
        row("percent alone", u"%", {u"A_B 100% 队"_s});
        row("underscore is a sign", u"a_b", {u"A_B 100% 队"_s});
        row("underscore is no joker", u"t_", {});
        row("backslash", u"路\\桥", {u"重庆路\\桥梁队"_s});
        row("quotes", u"' OR 1=1 --", {});
        row("nothing there", u"不存在", {});
        row("blank", u"   ", {});
    }
    void finds()
    {
        QFETCH(const QString, text);
        QFETCH(const QStringList, expected);
        World w;
        QStringList found = labels(w.db, text);
        found.sort();
        QCOMPARE(found, expected);
    }

    void bestFirst()
    {
        World w;
        for (const char16_t *name : {u"城北东湖", u"东湖"})
            applyOrDie(w.db, w.maker.createTeam(w.maker.ids().make<TeamId>(), QString(name),
                                                QString(name)));
        QCOMPARE(labels(w.db, u"东湖"_s),
                 (QStringList{u"东湖"_s, u"东湖抢险一队"_s, u"城北东湖"_s}));
        QCOMPARE(labels(w.db, u"东湖"_s, 1), QStringList{u"东湖"_s});
    }

    void pinyin()
    {
        QCOMPARE(pinyinKeys(u"西湖区"_s), u"xihuqu xhq"_s);
        QCOMPARE(pinyinKeys(u"plain"_s), QString());
        QCOMPARE(pinyinKeys({}), QString());
        QVERIFY(pinyinKeys(u"蓝天 Blue"_s).startsWith(u"lantian"_s));
    }

    // Whichever road a change takes, the index is as if it had been built anew.
    void followsEveryRoad()
    {
        World w;
        auto other = memoryRealm();
        QCOMPARE(indexOf(w.db), rebuilt(w.db));
        QByteArray changeset;
        {
            auto transaction = must(Transaction::begin(w.db));
            {
                const auto recorder = must(Recorder::begin(w.db));
                const QString id = w.teams.value(u"东湖抢险一队"_s).text();
                must(updateRow(w.db, *findTable(u"team"), id,
                               {{u"name"_s, u"南湖抢险队"_s}, {u"lon"_s, 1.5}}));
                const QString away = w.teams.value(u"西溪湿地巡查队"_s).text();
                must(updateRow(w.db, *findTable(u"team"), away,
                               {{u"lon"_s, QVariant()}, {u"lat"_s, QVariant()}}));
                must(insertRow(w.db, *findTable(u"team"),
                               {{u"id"_s, u"x"_s}, {u"code"_s, u"X"_s}, {u"name"_s, u"新队"_s}}));
                changeset = must(recorder.changeset());
            }
            must(transaction.commit());
        }
        QCOMPARE(indexOf(w.db), rebuilt(w.db));
        QCOMPARE(labels(w.db, u"nanhu"_s), QStringList{u"南湖抢险队"_s});
        QVERIFY(labels(w.db, u"东湖"_s).isEmpty());

        must(applyChangeset(w.db, must(invertChangeset(changeset))));
        QCOMPARE(labels(w.db, u"东湖"_s), QStringList{u"东湖抢险一队"_s});
        QVERIFY(labels(w.db, u"新队"_s).isEmpty());
        QCOMPARE(indexOf(w.db), rebuilt(w.db));
        must(applyChangeset(w.db, changeset));
        const QStringList after = indexOf(w.db);
        {
            auto transaction = must(Transaction::begin(w.db));
            must(applyChangeset(w.db, must(invertChangeset(changeset))));
        } // rolled back
        QCOMPARE(indexOf(w.db), after);
        QCOMPARE(indexOf(w.db), rebuilt(w.db));
    }

    void boxes()
    {
        World w;
        const auto in = [&](LonLat southWest, LonLat northEast) {
            return must(searchBox(w.db, southWest, northEast, 100)).size();
        };
        QCOMPARE(in({113.2, 23.1}, {113.28, 23.2}), 6U); // the teams
        QCOMPARE(in({113.2, 23.0}, {113.4, 23.2}), 7U);  // and the incident
        QCOMPARE(in({0, 0}, {1, 1}), 0U);
        QCOMPARE(in({-180, -90}, {180, 90}), 7U);
        QCOMPARE(must(searchBox(w.db, {-180, -90}, {180, 90}, 2)).size(), 2U);
    }
};

QTEST_GUILESS_MAIN(TestSearch)
#include "tst_search.moc"
