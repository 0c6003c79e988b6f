#pragma once

#include "maps/view/feature.h"

#include <QList>

#include <random>

// Features spread like a city's: towns with a denser middle. The same for the same numbers.
inline QList<leeward::view::Feature> demoFeatures(int teams, int stations, int shelters,
                                                  int landing, int depots, int incidents,
                                                  unsigned seed = 1)
{
    using namespace leeward;
    using namespace leeward::view;
    std::mt19937 dice(seed);
    std::uniform_real_distribution<double> lon(121.0, 122.0), lat(28.2, 29.0);
    std::normal_distribution<double> town(0, 0.03);
    QList<LonLat> towns;
    for (int i = 0; i < 24; ++i)
        towns << LonLat{lon(dice), lat(dice)};
    QList<Feature> out;
    const auto add = [&](Layer layer, int count, auto symbol, const QString &word) {
        for (int i = 0; i < count; ++i) {
            const LonLat middle = towns[qsizetype(dice() % 24)];
            const QUuid id(uint(layer) + 1, ushort(i & 0xffff), ushort(i >> 16), 1, 2, 3, 4, 5, 6,
                           7, 8);
            out << Feature{{layer, id},
                           {middle.lon + town(dice), middle.lat + town(dice)},
                           symbol(i),
                           word + QString::number(i + 1),
                           float(dice() % 5) / 8};
        }
    };
    const auto pick = [&](SymbolState first, SymbolState last) {
        return SymbolState(int(first) + int(dice() % unsigned(int(last) - int(first) + 1)));
    };
    add(
        Layer::Teams, teams,
        [&](int i) {
            const bool free = dice() % 3 != 0;
            return SymbolKey{SymbolKind(int(SymbolKind::TeamFire) + i % 9),
                             free ? SymbolState::Available
                                  : pick(SymbolState::EnRoute, SymbolState::LostContact),
                             0, dice() % 40 == 0 ? Badges(Badge::Overdue) : Badges()};
        },
        QStringLiteral("应急救援支队"));
    add(
        Layer::Stations, stations,
        [](int) { return SymbolKey{SymbolKind::Station, SymbolState::Plain, 0, {}}; },
        QStringLiteral("消防站"));
    add(
        Layer::Shelters, shelters,
        [&](int) {
            return SymbolKey{
                SymbolKind::Shelter, pick(SymbolState::Standby, SymbolState::Damaged), 0, {}};
        },
        QStringLiteral("避灾安置点"));
    add(
        Layer::LandingPoints, landing,
        [&](int) {
            return SymbolKey{SymbolKind::LandingPoint,
                             dice() % 4 ? SymbolState::Usable : SymbolState::Unusable,
                             0,
                             {}};
        },
        QStringLiteral("起降点"));
    add(
        Layer::Depots, depots,
        [](int) { return SymbolKey{SymbolKind::Depot, SymbolState::Plain, 0, {}}; },
        QStringLiteral("物资库"));
    add(
        Layer::Incidents, incidents,
        [&](int i) {
            return SymbolKey{SymbolKind(i % 6),
                             pick(SymbolState::Reported, SymbolState::Controlled),
                             quint8(1 + i % 4),
                             {}};
        },
        QStringLiteral("内涝事件"));
    return out;
}
