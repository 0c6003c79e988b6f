#include "maps/geo/geopackage.h"

#include "maps/geo/gdal.h"

#include <QDate>
#include <QFile>

namespace leeward::geo {

using namespace Qt::StringLiterals;

namespace {

using FieldDefinition =
    std::unique_ptr<std::remove_pointer_t<OGRFieldDefnH>, Freed<&OGR_Fld_Destroy>>;

OGRFieldType columnType(FieldType type)
{
    switch (type) {
    case FieldType::Integer: return OFTInteger64;
    case FieldType::Boolean: return OFTInteger;
    case FieldType::Real: return OFTReal;
    case FieldType::Date: return OFTDate;
    case FieldType::Text:
    case FieldType::LongText:
    case FieldType::Hours:
    case FieldType::Choice:
    case FieldType::ChoiceList:
    case FieldType::Reference: return OFTString;
    }
    return OFTString;
}

bool inGeometry(const RegisterSpec &spec, const FieldSpec &field)
{
    return spec.hasPlace && (field.name == "lon"_L1 || field.name == "lat"_L1);
}

void setField(OGRFeatureH feature, int column, const FieldSpec &field, const QVariant &value)
{
    switch (field.type) {
    case FieldType::Integer: OGR_F_SetFieldInteger64(feature, column, value.toLongLong()); return;
    case FieldType::Boolean: OGR_F_SetFieldInteger(feature, column, value.toInt()); return;
    case FieldType::Real: OGR_F_SetFieldDouble(feature, column, value.toDouble()); return;
    case FieldType::Date: {
        const QDate date = QDate::fromString(value.toString(), u"yyyy-MM-dd"_s);
        OGR_F_SetFieldDateTime(feature, column, date.year(), date.month(), date.day(), 0, 0, 0, 0);
        return;
    }
    case FieldType::Text:
    case FieldType::LongText:
    case FieldType::Hours:
    case FieldType::Choice:
    case FieldType::ChoiceList:
    case FieldType::Reference:
        OGR_F_SetFieldString(feature, column, value.toString().toUtf8().constData());
        return;
    }
}

// One layer in a new file; every failure is told in GDAL's words.
class LayerWriter
{
public:
    LayerWriter(const RegisterSpec &spec, const AtomicFile &file, const ExportOptions &options)
        : m_spec(spec)
        , m_file(file)
        , m_options(options)
    {
    }

    Result<> create()
    {
        (void) QFile::remove(m_file.temporaryPath()); // GDAL wants to make it itself
        GDALDriverH driver = GDALGetDriverByName("GPKG");
        if (!driver)
            return fail(Errc::Unsupported, u"this GDAL has no GeoPackage driver"_s);
        m_dataset.reset(GDALCreate(driver, m_file.temporaryPath().toUtf8().constData(), 0, 0, 0,
                                   GDT_Unknown, nullptr));
        if (!m_dataset)
            return failure();
        TRY_ASSIGN(const SpatialReference reference, wgs84());
        CPLStringList options;
        const QString title = m_options.realmMark.isEmpty()
                                  ? m_spec.many.en
                                  : m_options.realmMark + u" "_s + m_spec.many.en;
        options.SetNameValue("DESCRIPTION", title.toUtf8().constData());
        m_layer = GDALDatasetCreateLayer(m_dataset.get(), m_spec.key.toUtf8().constData(),
                                         m_spec.hasPlace ? reference.get() : nullptr,
                                         m_spec.hasPlace ? wkbPoint : wkbNone, options.List());
        if (!m_layer)
            return failure();
        for (const FieldSpec &field : m_spec.fields) {
            if (!inGeometry(m_spec, field))
                TRY(addColumn(field.name, columnType(field.type),
                              field.type == FieldType::Boolean));
        }
        if (!m_options.realmMark.isEmpty())
            TRY(addColumn(u"realm_mark"_s, OFTString, false));
        return {};
    }

    Result<> write(std::span<const FieldValues> rows, const Progress &progress)
    {
        if (GDALDatasetStartTransaction(m_dataset.get(), 0) != OGRERR_NONE)
            return failure();
        for (size_t i = 0; i < rows.size(); ++i) {
            if (i % 256 == 0 &&
                !progress.report(static_cast<qint64>(i), static_cast<qint64>(rows.size())))
                return fail(Errc::Cancelled, u"the export was cancelled"_s);
            TRY(writeRow(rows[i]));
        }
        if (GDALDatasetCommitTransaction(m_dataset.get()) != OGRERR_NONE)
            return failure();
        if (GDALClose(m_dataset.release()) != CE_None || m_errors.hasErrors())
            return failure();
        return {};
    }

private:
    [[nodiscard]] std::unexpected<Error> failure() const
    {
        return m_file.failure(m_errors.errors(u"the GeoPackage could not be written"_s));
    }

    Result<> addColumn(const QString &name, OGRFieldType type, bool boolean)
    {
        FieldDefinition column(OGR_Fld_Create(name.toUtf8().constData(), type));
        if (boolean)
            OGR_Fld_SetSubType(column.get(), OFSTBoolean);
        if (OGR_L_CreateField(m_layer, column.get(), 1) != OGRERR_NONE)
            return failure();
        return {};
    }

    Result<> writeRow(const FieldValues &row)
    {
        const Feature feature(OGR_F_Create(OGR_L_GetLayerDefn(m_layer)));
        int column = 0;
        for (const FieldSpec &field : m_spec.fields) {
            if (inGeometry(m_spec, field))
                continue;
            const QVariant value = row.value(field.name);
            if (value.isNull())
                OGR_F_SetFieldNull(feature.get(), column);
            else
                setField(feature.get(), column, field, value);
            ++column;
        }
        if (!m_options.realmMark.isEmpty())
            OGR_F_SetFieldString(feature.get(), column, m_options.realmMark.toUtf8().constData());
        const QVariant lon = row.value(u"lon"_s);
        const QVariant lat = row.value(u"lat"_s);
        if (m_spec.hasPlace && !lon.isNull() && !lat.isNull()) {
            Geometry point(OGR_G_CreateGeometry(wkbPoint));
            OGR_G_SetPoint_2D(point.get(), 0, lon.toDouble(), lat.toDouble());
            (void) OGR_F_SetGeometryDirectly(feature.get(), point.release());
        }
        if (OGR_L_CreateFeature(m_layer, feature.get()) != OGRERR_NONE)
            return failure();
        return {};
    }

    const RegisterSpec &m_spec;
    const AtomicFile &m_file;
    const ExportOptions &m_options;
    ErrorScope m_errors; // outlives the data set, whose closing may complain
    Dataset m_dataset;
    OGRLayerH m_layer = nullptr;
};

} // namespace

Result<> writeGeoPackage(const RegisterSpec &spec, std::span<const FieldValues> rows,
                         const AtomicFile &file, const ExportOptions &options,
                         const Progress &progress)
{
    registerDrivers();
    LayerWriter writer(spec, file, options);
    TRY(writer.create());
    return writer.write(rows, progress);
}

} // namespace leeward::geo
