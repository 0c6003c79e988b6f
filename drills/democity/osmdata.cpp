#include "drills/democity/osmdata.h"

#include <osmium/builder/attr.hpp>
#include <osmium/builder/osm_object_builder.hpp>
#include <osmium/io/pbf_output.hpp>
#include <osmium/io/writer.hpp>
#include <osmium/memory/buffer.hpp>

#include <QFile>

namespace leeward::democity {

namespace {

constexpr size_t mostNodes = 1900; // the editing API's limit is 2 000 a way

template <class Builder>
void dress(Builder &builder, OsmId id)
{
    builder.set_id(id);
    builder.set_version(1);
    builder.set_changeset(1);
    builder.set_uid(1);
    builder.set_timestamp(osmium::Timestamp("2026-01-01T00:00:00Z"));
    builder.set_user("leeward-demo");
}

template <class Builder>
void addTags(Builder &builder, const Tags &tags)
{
    if (tags.empty())
        return;
    osmium::builder::TagListBuilder list(builder);
    for (const auto &[key, value] : tags)
        list.add_tag(key.constData(), value.constData());
}

} // namespace

OsmId OsmData::addNode(Vec at, Tags tags)
{
    m_nodes.push_back({at, std::move(tags)});
    return static_cast<OsmId>(m_nodes.size());
}

OsmId OsmData::addWay(std::vector<OsmId> nodes, Tags tags)
{
    m_ways.push_back({std::move(nodes), std::move(tags)});
    return static_cast<OsmId>(m_ways.size());
}

OsmId OsmData::addLine(const Line &line, Tags tags)
{
    std::vector<OsmId> nodes;
    const bool ring = line.size() > 3 && line.front() == line.back();
    for (size_t k = 0; k + (ring ? 1 : 0) < line.size(); ++k)
        nodes.push_back(addNode(line[k]));
    if (ring)
        nodes.push_back(nodes.front());
    return addWay(std::move(nodes), std::move(tags));
}

std::vector<OsmId> OsmData::addLong(const Line &line, const Tags &tags)
{
    std::vector<OsmId> nodes;
    const bool ring = line.size() > 3 && line.front() == line.back();
    for (size_t k = 0; k + (ring ? 1 : 0) < line.size(); ++k)
        nodes.push_back(addNode(line[k]));
    if (ring)
        nodes.push_back(nodes.front());
    std::vector<OsmId> ways;
    for (size_t from = 0; from + 1 < nodes.size(); from += mostNodes - 1) {
        const size_t to = std::min(from + mostNodes, nodes.size());
        ways.push_back(addWay({nodes.begin() + static_cast<std::ptrdiff_t>(from),
                               nodes.begin() + static_cast<std::ptrdiff_t>(to)},
                              tags));
    }
    return ways;
}

void OsmData::addArea(const Area &area, Tags tags)
{
    if (area.holes.empty() && area.outer.size() < mostNodes) {
        (void) addLine(area.outer, std::move(tags));
        return;
    }
    std::vector<OsmMember> members;
    for (const OsmId way : addLong(area.outer, {}))
        members.push_back({'w', way, "outer"});
    for (const Line &hole : area.holes) {
        for (const OsmId way : addLong(hole, {}))
            members.push_back({'w', way, "inner"});
    }
    tags.insert(tags.begin(), {"type", "multipolygon"});
    (void) addRelation(std::move(members), std::move(tags));
}

OsmId OsmData::addRelation(std::vector<OsmMember> members, Tags tags)
{
    m_relations.push_back({std::move(members), std::move(tags)});
    return static_cast<OsmId>(m_relations.size());
}

Result<> OsmData::write(const QString &path, const Progress &progress) const
try {
    osmium::io::Header header;
    header.set("generator", "leeward-demo fictional=yes");
    header.set("sorting", "Type_then_ID");
    header.set("osmosis_replication_timestamp", "2026-01-01T00:00:00Z");
    const LonLat low = m_frame.toLonLat({0, 0});
    const LonLat high = m_frame.toLonLat({m_frame.width, m_frame.height});
    header.add_box(
        osmium::Box(osmium::Location(low.lon, low.lat), osmium::Location(high.lon, high.lat)));
    osmium::io::Writer writer(QFile::encodeName(path).toStdString(), header,
                              osmium::io::overwrite::allow);
    osmium::memory::Buffer buffer(1 << 20, osmium::memory::Buffer::auto_grow::yes);
    const auto flush = [&](bool force) {
        if (buffer.committed() > 900000 || force) {
            osmium::memory::Buffer full(1 << 20, osmium::memory::Buffer::auto_grow::yes);
            std::swap(full, buffer);
            writer(std::move(full));
        }
        return !progress.isCancelled();
    };
    for (size_t k = 0; k < m_nodes.size(); ++k) {
        {
            osmium::builder::NodeBuilder builder(buffer);
            dress(builder, static_cast<OsmId>(k) + 1);
            const LonLat at = m_frame.toLonLat(m_nodes[k].at);
            builder.set_location(osmium::Location(at.lon, at.lat));
            addTags(builder, m_nodes[k].tags);
        }
        buffer.commit();
        if (!flush(false))
            return fail(Errc::Cancelled, path);
    }
    for (size_t k = 0; k < m_ways.size(); ++k) {
        {
            osmium::builder::WayBuilder builder(buffer);
            dress(builder, static_cast<OsmId>(k) + 1);
            addTags(builder, m_ways[k].tags);
            osmium::builder::WayNodeListBuilder list(builder);
            for (const OsmId node : m_ways[k].nodes)
                list.add_node_ref(node);
        }
        buffer.commit();
        if (!flush(false))
            return fail(Errc::Cancelled, path);
    }
    for (size_t k = 0; k < m_relations.size(); ++k) {
        {
            osmium::builder::RelationBuilder builder(buffer);
            dress(builder, static_cast<OsmId>(k) + 1);
            addTags(builder, m_relations[k].tags);
            osmium::builder::RelationMemberListBuilder list(builder);
            for (const OsmMember &member : m_relations[k].members)
                list.add_member(osmium::char_to_item_type(member.type), member.id,
                                member.role.constData());
        }
        buffer.commit();
        if (!flush(false))
            return fail(Errc::Cancelled, path);
    }
    (void) flush(true);
    writer.close();
    return {};
} catch (const std::exception &error) {
    return fail(Errc::FileUnwritable,
                path + QLatin1StringView(": ") + QString::fromUtf8(error.what()));
}

} // namespace leeward::democity
