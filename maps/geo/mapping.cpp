#include "maps/geo/mapping.h"

#include <QRegularExpression>

#include <algorithm>
#include <vector>

namespace leeward::geo {

using namespace Qt::StringLiterals;

namespace {

// What two spellings of one header have in common.
QString essence(const QString &header)
{
    QString plain = header.normalized(QString::NormalizationForm_KC).toLower();
    plain.removeIf([](QChar c) {
        return c.isSpace() || c == u'_' || c == u'*' || c == u':' || c == u'"' || c == u'\'';
    });
    return plain;
}

QString withoutBracket(const QString &essential)
{
    static const QRegularExpression bracket(u"[(\\[【〔].*[)\\]】〕]$"_s);
    QString plain = essential;
    plain.remove(bracket);
    return plain;
}

constexpr int noFit = -1;

// 0 is the best: name, Chinese label, English label, further header.
int rankOf(const FieldSpec &field, const QString &essential)
{
    if (essential.isEmpty())
        return noFit;
    if (essential == essence(field.name))
        return 0;
    if (essential == essence(field.label.zh))
        return 1;
    if (essential == essence(field.label.en))
        return 2;
    const bool further = std::ranges::any_of(
        field.headers, [&](const QString &header) { return essential == essence(header); });
    return further ? 3 : noFit;
}

struct Candidate
{
    int rank = 0;
    int column = 0;
    int field = 0;
    friend auto operator<=>(const Candidate &, const Candidate &) = default;
};

std::vector<Candidate> candidates(const RegisterSpec &spec, const QStringList &headers)
{
    std::vector<Candidate> all;
    for (int column = 0; column < headers.size(); ++column) {
        const QString full = essence(headers[column]);
        const QString stripped = withoutBracket(full);
        for (int field = 0; field < static_cast<int>(spec.fields.size()); ++field) {
            const FieldSpec &known = spec.fields[static_cast<size_t>(field)];
            if (const int rank = rankOf(known, full); rank != noFit)
                all.push_back({rank, column, field});
            else if (const int again = rankOf(known, stripped); again != noFit)
                all.push_back({again + 4, column, field});
        }
    }
    std::ranges::sort(all);
    return all;
}

struct CoordinateHeader
{
    bool known = false;
    bool latitudeFirst = false;
};

CoordinateHeader coordinateHeader(const QString &header)
{
    static const QStringList either = {
        u"坐标"_s,        u"位置坐标"_s,   u"地理坐标"_s, u"经纬度"_s, u"经纬度坐标"_s,
        u"coordinates"_s, u"coordinate"_s, u"coords"_s,   u"lonlat"_s, u"lnglat"_s,
        u"lon,lat"_s,     u"经度,纬度"_s,  u"position"_s};
    static const QStringList latitude = {u"纬经度"_s,  u"latlon"_s,  u"latlng"_s,
                                         u"lat,lon"_s, u"lat/lon"_s, u"纬度,经度"_s};
    const QString full = essence(header);
    const QString stripped = withoutBracket(full);
    if (latitude.contains(full) || latitude.contains(stripped))
        return {true, true};
    return {either.contains(full) || either.contains(stripped), false};
}

} // namespace

int ColumnMapping::column(const RegisterSpec &spec, QStringView field) const
{
    const int at = spec.indexOf(field);
    return at >= 0 && at < columnOf.size() ? columnOf[at] : -1;
}

ColumnMapping proposeMapping(const RegisterSpec &spec, const QStringList &headers)
{
    ColumnMapping mapping;
    mapping.columnOf.fill(-1, static_cast<qsizetype>(spec.fields.size()));
    QList<bool> used(headers.size(), false);
    const auto all = candidates(spec, headers);
    for (const Candidate &fit : all) {
        if (!used[fit.column] && mapping.columnOf[fit.field] < 0) {
            mapping.columnOf[fit.field] = fit.column;
            used[fit.column] = true;
        }
    }
    for (int column = 0; spec.hasPlace && column < headers.size(); ++column) {
        const CoordinateHeader header = coordinateHeader(headers[column]);
        if (used[column] || !header.known || mapping.coordinates >= 0)
            continue;
        mapping.coordinates = column;
        mapping.latitudeFirst = header.latitudeFirst;
        used[column] = true;
    }
    for (const Candidate &fit : all) {
        const bool listed = std::ranges::any_of(
            mapping.rivals, [&](const auto &rival) { return rival.column == fit.column; });
        if (!used[fit.column] && !listed)
            mapping.rivals += {fit.column, fit.field};
    }
    for (int column = 0; column < headers.size(); ++column) {
        if (!used[column] && !headers[column].isEmpty())
            mapping.unmatched += column;
    }
    return mapping;
}

} // namespace leeward::geo
