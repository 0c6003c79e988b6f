#include "maps/tiles/osmlayers.h"

#include "maps/tiles/osmrules.h"

#include <osmium/area/assembler.hpp>
#include <osmium/area/multipolygon_manager.hpp>
#include <osmium/handler/node_locations_for_ways.hpp>
#include <osmium/index/map/flex_mem.hpp>
#include <osmium/io/any_input.hpp>
#include <osmium/visitor.hpp>

#include <QFileInfo>

#include <algorithm>
#include <map>
#include <unordered_map>

using namespace Qt::StringLiterals;

namespace leeward::tiles {

namespace {

using LocationIndex =
    osmium::index::map::FlexMem<osmium::unsigned_object_id_type, osmium::Location>;
using LocationHandler = osmium::handler::NodeLocationsForWays<LocationIndex>;
using AreaManager = osmium::area::MultipolygonManager<osmium::area::Assembler>;
using BoundaryLevels =
    std::unordered_map<osmium::object_id_type, int>; // way → its highest administrative rank

Tags tagsOf(const osmium::OSMObject &object)
{
    return [&tags = object.tags()](const char *key) {
        return QByteArrayView(tags.get_value_by_key(key));
    };
}

int numberOf(QByteArrayView text)
{
    return text.toByteArray().toInt();
}

MercatorPoint pointOf(osmium::Location location)
{
    return toMercator(LonLat{location.lon_without_check(), location.lat_without_check()});
}

template <class Nodes>
MercatorLine lineOf(const Nodes &nodes)
{
    MercatorLine line;
    line.reserve(nodes.size());
    for (const auto &node : nodes) {
        if (!node.location().valid())
            continue;
        const MercatorPoint p = pointOf(node.location());
        if (line.empty() || !(line.back() == p))
            line.push_back(p);
    }
    return line;
}

std::vector<MercatorPolygon> polygonsOf(const osmium::Area &area)
{
    std::vector<MercatorPolygon> polygons;
    for (const auto &outer : area.outer_rings()) {
        MercatorPolygon polygon{lineOf(outer), {}};
        if (polygon.outer.size() < 4)
            continue;
        for (const auto &inner : area.inner_rings(outer))
            polygon.holes.push_back(lineOf(inner));
        polygons.push_back(std::move(polygon));
    }
    return polygons;
}

// First pass beside the multipolygons: which ways are administrative borders, and of what rank.
class BoundaryCollector : public osmium::handler::Handler
{
public:
    explicit BoundaryCollector(BoundaryLevels &levels)
        : m_levels(levels)
    {
    }

    void relation(const osmium::Relation &relation)
    {
        const Tags tags = tagsOf(relation);
        const int level = numberOf(tags("admin_level"));
        if (tags("boundary") != QByteArrayView("administrative") || level < 1 || level > 9)
            return;
        for (const auto &member : relation.members()) {
            if (member.type() != osmium::item_type::way)
                continue;
            const auto [it, isNew] = m_levels.try_emplace(member.ref(), level);
            it->second = std::min(it->second, level);
        }
    }

private:
    BoundaryLevels &m_levels;
};

// Second pass: sorts every node, way and area into its layers. The first error stops all later
// writing.
class Sorter : public osmium::handler::Handler
{
public:
    Sorter(LayerStore &store, const BoundaryLevels &levels, const QString &language)
        : m_store(store)
        , m_levels(levels)
        , m_language(language.isEmpty() ? QByteArray() : "name:" + language.toUtf8())
    {
    }

    void node(const osmium::Node &node)
    {
        seen(node);
        if (!node.location().valid())
            return;
        m_bounds.extend(node.location());
        if (node.tags().empty())
            return;
        const Tags tags = tagsOf(node);
        addPlace(tags, pointShape(pointOf(node.location())));
        addSpot(tags, pointShape(pointOf(node.location())));
    }

