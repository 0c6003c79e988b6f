#include "server/backup/backup_check.h"

#include "models/store/cache_file.h"
#include "models/store/integrity.h"
#include "models/store/realm_copy.h"
#include "server/accounts/sqlite_account_store.h"
#include "server/backup/archive.h"
#include "server/server_folder.h"

#include <QDir>
#include <QFileInfo>
#include <QJsonArray>
#include <QTemporaryDir>

namespace leeward::server {

using namespace Qt::StringLiterals;

namespace {

// The archives by themselves, and that they lead from the first entry to `base`.
sync::Check checkArchives(const std::vector<ArchiveFacts> &archives, const store::Head &base)
{
    sync::Check check{.name = u"archives"_s};
    store::Head head;
    for (const ArchiveFacts &archive : archives) {
        if (head.seq >= base.seq)
            break; // of an archiving that was stopped: its entries are in the journal
        auto reader = ArchiveReader::open(archive.path);
        if (!reader) {
            check.faults += reader.error().detail;
            return check;
        }
        if (reader->facts().first != head.seq + 1 || reader->before() != head.hash)
            check.faults += u"%1 does not follow entry %2"_s.arg(archive.path).arg(head.seq);
        for (bool more = true; more;) {
            const auto entries = reader->next();
            if (!entries) {
                check.faults += entries.error().detail;
                return check;
            }
            more = !entries->empty();
            check.looked += static_cast<qint64>(entries->size());
            for (const store::Entry &entry : *entries) {
                if (entry.seq == base.seq && entry.hash != base.hash)
                    check.faults += u"the journal does not follow %1"_s.arg(archive.path);
            }
        }
        head = {reader->facts().last, reader->after()};
    }
    if (head.seq < base.seq)
        check.faults += u"entries %1 to %2 are in no archive"_s.arg(head.seq + 1).arg(base.seq);
    return check;
}

bool isDamage(const Error &error)
{
    return error.code == Errc::Corrupt || error.code == Errc::FileMalformed ||
           error.code == Errc::FileMissing;
}

// Damage goes into the answer, what kept us from looking comes out.
Result<> noteDamage(PastCheck &check, const Result<> &done)
{
    if (done)
        return {};
    if (!isDamage(done.error()))
        return std::unexpected(done.error());
    check.faults += done.error().detail;
    return {};
}

Result<std::unique_ptr<QTemporaryDir>> scratchFolder(const QString &scratch)
{
    auto folder = std::make_unique<QTemporaryDir>(scratch + u"/leeward-verify-XXXXXX"_s);
    if (!folder->isValid())
        return fail(Errc::FileUnwritable, scratch + u": "_s + folder->errorString());
    return folder;
}

Result<> checkRealmOf(const BackedUpRealm &realm, const QString &backup, const QString &scratch,
                      PastCheck &check, const Progress &progress)
{
    const QString copy = scratch + u'/' + realm.name + u".journal"_s;
    TRY(unpackFile(backup + u'/' + realm.journal.file, copy, realm.journal.facts, progress));
    std::vector<ArchiveFacts> archives;
    for (const BackedUpFile &file : realm.archives) {
        TRY(checkFacts(backup + u'/' + file.file, file.facts, progress));
        const auto found = archivesIn(QFileInfo(backup + u'/' + file.file).path());
        for (const ArchiveFacts &facts : found) {
            if (QFileInfo(facts.path).fileName() == QFileInfo(file.file).fileName())
                archives.push_back(facts);
        }
    }
    TRY_ASSIGN(PastCheck::Realm found, checkRealmCopy(copy, archives));
    if (found.head != realm.head)
        check.faults += u"%1: the newest entry is %2, and not %3 as was written"_s.arg(realm.name)
                            .arg(found.head.seq)
                            .arg(realm.head.seq);
    check.realms.insert_or_assign(realm.name, std::move(found));
    for (const auto suffix : {""_L1, "-wal"_L1, "-shm"_L1}) // room for the next one
        QFile::remove(copy + suffix);
    return {};
}

} // namespace

bool PastCheck::holds() const
{
    return faults.isEmpty() && std::ranges::all_of(realms, [](const auto &named) {
               return named.second.verification.holds();
           });
}

QJsonObject toJson(const PastCheck &check)
{
    QJsonObject realms;
    for (const auto &[name, realm] : check.realms) {
        QJsonObject object = sync::toJson(realm.verification);
        object.insert(u"seq"_s, realm.head.seq);
        object.insert(u"hash"_s, QString::fromLatin1(realm.head.hash.toHex()));
        object.insert(u"first"_s, realm.first);
        realms.insert(name, object);
    }
    return {{u"ok"_s, check.holds()},
            {u"realms"_s, realms},
            {u"faults"_s, QJsonArray::fromStringList(check.faults)}};
}

Result<PastCheck::Realm> checkRealmCopy(const QString &copy,
                                        const std::vector<ArchiveFacts> &archives)
{
    TRY_ASSIGN(store::CacheFile file, store::CacheFile::open(copy));
    store::Connection &db = file.connection();
    PastCheck::Realm realm;
    TRY_ASSIGN(realm.head, store::journalHead(db));
    TRY_ASSIGN(const store::Head base, store::journalBase(db));
    realm.first = base.seq + 1;
    sync::Check before = checkArchives(archives, base);
    // With holes in what came before, only what is here can be replayed.
    const bool whole = before.faults.isEmpty();
    TRY_ASSIGN(realm.verification,
               sync::verifyRealm(db, whole ? entriesIn(archives) : sync::Earlier()));
    realm.verification.checks.insert(realm.verification.checks.begin(), std::move(before));
    return realm;
}

Result<> checkAccountsCopy(const QString &copy)
{
    {
        TRY_ASSIGN(store::Connection db,
                   store::Connection::open(copy, store::Connection::Mode::ReadOnly));
        TRY_ASSIGN(const QStringList faults, store::integrityFaults(db));
        if (!faults.isEmpty())
            return fail(Errc::Corrupt, copy + u": "_s + faults.front());
    }
    TRY_ASSIGN(const auto accounts, SqliteAccountStore::open(copy));
    TRY_ASSIGN(const auto users, accounts->users());
    return {};
}

Result<PastCheck> checkBackup(const QString &backup, const QString &scratch,
                              const Progress &progress)
{
    PastCheck check;
    const auto manifest = readManifest(backup);
    if (!manifest) {
        TRY(noteDamage(check, std::unexpected(manifest.error())));
        return check;
    }
    TRY_ASSIGN(const auto folder, scratchFolder(scratch));
    for (const BackedUpRealm &realm : manifest->realms)
        TRY(noteDamage(check, checkRealmOf(realm, backup, folder->path(), check, progress)));
    if (manifest->accounts) {
        const QString copy = folder->filePath(u"server.accounts"_s);
        const auto look = [&]() -> Result<> {
            TRY(unpackFile(backup + u'/' + manifest->accounts->file, copy,
                           manifest->accounts->facts, progress));
            return checkAccountsCopy(copy);
        };
        TRY(noteDamage(check, look()));
    }
    return check;
}

Result<PastCheck> checkServer(const BackupSource &source, const QString &scratch,
                              const Progress &progress)
{
    PastCheck check;
    TRY_ASSIGN(const auto folder, scratchFolder(scratch));
    for (const RealmSource &from : source.realms) {
        const QString copy = folder->filePath(from.name + u".journal"_s);
        const auto look = [&]() -> Result<> {
            TRY(from.copy(copy, progress));
            TRY_ASSIGN(PastCheck::Realm realm,
                       checkRealmCopy(copy, archivesIn(archiveFolder(source.folder, from.name))));
            check.realms.insert_or_assign(from.name, std::move(realm));
            return {};
        };
        TRY(noteDamage(check, look()));
        for (const auto suffix : {""_L1, "-wal"_L1, "-shm"_L1})
            QFile::remove(copy + suffix);
    }
    if (hasAccounts(source)) {
        const QString copy = folder->filePath(u"server.accounts"_s);
        const auto look = [&]() -> Result<> {
            TRY(copyAccounts(source, copy));
            return checkAccountsCopy(copy);
        };
        TRY(noteDamage(check, look()));
    }
    return check;
}

} // namespace leeward::server
