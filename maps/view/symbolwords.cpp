#include "maps/view/symbolwords.h"

namespace leeward::view {

QString SymbolWords::kind(SymbolKind kind)
{
    switch (kind) {
    case SymbolKind::IncidentFlood: return tr("Flood");
    case SymbolKind::IncidentStorm: return tr("Typhoon or rainstorm");
    case SymbolKind::IncidentFire: return tr("Fire");
    case SymbolKind::IncidentGeology: return tr("Landslide or other geological incident");
    case SymbolKind::IncidentAccident: return tr("Traffic or other accident");
    case SymbolKind::IncidentOther: return tr("Other incident");
    case SymbolKind::TeamFire: return tr("Fire and rescue team");
    case SymbolKind::TeamWater: return tr("Flood and water rescue team");
    case SymbolKind::TeamMedical: return tr("Medical team");
    case SymbolKind::TeamEngineering: return tr("Engineering team");
    case SymbolKind::TeamMountain: return tr("Mountain and land rescue team");
    case SymbolKind::TeamVolunteer: return tr("Social or volunteer team");
    case SymbolKind::TeamArmy: return tr("Army or militia team");
    case SymbolKind::TeamExpert: return tr("Experts");
    case SymbolKind::TeamGeneral: return tr("General rescue team");
    case SymbolKind::Station: return tr("Station");
    case SymbolKind::Shelter: return tr("Shelter");
    case SymbolKind::LandingPoint: return tr("Helicopter landing point");
    case SymbolKind::Depot: return tr("Supply depot");
    case SymbolKind::Camera: return tr("Camera");
    case SymbolKind::Other: return tr("Other");
    case SymbolKind::UnitVehicle: return tr("Vehicle");
    case SymbolKind::UnitBoat: return tr("Boat");
    case SymbolKind::UnitHelicopter: return tr("Helicopter");
    case SymbolKind::UnitPerson: return tr("Person with a tracker");
    }
    return {};
}

QString SymbolWords::state(SymbolState state)
{
    switch (state) {
    case SymbolState::Plain: return {};
    case SymbolState::Available: return tr("available");
    case SymbolState::EnRoute: return tr("en route");
    case SymbolState::OnScene: return tr("on scene");
    case SymbolState::Busy: return tr("busy");
    case SymbolState::OffDuty: return tr("off duty");
    case SymbolState::LostContact: return tr("lost contact");
    case SymbolState::Standby: return tr("on standby");
    case SymbolState::Opening: return tr("opening");
    case SymbolState::Open: return tr("open");
    case SymbolState::NearFull: return tr("nearly full");
    case SymbolState::Full: return tr("full");
    case SymbolState::Closed: return tr("closed");
    case SymbolState::Damaged: return tr("damaged");
    case SymbolState::Usable: return tr("usable");
    case SymbolState::Unusable: return tr("not usable");
    case SymbolState::Reported: return tr("reported");
    case SymbolState::Active: return tr("in response");
    case SymbolState::Controlled: return tr("under control");
    case SymbolState::Ended: return tr("ended");
    }
    return {};
}

QString SymbolWords::badge(Badge badge)
{
    switch (badge) {
    case Badge::Overdue: return tr("overdue");
    case Badge::Pending: return tr("not yet accepted by the centre");
    case Badge::Rejected: return tr("rejected by the centre");
    case Badge::Conflict: return tr("conflict to be settled");
    }
    return {};
}

QString SymbolWords::layer(Layer layer)
{
    switch (layer) {
    case Layer::Stations: return tr("Stations");
    case Layer::Depots: return tr("Depots");
    case Layer::LandingPoints: return tr("Landing points");
    case Layer::Shelters: return tr("Shelters");
    case Layer::Cameras: return tr("Cameras");
    case Layer::Other: return tr("Others");
    case Layer::Units: return tr("Vehicles, boats, helicopters");
    case Layer::Teams: return tr("Teams");
    case Layer::Incidents: return tr("Incidents");
    }
    return {};
}

SymbolKey SymbolWords::example(Layer layer)
{
    switch (layer) {
    case Layer::Stations: return {SymbolKind::Station, SymbolState::Plain, 0, {}};
    case Layer::Depots: return {SymbolKind::Depot, SymbolState::Plain, 0, {}};
    case Layer::LandingPoints: return {SymbolKind::LandingPoint, SymbolState::Usable, 0, {}};
    case Layer::Shelters: return {SymbolKind::Shelter, SymbolState::Open, 0, {}};
    case Layer::Cameras: return {SymbolKind::Camera, SymbolState::Plain, 0, {}};
    case Layer::Other: return {SymbolKind::Other, SymbolState::Plain, 0, {}};
    case Layer::Units: return {SymbolKind::UnitVehicle, SymbolState::Plain, 0, {}};
    case Layer::Teams: return {SymbolKind::TeamGeneral, SymbolState::Available, 0, {}};
    case Layer::Incidents: return {SymbolKind::IncidentFlood, SymbolState::Active, 0, {}};
    }
    return {};
}

QList<LegendGroup> SymbolWords::legend()
{
    const auto kinds = [](int first, int last, SymbolState state) {
        QList<LegendRow> rows;
        for (int i = first; i <= last; ++i)
            rows << LegendRow{{SymbolKind(i), state, 0, {}}, kind(SymbolKind(i))};
        return rows;
    };
    const auto states = [](SymbolKind kind, SymbolState first, SymbolState last) {
        QList<LegendRow> rows;
        for (int i = int(first); i <= int(last); ++i)
            rows << LegendRow{{kind, SymbolState(i), 0, {}}, state(SymbolState(i))};
        return rows;
    };
    QList<LegendRow> levels;
    for (const quint8 level : {1, 2, 3, 4}) {
        //: %1 is I, II, III or IV; I is the gravest
        levels << LegendRow{{SymbolKind::IncidentFlood, SymbolState::Active, level, {}},
                            tr("level %1").arg(QStringView(u"ⅠⅡⅢⅣ").mid(level - 1, 1))};
    }
    QList<LegendRow> badges;
    for (const Badge sign : {Badge::Overdue, Badge::Pending, Badge::Rejected, Badge::Conflict})
        badges << LegendRow{{SymbolKind::TeamGeneral, SymbolState::Available, 0, sign},
                            badge(sign)};
    QList<LegendRow> sites =
        kinds(int(SymbolKind::Station), int(SymbolKind::Depot), SymbolState::Open);
    sites << LegendRow{{SymbolKind::LandingPoint, SymbolState::Unusable, 0, {}},
                       tr("Landing point not usable")};
    QList<LegendRow> moving =
        kinds(int(SymbolKind::UnitVehicle), int(SymbolKind::UnitPerson), SymbolState::Plain);
    moving << LegendRow{{SymbolKind::UnitVehicle, SymbolState::LostContact, 0, {}},
                        state(SymbolState::LostContact)};
    return {
        {tr("Incidents"), kinds(0, int(SymbolKind::IncidentOther), SymbolState::Active)},
        {tr("Level of an incident"), levels},
        {tr("State of an incident"),
         states(SymbolKind::IncidentFlood, SymbolState::Reported, SymbolState::Ended)},
        {tr("Teams"),
         kinds(int(SymbolKind::TeamFire), int(SymbolKind::TeamGeneral), SymbolState::Available)},
        {tr("State of a team"),
         states(SymbolKind::TeamWater, SymbolState::Available, SymbolState::LostContact)},
        {tr("On the move"), moving},
        {tr("Places"), sites},
        {tr("State of a shelter"),
         states(SymbolKind::Shelter, SymbolState::Standby, SymbolState::Damaged)},
        {tr("Signs"), badges},
    };
}

} // namespace leeward::view
