#include "server/http/server.h"

#include "models/store/migrations.h"
#include "server/accounts/sqlite_account_store.h"
#include "server/server_folder.h"

#include <QDir>
#include <QJsonArray>
#include <QLoggingCategory>
#include <QStorageInfo>

namespace leeward::server {

using namespace Qt::StringLiterals;

Q_LOGGING_CATEGORY(lcServer, "leeward.server")

namespace {
constexpr qint64 roomNeeded = 16LL * 1024 * 1024; // bytes; below that soon nothing can be taken
} // namespace

Server::Server(ServerOptions options, const Clock &clock)
    : m_options(std::move(options))
    , m_clock(clock)
{
    m_pool.setMaxThreadCount(std::max(2, QThread::idealThreadCount()));
}

Server::~Server()
{
    QThreadPool::globalInstance()->waitForDone(); // a stop() under way
    m_openData.reset();                           // reads files of realms
    if (m_front)
        m_front->stopListening();
    for (auto &[name, realm] : m_realms)
        realm.hub->close();
    m_pool.waitForDone(); // decoded asks reach their realms
    for (auto &[name, realm] : m_realms) {
        realm.hub.reset();
        realm.host.reset(); // answers what was handed in
    }
    m_pool.waitForDone();
    m_admin.reset();
    m_keeper.reset();
    m_accounts.reset();
    m_front.reset();
}

void Server::stop()
{
    if (m_stopping.isValid())
        return;
    m_stopping.start();
    m_front->stopListening();
    for (auto &[name, realm] : m_realms)
        realm.hub->close();
    // Behind what was handed in: decoded, taken, packed. Then the answers are on their way.
    std::vector<RealmHost *> hosts; // the map may still grow here by one that was being made
    for (const auto &[name, realm] : m_realms)
        hosts.push_back(realm.host.get());
    QThreadPool::globalInstance()->start([this, hosts] {
        m_pool.waitForDone();
        for (RealmHost *host : hosts)
            host->finishWaiting();
        m_pool.waitForDone();
        QMetaObject::invokeMethod(this, &Server::drain, Qt::QueuedConnection);
    });
}

void Server::sendPositions()
{
    for (auto &[name, realm] : m_realms)
        realm.hub->sendPositions(realm.positions->flush());
}

void Server::drain()
{
    constexpr qint64 patienceMs = 3000;
    if (m_front->unsentBytes() == 0 || m_stopping.elapsed() > patienceMs) {
        Q_EMIT stopped();
        return;
    }
    m_drain.setSingleShot(true);
    m_drain.callOnTimeout(this, &Server::drain, Qt::UniqueConnection);
    m_drain.start(std::chrono::milliseconds(20));
}

Result<std::unique_ptr<Server>> Server::start(ServerOptions options, const Clock &clock,
                                              sync::RandomSource &random)
{
    std::unique_ptr<Server> server(new Server(std::move(options), clock));
    TRY(server->open(random));
    return server;
}

Result<> Server::open(sync::RandomSource &random)
{
    QDir folder(m_options.folder);
    if (!folder.mkpath(u"."_s))
        return fail(Errc::FileUnwritable, m_options.folder);
    TRY_ASSIGN(m_folderLock, lockFolder(m_options.folder));
    TRY_ASSIGN(const QString replaced, settleRestore(m_options.folder));
    if (!replaced.isEmpty())
        qCInfo(lcServer).noquote() << "restored; what was there before lies in" << replaced;
    if (!folder.mkpath(u"realms"_s))
        return fail(Errc::FileUnwritable, m_options.folder);
    TRY(openAccounts(random));
    m_keeper = std::make_unique<RealmKeeper>(m_realms, realmPlace(), m_clock, *m_accounts, m_pool);
    m_front =
        std::make_unique<HttpFront>(*m_accounts, m_clock, m_options.limits, m_options.versions);
    m_admin = std::make_unique<AdminApi>(*m_front, *m_accounts, m_realms, *m_keeper,
                                         [this] { endStreams(); });
    m_openData = std::make_unique<OpenData>(m_options.name);
    addSessionRoutes();
    addRealmRoutes();
    addPositionRoutes();
    addOpenDataRoutes();
    m_endStreams.setInterval(m_options.streamCheck);
    m_endStreams.callOnTimeout(this, &Server::endStreams);
    m_endStreams.start();
    if (m_options.accountStore)
        m_keeper->follow();
    QStringList names;
    for (const auto &[name, realm] : m_realms)
        names += name;
    TRY_ASSIGN(m_port, m_front->listen(m_options.address, m_options.port, m_options.tls));
    qCInfo(lcServer).noquote() << "serving" << names.join(u", "_s) << "on port" << m_port;
    return {};
}

RealmPlace Server::realmPlace() const
{
    return {realmsFolder(m_options.folder), m_options.journal, m_accounts->sealKey()};
}

// The people, and then the realms that the people's store names.
Result<> Server::openAccounts(sync::RandomSource &random)
{
    const QString file = accountsPath(m_options.folder);
    std::unique_ptr<AccountStore> store;
    if (m_options.accountStore) {
        TRY_ASSIGN(store, m_options.accountStore(file));
    } else {
        TRY_ASSIGN(store, SqliteAccountStore::open(file));
    }
    TRY_ASSIGN(const auto rows, store->realms());
    TRY_ASSIGN(m_accounts, AccountDesk::open(std::move(store), m_clock, random, m_options.name,
                                             m_options.accounts));
    TRY_ASSIGN(m_realms, openRealms(realmPlace(), rows, m_clock));
    return {};
}

RealmHost *Server::realm(const QString &name)
{
    const auto found = m_realms.find(name);
    return found == m_realms.end() ? nullptr : found->second.host.get();
}

ServedRealm *Server::find(const CallPtr &call)
{
    return find(call, call->arguments.value(0));
}

ServedRealm *Server::find(const CallPtr &call, const QString &name)
{
    const auto found = m_realms.find(name);
    if (found == m_realms.end() || found->second.retired) {
        call->refuse(Call::Status::NotFound, u"not-found"_s,
                     (found == m_realms.end() ? u"no realm "_s : u"retired: realm "_s) + name);
        return nullptr;
    }
    // Nothing of a drill looks real, whoever reads the answer.
    call->standing.append("Leeward-Realm", name.toLatin1());
    call->standing.append("Leeward-Realm-Kind", found->second.kind().toLatin1());
    return &found->second;
}

// Connections that live longer than a token: asked again whenever somebody's right has changed,
// and from time to time, for what other processes have done.
void Server::endStreams()
{
    QStringList families;
    for (const auto &[name, realm] : m_realms)
        families += realm.hub->families();
    const auto others = m_front->findChildren<QWebSocket *>(Qt::FindDirectChildrenOnly);
    for (const QWebSocket *socket : others)
        families += socket->property("leewardFamily").toString();
    families.removeDuplicates();
    if (families.isEmpty())
        return;
    m_accounts->ask<QStringList>(
        [families](Accounts &accounts) { return accounts.overOf(families); }, m_front.get(),
        [this](const Result<QStringList> &over) {
            if (!over || over->isEmpty())
                return; // not to be had now: asked again
            for (const auto &[name, realm] : m_realms)
                realm.hub->end(*over);
            for (QWebSocket *socket :
                 m_front->findChildren<QWebSocket *>(Qt::FindDirectChildrenOnly)) {
                if (over->contains(socket->property("leewardFamily").toString()))
                    socket->close(static_cast<QWebSocketProtocol::CloseCode>(closeNotSignedIn),
                                  u"not signed in"_s);
            }
        });
}

void Server::about(const CallPtr &call)
{
    call->answerJson(QJsonDocument(QJsonObject{
        {u"product"_s, u"leeward"_s},
        {u"name"_s, m_options.name},
        {u"protocol"_s, QJsonObject{{u"oldest"_s, m_options.versions.oldest},
                                    {u"newest"_s, m_options.versions.newest}}},
        {u"schema"_s, store::newestSchema()},
        {u"time"_s, toMs(m_clock.now())},
    }));
}

// Asks each realm's own thread, so that one that hangs is seen.
// Whoever asks while a round is under way gets its answer: anybody may ask, as often as he likes.
struct Server::HealthRound
{
    std::mutex mutex;
    std::vector<CallPtr> calls;
    QJsonObject realms;
    bool ok = true;

