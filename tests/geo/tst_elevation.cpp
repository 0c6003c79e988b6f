#include "maps/geo/elevation.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <gdal.h>
#include <ogr_srs_api.h>

#include <cmath>
#include <thread>

using namespace leeward;
using namespace leeward::geo;
using namespace Qt::StringLiterals;

namespace {

const QString shared = QStringLiteral(LEEWARD_SHARED_DATA);

#define NEEDS_SHARED_DATA()                                                                        \
    if (!QDir(shared).exists())                                                                    \
    QSKIP("the folder of shared test data is not there")

} // namespace

class TestElevation : public QObject
{
    Q_OBJECT

    QTemporaryDir m_folder;

    // 3 x 3 cells of `cell`, the upper left corner at `corner`; values 0 10 20 / 100 … / 200 …, the
    // middle one without.
    QString makeRaster(const QString &name, int epsg, LonLat corner, double cell)
    {
        GDALAllRegister();
        const QString path = m_folder.filePath(name);
        GDALDatasetH dataset =
            GDALCreate(GDALGetDriverByName("GTiff"), qPrintable(path), 3, 3, 1, GDT_Int16, nullptr);
        double transform[6] = {corner.lon, cell, 0, corner.lat, 0, -cell};
        GDALSetGeoTransform(dataset, transform);
        OGRSpatialReferenceH reference = OSRNewSpatialReference(nullptr);
        OSRImportFromEPSG(reference, epsg);
        GDALSetSpatialRef(dataset, reference);
        OSRRelease(reference);
        GDALRasterBandH band = GDALGetRasterBand(dataset, 1);
        GDALSetRasterNoDataValue(band, -9999);
        qint16 values[9] = {0, 10, 20, 100, -9999, 120, 200, 210, 220};
        if (GDALRasterIO(band, GF_Write, 0, 0, 3, 3, values, 3, 3, GDT_Int16, 0, 0) != CE_None)
            qFatal("can not write the raster");
        GDALClose(dataset);
        return path;
    }

private Q_SLOTS:
    void heights_data()
    {
        QTest::addColumn<double>("lon");
        QTest::addColumn<double>("lat");
        QTest::addColumn<double>("expected"); // NaN: none
        const double none = std::nan("");
        // Cell centres at 120.5, 121.5, 122.5 and 35.5, 34.5, 33.5.
        QTest::newRow("centre") << 120.5 << 35.5 << 0.0;
        QTest::newRow("between two") << 121.0 << 35.5 << 5.0;
        QTest::newRow("last centre") << 122.5 << 33.5 << 220.0;
        QTest::newRow("border holds") << 120.0 << 36.0 << 0.0;
        QTest::newRow("other border holds") << 123.0 << 33.0 << 220.0;
        QTest::newRow("no value") << 121.5 << 34.5 << none;
        QTest::newRow("nearest has no value") << 121.3 << 34.6 << none;
        QTest::newRow("beside no value") << 120.6 << 34.5 << 100.0;
        QTest::newRow("west of it") << 119.99 << 35.0 << none;
        QTest::newRow("north of it") << 121.0 << 36.01 << none;
        QTest::newRow("not on earth") << none << 35.0 << none;
    }
    void heights()
    {
        QFETCH(const double, lon);
        QFETCH(const double, lat);
        QFETCH(const double, expected);
        const auto model = ElevationModel::open(makeRaster(u"a.tif"_s, 4326, {120, 36}, 1));
        QVERIFY2(model, model ? "" : qPrintable(model.error().detail));
        const auto height = model->heightAt({lon, lat});
        QCOMPARE(height.has_value(), !std::isnan(expected));
        if (height)
            QVERIFY2(std::abs(*height - expected) < 1e-9, qPrintable(QString::number(*height)));
    }

