#include "analysis/roads/graphdata.h"
#include "analysis/roads/import.h"
#include "analysis/roads/router.h"

#include <osmium/io/pbf_output.hpp>
#include <osmium/io/xml_input.hpp>

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace leeward;
using namespace leeward::roads;
using namespace Qt::StringLiterals;

namespace {

// A hand-made network in a text of its own, one object a line:
//   n ID X Y key=value …          X, Y: kilometres or so east and north of a corner
//   w ID NODE,NODE,… key=value …
//   r ID role=w12,role=n3 key=value …
// "_" in a value stands for a space, "~" in a key or value for "_". It is written as .osm.pbf by
// libosmium.
QByteArray toXml(const QByteArray &text)
{
    QByteArray xml = "<osm version=\"0.6\" generator=\"test\">\n";
    for (const QByteArray &line : text.split('\n')) {
        const QByteArrayList words = line.simplified().split(' ');
        if (words.size() < 3)
            continue;
        qsizetype tagsFrom = 3;
        QByteArray close;
        if (words[0] == "n") {
            tagsFrom = 4;
            close = "</node>\n";
            xml += "<node id=\"" + words[1] + "\" version=\"1\" lon=\"" +
                   QByteArray::number(120 + words[2].toDouble() * 0.01, 'f', 7) + "\" lat=\"" +
                   QByteArray::number(30 + words[3].toDouble() * 0.01, 'f', 7) + "\">";
        } else if (words[0] == "w") {
            close = "</way>\n";
            xml += "<way id=\"" + words[1] + "\" version=\"1\">";
            for (const QByteArray &ref : words[2].split(','))
                xml += "<nd ref=\"" + ref + "\"/>";
        } else {
            close = "</relation>\n";
            xml += "<relation id=\"" + words[1] + "\" version=\"1\">";
            for (const QByteArray &member : words[2].split(',')) {
                const QByteArrayList parts = member.split('=');
                const QByteArray type = parts[1].startsWith('w') ? "way" : "node";
                xml += "<member type=\"" + type + "\" ref=\"" + parts[1].sliced(1) + "\" role=\"" +
                       parts[0] + "\"/>";
            }
        }
        for (qsizetype i = tagsFrom; i < words.size(); ++i) {
            const qsizetype at = words[i].indexOf('=');
            QByteArray value = words[i].sliced(at + 1);
            value.replace('_', ' ');
            QByteArray key = words[i].first(at);
            key.replace('~', '_');
            xml += "<tag k=\"" + key + "\" v=\"" + value.replace('~', '_') + "\"/>";
        }
        xml += close;
    }
    return xml + "</osm>\n";
}

// A crossroads: 1 west, 2 centre, 3 east, 4 north, 5 south; ways 10 w–c, 11 c–e, 12 c–n, 13 s–c.
const QByteArray crossroads = R"(
n 1 0 0
n 2 2 0
n 3 4 0
n 4 2 2
n 5 2 -2
w 10 1,2 highway=residential
w 11 2,3 highway=residential
w 12 2,4 highway=residential
w 13 5,2 highway=residential
)";

constexpr LonLat place(double x, double y)
{
    return {120 + x * 0.01, 30 + y * 0.01};
}

} // namespace

class TestImport : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void reach_data();
    void reach();
    void turns_data();
    void turns();
    void speeds_data();
    void speeds();
    void ferry_data();
    void ferry();
    void onlyJunctionsAreNodes();
    void cutAtBorder();
    void gateCostsTime();
    void warningsAreCounted();
    void customTable();
    void dateOfData();
    void damaged_data();
    void damaged();
    void bitFlips();
    void cancel();
    void nothingToDrive();