    void way(const osmium::Way &way)
    {
        seen(way);
        MercatorLine line = lineOf(way.nodes());
        if (line.size() < 2)
            return;
        const Tags tags = tagsOf(way);
        addBoundary(way, tags, line);
        if (isCoastline(tags))
            m_coast.push_back(line);
        const QString name = nameOf(tags);
        const bool tunnel =
            isYes(tags, "tunnel") || tags("location") == QByteArrayView("underground");
        const int deck = tunnel ? -1 : isYes(tags, "bridge") ? 1 : 0;
        if (const auto road = roadRule(tags)) {
            const int level =
                tags("layer").isEmpty() ? deck : std::clamp(numberOf(tags("layer")), -5, 5);
            write(Layer::Road, lineShape(line),
                  {QString::fromLatin1(road->kind), road->rank, road->minZoom,
                   resolution(road->minZoom), int(road->link), deck, level});
            const QString ref = QString::fromUtf8(tags("ref")).section(u';', 0, 0).trimmed();
            if (!road->link && (!name.isEmpty() || !ref.isEmpty()))
                m_roadNames[{QByteArray(road->kind), road->rank, name, ref}].push_back(line);
        }
        if (const auto rail = railRule(tags))
            write(
                Layer::Rail, lineShape(line),
                {QString::fromLatin1(rail->kind), rail->minZoom, resolution(rail->minZoom), deck});
        if (const auto water = waterLineRule(tags)) {
            write(Layer::Waterway, lineShape(line),
                  {QString::fromLatin1(water->kind), water->minZoom, resolution(water->minZoom),
                   int(tunnel)});
            if (!name.isEmpty() && !tunnel)
                m_waterNames[{QByteArray(water->kind), water->minZoom, name, QString()}].push_back(
                    line);
        }
        if (const auto rule = lineRule(tags);
            rule && !(way.is_closed() && QByteArrayView(rule->kind) == QByteArrayView("pier")))
            write(
                Layer::Line, lineShape(line),
                {QString::fromLatin1(rule->kind), rule->minZoom, resolution(rule->minZoom), name});
    }

    void relation(const osmium::Relation &relation) { seen(relation); }

    void area(const osmium::Area &area)
    {
        const Tags tags = tagsOf(area);
        const auto land = landRule(tags);
        const auto water = waterAreaRule(tags);
        const bool building = isBuilding(tags);
        if (!land && !water && !building && !spotRule(tags) && !placeRule(tags))
            return;
        const auto polygons = polygonsOf(area);
        if (polygons.empty())
            return;
        const Shape shape = polygonShape(polygons);
        const QString name = nameOf(tags);
        if (water)
            write(Layer::Water, shape,
                  {QString::fromLatin1(water->kind), water->minZoom, resolution(water->minZoom),
                   shape.area, name});
        else if (building)
            write(Layer::Building, shape, {shape.area});
        else if (land)
            write(Layer::Land, shape,
                  {QString::fromLatin1(land->kind), land->minZoom, resolution(land->minZoom),
                   shape.area, name});
        if (!isYes(tags,
                   "boundary")) // the name of a district is drawn at its node, not in its middle
            addPlace(tags, shape);
        addSpot(tags, shape);
    }

