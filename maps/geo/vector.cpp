#include "maps/geo/vector.h"

#include "maps/geo/gdal.h"
#include "maps/geo/records.h"
#include "maps/geo/textcodec.h"

#include <QDate>
#include <QFileInfo>
#include <QLocale>

#include <algorithm>
#include <cmath>

namespace leeward::geo {

using namespace Qt::StringLiterals;

namespace {

// How text comes out of the driver: UTF-8, or bytes of an unknown code page (a shapefile that does
// not name its own).
enum class Bytes
{
    Utf8,
    Unknown
};

struct Opened
{
    Dataset dataset;
    Bytes bytes = Bytes::Utf8;
};

bool namesNoCodePage(const QString &shapefile)
{
    const QFileInfo info(shapefile);
    const QString stem = info.path() + u'/' + info.completeBaseName();
    return !QFileInfo::exists(stem + u".cpg"_s) && !QFileInfo::exists(stem + u".CPG"_s);
}

Result<Opened> open(const QString &path, const QStringList &drivers, const ErrorScope &errors)
{
    registerDrivers();
    CPLStringList allowed;
    for (const QString &driver : drivers)
        allowed.AddString(driver.toUtf8().constData());
    CPLStringList options;
    Opened opened;
    const QString &driver = drivers.constFirst();
    if (driver == "GeoJSON"_L1) {
        options.SetNameValue("DATE_AS_STRING", "YES");
        options.SetNameValue("ARRAY_AS_STRING", "YES");
    } else if (driver == "XLSX"_L1) {
        options.SetNameValue("HEADERS", "DISABLE"); // found as in a text file
        options.SetNameValue("FIELD_TYPES", "STRING");
    } else if (driver == "ESRI Shapefile"_L1 && namesNoCodePage(path)) {
        options.SetNameValue("ENCODING", "");
        opened.bytes = Bytes::Unknown;
    }
    opened.dataset.reset(GDALOpenEx(path.toUtf8().constData(), GDAL_OF_VECTOR | GDAL_OF_READONLY,
                                    allowed.List(), options.List(), nullptr));
    if (!opened.dataset)
        return fail(Errc::FileMalformed, errors.errors(u"not a "_s + driver + u" file"_s));
    return opened;
}

QString layerName(OGRLayerH layer)
{
    return QString::fromUtf8(OGR_L_GetName(layer));
}

Result<OGRLayerH> chooseLayer(GDALDatasetH dataset, const QString &wanted, QStringList &warnings)
{
    const int count = GDALDatasetGetLayerCount(dataset);
    if (!wanted.isEmpty()) {
        if (OGRLayerH layer = GDALDatasetGetLayerByName(dataset, wanted.toUtf8().constData()))
            return layer;
        return fail(Errc::NotFound, u"there is no layer "_s + wanted);
    }
    if (count == 0)
        return fail(Errc::FileMalformed, u"there is no layer in the file"_s);
    OGRLayerH chosen = nullptr;
    QStringList names;
    for (int i = 0; i < count; ++i) {
        OGRLayerH layer = GDALDatasetGetLayer(dataset, i);
        if (!layer)
            continue;
        names += layerName(layer);
        if (!chosen && OGR_L_GetFeatureCount(layer, 1) > 0)
            chosen = layer;
    }
    if (!chosen)
        chosen = GDALDatasetGetLayer(dataset, 0);
    if (!chosen)
        return fail(Errc::FileMalformed, u"the layers can not be read"_s);
    if (count > 1)
        warnings += u"%1 layers; “%2” was read. There are: %3"_s.arg(count).arg(
            layerName(chosen), names.first(std::min<qsizetype>(20, names.size())).join(u", "_s));
    return chosen;
}

// Reads the features of one layer.
class LayerReader
{
public:
    LayerReader(OGRLayerH layer, Bytes bytes, SourceTable &table)
        : m_layer(layer)
        , m_bytes(bytes)
        , m_table(table)
    {
    }

    Result<> prepare()
    {
        OGRFeatureDefnH definition = OGR_L_GetLayerDefn(m_layer);
        const int count = OGR_FD_GetFieldCount(definition);
        for (int i = 0; i < count; ++i) {
            OGRFieldDefnH field = OGR_FD_GetFieldDefn(definition, i);
            m_types.push_back(OGR_Fld_GetType(field));
            if (!isSpreadsheet())
                m_table.headers += text(OGR_Fld_GetNameRef(field)).trimmed();
        }
        m_table.hasPlaces =
            OGR_FD_GetGeomFieldCount(definition) > 0 && OGR_L_GetGeomType(m_layer) != wkbNone;
        m_table.headerNumber = 0;
        if (!m_table.hasPlaces)
            return {};
        if (OGRSpatialReferenceH source = OGR_L_GetSpatialRef(m_layer)) {
            TRY_ASSIGN(m_transformation, transformationToWgs84(source));
        } else {
            m_table.warnings += u"the file names no coordinate system; degrees of WGS 84 assumed"_s;
        }
        return {};
    }

