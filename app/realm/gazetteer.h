#pragma once

#include "models/domain/geo.h"
#include "models/domain/result.h"

#include <QString>

#include <vector>

namespace leeward::app {

struct GazetteerHit
{
    QString name;
    QString kind;
    LonLat at;
};

// Names of places that are no register rows: towns, villages, roads, rivers, landmarks. Read once;
// search() may be called from any thread.
class Gazetteer
{
public:
    // A table with the columns name, kind, lon, lat; any format of maps/geo.
    [[nodiscard]] static Result<Gazetteer> load(const QString &path);

    // Names that contain every word of `text`, Chinese or pinyin; best first: exact, begins with,
    // contains.
    [[nodiscard]] std::vector<GazetteerHit> search(const QString &text, int limit) const;
    [[nodiscard]] size_t size() const { return m_places.size(); }

private:
    struct Place
    {
        GazetteerHit hit;
        QString keys; // lower-case name and its pinyin
    };
    std::vector<Place> m_places;
};

} // namespace leeward::app
