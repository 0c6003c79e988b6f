#include "maps/geo/csv.h"
#include "maps/geo/table.h"
#include "maps/geo/textcodec.h"

#include <QDir>
#include <QDirIterator>
#include <QFile>
#include <QStringEncoder>
#include <QTemporaryDir>
#include <QTest>

#include <gdal.h>
#include <ogr_api.h>
#include <ogr_srs_api.h>

#include <array>

// libkml loses a few bytes on a damaged archive; under the leak checker only our own leaks count.
extern "C" const char *__lsan_default_suppressions();
extern "C" const char *__lsan_default_suppressions()
{
    return "leak:libkmlengine\nleak:libkmlbase\n";
}

using namespace leeward;
using namespace leeward::geo;
using namespace Qt::StringLiterals;

namespace {

const QString shared = QStringLiteral(LEEWARD_SHARED_DATA);

#define NEEDS_SHARED_DATA()                                                                        \
    if (!QDir(shared).exists())                                                                    \
    QSKIP("the folder of shared test data is not there")

SourceTable csv(const QString &text)
{
    const auto table = readCsv(text.toUtf8(), {}, Progress());
    if (!table) {
        qWarning("%s", qPrintable(table.error().detail));
        return {};
    }
    return *table;
}

} // namespace

class TestTable : public QObject
{
    Q_OBJECT

    QTemporaryDir m_folder;

    QString put(const QString &name, const QByteArray &bytes)
    {
        const QString path = m_folder.filePath(name);
        QFile file(path);
        if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size())
            qFatal("can not write %s", qPrintable(path));
        return path;
    }

    // A GeoPackage with one point at Qingdao and one without a place.
    QString makeGeoPackage(const QString &name, int epsg, double x, double y)
    {
        const QString path = m_folder.filePath(name);
        GDALAllRegister();
        GDALDatasetH dataset = GDALCreate(GDALGetDriverByName("GPKG"), qPrintable(path), 0, 0, 0,
                                          GDT_Unknown, nullptr);
        OGRSpatialReferenceH reference = OSRNewSpatialReference(nullptr);
        OSRImportFromEPSG(reference, epsg);
        OSRSetAxisMappingStrategy(reference, OAMS_TRADITIONAL_GIS_ORDER);
        OGRLayerH layer = GDALDatasetCreateLayer(dataset, "teams", reference, wkbPoint, nullptr);
        OGRFieldDefnH column = OGR_Fld_Create("名称", OFTString);
        OGR_L_CreateField(layer, column, 1);
        OGR_Fld_Destroy(column);
        for (const bool placed : {true, false}) {
            OGRFeatureH feature = OGR_F_Create(OGR_L_GetLayerDefn(layer));
            OGR_F_SetFieldString(feature, 0, placed ? "有位置" : "无位置");
            OGRGeometryH point = OGR_G_CreateGeometry(wkbPoint);
            OGR_G_SetPoint_2D(point, 0, x, y);
            if (placed)
                OGR_F_SetGeometry(feature, point);
            OGR_G_DestroyGeometry(point);
            if (OGR_L_CreateFeature(layer, feature) != OGRERR_NONE)
                qFatal("can not write the feature");
            OGR_F_Destroy(feature);
        }
        OSRRelease(reference);
        GDALClose(dataset);
        return path;
    }

