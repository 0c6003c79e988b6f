#include "widgets/map_presenter.h"

#include "widgets/pending_marks.h"
#include "widgets/row_facts.h"

#include <algorithm>

namespace leeward::widgets {

using namespace Qt::StringLiterals;

namespace {

// A reported place is fresh for two minutes and faded as far as it goes after thirty, when it
// counts as lost.
float fadeOf(Duration age)
{
    const double minutes = double(age.count()) / 60000;
    return float(std::clamp((minutes - 2) / 28, 0.0, 1.0));
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
    });
    m_ages.start();
    connect(&shell.cache, &items::TableCache::loaded, this, &MapPresenter::reload);
    connect(&shell.cache, &items::TableCache::changed, this, &MapPresenter::take);
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
        if (where->reportedAt) {
            feature.fade = fadeOf(cache.now() - *where->reportedAt);
            if (feature.fade >= 1 && feature.symbol.state != view::SymbolState::Available &&
                feature.symbol.state != view::SymbolState::OffDuty)
                feature.symbol.state = view::SymbolState::LostContact;
        }
        feature.label = values->value(u"name"_s).toString();
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

void MapPresenter::reload()
{
    QList<view::Feature> features;
    for (const QString &table : drawnTables()) {
        const auto &rows = m_shell.cache.rows(table);
        for (auto it = rows.begin(); it != rows.end(); ++it) {
            if (auto feature = featureOf(table, it.key()))
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

void MapPresenter::flush()
{
    QList<view::Feature> features;
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
