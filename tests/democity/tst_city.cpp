#include "drills/democity/democity.h"
#include "models/domain/registers.h"

#include <gdal_priv.h>
#include <ogr_spatialref.h>
#include <osmium/io/pbf_input.hpp>
#include <osmium/io/reader.hpp>
#include <osmium/osm.hpp>

#include <QCryptographicHash>
#include <QDir>
#include <QElapsedTimer>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QStringDecoder>
#include <QTemporaryDir>
#include <QtTest>

#include <map>
#include <memory>
#include <set>

using namespace leeward;
using namespace Qt::StringLiterals;

namespace {

constexpr double smallSize = 0.4;

QByteArray bytesOf(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

QMap<QString, QByteArray> hashesOf(const QString &folder)
{
    QMap<QString, QByteArray> hashes;
    for (const QString &name : QDir(folder).entryList(QDir::Files | QDir::Hidden))
        hashes.insert(name, QCryptographicHash::hash(bytesOf(folder + u'/' + name),
                                                     QCryptographicHash::Sha256));
    return hashes;
}

QList<QStringList> parseCsv(const QString &text)
{
    QList<QStringList> rows;
    QStringList row;
    QString cell;
    bool quoted = false;
    for (qsizetype k = 0; k < text.size(); ++k) {
        const QChar c = text[k];
        if (quoted) {
            if (c == u'"' && k + 1 < text.size() && text[k + 1] == u'"')
                cell += text[++k];
            else if (c == u'"')
                quoted = false;
            else
                cell += c;
        } else if (c == u'"') {
            quoted = true;
        } else if (c == u',') {
            row += cell;
            cell.clear();
        } else if (c == u'\n') {
            rows += row + QStringList{cell};
            row.clear();
            cell.clear();
        } else if (c != u'\r') {
            cell += c;
        }
    }
    return rows;
}

QList<QStringList> readCsv(const QString &path)
{
    QByteArray bytes = bytesOf(path);
    if (bytes.startsWith("\xEF\xBB\xBF"))
        bytes.remove(0, 3);
    return parseCsv(QString::fromUtf8(bytes));
}

struct Extract
{
    std::map<qint64, osmium::Location> nodes;
    std::map<qint64, std::vector<qint64>> roads;
    std::vector<std::vector<qint64>> coast;
    std::map<std::string, int> kinds;
    std::set<qint64> ways;
    int oneways = 0, bridges = 0, restrictions = 0, boundaries = 0, ferries = 0;
    qint64 lastId = 0;
    char lastType = 'n';
    bool sorted = true;
    bool whole = true; // every reference is there
    std::string generator;
};

void take(Extract &x, char type, qint64 id)
{
    static const std::string order = "nwr";
    if (type == x.lastType ? id <= x.lastId : order.find(type) < order.find(x.lastType))
        x.sorted = false;
    x.lastType = type;
    x.lastId = id;
}

Extract readExtract(const QString &path)
{
    Extract x;
    osmium::io::Reader reader(path.toStdString());
    x.generator = reader.header().get("generator");
    while (osmium::memory::Buffer buffer = reader.read()) {
        for (const auto &node : buffer.select<osmium::Node>()) {
            take(x, 'n', node.id());
            x.nodes[node.id()] = node.location();
            if (const char *place = node.tags()["place"])
                ++x.kinds[std::string("place=") + place];
        }
        for (const auto &way : buffer.select<osmium::Way>()) {
            take(x, 'w', way.id());
            x.ways.insert(way.id());
            std::vector<qint64> refs;
            for (const auto &node : way.nodes()) {
                refs.push_back(node.ref());
                x.whole = x.whole && x.nodes.contains(node.ref());
            }
            const char *highway = way.tags()["highway"];
            const bool ferry = way.tags().has_tag("route", "ferry");
            if (highway)
                ++x.kinds[std::string("highway=") + highway];
            if (highway || ferry)
                x.roads[way.id()] = refs;
            x.ferries += ferry && way.tags().has_key("duration") ? 1 : 0;
            x.oneways += way.tags().has_tag("oneway", "yes") ? 1 : 0;
            x.bridges += way.tags().has_tag("bridge", "yes") && way.tags().has_key("layer") ? 1 : 0;
            if (way.tags().has_tag("natural", "coastline"))
                x.coast.push_back(refs);
        }
        for (const auto &relation : buffer.select<osmium::Relation>()) {
            take(x, 'r', relation.id());
            x.restrictions += relation.tags().has_tag("type", "restriction") ? 1 : 0;
            x.boundaries += relation.tags().has_tag("type", "boundary") ? 1 : 0;
            for (const auto &member : relation.members()) {
                if (member.type() == osmium::item_type::way)
                    x.whole = x.whole && x.ways.contains(member.ref());
            }
        }
    }
    reader.close();
    return x;
}

} // namespace

class TestCity : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void sameSeedSameBytes();
    void otherSeedOtherBytes();
    void registerFilesHold_data();
    void registerFilesHold();
    void teamsAddUp();
    void sheltersAndLandingPoints();
    void stockIsWide();
    void otherEncodingsSayTheSame();
    void heightsOpenInGdal();
    void placesAreOnLand();
    void extractIsSound();
    void coastClosesOrEndsAtTheBox();
    void roadsHangTogether();
    void manifestVouchesForTheFiles();
    void scenarioIsOnARoad();
    void cancelLeavesNothing_data();
    void cancelLeavesNothing();
    void strangersFolderIsRefused();
    void wrongSizeIsRefused();

private:
    [[nodiscard]] QString city() const { return m_dir.filePath(u"city"_s); }
    [[nodiscard]] float heightAt(double lon, double lat) const;