private Q_SLOTS:
    void csvCells_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QStringList>("headers");
        QTest::addColumn<QStringList>("firstRow");
        const QStringList ab = {u"a"_s, u"b"_s};
        QTest::newRow("comma") << u"a,b\n1,2\n"_s << ab << QStringList{u"1"_s, u"2"_s};
        QTest::newRow("semicolon") << u"a;b\n1;2,5\n"_s << ab << QStringList{u"1"_s, u"2,5"_s};
        QTest::newRow("tab") << u"a\tb\n1\t2\n"_s << ab << QStringList{u"1"_s, u"2"_s};
        QTest::newRow("CRLF") << u"a,b\r\n1,2\r\n"_s << ab << QStringList{u"1"_s, u"2"_s};
        QTest::newRow("CR") << u"a,b\r1,2\r"_s << ab << QStringList{u"1"_s, u"2"_s};
        QTest::newRow("no last line end") << u"a,b\n1,2"_s << ab << QStringList{u"1"_s, u"2"_s};
        QTest::newRow("quoted separator")
            << u"a,b\n\"1,2\",3"_s << ab << QStringList{u"1,2"_s, u"3"_s};
        QTest::newRow("quoted line end")
            << u"a,b\n\"1\n2\",3"_s << ab << QStringList{u"1\n2"_s, u"3"_s};
        QTest::newRow("doubled quote")
            << u"a,b\n\"1\"\"2\",3"_s << ab << QStringList{u"1\"2"_s, u"3"_s};
        QTest::newRow("quote inside") << u"a,b\n1\"2,3"_s << ab << QStringList{u"1\"2"_s, u"3"_s};
        QTest::newRow("short row") << u"a,b\n1\n"_s << ab << QStringList{u"1"_s, QString()};
        QTest::newRow("blank tail of header")
            << u"a,b,,\n1,2,,\n"_s << ab << QStringList{u"1"_s, u"2"_s};
        QTest::newRow("blank line first")
            << u"\n\na,b\n1,2\n"_s << ab << QStringList{u"1"_s, u"2"_s};
        QTest::newRow("title above")
            << u"救援队伍一览表,\na,b\n1,2\n"_s << ab << QStringList{u"1"_s, u"2"_s};
        QTest::newRow("one column") << u"a\n1\n"_s << QStringList{u"a"_s} << QStringList{u"1"_s};
        QTest::newRow("formula guard")
            << u"a,b\n'=1+1,'x\n"_s << ab << QStringList{u"=1+1"_s, u"'x"_s};
    }
    void csvCells()
    {
        QFETCH(const QString, text);
        const SourceTable table = csv(text);
        QTEST(table.headers, "headers");
        QCOMPARE(table.rows.size(), 1u);
        QTEST(table.rows[0].cells, "firstRow");
        QVERIFY(!table.rows[0].surplus);
    }

    void rowsAreCountedAsAPersonCounts()
    {
        const SourceTable table = csv(u"a,b\n1,\"x\ny\"\n\n,\n4,5,6\n"_s);
        QCOMPARE(table.headerNumber, 1);
        QCOMPARE(table.rows.size(), 2u);
        QCOMPARE(table.rows[0].number, 2);
        QCOMPARE(table.rows[1].number, 5);
        QVERIFY(table.rows[1].surplus);
        const SourceTable titled = csv(u"标题\na,b\n1,2\n"_s);
        QCOMPARE(titled.headerNumber, 2);
        QCOMPARE(titled.rows[0].number, 3);
        QCOMPARE(titled.warnings.size(), 1);
    }

    void formulaGuardComesBack_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<bool>("guarded");
        QTest::newRow("formula") << u"=HYPERLINK(\"x\")"_s << true;
        QTest::newRow("plus") << u"+86 532"_s << true;
        QTest::newRow("minus") << u"-cmd"_s << true;
        QTest::newRow("at") << u"@SUM(1)"_s << true;
        QTest::newRow("full width") << u"＝1"_s << true;
        QTest::newRow("quoted formula") << u"'=1"_s << true;
        QTest::newRow("two quotes") << u"''@"_s << true;
        QTest::newRow("quote alone") << u"'"_s << false;
        QTest::newRow("quoted word") << u"'tis"_s << false;
        QTest::newRow("word") << u"甲=乙"_s << false;
        QTest::newRow("empty") << u""_s << false;
    }
    void formulaGuardComesBack()
    {
        QFETCH(const QString, text);
        QFETCH(const bool, guarded);
        const QString safe = guardFormula(text);
        QCOMPARE(safe != text, guarded);
        QVERIFY(!guarded || safe.startsWith(u'\''));
        QCOMPARE(unguardFormula(safe), text);
    }

    void encodings_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<QString>("encoding");
        const QString text = u"编号,名称\r\nT1,青岛市消防救援支队\r\nT2,镕堃㙍🚒\r\n"_s;
        const auto encoded = [&text](const char *name) {
            QStringEncoder encoder(name);
            return QByteArray(encoder.encode(text));
        };
        QTest::newRow("UTF-8") << text.toUtf8() << u"UTF-8"_s;
        QTest::newRow("UTF-8 with BOM") << "\xEF\xBB\xBF" + text.toUtf8() << u"UTF-8"_s;
        QTest::newRow("GB18030") << encoded("GB18030") << u"GB18030"_s;
        QTest::newRow("UTF-16LE") << "\xFF\xFE" + encoded("UTF-16LE") << u"UTF-16"_s;
        QTest::newRow("UTF-16BE") << "\xFE\xFF" + encoded("UTF-16BE") << u"UTF-16"_s;
    }
    void encodings()
    {
        QFETCH(const QByteArray, bytes);
        const auto table = readTable(put(u"encoded.csv"_s, bytes), {}, Progress());
        QVERIFY2(table, table ? "" : qPrintable(table.error().detail));
        QTEST(table->encoding, "encoding");
        QCOMPARE(table->headers, (QStringList{u"编号"_s, u"名称"_s}));
        QCOMPARE(table->rows.size(), 2u);
        QCOMPARE(table->rows[0].cells[1], u"青岛市消防救援支队"_s);
        QCOMPARE(table->rows[1].cells[1], u"镕堃㙍🚒"_s);
    }

    void damagedFilesSayWhy_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<QString>("reason");
        QTest::newRow("empty") << u"a.csv"_s << QByteArray() << u"empty"_s;
        QTest::newRow("blank lines") << u"a.csv"_s << QByteArray("\n\n \n") << u"blank"_s;
        QTest::newRow("open quote") << u"a.csv"_s << QByteArray("a,b\n1,\"2\n3,4\n") << u"row 2"_s;
        QTest::newRow("zero byte")
            << u"a.csv"_s << QByteArray("a,b\n1,\0002\n", 8) << u"zero byte in line 2"_s;
        QTest::newRow("neither encoding")
            << u"a.csv"_s << QByteArray("a,b\n\xFF\xFF,\x80\n") << u"neither"_s;
        QTest::newRow("endless line") << u"a.csv"_s << QByteArray(2 << 20, 'x') << u"characters"_s;
        QTest::newRow("a million commas") << u"a.csv"_s << QByteArray(1 << 20, ',') << u"columns"_s;
        QTest::newRow("half GeoJSON")
            << u"a.geojson"_s << QByteArray("{\"type\":\"FeatureCollection\",\"features\":[{")
            << u"a.geojson"_s;
        QTest::newRow("other JSON") << u"a.json"_s << QByteArray("{\"a\":1}") << u"a.json"_s;
        QTest::newRow("half GeoPackage")
            << u"a.gpkg"_s << QByteArray("SQLite format 3\0rubbish", 23) << u"a.gpkg"_s;
        QTest::newRow("not a shapefile")
            << u"a.shp"_s << QByteArray("\0\0\x27\x0a rubbish", 12) << u"a.shp"_s;
        QTest::newRow("not a spreadsheet")
            << u"a.xlsx"_s << QByteArray("PK\3\4rubbish") << u"a.xlsx"_s;
        QTest::newRow("not a KMZ") << u"a.kmz"_s << QByteArray("PK\3\4rubbish") << u"a.kmz"_s;
        QTest::newRow("archive") << u"a.zip"_s << QByteArray("PK\3\4rubbish") << u"archive"_s;
        QTest::newRow("half KML") << u"a.kml"_s << QByteArray("<?xml version=\"1.0\"?><kml><Doc")
                                  << u"a.kml"_s;
        QTest::newRow("XML") << u"a.xml"_s << QByteArray("<?xml version=\"1.0\"?><alert/>")
                             << u"XML"_s;
        QTest::newRow("virtual data set")
            << u"a.vrt"_s << QByteArray("<OGRVRTDataSource/>") << u"XML"_s;
    }
    void damagedFilesSayWhy()
    {
        QFETCH(const QString, name);
        QFETCH(const QByteArray, bytes);
        QFETCH(const QString, reason);
        const auto table = readTable(put(name, bytes), {}, Progress());
        QVERIFY(!table);
        QCOMPARE(table.error().code, Errc::FileMalformed);
        QVERIFY2(table.error().detail.contains(reason), qPrintable(table.error().detail));
    }

    void whatIsNoFileSaysWhy()
    {
        const auto missing = readTable(m_folder.filePath(u"no.csv"_s), {}, Progress());
        QCOMPARE(missing.error().code, Errc::FileMissing);
        const auto folder = readTable(m_folder.path(), {}, Progress());
        QCOMPARE(folder.error().code, Errc::FileMalformed);
        QVERIFY(folder.error().detail.contains("folder"_L1));
        const auto device = readTable(u"/dev/zero"_s, {}, Progress());
        QCOMPARE(device.error().code, Errc::FileMalformed);
    }

    void aHugeFileIsRefusedUnread()
    {
        const QString path = put(u"huge.csv"_s, "a,b\n");
        QVERIFY(QFile::resize(path, 1LL << 30)); // one line of a gigabyte, sparse
        const auto table = readTable(path, {}, Progress());
        QCOMPARE(table.error().code, Errc::FileMalformed);
        QVERIFY(table.error().detail.contains("1024 MB"_L1));
        QVERIFY(QFile::remove(path));
    }

    void tooManyRowsAreRefused()
    {
        const QString path = put(u"rows.csv"_s, "a,b\n1,2\n3,4\n5,6\n");
        QCOMPARE(readTable(path, {.mostRows = 3}, Progress()).error().code, Errc::FileMalformed);
        QVERIFY(readTable(path, {.mostRows = 4}, Progress()));
    }

    void sharedFilesNeverCrash()
    {
        NEEDS_SHARED_DATA();
        QDirIterator files(shared, QDir::Files, QDirIterator::Subdirectories);
        int seen = 0;
        while (files.hasNext()) {
            const QString path = files.next();
            const auto table = readTable(path, {}, Progress());
            ++seen;
            QVERIFY2(table || table.error().code == Errc::FileMalformed, qPrintable(path));
            QVERIFY(table || table.error().detail.contains(path));
        }
        QVERIFY(seen > 20);
    }

    void sharedFilesRead_data()
    {
        QTest::addColumn<QString>("path");
        QTest::addColumn<bool>("readable");
        for (const char *no :
             {"cap/captools_example1.xml", "cap/gcap_xee.cap", "cap/kwc_mo-cap_monsoon.xml",
              "tiles/corrupt.mbtiles", "tiles/cogeo.tif", "osm/andorra.osm.pbf"})
            QTest::newRow(no) << QString::fromLatin1(no) << false;
        for (const char *yes : {"admin/qingdao_3702_streets.csv", "admin/longwosion_370200.json",
                                "vector/qfield_bees.gpkg", "vector/fiona_gre.shp",
                                "vector/2012-02-10.kml", "vector/iceland.kmz"})
            QTest::newRow(yes) << QString::fromLatin1(yes) << true;
    }
    void sharedFilesRead()
    {
        NEEDS_SHARED_DATA();
        QFETCH(const QString, path);
        const auto table = readTable(shared + u'/' + path, {}, Progress());
        QTEST(table.has_value(), "readable");
        if (table) {
            QVERIFY(!table->headers.isEmpty());
            QVERIFY(!table->rows.empty());
            for (const SourceRow &row : table->rows)
                QCOMPARE(row.cells.size(), table->headers.size());
        } else {
            QCOMPARE(table.error().code, Errc::FileMalformed);
        }
    }

    void theShapefileOfAnotherCodePageIsReadRight()
    {
        NEEDS_SHARED_DATA();
        const auto table = readTable(shared + u"/vector/fiona_gre.shp"_s, {}, Progress());
        QVERIFY(table);
        QVERIFY(table->hasPlaces);
        QCOMPARE(table->rows.size(), 1u);
        QVERIFY(table->rows[0].place && table->rows[0].place->isValid());
        QVERIFY(table->rows[0].cells.contains(u"Гренада"_s));
        QVERIFY(table->warnings.join(u' ').contains(u"centroid"_s));
    }

    void layersAreChosenByName()
    {
        NEEDS_SHARED_DATA();
        const QString path = shared + u"/vector/qfield_bees.gpkg"_s;
        const auto first = readTable(path, {}, Progress());
        QVERIFY(first);
        QVERIFY(first->warnings.join(u' ').contains(u"layers"_s));
        const auto again = readTable(path, {.layer = first->layer}, Progress());
        QVERIFY(again);
        QCOMPARE(again->rows, first->rows);
        QCOMPARE(readTable(path, {.layer = u"no such layer"_s}, Progress()).error().code,
                 Errc::NotFound);
    }

    void everyCoordinateSystemBecomesDegrees_data()
    {
        QTest::addColumn<int>("epsg");
        QTest::addColumn<double>("x");
        QTest::addColumn<double>("y");
        QTest::newRow("4326") << 4326 << 120.38 << 36.07;
        QTest::newRow("4490") << 4490 << 120.38 << 36.07; // its own axis order is latitude first
        QTest::newRow("3857") << 3857 << 13400640.302 << 4310257.544;
        QTest::newRow("4528") << 4528 << 40534231.9745 << 3993376.6824;
    }
    void everyCoordinateSystemBecomesDegrees()
    {
        QFETCH(const int, epsg);
        QFETCH(const double, x);
        QFETCH(const double, y);
        const auto table =
            readTable(makeGeoPackage(u"%1.gpkg"_s.arg(epsg), epsg, x, y), {}, Progress());
        QVERIFY2(table, table ? "" : qPrintable(table.error().detail));
        QCOMPARE(table->layer, u"teams"_s);
        QCOMPARE(table->rows.size(), 2u);
        QCOMPARE(table->rows[0].number, 1);
        QVERIFY(table->rows[0].place);
        const double off = distance(*table->rows[0].place, {120.38, 36.07}).value;
        QVERIFY2(off < 0.2, qPrintable(QString::number(off)));
        QVERIFY(!table->rows[1].place);
        QVERIFY(!table->rows[1].placeLost);
    }

    void spreadsheets()
    {
        GDALAllRegister();
        const QString path = m_folder.filePath(u"teams.xlsx"_s);
        GDALDatasetH dataset = GDALCreate(GDALGetDriverByName("XLSX"), qPrintable(path), 0, 0, 0,
                                          GDT_Unknown, nullptr);
        OGRLayerH sheet =
            GDALDatasetCreateLayer(dataset, "救援队伍一览表", nullptr, wkbNone, nullptr);
        const std::array types = {OFTString, OFTString, OFTReal, OFTInteger64};
        for (size_t i = 0; i < types.size(); ++i) {
            // The names are the first row of the sheet: a title over the header.
            OGRFieldDefnH column = OGR_Fld_Create(i == 0 ? "一览表" : "", types[i]);
            OGR_L_CreateField(sheet, column, 1);
            OGR_Fld_Destroy(column);
        }
        const auto add = [&](const char *a, const char *b, const char *c, const char *d) {
            OGRFeatureH feature = OGR_F_Create(OGR_L_GetLayerDefn(sheet));
            int i = 0;
            for (const char *text : {a, b, c, d}) {
                if (*text)
                    OGR_F_SetFieldString(feature, i, text);
                ++i;
            }
            if (OGR_L_CreateFeature(sheet, feature) != OGRERR_NONE)
                qFatal("can not write the row");
            OGR_F_Destroy(feature);
        };
        add("编号", "区划代码", "", "");
        add("", "", "", "");
        add("T1", "330681001001", "120.1234567891234", "1234567890123");
        GDALClose(dataset);
        const auto table = readTable(path, {}, Progress());
        QVERIFY2(table, table ? "" : qPrintable(table.error().detail));
        QCOMPARE(table->format, u"XLSX"_s);
        QCOMPARE(table->headerNumber, 2);
        QCOMPARE(table->headers, (QStringList{u"编号"_s, u"区划代码"_s}));
        QCOMPARE(table->rows.size(), 1u);
        QCOMPARE(table->rows[0].number, 4);
        QCOMPARE(table->rows[0].cells, (QStringList{u"T1"_s, u"330681001001"_s}));
        QVERIFY(table->rows[0].surplus);
    }

    void geoJsonWithAndWithoutACoordinateSystem_data()
    {
        QTest::addColumn<QByteArray>("crs");
        QTest::addColumn<QByteArray>("point");
        const QByteArray named = R"("crs":{"type":"name","properties":{"name":"%"}},)";
        QTest::newRow("none") << QByteArray() << QByteArray("120.38,36.07");
        QTest::newRow("CRS84") << QByteArray(named).replace("%", "urn:ogc:def:crs:OGC:1.3:CRS84")
                               << QByteArray("120.38,36.07");
        QTest::newRow("4490") << QByteArray(named).replace("%", "EPSG:4490")
                              << QByteArray("120.38,36.07");
        QTest::newRow("4490 urn") << QByteArray(named).replace("%", "urn:ogc:def:crs:EPSG::4490")
                                  << QByteArray("120.38,36.07");
        QTest::newRow("3857") << QByteArray(named).replace("%", "urn:ogc:def:crs:EPSG::3857")
                              << QByteArray("13400640.302,4310257.544");
    }
    void geoJsonWithAndWithoutACoordinateSystem()
    {
        QFETCH(const QByteArray, crs);
        QFETCH(const QByteArray, point);
        const QByteArray json =
            "\xEF\xBB\xBF{\"type\":\"FeatureCollection\"," + crs +
            R"("features":[{"type":"Feature","properties":{"编号":"001","date":"2026-08-12",
                                "n":7,"r":0.1,"none":null},"geometry":{"type":"Point","coordinates":[)" +
            point + "]}}]}";
        const auto table = readTable(put(u"p.geojson"_s, json), {}, Progress());
        QVERIFY2(table, table ? "" : qPrintable(table.error().detail));
        QCOMPARE(table->format, u"GeoJSON"_s);
        QCOMPARE(table->rows.size(), 1u);
        QCOMPARE(table->rows[0].cells.first(4),
                 (QStringList{u"001"_s, u"2026-08-12"_s, u"7"_s, u"0.1"_s}));
        QVERIFY(table->rows[0].cells[4].isNull());
        QVERIFY(table->rows[0].place);
        const double off = distance(*table->rows[0].place, {120.38, 36.07}).value;
        QVERIFY2(off < 0.2, qPrintable(QString::number(off)));
    }

    void aRunningReadCanBeStopped()
    {
        QByteArray bytes = "a,b\n";
        for (int i = 0; i < 5000; ++i)
            bytes += "1,2\n";
        const QString path = put(u"long.csv"_s, bytes);
        Progress *owner = nullptr;
        int reports = 0;
        Progress progress([&](qint64, qint64, const QString &) {
            if (++reports == 2)
                owner->cancel();
        });
        owner = &progress;
        QCOMPARE(readTable(path, {}, progress).error().code, Errc::Cancelled);
        QCOMPARE(reports, 2);
    }

    void aDrillsFileSaysSo()
    {
        const QString path = put(u"drill.csv"_s, "code,name,realm_mark\n1,a,演练 / EXERCISE\n");
        QCOMPARE(readTable(path, {}, Progress())->realmMark, u"演练 / EXERCISE"_s);
        const QString empty = put(u"drill0.csv"_s, "code,name,realm_mark\n");
        QCOMPARE(readTable(empty, {}, Progress())->realmMark, u"realm_mark"_s);
        const QString live = put(u"live.csv"_s, "code,name,最近演练\n1,a,2026-01-01\n");
        QVERIFY(readTable(live, {}, Progress())->realmMark.isEmpty());
    }

    void randomBytesNeverCrash()
    {
        quint32 state = 12345;
        const QByteArray seeds[] = {"a,b\n\"1\",2\n",
                                    "{\"type\":\"FeatureCollection\",\"features\":[]}",
                                    "\xEF\xBB\xBF编号;名称\n1;2"};
        for (int i = 0; i < 3000; ++i) {
            QByteArray bytes = seeds[i % 3];
            for (int k = 0; k < 1 + i % 7; ++k) {
                state = state * 1664525u + 1013904223u;
                bytes[(state >> 8) % bytes.size()] = static_cast<char>(state >> 24);
            }
            const auto table = readCsv(bytes, {}, Progress());
            QVERIFY(table || table.error().code == Errc::FileMalformed);
        }
    }
};

QTEST_GUILESS_MAIN(TestTable)
#include "tst_table.moc"