private:
    // Writes the network as .osm.pbf and answers its path.
    QString write(const QByteArray &text, const char *timestamp = nullptr)
    {
        const QByteArray xml = toXml(text);
        const osmium::io::File input(xml.constData(), static_cast<size_t>(xml.size()), "osm");
        const QString path = m_folder.filePath(u"net%1.osm.pbf"_s.arg(++m_count));
        osmium::io::Reader reader(input);
        osmium::io::Header header;
        if (timestamp)
            header.set("osmosis_replication_timestamp", timestamp);
        osmium::io::Writer writer(osmium::io::File(QFile::encodeName(path).toStdString()), header);
        while (osmium::memory::Buffer buffer = reader.read())
            writer(std::move(buffer));
        writer.close();
        reader.close();
        return path;
    }
    Result<RoadImport> import(const QByteArray &text)
    {
        TRY_ASSIGN(const SpeedTable table, SpeedTable::builtIn());
        return importRoads(write(text), table, Progress());
    }
    QTemporaryDir m_folder;
    int m_count = 0;
};

void TestImport::reach_data()
{
    QTest::addColumn<QByteArray>("net");
    QTest::addColumn<bool>("there"); // from (0,0) to (4,0)
    QTest::addColumn<bool>("back");
    const QByteArray nodes = "n 1 0 0\nn 2 2 0\nn 3 4 0\n";
    const auto way = [&](const char *name, const char *tags, bool there, bool back) {
        QTest::newRow(name) << QByteArray(nodes + "w 1 1,2 highway=residential\nw 2 2,3 " + tags +
                                          "\n"
                                          "n 9 0 1\nw 9 1,9 highway=residential\n")
                            << there << back;
    };
    way("plain", "highway=residential", true, true);
    way("oneway", "highway=residential oneway=yes", true, false);
    way("oneway true", "highway=residential oneway=true", true, false);
    way("oneway 1", "highway=residential oneway=1", true, false);
    way("oneway -1", "highway=residential oneway=-1", false, true);
    way("oneway reverse", "highway=residential oneway=reverse", false, true);
    way("oneway no", "highway=residential oneway=no", true, true);
    way("oneway unknown word", "highway=residential oneway=perhaps", true, true);
    way("reversible is closed", "highway=residential oneway=reversible", false, false);
    way("alternating is open", "highway=residential oneway=alternating", true, true);
    way("motorway implies oneway", "highway=motorway", true, false);
    way("motorway with oneway=no", "highway=motorway oneway=no", true, true);
    way("motorway_link does not imply", "highway=motorway~link", true, true);
    way("roundabout implies oneway", "highway=primary junction=roundabout", true, false);
    way("circular implies oneway", "highway=primary junction=circular", true, false);
    way("emergency against oneway", "highway=residential oneway=yes oneway:emergency=no", true,
        true);
    way("access no", "highway=residential access=no", false, false);
    way("access private", "highway=residential access=private", true, true);
    way("access destination", "highway=residential access=destination", true, true);
    way("vehicle no", "highway=residential vehicle=no", false, false);
    way("motor_vehicle over access", "highway=residential access=no motor~vehicle=yes", true, true);
    way("motor_vehicle no over access yes", "highway=residential access=yes motor~vehicle=no",
        false, false);
    way("motor_vehicle over vehicle", "highway=residential vehicle=no motor~vehicle=permissive",
        true, true);
    way("emergency overrides", "highway=residential motor~vehicle=no emergency=yes", true, true);
    way("emergency designated", "highway=residential access=no emergency=designated", true, true);
    way("emergency no", "highway=residential access=yes emergency=no", false, false);
    way("forward closed", "highway=residential motor~vehicle:forward=no", false, true);
    way("military", "highway=residential access=military", false, false);
    way("footway", "highway=footway", false, false);
    way("footway for emergency", "highway=footway emergency=yes", true, true);
    way("footway access yes is not a word", "highway=footway access=yes", false, false);
    way("path for motor vehicles", "highway=path motor~vehicle=yes", true, true);
    way("pedestrian", "highway=pedestrian", true, true);
    way("steps", "highway=steps", false, false);
    way("construction", "highway=construction", false, false);
    way("area", "highway=pedestrian area=yes", false, false);
    way("impassable", "highway=track smoothness=impassable", false, false);
    way("railway", "railway=rail", false, false);
    const auto barrier = [&](const char *name, const char *tags, bool open) {
        QTest::newRow(name) << QByteArray("n 1 0 0\nn 2 2 0 " + QByteArray(tags) +
                                          "\nn 3 4 0\nw 1 1,2,3 highway=residential\n")
                            << open << open;
        QTest::addRow("junction %s", name)
            << QByteArray(nodes + "n 2 2 0 " + tags +
                          "\nw 1 1,2 highway=residential\nw 2 2,3 highway=residential\n")
            << open << open;
    };
    barrier("bollard", "barrier=bollard", false);
    barrier("block", "barrier=block", false);
    barrier("gate", "barrier=gate", true);
    barrier("lift gate", "barrier=lift~gate", true);
    barrier("gate that is closed", "barrier=gate access=no", false);
    barrier("gate for emergency", "barrier=gate access=no emergency=yes", true);
    barrier("bollard for emergency", "barrier=bollard emergency=yes", true);
    barrier("unknown barrier", "barrier=something", true);
    barrier("crossing", "highway=crossing access=no", true);
}

