#include "maps/geo/import.h"

#include "models/domain/coordinates.h"

#include <QHash>
#include <QRegularExpression>

#include <algorithm>

namespace leeward::geo {

using namespace Qt::StringLiterals;

namespace {

using Reason = RowFault::Reason;
using What = FieldFault::What;

bool isPlaceField(const FieldSpec &field)
{
    return field.name == "lon"_L1 || field.name == "lat"_L1;
}

// Digits of a long code are lost once a spreadsheet shows it like this and saves what it shows.
bool isMangledNumber(const FieldSpec &field, const QString &text)
{
    static const QRegularExpression pattern(u"^\\s*\\d(\\.\\d+)?E\\+\\d{2}\\s*$"_s);
    return (field.type == FieldType::Text || field.type == FieldType::Reference) &&
           pattern.match(text).hasMatch();
}

// Turns the rows of one table into values.
class Drafter
{
public:
    Drafter(const RegisterSpec &spec, const ColumnMapping &mapping, const DraftOptions &options,
            bool hasPlaces)
        : m_spec(spec)
        , m_mapping(mapping)
        , m_options(options)
        , m_hasPlaces(spec.hasPlace && hasPlaces)
        , m_lonColumn(spec.hasPlace ? mapping.column(spec, u"lon") : -1)
        , m_latColumn(spec.hasPlace ? mapping.column(spec, u"lat") : -1)
    {
    }

    void checkColumns(int headerNumber)
    {
        for (size_t i = 0; i < m_spec.fields.size(); ++i) {
            const FieldSpec &field = m_spec.fields[i];
            const bool present = m_mapping.columnOf[static_cast<qsizetype>(i)] >= 0 ||
                                 (isPlaceField(field) && hasCoordinates());
            if (present)
                draft.fields += field.name;
            else if (field.required)
                draft.faults.push_back(
                    {headerNumber, Reason::ColumnMissing, {What::Missing, field.name, {}}});
        }
    }

    void take(const SourceRow &row)
    {
        const size_t faultsBefore = draft.faults.size();
        DraftRow drafted{row.number, {}};
        if (row.surplus)
            note(row, Reason::SurplusCells);
        for (size_t i = 0; i < m_spec.fields.size(); ++i) {
            const FieldSpec &field = m_spec.fields[i];
            if (!(m_spec.hasPlace && isPlaceField(field)))
                takeField(row, field, m_mapping.columnOf[static_cast<qsizetype>(i)],
                          drafted.values);
        }
        if (m_spec.hasPlace)
            takePlace(row, drafted.values);
        if (draft.faults.size() > faultsBefore)
            return;
        const QString code = drafted.values.value(u"code"_s).toString();
        if (const auto first = m_codes.constFind(code); first != m_codes.constEnd()) {
            draft.faults.push_back(
                {row.number, Reason::DuplicateCode, {What::Missing, u"code"_s, code}, *first});
            return;
        }
        m_codes.insert(code, row.number);
        draft.rows.push_back(std::move(drafted));
    }

    void finish()
    {
        if (!m_outside.isEmpty())
            draft.warnings +=
                u"%1 rows lie outside the region, the first is row %2"_s.arg(m_outside.size())
                    .arg(m_outside.first());
    }

    ImportDraft draft;

private:
    [[nodiscard]] bool hasCoordinates() const { return m_hasPlaces || m_mapping.coordinates >= 0; }

    [[nodiscard]] static QString cell(const SourceRow &row, int column)
    {
        if (column < 0 || column >= row.cells.size())
            return {};
        QString text = row.cells[column];
        text.replace(u"\r\n"_s, u"\n"_s).replace(u'\r', u'\n');
        return text;
    }

    void note(const SourceRow &row, Reason reason, const QString &field = {},
              const QString &value = {})
    {
        draft.faults.push_back({row.number, reason, {What::Missing, field, value.left(80)}});
    }

