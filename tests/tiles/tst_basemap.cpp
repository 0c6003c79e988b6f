#include "maps/tiles/basemapimport.h"
#include "maps/tiles/mapniksource.h"
#include "smallcoast.h"

#include <QTemporaryDir>
#include <QtTest>

using namespace leeward;
using namespace leeward::tiles;
using namespace Qt::StringLiterals;

class TestBaseMap : public QObject
{
    Q_OBJECT

private:
    QTemporaryDir m_dir;
    smallcoast::Places m_at;

    [[nodiscard]] QString path(const QString &name) const { return m_dir.filePath(name); }
    [[nodiscard]] QImage tileWith(TileSource &source, const QString &style, LonLat place, int zoom,
                                  int scale = 1)
    {
        TileAddress address = tileAt(place, zoom);
        address.scale = scale;
        const auto tiles = source.block(style, address.blockStart(source.blockSide()));
        if (!tiles)
            return {};
        const auto found = std::ranges::find(*tiles, address, &Tile::address);
        return found == tiles->end() ? QImage() : QImage::fromData(found->bytes);
    }

private Q_SLOTS:
    void initTestCase()
    {
        smallcoast::writeExtract(path(u"coast.osm"_s));
        const auto report =
            importBaseMap(smallcoast::importOf(path(u"coast.osm"_s), path(u"coast"_s)), Progress());
        QVERIFY2(report, report ? "" : qPrintable(report.error().detail));
        QCOMPARE(report->seaPolygons, 1);
        QCOMPARE(report->places, 1);
        QCOMPARE(report->warnings, QStringList());
        QCOMPARE(toIso(report->info.dataDate), u"2026-08-02T00:00:00.000Z"_s);
    }

    void theFactsSurviveTheFile()
    {
        const auto info = readBaseMapInfo(path(u"coast"_s));
        QVERIFY(info);
        QCOMPARE(info->name, u"coast"_s);
        QCOMPARE(info->reviewNumber, u"none: fictional"_s);
        QCOMPARE(info->attribution, u"fictional"_s);
        QCOMPARE(info->bounds, (LonLatBox{{120.0, 30.0}, {120.2, 30.2}}));
        QVERIFY(!info->version.isEmpty());
    }

    void sameInputSameVersion()
    {
        const auto again = importBaseMap(
            smallcoast::importOf(path(u"coast.osm"_s), path(u"again/coast"_s)), Progress());
        QVERIFY(again);
        QCOMPARE(again->info.version, readBaseMapInfo(path(u"coast"_s))->version);
        smallcoast::writeExtract(path(u"coast2.osm"_s), false);
        const auto other = importBaseMap(
            smallcoast::importOf(path(u"coast2.osm"_s), path(u"coast2"_s)), Progress());
        QVERIFY(other && other->info.version != again->info.version);
    }

    void landAndWaterLieRight_data()
    {
        QTest::addColumn<QString>("style");
        QTest::addColumn<int>("zoom");
        for (const QString &style : {u"street"_s, u"night"_s})
            for (const int zoom : {10, 12, 15})
                QTest::addRow("%s %d", qPrintable(style), zoom) << style << zoom;
    }
    void landAndWaterLieRight()
    {
        QFETCH(const QString, style);
        QFETCH(const int, zoom);
        const bool day = style == "street"_L1;
        const QColor land = day ? QColor(u"#f5f3ee"_s) : QColor(u"#1d232b"_s);
        const QColor sea = day ? QColor(u"#bcd5e3"_s) : QColor(u"#14303f"_s);
        const QColor lake = day ? QColor(u"#b5d1e1"_s) : QColor(u"#173a4f"_s);
        const QColor wood = day ? QColor(u"#d2e2c6"_s) : QColor(u"#1c2c28"_s);
        const auto source = MapnikSource::open(path(u"coast"_s));
        QVERIFY(source);
        for (const auto &[place, colour] :
             {std::pair(m_at.land, land), std::pair(m_at.sea, sea), std::pair(m_at.lake, lake),
              std::pair(m_at.island, wood)}) {
            const QImage image = tileWith(**source, style, place, zoom);
            QCOMPARE(image.size(), QSize(256, 256));
            const QColor seen = smallcoast::colourAt(image, tileAt(place, zoom), place);
            QVERIFY2(smallcoast::apart(seen, colour) <= 3,
                     qPrintable(seen.name() + u" for "_s + colour.name()));
        }
    }