    QTemporaryDir m_dir;
    Extract m_extract;
    std::vector<float> m_heights;
    int m_columns = 0;
    int m_rows = 0;
    double m_transform[6] = {};
};

void TestCity::initTestCase()
{
    GDALAllRegister();
    QElapsedTimer clock;
    clock.start();
    Progress progress;
    const auto made = democity::generateCity(city(), 7, {.size = smallSize}, progress);
    QVERIFY2(made.has_value(), made ? "" : qPrintable(made.error().detail));
    qInfo("small city: %lld ms, %d road nodes, %d edges", clock.elapsed(), made->roadNodes,
          made->roadEdges);
    m_extract = readExtract(city() + u"/city.osm.pbf"_s);
    const std::unique_ptr<GDALDataset> data(
        GDALDataset::FromHandle(GDALOpen(qPrintable(city() + u"/dem.tif"_s), GA_ReadOnly)));
    QVERIFY(data);
    m_columns = data->GetRasterXSize();
    m_rows = data->GetRasterYSize();
    QCOMPARE(data->GetGeoTransform(m_transform), CE_None);
    m_heights.resize(size_t(m_columns) * size_t(m_rows));
    QCOMPARE(data->GetRasterBand(1)->RasterIO(GF_Read, 0, 0, m_columns, m_rows, m_heights.data(),
                                              m_columns, m_rows, GDT_Float32, 0, 0),
             CE_None);
}

float TestCity::heightAt(double lon, double lat) const
{
    const int i = std::clamp(int((lon - m_transform[0]) / m_transform[1]), 0, m_columns - 1);
    const int j = std::clamp(int((lat - m_transform[3]) / m_transform[5]), 0, m_rows - 1);
    return m_heights[size_t(j) * size_t(m_columns) + size_t(i)];
}

void TestCity::sameSeedSameBytes()
{
    Progress progress;
    const QString again = m_dir.filePath(u"again"_s);
    QVERIFY(democity::generateCity(again, 7, {.size = smallSize}, progress).has_value());
    QCOMPARE(hashesOf(again), hashesOf(city()));
    QCOMPARE(hashesOf(again).size(), 13);
}

void TestCity::otherSeedOtherBytes()
{
    Progress progress;
    const QString other = m_dir.filePath(u"again"_s); // a city of ours may be replaced
    QVERIFY(democity::generateCity(other, 8, {.size = smallSize}, progress).has_value());
    const auto first = hashesOf(city());
    const auto second = hashesOf(other);
    QCOMPARE(second.keys(), first.keys());
    for (const QString &name : first.keys())
        QVERIFY2(first.value(name) != second.value(name), qPrintable(name));
}