    Result<> read(const ReadOptions &options, const Progress &progress, const ErrorScope &errors)
    {
        const GIntBig total = OGR_L_GetFeatureCount(m_layer, 0);
        OGR_L_ResetReading(m_layer);
        int number = 0;
        std::vector<Record> records;
        while (true) {
            Feature feature(OGR_L_GetNextFeature(m_layer));
            if (!feature)
                break;
            number = isSpreadsheet() ? static_cast<int>(OGR_F_GetFID(feature.get())) : number + 1;
            if (number > options.mostRows)
                return fail(Errc::FileMalformed, u"more than %1 rows"_s.arg(options.mostRows));
            if (number % 256 == 0 && !progress.report(number, std::max<GIntBig>(0, total)))
                return fail(Errc::Cancelled, u"reading was cancelled"_s);
            SourceRow row = rowOf(feature.get(), number);
            const bool empty = !row.place && !row.placeLost &&
                               std::ranges::all_of(row.cells, [](const QString &cell) {
                                   return cell.trimmed().isEmpty();
                               });
            if (isSpreadsheet())
                records.push_back({number, std::move(row.cells)});
            else if (!empty)
                m_table.rows.push_back(std::move(row));
        }
        if (isSpreadsheet())
            TRY(fillFromRecords(m_table, std::move(records)));
        if (errors.hasErrors() && m_table.rows.empty())
            return fail(Errc::FileMalformed, errors.errors({}));
        if (m_centroids > 0)
            m_table.warnings +=
                u"%1 shapes are not points; their centroids were taken"_s.arg(m_centroids);
        if (m_undecoded > 0)
            m_table.warnings += u"%1 texts are in an unknown code page"_s.arg(m_undecoded);
        return {};
    }

private:
    [[nodiscard]] bool isSpreadsheet() const { return m_table.format == "XLSX"_L1; }

    QString text(const char *bytes)
    {
        if (m_bytes == Bytes::Utf8)
            return QString::fromUtf8(bytes);
        if (auto decoded = decodeText(QByteArrayView(bytes)))
            return decoded->text;
        ++m_undecoded;
        return QString::fromLatin1(bytes);
    }

    QString cell(OGRFeatureH feature, int index)
    {
        if (!OGR_F_IsFieldSetAndNotNull(feature, index))
            return {};
        const OGRFieldType type = m_types[static_cast<size_t>(index)];
        if (type == OFTReal)
            return QString::number(OGR_F_GetFieldAsDouble(feature, index), 'g',
                                   QLocale::FloatingPointShortest);
        if (type == OFTInteger || type == OFTInteger64)
            return QString::number(OGR_F_GetFieldAsInteger64(feature, index));
        if (type == OFTDate) {
            int year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0, zone = 0;
            if (OGR_F_GetFieldAsDateTime(feature, index, &year, &month, &day, &hour, &minute,
                                         &second, &zone))
                return QDate(year, month, day).toString(u"yyyy-MM-dd"_s);
        }
        if (type == OFTBinary)
            return {};
        return text(OGR_F_GetFieldAsString(feature, index));
    }

    SourceRow rowOf(OGRFeatureH feature, int number)
    {
        SourceRow row{.number = number};
        for (int i = 0; i < static_cast<int>(m_types.size()); ++i)
            row.cells += cell(feature, i);
        OGRGeometryH geometry = m_table.hasPlaces ? OGR_F_GetGeometryRef(feature) : nullptr;
        if (geometry && !OGR_G_IsEmpty(geometry)) {
            row.place = placeOf(geometry);
            row.placeLost = !row.place;
        }
        return row;
    }

    std::optional<LonLat> placeOf(OGRGeometryH geometry)
    {
        Geometry centroid;
        if (wkbFlatten(OGR_G_GetGeometryType(geometry)) != wkbPoint) {
            centroid.reset(OGR_G_CreateGeometry(wkbPoint));
            if (OGR_G_Centroid(geometry, centroid.get()) != OGRERR_NONE ||
                OGR_G_IsEmpty(centroid.get()))
                return std::nullopt;
            geometry = centroid.get();
            ++m_centroids;
        }
        double x = OGR_G_GetX(geometry, 0);
        double y = OGR_G_GetY(geometry, 0);
        if (m_transformation && !OCTTransform(m_transformation.get(), 1, &x, &y, nullptr))
            return std::nullopt;
        if (!std::isfinite(x) || !std::isfinite(y))
            return std::nullopt;
        return LonLat{x, y}; // out of range is the importer's to judge
    }

    OGRLayerH m_layer;
    Bytes m_bytes;
    SourceTable &m_table;
    Transformation m_transformation;
    std::vector<OGRFieldType> m_types;
    int m_centroids = 0;
    int m_undecoded = 0;
};

} // namespace

Result<SourceTable> readLayer(const QString &path, const QStringList &drivers,
                              const ReadOptions &options, const Progress &progress)
{
    ErrorScope errors;
    TRY_ASSIGN(const Opened opened, open(path, drivers, errors));
    SourceTable table;
    table.format =
        QString::fromUtf8(GDALGetDriverShortName(GDALGetDatasetDriver(opened.dataset.get())));
    TRY_ASSIGN(OGRLayerH layer, chooseLayer(opened.dataset.get(), options.layer, table.warnings));
    table.layer = layerName(layer);
    LayerReader reader(layer, opened.bytes, table);
    TRY(reader.prepare());
    TRY(reader.read(options, progress, errors));
    for (const QString &warning : errors.warnings())
        table.warnings += warning;
    if (errors.hasErrors())
        table.warnings += errors.errors({});
    return table;
}

} // namespace leeward::geo
