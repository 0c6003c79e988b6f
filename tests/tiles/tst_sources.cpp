#include "maps/tiles/tilecache.h"
#include "maps/tiles/tilepictures.h"
#include "maps/tiles/tilesource.h"

#include <QDir>
#include <QTemporaryDir>
#include <QtTest>

using namespace leeward;
using namespace leeward::tiles;
using namespace Qt::StringLiterals;

class TestSources : public QObject
{
    Q_OBJECT

private:
    QTemporaryDir m_dir;
    QDir m_data{QStringLiteral(LEEWARD_SHARED_DATA)};

    QString write(const QString &name, const QByteArray &content)
    {
        QFile file(m_dir.filePath(name));
        if (file.open(QIODevice::WriteOnly))
            file.write(content);
        return file.fileName();
    }

private Q_SLOTS:
    void tileAddresses()
    {
        QCOMPARE(tileAt({0, 0}, 1), (TileAddress{1, 1, 1, 1}));
        QCOMPARE(tileAt({-180, 85.05}, 3), (TileAddress{3, 0, 0, 1}));
        QCOMPARE(tileAt({180, -85.05}, 3),
                 (TileAddress{3, 7, 7, 1})); // the far edge belongs to the last tile
        QCOMPARE((TileAddress{5, 13, 22, 2}.blockStart(4)), (TileAddress{5, 12, 20, 2}));
        QVERIFY(!(TileAddress{2, 4, 0, 1}.isValid()));
        QVERIFY(!(TileAddress{2, -1, 0, 1}.isValid()));
        QVERIFY(!(TileAddress{31, 0, 0, 1}.isValid()));
        QVERIFY(!(TileAddress{2, 0, 0, 3}.isValid()));
        const LonLat place{120.123, -33.3};
        QVERIFY(distance(toLonLat(toMercator(place)), place).value < 0.001);
    }

    void badFilesAreRefused_data()
    {
        QTest::addColumn<QByteArray>("content");
        QTest::addColumn<QString>("name");
        QTest::newRow("empty") << QByteArray() << u"empty.mbtiles"_s;
        QTest::newRow("text") << QByteArray("this is no tile file, whatever it says")
                              << u"text.mbtiles"_s;
        QTest::newRow("only a header")
            << QByteArray("SQLite format 3\0", 16) << u"header.mbtiles"_s;
        QTest::newRow("no picture") << QByteArray("II*\0garbage", 11) << u"garbage.tif"_s;
    }
    void badFilesAreRefused()
    {
        QFETCH(const QByteArray, content);
        QFETCH(const QString, name);
        const auto source = openTileSource(write(name, content));
        QVERIFY(!source);
        QVERIFY(source.error().detail.contains(name));
    }

    void missingIsSaid()
    {
        QCOMPARE(openTileSource(m_dir.filePath(u"none"_s)).error().code, Errc::FileMissing);
        QCOMPARE(openTileSource(m_dir.path()).error().code,
                 Errc::FileMissing); // a folder without basemap.json
    }

    void damagedMbtiles()
    {
        if (!m_data.exists(u"tiles/corrupt.mbtiles"_s))
            QSKIP("the shared test data is not here");
        const auto source = openTileSource(m_data.filePath(u"tiles/corrupt.mbtiles"_s));
        if (!source) {
            QVERIFY(source.error().detail.contains(u"corrupt.mbtiles"_s));
            return;
        }
        // It opens because its first pages are whole; its tiles are then errors or absent, never a
        // crash.
        const auto tiles = (*source)->block(u"street"_s, {0, 0, 0, 1});
        QVERIFY(!tiles || tiles->front().bytes.isEmpty());
    }

