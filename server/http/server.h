#pragma once

#include "server/http/admin_api.h"
#include "server/http/http_front.h"
#include "server/http/open_data.h"
#include "server/http/realm_keeper.h"
#include "sync/wire.h"

#include <QLockFile>

namespace leeward::server {

// What a server needs to know; app/server reads it from the command line and its file.
struct ServerOptions
{
    QString folder; // realms, accounts, snapshots; made when it is not there
    QString name = QStringLiteral("leeward");
    QHostAddress address = QHostAddress::LocalHost;
    quint16 port = 0;
    QSslConfiguration tls; // null: plain HTTP
    ConnectionLimits limits;
    HttpFront::Versions versions{.oldest = sync::wire::oldestProtocol,
                                 .newest = sync::wire::protocolVersion};
    AccountRules accounts;
    // Makes the shared journal of a realm; empty: each realm's own file is its journal.
    std::function<Result<std::unique_ptr<Journal>>(const QString &realm, const QString &file)>
        journal;
    // Makes the store of accounts that processes share, given the file it would otherwise be, whose
    // people it takes in; empty: that file is the store.
    std::function<Result<std::unique_ptr<AccountStore>>(const QString &file)> accountStore;
    // How often open streams are asked for whose sign-in other processes have ended.
    std::chrono::milliseconds streamCheck{20'000};
    // Under which address open data is read, when that is not the one requests come to (a proxy):
    // "https://data.hall.example". Empty: as the request says.
    QString publicUrl;
};

// The central server: realms, accounts, HTTP and streams. Lives on the thread that made it, which
// runs an event loop; realms, accounts, passwords and packing have threads of their own.
class Server : public QObject
{
    Q_OBJECT
public:
    // Opens what is in the folder, makes realm "live" when there is none, and listens. `clock` and
    // `random` must outlive it. CacheInUse when another server holds the folder.
    [[nodiscard]] static Result<std::unique_ptr<Server>>
    start(ServerOptions options, const Clock &clock, sync::RandomSource &random);
    ~Server() override;

    // Graceful: no new connection, streams are told goodbye, what was handed in is answered; then
    // stopped(), within seconds whatever the peers do.
    void stop();

    [[nodiscard]] quint16 port() const { return m_port; }
    [[nodiscard]] AccountDesk &accounts() { return *m_accounts; }
    [[nodiscard]] RealmHost *realm(const QString &name);

Q_SIGNALS:
    void stopped();

private:
    Server(ServerOptions options, const Clock &clock);
    [[nodiscard]] Result<> open(sync::RandomSource &random);
    [[nodiscard]] Result<> openAccounts(sync::RandomSource &random);
    [[nodiscard]] RealmPlace realmPlace() const;
    [[nodiscard]] ServedRealm *find(const CallPtr &call); // refuses the call when there is none
    [[nodiscard]] ServedRealm *find(const CallPtr &call, const QString &realm);
    void endStreams(); // of those whose sign-in is over

    void addSessionRoutes();
    void addRealmRoutes();
    void addPositionRoutes();
    void addOpenDataRoutes();
    void listRealms(const CallPtr &call);
    void exchange(const CallPtr &call);
    void giveSnapshot(const CallPtr &call);
    void giveSnapshotBytes(const CallPtr &call);
    void takeOperation(const CallPtr &call);
    void about(const CallPtr &call);
    void setUp(const CallPtr &call, const NewUser &user, const QString &code,
               const QString &password);
    void health(const CallPtr &call);
    void metrics(const CallPtr &call);
    void drain();
    void sendPositions();

    ServerOptions m_options;
    std::unique_ptr<QLockFile> m_folderLock; // goes last
    const Clock &m_clock;
    std::unique_ptr<AccountDesk> m_accounts;
    ServedRealms m_realms;
    std::unique_ptr<RealmKeeper> m_keeper;
    std::unique_ptr<AdminApi> m_admin;
    std::unique_ptr<OpenData> m_openData;
    std::unique_ptr<HttpFront> m_front;
    QThreadPool m_pool; // decoding, packing, snapshots
    struct HealthRound;
    std::weak_ptr<HealthRound> m_health; // while one is under way
    QElapsedTimer m_stopping;
    QTimer m_drain;
    QTimer m_positions;
    QTimer m_endStreams;
    quint16 m_port = 0;
};

} // namespace leeward::server