void TestImport::reach()
{
    QFETCH(QByteArray, net);
    QFETCH(bool, there);
    QFETCH(bool, back);
    // The later of two lines for one node is the one meant.
    if (net.count("\nn 2 ") == 2)
        net.replace("\nn 2 2 0\n", "\n");
    // Both outer ends are on roads in any case; a spur keeps the eastern end there.
    net += "n 8 4 -1\nw 8 3,8 highway=residential\n";
    const auto result = import(net);
    QVERIFY2(result, result ? "" : qPrintable(result.error().detail));
    Router router(result->graph);
    QCOMPARE(router.eta(place(0, 0), place(4, -1)).reachable, there);
    QCOMPARE(router.eta(place(4, -1), place(0, 0)).reachable, back);
}

void TestImport::turns_data()
{
    QTest::addColumn<QByteArray>("relation");
    QTest::addColumn<QString>(
        "reachable"); // from the west: which of e(ast) n(orth) s(outh) w(est, by turning round)
    QTest::addColumn<qint64>("applied");
    const auto row = [](const char *name, const char *relation, const QString &reachable,
                        qint64 applied) {
        QTest::newRow(name) << QByteArray(relation) << reachable << applied;
    };
    row("none", "", u"ensw"_s, 0);
    row("no_left_turn", "r 1 from=w10,via=n2,to=w12 type=restriction restriction=no~left~turn",
        u"esw"_s, 1);
    row("no_right_turn", "r 1 from=w10,via=n2,to=w13 type=restriction restriction=no~right~turn",
        u"enw"_s, 1);
    row("no_straight_on", "r 1 from=w10,via=n2,to=w11 type=restriction restriction=no~straight~on",
        u"nsw"_s, 1);
    row("only_straight_on",
        "r 1 from=w10,via=n2,to=w11 type=restriction restriction=only~straight~on", u"e"_s, 1);
    row("only_left_turn", "r 1 from=w10,via=n2,to=w12 type=restriction restriction=only~left~turn",
        u"n"_s, 1);
    row("no_u_turn", "r 1 from=w10,via=n2,to=w10 type=restriction restriction=no~u~turn", u"ens"_s,
        1);
    row("no_exit", "r 1 from=w10,via=n2,to=w11,to=w12 type=restriction restriction=no~exit",
        u"sw"_s, 1);
    row("two at once",
        "r 1 from=w10,via=n2,to=w12 type=restriction restriction=no~left~turn\n"
        "r 2 from=w10,via=n2,to=w13 type=restriction restriction=no~right~turn",
        u"ew"_s, 2);
    row("for others", "r 1 from=w11,via=n2,to=w12 type=restriction restriction=no~right~turn",
        u"ensw"_s, 1);
    row("except emergency",
        "r 1 from=w10,via=n2,to=w12 type=restriction restriction=no~left~turn except=bus;emergency",
        u"ensw"_s, 0);
    row("except bus only",
        "r 1 from=w10,via=n2,to=w12 type=restriction restriction=no~left~turn except=psv;bicycle",
        u"esw"_s, 1);
    row("lorries only", "r 1 from=w10,via=n2,to=w12 type=restriction restriction:hgv=no~left~turn",
        u"ensw"_s, 0);
    row("by time of day",
        "r 1 from=w10,via=n2,to=w12 type=restriction restriction:conditional=no~left~turn_@_(Mo)",
        u"ensw"_s, 0);
    row("over a way", "r 1 from=w10,via=w11,to=w12 type=restriction restriction=no~u~turn",
        u"ensw"_s, 0);
    row("no from", "r 1 via=n2,to=w12 type=restriction restriction=no~left~turn", u"ensw"_s, 0);
    row("via elsewhere", "r 1 from=w10,via=n4,to=w12 type=restriction restriction=no~left~turn",
        u"ensw"_s, 0);
    row("via unknown", "r 1 from=w10,via=n99,to=w12 type=restriction restriction=no~left~turn",
        u"ensw"_s, 0);
    row("ways unknown", "r 1 from=w98,via=n2,to=w99 type=restriction restriction=only~left~turn",
        u"ensw"_s, 0);
    row("kind unknown", "r 1 from=w10,via=n2,to=w12 type=restriction restriction=never", u"ensw"_s,
        0);
}

