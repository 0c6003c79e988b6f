#include "analysis/roads/rules.h"

#include "analysis/roads/graph.h"

#include <algorithm>
#include <array>

namespace leeward::roads {

namespace {

QByteArray value(const osmium::TagList &tags, const char *key)
{
    return QByteArray(tags.get_value_by_key(key, ""));
}

QByteArray value(const osmium::TagList &tags, const QByteArray &key)
{
    return value(tags, key.constData());
}

bool isYes(const QByteArray &text)
{
    return text == "yes" || text == "true" || text == "1";
}
bool isNo(const QByteArray &text)
{
    return text == "no" || text == "false" || text == "0";
}

constexpr std::array accessKeys{"access", "vehicle", "motor_vehicle", "motorcar", "emergency"};

} // namespace

std::optional<TagRules::Access> TagRules::access(const osmium::TagList &tags,
                                                 const char *suffix) const
{
    std::optional<Access> decided;
    for (const char *key : accessKeys) {
        const QByteArray said = value(tags, QByteArray(key) + suffix);
        if (said.isEmpty())
            continue;
        decided = Access{m_table.passes(said), key != accessKeys.front(),
                         said != "yes" && said != "permissive" && said != "designated"};
    }
    return decided;
}

bool TagRules::setAccess(const osmium::TagList &tags, qint64 id, bool needsWord,
                         WayRule &rule) const
{
    for (const char *key : accessKeys) {
        const QByteArray said = value(tags, key);
        if (!said.isEmpty() && !m_table.knowsAccess(said))
            m_warnings.add(ImportWarning::UnknownAccess, id);
        if (!value(tags, QByteArray(key) + ":conditional").isEmpty())
            m_warnings.add(ImportWarning::ConditionalAccess, id);
    }
    const auto both = access(tags, "");
    if (both && both->isByLeave)
        rule.flags |= Restricted;
    const auto isOpen = [&](const char *suffix) {
        const auto one = access(tags, suffix);
        const auto &word = one ? one : both;
        return needsWord ? word && word->isParticular && word->passes : !word || word->passes;
    };
    rule.forward = rule.forward && isOpen(":forward");
    rule.backward = rule.backward && isOpen(":backward");
    return rule.forward || rule.backward;
}

void TagRules::setDirections(const osmium::TagList &tags, qint64 id, WayRule &rule) const
{
    const QByteArray junction = value(tags, "junction");
    const bool isRound = junction == "roundabout" || junction == "circular";
    if (isRound)
        rule.flags |= Roundabout;
    QByteArray oneway = value(tags, "oneway:emergency");
    for (const char *key : {"oneway:motor_vehicle", "oneway:vehicle", "oneway"}) {
        if (oneway.isEmpty())
            oneway = value(tags, key);
    }
    if (oneway.isEmpty()) {
        rule.backward = !isRound && rule.kind != "motorway";
        return;
    }
    if (isYes(oneway)) {
        rule.backward = false;
    } else if (oneway == "-1" || oneway == "reverse") {
        rule.forward = false;
    } else if (oneway == "reversible") {
        rule.forward = rule.backward = false;
    } else if (!isNo(oneway) && oneway != "alternating") {
        m_warnings.add(ImportWarning::UnknownOneway, id);
        rule.backward = !isRound && rule.kind != "motorway";
    }
}

double TagRules::speed(const osmium::TagList &tags, qint64 id, SpeedTable::RoadClass road,
                       const char *suffix) const
{
    QByteArray text = value(tags, QByteArray("maxspeed") + suffix);
    if (text.isEmpty())
        text = value(tags, "maxspeed");
    std::optional<double> limit;
    if (!text.isEmpty()) {
        limit = m_table.speedUnder(parseLimit(text));
        if (!limit && text != "signals" && text != "variable")
            m_warnings.add(ImportWarning::UnreadableMaxspeed, id);
    }
    for (const char *key : {"maxspeed:type", "source:maxspeed", "zone:maxspeed", "zone:traffic"}) {
        if (!limit && tags.has_key(key))
            limit = m_table.speedUnder(parseLimit(value(tags, key)));
    }
    double kmh = road.kmh;
    if (limit)
        kmh = road.mode == SpeedTable::Mode::Free ? *limit : std::min(kmh, *limit);
    double factor = 1;
    for (const char *section : {"surface", "smoothness", "tracktype"}) {
        const QByteArray said = value(tags, section);
        if (!said.isEmpty())
            factor = std::min(factor, m_table.factor(section, said));
    }
    return std::min(kmh * factor, m_table.topKmh());
}

bool TagRules::setRoad(const osmium::TagList &tags, qint64 id, WayRule &rule) const
{
    rule.kind = value(tags, "highway");
    const auto road = m_table.roadClass(rule.kind);
    if (!road || isYes(value(tags, "area")) || isYes(value(tags, "impassable")))
        return false;
    setDirections(tags, id, rule);
    const bool needsWord = road->mode == SpeedTable::Mode::Explicit;
    if ((!rule.forward && !rule.backward) || !setAccess(tags, id, needsWord, rule))
        return false;
    rule.forwardKmh = speed(tags, id, *road, ":forward");
    rule.backwardKmh = tags.has_key("maxspeed:backward") || tags.has_key("maxspeed:forward")
                           ? speed(tags, id, *road, ":backward")
                           : rule.forwardKmh;
    return rule.forwardKmh > 0 && rule.backwardKmh > 0;
}

bool TagRules::setFerry(const osmium::TagList &tags, qint64 id, WayRule &rule) const
{
    rule.kind = "ferry";
    rule.flags |= Ferry;
    setDirections(tags, id, rule);
    if (!setAccess(tags, id, false, rule))
        return false;
    if (!access(tags, "") && !m_table.takesUntaggedFerry())
        return false;
    rule.forwardKmh = rule.backwardKmh = m_table.ferryKmh();
    const QByteArray duration = value(tags, "duration");
    if (!duration.isEmpty()) {
        if (const auto seconds = parseDuration(duration))
            rule.ferrySeconds = *seconds;
        else
            m_warnings.add(ImportWarning::UnreadableDuration, id);
    }
    return true;
}

std::optional<WayRule> TagRules::way(const osmium::TagList &tags, qint64 id) const
{
    WayRule rule;
    const auto isTrue = [&](const char *key) {
        const QByteArray said = value(tags, key);
        return !said.isEmpty() && said != "no";
    };
    if (isTrue("bridge"))
        rule.flags |= Bridge;
    if (isTrue("tunnel"))
        rule.flags |= Tunnel;
    if (isTrue("ford"))
        rule.flags |= Ford;
    const bool isUsable = tags.has_key("highway")          ? setRoad(tags, id, rule)
                          : tags.has_tag("route", "ferry") ? setFerry(tags, id, rule)
                                                           : false;
    return isUsable ? std::optional(rule) : std::nullopt;
}

NodeRule TagRules::node(const osmium::TagList &tags) const
{
    NodeRule rule;
    if (tags.empty())
        return rule;
    const auto word = access(tags, "");
    const QByteArray barrier = value(tags, "barrier");
    if (!barrier.isEmpty()) {
        const auto seconds = m_table.barrierSeconds(barrier);
        rule.closed = word ? !word->passes : !seconds;
        rule.seconds += seconds.value_or(0);
    }
    for (const char *key : {"highway", "railway"})
        rule.seconds += m_table.nodeSeconds(value(tags, key));
    return rule;
}

} // namespace leeward::roads