void TestCity::registerFilesHold_data()
{
    QTest::addColumn<QString>("file");
    QTest::addColumn<QString>("key");
    QTest::addColumn<int>("rows");
    QTest::newRow("stations") << u"stations.csv"_s << u"station"_s << 56;
    QTest::newRow("teams") << u"teams.csv"_s << u"team"_s << 480;
    QTest::newRow("shelters") << u"shelters.csv"_s << u"shelter"_s << 122;
    QTest::newRow("landing points") << u"landing_points.csv"_s << u"landing_point"_s << 181;
    QTest::newRow("depots") << u"depots.csv"_s << u"depot"_s << 118;
    QTest::newRow("stock") << u"stock.csv"_s << u"stock"_s << -1;
}

void TestCity::registerFilesHold()
{
    QFETCH(QString, file);
    QFETCH(QString, key);
    QFETCH(int, rows);
    const RegisterSpec &spec = *findRegister(key);
    QVERIFY(bytesOf(city() + u'/' + file).startsWith("\xEF\xBB\xBF"));
    const auto table = readCsv(city() + u'/' + file);
    QCOMPARE(table.first().size(), qsizetype(spec.fields.size()));
    for (size_t k = 0; k < spec.fields.size(); ++k)
        QCOMPARE(table.first().at(qsizetype(k)), spec.fields[k].label.zh);
    if (rows >= 0)
        QCOMPARE(table.size() - 1, rows);
    QSet<QString> codes;
    QSet<QString> names;
    for (const QStringList &row : table.mid(1)) {
        QCOMPARE(row.size(), table.first().size());
        codes.insert(row.at(0));
        names.insert(row.at(1));
        for (size_t k = 0; k < spec.fields.size(); ++k) {
            const auto value = parseField(spec.fields[k], row.at(qsizetype(k)));
            QVERIFY2(value.has_value(),
                     value ? "" : qPrintable(describe(value.error(), spec, Language::English)));
            if (spec.fields[k].name == "division_code"_L1)
                QVERIFY2(value->toString().startsWith(u"9901"_s) &&
                             (value->toString().size() == 12 || value->toString().size() == 9),
                         qPrintable(value->toString()));
        }
    }
    QCOMPARE(codes.size(), table.size() - 1);
    if (key != "stock"_L1)
        QCOMPARE(names.size(), table.size() - 1);
}

void TestCity::teamsAddUp()
{
    const auto table = readCsv(city() + u"/teams.csv"_s);
    const RegisterSpec &spec = teamRegister();
    QSet<QString> stations;
    for (const QStringList &row : readCsv(city() + u"/stations.csv"_s).mid(1))
        stations.insert(row.at(0));
    int people = 0;
    int weak = 0;
    int daytime = 0;
    QMap<QString, int> kinds;
    for (const QStringList &row : table.mid(1)) {
        const int headcount = row.at(spec.indexOf(u"headcount")).toInt();
        people += headcount;
        weak += headcount < 30 && row.at(spec.indexOf(u"level")) == u"镇街级"_s &&
                        row.at(spec.indexOf(u"kind")) == u"基层综合"_s
                    ? 1
                    : 0;
        daytime += row.at(spec.indexOf(u"duty_hours")) != u"00:00-24:00"_s ? 1 : 0;
        ++kinds[row.at(spec.indexOf(u"kind"))];
        const QString station = row.at(spec.indexOf(u"station"));
        QVERIFY2(station.isEmpty() || stations.contains(station), qPrintable(station));
        QVERIFY(!row.at(spec.indexOf(u"capabilities")).isEmpty());
    }
    QCOMPARE(people, 56533);
    QCOMPARE(kinds.size(), 10);
    QVERIFY(weak >= 1 && weak <= 8);
    QVERIFY(daytime > 20 && daytime < 160);
}

