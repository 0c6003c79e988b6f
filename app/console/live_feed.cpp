#include "app/console/live_feed.h"

#include "models/store/unit_positions.h"

#include <QLoggingCategory>

namespace leeward::app {

using sync::Connection;
using sync::RemoteLink;

namespace {

Q_LOGGING_CATEGORY(log, "leeward.console.live")

std::vector<widgets::Presence> presenceFrom(const std::vector<sync::wire::Presence> &frames)
{
    std::vector<widgets::Presence> all;
    all.reserve(frames.size());
    for (const sync::wire::Presence &one : frames)
        all.push_back({.desk = one.desk,
                       .person = one.person,
                       .record = one.record,
                       .editing = one.editing,
                       .since = {}});
    return all;
}

} // namespace

LiveFeed::LiveFeed(Realm &realm, items::TableCache &cache, widgets::PresenceBoard &presence)
    : m_realm(realm)
    , m_cache(cache)
    , m_presence(presence)
{
    m_write.setSingleShot(true);
    m_write.setInterval(betweenWrites);
    connect(&m_write, &QTimer::timeout, this, &LiveFeed::write);
    RemoteLink *remote = realm.remote();
    if (!remote)
        return;
    connect(remote, &RemoteLink::presenceCame, this,
            [this](const std::vector<sync::wire::Presence> &frames) {
                m_presence.setOthers(presenceFrom(frames));
            });
    connect(remote, &RemoteLink::connectionChanged, this, [this](const Connection &connection) {
        m_presence.setReachable(connection.state == Connection::State::Connected);
    });
    connect(remote, &RemoteLink::positionsCame, this, &LiveFeed::take);
    const desk::Identity who = realm.desk().identity();
    const auto show = [remote, who](const QString &record, bool editing) {
        remote->showPresence(
            {.desk = who.desk, .person = who.user, .record = record, .editing = editing});
    };
    connect(&presence, &widgets::PresenceBoard::shown, this, show);
    show(presence.ownRecord(), presence.isEditing());
}

LiveFeed::~LiveFeed()
{
    write();
}

void LiveFeed::take(const std::vector<UnitPosition> &positions)
{
    m_cache.setUnits(positions);
    for (const UnitPosition &position : positions)
        m_unwritten.insert(position.source, position);
    if (!m_unwritten.isEmpty() && !m_write.isActive())
        m_write.start();
}

void LiveFeed::write()
{
    if (m_unwritten.isEmpty() || m_realm.isReadOnly())
        return;
    const auto waiting = std::exchange(m_unwritten, {});
    m_realm.writer().post([positions = std::vector<UnitPosition>(waiting.begin(), waiting.end())](
                              store::Connection &db) {
        if (const auto put = store::putUnitPositions(db, positions); !put)
            qCWarning(log) << "positions:" << put.error().detail; // they come again
    });
}

} // namespace leeward::app
