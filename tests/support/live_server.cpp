#include "tests/support/live_server.h"

#include "models/domain/operation_codec.h"
#include "models/store/entries.h"
#include "server/authority.h"
#include "server/backup/archive.h"
#include "server/server_folder.h"

#include <future>

namespace leeward::test {

using namespace Qt::StringLiterals;

namespace {

template <class T>
T must(Result<T> result)
{
    if (!result)
        qFatal("live server: %s", qPrintable(result.error().detail));
    if constexpr (!std::is_void_v<T>)
        return std::move(*result);
}

} // namespace

QString LiveServer::password()
{
    return u"一个很长的口令 2026"_s;
}

LiveServer::LiveServer(const Clock &clock, const QSslConfiguration &tls)
    : m_clock(clock)
    , m_tls(tls)
    , m_worker(new QObject)
{
    m_worker->moveToThread(&m_thread);
    m_thread.start();
    start();
    populate();
}

LiveServer::~LiveServer()
{
    stop();
    m_thread.quit();
    m_thread.wait();
    delete m_worker;
}

void LiveServer::onThread(const std::function<void()> &job)
{
    QMetaObject::invokeMethod(m_worker, job, Qt::BlockingQueuedConnection);
}

void LiveServer::start()
{
    onThread([this] {
        server::ServerOptions options{.folder = m_folder.path(), .port = m_port, .tls = m_tls};
        options.accounts.hash = sync::cheapestHashLimits();
        options.versions.oldest = m_oldest;
        options.versions.newest = std::max(m_oldest, options.versions.newest);
        m_server = must(server::Server::start(std::move(options), m_clock, m_random));
        m_port = m_server->port();
    });
}

void LiveServer::stop()
{
    onThread([this] { m_server.reset(); });
}

QUrl LiveServer::url() const
{
    return QUrl(u"%1://127.0.0.1:%2"_s.arg(m_tls.isNull() ? u"http"_s : u"https"_s).arg(m_port));
}

void LiveServer::account(const std::function<Result<>(server::Accounts &)> &job)
{
    std::promise<Result<>> answer;
    auto done = answer.get_future();
    onThread([&] {
        m_server->accounts().ask<std::monostate>(
            [job](server::Accounts &accounts) -> Result<std::monostate> {
                TRY(job(accounts));
                return std::monostate();
            },
            m_worker,
            [&answer](const Result<std::monostate> &said) {
                answer.set_value(said ? Result<>() : std::unexpected(said.error()));
            });
    });
    must(done.get());
}

void LiveServer::populate()
{
    account([](server::Accounts &accounts) -> Result<> {
        TRY_ASSIGN(const QString code, accounts.newSetupCode());
        TRY_ASSIGN(const auto verifier,
                   sync::makeVerifier(u"root"_s, password(), sync::cheapestHashLimits()));
        TRY(accounts.createFirstAdministrator(
            code, {u"root"_s, u"管理员"_s, {Role::Administrator}, {u"*"_s}}, verifier, {}));
        const server::By root{u"root"_s, {}};
        const std::vector<server::NewUser> users = {
            {u"anna"_s,
             u"安娜"_s,
             {Role::Commander, Role::Dispatcher, Role::DutyOfficer, Role::Administrator},
             {u"*"_s}},
            {u"bert"_s, u"伯特"_s, {Role::Dispatcher}, {u"*"_s}},
            {u"otto"_s, u"奥托"_s, {Role::Observer}, {u"*"_s}}};
        for (const server::NewUser &user : users)
            TRY(accounts.createUser(root, user, verifier));
        return {};
    });
}

qint64 LiveServer::head()
{
    return authors().size();
}

void LiveServer::write(int notes)
{
    SystemIdSource ids(m_clock);
    const Instant now = m_clock.now();
    const auto made = [&](const auto &body) {
        return makeOperation(body, ids.make<OperationId>(), u"root"_s, u"1号台"_s, now, now);
    };
    const auto incident = ids.make<IncidentId>();
    std::vector<Operation> operations{made(op::ReportIncident{.incident = incident,
                                                              .type = u"flood"_s,
                                                              .title = u"内涝积水"_s,
                                                              .place = LonLat{113.3, 23.1},
                                                              .source = u"phone"_s})};
    for (int i = 0; i < notes; ++i)
        operations.push_back(
            made(op::NoteIncident{.incident = incident, .text = u"水位%1"_s.arg(i)}));
    onThread([&] {
        m_server->realm(u"live"_s)
            ->run([&](store::Connection &db) {
                const auto reply = must(server::Authority(db, m_clock).exchange(operations, 0));
                if (!reply.refused.empty())
                    qFatal("live server: refused");
                return true;
            })
            .waitForFinished();
    });
}

void LiveServer::archive(int keep)
{
    const QString folder = m_folder.path();
    auto db = must(store::Connection::open(server::realmPath(folder, u"live"_s),
                                           store::Connection::Mode::ReadWrite));
    must(server::archiveRealm(db, server::archiveFolder(folder, u"live"_s), u"live"_s,
                              {.before = std::nullopt, .keep = keep}, m_clock.now()));
}

QStringList LiveServer::authors()
{
    std::promise<QStringList> answer;
    auto done = answer.get_future();
    onThread([&] {
        m_server->realm(u"live"_s)->post([&answer](store::Connection &db) {
            QStringList authors;
            for (const store::Entry &entry : must(store::entriesAfter(db, 0, 1000)))
                authors += entry.operation.author;
            answer.set_value(authors);
        });
    });
    return done.get();
}

} // namespace leeward::test