void TestCity::sheltersAndLandingPoints()
{
    int classed = 0;
    const RegisterSpec &shelter = shelterRegister();
    for (const QStringList &row : readCsv(city() + u"/shelters.csv"_s).mid(1)) {
        classed += row.at(shelter.indexOf(u"old_class")).isEmpty() ? 0 : 1;
        const bool safe = row.at(shelter.indexOf(u"flood_safe")) == u"是"_s;
        const double height = row.at(shelter.indexOf(u"elevation_m")).toDouble();
        QVERIFY(!safe || height >= 6);
        QVERIFY(safe || height < 12);
        const double lon = row.at(shelter.indexOf(u"lon")).toDouble();
        QVERIFY2(std::abs(heightAt(lon, row.at(shelter.indexOf(u"lat")).toDouble()) - height) < 40,
                 qPrintable(row.at(0)));
    }
    QCOMPARE(classed, 24);
    const RegisterSpec &landing = landingPointRegister();
    int overdue = 0;
    int unusable = 0;
    QSet<QString> states;
    for (const QStringList &row : readCsv(city() + u"/landing_points.csv"_s).mid(1)) {
        const QString state = row.at(landing.indexOf(u"build_state"));
        states.insert(state);
        overdue += (state == u"在建"_s || state == u"规划"_s) &&
                           row.at(landing.indexOf(u"due_date")) < u"2026"_s
                       ? 1
                       : 0;
        const bool usable = row.at(landing.indexOf(u"usable")) == u"是"_s;
        unusable += usable ? 0 : 1;
        QCOMPARE(row.at(landing.indexOf(u"unusable_reason")).isEmpty(), usable);
    }
    QCOMPARE(states.size(), 5);
    QVERIFY(overdue > 5);
    QVERIFY(unusable > 20 && unusable < 140);
}

void TestCity::stockIsWide()
{
    const RegisterSpec &spec = stockRegister();
    QSet<QString> categories;
    QSet<QString> kinds;
    QMap<QString, int> perDepot;
    int low = 0;
    int expired = 0;
    for (const QStringList &row : readCsv(city() + u"/stock.csv"_s).mid(1)) {
        categories.insert(row.at(spec.indexOf(u"category")));
        kinds.insert(row.at(spec.indexOf(u"item_code")) + row.at(spec.indexOf(u"model")));
        ++perDepot[row.at(spec.indexOf(u"depot"))];
        low += row.at(spec.indexOf(u"on_hand")).toInt() < row.at(spec.indexOf(u"min_level")).toInt()
                   ? 1
                   : 0;
        const QString expires = row.at(spec.indexOf(u"expires"));
        expired += !expires.isEmpty() && expires < u"2026-01-01"_s ? 1 : 0;
    }
    QCOMPARE(categories.size(), 20);
    QVERIFY(kinds.size() > 200);
    QCOMPARE(perDepot.size(), 118);
    for (const int rows : perDepot)
        QVERIFY(rows >= 15 && rows <= 40);
    QVERIFY(low > 20);
    QVERIFY(expired > 5);
}

void TestCity::otherEncodingsSayTheSame()
{
    QStringDecoder decoder("GB18030");
    QVERIFY(decoder.isValid());
    const QString text = decoder.decode(bytesOf(city() + u"/teams_gb18030.csv"_s));
    QVERIFY(!decoder.hasError());
    QCOMPARE(parseCsv(text), readCsv(city() + u"/teams.csv"_s));
    const auto features = QJsonDocument::fromJson(bytesOf(city() + u"/shelters.geojson"_s))
                              .object()
                              .value("features"_L1)
                              .toArray();
    QCOMPARE(features.size(), 122);
}

void TestCity::heightsOpenInGdal()
{
    const std::unique_ptr<GDALDataset> data(
        GDALDataset::FromHandle(GDALOpen(qPrintable(city() + u"/dem.tif"_s), GA_ReadOnly)));
    QVERIFY(data);
    QVERIFY(data->GetSpatialRef());
    QCOMPARE(QByteArray(data->GetSpatialRef()->GetAuthorityCode(nullptr)), QByteArray("4326"));
    const auto [low, high] = std::ranges::minmax_element(m_heights);
    QVERIFY(*low < -5);
    QVERIFY(*high > 500 && *high < 1200);
}

