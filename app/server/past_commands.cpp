#include "app/server/past_options.h"

#include "models/store/entries.h"
#include "server/backup/archive.h"
#include "server/backup/backup.h"
#include "server/backup/backup_check.h"
#include "server/backup/restore.h"
#include "server/postgres/pg_past.h"
#include "server/server_folder.h"

#include <QElapsedTimer>
#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>

#include <cstdio>

namespace leeward::app {

using namespace Qt::StringLiterals;

namespace {

constexpr int done = 0;
constexpr int faulty = 1;
constexpr int failed = 3;

int complain(const Error &error)
{
    std::fprintf(stderr, "leeward-server: %s: %s\n", qPrintable(errcName(error.code)),
                 qPrintable(error.detail));
    return failed;
}

int print(const QJsonObject &object, int exitCode = done)
{
    std::fputs(QJsonDocument(object).toJson(QJsonDocument::Indented).constData(), stdout);
    return exitCode;
}

// A line for each new thing, and now and then how far it is.
Progress::Listener teller(bool quiet)
{
    if (quiet)
        return {};
    struct State
    {
        QString what;
        QElapsedTimer told;
    };
    return [state = std::make_shared<State>()](qint64 now, qint64 total, const QString &what) {
        const bool other = what != state->what;
        if (!other && state->told.isValid() && state->told.elapsed() < 1000)
            return;
        state->what = what;
        state->told.start();
        if (total > 0 && !other)
            std::fprintf(stderr, "%s: %lld %%\n", qPrintable(what),
                         static_cast<long long>(now * 100 / total));
        else
            std::fprintf(stderr, "%s\n", qPrintable(what));
    };
}

Result<server::BackupSource> sourceOf(const PastCall &call)
{
    server::BackupSource source;
    if (call.journal.isEmpty()) {
        TRY_ASSIGN(source, server::sourceOf(call.folder));
    } else {
        const server::PgAddress address{.url = call.journal};
        TRY_ASSIGN(const QStringList names, server::pgRealms(address));
        source = {.folder = call.folder, .kind = u"postgresql"_s};
        source.accounts = [address](const QString &target) {
            return server::exportAccounts(address, target);
        };
        for (const QString &name : names) {
            source.realms.push_back(
                {name, [address, name, copy = server::realmPath(call.folder, name)](
                           const QString &target, const Progress &progress) {
                     return server::exportRealm(address, name, copy, target, progress);
                 }});
        }
        if (source.realms.empty())
            return fail(Errc::FileMissing, u"no realm is in this database"_s);
    }
    source.program = QStringLiteral("leeward-server " LEEWARD_VERSION);
    return source;
}

int backUp(const PastCall &call, const Progress &progress)
{
    const SystemClock clock;
    const auto source = sourceOf(call);
    if (!source)
        return complain(source.error());
    const auto made = server::makeBackup(*source, call.backup, clock, progress);
    if (!made)
        return complain(made.error());
    QJsonObject object = server::toJson(*made);
    object.insert(u"ok"_s, true);
    object.insert(u"backup"_s, call.backup);
    return print(object);
}

int restore(const PastCall &call, const Progress &progress)
{
    const SystemClock clock;
    server::RestorePlan plan{.backup = call.backup,
                             .folder = call.folder,
                             .replace = call.replace,
                             .recovery = call.recovery};
    if (!call.journal.isEmpty()) {
        const auto there = server::hasPeople({.url = call.journal});
        if (!there)
            return complain(there.error());
        plan.withAccounts = !*there;
        plan.publish = [&call](const std::vector<server::RestoredRealm> &realms) -> Result<> {
            std::vector<server::PgRestore> into;
            for (const server::RestoredRealm &realm : realms)
                into.push_back({realm.name, realm.journal});
            return server::importRealms({.url = call.journal}, into, call.replace);
        };
    }
    const auto report = server::restoreBackup(plan, clock, progress);
    if (report && report->accounts == server::RestoreReport::Accounts::Kept) {
        std::fputs("leeward-server: the database has people: they stay as they are, and those of "
                   "the backup are not restored\n",
                   stderr);
    }
    return report ? print(server::toJson(*report)) : complain(report.error());
}

int verify(const PastCall &call, const Progress &progress)
{
    const auto look = [&]() -> Result<server::PastCheck> {
        if (!call.backup.isEmpty())
            return server::checkBackup(call.backup, call.scratch, progress);
        TRY_ASSIGN(const auto source, sourceOf(call));
        return server::checkServer(source, call.scratch, progress);
    };
    const auto check = look();
    if (!check)
        return complain(check.error());
    return print(server::toJson(*check), check->holds() ? done : faulty);
}

Result<QJsonObject> archiveOne(const PastCall &call, const QString &realm, const Progress &progress)
{
    const SystemClock clock;
    const server::ArchiveWish wish{.before = call.before, .keep = call.keep};
    const QString folder = server::archiveFolder(call.folder, realm);
    server::Archived archived;
    if (call.journal.isEmpty()) {
        const QString path = server::realmPath(call.folder, realm);
        if (!QFile::exists(path))
            return fail(Errc::FileMissing, path);
        TRY_ASSIGN(store::Connection db,
                   store::Connection::open(path, store::Connection::Mode::ReadWrite));
        TRY_ASSIGN(archived, server::archiveRealm(db, folder, realm, wish, clock.now(), progress));
    } else {
        TRY_ASSIGN(archived, server::archivePgRealm({.url = call.journal}, realm, folder, wish,
                                                    clock.now(), progress));
    }
    QJsonObject object = {{u"first"_s, archived.first}, {u"head"_s, archived.head}};
    if (archived.file) {
        object.insert(u"file"_s, archived.file->path);
        object.insert(u"archived"_s, archived.file->last - archived.file->first + 1);
    }
    return object;
}

int archive(const PastCall &call, const Progress &progress)
{
    const auto source = sourceOf(call);
    if (!source)
        return complain(source.error());
    QJsonObject realms;
    for (const server::RealmSource &realm : source->realms) {
        if (!call.realm.isEmpty() && call.realm != realm.name)
            continue;
        const auto one = archiveOne(call, realm.name, progress);
        if (!one)
            return complain(one.error());
        realms.insert(realm.name, *one);
    }
    if (realms.isEmpty())
        return complain({Errc::NotFound, u"no realm "_s + call.realm});
    return print({{u"ok"_s, true}, {u"realms"_s, realms}});
}

} // namespace

int runPastCall(const PastCall &call)
{
    const Progress progress(teller(call.quiet));
    switch (call.what) {
    case PastCall::What::Backup: return backUp(call, progress);
    case PastCall::What::Restore: return restore(call, progress);
    case PastCall::What::Verify: return verify(call, progress);
    case PastCall::What::Archive: return archive(call, progress);
    }
    return failed;
}

} // namespace leeward::app
