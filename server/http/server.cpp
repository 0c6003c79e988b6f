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
constexpr qint64 checkedAtStart = 10'000;         // entries; a tenth of a second
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
    QThreadPool::globalInstance()->start([this] {
        m_pool.waitForDone();
        for (auto &[name, realm] : m_realms)
            realm.host->run([](store::Connection &) { return true; }).waitForFinished();
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
    TRY_ASSIGN(auto store, SqliteAccountStore::open(folder.filePath(u"server.accounts"_s)));
    TRY_ASSIGN(m_accounts, AccountDesk::open(std::move(store), m_clock, random, m_options.name,
                                             m_options.accounts));
    QStringList names;
    for (const QString &file :
         QDir(folder.filePath(u"realms"_s)).entryList({u"*.journal"_s}, QDir::Files))
        names += file.chopped(8);
    if (!names.contains(u"live"_s))
        names += u"live"_s;
    for (const QString &name : std::as_const(names))
        TRY(openRealm(name));
    m_front = std::make_unique<HttpFront>(*m_accounts, m_options.limits, m_options.versions);
    addSessionRoutes();
    addRealmRoutes();
    addPositionRoutes();
    TRY_ASSIGN(m_port, m_front->listen(m_options.address, m_options.port, m_options.tls));
    qCInfo(lcServer).noquote() << "serving" << names.join(u", "_s) << "on port" << m_port;
    return {};
}

Result<> Server::openRealm(const QString &name)
{
    const QString file = m_options.folder + u"/realms/"_s + name + u".journal"_s;
    std::unique_ptr<Journal> journal;
    if (m_options.journal) {
        TRY_ASSIGN(journal, m_options.journal(name, file));
    }
    ServedRealm realm{.name = name};
    TRY_ASSIGN(realm.host, RealmHost::open(file, m_clock, std::move(journal),
                                           Seals(m_accounts->sealKey(), name)));
    auto mark = realm.host->run(
        [](store::Connection &db) { return store::metaValue(db, u"realm_mark"_s); });
    TRY_ASSIGN(realm.mark, mark.result());
    auto whole =
        realm.host->run([](store::Connection &db) { return checkNewest(db, checkedAtStart); });
    if (const auto fine = whole.result(); !fine)
        return fail(fine.error().code, u"realm %1: %2"_s.arg(name, fine.error().detail));
    realm.hub = std::make_unique<StreamHub>(*realm.host);
    TRY_ASSIGN(
        realm.positions,
        PositionBoard::open(m_options.folder + u"/realms/"_s + name + u".positions"_s, m_clock));
    m_realms.insert_or_assign(name, std::move(realm));
    return {};
}

RealmHost *Server::realm(const QString &name)
{
    const auto found = m_realms.find(name);
    return found == m_realms.end() ? nullptr : found->second.host.get();
}

ServedRealm *Server::find(const CallPtr &call)
{
    const auto found = m_realms.find(call->arguments.value(0));
    if (found != m_realms.end())
        return &found->second;
    call->refuse(Call::Status::NotFound, u"not-found"_s, u"no realm "_s + call->arguments.value(0));
    return nullptr;
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
void Server::health(const CallPtr &call)
{
    struct Round
    {
        CallPtr call;
        QJsonObject realms;
        bool ok = true;
        std::mutex mutex;
        ~Round()
        {
            call->answerJson(QJsonDocument(QJsonObject{{u"ok"_s, ok}, {u"realms"_s, realms}}),
                             ok ? Call::Status::Ok : Call::Status::ServiceUnavailable);
        }
    };
    auto round = std::make_shared<Round>();
    round->call = call;
    for (auto &[name, realm] : m_realms) {
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
