#pragma once

#include <QFlags>
#include <QtGlobal>

namespace leeward::view {

// What a symbol stands for. Families of incidents, kinds of teams, and one kind for each other
// register.
enum class SymbolKind : quint8
{
    IncidentFlood,
    IncidentStorm,
    IncidentFire,
    IncidentGeology,
    IncidentAccident,
    IncidentOther,
    TeamFire,
    TeamWater,
    TeamMedical,
    TeamEngineering,
    TeamMountain,
    TeamVolunteer,
    TeamArmy,
    TeamExpert,
    TeamGeneral,
    Station,
    Shelter,
    LandingPoint,
    Depot,
    Camera,
    Other,
    UnitVehicle,
    UnitBoat,
    UnitHelicopter,
    UnitPerson,
};
inline constexpr int symbolKindCount = 25;

// What the thing does now. One list for all kinds; each state has its own fill pattern, tone and
// mark, so that it is told apart without colour. Plain is for what has no state.
enum class SymbolState : quint8
{
    Plain,
    // teams
    Available,
    EnRoute,
    OnScene,
    Busy,
    OffDuty,
    LostContact,
    // shelters
    Standby,
    Opening,
    Open,
    NearFull,
    Full,
    Closed,
    Damaged,
    // landing points and depots
    Usable,
    Unusable,
    // incidents
    Reported,
    Active,
    Controlled,
    Ended,
};
inline constexpr int symbolStateCount = 20;

// Small signs on the corners of a symbol. Of the three about sending, the gravest is drawn.
enum class Badge : quint8
{
    Overdue = 0x1,  // a clock has run out
    Pending = 0x2,  // not yet accepted by the centre
    Rejected = 0x4, // the centre said no
    Conflict = 0x8, // beaten by another desk, to be settled
};
Q_DECLARE_FLAGS(Badges, Badge)
Q_DECLARE_OPERATORS_FOR_FLAGS(Badges)

enum class Theme : quint8
{
    Light,
    Dark
};

// Everything that decides how a symbol looks, besides theme and size.
struct SymbolKey
{
    SymbolKind kind = SymbolKind::Other;
    SymbolState state = SymbolState::Plain;
    quint8 level = 0; // event level of an incident, 1 (gravest) to 4; 0 draws none
    Badges badges;

    friend bool operator==(const SymbolKey &, const SymbolKey &) = default;

    // A number that differs for symbols that look different.
    [[nodiscard]] constexpr quint32 code() const
    {
        return (quint32(kind) << 16) | (quint32(state) << 8) | (quint32(level & 0xf) << 4) |
               quint32(badges.toInt() & 0xf);
    }
    [[nodiscard]] static SymbolKey fromCode(quint32 code)
    {
        return {SymbolKind((code >> 16) & 0xff), SymbolState((code >> 8) & 0xff),
                quint8((code >> 4) & 0xf), Badges::fromInt(code & 0xf)};
    }
};

[[nodiscard]] constexpr bool isIncident(SymbolKind kind)
{
    return kind <= SymbolKind::IncidentOther;
}
[[nodiscard]] constexpr bool isTeam(SymbolKind kind)
{
    return kind >= SymbolKind::TeamFire && kind <= SymbolKind::TeamGeneral;
}

[[nodiscard]] constexpr bool isUnit(SymbolKind kind)
{
    return kind >= SymbolKind::UnitVehicle && kind <= SymbolKind::UnitPerson;
}

// How much a state deserves to be seen when many things are drawn as one: a greater number is
// worse.
[[nodiscard]] int gravity(SymbolState state);

} // namespace leeward::view
