// The first load of a realm of a million rows: from a real leeward-server over loopback into a
// cache that is checked, durable and ready to open, beside raw sqlite3 inserting the same rows, in
// memory already, into the same tables in one transaction. Loading includes the server's making and
// packing of the snapshot, which it does once for all desks.
#include "models/store/cache_file.h"
#include "models/store/entries.h"
#include "models/store/migrations.h"
#include "models/store/tables.h"
#include "sync/remote/snapshot_loader.h"
#include "tests/bench/real_server.h"
#include "tests/support/makers.h"

#include <QCoreApplication>
#include <QElapsedTimer>
#include <QJsonObject>

#include <sqlite3.h>

using namespace leeward;
using namespace leeward::bench;
using namespace leeward::test;
using namespace Qt::StringLiterals;

namespace {

constexpr int entries = 300'000;
constexpr int incidents = 100'000;
constexpr int events = 600'000;
constexpr double required = 0.5;

const QStringList tables = {u"incident"_s, u"incident_event"_s, u"entry"_s};

// A journal with that many rows; through the rules it would take minutes.
void makeRealm(const QString &path)
{
    auto db = must(store::CacheFile::open(path)).takeConnection();
    auto transaction = must(store::Transaction::begin(db));
    {
        auto incident = must(db.prepare(
            "INSERT INTO incident(id, number, state, type, title, lon, lat, address, reported_at, "
            "state_since, created_by, created_desk, changed_at, changed_by) "
            "VALUES(?,?,'closed','flood',?,?,?,?,?,?,'bench','bench',?,'bench')"));
        auto event = must(db.prepare(
            "INSERT INTO incident_event(id, incident, kind, text, occurred_at, recorded_at, "
            "author, desk) VALUES(?,?,'note',?,?,?,'bench','bench')"));
        SeededIds ids(7);
        std::vector<QString> known;
        for (int i = 0; i < incidents; ++i) {
            known.push_back(ids.make<IncidentId>().text());
            const qint64 at = FakeClock::startMs + i;
            incident.bind(1, known.back()).bind(2, i + 1).bind(3, u"滨海大道%1号积水"_s.arg(i));
            incident.bind(4, 121 + i * 1e-6).bind(5, 28 + i * 1e-6).bind(6, u"滨海大道"_s);
            incident.bind(7, at).bind(8, at).bind(9, at);
            must(incident.run());
            incident.reset();
        }
        for (int i = 0; i < events; ++i) {
            const qint64 at = FakeClock::startMs + i;
            event.bind(1, ids.make<IncidentId>().text())
                .bind(2, known[static_cast<size_t>(i % incidents)])
                .bind(3, u"水深约%1厘米，车辆改走人民路"_s.arg(i % 100))
                .bind(4, at)
                .bind(5, at);
            must(event.run());
            event.reset();
        }
    }
    Maker maker(1, u"bench"_s, u"bench"_s);
    const auto subject = maker.ids().make<IncidentId>();
    store::Head head;
    for (int i = 0; i < entries; ++i) {
        const Operation operation = maker.note(subject, u"已转移群众%1人"_s.arg(i));
        store::Entry entry{.seq = head.seq + 1,
                           .operation = operation,
                           .operationBytes = toBytes(operation),
                           .acceptedAt = instantFromMs(FakeClock::startMs + i),
                           .changeset = QByteArray(120, 'c'),
                           .previousHash = head.hash};
        entry.hash = store::hashOf(entry);
        must(store::appendEntry(db, entry));
        head = {entry.seq, entry.hash};
    }
    must(transaction.commit());
    must(db.exec("PRAGMA wal_checkpoint(TRUNCATE)"));
}

using Row = std::vector<QVariant>;

std::vector<Row> rowsOf(store::Connection &db, const QString &table)
{
    std::vector<Row> rows;
    auto statement = must(db.prepare("SELECT * FROM " + table.toStdString()));
    while (must(statement.step())) {
        Row &row = rows.emplace_back();
        for (int column = 0; column < statement.columnCount(); ++column)
            row.push_back(statement.value(column));
    }
    return rows;
}

// As sqlite3 binds it: text in UTF-8 and made beforehand, so that converting is not counted.
struct Plain
{
    int type = SQLITE_NULL;
    qint64 integer = 0;
    double real = 0;
    QByteArray bytes;
};

std::vector<std::vector<Plain>> plain(std::vector<Row> rows)
{
    std::vector<std::vector<Plain>> all;
    for (const Row &row : rows) {
        auto &values = all.emplace_back();
        for (const QVariant &value : row) {
            Plain one;
            switch (value.typeId()) {
            case QMetaType::LongLong:
                one.type = SQLITE_INTEGER;
                one.integer = value.toLongLong();
                break;
            case QMetaType::Double:
                one.type = SQLITE_FLOAT;
                one.real = value.toDouble();
                break;
            case QMetaType::QString:
                one.type = SQLITE_TEXT;
                one.bytes = value.toString().toUtf8();
                break;
            case QMetaType::QByteArray:
                one.type = SQLITE_BLOB;
                one.bytes = value.toByteArray();
                break;
            default: break;
            }
            values.push_back(std::move(one));
        }
    }
    return all;
}

void check(int code, sqlite3 *db)
{
    if (code != SQLITE_OK && code != SQLITE_DONE)
        qFatal("%s", sqlite3_errmsg(db));
}

// Seconds from an empty file with the tables to a durable one with the rows.
double insertRaw(const QString &path, const std::vector<std::vector<std::vector<Plain>>> &all)
{
    {
        auto db = must(store::Connection::open(path, store::Connection::Mode::ReadWrite));
        must(store::migrate(db)); // no index for searching: plain tables
    }
    sqlite3 *db = nullptr;
    check(sqlite3_open(path.toUtf8().constData(), &db), db);
    check(sqlite3_exec(db, "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL", nullptr, nullptr,
                       nullptr),
          db);
    QElapsedTimer timer;
    timer.start();
    check(sqlite3_exec(db, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr), db);
    for (qsizetype table = 0; table < tables.size(); ++table) {
        const auto &rows = all[static_cast<size_t>(table)];
        QByteArray sql = "INSERT INTO " + tables[table].toUtf8() + " VALUES(?";
        for (size_t i = 1; i < rows.front().size(); ++i)
            sql += ",?";
        sqlite3_stmt *statement = nullptr;
        check(sqlite3_prepare_v2(db, QByteArray(sql + ")").constData(), -1, &statement, nullptr),
              db);
        for (const auto &row : rows) {
            for (size_t i = 0; i < row.size(); ++i) {
                const Plain &value = row[i];
                const int index = static_cast<int>(i) + 1;
                const auto size = static_cast<int>(value.bytes.size());
                if (value.type == SQLITE_INTEGER)
                    sqlite3_bind_int64(statement, index, value.integer);
                else if (value.type == SQLITE_FLOAT)
                    sqlite3_bind_double(statement, index, value.real);
                else if (value.type == SQLITE_TEXT)
                    sqlite3_bind_text(statement, index, value.bytes.constData(), size,
                                      SQLITE_STATIC);
                else if (value.type == SQLITE_BLOB)
                    sqlite3_bind_blob(statement, index, value.bytes.constData(), size,
                                      SQLITE_STATIC);
                else
                    sqlite3_bind_null(statement, index);
            }
            check(sqlite3_step(statement), db);
            sqlite3_reset(statement);
        }
        sqlite3_finalize(statement);
    }
    check(sqlite3_exec(db, "COMMIT", nullptr, nullptr, nullptr), db);
    check(sqlite3_wal_checkpoint_v2(db, nullptr, SQLITE_CHECKPOINT_TRUNCATE, nullptr, nullptr), db);
    const double seconds = static_cast<double>(timer.nsecsElapsed()) / 1e9;
    sqlite3_close(db);
    return seconds;
}

} // namespace

