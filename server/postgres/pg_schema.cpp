#include "server/postgres/pg_schema.h"

#include <QDir>
#include <QFile>

namespace leeward::server {

using namespace Qt::StringLiterals;

namespace {

QStringList steps()
{
    return QDir(u":/leeward/postgres"_s).entryList({u"*.sql"_s}, QDir::Files, QDir::Name);
}

Result<int> versionOf(PgConnection &db)
{
    // The catalogue and not to_regclass(): that answers from a cache that is not brought up to date
    // after waiting for the lock, and two processes would make the schema.
    TRY_ASSIGN(const PgRows table,
               db.run("SELECT EXISTS(SELECT FROM pg_catalog.pg_class c JOIN "
                      "pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = "
                      "'leeward' AND c.relname = 'schema_version')"));
    if (!table.truth(0, 0))
        return 0;
    TRY_ASSIGN(const PgRows version, db.run("SELECT max(version) FROM leeward.schema_version"));
    return static_cast<int>(version.integer(0, 0));
}

Result<> applyMissing(PgConnection &db)
{
    // The realms' locks have two numbers, this one has one: they never meet.
    TRY(db.run("SELECT pg_advisory_xact_lock(5140411822134551)"));
    TRY_ASSIGN(const int version, versionOf(db)); // another process may have done it meanwhile
    const QStringList all = steps();
    if (version > all.size()) {
        return fail(
            Errc::SchemaTooNew,
            u"the PostgreSQL journal has schema %1, this program knows up to %2"_s.arg(version).arg(
                all.size()));
    }
    if (version == 0) {
        TRY(db.script("CREATE SCHEMA IF NOT EXISTS leeward; "
                      "CREATE TABLE leeward.schema_version(version integer PRIMARY KEY, "
                      "applied_at timestamptz NOT NULL DEFAULT now())"));
    }
    for (int number = version + 1; number <= all.size(); ++number) {
        QFile file(u":/leeward/postgres/"_s + all.at(number - 1));
        if (!file.open(QIODevice::ReadOnly))
            return fail(Errc::Internal, file.fileName());
        TRY(db.script(file.readAll()));
        TRY(db.run("INSERT INTO leeward.schema_version(version) VALUES($1)",
                   {PgValue::of(number)}));
    }
    return {};
}

} // namespace

int newestPgSchema()
{
    return static_cast<int>(steps().size());
}

Result<> migratePg(PgConnection &db)
{
    // Most times there is nothing to do, and then it takes no rights to create anything.
    TRY_ASSIGN(const int version, versionOf(db));
    if (version == newestPgSchema())
        return {};
    TRY(db.run("BEGIN"));
    if (const auto done = applyMissing(db); !done) {
        if (db.isOpen() && !db.run("ROLLBACK"))
            db.close();
        return std::unexpected(done.error());
    }
    TRY(db.run("COMMIT"));
    return {};
}

} // namespace leeward::server
