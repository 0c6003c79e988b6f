// Bulk work through the store beside raw sqlite3 doing the same: the same rows into the same kind
// of file under the same pragmas, and out of it into the same structs. The two take turns, so that
// whatever else the machine does falls on both. `bench_store read` and `bench_store write` print
// one JSON object each.
#include "models/store/connection.h"

#include <QElapsedTimer>
#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>

#include <sqlite3.h>

#include <algorithm>
#include <cstdio>
#include <random>
#include <vector>

using namespace leeward;
using namespace Qt::StringLiterals;

namespace {

constexpr int rowCount = 200'000;
constexpr int rounds = 10;       // the first warms up and is not counted
constexpr double required = 0.8; // of raw sqlite3's speed

constexpr char schema[] =
    "CREATE TABLE team(id TEXT PRIMARY KEY NOT NULL, code TEXT NOT NULL, name TEXT NOT NULL, "
    "kind TEXT, capabilities TEXT, station TEXT, lon REAL, lat REAL, division_code TEXT, "
    "address TEXT, leader TEXT, duty_phone TEXT, headcount INTEGER, vehicles INTEGER, "
    "readiness_minutes INTEGER, duty_hours TEXT, retired INTEGER NOT NULL, "
    "changed_at INTEGER NOT NULL) STRICT";
constexpr char insert[] =
    "INSERT INTO team VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,?14,?15,?16,?17,?18)";
constexpr char select[] =
    "SELECT id,code,name,kind,capabilities,station,lon,lat,division_code,address,leader,"
    "duty_phone,headcount,vehicles,readiness_minutes,duty_hours,retired,changed_at FROM team";
// What Connection::open sets.
#define BOTH_PRAGMAS                                                                               \
    "PRAGMA foreign_keys=ON; PRAGMA temp_store=MEMORY; PRAGMA trusted_schema=OFF; PRAGMA "         \
    "cell_size_check=ON; "
constexpr char writePragmas[] = BOTH_PRAGMAS "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL";
constexpr char readPragmas[] = BOTH_PRAGMAS "PRAGMA query_only=ON";

struct Team
{
    QString id, code, name, kind, capabilities, station;
    double lon = 0, lat = 0;
    QString divisionCode, address, leader, dutyPhone;
    int headcount = 0, vehicles = 0, readinessMinutes = 0;
    QString dutyHours;
    bool retired = false;
    qint64 changedAt = 0;
    friend bool operator==(const Team &, const Team &) = default;
};

std::vector<Team> makeTeams()
{
    std::mt19937_64 random(20260812);
    const auto below = [&](int end) {
        return static_cast<int>(random() % static_cast<quint64>(end));
    };
    const QStringList kinds = {u"fire"_s, u"flood"_s, u"water"_s, u"medical"_s};
    std::vector<Team> teams;
    teams.reserve(rowCount);
    for (int i = 0; i < rowCount; ++i) {
        const QUuid id(static_cast<uint>(i), static_cast<ushort>(random()), 0x7000, 0x80, 1, 2, 3,
                       4, 5, 6, 7);
        teams.push_back({.id = id.toString(QUuid::WithoutBraces),
                         .code = u"T%1"_s.arg(i),
                         .name = u"潮州街道第%1应急救援队"_s.arg(i),
                         .kind = kinds[below(4)],
                         .capabilities = u"water_rescue,pumping,evacuation"_s,
                         .station = u"S%1"_s.arg(below(56)),
                         .lon = 121 + below(1'000'000) * 1e-6,
                         .lat = 28 + below(1'000'000) * 1e-6,
                         .divisionCode = u"331002%1"_s.arg(below(1000), 3, 10, QChar(u'0')),
                         .address = u"滨海大道%1号"_s.arg(below(2000)),
                         .leader = u"陈晓明"_s,
                         .dutyPhone = u"0576-88%1"_s.arg(below(100'000)),
                         .headcount = below(200),
                         .vehicles = below(20),
                         .readinessMinutes = below(60),
                         .dutyHours = below(4) ? QString(u""_s) : u"08:00-20:00"_s,
                         .retired = below(50) == 0,
                         .changedAt = 1'786'500'000'000 + i});
    }
    return teams;
}

// --- the store
// ------------------------------------------------------------------------------------------------------

Result<> writeOurs(const QString &path, const std::vector<Team> &teams)
{
    TRY_ASSIGN(store::Connection db,
               store::Connection::open(path, store::Connection::Mode::ReadWrite));
    TRY_ASSIGN(store::Transaction transaction, store::Transaction::begin(db));
    TRY(db.exec(schema));
    {
        TRY_ASSIGN(store::Statement row, db.prepare(insert));
        for (const Team &team : teams) {
            row.bind(1, team.id).bind(2, team.code).bind(3, team.name).bind(4, team.kind);
            row.bind(5, team.capabilities)
                .bind(6, team.station)
                .bind(7, team.lon)
                .bind(8, team.lat);
            row.bind(9, team.divisionCode).bind(10, team.address).bind(11, team.leader);
            row.bind(12, team.dutyPhone).bind(13, team.headcount).bind(14, team.vehicles);
            row.bind(15, team.readinessMinutes).bind(16, team.dutyHours);
            row.bind(17, static_cast<int>(team.retired)).bind(18, team.changedAt);
            TRY(row.run());
            row.reset();
        }
    }
    return transaction.commit();
}

Result<std::vector<Team>> readOurs(const QString &path)
{
    TRY_ASSIGN(store::Connection db,
               store::Connection::open(path, store::Connection::Mode::ReadOnly));
    TRY_ASSIGN(store::Statement row, db.prepare(select));
    std::vector<Team> teams;
    teams.reserve(rowCount);
    while (true) {
        TRY_ASSIGN(const bool there, row.step());
        if (!there)
            return teams;
        teams.push_back({.id = row.text(0),
                         .code = row.text(1),
                         .name = row.text(2),
                         .kind = row.text(3),
                         .capabilities = row.text(4),
                         .station = row.text(5),
                         .lon = row.real(6),
                         .lat = row.real(7),
                         .divisionCode = row.text(8),
                         .address = row.text(9),
                         .leader = row.text(10),
                         .dutyPhone = row.text(11),
                         .headcount = static_cast<int>(row.integer(12)),
                         .vehicles = static_cast<int>(row.integer(13)),
                         .readinessMinutes = static_cast<int>(row.integer(14)),
                         .dutyHours = row.text(15),
                         .retired = row.integer(16) != 0,
                         .changedAt = row.integer(17)});
    }
}

// --- the yardstick
// --------------------------------------------------------------------------------------------------

// Closes what it opened; ends the program with the error, because a yardstick that fails measures
// nothing.
class Raw
{
public:
    Raw(const QString &path, int flags)
    {
        must(sqlite3_open_v2(path.toUtf8().constData(), &m_db, flags | SQLITE_OPEN_NOMUTEX,
                             nullptr) == SQLITE_OK);
    }
    Raw(const Raw &) = delete;
    Raw &operator=(const Raw &) = delete;
    ~Raw()
    {
        sqlite3_finalize(m_row);
        sqlite3_close(m_db);
    }
    void exec(const char *sql)
    {
        must(sqlite3_exec(m_db, sql, nullptr, nullptr, nullptr) == SQLITE_OK);
    }
    [[nodiscard]] sqlite3_stmt *prepare(const char *sql)
    {
        must(sqlite3_prepare_v2(m_db, sql, -1, &m_row, nullptr) == SQLITE_OK);
        return m_row;
    }
    void must(bool fine)
    {
        if (!fine) {
            std::fprintf(stderr, "bench_store: sqlite3: %s\n", sqlite3_errmsg(m_db));
            std::exit(1);
        }
    }

private:
    sqlite3 *m_db = nullptr;
    sqlite3_stmt *m_row = nullptr;
};

void writeRaw(const QString &path, const std::vector<Team> &teams)
{
    Raw db(path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
    db.exec(writePragmas);
    db.exec("BEGIN IMMEDIATE");
    db.exec(schema);
    sqlite3_stmt *row = db.prepare(insert);
    QByteArray kept[18]; // bound without a copy, so they live until the step
    const auto text = [&](int index, const QString &value) {
        QByteArray &bytes = kept[index - 1];
        bytes = value.toUtf8();
        sqlite3_bind_text(row, index, bytes.constData(), static_cast<int>(bytes.size()),
                          SQLITE_STATIC);
    };
    for (const Team &team : teams) {
        text(1, team.id);
        text(2, team.code);
        text(3, team.name);
        text(4, team.kind);
        text(5, team.capabilities);
        text(6, team.station);
        sqlite3_bind_double(row, 7, team.lon);
        sqlite3_bind_double(row, 8, team.lat);
        text(9, team.divisionCode);
        text(10, team.address);
        text(11, team.leader);
        text(12, team.dutyPhone);
        sqlite3_bind_int(row, 13, team.headcount);
        sqlite3_bind_int(row, 14, team.vehicles);
        sqlite3_bind_int(row, 15, team.readinessMinutes);
        text(16, team.dutyHours);
        sqlite3_bind_int(row, 17, team.retired);
        sqlite3_bind_int64(row, 18, team.changedAt);
        db.must(sqlite3_step(row) == SQLITE_DONE);
        sqlite3_reset(row);
    }
    db.exec("COMMIT");
}

std::vector<Team> readRaw(const QString &path)
{
    Raw db(path, SQLITE_OPEN_READONLY);
    db.exec(readPragmas);
    sqlite3_stmt *row = db.prepare(select);
    const auto text = [&](int column) {
        const auto *utf8 = reinterpret_cast<const char *>(sqlite3_column_text(row, column));
        return QString::fromUtf8(utf8, sqlite3_column_bytes(row, column));
    };
    std::vector<Team> teams;
    teams.reserve(rowCount);
    while (sqlite3_step(row) == SQLITE_ROW) {
        teams.push_back({.id = text(0),
                         .code = text(1),
                         .name = text(2),
                         .kind = text(3),
                         .capabilities = text(4),
                         .station = text(5),
                         .lon = sqlite3_column_double(row, 6),
                         .lat = sqlite3_column_double(row, 7),
                         .divisionCode = text(8),
                         .address = text(9),
                         .leader = text(10),
                         .dutyPhone = text(11),
                         .headcount = sqlite3_column_int(row, 12),
                         .vehicles = sqlite3_column_int(row, 13),
                         .readinessMinutes = sqlite3_column_int(row, 14),
                         .dutyHours = text(15),
                         .retired = sqlite3_column_int(row, 16) != 0,
                         .changedAt = sqlite3_column_int64(row, 17)});
    }
    return teams;
}

// --- measuring
// ------------------------------------------------------------------------------------------------------

double elapsedMs(const QElapsedTimer &timer)
{
    return static_cast<double>(timer.nsecsElapsed()) / 1e6;
}

double median(std::vector<double> values)
{
    std::ranges::sort(values);
    return values[values.size() / 2];
}

struct Figures
{
    std::vector<double> ours, theirs;
    bool equal = true;
};

// Runs both, the first one in turn, and keeps the times of all rounds but the first.
template <class Ours, class Theirs>
void round(Figures &figures, int number, Ours ours, Theirs theirs)
{
    double times[2] = {};
    for (const int which : {number % 2, 1 - number % 2}) {
        QElapsedTimer timer;
        timer.start();
        which == 0 ? ours() : theirs();
        times[which] = elapsedMs(timer);
    }
    if (number == 0)
        return;
    figures.ours.push_back(times[0]);
    figures.theirs.push_back(times[1]);
}

void remove(const QString &path)
{
    for (const QString &file : {path, QString(path + u"-wal"), QString(path + u"-shm")})
        QFile::remove(file);
}

Figures measureWrite(const QTemporaryDir &folder, const std::vector<Team> &teams)
{
    Figures figures;
    const QString ours = folder.filePath(u"ours.db"_s);
    const QString theirs = folder.filePath(u"theirs.db"_s);
    for (int number = 0; number < rounds; ++number) {
        remove(ours);
        remove(theirs);
        round(
            figures, number, [&] { figures.equal = writeOurs(ours, teams) && figures.equal; },
            [&] { writeRaw(theirs, teams); });
        figures.equal = figures.equal && readRaw(ours) == teams && readRaw(theirs) == teams;
    }
    return figures;
}

Figures measureRead(const QTemporaryDir &folder, const std::vector<Team> &teams)
{
    Figures figures;
    const QString path = folder.filePath(u"teams.db"_s);
    writeRaw(path, teams);
    for (int number = 0; number < rounds; ++number) {
        Result<std::vector<Team>> ours;
        std::vector<Team> theirs;
        round(figures, number, [&] { ours = readOurs(path); }, [&] { theirs = readRaw(path); });
        figures.equal = figures.equal && ours && *ours == teams && theirs == teams;
    }
    return figures;
}

} // namespace

int main(int argc, char **argv)
{
    const bool isWrite = argc == 2 && qstrcmp(argv[1], "write") == 0;
    if (argc != 2 || (!isWrite && qstrcmp(argv[1], "read") != 0)) {
        std::fputs("usage: bench_store read|write\n", stderr);
        return 2;
    }
    const QTemporaryDir folder;
    const std::vector<Team> teams = makeTeams();
    const Figures figures = isWrite ? measureWrite(folder, teams) : measureRead(folder, teams);
    const double ratio = median(figures.theirs) / median(figures.ours);
    const QJsonObject result{{u"name"_s, isWrite ? u"store_bulk_write"_s : u"store_bulk_read"_s},
                             {u"rows"_s, rowCount},
                             {u"ours_ms"_s, median(figures.ours)},
                             {u"yardstick"_s, u"raw sqlite3, same rows, structs and pragmas"_s},
                             {u"yardstick_ms"_s, median(figures.theirs)},
                             {u"ratio"_s, ratio},
                             {u"required"_s, required},
                             {u"equal"_s, figures.equal}};
    std::fputs(QJsonDocument(result).toJson().constData(), stdout);
    return figures.equal && ratio >= required ? 0 : 1;
}
