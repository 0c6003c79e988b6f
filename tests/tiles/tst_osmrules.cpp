#include "maps/tiles/osmrules.h"

#include <QMap>
#include <QtTest>

using namespace leeward::tiles;

using TagMap = QMap<QByteArray, QByteArray>;

namespace {

Tags tagsOf(const TagMap &map)
{
    return [&map](const char *key) {
        const auto it = map.constFind(key);
        return it == map.cend() ? QByteArrayView() : QByteArrayView(*it);
    };
}

} // namespace

class TestOsmRules : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void roads_data()
    {
        QTest::addColumn<TagMap>("tags");
        QTest::addColumn<QByteArray>("kind"); // empty = no road
        QTest::addColumn<bool>("link");
        QTest::newRow("motorway") << TagMap{{"highway", "motorway"}} << QByteArray("motorway")
                                  << false;
        QTest::newRow("slip road")
            << TagMap{{"highway", "trunk_link"}} << QByteArray("trunk") << true;
        QTest::newRow("village street")
            << TagMap{{"highway", "residential"}} << QByteArray("street") << false;
        QTest::newRow("unknown value") << TagMap{{"highway", "proposed"}} << QByteArray() << false;
        QTest::newRow("a square is no line")
            << TagMap{{"highway", "pedestrian"}, {"area", "yes"}} << QByteArray() << false;
        QTest::newRow("nothing") << TagMap{} << QByteArray() << false;
    }
    void roads()
    {
        QFETCH(const TagMap, tags);
        QFETCH(const QByteArray, kind);
        QFETCH(const bool, link);
        const auto rule = roadRule(tagsOf(tags));
        QCOMPARE(rule ? QByteArray(rule->kind) : QByteArray(), kind);
        QCOMPARE(rule && rule->link, link);
    }

    void ranksFollowTheClass()
    {
        const char *const classes[] = {"motorway",    "trunk",   "primary", "secondary", "tertiary",
                                       "residential", "service", "track",   "path"};
        int last = 1000;
        for (const char *value : classes) {
            const TagMap tags{{"highway", value}};
            const int rank = roadRule(tagsOf(tags))->rank;
            QVERIFY2(rank < last, value);
            last = rank;
        }
    }

    void water()
    {
        const TagMap lake{{"natural", "water"}};
        const TagMap bay{{"natural", "bay"}};
        QCOMPARE(waterAreaRule(tagsOf(lake))->kind, "water");
        QVERIFY(!waterAreaRule(tagsOf(bay))); // a bay has a name, the coastline has its water
        QCOMPARE(spotRule(tagsOf(bay))->kind, "bay");
    }

    void noMeansNo()
    {
        const TagMap tags{{"building", "no"}, {"bridge", ""}, {"tunnel", "yes"}};
        QVERIFY(!isBuilding(tagsOf(tags)));
        QVERIFY(!isYes(tagsOf(tags), "bridge"));
        QVERIFY(isYes(tagsOf(tags), "tunnel"));
    }
};

QTEST_GUILESS_MAIN(TestOsmRules)
#include "tst_osmrules.moc"
