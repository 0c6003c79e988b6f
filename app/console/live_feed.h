#pragma once

#include "app/realm/realm.h"
#include "models/items/table_cache.h"
#include "widgets/presence_board.h"

#include <QHash>
#include <QObject>
#include <QTimer>

namespace leeward::app {

// What a server tells besides entries: who looks at what, and where everything is. To the screen at
// once; positions also into the realm's file, for the recommendation and the next start, but
// seldom: they are telemetry, and the file's disk has better things to do. UI thread. Does nothing
// for a realm without a server.
class LiveFeed : public QObject
{
public:
    static constexpr std::chrono::seconds betweenWrites{5};

    // All must outlive it.
    LiveFeed(Realm &realm, items::TableCache &cache, widgets::PresenceBoard &presence);
    // Writes what is not in the file yet.
    ~LiveFeed() override;

    void take(const std::vector<UnitPosition> &positions);

private:
    void write();

    Realm &m_realm;
    items::TableCache &m_cache;
    widgets::PresenceBoard &m_presence;
    QHash<QString, UnitPosition> m_unwritten;
    QTimer m_write;
};

} // namespace leeward::app
