#pragma once

#include "models/domain/clock.h"

#include <QObject>
#include <QTimer>

#include <optional>
#include <vector>

namespace leeward::widgets {

// Somebody at another desk who has a record before them.
struct Presence
{
    QString desk;
    QString person;
    QString record; // table/id
    bool editing = false;
    Instant since; // known here since; a frame says no time
};

// Who looks at or edits what, this desk included: a hint, never a lock. What others do comes in by
// setOthers(), what this desk does goes out by shown(); without a server both are silent. UI
// thread.
class PresenceBoard : public QObject
{
    Q_OBJECT
public:
    // A server that has gone is believed for so long, as it believes a silent desk.
    static constexpr std::chrono::seconds goneAfter{50};

    PresenceBoard(const Clock &clock, QString ownDesk, QObject *parent = nullptr);

    // All that the server tells, `since` left out; whatever is not among it has gone. This desk is
    // passed over, and so is who looks at nothing.
    void setOthers(const std::vector<Presence> &all);
    // The way to the server is open or not. Without it nothing can be known of others after a
    // while.
    void setReachable(bool reachable);
    // Forgets the others when the server has been away for goneAfter by the clock. Called by itself
    // while it is away.
    void expire();
    // Whoever edits first, then by how long.
    [[nodiscard]] std::vector<Presence> of(const QString &table, const QString &id) const;

    // What this desk has before it; empty for nothing.
    void look(const QString &table, const QString &id);
    // Counted: two fields may be open at once.
    void beginEdit();
    void endEdit();
    [[nodiscard]] QString ownRecord() const { return m_record; }
    [[nodiscard]] bool isEditing() const { return m_edits > 0; }

Q_SIGNALS:
    void othersChanged();
    // For the server.
    void shown(const QString &record, bool editing);

private:
    const Clock &m_clock;
    QString m_ownDesk;
    std::vector<Presence> m_others;
    QString m_record;
    int m_edits = 0;
    std::optional<Instant> m_awaySince;
    QTimer m_look;
};

} // namespace leeward::widgets
