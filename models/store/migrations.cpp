#include "models/store/migrations.h"

#include "models/store/search_index.h"

#include <QDir>
#include <QFile>

#include <SQLiteCpp/Backup.h>
#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Exception.h>

namespace leeward::store {

using namespace Qt::StringLiterals;

namespace {

QStringList steps()
{
    return QDir(u":/leeward/sql"_s).entryList({u"*.sql"_s}, QDir::Files, QDir::Name);
}

Result<> applySteps(Connection &db, int from, int last)
{
    const QStringList all = steps();
    for (int number = from + 1; number <= last; ++number) {
        QFile file(u":/leeward/sql/"_s + all.at(number - 1));
        if (!file.open(QIODevice::ReadOnly))
            return fail(Errc::Internal, file.fileName());
        TRY(db.exec(file.readAll().constData()));
        const QByteArray mark = "PRAGMA user_version=" + QByteArray::number(number);
        TRY(db.exec(mark.constData()));
    }
    return {};
}

Result<> backUp(Connection &db, int version)
{
    const QString copy = db.path() + u".before-%1"_s.arg(version + 1, 4, 10, QChar(u'0'));
    try {
        SQLite::Database target(copy.toStdString(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
        SQLite::Database source(db.path().toStdString(), SQLite::OPEN_READONLY);
        SQLite::Backup backup(target, source);
        backup.executeStep(-1);
    } catch (const SQLite::Exception &exception) {
        return fail(Errc::FileUnwritable, copy + u": "_s + QString::fromUtf8(exception.what()));
    }
    return {};
}

} // namespace

int newestSchema()
{
    return static_cast<int>(steps().size());
}

std::unexpected<Error> refuseSchema(const QString &path, int version)
{
    if (version < 0)
        return fail(Errc::FileMalformed,
                    u"%1 has schema %2, which never was"_s.arg(path).arg(version));
    return fail(Errc::SchemaTooNew,
                u"%1 has schema %2, this program knows up to %3"_s.arg(path).arg(version).arg(
                    newestSchema()));
}

Result<> migrate(Connection &db)
{
    const int version = db.userVersion();
    if (version < 0 || version > newestSchema())
        return refuseSchema(db.path(), version);
    if (version == newestSchema())
        return {};
    if (version == 0) {
        TRY_ASSIGN(Statement any, db.prepare("SELECT count(*) FROM sqlite_schema"));
        TRY(any.step());
        if (any.integer(0) > 0)
            return fail(Errc::FileMalformed,
                        db.path() + u": a database, but not a Leeward cache"_s);
    } else {
        TRY(backUp(db, version));
    }
    TRY_ASSIGN(Transaction transaction, Transaction::begin(db));
    TRY(applySteps(db, version, newestSchema()));
    // The index is kept by triggers that no step runs under, and a step may change what is
    // searched.
    if (version > 0)
        TRY(rebuildSearchIndex(db));
    return transaction.commit();
}

Result<> applyAllMigrations(Connection &db)
{
    return applySteps(db, 0, newestSchema());
}

Result<> applyMigrations(Connection &db, int last)
{
    if (last < 1 || last > newestSchema())
        return fail(Errc::InvalidArgument, u"schema %1"_s.arg(last));
    return applySteps(db, 0, last);
}

} // namespace leeward::store