    void fineTilesHaveTwiceThePixels()
    {
        const auto source = MapnikSource::open(path(u"coast"_s));
        QVERIFY(source);
        QCOMPARE(tileWith(**source, u"street"_s, m_at.town, 13, 2).size(), QSize(512, 512));
    }

    // The same ground with and without names: the names draw, and nothing else differs beyond their
    // size.
    void chineseNamesAreDrawn()
    {
        smallcoast::writeExtract(path(u"mute.osm"_s), false);
        QVERIFY(
            importBaseMap(smallcoast::importOf(path(u"mute.osm"_s), path(u"mute"_s)), Progress()));
        const auto named = MapnikSource::open(path(u"coast"_s));
        const auto mute = MapnikSource::open(path(u"mute"_s));
        QVERIFY(named && mute);
        const auto draw = [&](const auto &source) {
            return static_cast<MapnikSource *>(source->get())
                ->picture(u"street"_s, m_at.town, 13, {200, 80});
        };
        const auto with = draw(named);
        const auto without = draw(mute);
        QVERIFY(with && without);
        int dark = 0;
        int left = 200;
        int right = 0;
        for (int y = 0; y < 80; ++y) {
            for (int x = 0; x < 200; ++x) {
                if (with->pixelColor(x, y).lightness() < 110 &&
                    without->pixelColor(x, y).lightness() > 200) {
                    ++dark;
                    left = std::min(left, x);
                    right = std::max(right, x);
                }
            }
        }
        QVERIFY2(dark > 150, qPrintable(QString::number(dark))); // three dense characters
        QVERIFY2(right - left > 35 && right - left < 80,
                 qPrintable(u"%1-%2"_s.arg(left).arg(right))); // side by side
    }

    // A place name on the border of two blocks that are drawn apart is whole: the same as in one
    // picture across it.
    void namesCrossBlocksWhole()
    {
        const int zoom = 13;
        const TileAddress right = tileAt({120.06, 30.1}, zoom).blockStart(4);
        const MercatorBox box = blockBox(right, 4);
        const LonLat town{toLonLat({box.minX, 0}).lon, 30.10};
        QVERIFY(town.lon > 120.01 && town.lon < 120.09);
        smallcoast::writeExtract(path(u"border.osm"_s), true, town, false);
        QVERIFY(importBaseMap(smallcoast::importOf(path(u"border.osm"_s), path(u"border"_s)),
                              Progress()));
        const auto opened = MapnikSource::open(path(u"border"_s));
        QVERIFY(opened);
        auto &source = static_cast<MapnikSource &>(**opened);
        const TileAddress east = tileAt({town.lon + 1e-6, town.lat}, zoom);
        TileAddress west = east;
        --west.x;
        const QImage a = tileWith(source, u"street"_s, {town.lon - 1e-4, town.lat}, zoom);
        const QImage b = tileWith(source, u"street"_s, {town.lon + 1e-4, town.lat}, zoom);
        const MercatorBox tile = blockBox(east, 1);
        const auto across = source.picture(
            u"street"_s, toLonLat({tile.minX, (tile.minY + tile.maxY) / 2}), zoom, {512, 256});
        QVERIFY(across);
        int dark = 0;
        int different = 0;
        for (int y = 0; y < 256; ++y) {
            for (int x = 0; x < 40; ++x) {
                different +=
                    (smallcoast::apart(a.pixelColor(216 + x, y), across->pixelColor(216 + x, y)) >
                     8) +
                    (smallcoast::apart(b.pixelColor(x, y), across->pixelColor(256 + x, y)) > 8);
                dark += b.pixelColor(x, y).lightness() < 110;
            }
        }
        QVERIFY(dark > 40); // half of the name is on this side
        QCOMPARE(different, 0);
    }