    ~HealthRound() // the last realm is done
    {
        for (const CallPtr &call : calls) {
            call->answerJson(QJsonDocument(QJsonObject{{u"ok"_s, ok}, {u"realms"_s, realms}}),
                             ok ? Call::Status::Ok : Call::Status::ServiceUnavailable);
        }
    }
};

void Server::health(const CallPtr &call)
{
    if (const auto under = m_health.lock()) {
        const std::lock_guard lock(under->mutex);
        under->calls.push_back(call);
        return;
    }
    const auto round = std::make_shared<HealthRound>();
    round->calls.push_back(call);
    m_health = round;
    for (auto &[name, realm] : m_realms) {
        if (realm.retired)
            continue;
        realm.host->post([round, name](store::Connection &db) {
            const auto head = store::journalHead(db);
            const bool writable = store::Transaction::begin(db).has_value() &&
                                  QStorageInfo(db.path()).bytesAvailable() >= roomNeeded;
            const bool whole = checkNewest(db, 100).has_value();
            const std::lock_guard lock(round->mutex);
            round->ok = round->ok && head && writable && whole;
            round->realms.insert(name, QJsonObject{{u"head"_s, head ? head->seq : -1},
                                                   {u"writable"_s, writable},
                                                   {u"whole"_s, whole}});
        });
    }
}

void Server::addOpenDataRoutes()
{
    const QString proxy = m_options.publicUrl;
    const QString scheme = m_options.tls.isNull() ? u"http://"_s : u"https://"_s;
    for (const auto &[path, what] : OpenData::paths()) {
        for (const bool named : {false, true}) {
            const QString prefix = named ? u"/ogc/realms/*"_s : u"/ogc"_s;
            m_front->route(QHttpServerRequest::Method::Get, prefix + path,
                           HttpFront::Access::Reading,
                           [this, what, named, proxy, scheme](const CallPtr &call) {
                               const QString name = named ? call->arguments.takeFirst() : u"live"_s;
                               const ServedRealm *realm = find(call, name);
                               if (!realm)
                                   return;
                               const QString host = QString::fromLatin1(
                                   call->headers.value(QHttpHeaders::WellKnownHeader::Host));
                               const QString root = proxy.isEmpty() ? scheme + host : proxy;
                               m_openData->answer(
                                   what, call,
                                   {.base = root + (named ? u"/ogc/realms/"_s + name : u"/ogc"_s),
                                    .file = realm->host->path(),
                                    .realm = name,
                                    .mark = realm->mark});
                           });
        }
    }
}

void Server::metrics(const CallPtr &call)
{
    const bool isLocal = QHostAddress(call->from).isLoopback();
    if (!isLocal) {
        call->refuse(Call::Status::Forbidden, u"not-permitted"_s, u"from this machine only"_s);
        return;
    }
    const HttpFront::Figures figures = m_front->figures();
    QByteArray text;
    const auto line = [&text](const QByteArray &name, qint64 value) {
        text += name + ' ' + QByteArray::number(value) + '\n';
    };
    text += "# TYPE leeward_requests_total counter\n";
    line("leeward_requests_total", figures.requests);
    text += "# TYPE leeward_connections gauge\n";
    line("leeward_connections", figures.connections);
    text += "# TYPE leeward_connections_ended_total counter\n";
    for (auto it = figures.ended.cbegin(); it != figures.ended.cend(); ++it)
        line("leeward_connections_ended_total{why=\"" + it.key().toLatin1() + "\"}", it.value());
    text += "# TYPE leeward_streams gauge\n";
    for (const auto &[name, realm] : m_realms)
        line("leeward_streams{realm=\"" + name.toUtf8() + "\"}", realm.hub->count());
    text += "# TYPE leeward_stream_frames_total counter\n";
    for (const auto &[name, realm] : m_realms)
        line("leeward_stream_frames_total{realm=\"" + name.toUtf8() + "\"}",
             realm.hub->framesSent());
    call->answer(Call::Status::Ok, text, "text/plain; version=0.0.4");
}

} // namespace leeward::server
