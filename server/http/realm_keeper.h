#pragma once

#include "server/http/account_desk.h"
#include "server/http/stream_hub.h"
#include "server/positions/position_board.h"
#include "server/snapshot.h"

#include <map>

namespace leeward::server {

// One realm of a server, with all that serves it.
struct ServedRealm
{
    QString name;
    QString mark;         // of a drill; empty = live
    bool retired = false; // answers nobody any more; its file stays
    std::unique_ptr<RealmHost> host;
    std::unique_ptr<StreamHub> hub;
    std::unique_ptr<PositionBoard> positions;
    std::optional<Snapshot> snapshot;
    std::vector<CallPtr> waitingForSnapshot;

    [[nodiscard]] QString kind() const
    {
        return mark.isEmpty() ? QStringLiteral("live") : QStringLiteral("drill");
    }
};

// By name. None is ever taken out while the server runs: what is under way names them.
using ServedRealms = std::map<QString, ServedRealm>;

// Where realms are kept.
struct RealmPlace
{
    QString folder; // of NAME.journal and NAME.positions
    // Makes the shared journal of a realm; empty: each realm's own file is its journal.
    std::function<Result<std::unique_ptr<Journal>>(const QString &realm, const QString &file)>
        journal;
    QByteArray sealKey; // of the accounts (Accounts::sealKey)
};

// Opens every realm that has a file in the folder or a row, but those that are retired, and "live",
// which is made when it is not there. The thread that will serve them. `clock` must outlive them.
// Corrupt when a file is of the other kind than its row says: a drill never takes the place of what
// is real, nor the other way round; and when the newest entries are not as they were written.
[[nodiscard]] Result<ServedRealms>
openRealms(const RealmPlace &place, const std::vector<RealmRow> &rows, const Clock &clock);

// Adds realms and takes them out of service while the server runs. The HTTP thread.
class RealmKeeper : public QObject
{
    Q_OBJECT
public:
    using Place = RealmPlace;
    // All must outlive it; jobs on `pool` must be over before it goes.
    RealmKeeper(ServedRealms &realms, Place place, const Clock &clock, AccountDesk &accounts,
                QThreadPool &pool);

    // Brings what is served in line with the row; `done` on this thread, later.
    void apply(const RealmRow &row, std::function<void(Result<>)> done);
    // Looks again and again for what other processes on the same store have made and retired.
    void follow();

private:
    void look();

    ServedRealms &m_realms;
    Place m_place;
    const Clock &m_clock;
    AccountDesk &m_accounts;
    QThreadPool &m_pool;
    QHash<QString, std::vector<std::function<void(Result<>)>>> m_opening;
    QTimer m_look;
};

} // namespace leeward::server