int main(int argc, char **argv)
{
    const QCoreApplication application(argc, argv);
    RealServer server;
    makeRealm(server.journalPath());
    server.start();
    const QTemporaryDir folder;
    const QString path = folder.filePath(u"live.leeward"_s);
    const QByteArray token = server.signIn(u"desk-a"_s);
    const SystemClock clock;

    std::vector<std::pair<QString, double>> steps;
    QElapsedTimer timer;
    const Progress progress([&](qint64, qint64, const QString &step) {
        if (steps.empty() || steps.back().first != step)
            steps.emplace_back(step, static_cast<double>(timer.nsecsElapsed()) / 1e9);
    });
    timer.start();
    const qint64 seq = [&] {
        sync::SnapshotLoader loader(server.peer(), u"live"_s, RealServer::always(token), clock);
        return must(loader.load(path, progress), "load");
    }();
    const double ours = static_cast<double>(timer.nsecsElapsed()) / 1e9;
    server.stop();

    auto loaded = must(store::Connection::open(path, store::Connection::Mode::ReadOnly));
    auto origin =
        must(store::Connection::open(server.journalPath(), store::Connection::Mode::ReadOnly));
    const bool equal = seq == entries &&
                       must(store::journalHead(loaded)) == must(store::journalHead(origin)) &&
                       must(store::tablesDigest(loaded)) == must(store::tablesDigest(origin));
    std::vector<std::vector<std::vector<Plain>>> rows;
    qint64 count = 0;
    for (const QString &table : tables) {
        rows.push_back(plain(rowsOf(loaded, table)));
        count += static_cast<qint64>(rows.back().size());
    }
    const double yardstick = insertRaw(folder.filePath(u"raw.leeward"_s), rows);
    QJsonObject seconds;
    for (size_t i = 0; i < steps.size(); ++i) {
        const double end = i + 1 < steps.size() ? steps[i + 1].second : ours;
        seconds.insert(steps[i].first, end - steps[i].second);
    }
    if (!steps.empty())
        seconds.insert(u"make"_s, steps.front().second);
    const double ratio = yardstick / ours;
    return report({{u"name"_s, u"initial_load"_s},
                   {u"rows"_s, count},
                   {u"rows_per_second"_s, static_cast<double>(count) / ours},
                   {u"seconds"_s, ours},
                   {u"steps"_s, seconds},
                   {u"yardstick"_s, u"raw sqlite3, one transaction, the same rows and tables"_s},
                   {u"yardstick_rows_per_second"_s, static_cast<double>(count) / yardstick},
                   {u"ratio"_s, ratio},
                   {u"required"_s, required},
                   {u"equal"_s, equal && count == entries + incidents + events}},
                  equal && ratio >= required);
}