    void takeField(const SourceRow &row, const FieldSpec &field, int column, FieldValues &values)
    {
        if (column < 0)
            return; // a required one without a column has been said for all rows
        const QString text = cell(row, column);
        auto value = parseField(field, text);
        if (isMangledNumber(field, text))
            note(row, Reason::SpreadsheetNumber, field.name, text);
        else if (!value)
            draft.faults.push_back({row.number, Reason::Field, value.error()});
        else if (!value->isNull())
            values.insert(field.name, *value);
    }

    void takePlace(const SourceRow &row, FieldValues &values)
    {
        std::optional<LonLat> place = row.place;
        const size_t faultsBefore = draft.faults.size();
        if (!place && row.placeLost)
            note(row, Reason::GeometryUnusable);
        else if (!place)
            place = placeFromColumns(row);
        if (!place && draft.faults.size() == faultsBefore)
            place = placeFromText(row);
        if (!place || draft.faults.size() > faultsBefore)
            return;
        place = checkedPlace(row, *place);
        if (!place)
            return;
        values.insert(u"lon"_s, place->lon);
        values.insert(u"lat"_s, place->lat);
    }

    // A number as written, or an angle in degrees, minutes and seconds. Range is checked later.
    std::optional<double> degrees(const SourceRow &row, const QString &text, const QString &name)
    {
        FieldSpec field = *m_spec.field(name);
        field.least.reset();
        field.most.reset();
        const auto number = parseField(field, text);
        if (number)
            return number->toDouble();
        const bool isLon = name == "lon"_L1;
        if (const auto angle = parseAngle(text, isLon ? Axis::Longitude : Axis::Latitude))
            return angle;
        if (parseAngle(text, isLon ? Axis::Latitude : Axis::Longitude))
            note(row, Reason::CoordinatesSwapped, name, text);
        else
            draft.faults.push_back({row.number, Reason::Field, number.error()});
        return std::nullopt;
    }

    std::optional<LonLat> placeFromColumns(const SourceRow &row)
    {
        const QString lonText = cell(row, m_lonColumn).trimmed();
        const QString latText = cell(row, m_latColumn).trimmed();
        if (lonText.isEmpty() && latText.isEmpty())
            return std::nullopt;
        if (lonText.isEmpty() || latText.isEmpty()) {
            note(row, Reason::CoordinatesHalf, lonText.isEmpty() ? u"lon"_s : u"lat"_s);
            return std::nullopt;
        }
        const auto lon = degrees(row, lonText, u"lon"_s);
        const auto lat = degrees(row, latText, u"lat"_s);
        if (!lon || !lat)
            return std::nullopt;
        return LonLat{*lon, *lat};
    }

    std::optional<LonLat> placeFromText(const SourceRow &row)
    {
        const QString text = cell(row, m_mapping.coordinates).trimmed();
        if (text.isEmpty())
            return std::nullopt;
        CoordinateOptions options;
        if (m_options.region)
            options.nearTo =
                LonLat{(m_options.region->southWest.lon + m_options.region->northEast.lon) / 2,
                       (m_options.region->southWest.lat + m_options.region->northEast.lat) / 2};
        const auto parsed = parseCoordinates(text, options);
        if (!parsed) {
            note(row, Reason::CoordinatesUnreadable, {}, text);
            return std::nullopt;
        }
        if (parsed->orderAssumed && parsed->notation == Notation::Decimal &&
            m_mapping.latitudeFirst)
            return LonLat{parsed->place.lat, parsed->place.lon};
        return parsed->place;
    }

    std::optional<LonLat> checkedPlace(const SourceRow &row, LonLat place)
    {
        const LonLat swapped = {place.lat, place.lon};
        const auto text = [&] {
            return u"%1, %2"_s.arg(place.lon, 0, 'g', 10).arg(place.lat, 0, 'g', 10);
        };
        if (!place.isValid()) {
            if (swapped.isValid()) {
                note(row, Reason::CoordinatesSwapped, {}, text());
                return std::nullopt;
            }
            for (const QString &name : {u"lon"_s, u"lat"_s}) {
                const double value = name == "lon"_L1 ? place.lon : place.lat;
                if (const auto wrong = checkField(*m_spec.field(name), value))
                    draft.faults.push_back({row.number, Reason::Field, *wrong});
            }
            return std::nullopt;
        }
        const LonLat onEarth = toWgs84(place, m_options.datum);
        if (m_options.region && !m_options.region->contains(onEarth)) {
            if (swapped.isValid() &&
                m_options.region->contains(toWgs84(swapped, m_options.datum))) {
                note(row, Reason::CoordinatesSwapped, {}, text());
                return std::nullopt;
            }
            m_outside += row.number;
        }
        return onEarth;
    }