    // What needs the whole extract: sea, joined names.
    Result<> finish(const MercatorBox &frame, OsmFacts &facts)
    {
        write(Layer::Extent,
              polygonShape({{{{frame.minX, frame.minY},
                              {frame.maxX, frame.minY},
                              {frame.maxX, frame.maxY},
                              {frame.minX, frame.maxY},
                              {frame.minX, frame.minY}},
                             {}}}),
              {u"inside"_s});
        const MercatorBox far = frame.grownBy(
            8 * (frame.width() + frame.height())); // hides what the extract has beyond
        write(Layer::Extent,
              polygonShape({{{{far.minX, far.minY},
                              {far.maxX, far.minY},
                              {far.maxX, far.maxY},
                              {far.minX, far.maxY},
                              {far.minX, far.minY}},
                             {{{frame.minX, frame.minY},
                               {frame.minX, frame.maxY},
                               {frame.maxX, frame.maxY},
                               {frame.maxX, frame.minY},
                               {frame.minX, frame.minY}}}}}),
              {u"outside"_s});
        for (const Named &named :
             m_named) // extracts hold more than their frame; a name outside it stands on nothing
            if (named.shape.box.maxX >= frame.minX && named.shape.box.minX <= frame.maxX &&
                named.shape.box.maxY >= frame.minY && named.shape.box.minY <= frame.maxY)
                write(named.layer, named.shape, named.values);
        for (const MercatorLine &line : m_coast)
            write(Layer::Coast, lineShape(line), {QString()});
        const Sea sea = assembleSea(std::move(m_coast), frame);
        for (const MercatorPolygon &polygon : sea.polygons)
            write(Layer::Sea, polygonShape({polygon}), {QString()});
        if (sea.brokenLines > 0)
            facts.warnings
                << u"%1 coastlines end inside the map without a continuation and bound no sea"_s
                       .arg(sea.brokenLines);
        for (auto &[key, lines] : m_roadNames) {
            const int minZoom = key.rank >= 60   ? 11
                                : key.rank >= 50 ? 12
                                : key.rank >= 35 ? 14
                                                 : 15;
            for (const MercatorLine &line : joinLines(std::move(lines), false))
                write(Layer::RoadLabel, lineShape(line),
                      {QString::fromLatin1(key.kind), key.rank, minZoom, resolution(minZoom),
                       key.name, key.ref});
        }
        for (auto &[key, lines] : m_waterNames) {
            const int minZoom = std::max(11, key.rank + 1);
            for (const MercatorLine &line : joinLines(std::move(lines), false))
                write(Layer::WaterwayLabel, lineShape(line),
                      {QString::fromLatin1(key.kind), minZoom, resolution(minZoom), key.name});
        }
        return m_result;
    }

    [[nodiscard]] const Result<> &result() const { return m_result; }
    [[nodiscard]] const osmium::Box &bounds() const { return m_bounds; }
    [[nodiscard]] osmium::Timestamp newest() const { return m_newest; }
    [[nodiscard]] qint64 objects() const { return m_objects; }

private:
    struct NameKey
    {
        QByteArray kind;
        int rank = 0;
        QString name;
        QString ref;
        friend auto operator<=>(const NameKey &, const NameKey &) = default;
    };

    struct Named
    {
        Layer layer = Layer::Place;
        Shape shape;
        std::vector<QVariant> values;
    };

    void seen(const osmium::OSMObject &object)
    {
        ++m_objects;
        m_newest = std::max(m_newest, object.timestamp());
    }

    void write(Layer layer, const Shape &shape, const std::vector<QVariant> &values)
    {
        if (m_result)
            m_result = m_store.add(layer, shape, values);
    }

    [[nodiscard]] QString nameOf(const Tags &tags) const
    {
        if (!m_language.isEmpty())
            if (const QByteArrayView wanted = tags(m_language.constData()); !wanted.isEmpty())
                return QString::fromUtf8(wanted);
        return QString::fromUtf8(tags("name")).section(u';', 0, 0).trimmed();
    }

    void addBoundary(const osmium::Way &way, const Tags &tags, const MercatorLine &line)
    {
        const auto known = m_levels.find(way.id());
        int level = known == m_levels.end() ? 0 : known->second;
        if (level == 0 && tags("boundary") == QByteArrayView("administrative"))
            level = numberOf(tags("admin_level"));
        if (level > 0 && level < 10 && !isYes(tags, "maritime") && !isCoastline(tags))
            write(Layer::Boundary, lineShape(line), {level});
    }

    void addPlace(const Tags &tags, const Shape &shape)
    {
        const auto place = placeRule(tags);
        const QString name = nameOf(tags);
        if (!place || name.isEmpty())
            return;
        const bool capital = isYes(tags, "capital");
        m_named.push_back({Layer::Place,
                           shape,
                           {QString::fromLatin1(place->kind), place->rank - int(capital),
                            capital ? std::min(place->minZoom, 6) : place->minZoom,
                            resolution(place->minZoom), name, numberOf(tags("population"))}});
    }

    void addSpot(const Tags &tags, const Shape &shape)
    {
        const auto spot = spotRule(tags);
        const QString name = nameOf(tags);
        if (!spot || name.isEmpty())
            return;
        const double metres = QByteArrayView(tags("ele")).toByteArray().toDouble();
        const QString height = metres > 0 ? QString::number(qRound(metres)) : QString();
        m_named.push_back({Layer::Spot,
                           shape,
                           {QString::fromLatin1(spot->kind), spot->minZoom,
                            resolution(spot->minZoom), name, height, shape.area}});
    }

