#pragma once

#include "models/domain/result.h"

#include <QByteArrayList>
#include <QHash>
#include <QString>

#include <optional>

namespace leeward::roads {

// What a signed limit says.
struct Limit
{
    enum class Kind
    {
        Speed,   // kmh holds it
        None,    // signed as unlimited
        Walk,    // walking pace
        Zone,    // a word the table explains, in `zone` ("CN:urban")
        Unknown, // signals, variable, or not readable
    };
    Kind kind = Kind::Unknown;
    double kmh = 0;
    QByteArray zone;

    friend bool operator==(const Limit &, const Limit &) = default;
};

// Reads an OpenStreetMap maxspeed value: "50", "50 km/h", "30 mph", "20 knots", "none", "walk",
// "CN:urban", "DE:zone:30", a list by ";" (its lowest). Speeds outside 1 … 400 km/h are Unknown.
[[nodiscard]] Limit parseLimit(const QByteArray &text);

// Seconds of an OpenStreetMap duration: "25" (minutes), "1:30", "01:30:20", "PT1H30M". Nothing when
// it is not one, or is 0 or longer than ten days.
[[nodiscard]] std::optional<double> parseDuration(const QByteArray &text);

// The editable table of resources/roads/speeds.csv. Immutable after reading.
class SpeedTable
{
public:
    enum class Mode
    {
        Free,
        Cap,
        Explicit
    }; // see the table's remarks
    struct RoadClass
    {
        double kmh = 0;
        Mode mode = Mode::Free;
    };

    // FileMissing, FileUnreadable; FileMalformed with file and line for a row that can not be used.
    [[nodiscard]] static Result<SpeedTable> load(const QString &path);
    [[nodiscard]] static Result<SpeedTable> parse(const QByteArray &text,
                                                  const QString &nameForErrors);
    // The table Leeward is built with.
    [[nodiscard]] static Result<SpeedTable> builtIn();

    // SHA-256 of the table's text.
    [[nodiscard]] const QByteArray &hash() const { return m_hash; }

    [[nodiscard]] double topKmh() const { return m_topKmh; }
    [[nodiscard]] double ferryKmh() const { return m_ferryKmh; }
    [[nodiscard]] double boardingSeconds() const { return m_boardingSeconds; }
    [[nodiscard]] bool takesUntaggedFerry() const { return m_untaggedFerry; }
    // Nothing for a highway value that no vehicle uses.
    [[nodiscard]] std::optional<RoadClass> roadClass(const QByteArray &highway) const;
    // The driven speed under a limit, km/h; nothing when the limit is unknown.
    [[nodiscard]] std::optional<double> speedUnder(const Limit &limit) const;
    // Factor of `section` ("surface", "smoothness", "tracktype") for the value: 1 when unknown, 0
    // when closed.
    [[nodiscard]] double factor(const QByteArray &section, const QByteArray &value) const;
    [[nodiscard]] bool knowsAccess(const QByteArray &value) const
    {
        return m_access.contains(value);
    }
    [[nodiscard]] bool passes(const QByteArray &access) const;
    // Seconds lost at a barrier; nothing: closed.
    [[nodiscard]] std::optional<double> barrierSeconds(const QByteArray &barrier) const;
    [[nodiscard]] double nodeSeconds(const QByteArray &value) const
    {
        return m_nodes.value(value, 0);
    }

private:
    [[nodiscard]] bool take(const QByteArrayList &row);
    [[nodiscard]] bool takeGeneral(const QByteArray &key, const QByteArray &value);
    [[nodiscard]] bool takeFerry(const QByteArray &key, const QByteArray &value);
    [[nodiscard]] bool takeRoadClass(const QByteArray &key, const QByteArray &value,
                                     const QByteArray &option);

    QByteArray m_hash;
    double m_topKmh = 120;
    double m_maxspeedFactor = 1;
    double m_walkKmh = 7;
    double m_noneKmh = 120;
    double m_ferryKmh = 18;
    double m_boardingSeconds = 600;
    bool m_untaggedFerry = true;
    QHash<QByteArray, RoadClass> m_classes;
    QHash<QByteArray, double> m_factors; // "surface=gravel"
    QHash<QByteArray, bool> m_access;
    QHash<QByteArray, double> m_barriers; // negative: closed
    QHash<QByteArray, double> m_nodes;
    QHash<QByteArray, double> m_zones;
};

} // namespace leeward::roads