    const RegisterSpec &m_spec;
    const ColumnMapping &m_mapping;
    const DraftOptions &m_options;
    bool m_hasPlaces;
    int m_lonColumn;
    int m_latColumn;
    QHash<QString, int> m_codes;
    QList<int> m_outside;
};

} // namespace

bool Region::contains(LonLat place) const
{
    return place.lon >= southWest.lon && place.lon <= northEast.lon && place.lat >= southWest.lat &&
           place.lat <= northEast.lat;
}

QString describe(const RowFault &fault, const RegisterSpec &spec, Language language)
{
    const bool zh = language == Language::Chinese;
    const FieldSpec *field = spec.field(fault.fault.field);
    const QString label = field ? field->label.in(language) : fault.fault.field;
    const QString &value = fault.fault.value;
    switch (fault.reason) {
    case Reason::Field: return leeward::describe(fault.fault, spec, language);
    case Reason::DuplicateCode:
        return (zh ? u"编号 %1 与第 %2 行重复"_s : u"Code %1 is already in row %2"_s)
            .arg(value)
            .arg(fault.other);
    case Reason::CoordinatesSwapped:
        return (zh ? u"经度与纬度填反了：%1"_s : u"Longitude and latitude are swapped: %1"_s)
            .arg(value);
    case Reason::CoordinatesUnreadable:
        return (zh ? u"坐标无法识别：%1"_s : u"No coordinates in any known notation: %1"_s)
            .arg(value);
    case Reason::CoordinatesHalf:
        return (zh ? u"坐标不完整，缺少“%1”"_s : u"Half a place: “%1” is missing"_s).arg(label);
    case Reason::GeometryUnusable:
        return zh ? u"图形没有可用的位置"_s : u"The shape has no usable place"_s;
    case Reason::SpreadsheetNumber:
        return (zh ? u"“%1”被电子表格改成了科学计数，原值已丢失：%2"_s
                   : u"A spreadsheet turned “%1” into a rounded number: %2"_s)
            .arg(label, value);
    case Reason::SurplusCells:
        return zh ? u"单元格比表头多，可能缺少引号"_s
                  : u"More cells than headers; a quote may be missing"_s;
    case Reason::ColumnMissing:
        return (zh ? u"没有与必填项“%1”对应的列"_s : u"No column for the required “%1”"_s)
            .arg(label);
    }
    return {};
}

Result<ImportDraft> makeDraft(const RegisterSpec &spec, const SourceTable &table,
                              const ColumnMapping &mapping, const DraftOptions &options,
                              const Progress &progress)
{
    if (mapping.columnOf.size() != std::ssize(spec.fields))
        return fail(Errc::InvalidArgument, u"the mapping is not one of register "_s + spec.key);
    Drafter drafter(spec, mapping, options, table.hasPlaces);
    drafter.draft.registerKey = spec.key;
    drafter.draft.realmMark = table.realmMark;
    drafter.draft.warnings = table.warnings;
    drafter.checkColumns(std::max(1, table.headerNumber));
    if (!drafter.draft.faults.empty())
        return std::move(drafter.draft);
    const auto total = std::ssize(table.rows);
    for (qsizetype i = 0; i < total; ++i) {
        if (i % 256 == 0 && !progress.report(i, total))
            return fail(Errc::Cancelled, u"the import was cancelled"_s);
        drafter.take(table.rows[static_cast<size_t>(i)]);
    }
    if (!progress.report(total, total))
        return fail(Errc::Cancelled, u"the import was cancelled"_s);
    drafter.finish();
    return std::move(drafter.draft);
}

} // namespace leeward::geo
