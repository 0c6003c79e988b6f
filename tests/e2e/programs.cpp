#include "tests/e2e/programs.h"

#include "models/store/entries.h"
#include "server/accounts/accounts.h"
#include "server/accounts/sqlite_account_store.h"
#include "server/realm_host.h"
#include "sync/verify.h"
#include "tests/support/makers.h"

#include <QDir>
#include <QSemaphore>
#include <QTest>

#include <csignal>
#include <ranges>
#include <sys/prctl.h>

namespace leeward::test {

using namespace Qt::StringLiterals;

QString password()
{
    return u"a long password 2026"_s;
}

Program::Program(QString file, QStringList words)
    : m_file(std::move(file))
    , m_words(std::move(words))
{
    m_process.setProcessChannelMode(QProcess::ForwardedErrorChannel);
    m_process.setChildProcessModifier([] { ::prctl(PR_SET_PDEATHSIG, SIGKILL); });
}

Program::~Program()
{
    kill();
}

void Program::setEnvironment(const QProcessEnvironment &environment)
{
    m_process.setProcessEnvironment(environment);
}

void Program::start()
{
    m_process.start(m_file, m_words);
    if (!m_process.waitForStarted(20'000))
        qFatal("%s does not start", qPrintable(m_file));
}

void Program::kill()
{
    if (m_process.state() == QProcess::NotRunning)
        return;
    m_process.kill();
    m_process.waitForFinished(20'000);
    (void) lines();
}

int Program::stop(bool terminate)
{
    m_process.closeWriteChannel();
    if (terminate)
        m_process.terminate();
    if (!m_process.waitForFinished(30'000) || m_process.exitStatus() != QProcess::NormalExit)
        return -1;
    (void) lines();
    return m_process.exitCode();
}

const QStringList &Program::lines()
{
    if (m_process.isOpen())
        m_rest += m_process.readAllStandardOutput();
    for (qsizetype end = m_rest.indexOf('\n'); end >= 0; end = m_rest.indexOf('\n')) {
        m_lines += QString::fromUtf8(m_rest.first(end));
        m_rest.remove(0, end + 1);
    }
    if (m_process.state() == QProcess::NotRunning)
        m_rest.clear(); // torn by its death
    return m_lines;
}

QString Program::newest(const QString &word)
{
    for (const QString &line : std::views::reverse(lines())) {
        if (line.startsWith(word + u' '))
            return line.sliced(word.size() + 1);
    }
    return {};
}

ServerProgram::ServerProgram(QString folder, QStringList more)
    : m_folder(std::move(folder))
    , m_more(std::move(more))
    , m_program(QStringLiteral(LEEWARD_SERVER))
{
}

void ServerProgram::start()
{
    m_program.setWords(QStringList{u"--folder"_s, m_folder, u"--insecure"_s, u"--port"_s,
                                   QString::number(m_port)} +
                       m_more);
    const qsizetype before = m_program.lines().size();
    m_program.start();
    const auto isListening = [&] {
        return m_program.lines().size() > before &&
               !m_program.newest(u"listening on port"_s).isEmpty();
    };
    if (!QTest::qWaitFor(isListening, 30'000))
        qFatal("the server does not listen");
    m_port = m_program.newest(u"listening on port"_s).toUShort();
}

void populate(const QString &folder)
{
    QDir().mkpath(folder);
    const SystemClock clock;
    sync::SystemRandom random;
    auto store = must(server::SqliteAccountStore::open(folder + u"/server.accounts"_s));
    const auto limits = sync::cheapestHashLimits();
    auto accounts =
        must(server::Accounts::create(*store, clock, random, u"hall"_s, {.hash = limits}));
    const QString code = must(accounts->newSetupCode());
    const auto verifier = must(sync::makeVerifier(u"anna"_s, password(), limits));
    must(accounts->createFirstAdministrator(
        code,
        {u"anna"_s,
         u"安娜"_s,
         {Role::Administrator, Role::Commander, Role::Dispatcher, Role::DutyOfficer},
         {u"*"_s}},
        verifier, {}));
}

void equip(const QString &journalPath, std::vector<Operation> operations)
{
    QDir().mkpath(QFileInfo(journalPath).path());
    const SystemClock clock;
    const auto host = must(server::RealmHost::open(journalPath, clock));
    std::optional<Result<sync::Reply>> reply;
    QSemaphore answered;
    host->exchange({.submissions = sync::asSubmissions(std::move(operations)), .cursor = {}},
                   [&](Result<sync::Reply> said) {
                       reply = std::move(said);
                       answered.release();
                   });
    answered.acquire();
    if (!must(std::move(*reply)).refused.empty())
        qFatal("something to begin with was refused");
}

HallPrograms::HallPrograms(const TemporaryRealm &folder, int servers, bool postgres,
                           std::vector<Operation> operations)
    : m_database(postgres ? std::make_unique<PostgresServer>() : nullptr)
{
    const QStringList more =
        postgres ? QStringList{u"--journal"_s, m_database->url()} : QStringList();
    for (int i = 0; i < servers; ++i) {
        const QString place = folder.path(u"server%1"_s.arg(i));
        if (i == 0) {
            populate(place);
            equip(place + u"/realms/live.journal"_s, std::move(operations));
        }
        m_servers.push_back(std::make_unique<ServerProgram>(place, more));
        m_servers.back()->start();
    }
}

void HallPrograms::crashDatabase()
{
    if (!m_database)
        return;
    m_database->crash();
    m_database->start();
}

bool HallPrograms::stop()
{
    bool good = true;
    for (const auto &server : m_servers)
        good &= server->stop() == 0;
    return good;
}

void calm(RoughProxy &proxy)
{
    proxy.setDelay(std::chrono::milliseconds(0));
    proxy.tearAfter(-1);
    proxy.setWay(RoughProxy::Way::Through);
}

QSet<QString> operationsIn(store::Connection &db)
{
    QSet<QString> ids;
    for (const store::Entry &entry : must(store::entriesAfter(db, 0, 1'000'000)))
        ids += entry.operation.id.text();
    return ids;
}

QString faultsOf(store::Connection &db)
{
    QStringList faults;
    for (const sync::Check &check : must(sync::verifyRealm(db)).checks) {
        if (!check.faults.isEmpty())
            faults += check.name;
    }
    return faults.join(u' ');
}

} // namespace leeward::test