void TestCity::placesAreOnLand()
{
    for (const QString &name : {u"stations.csv"_s, u"teams.csv"_s, u"shelters.csv"_s,
                                u"landing_points.csv"_s, u"depots.csv"_s}) {
        const auto table = readCsv(city() + u'/' + name);
        const auto lon = table.first().indexOf(u"经度"_s);
        const auto lat = table.first().indexOf(u"纬度"_s);
        for (const QStringList &row : table.mid(1))
            QVERIFY2(heightAt(row.at(lon).toDouble(), row.at(lat).toDouble()) > 0,
                     qPrintable(name + u' ' + row.at(0)));
    }
}

void TestCity::extractIsSound()
{
    QVERIFY(m_extract.sorted);
    QVERIFY(m_extract.whole);
    QVERIFY(m_extract.generator.contains("fictional=yes"));
    for (const char *kind :
         {"highway=motorway", "highway=motorway_link", "highway=trunk", "highway=primary",
          "highway=secondary", "highway=tertiary", "highway=residential", "highway=unclassified",
          "highway=track", "highway=service", "place=city", "place=suburb", "place=town",
          "place=village"})
        QVERIFY2(m_extract.kinds[kind] > 0, kind);
    QVERIFY(m_extract.oneways > 10);
    QVERIFY(m_extract.bridges > 20);
    QVERIFY(m_extract.restrictions > 5);
    QVERIFY(m_extract.boundaries > 8);
}

void TestCity::coastClosesOrEndsAtTheBox()
{
    std::map<qint64, int> starts;
    std::map<qint64, int> ends;
    for (const auto &way : m_extract.coast) {
        ++starts[way.front()];
        ++ends[way.back()];
    }
    QVERIFY(!starts.empty());
    const double west = m_transform[0] + m_transform[1] / 2;
    const double north = m_transform[3] + m_transform[5] / 2;
    const double east = west + (m_columns - 1) * m_transform[1];
    const double south = north + (m_rows - 1) * m_transform[5];
    const auto atBox = [&](qint64 node) {
        const osmium::Location l = m_extract.nodes.at(node);
        return std::min({std::abs(l.lon() - west), std::abs(l.lon() - east),
                         std::abs(l.lat() - south), std::abs(l.lat() - north)}) < 2e-6;
    };
    for (const auto &[node, count] : starts)
        QVERIFY(ends[node] == count || atBox(node));
    for (const auto &[node, count] : ends)
        QVERIFY(starts[node] == count || atBox(node));
    // Land on the left: a few metres to the left of a long piece the ground is higher than to the
    // right.
    int right = 0;
    int wrong = 0;
    for (const auto &way : m_extract.coast) {
        for (size_t k = 1; k < way.size(); k += 5) {
            const osmium::Location a = m_extract.nodes.at(way[k - 1]);
            const osmium::Location b = m_extract.nodes.at(way[k]);
            const double length = std::hypot(b.lon() - a.lon(), b.lat() - a.lat());
            const double dx = -(b.lat() - a.lat()) / length * 0.0012;
            const double dy = (b.lon() - a.lon()) / length * 0.0012;
            const double x = (a.lon() + b.lon()) / 2;
            const double y = (a.lat() + b.lat()) / 2;
            (heightAt(x + dx, y + dy) > heightAt(x - dx, y - dy) ? right : wrong) += 1;
        }
    }
    QVERIFY2(right > 20 * wrong, qPrintable(u"%1 / %2"_s.arg(right).arg(wrong)));
}

