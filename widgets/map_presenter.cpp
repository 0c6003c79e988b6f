#include "widgets/map_presenter.h"

#include "widgets/pending_marks.h"
#include "widgets/row_facts.h"

#include <algorithm>
#include <cmath>

namespace leeward::widgets {

using namespace Qt::StringLiterals;

namespace {

// A reported place fades from when it is no longer fresh until it counts as lost. In steps, so that
// five thousand of them are not drawn anew for a change nobody sees.
// What is lost is looked for: its shape and its word say so, and it is drawn strongly again.
float fadeOf(Duration age)
{
    constexpr float lost = 0.2F;
    if (age >= placeLost)
        return lost;
    constexpr double steps = 14;
    const double part =
        double((age - placeFresh).count()) / double(Duration(placeLost - placeFresh).count());
    return float(std::floor(std::clamp(part, 0.0, 1.0) * steps) / steps);
}

view::SymbolKind unitKind(const QString &kind)
{
    using K = view::SymbolKind;
    static const QHash<QString, K> kinds = {{u"vehicle"_s, K::UnitVehicle},
                                            {u"boat"_s, K::UnitBoat},
                                            {u"helicopter"_s, K::UnitHelicopter},
                                            {u"person"_s, K::UnitPerson}};
    return kinds.value(kind, K::Other);
}

// The word beside the name, because a shape alone is not read from across a hall.
QString lostLabel(const QString &name, bool lost, Language language)
{
    if (!lost)
        return name;
    return name + (language == Language::Chinese ? u" 失联"_s : u" lost contact"_s);
}

const QStringList &drawnTables()
{
    static const QStringList tables = {u"station"_s, u"depot"_s, u"landing_point"_s,
                                       u"shelter"_s, u"team"_s,  u"incident"_s};
    return tables;
}

} // namespace

MapPresenter::MapPresenter(const Shell &shell, view::FeatureStore &store, QObject *parent)
    : QObject(parent)
    , m_shell(shell)
    , m_store(store)
{
    m_flush.setSingleShot(true);
    m_flush.setInterval(30);
    connect(&m_flush, &QTimer::timeout, this, &MapPresenter::flush);
    m_ages.setInterval(10000); // fading is slow; a clock that runs out is told by the board at once
    connect(&m_ages, &QTimer::timeout, this, [this] {
        for (const Assignment &assignment : m_shell.cache.assignments()) {
            if (isOpen(assignment.state)) {
                touch(u"team"_s, assignment.team.text());
                touch(u"incident"_s, assignment.incident.text());
            }
        }
        const auto &teams = m_shell.cache.rows(u"team"_s);
        for (auto it = teams.begin(); it != teams.end(); ++it) {
            const auto where = m_shell.cache.whereabouts(it.key());
            if (where && where->reportedAt)
                touch(u"team"_s, it.key());
        }
        touchUnits(m_shell.cache.units().keys());
    });
    m_ages.start();
    connect(&shell.cache, &items::TableCache::loaded, this, &MapPresenter::reload);
    connect(&shell.cache, &items::TableCache::changed, this, &MapPresenter::take);
    connect(&shell.cache, &items::TableCache::unitsMoved, this, &MapPresenter::touchUnits);
    connect(&shell.pending, &PendingMarks::marksChanged, this, [this](const QStringList &ids) {
        for (const QString &id : ids) {
            for (const QString &table : drawnTables()) {
                if (m_shell.cache.row(table, id))
                    touch(table, id);
            }
        }
    });
    if (shell.cache.isLoaded())
        reload();
}

std::optional<view::FeatureKey> MapPresenter::keyOf(const QString &table, const QString &id)
{
    const auto layer = layerOf(table);
    const QUuid uuid = QUuid::fromString(id);
    if (!layer || uuid.isNull())
        return std::nullopt;
    return view::FeatureKey{*layer, uuid};
}

std::optional<view::Feature> MapPresenter::featureOf(const QString &table, const QString &id) const
{
    const items::TableCache &cache = m_shell.cache;
    const FieldValues *values = cache.row(table, id);
    const auto key = keyOf(table, id);
    if (!values || !key || values->value(u"retired"_s).toInt() != 0)
        return std::nullopt;
    view::Feature feature{*key, {}, symbolOf(cache, m_shell.pending, table, id), {}, 0};
    if (table == "team"_L1) {
        const auto where = cache.whereabouts(id);
        if (!where)
            return std::nullopt;
        feature.at = where->at;
        bool lost = false;
        if (where->reportedAt) {
            const Duration age = cache.now() - *where->reportedAt;
            feature.fade = fadeOf(age);
            feature.note = placeAge(age, m_shell.language());
            lost = age >= placeLost;
            if (lost)
                feature.symbol.state = view::SymbolState::LostContact;
        }
        feature.label = lostLabel(values->value(u"name"_s).toString(), lost, m_shell.language());
        return feature;
    }
    const auto place = cache.placeOf(table, id);
    if (!place)
        return std::nullopt;
    feature.at = *place;
    if (table == "incident"_L1) {
        const Incident *incident = cache.incident(id);
        if (incident->state == IncidentState::Archived ||
            incident->state == IncidentState::Duplicate)
            return std::nullopt;
        feature.label = QString::number(incident->number) + u' ' + incident->title;
    } else {
        feature.label = values->value(u"name"_s).toString();
    }
    return feature;
}

view::FeatureKey MapPresenter::unitKey(const QString &source)
{
    static constexpr QUuid space(0x4b1f6c6e, 0x0f0d, 0x5d4b, 0x9a, 0x5e, 0x61, 0x2d, 0x8f, 0x0a,
                                 0x33, 0x71);
    return {view::Layer::Units, QUuid::createUuidV5(space, source)};
}

const UnitPosition *MapPresenter::unitOf(const view::FeatureKey &key) const
{
    return key.layer == view::Layer::Units ? m_shell.cache.unit(m_sources.value(key.id)) : nullptr;
}

// A team's own tracker moves the team's symbol; what else belongs to it is drawn by itself.
std::optional<view::Feature> MapPresenter::featureOf(const UnitPosition &unit) const
{
    if (unit.kind == "team"_L1 && !unit.team.isEmpty())
        return std::nullopt;
    const Duration age = m_shell.cache.now() - orderOf(unit);
    const bool lost = age >= placeLost;
    QString name = unit.label.isEmpty() ? unit.source : unit.label;
    if (const QString team = m_shell.cache.name(u"team"_s, unit.team); !team.isEmpty())
        name += u" · "_s + team;
    return view::Feature{
        .key = unitKey(unit.source),
        .at = {unit.lon, unit.lat},
        .symbol = {.kind = unitKind(unit.kind),
                   .state = lost ? view::SymbolState::LostContact : view::SymbolState::Plain,
                   .level = 0,
                   .badges = {}},
        .label = lostLabel(name, lost, m_shell.language()),
        .fade = fadeOf(age),
        .note = placeAge(age, m_shell.language())};
}

void MapPresenter::reload()
{
    m_movedUnits.clear();
    m_sources.clear();
    QList<view::Feature> features;
    for (const QString &table : drawnTables()) {
        const auto &rows = m_shell.cache.rows(table);
        for (auto it = rows.begin(); it != rows.end(); ++it) {
            if (auto feature = featureOf(table, it.key()))
                features += *std::move(feature);
        }
    }
    for (const UnitPosition &unit : m_shell.cache.units()) {
        if (auto feature = featureOf(unit)) {
            m_sources.insert(feature->key.id, unit.source);
            features += *std::move(feature);
        }
    }
    m_touched.clear();
    m_store.reset(std::move(features));
}

void MapPresenter::take(const Changes &changes)
{
    for (const RowChange &change : changes) {
        if (change.table == "assignment"_L1) {
            if (const Assignment *assignment = m_shell.cache.assignment(change.key)) {
                touch(u"team"_s, assignment->team.text());
                touch(u"incident"_s, assignment->incident.text());
            }
        } else if (change.table == "team_override"_L1) {
            touch(u"team"_s, change.key);
        } else if (layerOf(change.table)) {
            touch(change.table, change.key);
        }
    }
}

void MapPresenter::touch(const QString &table, const QString &id)
{
    m_touched.insert({table, id});
    if (!m_flush.isActive())
        m_flush.start();
}

void MapPresenter::touchUnits(const QStringList &sources)
{
    m_movedUnits.unite(QSet<QString>(sources.begin(), sources.end()));
    if (!sources.isEmpty() && !m_flush.isActive())
        m_flush.start();
}

void MapPresenter::flush()
{
    QList<view::Feature> features;
    for (const QString &source : std::exchange(m_movedUnits, {})) {
        const UnitPosition *unit = m_shell.cache.unit(source);
        if (auto feature = unit ? featureOf(*unit) : std::nullopt) {
            m_sources.insert(feature->key.id, source);
            features += *std::move(feature);
        }
    }
    for (const auto &[table, id] : std::exchange(m_touched, {})) {
        if (auto feature = featureOf(table, id))
            features += *std::move(feature);
        else if (const auto key = keyOf(table, id))
            m_store.remove(*key);
    }
    if (!features.isEmpty())
        m_store.upsert(features);
}

void MapPresenter::flashTeamsOf(const QStringList &assignments)
{
    for (const QString &id : assignments) {
        if (const Assignment *assignment = m_shell.cache.assignment(id))
            m_store.flash({view::Layer::Teams, assignment->team.raw()});
    }
}

void MapPresenter::showRoutes(const QString &incident, const QList<TeamId> &teams)
{
    const int token = ++m_routesToken;
    m_lines.clear();
    Q_EMIT routesChanged(m_lines);
    const auto to = m_shell.cache.placeOf(u"incident"_s, incident);
    if (!to || !m_shell.services.route)
        return;
    for (const TeamId team : teams) {
        const auto from = m_shell.cache.whereabouts(team.text());
        if (!from)
            continue;
        m_shell.services.route(from->at, *to)
            .then(this, [this, token, team](const Result<RouteLine> &route) {
                if (token != m_routesToken || !route)
                    return;
                m_lines += {.name = u"route."_s + team.text(),
                            .places = QList<LonLat>(route->line.begin(), route->line.end()),
                            .color = m_shell.theme.colours().accent,
                            .width = 5};
                Q_EMIT routesChanged(m_lines);
            });
    }
}

} // namespace leeward::widgets
