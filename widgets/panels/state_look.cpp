#include "widgets/panels/state_look.h"

#include "models/domain/words.h"
#include "widgets/panels/theme_colours.h"

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

StateLook recordLook(desk::RecordState state, Language language)
{
    const bool zh = language == Language::Chinese;
    switch (state) {
    case desk::RecordState::Local:
        return {u"◐"_s, zh ? u"未上报"_s : u"kept here"_s, Tone::Warn, 2};
    case desk::RecordState::Sending:
        return {u"↑"_s, zh ? u"发送中"_s : u"sending"_s, Tone::Busy, 3};
    case desk::RecordState::Accepted:
        return {u"✓"_s, zh ? u"已入日志"_s : u"accepted"_s, Tone::Good, 4};
    case desk::RecordState::Rejected:
        return {u"✕"_s, zh ? u"被拒绝"_s : u"refused"_s, Tone::Bad, 1};
    case desk::RecordState::Conflict:
        return {u"⚡"_s, zh ? u"有冲突"_s : u"conflict"_s, Tone::Bad, 0};
    }
    return {};
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
    const bool zh = language == Language::Chinese;
    if (state == "usable"_L1)
        return {u"○"_s, zh ? u"可用"_s : u"usable"_s, Tone::Good, 0};
    if (state == "unusable"_L1)
        return {u"×"_s, zh ? u"不可用"_s : u"not usable"_s, Tone::Bad, 1};
    return {{}, state, Tone::Plain, 0};
}

view::SymbolKey symbolOf(const items::TableCache &cache, const QString &table, const QString &id)
{
    static const QHash<QString, view::SymbolKind> kinds = {
        {u"station"_s, view::SymbolKind::Station},
        {u"shelter"_s, view::SymbolKind::Shelter},
        {u"landing_point"_s, view::SymbolKind::LandingPoint},
        {u"depot"_s, view::SymbolKind::Depot},
        {u"stock"_s, view::SymbolKind::Depot}};
    view::SymbolKey key{.kind = kinds.value(table, view::SymbolKind::Other)};
    const FieldValues *values = cache.row(table, id);
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
        key.state = shelterSymbol(values->value(u"state"_s).toString());
    } else if (table == "landing_point"_L1) {
        key.state = values->value(u"usable"_s).toInt() ? view::SymbolState::Usable
                                                       : view::SymbolState::Unusable;
    }
    return key;
}

} // namespace leeward::widgets
