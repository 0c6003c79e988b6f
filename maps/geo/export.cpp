#include "maps/geo/export.h"

#include "maps/geo/atomicfile.h"
#include "maps/geo/csv.h"
#include "maps/geo/geopackage.h"

#include <QFileInfo>
#include <QJsonArray>
#include <QJsonDocument>
#include <QLocale>

namespace leeward::geo {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype reportEvery = 256;

Result<> step(const Progress &progress, size_t done, size_t total)
{
    if (done % reportEvery == 0 &&
        !progress.report(static_cast<qint64>(done), static_cast<qint64>(total)))
        return fail(Errc::Cancelled, u"the export was cancelled"_s);
    return {};
}

QString shortest(double value)
{
    return QString::number(value, 'g', QLocale::FloatingPointShortest);
}

QString csvText(const FieldSpec &field, const QVariant &value, Language language)
{
    if (value.isNull())
        return {};
    switch (field.type) {
    case FieldType::Real: return shortest(value.toDouble()); // every digit, unlike on screen
    case FieldType::Integer: return QString::number(value.toLongLong());
    case FieldType::Text:
    case FieldType::LongText:
    case FieldType::Boolean:
    case FieldType::Date:
    case FieldType::Hours:
    case FieldType::Choice:
    case FieldType::ChoiceList:
    case FieldType::Reference: return guardFormula(formatField(field, value, language));
    }
    return {};
}

Result<> writeCsv(const RegisterSpec &spec, std::span<const FieldValues> rows, AtomicFile &file,
                  QChar separator, const ExportOptions &options, const Progress &progress)
{
    QStringList cells;
    for (const FieldSpec &field : spec.fields)
        cells += csvCell(field.label.in(options.headerLanguage));
    if (!options.realmMark.isEmpty())
        cells += u"realm_mark"_s;
    if (options.bom)
        TRY(file.write("\xEF\xBB\xBF"));
    TRY(file.write(QString(cells.join(separator) + u"\r\n"_s).toUtf8()));
    for (size_t i = 0; i < rows.size(); ++i) {
        TRY(step(progress, i, rows.size()));
        cells.clear();
        for (const FieldSpec &field : spec.fields)
            cells += csvCell(csvText(field, rows[i].value(field.name), options.headerLanguage));
        if (!options.realmMark.isEmpty())
            cells += csvCell(guardFormula(options.realmMark));
        TRY(file.write(QString(cells.join(separator) + u"\r\n"_s).toUtf8()));
    }
    return {};
}

QByteArray json(const QJsonValue &value)
{
    const QByteArray wrapped = QJsonDocument(QJsonArray{value}).toJson(QJsonDocument::Compact);
    return wrapped.sliced(1, wrapped.size() - 2);
}

QJsonValue jsonValue(const FieldSpec &field, const QVariant &value)
{
    switch (field.type) {
    case FieldType::Real: return value.toDouble();
    case FieldType::Integer: return value.toLongLong();
    case FieldType::Boolean: return value.toInt() != 0;
    case FieldType::Text:
    case FieldType::LongText:
    case FieldType::Date:
    case FieldType::Hours:
    case FieldType::Choice:
    case FieldType::ChoiceList:
    case FieldType::Reference: return value.toString();
    }
    return {};
}

QByteArray jsonFeature(const RegisterSpec &spec, const FieldValues &row, const QString &realmMark)
{
    QByteArrayList properties;
    for (const FieldSpec &field : spec.fields) {
        const QVariant value = row.value(field.name);
        const bool inGeometry = spec.hasPlace && (field.name == "lon"_L1 || field.name == "lat"_L1);
        if (!value.isNull() && !inGeometry)
            properties += json(field.name) + ':' + json(jsonValue(field, value));
    }
    if (!realmMark.isEmpty())
        properties += "\"realm_mark\":" + json(realmMark);
    const QVariant lon = row.value(u"lon"_s);
    const QVariant lat = row.value(u"lat"_s);
    QByteArray geometry = "null";
    if (spec.hasPlace && !lon.isNull() && !lat.isNull())
        geometry = R"({"type":"Point","coordinates":[)" + shortest(lon.toDouble()).toLatin1() +
                   ',' + shortest(lat.toDouble()).toLatin1() + "]}";
    return R"({"type":"Feature","properties":{)" + properties.join(',') + R"(},"geometry":)" +
           geometry + '}';
}

Result<> writeGeoJson(const RegisterSpec &spec, std::span<const FieldValues> rows, AtomicFile &file,
                      const ExportOptions &options, const Progress &progress)
{
    QByteArray head = R"({"type":"FeatureCollection","name":)" + json(spec.key);
    if (!options.realmMark.isEmpty())
        head += ",\"realm_mark\":" + json(options.realmMark);
    head += ",\"features\":[\n";
    TRY(file.write(head));
    for (size_t i = 0; i < rows.size(); ++i) {
        TRY(step(progress, i, rows.size()));
        QByteArray feature = jsonFeature(spec, rows[i], options.realmMark);
        feature += i + 1 < rows.size() ? ",\n" : "\n";
        TRY(file.write(feature));
    }
    return file.write("]}\n");
}

} // namespace

std::optional<Format> formatOf(const QString &path)
{
    const QString suffix = QFileInfo(path).suffix().toLower();
    if (suffix == "csv"_L1 || suffix == "txt"_L1 || suffix == "tsv"_L1)
        return Format::Csv;
    if (suffix == "geojson"_L1 || suffix == "json"_L1)
        return Format::GeoJson;
    if (suffix == "gpkg"_L1)
        return Format::GeoPackage;
    return std::nullopt;
}

Result<> writeRegister(const RegisterSpec &spec, std::span<const FieldValues> rows,
                       const QString &path, Format format, const ExportOptions &options,
                       const Progress &progress)
{
    TRY_ASSIGN(AtomicFile file, AtomicFile::create(path));
    const bool tabs = QFileInfo(path).suffix().compare(u"tsv", Qt::CaseInsensitive) == 0;
    const QChar separator = tabs ? u'\t' : u',';
    switch (format) {
    case Format::Csv: TRY(writeCsv(spec, rows, file, separator, options, progress)); break;
    case Format::GeoJson: TRY(writeGeoJson(spec, rows, file, options, progress)); break;
    case Format::GeoPackage: TRY(writeGeoPackage(spec, rows, file, options, progress)); break;
    }
    if (!progress.report(std::ssize(rows), std::ssize(rows)))
        return fail(Errc::Cancelled, u"the export was cancelled"_s);
    return file.commit();
}

} // namespace leeward::geo