    LayerStore &m_store;
    const BoundaryLevels &m_levels;
    QByteArray m_language;
    Result<> m_result;
    osmium::Box m_bounds;
    osmium::Timestamp m_newest;
    qint64 m_objects = 0;
    std::vector<MercatorLine> m_coast;
    std::vector<Named> m_named;
    std::map<NameKey, std::vector<MercatorLine>> m_roadNames;
    std::map<NameKey, std::vector<MercatorLine>> m_waterNames;
};

LonLatBox boxOf(const osmium::Box &box)
{
    return {{box.bottom_left().lon_without_check(), box.bottom_left().lat_without_check()},
            {box.top_right().lon_without_check(), box.top_right().lat_without_check()}};
}

osmium::area::AssemblerConfig assemblerConfig()
{
    osmium::area::AssemblerConfig config;
    config.create_empty_areas = false;
    return config;
}

Result<OsmFacts> read(const OsmOptions &options, LayerStore &store, const Progress &progress)
{
    const osmium::io::File file(options.file.toStdString());
    const osmium::area::AssemblerConfig config = assemblerConfig();
    AreaManager areas{config};
    BoundaryLevels levels;
    {
        BoundaryCollector boundaries(levels);
        osmium::io::Reader reader(file, osmium::osm_entity_bits::relation);
        osmium::apply(reader, areas, boundaries);
        reader.close();
        areas.prepare_for_lookup();
    }
    if (!progress.report(0, 0, u"relations"_s))
        return fail(Errc::Cancelled, u"import of "_s + options.file);

    LocationIndex index;
    LocationHandler locations(index);
    locations.ignore_errors();
    Sorter sorter(store, levels, options.language);
    auto &areaHandler = areas.handler(
        [&sorter](osmium::memory::Buffer &&buffer) { osmium::apply(buffer, sorter); });
    osmium::io::Reader reader(file);
    const osmium::io::Header header = reader.header();
    const auto size = static_cast<qint64>(reader.file_size());
    while (osmium::memory::Buffer buffer = reader.read()) {
        osmium::apply(buffer, locations, sorter, areaHandler);
        TRY(sorter.result());
        if (!progress.report(static_cast<qint64>(reader.offset()), size, u"objects"_s))
            return fail(Errc::Cancelled, u"import of "_s + options.file);
    }
    reader.close();

    OsmFacts facts;
    facts.objects = sorter.objects();
    if (!sorter.bounds().valid())
        return fail(Errc::FileMalformed, options.file + u": there is no map data in it"_s);
    const osmium::Box named = header.joined_boxes();
    facts.frame = options.frame.value_or(boxOf(named.valid() ? named : sorter.bounds()));
    if (facts.frame.isEmpty())
        return fail(Errc::FileMalformed, options.file + u": its data covers no area"_s);
    osmium::Timestamp date = sorter.newest();
    if (const std::string stamp = header.get("osmosis_replication_timestamp"); !stamp.empty())
        date = osmium::Timestamp(stamp);
    facts.dataDate = instantFromMs(static_cast<qint64>(date.seconds_since_epoch()) * 1000);
    TRY(sorter.finish(toMercator(facts.frame), facts));
    size_t incomplete = 0;
    areas.for_each_incomplete_relation([&incomplete](const auto &) { ++incomplete; });
    if (incomplete > 0)
        facts.warnings << u"%1 areas reach beyond the extract and are left out"_s.arg(incomplete);
    return facts;
}

} // namespace

Result<OsmFacts> readOsm(const OsmOptions &options, LayerStore &store, const Progress &progress)
{
    const QFileInfo info(options.file);
    if (!info.isFile())
        return fail(Errc::FileMissing, options.file + u": no such file"_s);
    if (info.size() == 0)
        return fail(Errc::FileMalformed, options.file + u": the file is empty"_s);
    try {
        return read(options, store, progress);
    } catch (const std::exception &e) { // the reader's own, of many types
        return fail(Errc::FileMalformed, options.file + u": "_s + QString::fromUtf8(e.what()));
    }
}

} // namespace leeward::tiles
