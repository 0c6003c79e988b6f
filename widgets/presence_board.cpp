#include "widgets/presence_board.h"

#include <algorithm>

namespace leeward::widgets {

PresenceBoard::PresenceBoard(const Clock &clock, QString ownDesk, QObject *parent)
    : QObject(parent)
    , m_clock(clock)
    , m_ownDesk(std::move(ownDesk))
{
    m_look.setInterval(std::chrono::seconds(5));
    connect(&m_look, &QTimer::timeout, this, &PresenceBoard::expire);
}

void PresenceBoard::setOthers(const std::vector<Presence> &all)
{
    std::vector<Presence> now;
    for (Presence presence : all) {
        if (presence.desk == m_ownDesk || presence.record.isEmpty())
            continue;
        const auto before = std::ranges::find_if(m_others, [&](const Presence &known) {
            return known.desk == presence.desk && known.person == presence.person &&
                   known.record == presence.record && known.editing == presence.editing;
        });
        presence.since = before == m_others.end() ? m_clock.now() : before->since;
        now.push_back(std::move(presence));
    }
    m_others = std::move(now);
    Q_EMIT othersChanged();
}

void PresenceBoard::setReachable(bool reachable)
{
    if (reachable) {
        m_awaySince.reset();
        m_look.stop();
    } else if (!m_awaySince) {
        m_awaySince = m_clock.now();
        m_look.start();
    }
}

void PresenceBoard::expire()
{
    if (!m_awaySince || m_clock.now() - *m_awaySince < goneAfter)
        return;
    m_look.stop();
    if (!m_others.empty())
        setOthers({});
}

std::vector<Presence> PresenceBoard::of(const QString &table, const QString &id) const
{
    std::vector<Presence> here;
    const QString record = table + u'/' + id;
    std::ranges::copy_if(m_others, std::back_inserter(here),
                         [&](const Presence &presence) { return presence.record == record; });
    std::ranges::sort(here, [](const Presence &a, const Presence &b) {
        return std::tuple(!a.editing, a.since, a.desk) < std::tuple(!b.editing, b.since, b.desk);
    });
    return here;
}

void PresenceBoard::look(const QString &table, const QString &id)
{
    const QString record = id.isEmpty() ? QString() : QString(table + u'/' + id);
    if (record == m_record)
        return;
    m_record = record;
    Q_EMIT shown(m_record, isEditing());
}

void PresenceBoard::beginEdit()
{
    if (m_edits++ == 0)
        Q_EMIT shown(m_record, true);
}

void PresenceBoard::endEdit()
{
    if (m_edits > 0 && --m_edits == 0)
        Q_EMIT shown(m_record, false);
}

} // namespace leeward::widgets
