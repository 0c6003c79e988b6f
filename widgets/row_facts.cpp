#include "widgets/row_facts.h"

#include "models/domain/words.h"
#include "widgets/pending_marks.h"
#include "widgets/theme_controller.h"

#include <QDate>

#include <algorithm>
#include <array>

namespace leeward::widgets {

using namespace Qt::StringLiterals;

QColor toneColour(Tone tone, const ThemeColours &colours)
{
    switch (tone) {
    case Tone::Plain: return colours.text;
    case Tone::Faint: return colours.muted;
    case Tone::Good: return colours.good;
    case Tone::Busy: return colours.accent;
    case Tone::Warn: return colours.warn;
    case Tone::Bad: return colours.bad;
    }
    return colours.text;
}

StateLook stateLook(IncidentState state, Language language)
{
    const QString word = words(state).in(language);
    switch (state) {
    case IncidentState::Reported: return {u"▲"_s, word, Tone::Warn, 0};
    case IncidentState::Reopened: return {u"▲"_s, word, Tone::Warn, 1};
    case IncidentState::Verified: return {u"△"_s, word, Tone::Warn, 2};
    case IncidentState::Responding: return {u"●"_s, word, Tone::Busy, 3};
    case IncidentState::Stabilised: return {u"◐"_s, word, Tone::Good, 4};
    case IncidentState::Terminated: return {u"○"_s, word, Tone::Plain, 5};
    case IncidentState::Closed: return {u"□"_s, word, Tone::Faint, 6};
    case IncidentState::Duplicate: return {u"＝"_s, word, Tone::Faint, 7};
    case IncidentState::Unfounded: return {u"×"_s, word, Tone::Faint, 8};
    case IncidentState::Archived: return {u"■"_s, word, Tone::Faint, 9};
    }
    return {};
}

StateLook stateLook(Availability availability, Language language)
{
    const QString word = words(availability).in(language);
    switch (availability) {
    case Availability::Available: return {u"○"_s, word, Tone::Good, 0};
    case Availability::Ordered: return {u"◇"_s, word, Tone::Busy, 2};
    case Availability::EnRoute: return {u"▶"_s, word, Tone::Busy, 3};
    case Availability::Staged: return {u"◆"_s, word, Tone::Busy, 4};
    case Availability::OnScene: return {u"●"_s, word, Tone::Busy, 5};
    case Availability::Returning: return {u"◀"_s, word, Tone::Plain, 1};
    case Availability::OffDuty: return {u"□"_s, word, Tone::Faint, 6};
    case Availability::Unavailable: return {u"×"_s, word, Tone::Bad, 7};
    }
    return {};
}

StateLook stateLook(AssignmentState state, Language language)
{
    using A = AssignmentState;
    const QString word = words(state).in(language);
    const int order = int(state);
    switch (state) {
    case A::Proposed:
    case A::PendingApproval: return {u"△"_s, word, Tone::Faint, order};
    case A::Ordered:
    case A::Delivered: return {u"◇"_s, word, Tone::Warn, order};
    case A::Acknowledged:
    case A::Mustering: return {u"◆"_s, word, Tone::Busy, order};
    case A::EnRoute:
    case A::ToDestination: return {u"▶"_s, word, Tone::Busy, order};
    case A::Staged: return {u"◆"_s, word, Tone::Busy, order};
    case A::OnScene:
    case A::Working:
    case A::Loaded:
    case A::AtDestination: return {u"●"_s, word, Tone::Busy, order};
    case A::Completed: return {u"○"_s, word, Tone::Good, order};
    case A::Returning: return {u"◀"_s, word, Tone::Plain, order};
    case A::Cleared: return {u"□"_s, word, Tone::Faint, order};
    case A::Declined:
    case A::Recalled:
    case A::Cancelled: return {u"×"_s, word, Tone::Faint, order};
    case A::Diverted:
    case A::HandedOver: return {u"→"_s, word, Tone::Faint, order};
    }
    return {};
}

namespace {

StateLook shelterLook(const QString &state, Language language)
{
    struct Known
    {
        QLatin1StringView name;
        char16_t shape;
        Tone tone;
        int order;
    };
    static constexpr std::array<Known, 8> known = {{{"open"_L1, u'●', Tone::Good, 0},
                                                    {"opening"_L1, u'◇', Tone::Busy, 1},
                                                    {"near_full"_L1, u'▲', Tone::Warn, 2},
                                                    {"full"_L1, u'■', Tone::Bad, 3},
                                                    {"standby"_L1, u'○', Tone::Plain, 4},
                                                    {"closing"_L1, u'◐', Tone::Faint, 5},
                                                    {"closed"_L1, u'□', Tone::Faint, 6},
                                                    {"damaged"_L1, u'×', Tone::Bad, 7}}};
    StateLook look{u"—"_s, {}, Tone::Faint, 9};
    for (const Known &row : known) {
        if (row.name == state)
            look = {QString(QChar(row.shape)), {}, row.tone, row.order};
    }
    look.word = formatField(*shelterRegister().field(u"state"), state, language);
    return look;
}

bool isChinese(Language language)
{
    return language == Language::Chinese;
}

view::SymbolKind incidentKind(const QString &type)
{
    using K = view::SymbolKind;
    static const QHash<QString, K> kinds = {
        {u"flood"_s, K::IncidentFlood},        {u"waterlogging"_s, K::IncidentFlood},
        {u"dike"_s, K::IncidentFlood},         {u"vessel"_s, K::IncidentFlood},
        {u"typhoon"_s, K::IncidentStorm},      {u"landslide"_s, K::IncidentGeology},
        {u"earthquake"_s, K::IncidentGeology}, {u"forest_fire"_s, K::IncidentFire},
        {u"fire"_s, K::IncidentFire},          {u"traffic"_s, K::IncidentAccident},
        {u"collapse"_s, K::IncidentAccident},  {u"hazmat"_s, K::IncidentAccident}};
    return kinds.value(type, K::IncidentOther);
}

view::SymbolKind teamKind(const QString &kind)
{
    using K = view::SymbolKind;
    static const QHash<QString, K> kinds = {
        {u"fire"_s, K::TeamFire},       {u"flood"_s, K::TeamWater},
        {u"water"_s, K::TeamWater},     {u"engineering"_s, K::TeamEngineering},
        {u"medical"_s, K::TeamMedical}, {u"mountain"_s, K::TeamMountain},
        {u"hazmat"_s, K::TeamExpert},   {u"volunteer"_s, K::TeamVolunteer},
        {u"military"_s, K::TeamArmy}};
    return kinds.value(kind, K::TeamGeneral);
}

view::SymbolState incidentSymbol(IncidentState state)
{
    using S = view::SymbolState;
    switch (state) {
    case IncidentState::Reported:
    case IncidentState::Reopened:
    case IncidentState::Verified: return S::Reported;
    case IncidentState::Responding: return S::Active;
    case IncidentState::Stabilised: return S::Controlled;
    case IncidentState::Terminated:
    case IncidentState::Closed:
    case IncidentState::Archived:
    case IncidentState::Unfounded:
    case IncidentState::Duplicate: return S::Ended;
    }
    return S::Plain;
}

view::SymbolState teamSymbol(Availability availability)
{
    using S = view::SymbolState;
    switch (availability) {
    case Availability::Available: return S::Available;
    case Availability::EnRoute: return S::EnRoute;
    case Availability::OnScene: return S::OnScene;
    case Availability::Ordered:
    case Availability::Staged:
    case Availability::Returning: return S::Busy;
    case Availability::OffDuty:
    case Availability::Unavailable: return S::OffDuty;
    }
    return S::Plain;
}

view::SymbolState shelterSymbol(const QString &state)
{
    using S = view::SymbolState;
    static const QHash<QString, S> states = {
        {u"standby"_s, S::Standby},    {u"opening"_s, S::Opening}, {u"open"_s, S::Open},
        {u"near_full"_s, S::NearFull}, {u"full"_s, S::Full},       {u"closing"_s, S::Closed},
        {u"closed"_s, S::Closed},      {u"damaged"_s, S::Damaged}};
    return states.value(state, S::Plain);
}

} // namespace

StateLook stateLook(const QString &table, const QString &state, Language language)
{
    if (table == "incident"_L1)
        return stateLook(incidentStateFrom(state).value_or(IncidentState::Reported), language);
    if (table == "team"_L1)
        return stateLook(availabilityFrom(state).value_or(Availability::Available), language);
    if (table == "shelter"_L1)
        return shelterLook(state, language);
    const bool zh = isChinese(language);
    if (state == "usable"_L1)
        return {u"○"_s, zh ? u"可用"_s : u"usable"_s, Tone::Good, 0};
    if (state == "unusable"_L1)
        return {u"×"_s, zh ? u"不可用"_s : u"not usable"_s, Tone::Bad, 1};
    return {{}, state, Tone::Plain, 0};
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

view::SymbolKey symbolOf(const items::TableCache &cache, const PendingMarks &pending,
                         const QString &table, const QString &id)
{
    view::SymbolKey key;
    const FieldValues *values = cache.row(table, id);
    if (const auto mark = pending.of(id)) {
        switch (*mark) {
        case store::Pending::State::Queued: key.badges |= view::Badge::Pending; break;
        case store::Pending::State::Conflict: key.badges |= view::Badge::Conflict; break;
        case store::Pending::State::Refused: key.badges |= view::Badge::Rejected; break;
        }
    }
    if (!values)
        return key;
    const auto late = [&](const Assignment *a) {
        return isOpen(a->state) && isOverdue(*a, cache.now());
    };
    if (table == "incident"_L1) {
        const Incident *incident = cache.incident(id);
        key.kind = incidentKind(incident->type);
        key.state = incidentSymbol(incident->state);
        key.level = quint8(std::clamp(incident->level, 0, 4));
        key.badges.setFlag(view::Badge::Overdue,
                           std::ranges::any_of(cache.assignmentsOfIncident(id), late));
    } else if (table == "team"_L1) {
        const auto open = cache.openAssignmentsOfTeam(id);
        key.kind = teamKind(values->value(u"kind"_s).toString());
        key.state = teamSymbol(cache.availability(id));
        if (std::ranges::any_of(open, [](const Assignment *a) { return a->lostContact; }))
            key.state = view::SymbolState::LostContact;
        key.badges.setFlag(view::Badge::Overdue, std::ranges::any_of(open, late));
    } else if (table == "shelter"_L1) {
        key.kind = view::SymbolKind::Shelter;
        key.state = shelterSymbol(values->value(u"state"_s).toString());
    } else if (table == "landing_point"_L1) {
        key.kind = view::SymbolKind::LandingPoint;
        key.state = values->value(u"usable"_s).toInt() ? view::SymbolState::Usable
                                                       : view::SymbolState::Unusable;
    } else if (table == "depot"_L1 || table == "stock"_L1) {
        key.kind = view::SymbolKind::Depot;
    } else if (table == "station"_L1) {
        key.kind = view::SymbolKind::Station;
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
    facts.subtitle = parts.join(u" · "_s);
    facts.state = stateLook(cache.availability(id), language);
}

void stockFacts(RowFacts &facts, const items::TableCache &cache, const FieldValues &values,
                Language language)
{
    const bool zh = isChinese(language);
    const StockState state = stockState(values, cache.now());
    facts.subtitle =
        values.value(u"on_hand"_s).toString() + u' ' + values.value(u"unit"_s).toString() +
        u" · "_s +
        cache.name(u"depot"_s, cache.idOfCode(u"depot"_s, values.value(u"depot"_s).toString()));
    if (state.expired)
        facts.state = {u"×"_s, zh ? u"已过期"_s : u"expired"_s, Tone::Bad, 0};
    else if (state.below)
        facts.state = {u"▼"_s, zh ? u"低于下限"_s : u"below minimum"_s, Tone::Bad, 1};
    else if (state.expiring)
        facts.state = {u"▲"_s, zh ? u"将过期"_s : u"expiring"_s, Tone::Warn, 2};
    else
        facts.state = {u"○"_s, zh ? u"正常"_s : u"in order"_s, Tone::Good, 3};
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
        facts.state = {u"□"_s, isChinese(language) ? u"停用"_s : u"retired"_s, Tone::Faint, 20};
    return facts;
}

} // namespace leeward::widgets