    // MBTiles counts rows from the south; the file's tile 1/0/0 of the north-west is its row 1.
    void mbtilesRowsAreTurned()
    {
        if (!m_data.exists(u"tiles/plain_1.mbtiles"_s))
            QSKIP("the shared test data is not here");
        const auto source = openTileSource(m_data.filePath(u"tiles/plain_1.mbtiles"_s));
        QVERIFY2(source, source ? "" : qPrintable(source.error().detail));
        QCOMPARE((*source)->info().minZoom, 0);
        QCOMPARE((*source)->info().maxZoom, 4);
        // Greenland: the world tile shows it in its upper half, so the tile north of the equator
        // must be that quarter.
        const auto world = (*source)->block(u"street"_s, {0, 0, 0, 1});
        QVERIFY(world && !world->front().bytes.isEmpty());
        const QImage whole =
            QImage::fromData(world->front().bytes).convertToFormat(QImage::Format_RGB32);
        QCOMPARE(whole.size(), QSize(256, 256));
        for (int x = 0; x < 2; ++x) {
            for (int y = 0; y < 2; ++y) {
                const auto quarter = (*source)->block(u"street"_s, {1, x, y, 1});
                QVERIFY(quarter && !quarter->front().bytes.isEmpty());
                const QImage fine =
                    QImage::fromData(quarter->front().bytes)
                        .convertToFormat(QImage::Format_RGB32)
                        .scaled(32, 32, Qt::IgnoreAspectRatio, Qt::SmoothTransformation);
                const auto distanceTo = [&](int row) {
                    const QImage part =
                        whole.copy(x * 128, row * 128, 128, 128)
                            .scaled(32, 32, Qt::IgnoreAspectRatio, Qt::SmoothTransformation);
                    qint64 sum = 0;
                    for (int v = 0; v < 32; ++v)
                        for (int u = 0; u < 32; ++u)
                            sum += std::abs(qGray(part.pixel(u, v)) - qGray(fine.pixel(u, v)));
                    return sum;
                };
                QVERIFY2(distanceTo(y) < distanceTo(1 - y),
                         qPrintable(u"%1/%2: %3, %4"_s.arg(x)
                                        .arg(y)
                                        .arg(distanceTo(y))
                                        .arg(distanceTo(1 - y))));
            }
        }
    }

    void aGeoreferencedPictureIsCut()
    {
        if (!m_data.exists(u"tiles/cogeo.tif"_s))
            QSKIP("the shared test data is not here");
        const auto source = openTileSource(m_data.filePath(u"tiles/cogeo.tif"_s));
        if (!source) {
            QCOMPARE(source.error().code,
                     Errc::Unsupported); // not 8 bits a channel: said, not drawn wrong
            return;
        }
        const auto &info = (*source)->info();
        const LonLat middle{(info.bounds.southWest.lon + info.bounds.northEast.lon) / 2,
                            (info.bounds.southWest.lat + info.bounds.northEast.lat) / 2};
        const auto tiles =
            (*source)->block(u"satellite"_s, tileAt(middle, info.maxZoom - 2).blockStart(2));
        QVERIFY(tiles);
        QCOMPARE(QImage::fromData(tiles->front().bytes).size(), QSize(256, 256));
    }

    void theCacheGivesBackWhatItGot()
    {
        const auto cache = TileCache::open(m_dir.filePath(u"cache"_s), u"v1"_s, 1 << 20);
        QVERIFY(cache);
        const TileAddress a{3, 4, 5, 1};
        TileAddress fine = a;
        fine.scale = 2;
        QVERIFY(!cache->find(u"street"_s, a));
        cache->insert(u"street"_s, {{a, "one", "image/png"}, {fine, "two", "image/png"}});
        QCOMPARE(cache->find(u"street"_s, a)->bytes, "one");
        QCOMPARE(cache->find(u"street"_s, fine)->bytes, "two");
        QVERIFY(!cache->find(u"night"_s, a));
    }

    void theCacheIsBoundAndSurvivesDamage()
    {
        const QString folder = m_dir.filePath(u"bound"_s);
        {
            const auto cache = TileCache::open(folder, u"v1"_s, 100'000);
            for (int x = 0; x < 200; ++x)
                cache->insert(u"street"_s, {{{10, x, 0, 1}, QByteArray(1000, 'x'), "image/png"}});
            QVERIFY(cache->find(u"street"_s, {10, 199, 0, 1})); // the newest stay
            QVERIFY(!cache->find(u"street"_s, {10, 0, 0, 1}));
        }
        QFile file(QDir(folder).filePath(u"v1.tiles"_s));
        QVERIFY(file.open(QIODevice::WriteOnly | QIODevice::Truncate));
        file.write("not a cache");
        file.close();
        const auto cache = TileCache::open(folder, u"v1"_s, 100'000);
        QVERIFY(cache);
        cache->insert(u"street"_s, {{{1, 0, 0, 1}, "x", "image/png"}});
        QVERIFY(cache->find(u"street"_s, {1, 0, 0, 1}));
    }

    void theHatchRunsOn()
    {
        const QImage tile = QImage::fromData(noMapTile(false, 1));
        QCOMPARE(tile.size(), QSize(256, 256));
        QCOMPARE(QImage::fromData(noMapTile(true, 2)).size(), QSize(512, 512));
        for (int i = 0; i < 256; ++i) // the pixel after the right edge is the left edge's
            QCOMPARE(tile.pixel(0, i), tile.pixel(255, (i + 1) % 256));
    }
};

QTEST_GUILESS_MAIN(TestSources)
#include "tst_sources.moc"
