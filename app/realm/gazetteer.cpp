#include "app/realm/gazetteer.h"

#include "maps/geo/table.h"
#include "models/store/search_index.h"

#include <algorithm>

namespace leeward::app {

using namespace Qt::StringLiterals;

Result<Gazetteer> Gazetteer::load(const QString &path)
{
    const Progress progress;
    TRY_ASSIGN(const geo::SourceTable table, geo::readTable(path, {}, progress));
    const auto column = [&](const QString &zh, const QString &en) {
        const auto zhAt = table.headers.indexOf(zh);
        return zhAt >= 0 ? zhAt : table.headers.indexOf(en);
    };
    const auto name = column(u"名称"_s, u"name"_s);
    const auto kind = column(u"类型"_s, u"kind"_s);
    const auto lon = column(u"经度"_s, u"lon"_s);
    const auto lat = column(u"纬度"_s, u"lat"_s);
    if (name < 0 || lon < 0 || lat < 0)
        return fail(Errc::FileMalformed, path + u": no columns name, lon, lat"_s);
    Gazetteer gazetteer;
    for (const geo::SourceRow &row : table.rows) {
        const LonLat at{row.cells.value(lon).toDouble(), row.cells.value(lat).toDouble()};
        const QString text = row.cells.value(name);
        if (text.isEmpty() || !at.isValid())
            continue;
        gazetteer.m_places.push_back(
            {{text, row.cells.value(kind), at}, text.toLower() + u' ' + store::pinyinKeys(text)});
    }
    return gazetteer;
}

std::vector<GazetteerHit> Gazetteer::search(const QString &text, int limit) const
{
    const QStringList words = text.toLower().simplified().split(u' ', Qt::SkipEmptyParts);
    std::vector<std::pair<int, const Place *>> found;
    if (words.isEmpty())
        return {};
    for (const Place &place : m_places) {
        if (!std::ranges::all_of(words,
                                 [&](const QString &word) { return place.keys.contains(word); }))
            continue;
        const auto at = place.keys.indexOf(words.first());
        const bool exact = place.hit.name.compare(words.first(), Qt::CaseInsensitive) == 0;
        found.emplace_back(exact ? 0 : at == 0 ? 1 : 2, &place);
    }
    std::ranges::stable_sort(found, [](const auto &a, const auto &b) {
        return std::pair(a.first, a.second->hit.name.size()) <
               std::pair(b.first, b.second->hit.name.size());
    });
    std::vector<GazetteerHit> hits;
    for (const auto &[rank, place] : found) {
        if (static_cast<int>(hits.size()) == limit)
            break;
        hits.push_back(place->hit);
    }
    return hits;
}

} // namespace leeward::app
