#pragma once

#include "drills/democity/plan.h"
#include "models/domain/registers.h"

#include <QByteArray>

namespace leeward::democity {

// Rows of one register, as stored values.
struct Table
{
    const RegisterSpec *spec = nullptr;
    std::vector<FieldValues> rows;
};

inline constexpr int stationCount = 56;
inline constexpr int teamCount = 480;
inline constexpr int peopleInTeams = 56533;
inline constexpr int shelterCount = 122;
inline constexpr int classedShelters = 24;
inline constexpr int landingPointCount = 181;
inline constexpr int depotCount = 118;

struct Registers
{
    Table stations, teams, shelters, landingPoints, depots, stock;
};

[[nodiscard]] Result<Registers> makeRegisters(const CityPlan &city, Names &names);

// What the makers of the single registers share.
class RegisterSource
{
public:
    RegisterSource(const CityPlan &city, Names &names, QStringView stream)
        : m_city(city)
        , m_names(names)
        , random(city.seed, stream)
    {
    }
    // A row with code, name, place, division code and address; the place is the road node's.
    [[nodiscard]] FieldValues rowAt(const RegisterSpec &spec, QStringView prefix, int number,
                                    const QString &name, Vec at) const;
    [[nodiscard]] Vec anyNode(int town);
    [[nodiscard]] Vec nodeNear(Vec p) const; // nearest usable road node of the 镇街 around p
    [[nodiscard]] QString phone();           // 0999-000…: no such number can be dialled
    [[nodiscard]] QString mobile();          // 10 000 …: not a mobile range
    [[nodiscard]] QString person() { return m_names.person(); }
    [[nodiscard]] QString date(int fromYear, int toYear);
    [[nodiscard]] const Town &town(int index) const
    {
        return m_city.people.towns[static_cast<size_t>(index)];
    }
    [[nodiscard]] int townCount() const { return static_cast<int>(m_city.people.towns.size()); }
    [[nodiscard]] const CityPlan &city() const { return m_city; }
    [[nodiscard]] QString base(int index) const { return stem(town(index).name.zh); }

private:
    const CityPlan &m_city;
    Names &m_names;

public:
    Random random;
};

[[nodiscard]] Table makeStations(const CityPlan &city, Names &names);
[[nodiscard]] Table makeTeams(const CityPlan &city, Names &names, const Table &stations);
[[nodiscard]] Table makeShelters(const CityPlan &city, Names &names);
[[nodiscard]] Table makeLandingPoints(const CityPlan &city, Names &names);
[[nodiscard]] Table makeDepots(const CityPlan &city, Names &names);
[[nodiscard]] Result<Table> makeStock(const CityPlan &city, Names &names, const Table &depots);

// The table as CSV with Chinese headers and Chinese words, UTF-16 in memory; lines end with CR LF.
[[nodiscard]] QString csvOf(const Table &table);

} // namespace leeward::democity