void TestImport::turns()
{
    QFETCH(QByteArray, relation);
    QFETCH(QString, reachable);
    QFETCH(qint64, applied);
    const auto result = import(crossroads + relation);
    QVERIFY2(result, result ? "" : qPrintable(result.error().detail));
    QCOMPARE(result->statistics.restrictionsApplied, applied);
    // What may follow the western road at the centre is read off the search itself: a route of two
    // arcs. The other arms lead away only, since turning round at their dead ends would give a
    // second way in.
    QByteArray oneWays = crossroads;
    oneWays.replace("w 11 2,3 highway=residential", "w 11 2,3 highway=residential oneway=yes");
    oneWays.replace("w 12 2,4 highway=residential", "w 12 2,4 highway=residential oneway=yes");
    oneWays.replace("w 13 5,2 highway=residential", "w 13 5,2 highway=residential oneway=-1");
    const auto away = import(oneWays + relation);
    QVERIFY(away);
    Router router(away->graph);
    QString found;
    for (const auto &[name, x, y] :
         {std::tuple(u'e', 4, 0), std::tuple(u'n', 2, 2), std::tuple(u's', 2, -2)}) {
        const Route route = router.eta(place(1, 0), place(x, y));
        if (route.reachable && route.arcs.size() == 2)
            found += name;
    }
    // Turning round: the western end closed, a vehicle that heads east must come back from the
    // centre.
    const PieceId west = away->graph.snap(place(1, 0)).piece;
    const GraphData &data = away->graph.data();
    for (const ArcId in : {forwardArc(west), backwardArc(west)}) {
        const auto shape = away->graph.shape(west);
        const LonLat end = isForward(in) ? shape.back() : shape.front();
        if (distance(end, place(2, 0)).value > 1)
            continue;
        for (const Step &step : data.leaving(data.arcHead[in])) {
            if (step.arc == oppositeArc(in))
                found += u'w';
        }
    }
    QCOMPARE(found, reachable);
}

void TestImport::speeds_data()
{
    QTest::addColumn<QByteArray>("tags");
    QTest::addColumn<double>("kmh");
    const auto row = [](const char *tags, double kmh) {
        QTest::newRow(tags) << QByteArray(tags) << kmh;
    };
    row("highway=primary", 60);
    row("highway=residential", 30);
    row("highway=primary maxspeed=80", 80);
    row("highway=primary maxspeed=30", 30);
    row("highway=primary maxspeed=30_mph", 48.28);
    row("highway=primary maxspeed=CN:urban", 50);
    row("highway=primary maxspeed=rubbish", 60);
    row("highway=primary maxspeed=signals", 60);
    row("highway=primary maxspeed=none", 120);
    row("highway=primary maxspeed=300", 120);
    row("highway=primary maxspeed:forward=40", 40);
    row("highway=primary maxspeed:type=CN:rural", 70);
    row("highway=service maxspeed=50", 18);
    row("highway=service maxspeed=10", 10);
    row("highway=living~street maxspeed=walk", 7);
    row("highway=primary surface=gravel", 39);
    row("highway=primary surface=asphalt", 60);
    row("highway=primary surface=moondust", 60);
    row("highway=track tracktype=grade5", 6);
    row("highway=track tracktype=grade2 surface=mud", 3.75);
}

