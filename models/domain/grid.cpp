#include "models/domain/grid.h"

#include <QRegularExpression>

#include <array>
#include <cmath>
#include <numbers>

namespace leeward {

using namespace Qt::StringLiterals;

namespace {

constexpr double radian = std::numbers::pi / 180;
constexpr double semiMajor = 6378137;
constexpr double wgs84Flattening = 1 / 298.257223563;
constexpr double cgcs2000Flattening = 1 / 298.257222101;

struct Plane
{
    double east = 0;
    double north = 0;
};

// One ellipsoid's series: powers of the third flattening n.
class TransverseMercator
{
public:
    explicit TransverseMercator(double flattening)
    {
        const double n = flattening / (2 - flattening);
        const double n2 = n * n;
        const double n3 = n2 * n;
        const double n4 = n3 * n;
        const double n5 = n4 * n;
        const double n6 = n5 * n;
        m_eccentricity = std::sqrt(flattening * (2 - flattening));
        m_radius = semiMajor / (1 + n) * (1 + n2 / 4 + n4 / 64 + n6 / 256);
        m_alpha = {
            n / 2 - 2 * n2 / 3 + 5 * n3 / 16 + 41 * n4 / 180 - 127 * n5 / 288 + 7891 * n6 / 37800,
            13 * n2 / 48 - 3 * n3 / 5 + 557 * n4 / 1440 + 281 * n5 / 630 - 1983433 * n6 / 1935360,
            61 * n3 / 240 - 103 * n4 / 140 + 15061 * n5 / 26880 + 167603 * n6 / 181440,
            49561 * n4 / 161280 - 179 * n5 / 168 + 6601661 * n6 / 7257600,
            34729 * n5 / 80640 - 3418889 * n6 / 1995840,
            212378941 * n6 / 319334400};
        m_beta = {n / 2 - 2 * n2 / 3 + 37 * n3 / 96 - n4 / 360 - 81 * n5 / 512 +
                      96199 * n6 / 604800,
                  n2 / 48 + n3 / 15 - 437 * n4 / 1440 + 46 * n5 / 105 - 1118711 * n6 / 3870720,
                  17 * n3 / 480 - 37 * n4 / 840 - 209 * n5 / 4480 + 5569 * n6 / 90720,
                  4397 * n4 / 161280 - 11 * n5 / 504 - 830251 * n6 / 7257600,
                  4583 * n5 / 161280 - 108847 * n6 / 3991680,
                  20648693 * n6 / 638668800};
    }

    // Metres east of the central meridian and north of the equator, scale 1.
    [[nodiscard]] Plane forward(LonLat place, double centralMeridian) const
    {
        const double lon = (place.lon - centralMeridian) * radian;
        const double tau = conformal(std::tan(place.lat * radian));
        const double xi0 = std::atan2(tau, std::cos(lon));
        const double eta0 = std::asinh(std::sin(lon) / std::hypot(tau, std::cos(lon)));
        double xi = xi0;
        double eta = eta0;
        for (size_t j = 0; j < m_alpha.size(); ++j) {
            const double k = 2.0 * static_cast<double>(j + 1);
            xi += m_alpha[j] * std::sin(k * xi0) * std::cosh(k * eta0);
            eta += m_alpha[j] * std::cos(k * xi0) * std::sinh(k * eta0);
        }
        return {m_radius * eta, m_radius * xi};
    }

    [[nodiscard]] LonLat inverse(Plane plane, double centralMeridian) const
    {
        const double xi = plane.north / m_radius;
        const double eta = plane.east / m_radius;
        double xi0 = xi;
        double eta0 = eta;
        for (size_t j = 0; j < m_beta.size(); ++j) {
            const double k = 2.0 * static_cast<double>(j + 1);
            xi0 -= m_beta[j] * std::sin(k * xi) * std::cosh(k * eta);
            eta0 -= m_beta[j] * std::cos(k * xi) * std::sinh(k * eta);
        }
        const double sinhEta = std::sinh(eta0);
        const double wanted = std::sin(xi0) / std::hypot(sinhEta, std::cos(xi0));
        // Newton on the conformal latitude; two steps reach the precision of double.
        const double e2 = m_eccentricity * m_eccentricity;
        double tau = wanted;
        for (int step = 0; step < 5; ++step) {
            const double reached = conformal(tau);
            tau += (wanted - reached) / std::hypot(1, reached) * (1 + (1 - e2) * tau * tau) /
                   ((1 - e2) * std::hypot(1, tau));
        }
        return {centralMeridian + std::atan2(sinhEta, std::cos(xi0)) / radian,
                std::atan(tau) / radian};
    }

private:
    // Tangent of the latitude → tangent of the conformal latitude.
    [[nodiscard]] double conformal(double tau) const
    {
        const double sigma =
            std::sinh(m_eccentricity * std::atanh(m_eccentricity * tau / std::hypot(1, tau)));
        return tau * std::hypot(1, sigma) - sigma * std::hypot(1, tau);
    }

