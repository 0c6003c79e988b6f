#include "drills/democity/registers.h"

#include <map>

namespace leeward::democity {

using namespace Qt::StringLiterals;

namespace {

// A sort of team above the villages: how many, how large, what it can do.
struct Sort
{
    QString kind;
    QStringList names;
    QString level;
    QString capabilities;
    QString authority;
    QString equipment;
    int count;
    int weight; // people, before the whole is scaled to the wanted sum
    int readiness;
};

const std::vector<Sort> &sorts()
{
    static const std::vector<Sort> list = {
        {u"fire"_s,
         {u"消防救援站"_s},
         u"city"_s,
         u"firefighting,collapse,search,water_rescue"_s,
         u"消防救援支队"_s,
         u"水罐消防车 2 辆，抢险救援车 1 辆，冲锋舟 1 艘"_s,
         38,
         60,
         1},
        {u"fire"_s,
         {u"政府专职消防队"_s},
         u"town"_s,
         u"firefighting,evacuation"_s,
         u"镇人民政府"_s,
         u"水罐消防车 1 辆，机动泵 2 台"_s,
         16,
         32,
         3},
        {u"flood"_s,
         {u"防汛抢险大队"_s, u"堤防抢险队"_s},
         u"county"_s,
         u"dike,pumping,evacuation"_s,
         u"水务局"_s,
         u"挖掘机 2 台，自卸车 6 辆，编织袋 2 万条"_s,
         24,
         230,
         20},
        {u"flood"_s,
         {u"排涝抢险队"_s},
         u"city"_s,
         u"pumping,dike,power"_s,
         u"排水集团"_s,
         u"排涝泵车 3 台，移动泵站 2 套"_s,
         14,
         140,
         15},
        {u"water"_s,
         {u"水上救援队"_s, u"海上搜救队"_s},
         u"city"_s,
         u"water_rescue,diving,search"_s,
         u"海上搜救中心"_s,
         u"冲锋舟 4 艘，救生衣 80 件，潜水装具 6 套"_s,
         16,
         95,
         10},
        {u"engineering"_s,
         {u"电力抢修队"_s},
         u"city"_s,
         u"power"_s,
         u"供电公司"_s,
         u"发电车 2 辆，斗臂车 3 辆"_s,
         15,
         190,
         20},
        {u"engineering"_s,
         {u"道路抢通队"_s},
         u"county"_s,
         u"road_clearing,transport"_s,
         u"公路事业发展中心"_s,
         u"装载机 2 台，清障车 2 辆"_s,
         15,
         180,
         25},
        {u"engineering"_s,
         {u"通信保障队"_s},
         u"city"_s,
         u"communications,power"_s,
         u"通信管理部门"_s,
         u"应急通信车 1 辆，卫星站 2 套"_s,
         9,
         80,
         20},
        {u"engineering"_s,
         {u"运输保障队"_s},
         u"county"_s,
         u"transport,evacuation"_s,
         u"交通运输局"_s,
         u"大客车 12 辆，货车 8 辆"_s,
         10,
         170,
         30},
        {u"medical"_s,
         {u"医疗救护队"_s, u"急救分队"_s},
         u"county"_s,
         u"medical"_s,
         u"卫生健康局"_s,
         u"救护车 3 辆，急救包 40 个"_s,
         26,
         70,
         5},
        {u"mountain"_s,
         {u"山地救援队"_s},
         u"county"_s,
         u"rope,search,medical"_s,
         u"应急管理局"_s,
         u"绳索装备 12 套，担架 6 副"_s,
         8,
         60,
         20},
        {u"hazmat"_s,
         {u"危化救援队"_s},
         u"city"_s,
         u"hazmat,firefighting"_s,
         u"应急管理局"_s,
         u"防化服 30 套，洗消车 1 辆"_s,
         6,
         90,
         10},
        {u"volunteer"_s,
         {u"海鸥救援队"_s, u"红帆志愿救援队"_s, u"守望志愿服务队"_s},
         u"county"_s,
         u"search,evacuation,medical"_s,
         u"社会组织"_s,
         u"橡皮艇 2 艘，无人机 1 架，对讲机 20 部"_s,
         26,
         65,
         45},
        {u"military"_s,
         {u"民兵应急连"_s, u"民兵分队"_s},
         u"county"_s,
         u"evacuation,dike,search,transport"_s,
         u"人民武装部"_s,
         u"运兵车 6 辆，冲锋舟 3 艘"_s,
         16,
         420,
         40}};
    return list;
}

QString numberWord(int n)
{
    static const QString digits = u"一二三四五六七八九"_s;
    if (n < 10)
        return digits.mid(n - 1, 1);
    QString text = n / 10 > 1 ? digits.mid(n / 10 - 1, 1) : QString();
    text += u'十';
    return n % 10 ? QString(text + digits.mid(n % 10 - 1, 1)) : text;
}

class TeamMaker
{
public:
    TeamMaker(const CityPlan &city, Names &names, const Table &stations)
        : m_source(city, names, u"teams")
    {
        for (const FieldValues &row : stations.rows)
            m_stations[row.value(u"division_code"_s).toString().left(9)].push_back(row);
    }