void TestImport::speeds()
{
    QFETCH(QByteArray, tags);
    QFETCH(double, kmh);
    const auto result = import("n 1 0 0\nn 2 10 0\nw 1 1,2 " + tags + "\n");
    QVERIFY2(result, result ? "" : qPrintable(result.error().detail));
    Router router(result->graph);
    const Route route = router.eta(place(0, 0), place(10, 0));
    QVERIFY(route.reachable);
    const double driven = route.length.value / route.seconds() * 3.6;
    QVERIFY2(std::abs(driven - kmh) < 0.02, qPrintable(QString::number(driven)));
}

void TestImport::ferry_data()
{
    QTest::addColumn<QByteArray>("tags");
    QTest::addColumn<double>("seconds"); // with boarding; 0: not usable
    const double metres = distance(place(0, 0), place(20, 0)).value;
    QTest::newRow("duration") << QByteArray("route=ferry duration=00:30") << 1800 + 600.0;
    QTest::newRow("iso duration") << QByteArray("route=ferry duration=PT1H") << 3600 + 600.0;
    QTest::newRow("default speed") << QByteArray("route=ferry") << metres / 5 + 600;
    QTest::newRow("bad duration") << QByteArray("route=ferry duration=soon") << metres / 5 + 600;
    QTest::newRow("people only") << QByteArray("route=ferry motor~vehicle=no") << 0.0;
    QTest::newRow("no access") << QByteArray("route=ferry access=no") << 0.0;
}

void TestImport::ferry()
{
    QFETCH(QByteArray, tags);
    QFETCH(double, seconds);
    // The ferry's way is in two pieces (a landing stage road meets it in no place; a second line
    // does): boarding counts once.
    const auto result = import("n 1 0 0\nn 2 10 0\nn 3 20 0\nn 4 -1 0\nn 5 21 0\nn 6 10 5\n"
                               "w 1 4,1 highway=residential\nw 2 1,2,3 " +
                               tags + "\nw 3 3,5 highway=residential\nw 4 2,6 route=ferry\n");
    QVERIFY2(result, result ? "" : qPrintable(result.error().detail));
    Router router(result->graph);
    const Route route = router.eta(place(-1, 0), place(21, 0));
    QCOMPARE(route.reachable, seconds > 0);
    if (!route.reachable)
        return;
    const double roads = 2 * distance(place(-1, 0), place(0, 0)).value / 30 * 3.6;
    QVERIFY2(std::abs(route.seconds() - roads - seconds) < 1,
             qPrintable(QString::number(route.seconds() - roads)));
    QVERIFY(result->graph.flags(pieceOf(route.arcs[1].arc)) & Ferry);
}

void TestImport::onlyJunctionsAreNodes()
{
    const auto result = import("n 1 0 0\nn 2 1 1\nn 3 2 0\nn 4 3 1\nn 5 4 0\nn 6 2 3\n"
                               "w 1 1,2,3,4,5 highway=residential name=Harbour_Road\n"
                               "w 2 3,6 highway=service\n");
    QVERIFY(result);
    QCOMPARE(result->graph.nodeCount(), 4U);
    QCOMPARE(result->graph.pieceCount(), 3U);
    QCOMPARE(result->graph.arcCount(), 6U);
    QCOMPARE(result->statistics.components, 1);
    Router router(result->graph);
    const Route route = router.eta(place(0, 0), place(4, 0));
    QCOMPARE(route.arcs.size(), 2);
    QCOMPARE(route.line.size(), 5); // the bends are kept
    QCOMPARE(result->graph.name(pieceOf(route.arcs[0].arc)), u"Harbour Road"_s);
    QCOMPARE(result->graph.roadClass(pieceOf(route.arcs[0].arc)), u"residential"_s);
    QCOMPARE(result->graph.osmWay(pieceOf(route.arcs[0].arc)), 1);
}

