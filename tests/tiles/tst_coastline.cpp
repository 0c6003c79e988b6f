#include "maps/tiles/coastline.h"

#include <QtTest>

using namespace leeward::tiles;

namespace {

const MercatorBox frame{0, 0, 100, 100};
using Lines = std::vector<MercatorLine>;

bool isSea(const Sea &sea, MercatorPoint p)
{
    bool wet = false;
    for (const MercatorPolygon &polygon : sea.polygons) {
        if (!ringContains(polygon.outer, p))
            continue;
        wet = true;
        for (const MercatorLine &hole : polygon.holes)
            if (ringContains(hole, p))
                return false;
    }
    return wet;
}

} // namespace

class TestCoastline : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void sidesOfTheCoast_data()
    {
        QTest::addColumn<Lines>("ways");
        QTest::addColumn<MercatorPoint>("wet");
        QTest::addColumn<MercatorPoint>("dry");
        using P = MercatorPoint;
        QTest::newRow("north-going coast: sea in the east")
            << Lines{{{50, -10}, {50, 110}}} << P{75, 50} << P{25, 50};
        QTest::newRow("south-going coast: sea in the west")
            << Lines{{{50, 110}, {50, -10}}} << P{25, 50} << P{75, 50};
        QTest::newRow("east-going coast: sea in the south")
            << Lines{{{-10, 50}, {110, 50}}} << P{50, 25} << P{50, 75};
        QTest::newRow("around a corner")
            << Lines{{{50, -10}, {50, 50}, {110, 50}}} << P{75, 25} << P{25, 75};
        QTest::newRow("a bay that leaves where it came")
            << Lines{{{110, 80}, {60, 50}, {110, 20}}} << P{10, 50} << P{90, 50};
        QTest::newRow("a cape turned the other way")
            << Lines{{{110, 20}, {60, 50}, {110, 80}}} << P{90, 50} << P{10, 50};
        QTest::newRow("two ways joined")
            << Lines{{{50, 40}, {50, 110}}, {{50, -10}, {50, 40}}} << P{75, 50} << P{25, 50};
        QTest::newRow("ends on the frame") << Lines{{{50, 0}, {50, 100}}} << P{75, 50} << P{25, 50};
        QTest::newRow("ends just short of it")
            << Lines{{{50, 0.5}, {50, 99.5}}} << P{75, 50} << P{25, 50};
        QTest::newRow("a strait") << Lines{{{30, -10}, {30, 110}}, {{70, 110}, {70, -10}}}
                                  << P{50, 50} << P{85, 50};
        QTest::newRow("two capes")
            << Lines{{{-10, 20}, {30, 50}, {-10, 80}}, {{110, 80}, {70, 50}, {110, 20}}}
            << P{50, 50} << P{10, 50};
        QTest::newRow("an island alone: sea all round")
            << Lines{{{40, 40}, {60, 40}, {60, 60}, {40, 60}, {40, 40}}} << P{10, 10} << P{50, 50};
        QTest::newRow("a lagoon: water inside")
            << Lines{{{40, 40}, {40, 60}, {60, 60}, {60, 40}, {40, 40}}} << P{50, 50} << P{10, 10};
        QTest::newRow("an island off a coast")
            << Lines{{{50, -10}, {50, 110}}, {{70, 40}, {80, 40}, {80, 60}, {70, 60}, {70, 40}}}
            << P{60, 50} << P{75, 50};
        QTest::newRow("an island across the frame")
            << Lines{{{50, -10}, {50, 110}}, {{90, 40}, {120, 40}, {120, 60}, {90, 60}, {90, 40}}}
            << P{85, 50} << P{95, 50};
    }
    void sidesOfTheCoast()
    {
        QFETCH(const Lines, ways);
        QFETCH(const MercatorPoint, wet);
        QFETCH(const MercatorPoint, dry);
        const Sea sea = assembleSea(ways, frame);
        QVERIFY(isSea(sea, wet));
        QVERIFY(!isSea(sea, dry));
        QCOMPARE(sea.brokenLines, 0);
    }

    void noCoastNoSea() { QVERIFY(assembleSea({}, frame).polygons.empty()); }

    void aCoastThatEndsInTheMiddleIsReported()
    {
        const Sea sea = assembleSea({{{50, -10}, {50, 50}}}, frame);
        QCOMPARE(sea.brokenLines, 1);
        QVERIFY(sea.polygons.empty());
    }

    void ringsAreClosed()
    {
        const Sea sea = assembleSea({{{50, -10}, {50, 110}}}, frame);
        QCOMPARE(sea.polygons.size(), size_t(1));
        QCOMPARE(sea.polygons[0].outer.front(), sea.polygons[0].outer.back());
        QCOMPARE(std::abs(signedArea(sea.polygons[0].outer)) / 2, 5000.0);
    }

    void namesAreJoinedAcrossTurnedPieces()
    {
        const auto joined =
            joinLines({{{0, 0}, {1, 0}}, {{2, 0}, {1, 0}}, {{2, 0}, {3, 0}}}, false);
        QCOMPARE(joined.size(), size_t(1));
        QCOMPARE(joined[0].size(), size_t(4));
    }

    void namesAreNotJoinedAtAFork()
    {
        QCOMPARE(joinLines({{{0, 0}, {1, 0}}, {{1, 0}, {2, 0}}, {{1, 0}, {1, 1}}}, false).size(),
                 size_t(3));
    }
};

QTEST_GUILESS_MAIN(TestCoastline)
#include "tst_coastline.moc"
