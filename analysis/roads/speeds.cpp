#include "analysis/roads/speeds.h"

#include <QCryptographicHash>
#include <QFile>
#include <QFileInfo>

#include <algorithm>
#include <cmath>

namespace leeward::roads {

using namespace Qt::StringLiterals;

namespace {

constexpr double kmhPerMph = 1.609344;
constexpr double kmhPerKnot = 1.852;

// A plain decimal number, nothing else; at most nine characters, so that no exponent or oddity gets
// in.
std::optional<double> plainNumber(QByteArrayView text)
{
    if (text.isEmpty() || text.size() > 9)
        return {};
    const bool isPlain =
        std::ranges::all_of(text, [](char c) { return (c >= '0' && c <= '9') || c == '.'; });
    bool ok = false;
    const double number = isPlain ? text.toDouble(&ok) : 0;
    return ok ? std::optional(number) : std::nullopt;
}

Limit speedLimit(double kmh)
{
    if (!(kmh >= 1 && kmh <= 400))
        return {};
    return {Limit::Kind::Speed, kmh, {}};
}

Limit parseOneLimit(const QByteArray &raw)
{
    const QByteArray text = raw.trimmed();
    if (text == "none" || text == "unlimited")
        return {Limit::Kind::None, 0, {}};
    if (text == "walk" || text == "foot" || text.endsWith(":walk"))
        return {Limit::Kind::Walk, 0, {}};
    qsizetype digits = 0;
    while (digits < text.size() &&
           ((text[digits] >= '0' && text[digits] <= '9') || text[digits] == '.'))
        ++digits;
    if (const auto number = plainNumber(QByteArrayView(text).first(digits))) {
        const QByteArray unit = text.sliced(digits).trimmed().toLower();
        if (unit.isEmpty() || unit == "km/h" || unit == "kmh" || unit == "kph" || unit == "kmph")
            return speedLimit(*number);
        if (unit == "mph")
            return speedLimit(*number * kmhPerMph);
        if (unit == "knots" || unit == "kn" || unit == "knot")
            return speedLimit(*number * kmhPerKnot);
        return {};
    }
    const qsizetype colon = text.indexOf(':');
    if (colon <= 0 || colon + 1 == text.size())
        return {};
    // "DE:zone:30", "DE:zone30", "FR:30": the number is the limit
    QByteArrayView tail = QByteArrayView(text).sliced(colon + 1);
    if (tail.startsWith("zone"))
        tail = tail.sliced(tail.startsWith("zone:") ? 5 : 4);
    if (const auto number = plainNumber(tail))
        return speedLimit(*number);
    return {Limit::Kind::Zone, 0, text};
}

} // namespace

Limit parseLimit(const QByteArray &text)
{
    Limit lowest;
    for (const QByteArray &part : text.split(';')) {
        const Limit limit = parseOneLimit(part);
        if (limit.kind == Limit::Kind::Unknown)
            continue;
        const bool isLower = limit.kind == Limit::Kind::Speed &&
                             (lowest.kind != Limit::Kind::Speed || limit.kmh < lowest.kmh);
        if (lowest.kind == Limit::Kind::Unknown || isLower)
            lowest = limit;
    }
    return lowest;
}

namespace {

std::optional<double> parseIsoDuration(QByteArrayView text)
{
    double seconds = 0;
    bool inTime = false;
    qsizetype from = 1;
    for (qsizetype i = 1; i < text.size(); ++i) {
        const char c = text[i];
        if ((c >= '0' && c <= '9') || c == '.')
            continue;
        if (c == 'T' && !inTime && from == i) {
            inTime = true;
            from = i + 1;
            continue;
        }
        const auto number = plainNumber(text.sliced(from, i - from));
        const double unit = inTime ? (c == 'H'   ? 3600
                                      : c == 'M' ? 60
                                      : c == 'S' ? 1
                                                 : 0)
                                   : (c == 'D' ? 86400 : 0);
        if (!number || unit == 0)
            return {};
        seconds += *number * unit;
        from = i + 1;
    }
    return from == text.size() ? std::optional(seconds) : std::nullopt;
}

std::optional<double> parseClockDuration(const QByteArray &text)
{
    const QByteArrayList parts = text.split(':');
    if (parts.size() > 3)
        return {};
    std::vector<double> numbers;
    for (const QByteArray &part : parts) {
        const auto number = plainNumber(part.trimmed());
        if (!number || (!numbers.empty() && *number >= 60))
            return {};
        numbers.push_back(*number);
    }
    if (numbers.size() == 1)
        return numbers[0] * 60;
    return numbers[0] * 3600 + numbers[1] * 60 + (numbers.size() == 3 ? numbers[2] : 0);
}

} // namespace

std::optional<double> parseDuration(const QByteArray &text)
{
    const QByteArray clean = text.trimmed();
    const auto seconds =
        clean.startsWith('P') ? parseIsoDuration(clean) : parseClockDuration(clean);
    if (!seconds || *seconds <= 0 || *seconds > 10 * 86400)
        return {};
    return seconds;
}

Result<SpeedTable> SpeedTable::load(const QString &path)
{
    const QFileInfo info(path);
    if (!info.exists())
        return fail(Errc::FileMissing, u"%1: no such file"_s.arg(path));
    QFile file(path);
    if (!info.isFile() || !file.open(QIODevice::ReadOnly))
        return fail(Errc::FileUnreadable, u"%1: can not be read"_s.arg(path));
    if (file.size() > 1'000'000)
        return fail(Errc::FileMalformed, u"%1: too long for a speed table"_s.arg(path));
    return parse(file.readAll(), path);
}

Result<SpeedTable> SpeedTable::builtIn()
{
    return load(u":/leeward/roads/speeds.csv"_s);
}

Result<SpeedTable> SpeedTable::parse(const QByteArray &text, const QString &nameForErrors)
{
    SpeedTable table;
    table.m_hash = QCryptographicHash::hash(text, QCryptographicHash::Sha256);
    int number = 0;
    for (QByteArray line : text.split('\n')) {
        ++number;
        if (number == 1 && line.startsWith("\xEF\xBB\xBF"))
            line = line.sliced(3);
        line = line.trimmed();
        if (line.isEmpty() || line.startsWith('#') || line.startsWith("section,"))
            continue;
        QByteArrayList row;
        for (const QByteArray &cell : line.split(','))
            row.append(cell.trimmed());
        while (row.size() < 4)
            row.append(QByteArray());
        if (!table.take(row))
            return fail(Errc::FileMalformed, u"%1:%2: can not use “%3”"_s.arg(nameForErrors)
                                                 .arg(number)
                                                 .arg(QString::fromUtf8(line)));
    }
    if (table.m_classes.isEmpty())
        return fail(Errc::FileMalformed, u"%1: no highway rows"_s.arg(nameForErrors));
    return table;
}

namespace {

bool takeNumber(QByteArrayView value, double least, double most, double &into)
{
    const auto number = plainNumber(value);
    if (!number || !(*number >= least && *number <= most)) // not a number is neither
        return false;
    into = *number;
    return true;
}

} // namespace

bool SpeedTable::takeGeneral(const QByteArray &key, const QByteArray &value)
{
    if (key == "top_kmh")
        return takeNumber(value, 1, 300, m_topKmh);
    if (key == "maxspeed_factor")
        return takeNumber(value, 0.1, 3, m_maxspeedFactor);
    if (key == "walk_kmh")
        return takeNumber(value, 1, 30, m_walkKmh);
    if (key == "none_kmh")
        return takeNumber(value, 1, 300, m_noneKmh);
    return false;
}

bool SpeedTable::takeFerry(const QByteArray &key, const QByteArray &value)
{
    if (key == "kmh")
        return takeNumber(value, 1, 150, m_ferryKmh);
    if (key == "boarding_s")
        return takeNumber(value, 0, 86400, m_boardingSeconds);
    if (key == "untagged" && (value == "pass" || value == "closed")) {
        m_untaggedFerry = value == "pass";
        return true;
    }
    return false;
}

bool SpeedTable::takeRoadClass(const QByteArray &key, const QByteArray &value,
                               const QByteArray &option)
{
    RoadClass road;
    if (value == "closed")
        return m_classes.remove(key), true;
    if (!takeNumber(value, 1, 300, road.kmh))
        return false;
    if (option == "cap")
        road.mode = Mode::Cap;
    else if (option == "explicit")
        road.mode = Mode::Explicit;
    else if (!option.isEmpty() && option != "free")
        return false;
    m_classes.insert(key, road);
    return true;
}

bool SpeedTable::take(const QByteArrayList &row)
{
    const QByteArray &section = row[0];
    const QByteArray &key = row[1];
    const QByteArray &value = row[2];
    if (key.isEmpty() || value.isEmpty())
        return false;
    if (section == "general")
        return takeGeneral(key, value);
    if (section == "ferry")
        return takeFerry(key, value);
    if (section == "highway")
        return takeRoadClass(key, value, row[3]);
    const bool closes = value == "closed";
    if (section == "surface" || section == "smoothness" || section == "tracktype") {
        double &factor = m_factors[section + '=' + key];
        return closes ? (factor = 0, true) : takeNumber(value, 0.01, 2, factor);
    }
    if (section == "access") {
        m_access.insert(key, !closes);
        return closes || value == "pass";
    }
    if (section == "barrier") {
        double &seconds = m_barriers[key];
        return closes ? (seconds = -1, true) : takeNumber(value, 0, 86400, seconds);
    }
    if (section == "node")
        return takeNumber(value, 0, 86400, m_nodes[key]);
    if (section == "zone")
        return takeNumber(value, 1, 300, m_zones[key]);
    return false;
}

std::optional<SpeedTable::RoadClass> SpeedTable::roadClass(const QByteArray &highway) const
{
    const auto it = m_classes.constFind(highway);
    return it == m_classes.cend() ? std::nullopt : std::optional(*it);
}

std::optional<double> SpeedTable::speedUnder(const Limit &limit) const
{
    switch (limit.kind) {
    case Limit::Kind::Speed: return limit.kmh * m_maxspeedFactor;
    case Limit::Kind::None: return m_noneKmh;
    case Limit::Kind::Walk: return m_walkKmh;
    case Limit::Kind::Zone: {
        auto it = m_zones.constFind(limit.zone);
        if (it == m_zones.cend())
            it = m_zones.constFind(limit.zone.sliced(limit.zone.indexOf(':') + 1));
        return it == m_zones.cend() ? std::nullopt : std::optional(*it * m_maxspeedFactor);
    }
    case Limit::Kind::Unknown: return {};
    }
    return {};
}

double SpeedTable::factor(const QByteArray &section, const QByteArray &value) const
{
    return m_factors.value(section + '=' + value, 1);
}

bool SpeedTable::passes(const QByteArray &access) const
{
    return m_access.value(access, m_access.value("*", true));
}

std::optional<double> SpeedTable::barrierSeconds(const QByteArray &barrier) const
{
    const double seconds = m_barriers.value(barrier, m_barriers.value("*", 0));
    return seconds < 0 ? std::nullopt : std::optional(seconds);
}

} // namespace leeward::roads