void TestImport::cutAtBorder()
{
    const auto result =
        import("n 1 0 0\nn 2 1 0\nn 4 3 0\nn 5 4 0\nw 1 1,2,77,4,5 highway=residential\n"
               "w 2 71,72 highway=residential\n");
    QVERIFY(result);
    QCOMPARE(result->graph.pieceCount(), 2U);
    QCOMPARE(result->statistics.components, 2);
    QCOMPARE(result->warnings.of(ImportWarning::WayCutAtBorder).count, 1);
    QCOMPARE(result->warnings.of(ImportWarning::WayWithoutPoints).examples, std::vector<qint64>{2});
}

void TestImport::gateCostsTime()
{
    const auto plain = import("n 1 0 0\nn 2 2 0\nn 3 4 0\nw 1 1,2,3 highway=residential\n");
    const auto gate =
        import("n 1 0 0\nn 2 2 0 barrier=gate\nn 3 4 0\nw 1 1,2,3 highway=residential\n");
    const auto signal = import("n 1 0 0\nn 2 2 0 highway=traffic~signals\nn 3 4 0\n"
                               "w 1 1,2 highway=residential\nw 2 2,3 highway=residential\n");
    QVERIFY(plain && gate && signal);
    const auto seconds = [](const Result<RoadImport> &result) {
        return Router(result->graph).eta(place(0, 0), place(4, 0)).seconds();
    };
    QVERIFY(std::abs(seconds(gate) - seconds(plain) - 15) < 0.01);
    QVERIFY(std::abs(seconds(signal) - seconds(plain) - 3) < 0.01);
}

void TestImport::warningsAreCounted()
{
    const auto result = import(
        crossroads + "w 20 4,3 highway=residential oneway=perhaps maxspeed=fast access=whim\n"
                     "w 21 1,4 highway=residential access:conditional=no_@_night\n"
                     "r 1 from=w10,via=w11,to=w12 type=restriction restriction=no~u~turn\n");
    QVERIFY(result);
    for (const ImportWarning warning :
         {ImportWarning::UnknownOneway, ImportWarning::UnreadableMaxspeed,
          ImportWarning::UnknownAccess, ImportWarning::ConditionalAccess,
          ImportWarning::RestrictionViaWay})
        QCOMPARE(result->warnings.of(warning).count, 1);
    QCOMPARE(result->statistics.restrictionsOverWays, 1);
    QCOMPARE(toJson(result->warnings).size(), 5);
}

void TestImport::customTable()
{
    const auto table =
        SpeedTable::parse("highway,primary,20,free\naccess,private,closed\n", u"t"_s);
    QVERIFY(table);
    const QString path =
        write("n 1 0 0\nn 2 10 0\nn 3 10 5\nw 1 1,2 highway=primary\nw 2 2,3 highway=residential\n"
              "w 3 1,3 highway=primary access=private\n");
    const auto result = importRoads(path, *table, Progress());
    QVERIFY(result);
    QCOMPARE(result->graph.pieceCount(), 1U);
    QCOMPARE(result->graph.speedTableHash(), table->hash());
}