    double m_eccentricity = 0;
    double m_radius = 0;
    std::array<double, 6> m_alpha = {};
    std::array<double, 6> m_beta = {};
};

const TransverseMercator &onWgs84()
{
    static const TransverseMercator series(wgs84Flattening);
    return series;
}

const TransverseMercator &onCgcs2000()
{
    static const TransverseMercator series(cgcs2000Flattening);
    return series;
}

constexpr double utmScale = 0.9996;
constexpr double falseEasting = 500000;
constexpr double southernNorthing = 10000000;
constexpr double utmMeridian(int zone)
{
    return zone * 6 - 183;
}

const QString &bandLetters()
{
    static const QString letters = u"CDEFGHJKLMNPQRSTUVWX"_s;
    return letters;
}

// Columns of the 100 km squares repeat every three zones, rows every two.
const QString &columnLetters(int zone)
{
    static const std::array<QString, 3> sets = {u"STUVWXYZ"_s, u"ABCDEFGH"_s, u"JKLMNPQR"_s};
    return sets[static_cast<size_t>(zone % 3)];
}

const QString &rowLetters()
{
    static const QString letters = u"ABCDEFGHJKLMNPQRSTUV"_s;
    return letters;
}

int rowShift(int zone)
{
    return zone % 2 == 0 ? 5 : 0;
}

} // namespace

UtmPlace utmFrom(LonLat place)
{
    const int zone = std::clamp(static_cast<int>(std::floor((place.lon + 180) / 6)) + 1, 1, 60);
    const Plane plane = onWgs84().forward(place, utmMeridian(zone));
    const bool north = place.lat >= 0;
    return {zone, north, plane.east * utmScale + falseEasting,
            plane.north * utmScale + (north ? 0 : southernNorthing)};
}

std::optional<LonLat> lonLatFrom(const UtmPlace &place)
{
    if (place.zone < 1 || place.zone > 60 || !(place.easting >= 0 && place.easting <= 1000000) ||
        !(place.northing >= 0 && place.northing <= southernNorthing))
        return std::nullopt;
    const double north = place.northing - (place.north ? 0 : southernNorthing);
    const LonLat found = onWgs84().inverse(
        {(place.easting - falseEasting) / utmScale, north / utmScale}, utmMeridian(place.zone));
    return found.isValid() ? std::optional(found) : std::nullopt;
}

QChar utmBand(double lat)
{
    if (!(lat >= -80 && lat <= 84))
        return {};
    return bandLetters().at(std::min(19, static_cast<int>(std::floor((lat + 80) / 8))));
}

std::optional<GaussKruegerPlace> gaussKruegerFrom(LonLat place)
{
    const int zone = static_cast<int>(std::lround(place.lon / 3));
    if (zone < 24 || zone > 45 || place.lat < 0 || place.lat > 84)
        return std::nullopt;
    const Plane plane = onCgcs2000().forward(place, zone * 3);
    return GaussKruegerPlace{plane.north, zone * 1e6 + falseEasting + plane.east};
}

std::optional<LonLat> lonLatFrom(const GaussKruegerPlace &place)
{
    const int zone = static_cast<int>(std::floor(place.easting / 1e6));
    if (zone < 13 || zone > 45 || !(place.northing >= 0 && place.northing < 9.4e6))
        return std::nullopt;
    const double meridian = zone >= 24 ? zone * 3 : zone * 6 - 3;
    const LonLat found =
        onCgcs2000().inverse({place.easting - zone * 1e6 - falseEasting, place.northing}, meridian);
    return found.isValid() ? std::optional(found) : std::nullopt;
}

QString mgrsFrom(LonLat place)
{
    const QChar band = utmBand(place.lat);
    if (band.isNull() || !place.isValid())
        return {};
    const UtmPlace utm = utmFrom(place);
    const int east = static_cast<int>(std::floor(utm.easting));
    const int north = static_cast<int>(std::floor(utm.northing));
    const int column = east / 100000 - 1;
    if (column < 0 || column > 7)
        return {};
    const int row = (north / 100000 + rowShift(utm.zone)) % 20;
    return u"%1%2%3%4%5%6"_s.arg(utm.zone, 2, 10, '0'_L1)
        .arg(band)
        .arg(columnLetters(utm.zone).at(column))
        .arg(rowLetters().at(row))
        .arg(east % 100000, 5, 10, '0'_L1)
        .arg(north % 100000, 5, 10, '0'_L1);
}

std::optional<LonLat> lonLatFromMgrs(const QString &text)
{
    static const QRegularExpression pattern(
        u"^(\\d{1,2})([C-HJ-NP-X])([A-HJ-NP-Z])([A-HJ-NP-V])((?:\\d\\d){1,5})$"_s);
    QString plain = text.toUpper();
    plain.remove(u' ');
    const auto match = pattern.match(plain);
    if (!match.hasMatch())
        return std::nullopt;
    const int zone = match.captured(1).toInt();
    const auto column = columnLetters(zone).indexOf(match.captured(3));
    if (zone < 1 || zone > 60 || column < 0)
        return std::nullopt;
    const QStringView digits = match.capturedView(5);
    const auto half = digits.size() / 2;
    const double unit = std::pow(10.0, static_cast<double>(5 - half));
    const double east =
        static_cast<double>(column + 1) * 100000 + (digits.left(half).toDouble() + 0.5) * unit;
    const auto row = (rowLetters().indexOf(match.captured(4)) - rowShift(zone) + 20) % 20;
    const auto band = bandLetters().indexOf(match.captured(2));
    const bool north = band >= 10;
    const double withinCycle =
        static_cast<double>(row) * 100000 + (digits.right(half).toDouble() + 0.5) * unit;
    // Rows repeat every 2 000 km: the one whose latitude falls in the band is meant.
    for (int cycle = 0; cycle < 5; ++cycle) {
        const auto found = lonLatFrom(UtmPlace{zone, north, east, withinCycle + cycle * 2e6});
        const double least = static_cast<double>(band) * 8 - 80;
        const double most = band == 19 ? 84 : least + 8;
        if (found && found->lat >= least - 0.01 * unit && found->lat <= most + 0.01 * unit &&
            found->lat > least - 1 && found->lat < most + 1)
            return found;
    }
    return std::nullopt;
}

} // namespace leeward
