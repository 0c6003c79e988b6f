#include "analysis/roads/turns.h"

#include <algorithm>

namespace leeward::roads {

namespace {

// Emergency vehicles, or what they are a kind of, are excepted.
bool exceptsUs(const QByteArray &except)
{
    const QByteArrayList words = except.split(';');
    return std::ranges::any_of(words, [](const QByteArray &word) {
        const QByteArray clean = word.trimmed();
        return clean == "emergency" || clean == "motorcar" || clean == "motor_vehicle" ||
               clean == "vehicle";
    });
}

} // namespace

std::optional<Restriction> readRestriction(const osmium::Relation &relation,
                                           TurnStatistics &statistics, ImportWarnings &warnings)
{
    const osmium::TagList &tags = relation.tags();
    if (!tags.has_tag("type", "restriction"))
        return {};
    const auto text = [&](const char *key) { return QByteArray(tags.get_value_by_key(key, "")); };
    QByteArray kind = text("restriction");
    for (const char *key :
         {"restriction:motor_vehicle", "restriction:motorcar", "restriction:emergency"}) {
        if (tags.has_key(key))
            kind = text(key);
    }
    if (kind.isEmpty()) { // for other vehicles only, or by time of day
        if (tags.has_key("restriction:conditional")) {
            ++statistics.read;
            warnings.add(ImportWarning::ConditionalRestriction, relation.id());
        }
        return {};
    }
    ++statistics.read;
    if (exceptsUs(text("except"))) {
        ++statistics.excepted;
        return {};
    }
    Restriction restriction;
    restriction.id = relation.id();
    restriction.isOnly = kind.startsWith("only_");
    restriction.isUTurn = kind.endsWith("_u_turn");
    if (!restriction.isOnly && !kind.startsWith("no_")) {
        warnings.add(ImportWarning::RestrictionUnknown, relation.id());
        return {};
    }
    int viaNodes = 0;
    bool overWay = false;
    for (const osmium::RelationMember &member : relation.members()) {
        const QByteArrayView role = member.role();
        const bool isWay = member.type() == osmium::item_type::way;
        if (role == "from" && isWay)
            restriction.from.push_back(member.ref());
        else if (role == "to" && isWay)
            restriction.to.push_back(member.ref());
        else if (role == "via" && isWay)
            overWay = true;
        else if (role == "via" && member.type() == osmium::item_type::node)
            restriction.via = (++viaNodes, member.ref());
    }
    if (overWay) {
        ++statistics.overWays;
        warnings.add(ImportWarning::RestrictionViaWay, relation.id());
        return {};
    }
    if (viaNodes != 1 || restriction.from.empty() || restriction.to.empty()) {
        warnings.add(ImportWarning::RestrictionBroken, relation.id());
        return {};
    }
    return restriction;
}

namespace {

std::vector<PieceEnd> endsOf(const std::vector<PieceEnd> &ends, const std::vector<qint64> &ways)
{
    std::vector<PieceEnd> found;
    std::ranges::copy_if(ends, std::back_inserter(found), [&](const PieceEnd &end) {
        return std::ranges::find(ways, end.way) != ways.end();
    });
    return found;
}

// Whether from → to is the turn that the relation names. When both members are one way that runs
// through the node, a U-turn goes back on the same piece and any other turn does not.
bool isNamedTurn(const Restriction &restriction, const PieceEnd &from, const PieceEnd &to)
{
    if (from.way != to.way)
        return true;
    return restriction.isUTurn == (from.entering() == oppositeArc(to.leaving()));
}

} // namespace

void applyRestrictions(std::span<const Restriction> restrictions, const PieceEnds &ends,
                       GraphBuilder &builder, TurnStatistics &statistics, ImportWarnings &warnings)
{
    for (const Restriction &restriction : restrictions) {
        const auto here = ends.constFind(restriction.via);
        if (here == ends.cend()) {
            ++statistics.irrelevant;
            continue;
        }
        const std::vector<PieceEnd> from = endsOf(*here, restriction.from);
        const std::vector<PieceEnd> to = endsOf(*here, restriction.to);
        // With an only_ whose way on is not for vehicles nothing sensible is left; it is not
        // applied.
        if (from.empty() || to.empty()) {
            ++statistics.irrelevant;
            continue;
        }
        bool isApplied = false;
        for (const PieceEnd &in : from) {
            const bool hasNamed = std::ranges::any_of(
                to, [&](const PieceEnd &out) { return isNamedTurn(restriction, in, out); });
            if (!hasNamed)
                continue;
            for (const PieceEnd &out : *here) {
                const bool isListed =
                    std::ranges::find(restriction.to, out.way) != restriction.to.end();
                const bool isNamed = isListed && isNamedTurn(restriction, in, out);
                if (isNamed != restriction.isOnly) {
                    builder.forbid(in.entering(), out.leaving());
                    isApplied = true;
                }
            }
        }
        if (isApplied)
            ++statistics.applied;
        else
            warnings.add(ImportWarning::RestrictionBroken, restriction.id);
    }
}

} // namespace leeward::roads