void TestImport::dateOfData()
{
    const auto table = SpeedTable::builtIn();
    QVERIFY(table);
    const auto stamped = importRoads(write(crossroads, "2025-03-04T05:06:07Z"), *table, Progress());
    QVERIFY(stamped);
    QCOMPARE(toIso(stamped->graph.date()), u"2025-03-04T05:06:07.000Z"_s);
    const QString path = write(crossroads);
    QFile file(path);
    QVERIFY(file.open(QIODevice::ReadWrite));
    const QDateTime then = QDateTime::fromMSecsSinceEpoch(1'600'000'000'000, QTimeZone::UTC);
    QVERIFY(file.setFileTime(then, QFileDevice::FileModificationTime));
    file.close();
    const auto dated = importRoads(path, *table, Progress());
    QVERIFY(dated);
    QCOMPARE(toMs(dated->graph.date()), 1'600'000'000'000);
}

void TestImport::damaged_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QString>("name");
    QTest::newRow("empty") << QByteArray() << u"x.osm.pbf"_s;
    QTest::newRow("text") << QByteArray("this is not a road network") << u"x.osm.pbf"_s;
    QTest::newRow("zeros") << QByteArray(4096, '\0') << u"x.osm.pbf"_s;
    QTest::newRow("ff") << QByteArray(4096, '\xff') << u"x.osm.pbf"_s;
    QTest::newRow("unknown suffix") << QByteArray("hello") << u"x.jpg"_s;
    QTest::newRow("broken xml") << QByteArray("<osm version=\"0.6\"><node id=") << u"x.osm"_s;
    QTest::newRow("bad bz2") << QByteArray("BZh9 not really") << u"x.osm.bz2"_s;
}

void TestImport::damaged()
{
    QFETCH(QByteArray, bytes);
    QFETCH(QString, name);
    const QString path = m_folder.filePath(name);
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(bytes);
    file.close();
    const auto table = SpeedTable::builtIn();
    const auto result = importRoads(path, *table, Progress());
    QVERIFY(!result);
    QCOMPARE(result.error().code, Errc::FileMalformed);
    QVERIFY(result.error().detail.contains(name));
    QCOMPARE(importRoads(m_folder.filePath(u"none.osm.pbf"_s), *table, Progress()).error().code,
             Errc::FileMissing);
    QCOMPARE(importRoads(m_folder.path(), *table, Progress()).error().code, Errc::FileUnreadable);
}

void TestImport::bitFlips()
{
    QFile good(write(crossroads +
                     "r 1 from=w10,via=n2,to=w12 type=restriction restriction=no~left~turn\n"));
    QVERIFY(good.open(QIODevice::ReadOnly));
    const QByteArray bytes = good.readAll();
    const auto table = SpeedTable::builtIn();
    const QString path = m_folder.filePath(u"bad.osm.pbf"_s);
    int refused = 0;
    for (qsizetype i = 0; i < bytes.size(); ++i) {
        QByteArray bad = i % 2 ? bytes.first(i) : bytes;
        if (i % 2 == 0)
            bad[i] = static_cast<char>(bad[i] ^ (1 << (i / 2 % 8)));
        QFile file(path);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(bad);
        file.close();
        const auto result = importRoads(path, *table, Progress());
        if (!result) {
            QCOMPARE(result.error().code, Errc::FileMalformed);
            ++refused;
        }
    }
    QVERIFY(refused > bytes.size() / 4);
}

void TestImport::cancel()
{
    const auto table = SpeedTable::builtIn();
    const QString path = write(crossroads);
    Progress stopped;
    stopped.cancel();
    const auto result = importRoads(path, *table, stopped);
    QVERIFY(!result);
    QCOMPARE(result.error().code, Errc::Cancelled);
    qint64 last = -1;
    qint64 total = 0;
    bool falls = false;
    const Progress watched([&](qint64 done, qint64 of, const QString &) {
        falls = falls || done < last;
        last = done;
        total = of;
    });
    QVERIFY(importRoads(path, *table, watched));
    QVERIFY(!falls);
    QVERIFY(total > 0 && last <= total);
}

void TestImport::nothingToDrive()
{
    const auto result = import("n 1 0 0\nn 2 10 0\nw 1 1,2 highway=steps\n");
    QVERIFY(!result);
    QCOMPARE(result.error().code, Errc::FileMalformed);
}

QTEST_GUILESS_MAIN(TestImport)
#include "tst_import.moc"
