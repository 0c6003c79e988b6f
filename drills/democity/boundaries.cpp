#include "drills/democity/boundaries.h"

#include <map>
#include <set>

namespace leeward::democity {

namespace {

constexpr double seaReach = 3600; // m of sea that belong to the land

// A border between two 镇街 (or one and nothing, -1) from one meeting point to the next.
struct Border
{
    Line line;
    int left = -1;
    int right = -1;
};

class BorderTracer
{
public:
    BorderTracer(const Grid<qint16> &owner, const Frame &frame)
        : m_owner(owner)
        , m_frame(frame)
    {
        for (int j = 0; j <= owner.rows(); ++j) {
            for (int i = 0; i <= owner.columns(); ++i) {
                if (i < owner.columns() && label(i, j) != label(i, j - 1))
                    link(corner(i, j), corner(i + 1, j));
                if (j < owner.rows() && label(i, j) != label(i - 1, j))
                    link(corner(i, j), corner(i, j + 1));
            }
        }
    }

    std::vector<Border> trace()
    {
        std::vector<Border> borders;
        for (const bool meetings : {true, false}) {
            for (const auto &[start, next] : m_links) {
                if (meetings && next.size() == 2)
                    continue;
                for (const int first : next) {
                    if (!m_done.contains({start, first}))
                        borders.push_back(follow(start, first));
                }
            }
        }
        return borders;
    }

private:
    [[nodiscard]] int label(int i, int j) const
    {
        return m_owner.has(i, j) ? m_owner.at(i, j) : -1;
    }
    [[nodiscard]] int corner(int i, int j) const { return j * (m_owner.columns() + 1) + i; }
    [[nodiscard]] Vec place(int corner) const
    {
        const int row = corner / (m_owner.columns() + 1);
        const double x = (corner % (m_owner.columns() + 1) - 0.5) * m_owner.stepX();
        const double y = (row - 0.5) * m_owner.stepY();
        return {std::clamp(x, 0.0, m_frame.width), std::clamp(y, 0.0, m_frame.height)};
    }
    void link(int a, int b)
    {
        m_links[a].push_back(b);
        m_links[b].push_back(a);
    }
    // The 镇街 left and right of the step from one corner to the next.
    [[nodiscard]] std::pair<int, int> sides(int a, int b) const
    {
        const int columns = m_owner.columns() + 1;
        const int i = std::min(a % columns, b % columns);
        const int j = std::min(a / columns, b / columns);
        const bool eastward = b == a + 1 || b == a - 1;
        const int one = eastward ? label(i, j) : label(i - 1, j); // left when going east or north
        const int two = eastward ? label(i, j - 1) : label(i, j);
        return b > a ? std::pair(one, two) : std::pair(two, one);
    }
    Border follow(int start, int first)
    {
        Border border;
        std::tie(border.left, border.right) = sides(start, first);
        border.line.push_back(place(start));
        int before = start;
        int here = first;
        m_done.insert({start, first});
        while (here != start && m_links.at(here).size() == 2) {
            border.line.push_back(place(here));
            const std::vector<int> &links = m_links.at(here);
            const int next = links[0] == before ? links[1] : links[0];
            m_done.insert({here, before});
            before = here;
            here = next;
            m_done.insert({before, here});
        }
        m_done.insert({here, before});
        border.line.push_back(place(here));
        border.line = simplified(smoothed(border.line, 5), 12);
        return border;
    }

    const Grid<qint16> &m_owner;
    const Frame &m_frame;
    std::map<int, std::vector<int>> m_links;
    std::set<std::pair<int, int>> m_done;
};

} // namespace

void addBoundaries(OsmData &osm, const Settlements &people, const Terrain &terrain)
{
    Grid<qint16> owner = people.townOf;
    Grid<quint8> land = terrain.sea;
    for (int k = 0; k < land.size(); ++k)
        land[k] = land[k] ? 0 : 1;
    const Grid<float> far = distanceTo(land);
    for (int k = 0; k < owner.size(); ++k) {
        if (far.near(owner.place(k)) > seaReach)
            owner[k] = -1;
    }
    const auto districtOf = [&](int town) {
        return town < 0 ? -1 : people.towns[static_cast<size_t>(town)].district;
    };
    std::map<int, std::vector<OsmMember>> towns;
    std::map<int, std::vector<OsmMember>> districts;
    std::vector<OsmMember> city;
    std::map<std::pair<double, double>, OsmId> meeting; // ends are shared between borders
    const auto nodeAt = [&](Vec p) {
        const auto [it, fresh] = meeting.try_emplace({p.x, p.y}, 0);
        if (fresh)
            it->second = osm.addNode(p);
        return it->second;
    };
    for (const Border &border : BorderTracer(owner, terrain.frame).trace()) {
        const int left = districtOf(border.left);
        const int right = districtOf(border.right);
        const bool outer = border.left < 0 || border.right < 0;
        const QByteArray level = outer ? "5" : left != right ? "6" : "8";
        std::vector<OsmId> nodes{nodeAt(border.line.front())};
        for (size_t k = 1; k + 1 < border.line.size(); ++k)
            nodes.push_back(osm.addNode(border.line[k]));
        nodes.push_back(nodeAt(border.line.back()));
        const OsmId way =
            osm.addWay(std::move(nodes), {{"admin_level", level}, {"boundary", "administrative"}});
        for (const int town : {border.left, border.right}) {
            if (town >= 0)
                towns[town].push_back({'w', way, "outer"});
        }
        if (left != right) {
            for (const int district : {left, right}) {
                if (district >= 0)
                    districts[district].push_back({'w', way, "outer"});
            }
        }
        if (outer)
            city.push_back({'w', way, "outer"});
    }
    const auto add = [&](std::vector<OsmMember> members, const QByteArray &level, const Name &name,
                         const QString &code) {
        (void) osm.addRelation(std::move(members), {{"type", "boundary"},
                                                    {"boundary", "administrative"},
                                                    {"admin_level", level},
                                                    {"name", name.zh.toUtf8()},
                                                    {"name:en", name.en.toUtf8()},
                                                    {"ref", code.toUtf8()},
                                                    {"division_code", code.toUtf8()}});
    };
    add(std::move(city), "5", people.city, people.code);
    for (auto &[district, members] : districts)
        add(std::move(members), "6", people.districts[static_cast<size_t>(district)].name,
            people.districts[static_cast<size_t>(district)].code);
    for (auto &[town, members] : towns)
        add(std::move(members), "8", people.towns[static_cast<size_t>(town)].name,
            people.towns[static_cast<size_t>(town)].code);
}

} // namespace leeward::democity
