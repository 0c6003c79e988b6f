#pragma once

#include "models/domain/assignment.h"
#include "models/domain/availability.h"
#include "models/domain/changes.h"
#include "models/domain/incident.h"
#include "models/domain/unit_position.h"
#include "models/store/change_feed.h"
#include "models/store/dispatch_queries.h"
#include "models/store/store_thread.h"

#include <QHash>
#include <QObject>

namespace leeward::items {

// The rows a screen shows, kept in memory on the UI thread: read once through a reader connection,
// then kept equal to the file by the changes of every commit. All item models are views of it, so
// two panes can not disagree.
class TableCache : public QObject
{
    Q_OBJECT
public:
    TableCache(store::StoreThread &reader, store::ChangeFeed &feed, const Clock &clock,
               QObject *parent = nullptr);

    // Reads everything (again), then emits loaded() or failed(). Changes that arrive meanwhile are
    // applied after.
    void load();
    [[nodiscard]] bool isLoaded() const { return m_loaded; }

    // Null when there is none. Valid until the next change.
    [[nodiscard]] const FieldValues *row(const QString &table, const QString &id) const;
    [[nodiscard]] const QHash<QString, FieldValues> &rows(const QString &table) const;
    [[nodiscard]] QString name(const QString &table,
                               const QString &id) const; // title of an incident
    [[nodiscard]] QString idOfCode(const QString &table, const QString &code) const;

    [[nodiscard]] const Incident *incident(const QString &id) const;
    [[nodiscard]] const Incident *incidentByNumber(int number) const;
    [[nodiscard]] const Assignment *assignment(const QString &id) const;
    [[nodiscard]] const QHash<QString, Incident> &incidents() const { return m_incidents; }
    [[nodiscard]] const QHash<QString, Assignment> &assignments() const { return m_assignments; }
    [[nodiscard]] std::vector<const Assignment *> assignmentsOfIncident(const QString &id) const;
    [[nodiscard]] std::vector<const Assignment *> openAssignmentsOfTeam(const QString &id) const;
    [[nodiscard]] std::optional<AvailabilityOverride> overrideOf(const QString &team) const;
    [[nodiscard]] Availability availability(const QString &team) const; // now, by the clock
    // Where a team is: the latest report of it or of anything that belongs to it, else its base,
    // else its station; and since when (empty: by register).
    struct Whereabouts
    {
        LonLat at;
        std::optional<Instant> reportedAt; // as it counts, see orderOf()
        Instant deviceAt;                  // of a report: by the device's clock
        Instant receivedAt;                // of a report: by the receiver's
        QString source;
    };
    [[nodiscard]] std::optional<Whereabouts> whereabouts(const QString &team) const;
    [[nodiscard]] std::optional<LonLat> placeOf(const QString &table, const QString &id) const;

    [[nodiscard]] const Clock &clock() const { return m_clock; }
    [[nodiscard]] Instant now() const { return m_clock.now(); }

    // Telemetry, from its own feed.
    void setPositions(const std::vector<store::TeamPosition> &positions);
    // The same of anything that moves. One that is no newer than what is known of its source is
    // passed over.
    void setUnits(const std::vector<UnitPosition> &units);
    // Everything that moves, by source; null when it is not known.
    [[nodiscard]] const QHash<QString, UnitPosition> &units() const { return m_units; }
    [[nodiscard]] const UnitPosition *unit(const QString &source) const;
    // What belongs to a team, newest first.
    [[nodiscard]] std::vector<const UnitPosition *> unitsOfTeam(const QString &team) const;

Q_SIGNALS:
    void loaded();
    void failed(const leeward::Error &error);
    // Already applied here; a removed row's change carries the values it had. Never emitted before
    // loaded().
    void changed(const leeward::Changes &changes);
    // Already taken. A team whose unit moved is also told by changed().
    void unitsMoved(const QStringList &sources);

private:
    void apply(const Changes &changes);
    void take(const QString &table, const QString &id, const FieldValues &values);
    void drop(const QString &table, const QString &id);
    [[nodiscard]] bool takeUnit(const UnitPosition &unit);
    void dropCode(const QString &table, const QString &id);

    store::StoreThread &m_reader;
    const Clock &m_clock;
    QHash<QString, QHash<QString, FieldValues>> m_rows;
    QHash<QString, QHash<QString, QString>> m_idByCode; // by table
    QHash<QString, Incident> m_incidents;
    QHash<QString, Assignment> m_assignments;
    QHash<QString, QStringList> m_assignmentsByTeam;
    QHash<QString, QStringList> m_assignmentsByIncident;
    QHash<QString, store::TeamPosition> m_positions;
    QHash<QString, UnitPosition> m_units;
    QHash<QString, QStringList> m_unitsByTeam;
    std::vector<Changes> m_waiting; // arrived while reading, perhaps not in what was read
    bool m_loaded = false;
    bool m_loading = false;
};

} // namespace leeward::items
