#include "server/postgres/pg_past.h"

#include "models/store/cache_file.h"
#include "models/store/changeset.h"
#include "models/store/realm_copy.h"
#include "server/accounts/sqlite_account_store.h"
#include "server/authority.h"
#include "server/packing.h"
#include "server/postgres/pg_account_store.h"
#include "server/postgres/pg_rows.h"
#include "server/postgres/pg_schema.h"

#include <QDeadlineTimer>
#include <QFile>
#include <QFileInfo>
#include <QTemporaryDir>
#include <QThread>

namespace leeward::server {

using namespace Qt::StringLiterals;

namespace {

constexpr qint64 atOnce = 500;
constexpr qint64 imagePart = 4LL * 1024 * 1024;

// One statement may take long here; nobody waits at a desk.
PgAddress patient(PgAddress address)
{
    address.answerTimeout = std::chrono::minutes(10);
    return address;
}

Result<PgConnection> connect(const PgAddress &address)
{
    return PgConnection::open(patient(address), "leeward-past");
}

// Looks, and changes nothing: a journal of another version is for its own server to migrate.
Result<> checkSchema(PgConnection &db)
{
    TRY_ASSIGN(const PgRows table,
               db.run("SELECT count(*) FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n "
                      "ON n.oid = c.relnamespace WHERE n.nspname = 'leeward' AND c.relname = "
                      "'schema_version'"));
    if (table.integer(0, 0) == 0)
        return fail(Errc::FileMissing, u"there is no journal in this database"_s);
    TRY_ASSIGN(const PgRows version,
               db.run("SELECT coalesce(max(version), 0) FROM leeward.schema_version"));
    if (version.integer(0, 0) == newestPgSchema())
        return {};
    return fail(version.integer(0, 0) > newestPgSchema() ? Errc::SchemaTooNew : Errc::Unsupported,
                u"the PostgreSQL journal has schema %1 and this program knows %2; start its server "
                "once"_s.arg(version.integer(0, 0))
                    .arg(newestPgSchema()));
}

struct PgRealm
{
    int id = 0;
    QString epoch;
    std::optional<Instant> recoveryUntil;
    store::Head base; // what the oldest entry follows
    store::Head head;
    std::optional<Packed> image;
};

Result<std::optional<PgRealm>> findRealm(PgConnection &db, const QString &name)
{
    TRY_ASSIGN(const PgRows rows,
               db.run("SELECT id, epoch, recovery_until, image_size, image_packed, image_sha256 "
                      "FROM leeward.realm WHERE name=$1",
                      {PgValue::of(name)}));
    if (rows.count() == 0)
        return std::nullopt;
    PgRealm realm{.id = static_cast<int>(rows.integer(0, 0)), .epoch = rows.text(0, 1)};
    if (!rows.isNull(0, 2))
        realm.recoveryUntil = instantFromMs(rows.integer(0, 2));
    if (!rows.isNull(0, 3))
        realm.image = Packed{rows.integer(0, 3), rows.integer(0, 4), rows.bytes(0, 5)};
    TRY_ASSIGN(const PgRows first, db.run("SELECT seq, previous_hash FROM leeward.entry "
                                          "WHERE realm=$1 ORDER BY seq LIMIT 1",
                                          {PgValue::of(realm.id)}));
    if (first.count() == 1)
        realm.base = {first.integer(0, 0) - 1, first.bytes(0, 1)};
    TRY_ASSIGN(const PgRows last, db.run("SELECT seq, hash FROM leeward.entry "
                                         "WHERE realm=$1 ORDER BY seq DESC LIMIT 1",
                                         {PgValue::of(realm.id)}));
    if (last.count() == 1)
        realm.head = {last.integer(0, 0), last.bytes(0, 1)};
    return realm;
}

Result<PgRealm> realmOf(PgConnection &db, const QString &name)
{
    TRY_ASSIGN(auto realm, findRealm(db, name));
    if (!realm)
        return fail(Errc::NotFound, u"no realm %1 is in this database"_s.arg(name));
    return *realm;
}

Result<std::vector<store::Entry>> entriesAfter(PgConnection &db, int realm, qint64 after,
                                               qint64 limit)
{
    TRY_ASSIGN(const PgRows rows,
               db.run(entriesFrom, {PgValue::of(realm), PgValue::of(after), PgValue::of(limit)}));
    return readEntries(rows);
}

// The image's parts, unpacked into a file that is not there yet.
Result<> fetchImage(PgConnection &db, const PgRealm &realm, const QString &target)
{
    if (!realm.image)
        return fail(Errc::Corrupt, u"entries up to %1 are archived, and there is no image to start "
                                   "from"_s.arg(realm.base.seq));
    const QString packed = target + u".packed"_s;
    QFile file(packed);
    if (!file.open(QIODevice::WriteOnly | QIODevice::Truncate | QIODevice::Unbuffered))
        return writeError(file);
    const auto fetch = [&]() -> Result<> {
        for (int part = 0;; ++part) {
            TRY_ASSIGN(const PgRows rows,
                       db.run("SELECT bytes FROM leeward.image WHERE realm=$1 AND part=$2",
                              {PgValue::of(realm.id), PgValue::of(part)}));
            if (rows.count() == 0)
                break;
            const QByteArray bytes = rows.bytes(0, 0);
            if (file.write(bytes) != bytes.size())
                return writeError(file);
        }
        file.close();
        return unpackFile(packed, target, *realm.image);
    };
    const auto done = fetch();
    QFile::remove(packed);
    if (!done)
        QFile::remove(target);
    return done;
}

Result<> keepImage(PgConnection &db, int realm, const QString &file)
{
    const QString packed = file + u".image"_s;
    const auto keep = [&]() -> Result<> {
        TRY_ASSIGN(const Packed facts, packFile(file, packed));
        QFile in(packed);
        if (!in.open(QIODevice::ReadOnly))
            return fail(Errc::FileUnreadable, packed);
        TRY(db.run("DELETE FROM leeward.image WHERE realm=$1", {PgValue::of(realm)}));
        for (int part = 0; !in.atEnd(); ++part)
            TRY(db.run("INSERT INTO leeward.image(realm, part, bytes) VALUES($1, $2, $3)",
                       {PgValue::of(realm), PgValue::of(part), PgValue::of(in.read(imagePart))}));
        TRY(db.run("UPDATE leeward.realm SET image_size=$2, image_packed=$3, image_sha256=$4 "
                   "WHERE id=$1",
                   {PgValue::of(realm), PgValue::of(facts.size), PgValue::of(facts.packed),
                    PgValue::of(facts.sha256)}));
        return {};
    };
    const auto done = keep();
    QFile::remove(packed);
    return done;
}

// Brings the file, at whatever entry, to what the transaction on `db` sees.
Result<> fill(store::Connection &file, PgConnection &db, const PgRealm &realm,
              const Progress &progress)
{
    TRY_ASSIGN(store::Head head, store::journalHead(file));
    if (head.seq > 0) {
        TRY_ASSIGN(const PgRows rows,
                   db.run("SELECT hash FROM leeward.entry WHERE realm=$1 AND seq=$2",
                          {PgValue::of(realm.id), PgValue::of(head.seq)}));
        const bool same =
            head == realm.base || (rows.count() == 1 && rows.bytes(0, 0) == head.hash);
        if (!same)
            return fail(Errc::Corrupt,
                        u"entry %1 of the copy is not in the PostgreSQL journal"_s.arg(head.seq));
    }
    while (head.seq < realm.head.seq) {
        TRY_ASSIGN(const auto entries, entriesAfter(db, realm.id, head.seq, atOnce));
        if (entries.empty())
            return fail(Errc::Corrupt, u"entry %1 is not in the journal"_s.arg(head.seq + 1));
        TRY_ASSIGN(store::Transaction transaction, store::Transaction::begin(file));
        for (const store::Entry &entry : entries) {
            TRY(store::applyChangeset(file, entry.changeset));
            TRY(store::appendEntry(file, entry));
        }
        TRY(transaction.commit());
        head = {entries.back().seq, entries.back().hash};
        if (!progress.report(head.seq, realm.head.seq, u"entries"_s))
            return fail(Errc::Cancelled, file.path());
    }
    TRY_ASSIGN(store::Transaction transaction, store::Transaction::begin(file));
    TRY(store::forgetAnswers(file));
    for (QUuid last; true;) {
        TRY_ASSIGN(const PgRows rows,
                   db.run("SELECT operation_id, reason, facts, answered_at FROM leeward.refused "
                          "WHERE realm=$1 AND operation_id>$2 ORDER BY operation_id LIMIT $3",
                          {PgValue::of(realm.id), PgValue::of(last), PgValue::of(atOnce)}));
        for (int row = 0; row < rows.count(); ++row) {
            last = rows.uuid(row, 0);
            TRY(store::keepRefused(file, OperationId(last), readRefusal(rows, row),
                                   instantFromMs(rows.integer(row, 3))));
        }
        if (rows.count() < atOnce)
            break;
    }
    TRY(store::setMetaValue(file, u"epoch"_s, realm.epoch));
    return transaction.commit();
}

// Rolls back unless it was committed.
class PgTransaction
{
public:
    explicit PgTransaction(PgConnection &db)
        : m_db(&db)
    {
    }
    PgTransaction(const PgTransaction &) = delete;
    PgTransaction &operator=(const PgTransaction &) = delete;
    ~PgTransaction()
    {
        if (m_db && m_db->isOpen() && !m_db->run("ROLLBACK"))
            m_db->close();
    }
    [[nodiscard]] Result<> commit()
    {
        TRY(std::exchange(m_db, nullptr)->run("COMMIT"));
        return {};
    }

private:
    PgConnection *m_db;
};

// A server that has just stopped is seen for a moment yet.
Result<> checkNobodyElse(PgConnection &db)
{
    for (const QDeadlineTimer soon(3000); true;) {
        TRY_ASSIGN(
            const PgRows others,
            db.run("SELECT count(*) FROM pg_stat_activity WHERE datname=current_database() AND "
                   "application_name LIKE 'leeward%' AND pid<>pg_backend_pid()"));
        const qint64 count = others.integer(0, 0);
        if (count == 0)
            return {};
        if (soon.hasExpired())
            return fail(Errc::CacheInUse,
                        u"%1 connections of servers to this database; stop them"_s.arg(count));
        QThread::msleep(100);
    }
}

Result<> importOne(PgConnection &db, const PgRestore &restore, bool replace)
{
    TRY_ASSIGN(const auto there, findRealm(db, restore.name));
    if (there && !replace)
        return fail(Errc::AlreadyExists, u"realm %1 is in the database; say that it is to be "
                                         "replaced"_s.arg(restore.name));
    if (there)
        TRY(db.run("UPDATE leeward.realm SET name=$2 WHERE id=$1",
                   {PgValue::of(there->id),
                    PgValue::of(QString(restore.name + u" before "_s + there->epoch))}));
    TRY_ASSIGN(store::Connection file,
               store::Connection::open(restore.file, store::Connection::Mode::ReadOnly));
    TRY_ASSIGN(const QString epoch, store::metaValue(file, u"epoch"_s));
    TRY_ASSIGN(const auto until, recoveryUntil(file));
    TRY_ASSIGN(const PgRows made,
               db.run("INSERT INTO leeward.realm(name, epoch, recovery_until) VALUES($1, $2, $3) "
                      "RETURNING id",
                      {PgValue::of(restore.name), PgValue::of(epoch),
                       PgValue::of(until ? toMs(*until) : qint64(0))}));
    const int realm = static_cast<int>(made.integer(0, 0));
    TRY_ASSIGN(const store::Head base, store::journalBase(file));
    for (qint64 after = base.seq; true;) {
        TRY_ASSIGN(const auto entries, store::entriesAfter(file, after, atOnce));
        if (entries.empty())
            break;
        const PgCommand insert = insertEntries(realm, entries);
        TRY(db.run(std::span(&insert, 1)));
        after = entries.back().seq;
    }
    for (OperationId last; true;) {
        TRY_ASSIGN(const auto answers, store::refusedAnswersAfter(file, last, atOnce));
        if (answers.empty())
            break;
        const PgCommand insert = insertRefused(realm, answers);
        TRY(db.run(std::span(&insert, 1)));
        last = answers.back().operation;
    }
    if (base.seq > 0)
        return keepImage(db, realm, restore.file);
    return {};
}

Result<> checkFits(PgConnection &db, int realm, const ArchiveFacts &archive)
{
    TRY_ASSIGN(ArchiveReader reader, ArchiveReader::open(archive.path));
    TRY_ASSIGN(const auto own, entriesAfter(db, realm, archive.last - 1, 1));
    if (own.empty() || own.front().seq != archive.last || own.front().hash != reader.after())
        return fail(Errc::Corrupt, u"%1 is of another past than the journal"_s.arg(archive.path));
    while (true) {
        TRY_ASSIGN(const auto entries, reader.next());
        if (entries.empty())
            return {};
    }
}

// Entries up to `last` leave the database, in the transaction that puts the image there.
Result<> dropArchived(const PgAddress &address, PgConnection &db, const QString &name,
                      const PgRealm &realm, qint64 last, const Progress &progress)
{
    const QTemporaryDir folder;
    if (!folder.isValid())
        return fail(Errc::FileUnwritable, folder.errorString());
    const QString file = folder.filePath(u"image"_s);
    TRY(exportRealm(address, name, {}, file, progress));
    {
        TRY_ASSIGN(store::CacheFile image, store::CacheFile::open(file));
        store::Connection &own = image.connection();
        TRY_ASSIGN(const store::Head base, store::journalBase(own));
        TRY_ASSIGN(store::Transaction transaction, store::Transaction::begin(own));
        if (base.seq < last)
            TRY(store::dropEntriesUpTo(own, last));
        TRY(transaction.commit());
        TRY(store::forgetOwn(own));
        TRY(own.exec("VACUUM"));
        TRY(own.exec("PRAGMA wal_checkpoint(TRUNCATE)"));
    }
    TRY(db.run("BEGIN"));
    PgTransaction transaction(db);
    TRY(db.run("SET LOCAL leeward.archiving = 'on'"));
    TRY(keepImage(db, realm.id, file));
    TRY(db.run("DELETE FROM leeward.entry WHERE realm=$1 AND seq<=$2",
               {PgValue::of(realm.id), PgValue::of(last)}));
    return transaction.commit();
}

Result<qint64> lastOf(PgConnection &db, const PgRealm &realm, const ArchiveWish &wish)
{
    qint64 last = realm.head.seq - 1; // the newest always stays
    if (wish.keep)
        last = std::min(last, realm.head.seq - std::max<qint64>(*wish.keep, 1));
    if (wish.before) {
        TRY_ASSIGN(const PgRows rows,
                   db.run("SELECT min(seq) FROM leeward.entry WHERE realm=$1 AND accepted_at>=$2",
                          {PgValue::of(realm.id), PgValue::of(toMs(*wish.before))}));
        if (!rows.isNull(0, 0))
            last = std::min(last, rows.integer(0, 0) - 1);
    }
    return last;
}

} // namespace

Result<QStringList> pgRealms(const PgAddress &address)
{
    TRY_ASSIGN(PgConnection db, connect(address));
    TRY(checkSchema(db));
    TRY_ASSIGN(const PgRows rows, db.run("SELECT name FROM leeward.realm WHERE name NOT LIKE "
                                         "'% before %' ORDER BY name"));
    QStringList names;
    for (int row = 0; row < rows.count(); ++row)
        names += rows.text(row, 0);
    return names;
}

Result<> exportRealm(const PgAddress &address, const QString &realm, const QString &copy,
                     const QString &target, const Progress &progress)
{
    // The copy first: what PostgreSQL has then is as new, or newer.
    if (!copy.isEmpty() && QFile::exists(copy))
        TRY(store::copyRealm(copy, target));
    TRY_ASSIGN(PgConnection db, connect(address));
    TRY(checkSchema(db));
    TRY(db.run("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"));
    const PgTransaction transaction(db);
    TRY_ASSIGN(const PgRealm found, realmOf(db, realm));
    {
        bool behind = found.base.seq > 0;
        if (QFile::exists(target)) {
            TRY_ASSIGN(store::Connection file,
                       store::Connection::open(target, store::Connection::Mode::ReadOnly));
            TRY_ASSIGN(const store::Head head, store::journalHead(file));
            behind = head.seq < found.base.seq;
        }
        if (behind) {
            QFile::remove(target);
            TRY(fetchImage(db, found, target));
        }
    }
    TRY_ASSIGN(store::CacheFile file, store::CacheFile::open(target));
    TRY(fill(file.connection(), db, found, progress));
    // That it is a drill is known beside the journal; a file says it itself.
    TRY_ASSIGN(const PgRows row,
               db.run("SELECT mark FROM leeward.served_realm WHERE name=$1", {PgValue::of(realm)}));
    if (row.count() == 1)
        TRY(store::setMetaValue(file.connection(), u"realm_mark"_s, row.text(0, 0)));
    return file.connection().exec("PRAGMA wal_checkpoint(TRUNCATE)");
}

Result<bool> hasPeople(const PgAddress &address)
{
    TRY_ASSIGN(const auto store, PgAccountStore::open(address));
    TRY_ASSIGN(const auto users, store->users());
    return !users.empty();
}

Result<> exportAccounts(const PgAddress &address, const QString &target)
{
    TRY_ASSIGN(const auto shared, PgAccountStore::open(patient(address)));
    TRY_ASSIGN(const auto file, SqliteAccountStore::open(target));
    return shared->atOneMoment([&] { return moveAccounts(*shared, *file); });
}

Result<> importRealms(const PgAddress &address, const std::vector<PgRestore> &realms, bool replace)
{
    TRY_ASSIGN(PgConnection db, connect(address));
    TRY(migratePg(db));
    TRY(checkNobodyElse(db));
    TRY(db.run("BEGIN"));
    PgTransaction transaction(db);
    for (const PgRestore &restore : realms)
        TRY(importOne(db, restore, replace));
    return transaction.commit();
}

Result<Archived> archivePgRealm(const PgAddress &address, const QString &realm,
                                const QString &folder, const ArchiveWish &wish, Instant now,
                                const Progress &progress)
{
    if (!wish.before && !wish.keep)
        return fail(Errc::InvalidArgument, u"how much is to be archived?"_s);
    TRY_ASSIGN(PgConnection db, connect(address));
    TRY(checkSchema(db));
    TRY_ASSIGN(PgRealm found, realmOf(db, realm));
    for (const ArchiveFacts &archive : archivesIn(folder)) { // of an archiving that was stopped
        if (archive.last <= found.base.seq)
            continue;
        TRY(checkFits(db, found.id, archive));
        TRY(dropArchived(address, db, realm, found, archive.last, progress));
        TRY_ASSIGN(found, realmOf(db, realm));
    }
    Archived done{.file = std::nullopt, .first = found.base.seq + 1, .head = found.head.seq};
    TRY_ASSIGN(const qint64 last, lastOf(db, found, wish));
    if (last <= found.base.seq)
        return done;
    TRY_ASSIGN(done.file, writeArchive(
                              folder, realm, found.base.seq + 1, last,
                              [&db, id = found.id](qint64 after, int limit) {
                                  return entriesAfter(db, id, after, limit);
                              },
                              now, progress));
    TRY(dropArchived(address, db, realm, found, last, progress));
    done.first = last + 1;
    return done;
}

Result<> bringCopy(const PgAddress &address, const QString &realm, const QString &file)
{
    TRY_ASSIGN(PgConnection db, PgConnection::open(address, "leeward"));
    TRY(migratePg(db));
    TRY_ASSIGN(const auto found, findRealm(db, realm));
    if (!found || found->base.seq == 0)
        return {}; // the entries make a copy
    QString mark;  // a drill stays one
    if (QFile::exists(file)) {
        TRY_ASSIGN(store::Connection copy,
                   store::Connection::open(file, store::Connection::Mode::ReadOnly));
        TRY_ASSIGN(const store::Head head, store::journalHead(copy));
        if (head.seq >= found->base.seq)
            return {};
        TRY_ASSIGN(mark, store::metaValue(copy, u"realm_mark"_s));
    }
    const QString fresh = file + u".fetching"_s;
    QFile::remove(fresh);
    TRY(fetchImage(db, *found, fresh));
    if (!mark.isEmpty()) {
        TRY_ASSIGN(store::Connection marked,
                   store::Connection::open(fresh, store::Connection::Mode::ReadWrite));
        TRY(store::setMetaValue(marked, u"realm_mark"_s, mark));
        TRY(marked.exec("PRAGMA wal_checkpoint(TRUNCATE)"));
    }
    if (QFile::exists(file)) {
        QFile::remove(file + u".behind"_s);
        if (!QFile::rename(file, file + u".behind"_s))
            return fail(Errc::FileUnwritable, file);
    }
    for (const auto suffix : {"-wal"_L1, "-shm"_L1})
        QFile::remove(file + suffix);
    if (!QFile::rename(fresh, file))
        return fail(Errc::FileUnwritable, file);
    return syncFolder(QFileInfo(file).absolutePath());
}

} // namespace leeward::server