    void projectedRasters()
    {
        // EPSG:4528 around 120.38 E 36.07 N, cells of a kilometre: the place is the middle of the
        // upper left cell.
        const auto model = ElevationModel::open(
            makeRaster(u"p.tif"_s, 4528, {40534231.97 - 500, 3993376.68 + 500}, 1000));
        QVERIFY2(model, model ? "" : qPrintable(model.error().detail));
        const auto height = model->heightAt({120.38, 36.07});
        QVERIFY(height);
        QVERIFY2(std::abs(*height) < 0.01, qPrintable(QString::number(*height)));
        QVERIFY(!model->heightAt({120.0, 36.07}));
    }

    void andorra()
    {
        NEEDS_SHARED_DATA();
        const auto model = ElevationModel::open(shared + u"/dem/N42E001.hgt.zip"_s);
        QVERIFY2(model, model ? "" : qPrintable(model.error().detail));
        const auto town = model->heightAt({1.5218, 42.5063});
        QVERIFY(town);
        QVERIFY2(*town > 950 && *town < 1150, qPrintable(QString::number(*town)));
        const auto peak = model->heightAt({1.4442, 42.5917});
        QVERIFY(peak);
        QVERIFY2(*peak > 2800 && *peak < 2960, qPrintable(QString::number(*peak)));
        QVERIFY(!model->heightAt({120.38, 36.07}));
    }

    void geoTiffOfTheSharedFolder()
    {
        NEEDS_SHARED_DATA();
        const auto model = ElevationModel::open(shared + u"/dem/ol_elevation-i16.tif"_s);
        QVERIFY(model);
        const auto height = model->heightAt({38.75, 9.03}); // Addis Ababa
        QVERIFY(height);
        QVERIFY2(*height > 2000 && *height < 3000, qPrintable(QString::number(*height)));
    }

    void manyThreadsGetTheSameHeights()
    {
        NEEDS_SHARED_DATA();
        const auto model = ElevationModel::open(shared + u"/dem/N42E001.hgt.zip"_s);
        QVERIFY(model);
        const auto sum = [&model] {
            double total = 0;
            for (int i = 0; i < 2000; ++i)
                total += model->heightAt({1.4 + i * 0.0001, 42.5 + i * 0.00005}).value_or(-1e6);
            return total;
        };
        const double expected = sum();
        double results[4] = {};
        {
            std::vector<std::jthread> threads;
            for (double &result : results)
                threads.emplace_back([&result, &sum] { result = sum(); });
        }
        for (const double result : results)
            QCOMPARE(result, expected);
        QBENCHMARK_ONCE
        {
            (void) sum();
        }
    }

    void whatIsNoRasterSaysWhy_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<QString>("name");
        QTest::newRow("empty") << QByteArray() << u"a.tif"_s;
        QTest::newRow("text") << QByteArray("a,b\n1,2\n") << u"a.tif"_s;
        QTest::newRow("half a header") << QByteArray("II*\0rubbish", 11) << u"a.tif"_s;
        QTest::newRow("short hgt") << QByteArray(100, 'x') << u"N42E001.hgt"_s;
        QTest::newRow("no archive") << QByteArray("PK\3\4rubbish") << u"N42E001.hgt.zip"_s;
    }
    void whatIsNoRasterSaysWhy()
    {
        QFETCH(const QByteArray, bytes);
        QFETCH(const QString, name);
        const QString path = m_folder.filePath(name);
        QFile file(path);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(bytes);
        file.close();
        const auto model = ElevationModel::open(path);
        QVERIFY(!model);
        QCOMPARE(model.error().code, Errc::FileMalformed);
        QVERIFY(model.error().detail.contains(path));
        QVERIFY(QFile::remove(path));
    }

    void whatIsNoFileSaysWhy()
    {
        QCOMPARE(ElevationModel::open(m_folder.filePath(u"no.tif"_s)).error().code,
                 Errc::FileMissing);
        QCOMPARE(ElevationModel::open(m_folder.path()).error().code, Errc::FileMalformed);
    }
};

QTEST_GUILESS_MAIN(TestElevation)
#include "tst_elevation.moc"
