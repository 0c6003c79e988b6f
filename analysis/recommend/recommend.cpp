#include "analysis/recommend/recommend.h"

#include "models/domain/words.h"

#include <QJsonArray>

#include <algorithm>

namespace leeward::recommend {

using namespace Qt::StringLiterals;

namespace {

using Facts = std::optional<std::pair<Exclusion, QJsonObject>>;

QStringList covered(const std::vector<Need> &needs, const Candidate &candidate)
{
    QStringList covers;
    for (const Need &need : needs) {
        if (candidate.capabilities.contains(need.capability) && !covers.contains(need.capability))
            covers += need.capability;
    }
    return covers;
}

QJsonObject busyFacts(const Candidate &candidate)
{
    QJsonObject facts = {{u"number"_s, candidate.busyNumber},
                         {u"incident"_s, candidate.busyIncident},
                         {u"state"_s, stateName(candidate.busyState)}};
    if (candidate.busyUntil)
        facts[u"until"_s] = toMs(*candidate.busyUntil);
    return facts;
}

qint64 minutesSince(Instant then, Instant now)
{
    return std::chrono::duration_cast<std::chrono::minutes>(now - then).count();
}

// Why the team can not go, in the order in which a duty officer would rule it out.
Facts exclusionOf(const Candidate &candidate, Instant now, const Settings &settings)
{
    if (candidate.retired)
        return std::pair(Exclusion::Retired, QJsonObject());
    if (candidate.busy)
        return std::pair(Exclusion::Busy, busyFacts(candidate));
    if (candidate.override_ && now < candidate.override_->until) {
        return std::pair(Exclusion::Unavailable,
                         QJsonObject{{u"reason"_s, candidate.override_->reason},
                                     {u"by"_s, candidate.override_->by},
                                     {u"until"_s, toMs(candidate.override_->until)}});
    }
    if (!isOnDuty(candidate.dutyHours, now, chinaOffset))
        return std::pair(Exclusion::OffDuty, QJsonObject{{u"dutyHours"_s, candidate.dutyHours}});
    if (candidate.headcount < settings.leastHeadcount) {
        return std::pair(Exclusion::UnderStrength,
                         QJsonObject{{u"headcount"_s, candidate.headcount},
                                     {u"least"_s, settings.leastHeadcount}});
    }
    if (candidate.positionAt && now - *candidate.positionAt > settings.oldestPosition) {
        return std::pair(Exclusion::PositionTooOld,
                         QJsonObject{{u"ageMinutes"_s, minutesSince(*candidate.positionAt, now)}});
    }
    if (!candidate.at)
        return std::pair(Exclusion::NoPlace, QJsonObject());
    if (!candidate.roadSeconds) {
        const bool far = candidate.roadWhyNot == "beyond_bound"_L1;
        return std::pair(far ? Exclusion::TooFar : Exclusion::NoRoad,
                         QJsonObject{{u"why"_s, candidate.roadWhyNot}});
    }
    return std::nullopt;
}

// Of a candidate that nothing excludes: its road time is known.
Row rowOf(const Candidate &candidate, QStringList covers)
{
    const qint64 readiness = candidate.readinessMinutes * 60LL;
    const auto roadSeconds = candidate.roadSeconds.value_or(0);
    return {.team = candidate.team,
            .code = candidate.code,
            .name = candidate.name,
            .readinessSeconds = readiness,
            .roadSeconds = roadSeconds,
            .roadMetres = candidate.roadMetres.value_or(0),
            .totalSeconds = readiness + roadSeconds,
            .covers = std::move(covers),
            .positionAt = candidate.positionAt};
}

// Which team fills which need. The sets of teams that can be given to needs one to one are the
// independent sets of a transversal matroid, so taking the teams in the order of their rows, each
// if those taken before can move over to make room for it, gives as many filled needs as there can
// be and of all such choices the least total time (Edmonds 1971).
class Matching
{
public:
    Matching(const std::vector<Need> &needs, std::vector<Row> &rows);
    // Takes the team of `row` if there is room; teams taken earlier stay taken but may fill another
    // need.
    void offer(size_t row);
    [[nodiscard]] std::vector<Shortfall> finish();

private:
    struct Demand
    {
        Need need;
        qsizetype supply = 0; // teams that could fill it
        std::vector<size_t> filledBy = {};
        bool tried = false; // by the present offer
    };
    [[nodiscard]] bool place(size_t row);