void TestCity::roadsHangTogether()
{
    std::map<qint64, qint64> parent;
    const std::function<qint64(qint64)> root = [&](qint64 node) {
        while (parent.at(node) != node)
            node = parent[node] = parent.at(parent.at(node));
        return node;
    };
    for (const auto &[way, refs] : m_extract.roads) {
        for (const qint64 node : refs)
            parent.try_emplace(node, node);
        for (size_t k = 1; k < refs.size(); ++k)
            parent[root(refs[k])] = root(refs[0]);
    }
    std::set<qint64> roots;
    for (const auto &[node, up] : parent)
        roots.insert(root(node));
    QCOMPARE(roots.size(), size_t(1));
    QVERIFY(parent.size() > 3000);
    QVERIFY(m_extract.ferries >= 1);
}

void TestCity::manifestVouchesForTheFiles()
{
    const QJsonObject root = QJsonDocument::fromJson(bytesOf(city() + u"/city.json"_s)).object();
    QVERIFY(root.value("fictional"_L1).toBool());
    QVERIFY(root.value("notice"_L1).toObject().value("zh"_L1).toString().contains(u"虚构"_s));
    QVERIFY(root.value("notice"_L1).toObject().value("en"_L1).toString().contains(u"Fictional"_s));
    const auto hashes = hashesOf(city());
    const QJsonArray files = root.value("files"_L1).toArray();
    QCOMPARE(files.size(), hashes.size() - 1);
    for (const QJsonValue &file : files)
        QCOMPARE(file["sha256"_L1].toString(),
                 QString::fromLatin1(hashes.value(file["name"_L1].toString()).toHex()));
    QVERIFY(root.value("towns"_L1).toArray().size() > 5);
    QCOMPARE(root.value("districts"_L1).toArray().size(), 6);
}

void TestCity::scenarioIsOnARoad()
{
    const QJsonObject root =
        QJsonDocument::fromJson(bytesOf(city() + u"/scenario.json"_s)).object();
    double nearest = 1e9;
    for (const auto &[way, refs] : m_extract.roads) {
        for (const qint64 node : refs) {
            const osmium::Location l = m_extract.nodes.at(node);
            nearest =
                std::min(nearest, distance({l.lon(), l.lat()}, {root.value("lon"_L1).toDouble(),
                                                                root.value("lat"_L1).toDouble()})
                                      .value);
        }
    }
    QVERIFY2(nearest < 1, qPrintable(QString::number(nearest)));
    QVERIFY(!root.value("caller"_L1).toObject().value("zh"_L1).toString().isEmpty());
}

void TestCity::cancelLeavesNothing_data()
{
    QTest::addColumn<int>("step");
    QTest::newRow("at once") << 0;
    QTest::newRow("while thinking") << 3;
    QTest::newRow("while writing") << 8;
}

void TestCity::cancelLeavesNothing()
{
    QFETCH(int, step);
    QTemporaryDir dir;
    Progress *self = nullptr;
    Progress progress([&](qint64 done, qint64, const QString &) {
        if (done >= step)
            self->cancel();
    });
    self = &progress;
    const auto made = democity::generateCity(dir.filePath(u"city"_s), 3, {.size = 0.3}, progress);
    QVERIFY(!made);
    QCOMPARE(made.error().code, Errc::Cancelled);
    QVERIFY(QDir(dir.path()).isEmpty());
}

void TestCity::strangersFolderIsRefused()
{
    QTemporaryDir dir;
    QFile file(dir.filePath(u"thesis.txt"_s));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write("mine");
    file.close();
    Progress progress;
    const auto made = democity::generateCity(dir.path(), 1, {.size = 0.3}, progress);
    QVERIFY(!made);
    QCOMPARE(made.error().code, Errc::AlreadyExists);
    QCOMPARE(bytesOf(file.fileName()), QByteArray("mine"));
    QVERIFY(!QFile::exists(dir.path() + u".new"_s));
}

void TestCity::wrongSizeIsRefused()
{
    Progress progress;
    for (const double size : {0.0, 0.1, 1.5, -1.0}) {
        const auto made =
            democity::generateCity(m_dir.filePath(u"never"_s), 1, {.size = size}, progress);
        QVERIFY(!made);
        QCOMPARE(made.error().code, Errc::InvalidArgument);
    }
}

QTEST_GUILESS_MAIN(TestCity)
#include "tst_city.moc"