    // Names along roads keep off the border of their block, where the next block can not go on with
    // them.
    void namesAlongRoadsKeepOffBorders()
    {
        smallcoast::writeExtract(path(u"nameless.osm"_s), true, {120.05, 30.10}, false);
        QVERIFY(importBaseMap(smallcoast::importOf(path(u"nameless.osm"_s), path(u"nameless"_s)),
                              Progress()));
        const auto named = MapnikSource::open(path(u"coast"_s));
        const auto mute = MapnikSource::open(path(u"nameless"_s));
        QVERIFY(named && mute);
        int written = 0;
        const LonLat road{120.05, 30.075};
        for (const int zoom : {14, 15, 16}) {
            const TileAddress first = tileAt(road, zoom).blockStart(4);
            for (int row = 0; row < 4; ++row) {
                for (const int column : {0, 3}) {
                    const TileAddress address{zoom, first.x + column, first.y + row, 1};
                    const MercatorBox box = blockBox(address, 1);
                    const LonLat middle =
                        toLonLat({(box.minX + box.maxX) / 2, (box.minY + box.maxY) / 2});
                    const QImage a = tileWith(**named, u"street"_s, middle, zoom);
                    const QImage b = tileWith(**mute, u"street"_s, middle, zoom);
                    int marked = 0; // pixels of a name on the border; its halo may end there
                    for (int y = 0; y < 256; ++y)
                        marked += smallcoast::apart(a.pixelColor(column == 0 ? 0 : 255, y),
                                                    b.pixelColor(column == 0 ? 0 : 255, y)) > 60;
                    QVERIFY2(
                        marked == 0,
                        qPrintable(
                            u"zoom %1 row %2 column %3: %4"_s.arg(zoom).arg(row).arg(column).arg(
                                marked)));
                    written += a != b;
                }
            }
        }
        QVERIFY(written > 0);
    }

    void badInputsAreRefused_data()
    {
        QTest::addColumn<QByteArray>("content"); // null = no file
        QTest::addColumn<QString>("name");
        QTest::addColumn<Errc>("code");
        QTest::newRow("missing") << QByteArray() << u"none.osm.pbf"_s << Errc::FileMissing;
        QTest::newRow("empty") << QByteArray("") << u"empty.osm.pbf"_s << Errc::FileMalformed;
        QTest::newRow("noise") << QByteArray("\x01\x02\x03 not a map at all, only noise in a file",
                                             44)
                               << u"noise.osm.pbf"_s << Errc::FileMalformed;
        QTest::newRow("cut off")
            << QByteArray("<?xml version='1.0'?><osm version='0.6'><node id='1' lat='3")
            << u"cut.osm"_s << Errc::FileMalformed;
        QTest::newRow("nothing in it")
            << QByteArray("<?xml version='1.0'?><osm version='0.6'></osm>") << u"void.osm"_s
            << Errc::FileMalformed;
        QTest::newRow("unknown kind")
            << QByteArray("hello") << u"hello.txt"_s << Errc::FileMalformed;
    }
    void badInputsAreRefused()
    {
        QFETCH(const QByteArray, content);
        QFETCH(const QString, name);
        QFETCH(const Errc, code);
        if (!content.isNull()) {
            QFile file(path(name));
            QVERIFY(file.open(QIODevice::WriteOnly));
            file.write(content);
        }
        const QString out = path(u"out-of-bad"_s);
        const auto report = importBaseMap(smallcoast::importOf(path(name), out), Progress());
        QVERIFY(!report);
        QCOMPARE(report.error().code, code);
        QVERIFY(report.error().detail.contains(name));
        QVERIFY(!QFileInfo::exists(out) && !QFileInfo::exists(out + u".new"_s));
    }

