#pragma once

#include "maps/view/mapview.h"
#include "widgets/shell.h"

#include <QSet>
#include <QTimer>

namespace leeward::widgets {

// Keeps a feature store equal to the registers, teams and incidents of the cache, and a map's lines
// equal to the roads that are asked for. Changes are taken row by row and shown once per turn of
// the event loop.
class MapPresenter : public QObject
{
    Q_OBJECT
public:
    MapPresenter(const Shell &shell, view::FeatureStore &store, QObject *parent = nullptr);

    // Roads from these teams to the incident; a later call makes earlier answers stale. Empty:
    // none.
    void showRoutes(const QString &incident, const QList<TeamId> &teams);
    void flashTeamsOf(const QStringList &assignments);
    [[nodiscard]] static std::optional<view::FeatureKey> keyOf(const QString &table,
                                                               const QString &id);
    // What moves is known by its source, which is any text.
    [[nodiscard]] static view::FeatureKey unitKey(const QString &source);
    [[nodiscard]] const UnitPosition *unitOf(const view::FeatureKey &key) const;

Q_SIGNALS:
    void routesChanged(const QList<leeward::view::MapLine> &lines);

private:
    void reload();
    void take(const Changes &changes);
    void flush();
    void touch(const QString &table, const QString &id);
    void touchUnits(const QStringList &sources);
    [[nodiscard]] std::optional<view::Feature> featureOf(const UnitPosition &unit) const;
    [[nodiscard]] std::optional<view::Feature> featureOf(const QString &table,
                                                         const QString &id) const;

    const Shell &m_shell;
    view::FeatureStore &m_store;
    QSet<std::pair<QString, QString>> m_touched;
    QSet<QString> m_movedUnits;
    QHash<QUuid, QString> m_sources; // of the units that are drawn
    QTimer m_flush;
    QTimer m_ages;
    QList<view::MapLine> m_lines;
    int m_routesToken = 0;
};

} // namespace leeward::widgets