    std::vector<Row> &m_rows;
    // The scarcest first, so that a team fills what has fewest others.
    std::vector<Demand> m_demands;
};

Matching::Matching(const std::vector<Need> &needs, std::vector<Row> &rows)
    : m_rows(rows)
{
    for (const Need &need : needs) {
        const auto supply = std::ranges::count_if(
            rows, [&](const Row &row) { return row.covers.contains(need.capability); });
        m_demands.push_back({need, supply});
    }
    std::ranges::stable_sort(m_demands, {},
                             [](const Demand &d) { return d.supply - d.need.number; });
}

bool Matching::place(size_t row)
{
    for (Demand &demand : m_demands) {
        if (demand.tried || !m_rows[row].covers.contains(demand.need.capability))
            continue;
        demand.tried = true;
        if (static_cast<int>(demand.filledBy.size()) < demand.need.number) {
            demand.filledBy.push_back(row);
            return true;
        }
        for (size_t &taken : demand.filledBy) {
            if (place(taken)) {
                taken = row;
                return true;
            }
        }
    }
    return false;
}

void Matching::offer(size_t row)
{
    for (Demand &demand : m_demands)
        demand.tried = false;
    m_rows[row].chosen = place(row);
}

std::vector<Shortfall> Matching::finish()
{
    std::vector<Shortfall> shortfall;
    for (const Demand &demand : m_demands) {
        for (const size_t row : demand.filledBy)
            m_rows[row].fills = demand.need.capability;
        const int found = static_cast<int>(demand.filledBy.size());
        if (found < demand.need.number)
            shortfall.push_back({demand.need.capability, demand.need.number, found});
    }
    return shortfall;
}

std::vector<Shortfall> choose(const std::vector<Need> &needs, std::vector<Row> &rows)
{
    Matching matching(needs, rows);
    for (size_t row = 0; row < rows.size(); ++row)
        matching.offer(row);
    return matching.finish();
}

QString minutesText(qint64 seconds, Language language)
{
    const qint64 minutes =
        (seconds + 59) / 60; // started minutes count: nobody is there sooner than said
    return QString::number(minutes) + (language == Language::Chinese ? u"分"_s : u" min"_s);
}

QString localClock(qint64 ms)
{
    return toUtcDateTime(instantFromMs(ms) + chinaOffset).toString(u"MM-dd HH:mm"_s);
}

} // namespace

QString exclusionName(Exclusion why)
{
    switch (why) {
    case Exclusion::Busy: return u"busy"_s;
    case Exclusion::Unavailable: return u"unavailable"_s;
    case Exclusion::OffDuty: return u"off_duty"_s;
    case Exclusion::UnderStrength: return u"under_strength"_s;
    case Exclusion::PositionTooOld: return u"position_too_old"_s;
    case Exclusion::NoPlace: return u"no_place"_s;
    case Exclusion::NoRoad: return u"no_road"_s;
    case Exclusion::TooFar: return u"too_far"_s;
    case Exclusion::LacksCapability: return u"lacks_capability"_s;
    case Exclusion::Retired: return u"retired"_s;
    }
    return {};
}

Recommendation recommend(const std::vector<Need> &needs, const std::vector<Candidate> &candidates,
                         Instant now, const Settings &settings)
{
    Recommendation answer{.asked = now};
    for (const Candidate &candidate : candidates) {
        const QStringList covers = covered(needs, candidate);
        if (covers.isEmpty())
            continue;
        if (const Facts no = exclusionOf(candidate, now, settings)) {
            answer.excluded.push_back(
                {candidate.team, candidate.code, candidate.name, no->first, no->second});
            continue;
        }
        Row row = rowOf(candidate, covers);
        if (row.roadSeconds > std::chrono::seconds(settings.farthest).count()) {
            answer.excluded.push_back({candidate.team,
                                       candidate.code,
                                       candidate.name,
                                       Exclusion::TooFar,
                                       {{u"seconds"_s, row.roadSeconds}}});
            continue;
        }
        answer.rows.push_back(std::move(row));
    }
    std::ranges::sort(answer.rows, [](const Row &a, const Row &b) {
        return std::tie(a.totalSeconds, a.roadMetres, a.code) <
               std::tie(b.totalSeconds, b.roadMetres, b.code);
    });
    answer.shortfall = choose(needs, answer.rows);
    int spare = settings.spare;
    std::erase_if(answer.rows, [&](const Row &row) { return !row.chosen && spare-- <= 0; });
    std::ranges::sort(answer.excluded, [](const Excluded &a, const Excluded &b) {
        return std::tie(a.why, a.code) < std::tie(b.why, b.code);
    });
    return answer;
}

QString reason(const Row &row, Language language)
{
    const bool zh = language == Language::Chinese;
    QStringList covers;
    for (const QString &capability : row.covers)
        covers += capabilityName(capability, language);
    const QString pattern =
        zh ? u"%1后到：集结%2＋路程%3（%4公里），能%5"_s
           : u"there in %1: %2 to turn out + %3 on the road (%4 km); can do %5"_s;
    return pattern.arg(minutesText(row.totalSeconds, language),
                       minutesText(row.readinessSeconds, language),
                       minutesText(row.roadSeconds, language),
                       QString::number(static_cast<double>(row.roadMetres) / 1000, 'f', 1),
                       covers.join(zh ? u"、"_s : u", "_s));
}

QString reason(const Excluded &excluded, Language language)
{
    const bool zh = language == Language::Chinese;
    const QJsonObject &facts = excluded.facts;
    const auto number = [&](const QString &key) {
        return QString::number(facts.value(key).toInteger());
    };
    switch (excluded.why) {
    case Exclusion::Busy: {
        const auto state = assignmentStateFrom(facts.value(u"state"_s).toString());
        QString text = (zh ? u"正执行指令%1（事件%2，%3）"_s : u"on order %1 (incident %2, %3)"_s)
                           .arg(facts.value(u"number"_s).toString(), number(u"incident"_s),
                                state ? words(*state).in(language) : QString());
        if (facts.contains(u"until"_s))
            text += (zh ? u"，预计%1归建"_s : u", expected back %1"_s)
                        .arg(localClock(facts.value(u"until"_s).toInteger()));
        return text;
    }
    case Exclusion::Unavailable:
        return (zh ? u"不可用至%1：%2（%3登记）"_s : u"unavailable until %1: %2 (set by %3)"_s)
            .arg(localClock(facts.value(u"until"_s).toInteger()),
                 facts.value(u"reason"_s).toString(), facts.value(u"by"_s).toString());
    case Exclusion::OffDuty:
        return (zh ? u"不在备勤时段（%1）"_s : u"off duty (duty hours %1)"_s)
            .arg(facts.value(u"dutyHours"_s).toString());
    case Exclusion::UnderStrength:
        return (zh ? u"人数不足：%1人，至少%2人"_s : u"under strength: %1 people, at least %2"_s)
            .arg(number(u"headcount"_s), number(u"least"_s));
    case Exclusion::PositionTooOld:
        return (zh ? u"位置已有%1分钟未更新"_s : u"position is %1 min old"_s)
            .arg(number(u"ageMinutes"_s));
    case Exclusion::NoPlace:
        return zh ? u"没有位置、驻地坐标"_s : u"no position and no base on record"_s;
    case Exclusion::NoRoad: {
        const QString why = facts.value(u"why"_s).toString();
        if (why == "no_incident_place"_L1)
            return zh ? u"事件没有位置，无法计算路程"_s
                      : u"the incident has no place, so no road time"_s;
        if (why == "no_network"_L1)
            return zh ? u"未加载路网，无法计算到达时间"_s
                      : u"no road network loaded, so no arrival time"_s;
        return zh ? u"没有道路可达"_s : u"no road leads there"_s;
    }
    case Exclusion::TooFar: return zh ? u"路程超出时限"_s : u"beyond the time bound"_s;
    case Exclusion::LacksCapability: return zh ? u"缺少所需能力"_s : u"lacks the capability"_s;
    case Exclusion::Retired: return zh ? u"已停用"_s : u"out of use"_s;
    }
    return {};
}

QString reason(const Shortfall &shortfall, Language language)
{
    const QString pattern = language == Language::Chinese ? u"%1：需要%2支，只有%3支可派"_s
                                                          : u"%1: %2 needed, only %3 can go"_s;
    return pattern.arg(capabilityName(shortfall.capability, language))
        .arg(shortfall.needed)
        .arg(shortfall.found);
}

QJsonObject toJson(const Recommendation &recommendation)
{
    QJsonArray rows;
    for (const Row &row : recommendation.rows) {
        QJsonObject object = {{u"team"_s, row.team.text()},
                              {u"code"_s, row.code},
                              {u"name"_s, row.name},
                              {u"chosen"_s, row.chosen},
                              {u"readiness_seconds"_s, row.readinessSeconds},
                              {u"road_seconds"_s, row.roadSeconds},
                              {u"road_metres"_s, row.roadMetres},
                              {u"total_seconds"_s, row.totalSeconds},
                              {u"covers"_s, QJsonArray::fromStringList(row.covers)},
                              {u"reason_zh"_s, reason(row, Language::Chinese)},
                              {u"reason_en"_s, reason(row, Language::English)}};
        if (row.chosen)
            object[u"fills"_s] = row.fills;
        if (row.positionAt)
            object[u"position_at"_s] = toIso(*row.positionAt);
        rows.append(object);
    }
    QJsonArray excluded;
    for (const Excluded &team : recommendation.excluded) {
        excluded.append(QJsonObject{{u"team"_s, team.team.text()},
                                    {u"code"_s, team.code},
                                    {u"name"_s, team.name},
                                    {u"why"_s, exclusionName(team.why)},
                                    {u"facts"_s, team.facts},
                                    {u"reason_zh"_s, reason(team, Language::Chinese)},
                                    {u"reason_en"_s, reason(team, Language::English)}});
    }
    QJsonArray shortfall;
    for (const Shortfall &lack : recommendation.shortfall) {
        shortfall.append(QJsonObject{{u"capability"_s, lack.capability},
                                     {u"needed"_s, lack.needed},
                                     {u"found"_s, lack.found},
                                     {u"reason_zh"_s, reason(lack, Language::Chinese)},
                                     {u"reason_en"_s, reason(lack, Language::English)}});
    }
    return {{u"asked_at"_s, toIso(recommendation.asked)},
            {u"teams"_s, rows},
            {u"excluded"_s, excluded},
            {u"shortfall"_s, shortfall}};
}

} // namespace leeward::recommend
