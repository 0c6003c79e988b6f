#include "drills/democity/registers.h"

#include <QDate>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#include <set>

namespace leeward::democity {

using namespace Qt::StringLiterals;

namespace {

struct Item
{
    QString category, code, name, unit, model;
};

Result<std::vector<Item>> readItems()
{
    QFile file(u":/democity/items.json"_s);
    if (!file.open(QIODevice::ReadOnly))
        return fail(Errc::Internal, u"the demo city's item list is not built in"_s);
    std::vector<Item> items;
    for (const QJsonValue &value :
         QJsonDocument::fromJson(file.readAll()).object().value("categories"_L1).toArray()) {
        const QJsonArray category = value.toArray();
        int number = 0;
        for (const QJsonValue &entry : category.at(2).toArray()) {
            const QStringList words = entry.toString().split(u'|');
            ++number;
            for (const QString &model : words.value(2).split(u';'))
                items.push_back(
                    {category.at(0).toString(), // own numbering in the layers of GB/T 38565
                     u"%1%2%3"_s.arg(category.at(1).toString())
                         .arg(number, 2, 10, QChar(u'0'))
                         .arg(99 - number, 3, 10, QChar(u'0')),
                     words.value(0), words.value(1), model});
        }
    }
    if (items.empty())
        return fail(Errc::Internal, u"the demo city's item list is empty"_s);
    return items;
}

bool perishes(const QString &category)
{
    static const QStringList list = {u"食品饮水"_s, u"医疗急救"_s, u"防疫消杀"_s};
    return list.contains(category);
}

} // namespace

Table makeDepots(const CityPlan &city, Names &names)
{
    RegisterSource source(city, names, u"depots");
    Table table{&depotRegister(), {}};
    for (int n = 0; n < depotCount; ++n) {
        const bool central = n < 4;
        const int town = central ? n % source.townCount() : n % source.townCount();
        const QString kind = n % 7 == 5   ? u"agreement"_s
                             : n % 9 == 7 ? u"shared"_s
                                          : u"government"_s;
        const QString name =
            central ? QString(city.people.city.zh + u"应急物资中心库（%1）"_s.arg(n + 1))
            : kind == "agreement"_L1 ? QString(source.base(town) + u"协议储备点（%1）"_s.arg(n))
            : kind == "shared"_L1
                ? QString(source.base(town) + u"共享装备库（%1）"_s.arg(n))
                : QString(source.base(town) +
                          u"应急物资储备库（%1）"_s.arg(n / source.townCount() + 1));
        FieldValues row = source.rowAt(*table.spec, u"WZ", n + 1, name, source.anyNode(town));
        row.insert(u"level"_s, central      ? u"city"_s
                               : n % 5 == 0 ? u"county"_s
                               : n % 5 < 4  ? u"town"_s
                                            : u"village"_s);
        row.insert(u"owner"_s,
                   kind == "agreement"_L1
                       ? QString(source.base(town) + u"商贸有限公司"_s)
                       : QString(source.town(town).name.zh +
                                 (source.town(town).urban ? u"办事处"_s : u"人民政府"_s)));
        row.insert(u"kind"_s, kind);
        row.insert(u"keeper"_s, source.person());
        row.insert(u"phone"_s, source.phone());
        row.insert(u"access_24h"_s, central || source.random.chance(0.7) ? 1 : 0);
        row.insert(u"truck_limit_t"_s, central ? 40 : source.random.between(2, 6) * 5);
        row.insert(u"area_m2"_s, central ? 5200 : source.random.between(6, 90) * 20);
        table.rows.push_back(std::move(row));
    }
    return table;
}

Result<Table> makeStock(const CityPlan &city, Names &names, const Table &depots)
{
    TRY_ASSIGN(const std::vector<Item> items, readItems());
    RegisterSource source(city, names, u"stock");
    Table table{&stockRegister(), {}};
    size_t next = 0;
    for (const FieldValues &depot : depots.rows) {
        const int rows = source.random.between(15, 40);
        std::set<size_t> chosen;
        while (static_cast<int>(chosen.size()) <
               rows) { // the running index sees to it that every kind is somewhere
            chosen.insert(next++ % items.size());
            chosen.insert(static_cast<size_t>(source.random.below(static_cast<int>(items.size()))));
        }
        while (static_cast<int>(chosen.size()) > rows)
            chosen.erase(std::prev(chosen.end()));
        for (const size_t index : chosen) {
            const Item &item = items[index];
            const int number = static_cast<int>(table.rows.size()) + 1;
            const bool machine = item.unit == u"台"_s || item.unit == u"辆"_s ||
                                 item.unit == u"艘"_s || item.unit == u"套"_s;
            const int least =
                machine ? source.random.between(1, 4) : source.random.between(2, 20) * 10;
            const int held = source.random.chance(0.09)
                                 ? least * source.random.below(90) / 100
                                 : static_cast<int>(least * source.random.range(1.0, 4.5));
            FieldValues row = {{u"code"_s, u"KC%1"_s.arg(number, 6, 10, QChar(u'0'))},
                               {u"name"_s, item.name}};
            row.insert(u"depot"_s, depot.value(u"code"_s));
            row.insert(u"category"_s, item.category);
            row.insert(u"item_code"_s, item.code);
            row.insert(u"model"_s, item.model);
            row.insert(u"unit"_s, item.unit);
            row.insert(u"on_hand"_s, held);
            row.insert(u"reserved"_s, 0);
            row.insert(u"in_transit"_s, 0);
            row.insert(u"min_level"_s, least);
            const QString made = source.date(2021, 2025);
            row.insert(u"made"_s, made);
            row.insert(u"batch"_s,
                       QString(QString(made).remove(u'-') + u"-%1"_s.arg(number % 90 + 10)));
            if (perishes(item.category))
                row.insert(u"expires"_s, QDate::fromString(made, u"yyyy-MM-dd"_s)
                                             .addYears(source.random.between(2, 4))
                                             .toString(u"yyyy-MM-dd"_s));
            table.rows.push_back(std::move(row));
        }
    }
    return table;
}

} // namespace leeward::democity
