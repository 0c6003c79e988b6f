#include "maps/tiles/relief.h"

#include <cpl_conv.h>
#include <cpl_string.h>
#include <gdal.h>
#include <gdal_alg.h>
#include <gdal_utils.h>
#include <ogr_api.h>

#include <QDir>
#include <QFileInfo>

#include <algorithm>
#include <cmath>
#include <memory>
#include <mutex>

using namespace Qt::StringLiterals;

namespace leeward::tiles {

namespace {

constexpr int largestSide = 6000; // pixels of the prepared rasters
constexpr double exaggeration = 1.4;
constexpr double noHeight = -9999;

struct DatasetCloser
{
    void operator()(void *dataset) const { GDALClose(dataset); }
};
using Dataset = std::unique_ptr<void, DatasetCloser>;

// Arguments of a GDAL utility, in its own form.
class Arguments
{
public:
    explicit Arguments(const QStringList &words)
    {
        for (const QString &word : words)
            m_list = CSLAddString(m_list, word.toUtf8().constData());
    }
    ~Arguments() { CSLDestroy(m_list); }
    Arguments(const Arguments &) = delete;
    Arguments &operator=(const Arguments &) = delete;
    [[nodiscard]] char **get() const { return m_list; }

private:
    char **m_list = nullptr;
};

// GDAL's messages are answered as errors, not printed.
class Quiet
{
public:
    Quiet() { CPLPushErrorHandler(CPLQuietErrorHandler); }
    ~Quiet() { CPLPopErrorHandler(); }
    Quiet(const Quiet &) = delete;
    Quiet &operator=(const Quiet &) = delete;
};

struct Step
{
    const Progress &progress;
    QString what;
};

int CPL_STDCALL onProgress(double part, const char *, void *data)
{
    const Step &step = *static_cast<const Step *>(data);
    return step.progress.report(qRound64(part * 1000), 1000, step.what) ? TRUE : FALSE;
}

std::unexpected<Error> gdalError(const Progress &progress, const QString &what)
{
    if (progress.isCancelled())
        return fail(Errc::Cancelled, what);
    const QString message = QString::fromUtf8(CPLGetLastErrorMsg());
    const bool full = CPLGetLastErrorType() != CE_None && CPLGetLastErrorNo() == CPLE_FileIO;
    return fail(full ? Errc::DiskFull : Errc::FileMalformed, what + u": "_s + message);
}

// A .zip is opened at the first height file inside it.
Result<Dataset> openModel(const QString &path)
{
    QString inner = path;
    if (inner.startsWith(u"/vsizip/"_s))
        inner.remove(0, int(sizeof "/vsizip/") - 1);
    if (!QFileInfo::exists(inner) && !path.startsWith(u"/vsi"_s))
        return fail(Errc::FileMissing, path + u": no such file"_s);
    CPLErrorReset();
    Dataset dataset;
    if (!path.startsWith(u"/vsizip/"_s))
        dataset.reset(GDALOpenEx(path.toUtf8().constData(), GDAL_OF_RASTER | GDAL_OF_READONLY,
                                 nullptr, nullptr, nullptr));
    if (!dataset && path.endsWith(u".zip"_s)) {
        const QByteArray archive = "/vsizip/" + inner.toUtf8();
        char **names = VSIReadDir(archive.constData());
        for (int i = 0; !dataset && i < CSLCount(names); ++i)
            dataset.reset(GDALOpenEx(QByteArray(archive + '/' + names[i]).constData(),
                                     GDAL_OF_RASTER | GDAL_OF_READONLY, nullptr, nullptr, nullptr));
        CSLDestroy(names);
    } else if (!dataset && path.startsWith(u"/vsizip/"_s)) {
        dataset.reset(GDALOpenEx(path.toUtf8().constData(), GDAL_OF_RASTER | GDAL_OF_READONLY,
                                 nullptr, nullptr, nullptr));
    }
    if (!dataset)
        return fail(Errc::FileMalformed, path + u": not a height model GDAL can read: "_s +
                                             QString::fromUtf8(CPLGetLastErrorMsg()));
    return dataset;
}

// Metres of the projection a pixel of the model covers in the middle of the frame, from its own
// transform.
double nativeResolution(GDALDatasetH dataset, const MercatorBox &frame)
{
    double t[6] = {};
    if (GDALGetGeoTransform(dataset, t) != CE_None || t[1] == 0)
        return 30;
    const double step = std::abs(t[1]);
    const bool degrees =
        step < 0.5; // a projected model finer than half a metre is not a height model of a town
    const LonLat middle = toLonLat({(frame.minX + frame.maxX) / 2, (frame.minY + frame.maxY) / 2});
    const double stretch = 1 / std::cos(middle.lat * 3.14159265358979 / 180);
    return degrees ? step * mercatorHalf / 180 : step * stretch;
}

QString number(double value)
{
    return QString::number(value, 'f', 6);
}

Result<Dataset> warp(const std::vector<Dataset> &models, const MercatorBox &frame, double size,
                     const QString &to, const Progress &progress)
{
    const Arguments words({u"-t_srs"_s,
                           u"EPSG:3857"_s,
                           u"-te"_s,
                           number(frame.minX),
                           number(frame.minY),
                           number(frame.maxX),
                           number(frame.maxY),
                           u"-tr"_s,
                           number(size),
                           number(size),
                           u"-r"_s,
                           u"cubicspline"_s,
                           u"-ot"_s,
                           u"Float32"_s,
                           u"-dstnodata"_s,
                           number(noHeight),
                           u"-of"_s,
                           u"GTiff"_s,
                           u"-co"_s,
                           u"TILED=YES"_s,
                           u"-co"_s,
                           u"COMPRESS=DEFLATE"_s,
                           u"-co"_s,
                           u"PREDICTOR=3"_s,
                           u"-multi"_s});
    const std::unique_ptr<GDALWarpAppOptions, void (*)(GDALWarpAppOptions *)> options(
        GDALWarpAppOptionsNew(words.get(), nullptr), GDALWarpAppOptionsFree);
    Step step{progress, u"height model"_s};
    GDALWarpAppOptionsSetProgress(options.get(), onProgress, &step);
    std::vector<GDALDatasetH> sources;
    for (const Dataset &model : models)
        sources.push_back(model.get());
    Dataset result(GDALWarp(to.toUtf8().constData(), nullptr, static_cast<int>(sources.size()),
                            sources.data(), options.get(), nullptr));
    if (!result || progress.isCancelled())
        return gdalError(progress, u"height model"_s);
    return result;
}

// Closes the voids radar models have on steep ground from their rims; what is still open (the model
// ends there) becomes sea level. Answers the part of the map that had to be levelled.
Result<double> fillVoids(GDALDatasetH heights, const Progress &progress)
{
    const GDALRasterBandH band = GDALGetRasterBand(heights, 1);
    Step step{progress, u"voids in the height model"_s};
    if (GDALFillNodata(band, nullptr, 60, 0, 1, nullptr, onProgress, &step) != CE_None)
        return gdalError(progress, step.what);
    const int width = GDALGetRasterXSize(heights);
    const int height = GDALGetRasterYSize(heights);
    std::vector<float> row(static_cast<size_t>(width));
    qint64 levelled = 0;
    for (int y = 0; y < height; ++y) {
        if (GDALRasterIO(band, GF_Read, 0, y, width, 1, row.data(), width, 1, GDT_Float32, 0, 0) !=
            CE_None)
            return gdalError(progress, step.what);
        const auto before = levelled;
        for (float &value : row) {
            if (value <= float(noHeight) || std::isnan(value)) {
                value = 0;
                ++levelled;
            }
        }
        if (levelled != before && GDALRasterIO(band, GF_Write, 0, y, width, 1, row.data(), width, 1,
                                               GDT_Float32, 0, 0) != CE_None)
            return gdalError(progress, step.what);
    }
    GDALDeleteRasterNoDataValue(band);
    return double(levelled) / (double(width) * height);
}

Result<Dataset> shade(GDALDatasetH heights, double latitude, const QString &to,
                      const Progress &progress)
{
    // A metre of the projection is cos(latitude) metres of ground; the slopes are scaled back by
    // that.
    const double factor = exaggeration / std::cos(latitude * 3.14159265358979 / 180);
    const Arguments words({u"-multidirectional"_s, u"-compute_edges"_s, u"-z"_s, number(factor),
                           u"-of"_s, u"GTiff"_s, u"-co"_s, u"TILED=YES"_s, u"-co"_s,
                           u"COMPRESS=DEFLATE"_s});
    const std::unique_ptr<GDALDEMProcessingOptions, void (*)(GDALDEMProcessingOptions *)> options(
        GDALDEMProcessingOptionsNew(words.get(), nullptr), GDALDEMProcessingOptionsFree);
    Step step{progress, u"relief shading"_s};
    GDALDEMProcessingOptionsSetProgress(options.get(), onProgress, &step);
    Dataset result(GDALDEMProcessing(to.toUtf8().constData(), heights, "hillshade", nullptr,
                                     options.get(), nullptr));
    if (!result || progress.isCancelled())
        return gdalError(progress, u"relief shading"_s);
    return result;
}

int contourStepFor(double range)
{
    for (const int step : {5, 10, 20, 50})
        if (range / step <= 120)
            return step;
    return 100;
}

Result<> addContours(GDALDatasetH heights, int step, LayerStore &store, const Progress &progress)
{
    const std::unique_ptr<void, DatasetCloser> memory(
        GDALCreate(GDALGetDriverByName("Memory"), "", 0, 0, 0, GDT_Unknown, nullptr));
    const OGRLayerH layer =
        GDALDatasetCreateLayer(memory.get(), "contour", nullptr, wkbLineString, nullptr);
    const OGRFieldDefnH field = OGR_Fld_Create("height", OFTReal);
    OGR_L_CreateField(layer, field, TRUE);
    OGR_Fld_Destroy(field);
    const Arguments options({u"LEVEL_INTERVAL=%1"_s.arg(step), u"ELEV_FIELD=0"_s});
    Step report{progress, u"contours"_s};
    if (GDALContourGenerateEx(GDALGetRasterBand(heights, 1), layer, options.get(), onProgress,
                              &report) != CE_None)
        return gdalError(progress, u"contours"_s);
    OGR_L_ResetReading(layer);
    while (const OGRFeatureH feature = OGR_L_GetNextFeature(layer)) {
        const std::unique_ptr<std::remove_pointer_t<OGRFeatureH>, void (*)(OGRFeatureH)> owner(
            feature, OGR_F_Destroy);
        const int height = qRound(OGR_F_GetFieldAsDouble(feature, 0));
        const OGRGeometryH geometry = OGR_F_GetGeometryRef(feature);
        MercatorLine line;
        for (int i = 0; i < OGR_G_GetPointCount(geometry); ++i)
            line.push_back({OGR_G_GetX(geometry, i), OGR_G_GetY(geometry, i)});
        if (line.size() > 5 &&
            height != 0) // the shore is drawn from the coastline, not from the height model
            TRY(store.add(Layer::Contour, lineShape(line),
                          {height, int(height % (step * 5) == 0)}));
    }
    return {};
}

void addOverviews(GDALDatasetH dataset)
{
    const int levels[] = {2, 4, 8, 16};
    if (GDALBuildOverviews(dataset, "AVERAGE", 4, levels, 0, nullptr, nullptr, nullptr) != CE_None)
        CPLErrorReset(); // only far views are slower without them
}

} // namespace

Result<ReliefFacts> makeRelief(const QStringList &models, const MercatorBox &frame,
                               const QString &folder, LayerStore &store, const Progress &progress)
{
    static std::once_flag once;
    std::call_once(once, [] { GDALAllRegister(); });
    const Quiet quiet;
    std::vector<Dataset> sources;
    double native = 0;
    for (const QString &path : models) {
        TRY_ASSIGN(Dataset dataset, openModel(path));
        const double one = nativeResolution(dataset.get(), frame);
        native = native == 0 ? one : std::min(native, one);
        sources.push_back(std::move(dataset));
    }
    const double size = std::max(native / 2, std::max(frame.width(), frame.height()) / largestSide);
    const MercatorBox ground = frame.grownBy(8 * size);
    const double latitude = toLonLat({0, (frame.minY + frame.maxY) / 2}).lat;
    const QDir dir(folder);
    TRY_ASSIGN(Dataset heights, warp(sources, ground, size, dir.filePath(u"dem.tif"_s), progress));

    ReliefFacts facts;
    TRY_ASSIGN(const double missing, fillVoids(heights.get(), progress));
    if (missing > 0.02 && missing < 1)
        facts.warnings << u"the height model leaves %1 % of the map without heights"_s.arg(
            qRound(missing * 100));
    double range[4] = {};
    CPLErrorReset();
    if (missing == 1 ||
        GDALComputeRasterStatistics(GDALGetRasterBand(heights.get(), 1), FALSE, &range[0],
                                    &range[1], &range[2], &range[3], nullptr, nullptr) != CE_None) {
        facts.warnings << u"the height model does not cover the map; it is drawn without relief"_s;
        heights.reset();
        QFile::remove(dir.filePath(u"dem.tif"_s));
        QFile::remove(dir.filePath(u"dem.tif.aux.xml"_s));
        return facts;
    }
    facts.lowest = range[0];
    facts.highest = range[1];
    facts.covers = true;
    TRY_ASSIGN(const Dataset shading,
               shade(heights.get(), latitude, dir.filePath(u"hillshade.tif"_s), progress));
    facts.contourStep = contourStepFor(facts.highest - facts.lowest);
    TRY(addContours(heights.get(), facts.contourStep, store, progress));
    addOverviews(heights.get());
    addOverviews(shading.get());
    return facts;
}

} // namespace leeward::tiles
