#pragma once

#include "analysis/roads/importwarnings.h"
#include "analysis/roads/speeds.h"

#include <osmium/osm/tag.hpp>

namespace leeward::roads {

// What the tags of a way mean to an emergency vehicle.
struct WayRule
{
    bool forward = true;
    bool backward = true;
    double forwardKmh = 0;
    double backwardKmh = 0;
    QByteArray kind;         // the highway value, or "ferry"
    quint16 flags = 0;       // PieceFlag
    double ferrySeconds = 0; // for the whole way; 0: by speed

    [[nodiscard]] bool isFerry() const { return kind == "ferry"; }
};

// What the tags of a node do to who passes it.
struct NodeRule
{
    bool closed = false;
    double seconds = 0;
};

// Applies one speed table to OpenStreetMap tags (wiki: Key:access, Key:oneway, Key:maxspeed,
// Key:barrier, Tag:route=ferry).
class TagRules
{
public:
    TagRules(const SpeedTable &table, ImportWarnings &warnings)
        : m_table(table)
        , m_warnings(warnings)
    {
    }
    // Nothing: no vehicle travels it in any direction.
    [[nodiscard]] std::optional<WayRule> way(const osmium::TagList &tags, qint64 id) const;
    [[nodiscard]] NodeRule node(const osmium::TagList &tags) const;

private:
    // What the most particular access tag says; nothing when there is none. `suffix`: "",
    // ":forward", ":backward".
    struct Access
    {
        bool passes = true;
        bool isParticular = false; // said by vehicle, motor_vehicle, motorcar or emergency
        bool isByLeave = false;    // open, but not to the public
    };
    [[nodiscard]] std::optional<Access> access(const osmium::TagList &tags,
                                               const char *suffix) const;
    void setDirections(const osmium::TagList &tags, qint64 id, WayRule &rule) const;
    [[nodiscard]] bool setRoad(const osmium::TagList &tags, qint64 id, WayRule &rule) const;
    [[nodiscard]] bool setFerry(const osmium::TagList &tags, qint64 id, WayRule &rule) const;
    [[nodiscard]] bool setAccess(const osmium::TagList &tags, qint64 id, bool needsWord,
                                 WayRule &rule) const;
    [[nodiscard]] double speed(const osmium::TagList &tags, qint64 id, SpeedTable::RoadClass road,
                               const char *suffix) const;

    const SpeedTable &m_table;
    ImportWarnings &m_warnings;
};

} // namespace leeward::roads
