#include "widgets/row_facts.h"

#include "models/domain/words.h"
#include "models/items/clock_text.h"
#include "widgets/pending_marks.h"

#include <QDate>

#include <algorithm>
#include <array>

namespace leeward::widgets {

using namespace Qt::StringLiterals;

namespace {

bool isChinese(Language language)
{
    return language == Language::Chinese;
}

StateLook stockLook(StockState state, Language language)
{
    const bool zh = isChinese(language);
    if (state.expired)
        return {u"×"_s, zh ? u"已过期"_s : u"expired"_s, Tone::Bad, 0};
    if (state.below)
        return {u"▼"_s, zh ? u"低于下限"_s : u"below minimum"_s, Tone::Bad, 1};
    if (state.expiring)
        return {u"▲"_s, zh ? u"将过期"_s : u"expiring"_s, Tone::Warn, 2};
    return {u"○"_s, zh ? u"正常"_s : u"in order"_s, Tone::Good, 3};
}

StateLook retiredLook(Language language)
{
    return {u"□"_s, isChinese(language) ? u"停用"_s : u"retired"_s, Tone::Faint, 20};
}

} // namespace

std::vector<StateLook> stateLooks(const QString &table, Language language)
{
    std::vector<StateLook> all;
    if (table == "incident"_L1) {
        for (int i = 0; i < incidentStateCount; ++i)
            all.push_back(stateLook(static_cast<IncidentState>(i), language));
        return all;
    }
    if (table == "team"_L1) {
        for (int i = 0; i <= int(Availability::Unavailable); ++i)
            all.push_back(stateLook(static_cast<Availability>(i), language));
    } else if (table == "shelter"_L1) {
        for (const Choice &choice : shelterRegister().field(u"state"_s)->choices)
            all.push_back(stateLook(table, choice.value, language));
    } else if (table == "landing_point"_L1) {
        for (const QString &state : {u"usable"_s, u"unusable"_s})
            all.push_back(stateLook(table, state, language));
    } else if (table == "stock"_L1) {
        for (const StockState state : {StockState{}, StockState{.below = true},
                                       StockState{.expired = true}, StockState{.expiring = true}})
            all.push_back(stockLook(state, language));
    }
    all.push_back(retiredLook(language));
    return all;
}

std::optional<int> freePlaces(const FieldValues &shelter)
{
    const QVariant capacity = shelter.value(u"capacity"_s);
    if (capacity.isNull())
        return std::nullopt;
    return capacity.toInt() - shelter.value(u"present"_s).toInt() -
           shelter.value(u"inbound"_s).toInt() - shelter.value(u"reserved"_s).toInt();
}

StockState stockState(const FieldValues &stock, Instant now)
{
    const QDate today = toUtcDateTime(now + chinaOffset).date();
    const QDate expires = QDate::fromString(stock.value(u"expires"_s).toString(), Qt::ISODate);
    StockState state;
    state.below = !stock.value(u"min_level"_s).isNull() &&
                  stock.value(u"on_hand"_s).toLongLong() < stock.value(u"min_level"_s).toLongLong();
    state.expired = expires.isValid() && expires < today;
    state.expiring = expires.isValid() && !state.expired && expires < today.addDays(90);
    return state;
}

QString levelText(int level, Language language)
{
    static const std::array<QString, 5> roman = {u"—"_s, u"Ⅰ"_s, u"Ⅱ"_s, u"Ⅲ"_s, u"Ⅳ"_s};
    const QString mark = roman[size_t(std::clamp(level, 0, 4))];
    if (level == 0)
        return mark;
    return isChinese(language) ? QString(mark + u'级') : QString(u"level "_s + mark);
}

QString placeAge(Duration age, Language language)
{
    const QString span = items::spanText(age, language);
    if (age >= placeLost)
        return (isChinese(language) ? u"？失联 %1"_s : u"? lost contact for %1"_s).arg(span);
    return (isChinese(language) ? u"位置 %1前"_s : u"position %1 ago"_s).arg(span);
}

view::SymbolKey symbolOf(const items::TableCache &cache, const PendingMarks &pending,
                         const QString &table, const QString &id)
{
    view::SymbolKey key = symbolOf(cache, table, id);
    if (const auto mark = pending.of(id)) {
        switch (*mark) {
        case desk::RecordState::Local:
        case desk::RecordState::Sending: key.badges |= view::Badge::Pending; break;
        case desk::RecordState::Accepted: break;
        case desk::RecordState::Rejected: key.badges |= view::Badge::Rejected; break;
        case desk::RecordState::Conflict: key.badges |= view::Badge::Conflict; break;
        }
    }
    return key;
}

std::optional<view::Layer> layerOf(const QString &table)
{
    static const QHash<QString, view::Layer> layers = {
        {u"incident"_s, view::Layer::Incidents}, {u"team"_s, view::Layer::Teams},
        {u"shelter"_s, view::Layer::Shelters},   {u"landing_point"_s, view::Layer::LandingPoints},
        {u"depot"_s, view::Layer::Depots},       {u"station"_s, view::Layer::Stations}};
    const auto found = layers.constFind(table);
    return found == layers.constEnd() ? std::nullopt : std::optional(*found);
}

QString tableOf(view::Layer layer)
{
    switch (layer) {
    case view::Layer::Stations: return u"station"_s;
    case view::Layer::Depots: return u"depot"_s;
    case view::Layer::LandingPoints: return u"landing_point"_s;
    case view::Layer::Shelters: return u"shelter"_s;
    case view::Layer::Teams: return u"team"_s;
    case view::Layer::Incidents: return u"incident"_s;
    case view::Layer::Cameras:
    case view::Layer::Units:
    case view::Layer::Other: return {};
    }
    return {};
}

namespace {

void incidentFacts(RowFacts &facts, const items::TableCache &cache, const Incident &incident,
                   Language language)
{
    facts.title = QString::number(incident.number) + u"  "_s + incident.title;
    const IncidentType *type = findIncidentType(incident.type);
    QStringList parts{type ? type->words.in(language) : incident.type};
    if (incident.level > 0)
        parts += levelText(incident.level, language);
    const auto out =
        std::ranges::count_if(cache.assignmentsOfIncident(incident.id.text()),
                              [](const Assignment *a) { return reservesTeam(a->state); });
    if (out > 0)
        parts += isChinese(language) ? u"在派 %1 支"_s.arg(out) : u"%1 out"_s.arg(out);
    if (!incident.address.isEmpty())
        parts += incident.address;
    facts.subtitle = parts.join(u" · "_s);
    facts.state = stateLook(incident.state, language);
    facts.since = incident.stateSince;
    facts.faded = !isActive(incident.state);
}

void teamFacts(RowFacts &facts, const items::TableCache &cache, const FieldValues &values,
               const QString &id, Language language)
{
    const RegisterSpec &spec = teamRegister();
    QStringList parts{formatField(*spec.field(u"kind"), values.value(u"kind"_s), language)};
    if (!values.value(u"headcount"_s).isNull())
        parts += values.value(u"headcount"_s).toString() +
                 (isChinese(language) ? u"人"_s : u" people"_s);
    const auto open = cache.openAssignmentsOfTeam(id);
    for (const Assignment *assignment : open) {
        const Incident *incident = cache.incident(assignment->incident.text());
        if (incident)
            parts.prepend((isChinese(language) ? u"事件"_s : u"incident "_s) +
                          QString::number(incident->number));
        facts.since =
            std::max(facts.since.value_or(assignment->stateSince), assignment->stateSince);
    }
    // First, so that no narrow list cuts it; while it is fresh it can wait.
    if (const auto where = cache.whereabouts(id); where && where->reportedAt) {
        const Duration age = cache.now() - *where->reportedAt;
        parts.insert(age < placeFresh ? parts.size() : 0, placeAge(age, language));
    }
    facts.subtitle = parts.join(u" · "_s);
    facts.state = stateLook(cache.availability(id), language);
}

void stockFacts(RowFacts &facts, const items::TableCache &cache, const FieldValues &values,
                Language language)
{
    facts.subtitle =
        values.value(u"on_hand"_s).toString() + u' ' + values.value(u"unit"_s).toString() +
        u" · "_s +
        cache.name(u"depot"_s, cache.idOfCode(u"depot"_s, values.value(u"depot"_s).toString()));
    facts.state = stockLook(stockState(values, cache.now()), language);
}

void placeFacts(RowFacts &facts, const QString &table, const FieldValues &values, Language language)
{
    const RegisterSpec *spec = findRegister(table);
    QStringList parts;
    for (const QString &name : {u"kind"_s, u"old_class"_s, u"level"_s, u"address"_s}) {
        const FieldSpec *field = spec ? spec->field(name) : nullptr;
        const QString text = field ? formatField(*field, values.value(name), language) : QString();
        if (!text.isEmpty())
            parts += text;
    }
    if (table == "shelter"_L1) {
        if (const auto free = freePlaces(values))
            parts.prepend(isChinese(language) ? u"余 %1"_s.arg(*free) : u"%1 free"_s.arg(*free));
        facts.state = stateLook(table, values.value(u"state"_s).toString(), language);
    } else if (table == "landing_point"_L1) {
        facts.state = stateLook(
            table, values.value(u"usable"_s).toInt() ? u"usable"_s : u"unusable"_s, language);
    }
    facts.subtitle = parts.join(u" · "_s);
}

} // namespace

RowFacts rowFacts(const items::TableCache &cache, const PendingMarks &pending, const QString &table,
                  const QString &id, Language language)
{
    RowFacts facts;
    const FieldValues *values = cache.row(table, id);
    if (!values)
        return facts;
    facts.symbol = symbolOf(cache, pending, table, id);
    if (const auto mark = pending.of(id))
        facts.mark = recordLook(*mark, language);
    facts.overdue = facts.symbol.badges.testFlag(view::Badge::Overdue);
    if (table == "incident"_L1) {
        incidentFacts(facts, cache, *cache.incident(id), language);
        return facts;
    }
    facts.title = values->value(u"name"_s).toString();
    facts.faded = values->value(u"retired"_s).toInt() != 0;
    if (table == "team"_L1)
        teamFacts(facts, cache, *values, id, language);
    else if (table == "stock"_L1)
        stockFacts(facts, cache, *values, language);
    else
        placeFacts(facts, table, *values, language);
    if (facts.faded)
        facts.state = retiredLook(language);
    return facts;
}

} // namespace leeward::widgets
