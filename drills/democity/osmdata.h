#pragma once

#include "drills/democity/contour.h"
#include "models/domain/progress.h"
#include "models/domain/result.h"

#include <QByteArray>

#include <utility>
#include <vector>

namespace leeward::democity {

using OsmId = qint64;
using Tags = std::vector<std::pair<QByteArray, QByteArray>>;

struct OsmMember
{
    char type = 'w'; // n, w, r
    OsmId id = 0;
    QByteArray role;
};

// Objects of an OpenStreetMap extract, numbered from 1 in the order they are added.
class OsmData
{
public:
    explicit OsmData(const Frame &frame)
        : m_frame(frame)
    {
    }

    OsmId addNode(Vec at, Tags tags = {});
    OsmId addWay(std::vector<OsmId> nodes, Tags tags);
    OsmId addLine(const Line &line, Tags tags); // a ring's first node closes it
    // A line of any length: ways of at most 1 900 nodes that share their end nodes.
    std::vector<OsmId> addLong(const Line &line, const Tags &tags);
    // A closed way, or a multipolygon relation where there are holes or very many nodes.
    void addArea(const Area &area, Tags tags);
    OsmId addRelation(std::vector<OsmMember> members, Tags tags);

    [[nodiscard]] size_t nodeCount() const { return m_nodes.size(); }
    [[nodiscard]] size_t wayCount() const { return m_ways.size(); }
    [[nodiscard]] size_t relationCount() const { return m_relations.size(); }

    // Writes .osm.pbf, sorted by type and id, with the fixed time 2026-01-01T00:00:00Z.
    [[nodiscard]] Result<> write(const QString &path, const Progress &progress) const;

private:
    struct Node
    {
        Vec at;
        Tags tags;
    };
    struct Way
    {
        std::vector<OsmId> nodes;
        Tags tags;
    };
    struct Relation
    {
        std::vector<OsmMember> members;
        Tags tags;
    };
    Frame m_frame;
    std::vector<Node> m_nodes;
    std::vector<Way> m_ways;
    std::vector<Relation> m_relations;
};

} // namespace leeward::democity
