#pragma once

#include <QByteArrayView>
#include <QString>

#include <functional>
#include <optional>

namespace leeward::tiles {

// The tags of one OpenStreetMap object: answers the value of a key, or a null view.
using Tags = std::function<QByteArrayView(const char *key)>;

// What one object becomes on the base map. `kind` is what the style's filters ask for.
struct RoadRule
{
    const char *kind = "";
    int rank = 0;    // drawing order, more important = higher
    int minZoom = 0; // first zoom that shows it
    bool link = false;
};

struct KindRule
{
    const char *kind = "";
    int minZoom = 0;
};

struct PlaceRule
{
    const char *kind = "";
    int rank = 0; // less = more important, drawn earlier and larger
    int minZoom = 0;
};

// Every function answers nothing when the object does not belong to its layer.
[[nodiscard]] std::optional<RoadRule> roadRule(const Tags &tags);
[[nodiscard]] std::optional<KindRule> railRule(const Tags &tags);
[[nodiscard]] std::optional<KindRule> waterLineRule(const Tags &tags);
[[nodiscard]] std::optional<KindRule> waterAreaRule(const Tags &tags);
[[nodiscard]] std::optional<KindRule> landRule(const Tags &tags);
[[nodiscard]] std::optional<KindRule>
lineRule(const Tags &tags); // piers, dams, power lines, ferries, runways
[[nodiscard]] std::optional<PlaceRule> placeRule(const Tags &tags);
[[nodiscard]] std::optional<KindRule>
spotRule(const Tags &tags); // peaks, stations, hospitals and the like
[[nodiscard]] bool isBuilding(const Tags &tags);
[[nodiscard]] bool isCoastline(const Tags &tags);
// Present and neither empty nor "no".
[[nodiscard]] bool isYes(const Tags &tags, const char *key);

} // namespace leeward::tiles