    Table make()
    {
        for (const Sort &sort : sorts()) {
            for (int n = 0; n < sort.count; ++n)
                addOf(sort, n);
        }
        for (int town = 0; town < m_source.townCount(); ++town) // every 镇街 has its own
            addTownTeam(town);
        const std::vector<Village> &villages = m_source.city().people.villages;
        const int wanted = teamCount - static_cast<int>(m_table.rows.size());
        for (int n = 0; n < wanted; ++n) {
            const auto pick =
                static_cast<size_t>(n) * villages.size() / static_cast<size_t>(wanted);
            addVillageTeam(villages[std::min(pick, villages.size() - 1)], n);
        }
        settle();
        return std::move(m_table);
    }

private:
    FieldValues base(QString name, Vec at)
    {
        const int same = m_named[name]++;
        if (same)
            name += u"（%1队）"_s.arg(numberWord(same + 1));
        FieldValues row = m_source.rowAt(*m_table.spec, u"DW",
                                         static_cast<int>(m_table.rows.size()) + 1, name, at);
        row.insert(u"leader"_s, m_source.person());
        row.insert(u"duty_phone"_s, m_source.phone());
        row.insert(u"zone"_s,
                   QString(m_source.city()
                               .people.districts[static_cast<size_t>(townOf(at).district)]
                               .name.zh.chopped(1) +
                           u"战区"_s));
        row.insert(u"last_drill"_s, m_source.date(2025, 2025));
        const auto it = m_stations.find(row.value(u"division_code"_s).toString().left(9));
        if (it != m_stations.end())
            row.insert(u"station"_s, m_source.random.pick(it->second).value(u"code"_s));
        return row;
    }

    [[nodiscard]] const Town &townOf(Vec at) const
    {
        return m_source.town(m_source.city().people.townOf.near(at));
    }

    void finish(FieldValues row, int weight, bool scaled)
    {
        row.insert(u"headcount"_s, weight);
        m_scaled.push_back(scaled);
        m_table.rows.push_back(std::move(row));
    }

    void addOf(const Sort &sort, int n)
    {
        const bool local = sort.level == "town"_L1;
        int town = (n * 7 + static_cast<int>(sort.kind.size())) % m_source.townCount();
        for (int tries = 0; tries < m_source.townCount() &&
                            (m_source.town(town).island || (local && m_source.town(town).urban));
             ++tries)
            town = (town + 1) % m_source.townCount();
        const QString base_ = m_source.base(town);
        FieldValues row = base(base_ + sort.names[n % sort.names.size()], m_source.anyNode(town));
        row.insert(u"kind"_s, sort.kind);
        row.insert(u"level"_s, n % 9 == 8 && sort.level == "county"_L1 ? u"city"_s : sort.level);
        row.insert(u"capabilities"_s, sort.capabilities);
        row.insert(u"authority"_s, QString(m_source.city().people.city.zh + sort.authority));
        row.insert(u"equipment"_s, sort.equipment);
        row.insert(u"vehicles"_s, std::max(1, sort.weight / 22 + m_source.random.below(4)));
        row.insert(u"readiness_minutes"_s,
                   sort.readiness + m_source.random.below(sort.readiness / 2 + 1));
        const bool daytime = sort.kind == "volunteer"_L1  ? n % 3 != 0
                             : sort.kind == "military"_L1 ? n % 4 == 3
                                                          : n % 17 == 16;
        row.insert(u"duty_hours"_s, !daytime ? u"00:00-24:00"_s
                                    : n % 2  ? u"08:00-20:00"_s
                                             : u"07:00-12:00,13:00-19:00"_s);
        finish(std::move(row), static_cast<int>(sort.weight * m_source.random.range(0.7, 1.4)),
               true);
    }

