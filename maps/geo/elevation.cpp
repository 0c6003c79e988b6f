#include "maps/geo/elevation.h"

#include "maps/geo/gdal.h"

#include <QFileInfo>

#include <algorithm>
#include <array>
#include <cmath>
#include <mutex>
#include <vector>

namespace leeward::geo {

using namespace Qt::StringLiterals;

struct ElevationModel::Raster
{
    Dataset dataset;
    GDALRasterBandH band = nullptr;
    int width = 0;
    int height = 0;
    std::array<double, 6> toCell = {}; // from the raster's plane to columns and rows
    Transformation fromWgs84;          // null when the plane is degrees of WGS 84
    std::optional<double> noData;
    double scale = 1;
    double offset = 0;
    std::vector<float>
        cells;        // all of them, row by row; empty when the raster is too large for that
    std::mutex mutex; // GDAL data sets and transformations serve one thread at a time

    // The block of `wide` x `high` cells (at most 2 x 2) at a corner. Without `cells` only under
    // the mutex.
    [[nodiscard]] bool read(int left, int top, int wide, int high, std::array<double, 4> &out) const
    {
        if (cells.empty())
            return GDALRasterIO(band, GF_Read, left, top, wide, high, out.data(), wide, high,
                                GDT_Float64, 0, 0) == CE_None;
        for (int j = 0; j < high; ++j) {
            for (int i = 0; i < wide; ++i)
                out[static_cast<size_t>(j * wide + i)] = static_cast<double>(
                    cells[static_cast<size_t>(top + j) * static_cast<size_t>(width) +
                          static_cast<size_t>(left + i)]);
        }
        return true;
    }

