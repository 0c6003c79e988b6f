#include "models/domain/coordinates.h"

#include "models/domain/grid.h"

#include <QRegularExpression>

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

namespace leeward {

using namespace Qt::StringLiterals;

namespace {

// --- text to plain marks
// ---------------------------------------------------------------------------------------------

// One spelling for every mark: ° ' " , - and the letters E W N S; words for the axes become 'X'
// (longitude), 'Y'.
QString plainMarks(const QString &text)
{
    QString plain;
    struct Mark
    {
        QStringView spellings;
        char16_t plain;
    };
    static constexpr std::array<Mark, 6> marks = {{{u"º˚度⁰", u'°'},
                                                   {u"′’‘ʹ`´分＇", u'\''},
                                                   {u"″”“〞〃秒＂", u'"'},
                                                   {u"，、；;\n\r\t/|。", u','},
                                                   {u"−–—－", u'-'},
                                                   {u"：＝=", u':'}}};
    plain.reserve(text.size());
    for (const QChar c : text) {
        const char16_t u = c.unicode();
        const auto mark = std::ranges::find_if(
            marks, [c](const Mark &known) { return known.spellings.contains(c); });
        if (mark != marks.end())
            plain += QChar(mark->plain);
        else if (u >= 0xFF01 && u <= 0xFF5E)
            plain += QChar(u - 0xFEE0);
        else
            plain += c.isSpace() ? QChar(u' ') : c;
    }
    static const QRegularExpression doubled(u"''"_s);
    plain.replace(doubled, u"\""_s);
    return plain.trimmed();
}

// Before 度 becomes a degree sign.
QString axisWords(QString text)
{
    return text.replace(u"经度"_s, u"X"_s).replace(u"纬度"_s, u"Y"_s);
}

QString plainWords(QString text)
{
    struct Word
    {
        QString from;
        QString to;
    };
    static const std::array<Word, 15> words = {{{u"东经"_s, u"E"_s},
                                                {u"西经"_s, u"W"_s},
                                                {u"北纬"_s, u"N"_s},
                                                {u"南纬"_s, u"S"_s},
                                                {u"LONGITUDE"_s, u"X"_s},
                                                {u"LATITUDE"_s, u"Y"_s},
                                                {u"LNG"_s, u"X"_s},
                                                {u"LON"_s, u"X"_s},
                                                {u"LAT"_s, u"Y"_s},
                                                {u"EAST"_s, u"E"_s},
                                                {u"WEST"_s, u"W"_s},
                                                {u"NORTH"_s, u"N"_s},
                                                {u"SOUTH"_s, u"S"_s},
                                                {u"DEG"_s, u"°"_s},
                                                {u"坐标"_s, u""_s}}};
    text = text.toUpper();
    for (const Word &word : words)
        text.replace(word.from, word.to);
    return text;
}

// --- one angle
// -------------------------------------------------------------------------------------------------------

struct Token
{
    enum class Kind
    {
        Number,
        Unit,
        Letter,
        Separator
    };
    Kind kind;
    double number = 0;
    bool fraction = false;
    bool negative = false;
    int unit = 0;      // 0 degrees, 1 minutes, 2 seconds
    QChar letter = {}; // E W N S X Y
};

using Tokens = std::vector<Token>;

std::optional<Tokens> tokenise(const QString &text)
{
    static const QRegularExpression pattern(
        u"\\s*(?:([+-]?)(\\d{1,12}(\\.\\d{0,30})?|\\.\\d{1,30})|([°'\"])|([EWNSXY])|(,)|:)\\s*"_s);
    Tokens tokens;
    qsizetype at = 0;
    while (at < text.size()) {
        const auto match = pattern.match(text, at, QRegularExpression::NormalMatch,
                                         QRegularExpression::AnchorAtOffsetMatchOption);
        if (!match.hasMatch() || tokens.size() > 32)
            return std::nullopt;
        at = match.capturedEnd();
        if (match.hasCaptured(2)) {
            tokens.push_back({.kind = Token::Kind::Number,
                              .number = match.captured(2).toDouble(),
                              .fraction = match.captured(2).contains(u'.'),
                              .negative = match.captured(1) == u"-"_s});
        } else if (match.hasCaptured(4)) {
            const QChar mark = match.captured(4).front();
            tokens.push_back({.kind = Token::Kind::Unit,
                              .unit = mark == u'°'    ? 0
                                      : mark == u'\'' ? 1
                                                      : 2});
        } else if (match.hasCaptured(5)) {
            tokens.push_back({.kind = Token::Kind::Letter, .letter = match.captured(5).front()});
        } else if (match.hasCaptured(6)) {
            tokens.push_back({.kind = Token::Kind::Separator});
        }
    }
    const auto isSeparator = [](const Token &t) { return t.kind == Token::Kind::Separator; };
    while (!tokens.empty() && isSeparator(tokens.back()))
        tokens.pop_back();
    while (!tokens.empty() && isSeparator(tokens.front()))
        tokens.erase(tokens.begin());
    return tokens;
}

struct Angle
{
    double value = 0;
    std::optional<Axis> axis = {};
    int parts = 0;     // 1 degrees, 2 and minutes, 3 and seconds
    bool bare = false; // no letter and no mark
};

// Numbers in the order degrees, minutes, seconds; only the last may have a fraction.
std::optional<Angle> angleOf(std::span<const Token> tokens)
{
    Angle angle;
    QChar hemisphere;
    bool marked = false;
    bool negative = false;
    bool fraction = false;
    int next = 0; // the unit of the next number when it carries no mark
    for (size_t i = 0; i < tokens.size(); ++i) {
        const Token &token = tokens[i];
        switch (token.kind) {
        case Token::Kind::Separator:
        case Token::Kind::Unit: return std::nullopt;
        case Token::Kind::Letter: {
            const bool between =
                next > 0 && i + 1 < tokens.size() && tokens[i + 1].kind == Token::Kind::Number;
            if (between)
                return std::nullopt;
            const bool word = token.letter == u'X' || token.letter == u'Y';
            const bool east = token.letter == u'E' || token.letter == u'W' || token.letter == u'X';
            const Axis axis = east ? Axis::Longitude : Axis::Latitude;
            if (angle.axis && *angle.axis != axis)
                return std::nullopt;
            if (!word && !hemisphere.isNull())
                return std::nullopt;
            angle.axis = axis;
            if (!word)
                hemisphere = token.letter;
            break;
        }
        case Token::Kind::Number: {
            int unit = next;
            if (i + 1 < tokens.size() && tokens[i + 1].kind == Token::Kind::Unit) {
                unit = tokens[++i].unit;
                marked = true;
            }
            const bool wrong = unit != next || unit > 2 || fraction ||
                               (unit > 0 && token.negative) || (unit > 0 && token.number >= 60);
            if (wrong)
                return std::nullopt;
            static constexpr std::array<double, 3> share = {1, 60, 3600};
            angle.value += token.number / share[static_cast<size_t>(unit)];
            negative = negative || token.negative;
            fraction = token.fraction;
            next = unit + 1;
            break;
        }
        }
    }
    if (next == 0 || (negative && !hemisphere.isNull()))
        return std::nullopt;
    angle.parts = next;
    angle.bare = !marked && !angle.axis;
    if (negative || hemisphere == u'W' || hemisphere == u'S')
        angle.value = -angle.value;
    return angle;
}

// --- two angles
// ------------------------------------------------------------------------------------------------------

// Where the second angle begins; 0 when it can not be told. The separator, if any, is the token
// before.
size_t secondAngle(const Tokens &tokens)
{
    std::vector<size_t> separators;
    std::vector<size_t> numbers;
    std::vector<size_t> letters;
    std::vector<size_t> degreeNumbers;
    for (size_t i = 0; i < tokens.size(); ++i) {
        switch (tokens[i].kind) {
        case Token::Kind::Separator: separators.push_back(i); break;
        case Token::Kind::Number:
            numbers.push_back(i);
            if (i + 1 < tokens.size() && tokens[i + 1].kind == Token::Kind::Unit &&
                tokens[i + 1].unit == 0)
                degreeNumbers.push_back(i);
            break;
        case Token::Kind::Letter: letters.push_back(i); break;
        case Token::Kind::Unit: break;
        }
    }
    if (separators.size() == 1)
        return separators.front() + 1;
    if (!separators.empty() || numbers.size() < 2)
        return 0;
    if (letters.size() >= 2) {
        if (letters.front() != 0)
            return letters.front() + 1; // 36.07N 120.38E
        for (const size_t at : letters) {
            if (at > numbers.front())
                return at; // E120.38 N36.07
        }
        return 0;
    }
    if (degreeNumbers.size() == 2)
        return degreeNumbers[1];
    if (numbers.size() % 2 == 0)
        return numbers[numbers.size() / 2];
    return 0;
}

bool fits(const Angle &angle, Axis axis)
{
    return std::abs(angle.value) <= (axis == Axis::Longitude ? 180 : 90) &&
           (!angle.axis || *angle.axis == axis);
}

std::optional<ParsedCoordinates> placeOf(const Angle &first, const Angle &second,
                                         const CoordinateOptions &options)
{
    ParsedCoordinates parsed;
    const int parts = std::max(first.parts, second.parts);
    parsed.notation = parts == 1   ? Notation::Decimal
                      : parts == 2 ? Notation::DegreesMinutes
                                   : Notation::DegreesMinutesSeconds;
    const bool lonFirst = fits(first, Axis::Longitude) && fits(second, Axis::Latitude);
    const bool latFirst = fits(first, Axis::Latitude) && fits(second, Axis::Longitude);
    const LonLat asLonLat = {first.value, second.value};
    const LonLat asLatLon = {second.value, first.value};
    if (!lonFirst && !latFirst)
        return std::nullopt;
    if (lonFirst && latFirst && options.nearTo) {
        const bool nearer =
            distance(asLatLon, *options.nearTo) < distance(asLonLat, *options.nearTo);
        parsed.place = nearer ? asLatLon : asLonLat;
    } else if (lonFirst && latFirst && !first.bare && parts > 1) {
        parsed.place = asLatLon; // degrees and minutes without letters are written latitude first
        parsed.orderAssumed = true;
    } else {
        parsed.place = lonFirst ? asLonLat : asLatLon;
        parsed.orderAssumed = lonFirst && latFirst;
    }
    return parsed;
}

// --- grids and URIs
// --------------------------------------------------------------------------------------------------

std::optional<ParsedCoordinates> parseUri(const QString &text)
{
    static const QRegularExpression pattern(
        u"^GEO: ?(-?\\d{1,2}(?:\\.\\d+)?) ?, ?(-?\\d{1,3}(?:\\.\\d+)?)(?:,-?\\d+(?:\\.\\d+)?)?(?:[,;?].*)?$"_s);
    const auto match = pattern.match(text);
    const LonLat place = {match.captured(2).toDouble(), match.captured(1).toDouble()};
    if (!match.hasMatch() || !place.isValid())
        return std::nullopt;
    return ParsedCoordinates{place, Notation::GeoUri, false};
}

std::optional<ParsedCoordinates> parseUtm(const QString &text)
{
    static const QRegularExpression pattern(
        u"^(?:UTM ?)?(\\d{1,2}) ?([C-HJ-NP-X])[ ,]+(\\d{6}(?:\\.\\d+)?) ?M?E?[ ,]+(\\d{1,8}(?:\\.\\d+)?) ?M?N?$"_s);
    const auto match = pattern.match(text);
    if (!match.hasMatch())
        return std::nullopt;
    const QChar band = match.captured(2).front();
    UtmPlace utm = {match.captured(1).toInt(), band >= u'N', match.captured(3).toDouble(),
                    match.captured(4).toDouble()};
    auto place = lonLatFrom(utm);
    if (band == u'S' && !(place && utmBand(place->lat) == u'S')) {
        utm.north = false;
        place = lonLatFrom(utm);
    }
    if (!place)
        return std::nullopt;
    return ParsedCoordinates{*place, Notation::Utm, false};
}

std::optional<ParsedCoordinates> parseGaussKrueger(const QString &text)
{
    static const QRegularExpression pattern(
        u"^([XY]?):? ?(\\d{6,8}(?:\\.\\d+)?) ?M?[ ,]+([XY]?):? ?(\\d{6,8}(?:\\.\\d+)?) ?M?$"_s);
    const auto match = pattern.match(text);
    if (!match.hasMatch())
        return std::nullopt;
    // Only the easting with its zone has eight digits, so letters and order can be ignored.
    const double first = match.captured(2).toDouble();
    const double second = match.captured(4).toDouble();
    const auto place =
        lonLatFrom(GaussKruegerPlace{std::min(first, second), std::max(first, second)});
    if (!place)
        return std::nullopt;
    return ParsedCoordinates{*place, Notation::GaussKrueger, false};
}

// --- writing
// ---------------------------------------------------------------------------------------------------------

// |value| as degrees, minutes and, with `seconds`, seconds; rounded once, so 59.9999 never
// becomes 60.
QString sexagesimal(double value, bool seconds)
{
    const qint64 perDegree = seconds ? 360000 : 600000; // 0.01″ or 0.0001′
    const qint64 total = std::llround(std::abs(value) * static_cast<double>(perDegree));
    const qint64 degree = total / perDegree;
    const qint64 rest = total % perDegree;
    const qint64 perMinute = perDegree / 60;
    if (!seconds)
        return u"%1°%2.%3′"_s.arg(degree)
            .arg(rest / perMinute, 2, 10, '0'_L1)
            .arg(rest % perMinute, 4, 10, '0'_L1);
    return u"%1°%2′%3.%4″"_s.arg(degree)
        .arg(rest / perMinute, 2, 10, '0'_L1)
        .arg(rest % perMinute / 100, 2, 10, '0'_L1)
        .arg(rest % 100, 2, 10, '0'_L1);
}

QString withHemispheres(LonLat place, bool seconds, Language language)
{
    const QString lon = sexagesimal(place.lon, seconds);
    const QString lat = sexagesimal(place.lat, seconds);
    if (language == Language::Chinese)
        return (place.lon < 0 ? u"西经"_s : u"东经"_s) + lon + u' ' +
               (place.lat < 0 ? u"南纬"_s : u"北纬"_s) + lat;
    return lat + (place.lat < 0 ? u'S' : u'N') + u' ' + lon + (place.lon < 0 ? u'W' : u'E');
}

// Six digits, without the sign of a zero.
QString decimal(double value)
{
    const QString text = QString::number(value, 'f', 6);
    return text == u"-0.000000"_s ? text.mid(1) : text;
}

} // namespace

std::optional<ParsedCoordinates> parseCoordinates(const QString &text,
                                                  const CoordinateOptions &options)
{
    if (text.size() > 200)
        return std::nullopt;
    const QString marks = plainMarks(axisWords(text));
    const QString plain = marks.toUpper();
    if (auto found = parseUri(plain))
        return found;
    if (auto found = parseUtm(plain))
        return found;
    if (const auto place = lonLatFromMgrs(plain))
        return ParsedCoordinates{*place, Notation::Mgrs, false};
    if (auto found = parseGaussKrueger(plain))
        return found;
    QString words = plainWords(marks);
    if (words.startsWith(u'(') && words.endsWith(u')'))
        words = words.mid(1, words.size() - 2);
    if (words.startsWith(u'[') && words.endsWith(u']'))
        words = words.mid(1, words.size() - 2);
    const auto tokens = tokenise(words);
    if (!tokens)
        return std::nullopt;
    const size_t split = secondAngle(*tokens);
    if (split == 0 || split >= tokens->size())
        return std::nullopt;
    const bool separated = (*tokens)[split - 1].kind == Token::Kind::Separator;
    const std::span<const Token> all(*tokens);
    const auto first = angleOf(all.first(separated ? split - 1 : split));
    const auto second = angleOf(all.subspan(split));
    if (!first || !second)
        return std::nullopt;
    return placeOf(*first, *second, options);
}

std::optional<double> parseAngle(const QString &text, Axis axis)
{
    if (text.size() > 100)
        return std::nullopt;
    const auto tokens = tokenise(plainWords(plainMarks(axisWords(text))));
    if (!tokens)
        return std::nullopt;
    const auto angle = angleOf(*tokens);
    if (!angle || !fits(*angle, axis))
        return std::nullopt;
    return angle->value;
}

QString formatCoordinates(LonLat place, Notation notation, Language language)
{
    if (!place.isValid())
        return {};
    switch (notation) {
    case Notation::Decimal: return decimal(place.lon) + u", "_s + decimal(place.lat);
    case Notation::DegreesMinutes: return withHemispheres(place, false, language);
    case Notation::DegreesMinutesSeconds: return withHemispheres(place, true, language);
    case Notation::GeoUri: return u"geo:"_s + decimal(place.lat) + u',' + decimal(place.lon);
    case Notation::Utm: {
        const QChar band = utmBand(place.lat);
        if (band.isNull())
            return {};
        const UtmPlace utm = utmFrom(place);
        return u"%1%2 %3 %4"_s.arg(utm.zone)
            .arg(band)
            .arg(std::llround(utm.easting), 6, 10, '0'_L1)
            .arg(std::llround(utm.northing), 7, 10, '0'_L1);
    }
    case Notation::Mgrs: return mgrsFrom(place);
    case Notation::GaussKrueger: {
        const auto plane = gaussKruegerFrom(place);
        if (!plane)
            return {};
        return u"X=%1 Y=%2"_s.arg(plane->northing, 0, 'f', 2).arg(plane->easting, 0, 'f', 2);
    }
    }
    return {};
}

} // namespace leeward
