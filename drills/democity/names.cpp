#include "drills/democity/names.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

namespace leeward::democity {

using namespace Qt::StringLiterals;

namespace {

std::vector<Name> listOf(const QJsonObject &root, QLatin1StringView key)
{
    std::vector<Name> list;
    for (const QJsonValue &value : root.value(key).toArray())
        list.push_back({value.toArray().at(0).toString(), value.toArray().at(1).toString()});
    return list;
}

} // namespace

Result<Names> Names::create(quint64 seed)
{
    QFile file(u":/democity/names.json"_s);
    if (!file.open(QIODevice::ReadOnly))
        return fail(Errc::Internal, u"the demo city's name list is not built in"_s);
    const QJsonObject root = QJsonDocument::fromJson(file.readAll()).object();
    Names names(seed);
    const QJsonArray city = root.value("city"_L1).toArray();
    names.m_city = {city.at(0).toString(), city.at(1).toString()};
    const QJsonObject notice = root.value("notice"_L1).toObject();
    names.m_notice = {notice.value("zh"_L1).toString(), notice.value("en"_L1).toString()};
    names.m_districts = listOf(root, "districts"_L1);
    names.m_heads = listOf(root, "head"_L1);
    names.m_tails = listOf(root, "tail"_L1);
    names.m_surnames = listOf(root, "surnames"_L1);
    names.m_given = listOf(root, "given"_L1);
    names.m_villageTails = listOf(root, "villageTails"_L1);
    names.m_villagePlaces = listOf(root, "villagePlaces"_L1);
    names.m_roadTails = listOf(root, "roadTails"_L1);
    names.m_laneTails = listOf(root, "laneTails"_L1);
    names.m_riverTails = listOf(root, "riverTails"_L1);
    for (const auto *list : {&names.m_districts, &names.m_heads, &names.m_tails, &names.m_surnames,
                             &names.m_given, &names.m_villageTails, &names.m_villagePlaces,
                             &names.m_roadTails, &names.m_laneTails, &names.m_riverTails}) {
        if (list->empty())
            return fail(Errc::Internal, u"the demo city's name list is incomplete"_s);
    }
    return names;
}

Name Names::root()
{
    const Name &a = m_random.pick(m_heads);
    const Name &b = m_random.pick(m_tails);
    return {a.zh + b.zh, a.en + b.en};
}

Name Names::pair()
{
    for (int tries = 0;; ++tries) {
        const Name &a = m_random.pick(m_heads);
        const Name &b = m_random.chance(0.6) ? m_random.pick(m_tails) : m_random.pick(m_heads);
        const Name name{a.zh + b.zh, a.en + b.en.toLower()};
        if (a.zh != b.zh && (m_used.insert(u"pair "_s + name.zh).second || tries > 500))
            return name;
    }
}

Name Names::fresh(const std::vector<Name> &tails, bool separate)
{
    for (int tries = 0;; ++tries) {
        Name base = root();
        if (tries > 40 || m_random.chance(0.3)) { // two heads: many more combinations
            const Name &a = m_random.pick(m_heads);
            const Name &b = m_random.pick(m_heads);
            if (a.zh == b.zh)
                continue;
            base = {a.zh + b.zh, a.en + b.en.toLower()};
        }
        if (tries > 200) {
            const Name &c = m_random.pick(m_tails);
            base = {base.zh + c.zh, base.en + c.en};
        }
        const Name &tail = m_random.pick(tails);
        const QString zh = base.zh + tail.zh;
        if (m_used.insert(zh).second)
            return {zh, separate ? QString(base.en + u' ' + tail.en) : QString(base.en + tail.en)};
    }
}

Name Names::town(bool urban)
{
    for (;;) {
        const Name base = root();
        if (m_used.insert(u"town "_s + base.zh).second)
            return {base.zh + (urban ? u"街道"_s : u"镇"_s),
                    base.en + (urban ? u" Subdistrict"_s : u" Town"_s)};
    }
}

Name Names::village(bool urban)
{
    if (urban)
        return fresh({{u"社区"_s, u"Community"_s}}, true);
    for (int tries = 0;; ++tries) {
        const bool family = m_random.chance(0.62);
        const Name &tail = family ? m_random.pick(m_villageTails) : m_random.pick(m_villagePlaces);
        Name base = family ? m_random.pick(m_surnames) : root();
        if (tries > 30) { // 大王家庄, 南王家庄 …
            static const std::vector<Name> marks = {{u"大"_s, u"Da"_s},   {u"小"_s, u"Xiao"_s},
                                                    {u"东"_s, u"Dong"_s}, {u"西"_s, u"Xi"_s},
                                                    {u"南"_s, u"Nan"_s},  {u"北"_s, u"Bei"_s},
                                                    {u"前"_s, u"Qian"_s}, {u"后"_s, u"Hou"_s}};
            const Name &mark = m_random.pick(marks);
            base = {mark.zh + base.zh, mark.en + base.en.toLower()};
        }
        const Name name{base.zh + tail.zh, base.en + tail.en};
        if (m_used.insert(name.zh).second)
            return name;
    }
}

Name Names::street(bool major)
{
    return fresh(major ? m_roadTails : m_laneTails, true);
}

Name Names::highway(const Name &from, const Name &to)
{
    const QString zh = from.zh.left(1) + to.zh.left(1) + u"公路"_s;
    const QString en = stem(from.zh) == from.zh ? from.en : from.en.section(u' ', 0, 0);
    return {zh, en + u'-' + to.en.section(u' ', 0, 0) + u" Highway"_s};
}

Name Names::river(bool great)
{
    if (great)
        return fresh({{u"江"_s, u"River"_s}}, true);
    return fresh(m_riverTails, true);
}

Name Names::island()
{
    return fresh({{u"岛"_s, u"Island"_s}}, true);
}

Name Names::lake(bool reservoir)
{
    return reservoir ? fresh({{u"水库"_s, u"Reservoir"_s}}, true)
                     : fresh({{u"湖"_s, u"Lake"_s}}, true);
}

QString Names::person()
{
    QString name = m_random.pick(m_surnames).zh + m_random.pick(m_given).zh;
    if (m_random.chance(0.7))
        name += m_random.pick(m_given).zh;
    return name;
}

QString stem(const QString &name)
{
    for (const QString &tail : {u"街道"_s, u"社区"_s, u"镇"_s, u"区"_s, u"县"_s, u"市"_s}) {
        if (name.endsWith(tail) && name.size() > tail.size() + 1)
            return name.chopped(tail.size());
    }
    return name;
}

} // namespace leeward::democity