    [[nodiscard]] bool isNoData(double value) const
    {
        return !std::isfinite(value) || (noData && std::abs(value - *noData) < 1e-6);
    }
};

namespace {

// The raster inside an archive, or the file itself.
Result<QString> rasterPath(const QString &path)
{
    if (!path.endsWith(".zip"_L1, Qt::CaseInsensitive))
        return path;
    const QString archive = u"/vsizip/"_s + path;
    const CPLStringList entries(VSIReadDir(archive.toUtf8().constData()));
    for (int i = 0; i < entries.Count(); ++i) {
        const QString name = QString::fromUtf8(entries[i]);
        const QString lower = name.toLower();
        if (lower.endsWith(".hgt"_L1) || lower.endsWith(".tif"_L1) || lower.endsWith(".tiff"_L1))
            return QString(archive + u'/' + name);
    }
    return fail(Errc::FileMalformed, path + u": no .hgt or .tif in the archive"_s);
}

Result<Transformation> transformationFromWgs84(OGRSpatialReferenceH target)
{
    TRY_ASSIGN(const SpatialReference source, wgs84());
    SpatialReference to(OSRClone(target));
    OSRSetAxisMappingStrategy(to.get(), OAMS_TRADITIONAL_GIS_ORDER);
    if (OSRIsSame(source.get(), to.get()))
        return Transformation();
    Transformation transformation(OCTNewCoordinateTransformation(source.get(), to.get()));
    if (!transformation)
        return fail(Errc::FileMalformed, u"no way from WGS 84 to the raster's coordinate system"_s);
    return transformation;
}

} // namespace

ElevationModel::ElevationModel(std::unique_ptr<Raster> raster)
    : m_raster(std::move(raster))
{
}
ElevationModel::ElevationModel(ElevationModel &&) noexcept = default;
ElevationModel &ElevationModel::operator=(ElevationModel &&) noexcept = default;
ElevationModel::~ElevationModel() = default;

Result<ElevationModel> ElevationModel::open(const QString &path)
{
    const QFileInfo info(path);
    if (!info.exists())
        return fail(Errc::FileMissing, path + u": no such file"_s);
    if (!info.isFile())
        return fail(Errc::FileMalformed, path + u": not an ordinary file"_s);
    if (!info.isReadable())
        return fail(Errc::FileUnreadable, path + u": can not be read"_s);
    registerDrivers();
    ErrorScope errors;
    TRY_ASSIGN(const QString inside, rasterPath(info.absoluteFilePath()));
    auto raster = std::make_unique<Raster>();
    const std::array<const char *, 4> drivers = {"GTiff", "COG", "SRTMHGT", nullptr};
    raster->dataset.reset(GDALOpenEx(inside.toUtf8().constData(), GDAL_OF_RASTER | GDAL_OF_READONLY,
                                     drivers.data(), nullptr, nullptr));
    if (!raster->dataset)
        return fail(Errc::FileMalformed,
                    path + u": "_s + errors.errors(u"neither GeoTIFF nor .hgt"_s));
    GDALDatasetH dataset = raster->dataset.get();
    std::array<double, 6> toGround = {};
    if (GDALGetRasterCount(dataset) < 1 ||
        GDALGetGeoTransform(dataset, toGround.data()) != CE_None ||
        !GDALInvGeoTransform(toGround.data(), raster->toCell.data()))
        return fail(Errc::FileMalformed, path + u": the raster does not say where it lies"_s);
    if (OGRSpatialReferenceH reference = GDALGetSpatialRef(dataset)) {
        TRY_ASSIGN(raster->fromWgs84, transformationFromWgs84(reference));
    }
    raster->band = GDALGetRasterBand(dataset, 1);
    raster->width = GDALGetRasterXSize(dataset);
    raster->height = GDALGetRasterYSize(dataset);
    int has = 0;
    const double noData = GDALGetRasterNoDataValue(raster->band, &has);
    if (has)
        raster->noData = noData;
    raster->scale = GDALGetRasterScale(raster->band, nullptr);
    raster->offset = GDALGetRasterOffset(raster->band, nullptr);
    // In memory a look-up costs no lock and no inflating of an archive; 32 M cells are 128 MB.
    constexpr qint64 mostInMemory = 32'000'000;
    const qint64 count = qint64(raster->width) * raster->height;
    if (count <= mostInMemory) {
        raster->cells.resize(static_cast<size_t>(count));
        if (GDALRasterIO(raster->band, GF_Read, 0, 0, raster->width, raster->height,
                         raster->cells.data(), raster->width, raster->height, GDT_Float32, 0,
                         0) != CE_None)
            return fail(Errc::FileMalformed, path + u": "_s + errors.errors(u"damaged"_s));
    }
    return ElevationModel(std::move(raster));
}

std::optional<double> ElevationModel::heightAt(LonLat place) const
{
    if (!place.isValid())
        return std::nullopt;
    Raster &raster = *m_raster;
    std::unique_lock lock(raster.mutex, std::defer_lock);
    std::optional<ErrorScope> quiet;
    if (raster.fromWgs84 || raster.cells.empty()) {
        lock.lock();
        quiet.emplace();
    }
    double x = place.lon;
    double y = place.lat;
    if (raster.fromWgs84 && !OCTTransform(raster.fromWgs84.get(), 1, &x, &y, nullptr))
        return std::nullopt;
    double column = 0;
    double row = 0;
    GDALApplyGeoTransform(raster.toCell.data(), x, y, &column, &row);
    if (!(column >= 0 && column <= raster.width && row >= 0 && row <= raster.height))
        return std::nullopt;
    // Cell centres lie at .5; beyond the outermost ones their values hold.
    column = std::clamp(column - 0.5, 0.0, raster.width - 1.0);
    row = std::clamp(row - 0.5, 0.0, raster.height - 1.0);
    const int left = std::clamp(static_cast<int>(column), 0, std::max(0, raster.width - 2));
    const int top = std::clamp(static_cast<int>(row), 0, std::max(0, raster.height - 2));
    const int wide = std::min(2, raster.width);
    const int high = std::min(2, raster.height);
    std::array<double, 4> cells = {};
    if (!raster.read(left, top, wide, high, cells))
        return std::nullopt;
    double sum = 0;
    double weights = 0;
    double nearest = -1;
    bool nearestKnown = false;
    for (int j = 0; j < high; ++j) {
        for (int i = 0; i < wide; ++i) {
            const double value = cells[static_cast<size_t>(j * wide + i)];
            const double weight = std::max(0.0, 1 - std::abs(column - left - i)) *
                                  std::max(0.0, 1 - std::abs(row - top - j));
            const bool known = !raster.isNoData(value);
            if (weight > nearest) {
                nearest = weight;
                nearestKnown = known;
            }
            if (known) {
                sum += weight * value;
                weights += weight;
            }
        }
    }
    if (!nearestKnown || weights <= 0)
        return std::nullopt;
    return sum / weights * raster.scale + raster.offset;
}

} // namespace leeward::geo
