#pragma once

#include "drills/democity/landuse.h"

namespace leeward::democity {

enum class LandmarkKind : quint8
{
    Government,
    Hospital,
    School,
    Stadium,
    FireStation,
    Clinic,
    Market,
};

struct Landmark
{
    LandmarkKind kind = LandmarkKind::School;
    QString name;
    QString nameEn;
    Vec at;
    int node = 0; // the road node in front of it
    int town = 0;
    double turn = 0;
    double length = 60;
    double width = 30;
};

// Public buildings beside the streets: seats of government, hospitals, schools, stadiums, fire
// stations.
[[nodiscard]] std::vector<Landmark> placeLandmarks(const Terrain &terrain, const Hydrology &water,
                                                   const Settlements &people,
                                                   const RoadNetwork &roads,
                                                   const std::vector<std::vector<int>> &nodesOfTown,
                                                   quint64 seed);

// Road nodes that a vehicle can wait at (no motorway, ferry, bridge or tunnel), by the 镇街 they
// lie in; only nodes on land.
[[nodiscard]] std::vector<std::vector<int>> nodesByTown(const RoadNetwork &roads,
                                                        const Settlements &people,
                                                        const Terrain &terrain,
                                                        const Hydrology &water);

struct RailPiece
{
    Line line;
    Structure structure = Structure::None;
    int layer = 0;
};

struct Railway
{
    std::vector<RailPiece> pieces;
    std::vector<std::pair<Name, Vec>> stations;
    Name name;
};

// One line across the box, over or under all roads.
[[nodiscard]] Railway layRailway(const RoadNetwork &roads, const StreetPlan &plan,
                                 const Terrain &terrain, const Hydrology &water,
                                 const Settlements &people, Names &names, quint64 seed);

} // namespace leeward::democity
