#pragma once

#include "maps/view/symbolkey.h"
#include "models/domain/geo.h"

#include <QHashFunctions>
#include <QMetaType>
#include <QString>
#include <QUuid>

namespace leeward::view {

// What can be switched on and off as one. Later layers are drawn over earlier ones, except that
// incidents are always on top.
enum class Layer : quint8
{
    Stations,
    Depots,
    LandingPoints,
    Shelters,
    Cameras,
    Other,
    Units, // vehicles, boats, helicopters, people with a tracker
    Teams,
    Incidents,
};
inline constexpr int layerCount = 9;

struct FeatureKey
{
    Layer layer = Layer::Other;
    QUuid id;

    friend bool operator==(const FeatureKey &, const FeatureKey &) = default;
    friend size_t qHash(const FeatureKey &key, size_t seed = 0) noexcept
    {
        return qHashMulti(seed, quint8(key.layer), key.id);
    }
};

// One thing on the map.
struct Feature
{
    FeatureKey key;
    LonLat at;
    SymbolKey symbol;
    QString label;
    float fade = 0; // by the age of the position: 0 fresh, 1 faded as far as it goes (still seen)
    QString note = {}; // said beside the name when it is pointed at: how old its place is

    friend bool operator==(const Feature &, const Feature &) = default;
};

} // namespace leeward::view

Q_DECLARE_METATYPE(leeward::view::FeatureKey)
