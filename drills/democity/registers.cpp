#include "drills/democity/registers.h"

#include <QDate>

namespace leeward::democity {

using namespace Qt::StringLiterals;

FieldValues RegisterSource::rowAt(const RegisterSpec &spec, QStringView prefix, int number,
                                  const QString &name, Vec at) const
{
    const Settlements &people = m_city.people;
    const Town &home = people.towns[static_cast<size_t>(people.townOf.near(at))];
    const Village *nearest = nullptr;
    for (const Village &village : people.villages) {
        if (&people.towns[static_cast<size_t>(village.town)] == &home &&
            (!nearest || (village.at - at).length() < (nearest->at - at).length()))
            nearest = &village;
    }
    const LonLat place = m_city.terrain.frame.toLonLat(at);
    const QString code = nearest ? nearest->code : QString(home.code + u"000"_s);
    QString address = people.districts[static_cast<size_t>(home.district)].name.zh + home.name.zh;
    if (nearest)
        address += nearest->name.zh;
    FieldValues row = {
        {u"code"_s, QString(prefix.toString() + u"%1"_s.arg(number, 4, 10, QChar(u'0')))},
        {u"name"_s, name}};
    const auto put = [&](const QString &field, const QVariant &value) {
        if (spec.field(field))
            row.insert(field, value);
    };
    put(u"lon"_s, std::round(place.lon * 1e6) / 1e6);
    put(u"lat"_s, std::round(place.lat * 1e6) / 1e6);
    put(u"division_code"_s, code);
    put(u"address"_s, address);
    put(u"elevation_m"_s, std::round(std::max(0.0, m_city.terrain.height.sample(at)) * 10) / 10);
    return row;
}

Vec RegisterSource::anyNode(int town)
{
    const std::vector<int> *nodes = &m_city.nodesOfTown[static_cast<size_t>(town)];
    if (nodes->empty())
        nodes = &m_city.nodesOfTown.front();
    return m_city.roads.nodes[static_cast<size_t>(random.pick(*nodes))];
}

Vec RegisterSource::nodeNear(Vec p) const
{
    Vec best;
    double nearest = 1e18;
    for (const auto &nodes : m_city.nodesOfTown) {
        for (const int node : nodes) {
            const Vec at = m_city.roads.nodes[static_cast<size_t>(node)];
            const double far = (at - p).length();
            if (far < nearest) {
                nearest = far;
                best = at;
            }
        }
    }
    return best;
}

QString RegisterSource::phone()
{
    return u"0999-000%1"_s.arg(random.below(100000), 5, 10, QChar(u'0'));
}
QString RegisterSource::mobile()
{
    return u"10000%1"_s.arg(random.below(1000000), 6, 10, QChar(u'0'));
}

QString RegisterSource::date(int fromYear, int toYear)
{
    const QDate first(fromYear, 1, 1);
    return first.addDays(random.below(static_cast<int>(first.daysTo(QDate(toYear, 12, 31)))))
        .toString(u"yyyy-MM-dd"_s);
}

Table makeStations(const CityPlan &city, Names &names)
{
    RegisterSource source(city, names, u"stations");
    Table table{&stationRegister(), {}};
    struct Sort
    {
        QString kind, tail, level;
        LandmarkKind site;
    };
    const std::vector<Sort> sorts = {
        {u"rescue"_s, u"应急救援站"_s, u"town"_s, LandmarkKind::Government},
        {u"fire"_s, u"消防站"_s, u"county"_s, LandmarkKind::FireStation},
        {u"medical"_s, u"急救站"_s, u"city"_s, LandmarkKind::Hospital},
        {u"service"_s, u"应急服务站"_s, u"village"_s, LandmarkKind::Market}};
    for (int round = 0; static_cast<int>(table.rows.size()) < stationCount; ++round) {
        const Sort &sort = sorts[static_cast<size_t>(round) % sorts.size()];
        for (int town = 0;
             town < source.townCount() && static_cast<int>(table.rows.size()) < stationCount;
             ++town) {
            if (sort.kind == "medical"_L1 && !source.town(town).urban)
                continue;
            Vec at = source.anyNode(town);
            for (const Landmark &mark : city.landmarks) {
                if (mark.town == town && mark.kind == sort.site && round < 4)
                    at = city.roads.nodes[static_cast<size_t>(mark.node)];
            }
            const QString number = round < 4 ? QString() : u"第%1"_s.arg(round / 4 + 1);
            FieldValues row =
                source.rowAt(*table.spec, u"JZ", static_cast<int>(table.rows.size()) + 1,
                             source.base(town) + number + sort.tail, at);
            row.insert(u"kind"_s, sort.kind);
            row.insert(u"level"_s, sort.level);
            row.insert(u"keeper"_s, source.person());
            row.insert(u"phone"_s, source.phone());
            row.insert(u"note"_s, u"虚构数据，仅供演示"_s);
            table.rows.push_back(std::move(row));
        }
    }
    return table;
}

Table makeShelters(const CityPlan &city, Names &names)
{
    RegisterSource source(city, names, u"shelters");
    Table table{&shelterRegister(), {}};
    std::vector<const Landmark *> sites;
    for (const Landmark &mark : city.landmarks) {
        if (mark.kind == LandmarkKind::School || mark.kind == LandmarkKind::Stadium)
            sites.push_back(&mark);
    }
    std::ranges::stable_sort(sites, [](const Landmark *a, const Landmark *b) {
        return a->length * a->width > b->length * b->width;
    });
    for (int n = 0; n < shelterCount; ++n) {
        const Landmark *mark =
            static_cast<size_t>(n) < sites.size() ? sites[static_cast<size_t>(n)] : nullptr;
        const int town = mark ? mark->town : n % source.townCount();
        const Vec at = mark && !city.terrain.isSea(mark->at) ? mark->at : source.anyNode(town);
        const QString name = mark ? QString(mark->name + u"应急避难场所"_s)
                                  : QString(source.base(town) +
                                            u"第%1应急避难场所"_s.arg(n / source.townCount() + 1));
        FieldValues row = source.rowAt(*table.spec, u"BN", n + 1, name, at);
        const int rank = n < 3 ? 1 : n < 9 ? 2 : n < 18 ? 3 : n < classedShelters ? 4 : 0;
        if (rank)
            row.insert(u"old_class"_s, QString::number(rank));
        const double area = mark ? mark->length * mark->width * source.random.range(1.6, 3.2)
                                 : source.random.range(300, 1600);
        const int capacity =
            std::max(40, static_cast<int>(area / (rank == 1 ? 3.0 : 2.0)) / 10 * 10);
        const double height = row.value(u"elevation_m"_s).toDouble();
        const bool safe = height >= 12 || (height >= 6 && city.water.nearRiver.near(at) > 300);
        const bool open = n % 29 == 7;
        row.insert(u"state"_s, n % 61 == 60 ? u"damaged"_s : open ? u"open"_s : u"standby"_s);
        row.insert(u"duration"_s, rank == 1          ? u"long"_s
                                  : rank && rank < 4 ? u"short"_s
                                                     : u"emergency"_s);
        row.insert(u"level"_s, rank == 1                 ? u"city"_s
                               : rank                    ? u"county"_s
                               : source.town(town).urban ? u"town"_s
                                                         : u"village"_s);
        row.insert(u"space"_s, source.random.chance(0.6)   ? u"indoor"_s
                               : source.random.chance(0.5) ? u"both"_s
                                                           : u"outdoor"_s);
        row.insert(u"capacity"_s, capacity);
        row.insert(u"present"_s, open ? source.random.below(capacity / 2) : 0);
        row.insert(u"inbound"_s, 0);
        row.insert(u"reserved"_s, 0);
        row.insert(u"flood_safe"_s, safe ? 1 : 0);
        row.insert(u"hazards"_s, safe ? u"flood,typhoon,earthquake"_s : u"earthquake,other"_s);
        row.insert(u"effective_area_m2"_s, std::round(area));
        row.insert(u"barrier_free"_s, source.random.chance(0.45) ? 1 : 0);
        row.insert(u"keys_holder"_s, source.person());
        row.insert(u"manager"_s, source.person());
        row.insert(u"phone"_s, source.phone());
        table.rows.push_back(std::move(row));
    }
    return table;
}

Table makeLandingPoints(const CityPlan &city, Names &names)
{
    RegisterSource source(city, names, u"landing points");
    Table table{&landingPointRegister(), {}};
    static const QStringList reasons = {u"场地被占用"_s, u"周边新增高压线"_s, u"坪面破损待修"_s,
                                        u"汛期积水"_s, u"临近施工塔吊"_s};
    static const QStringList surfaces = {u"concrete"_s, u"asphalt"_s, u"earth"_s, u"grass"_s,
                                         u"sports_field"_s};
    for (int n = 0; n < landingPointCount; ++n) {
        const int town = n % source.townCount();
        const Vec at = source.anyNode(town);
        const QString state = n % 30 == 29 ? u"closed"_s
                              : n % 11 < 5 ? u"usable"_s
                              : n % 11 < 7 ? u"built"_s
                              : n % 11 < 9 ? u"building"_s
                                           : u"planned"_s;
        const bool finished = state == "usable"_L1 || state == "built"_L1;
        const bool usable = state == "usable"_L1 && n % 13 != 5;
        FieldValues row =
            source.rowAt(*table.spec, u"QJ", n + 1,
                         source.base(town) + u"%1号起降点"_s.arg(n / source.townCount() + 1), at);
        row.insert(u"kind"_s, n % 23 == 3   ? u"elevated"_s
                              : n % 31 == 4 ? u"water"_s
                              : n % 3 == 1  ? u"temporary"_s
                                            : u"surface"_s);
        row.insert(u"build_state"_s, state);
        row.insert(u"due_date"_s, finished     ? source.date(2024, 2025)
                                  : n % 4 == 0 ? source.date(2025, 2025)
                                               : source.date(2027, 2028));
        row.insert(u"usable"_s, usable ? 1 : 0);
        if (!usable)
            row.insert(u"unusable_reason"_s, finished || state == "closed"_L1
                                                 ? source.random.pick(reasons)
                                                 : u"尚未建成"_s);
        const int length = source.random.between(7, 12) * 5;
        row.insert(u"pad_length_m"_s, length);
        row.insert(u"pad_width_m"_s, length - 5 * source.random.below(3));
        row.insert(u"safety_area_m"_s, length + source.random.between(3, 6) * 5);
        row.insert(u"slope_deg"_s, std::round(source.random.range(0, 4.5) * 10) / 10);
        row.insert(u"surface"_s, source.random.pick(surfaces));
        row.insert(u"max_mass_t"_s, source.random.between(5, 30));
        row.insert(u"max_d_m"_s, source.random.between(13, 30));
        row.insert(u"lights"_s, source.random.chance(0.3) ? 1 : 0);
        const int bearing = source.random.below(18) * 10;
        row.insert(
            u"approach"_s,
            u"%1°/%2°"_s.arg(bearing, 3, 10, QChar(u'0')).arg(bearing + 180, 3, 10, QChar(u'0')));
        row.insert(u"obstacles"_s,
                   source.random.chance(0.4)
                       ? u"北侧 %1 米有树林，高约 %2 米"_s.arg(source.random.between(40, 120))
                             .arg(source.random.between(6, 15))
                       : u"无"_s);
        row.insert(u"last_survey"_s, source.date(2025, 2025));
        row.insert(u"manager"_s, source.person());
        row.insert(u"phone"_s, source.phone());
        table.rows.push_back(std::move(row));
    }
    return table;
}

Result<Registers> makeRegisters(const CityPlan &city, Names &names)
{
    Registers all;
    all.stations = makeStations(city, names);
    all.teams = makeTeams(city, names, all.stations);
    all.shelters = makeShelters(city, names);
    all.landingPoints = makeLandingPoints(city, names);
    all.depots = makeDepots(city, names);
    TRY_ASSIGN(all.stock, makeStock(city, names, all.depots));
    return all;
}

QString csvOf(const Table &table)
{
    QString text;
    const auto put = [&](const QString &cell, bool last) {
        if (cell.contains(u',') || cell.contains(u'"') || cell.contains(u'\n'))
            text += u'"' + QString(cell).replace(u"\""_s, u"\"\""_s) + u'"';
        else
            text += cell;
        text += last ? u"\r\n"_s : u","_s;
    };
    const size_t count = table.spec->fields.size();
    for (size_t k = 0; k < count; ++k)
        put(table.spec->fields[k].label.zh, k + 1 == count);
    for (const FieldValues &row : table.rows) {
        for (size_t k = 0; k < count; ++k) {
            const FieldSpec &field = table.spec->fields[k];
            put(formatField(field, row.value(field.name), Language::Chinese), k + 1 == count);
        }
    }
    return text;
}

} // namespace leeward::democity