    void addTownTeam(int town)
    {
        const Town &home = m_source.town(town);
        FieldValues row = base(m_source.base(town) +
                                   (home.urban ? u"街道综合应急救援队"_s : u"镇综合应急救援队"_s),
                               m_source.nodeNear(home.at));
        row.insert(u"kind"_s, u"general"_s);
        row.insert(u"level"_s, u"town"_s);
        row.insert(u"capabilities"_s, town % 3 == 0 ? u"evacuation,search,firefighting,pumping"_s
                                                    : u"evacuation,search,dike,road_clearing"_s);
        row.insert(u"authority"_s,
                   QString(home.name.zh + (home.urban ? u"办事处"_s : u"人民政府"_s)));
        row.insert(u"equipment"_s, u"水泵 2 台，油锯 3 台，救生衣 30 件，发电机 1 台"_s);
        row.insert(u"vehicles"_s, m_source.random.between(2, 6));
        row.insert(u"readiness_minutes"_s, m_source.random.between(8, 15));
        row.insert(u"duty_hours"_s, u"00:00-24:00"_s);
        const bool weak = town % 9 == 4; // a few are under strength; the rule asks for 30
        if (weak)
            row.insert(u"note"_s, u"人数不足 30 人，正在补充"_s);
        finish(std::move(row),
               weak ? m_source.random.between(18, 28) : m_source.random.between(36, 96), false);
    }

    void addVillageTeam(const Village &village, int n)
    {
        FieldValues row = base(village.name.zh + u"应急救援队"_s, m_source.nodeNear(village.at));
        row.insert(u"kind"_s, u"general"_s);
        row.insert(u"level"_s, u"village"_s);
        row.insert(u"capabilities"_s, n % 4 == 0   ? u"evacuation,search"_s
                                      : n % 4 == 1 ? u"evacuation,dike"_s
                                                   : u"evacuation"_s);
        row.insert(
            u"authority"_s,
            QString(village.name.zh + (village.community ? u"居民委员会"_s : u"村民委员会"_s)));
        row.insert(u"equipment"_s, u"铁锹 30 把，应急灯 10 盏，铜锣 2 面，扩音器 4 个"_s);
        row.insert(u"vehicles"_s, m_source.random.below(3));
        row.insert(u"readiness_minutes"_s, m_source.random.between(10, 30));
        row.insert(u"duty_hours"_s, n % 8 == 5 ? u"06:00-22:00"_s : u"00:00-24:00"_s);
        finish(std::move(row), m_source.random.between(30, 54), false);
    }

    // Scales the professional teams so that all together count exactly what is wanted.
    void settle()
    {
        int fixed = 0;
        int open = 0;
        for (size_t k = 0; k < m_table.rows.size(); ++k)
            (m_scaled[k] ? open : fixed) += m_table.rows[k].value(u"headcount"_s).toInt();
        const double factor = double(peopleInTeams - fixed) / open;
        int sum = 0;
        for (size_t k = 0; k < m_table.rows.size(); ++k) {
            QVariant &people = m_table.rows[k][u"headcount"_s];
            if (m_scaled[k])
                people = std::max(8, static_cast<int>(people.toInt() * factor));
            sum += people.toInt();
        }
        for (size_t k = 0; sum != peopleInTeams; k = (k + 1) % m_table.rows.size()) {
            QVariant &people = m_table.rows[k][u"headcount"_s];
            if (!m_scaled[k] || people.toInt() < 20)
                continue;
            people = people.toInt() + (sum < peopleInTeams ? 1 : -1);
            sum += sum < peopleInTeams ? 1 : -1;
        }
        for (FieldValues &row : m_table.rows)
            row.insert(u"certified"_s, row.value(u"headcount"_s).toInt() *
                                           (row.value(u"kind"_s) == u"general"_s ? 12 : 70) / 100);
    }

    RegisterSource m_source;
    Table m_table{&teamRegister(), {}};
    std::vector<bool> m_scaled;
    std::map<QString, std::vector<FieldValues>> m_stations; // by 镇街
    std::map<QString, int> m_named;
};

} // namespace

Table makeTeams(const CityPlan &city, Names &names, const Table &stations)
{
    return TeamMaker(city, names, stations).make();
}

} // namespace leeward::democity
