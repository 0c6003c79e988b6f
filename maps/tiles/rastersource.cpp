#include "maps/tiles/rastersource.h"

#include "maps/tiles/tilepictures.h"

#include <cpl_string.h>
#include <gdal.h>
#include <gdal_utils.h>
#include <gdalwarper.h>

#include <QCryptographicHash>
#include <QDateTime>
#include <QFileInfo>

#include <cmath>
#include <mutex>

using namespace Qt::StringLiterals;

namespace leeward::tiles {

namespace {

struct DatasetCloser
{
    void operator()(void *dataset) const { GDALClose(dataset); }
};
using Dataset = std::unique_ptr<void, DatasetCloser>;

// A picture with a palette, as the colours it means.
Dataset withoutPalette(GDALDatasetH original)
{
    char **words = nullptr;
    for (const char *word : {"-of", "VRT", "-expand", "rgba"})
        words = CSLAddString(words, word);
    GDALTranslateOptions *options = GDALTranslateOptionsNew(words, nullptr);
    CSLDestroy(words);
    Dataset view(GDALTranslate("", original, options, nullptr));
    GDALTranslateOptionsFree(options);
    return view;
}

// The picture as GDAL would see it in EPSG:3857 with an alpha channel, computed on reading.
Dataset mercatorView(GDALDatasetH original)
{
    char **words = nullptr;
    for (const char *word : {"-of", "VRT", "-t_srs", "EPSG:3857", "-r", "bilinear", "-dstalpha"})
        words = CSLAddString(words, word);
    GDALWarpAppOptions *options = GDALWarpAppOptionsNew(words, nullptr);
    CSLDestroy(words);
    Dataset view(GDALWarp("", nullptr, 1, &original, options, nullptr));
    GDALWarpAppOptionsFree(options);
    return view;
}

} // namespace

struct RasterSource::Data
{
    Dataset original;
    Dataset expanded; // only for a picture with a palette
    Dataset view;
    std::mutex mutex; // a GDAL dataset serves one thread at a time
    BaseMapInfo info;
    MercatorBox box;
    double pixel = 1; // metres of the projection
};

RasterSource::RasterSource(std::unique_ptr<Data> data)
    : m_data(std::move(data))
{
}

RasterSource::~RasterSource()
{
    m_data->view.reset(); // each reads from the one before
    m_data->expanded.reset();
}

Result<std::shared_ptr<TileSource>> RasterSource::open(const QString &path)
{
    static std::once_flag once;
    std::call_once(once, [] { GDALAllRegister(); });
    CPLErrorReset();
    CPLPushErrorHandler(CPLQuietErrorHandler);
    auto data = std::make_unique<Data>();
    data->original.reset(GDALOpenEx(path.toUtf8().constData(), GDAL_OF_RASTER | GDAL_OF_READONLY,
                                    nullptr, nullptr, nullptr));
    const QString message = QString::fromUtf8(CPLGetLastErrorMsg());
    const char *wkt = data->original ? GDALGetProjectionRef(data->original.get()) : "";
    if (data->original && GDALGetRasterCount(data->original.get()) == 1 &&
        GDALGetRasterColorTable(GDALGetRasterBand(data->original.get(), 1)))
        data->expanded = withoutPalette(data->original.get());
    if (data->original && *wkt)
        data->view = mercatorView(data->expanded ? data->expanded.get() : data->original.get());
    CPLPopErrorHandler();
    if (!data->original)
        return fail(Errc::FileMalformed, path + u": no base map Leeward can read: "_s + message);
    double t[6] = {};
    if (!data->view || GDALGetGeoTransform(data->view.get(), t) != CE_None)
        return fail(Errc::Unsupported,
                    path + u": the picture does not say where on the ground it lies"_s);
    if (GDALGetRasterDataType(GDALGetRasterBand(data->original.get(), 1)) != GDT_Byte)
        return fail(Errc::Unsupported,
                    path + u": only pictures with 8 bits a channel can be a base map"_s);
    data->pixel = t[1];
    data->box = {t[0], t[3] + t[5] * GDALGetRasterYSize(data->view.get()),
                 t[0] + t[1] * GDALGetRasterXSize(data->view.get()), t[3]};
    const QFileInfo file(path);
    data->info.name = file.completeBaseName();
    data->info.bounds = {toLonLat({data->box.minX, data->box.minY}),
                         toLonLat({data->box.maxX, data->box.maxY})};
    data->info.maxZoom = std::clamp(
        static_cast<int>(std::ceil(std::log2(resolution(0) / t[1]))) + 1, 0, maximumZoom);
    data->info.minZoom =
        std::clamp(static_cast<int>(std::log2(2 * mercatorHalf /
                                              std::max(data->box.width(), data->box.height()))) -
                       1,
                   0, data->info.maxZoom);
    const QByteArray identity = file.absoluteFilePath().toUtf8() + QByteArray::number(file.size()) +
                                QByteArray::number(file.lastModified().toMSecsSinceEpoch());
    data->info.version = QString::fromLatin1(
        QCryptographicHash::hash(identity, QCryptographicHash::Sha256).toHex().first(16));
    return std::shared_ptr<TileSource>(new RasterSource(std::move(data)));
}

const BaseMapInfo &RasterSource::info() const
{
    return m_data->info;
}

Result<std::vector<Tile>> RasterSource::block(const QString &, TileAddress first)
{
    const int side = std::min(blockSide(), 1 << first.zoom);
    const int pixels = 256 * first.scale * side;
    QImage image(pixels, pixels, QImage::Format_RGBA8888);
    image.fill(Qt::transparent);
    const MercatorBox ground = blockBox(first, side);
    const MercatorBox &all = m_data->box;
    const MercatorBox part{std::max(ground.minX, all.minX), std::max(ground.minY, all.minY),
                           std::min(ground.maxX, all.maxX), std::min(ground.maxY, all.maxY)};
    const double perPixel = ground.width() / pixels;
    const QRect target(qRound((part.minX - ground.minX) / perPixel),
                       qRound((ground.maxY - part.maxY) / perPixel),
                       qRound(part.width() / perPixel), qRound(part.height() / perPixel));
    if (part.isEmpty() || target.isEmpty())
        return cutBlock(image, first, side);

    const std::scoped_lock lock(m_data->mutex);
    GDALRasterIOExtraArg how;
    INIT_RASTERIO_EXTRA_ARG(how);
    how.eResampleAlg = GRIORA_Bilinear;
    how.bFloatingPointWindowValidity = TRUE;
    how.dfXOff = (part.minX - all.minX) / m_data->pixel;
    how.dfYOff = (all.maxY - part.maxY) / m_data->pixel;
    how.dfXSize = part.width() / m_data->pixel;
    how.dfYSize = part.height() / m_data->pixel;
    const int width = GDALGetRasterXSize(m_data->view.get());
    const int height = GDALGetRasterYSize(m_data->view.get());
    const int left = std::clamp(static_cast<int>(how.dfXOff), 0, width - 1);
    const int top = std::clamp(static_cast<int>(how.dfYOff), 0, height - 1);
    const int columns = std::clamp(static_cast<int>(std::ceil(how.dfXSize)), 1, width - left);
    const int rows = std::clamp(static_cast<int>(std::ceil(how.dfYSize)), 1, height - top);
    const int bands = GDALGetRasterCount(m_data->view.get());
    int red[4] = {1, 2, 3, bands};
    if (bands < 4) // grey and alpha
        red[1] = red[2] = 1;
    unsigned char *start = image.scanLine(target.top()) + qsizetype(target.left()) * 4;
    const QRect inside = target.intersected(image.rect());
    const CPLErr error = GDALDatasetRasterIOEx(m_data->view.get(), GF_Read, left, top, columns,
                                               rows, start, inside.width(), inside.height(),
                                               GDT_Byte, 4, red, 4, image.bytesPerLine(), 1, &how);
    if (error != CE_None)
        return fail(Errc::Corrupt,
                    m_data->info.name + u": "_s + QString::fromUtf8(CPLGetLastErrorMsg()));
    return cutBlock(image, first, side);
}

} // namespace leeward::tiles