    void aBadHeightModelLeavesNothing()
    {
        QFile file(path(u"bad.tif"_s));
        QVERIFY(file.open(QIODevice::WriteOnly) && file.write("II*") > 0);
        file.close();
        auto options = smallcoast::importOf(path(u"coast.osm"_s), path(u"with-bad-dem"_s));
        options.demFiles = {path(u"bad.tif"_s)};
        const auto report = importBaseMap(options, Progress());
        QVERIFY(!report && report.error().code == Errc::FileMalformed);
        QVERIFY(!QFileInfo::exists(options.outFolder) &&
                !QFileInfo::exists(options.outFolder + u".new"_s));
    }

    void optionsAreChecked()
    {
        auto options = smallcoast::importOf(path(u"coast.osm"_s), path(u"checked"_s));
        options.reviewNumber = u"  "_s;
        QCOMPARE(importBaseMap(options, Progress()).error().code, Errc::InvalidArgument);
        options = smallcoast::importOf(path(u"coast.osm"_s), path(u"coast"_s));
        QCOMPARE(importBaseMap(options, Progress()).error().code, Errc::AlreadyExists);
        options.outFolder = m_dir.path();
        options.replace = true; // is no base map: never taken away
        QCOMPARE(importBaseMap(options, Progress()).error().code, Errc::Refused);
        QVERIFY(QFile::exists(path(u"coast.osm"_s)));
    }

    // Cancelled at every step it reports: neither a new folder nor a changed old one.
    void cancelLeavesNothing()
    {
        const QString out = path(u"cancelled"_s);
        QVERIFY(importBaseMap(smallcoast::importOf(path(u"coast2.osm"_s), out), Progress()));
        const QString before = readBaseMapInfo(out)->version;
        auto options = smallcoast::importOf(path(u"coast.osm"_s), out);
        options.replace = true;
        int cancelled = 0;
        for (int step = 1;; ++step) {
            Progress *self = nullptr;
            int count = 0;
            Progress progress([&](qint64, qint64, const QString &) {
                if (++count == step)
                    self->cancel();
            });
            self = &progress;
            const auto report = importBaseMap(options, progress);
            if (report)
                break;
            ++cancelled;
            QCOMPARE(report.error().code, Errc::Cancelled);
            QCOMPARE(readBaseMapInfo(out)->version, before);
            QVERIFY(!QFileInfo::exists(out + u".new"_s) && !QFileInfo::exists(out + u".old"_s));
        }
        QVERIFY(cancelled >= 2);
        QVERIFY(readBaseMapInfo(out)->version != before);
    }

    void aRealCountryWithRelief()
    {
        const QDir data(QStringLiteral(LEEWARD_SHARED_DATA));
        if (!data.exists(u"osm/andorra.osm.pbf"_s) || !data.exists(u"dem/N42E001.hgt.zip"_s))
            QSKIP("the shared test data is not here");
        auto options =
            smallcoast::importOf(data.filePath(u"osm/andorra.osm.pbf"_s), path(u"andorra"_s));
        options.demFiles = {data.filePath(u"dem/N42E001.hgt.zip"_s)};
        const auto report = importBaseMap(options, Progress());
        QVERIFY2(report, report ? "" : qPrintable(report.error().detail));
        QVERIFY(report->info.hasRelief);
        QVERIFY(report->roads > 1000);
        QCOMPARE(report->seaPolygons, 0);
        const auto source = MapnikSource::open(path(u"andorra"_s));
        QVERIFY(source);
        for (const QString &style : (*source)->styles()) {
            const QImage image = tileWith(**source, style, {1.52, 42.51}, 13);
            QCOMPARE(image.size(), QSize(256, 256));
            QSet<QRgb> colours;
            for (int i = 0; i < 256; ++i)
                colours << image.pixel(i, i);
            QVERIFY(colours.size() > 20); // relief and roads, not a flat tint
        }
    }
};

QTEST_GUILESS_MAIN(TestBaseMap)
#include "tst_basemap.moc"
