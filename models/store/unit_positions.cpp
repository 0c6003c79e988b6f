#include "models/store/unit_positions.h"

namespace leeward::store {

namespace {

void bindMaybe(Statement &statement, int index, const std::optional<double> &value)
{
    if (value)
        statement.bind(index, *value);
    else
        statement.bindNull(index);
}

std::optional<double> maybe(const Statement &row, int column)
{
    return row.isNull(column) ? std::nullopt : std::optional(row.real(column));
}

} // namespace

Result<int> putUnitPositions(Connection &db, std::span<const UnitPosition> positions)
{
    TRY_ASSIGN(Transaction transaction, Transaction::begin(db));
    int taken = 0;
    {
        // min(device, received): orderOf() but for the few minutes that are believed, which the
        // caller has let pass already.
        TRY_ASSIGN(
            Statement put,
            db.prepare(
                "INSERT INTO unit_position(source, kind, team, label, lon, lat, device_at, "
                "received_at, speed_mps, heading_deg, accuracy_m) "
                "VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11) ON CONFLICT(source) DO UPDATE "
                "SET kind=?2, team=?3, label=?4, lon=?5, lat=?6, device_at=?7, "
                "received_at=?8, speed_mps=?9, heading_deg=?10, accuracy_m=?11 "
                "WHERE CASE WHEN ?7 > ?8 + ?12 THEN ?8 ELSE ?7 END > "
                "CASE WHEN device_at > received_at + ?12 THEN received_at ELSE device_at END "
                "RETURNING 1"));
        for (const UnitPosition &position : positions) {
            put.bind(1, position.source)
                .bind(2, position.kind)
                .bind(3, position.team)
                .bind(4, position.label)
                .bind(5, position.lon)
                .bind(6, position.lat)
                .bind(7, toMs(position.deviceAt))
                .bind(8, toMs(position.receivedAt))
                .bind(12, qint64(Duration(believedAhead).count()));
            bindMaybe(put, 9, position.speed);
            bindMaybe(put, 10, position.heading);
            bindMaybe(put, 11, position.accuracy);
            TRY_ASSIGN(const bool newer, put.step());
            taken += newer;
            put.reset();
        }
    }
    TRY(transaction.commit());
    return taken;
}

Result<> addTrackPoints(Connection &db, std::span<const UnitPosition> points)
{
    TRY_ASSIGN(Transaction transaction, Transaction::begin(db));
    {
        TRY_ASSIGN(Statement add,
                   db.prepare("INSERT OR IGNORE INTO position_track(source, device_at, "
                              "received_at, lon, lat, speed_mps, heading_deg) "
                              "VALUES(?,?,?,?,?,?,?)"));
        for (const UnitPosition &point : points) {
            add.bind(1, point.source)
                .bind(2, toMs(point.deviceAt))
                .bind(3, toMs(point.receivedAt))
                .bind(4, point.lon)
                .bind(5, point.lat);
            bindMaybe(add, 6, point.speed);
            bindMaybe(add, 7, point.heading);
            TRY(add.run());
            add.reset();
        }
    }
    return transaction.commit();
}

Result<std::vector<UnitPosition>> unitPositions(Connection &db)
{
    TRY_ASSIGN(Statement row,
               db.prepare("SELECT source, kind, team, label, lon, lat, device_at, received_at, "
                          "speed_mps, heading_deg, accuracy_m FROM unit_position ORDER BY source"));
    std::vector<UnitPosition> all;
    while (true) {
        TRY_ASSIGN(const bool there, row.step());
        if (!there)
            return all;
        all.push_back({.source = row.text(0),
                       .kind = row.text(1),
                       .team = row.text(2),
                       .label = row.text(3),
                       .lon = row.real(4),
                       .lat = row.real(5),
                       .deviceAt = instantFromMs(row.integer(6)),
                       .receivedAt = instantFromMs(row.integer(7)),
                       .speed = maybe(row, 8),
                       .heading = maybe(row, 9),
                       .accuracy = maybe(row, 10)});
    }
}

Result<std::vector<UnitPosition>> trackOf(Connection &db, const QString &source, Instant since)
{
    TRY_ASSIGN(Statement row,
               db.prepare("SELECT lon, lat, device_at, received_at, speed_mps, heading_deg FROM "
                          "position_track WHERE source=? AND device_at>=? ORDER BY device_at"));
    row.bind(1, source).bind(2, toMs(since));
    std::vector<UnitPosition> track;
    while (true) {
        TRY_ASSIGN(const bool there, row.step());
        if (!there)
            return track;
        track.push_back({.source = source,
                         .lon = row.real(0),
                         .lat = row.real(1),
                         .deviceAt = instantFromMs(row.integer(2)),
                         .receivedAt = instantFromMs(row.integer(3)),
                         .speed = maybe(row, 4),
                         .heading = maybe(row, 5)});
    }
}

Result<qint64> dropTracksBefore(Connection &db, Instant at)
{
    TRY_ASSIGN(Statement drop,
               db.prepare("DELETE FROM position_track WHERE received_at<? RETURNING 1"));
    drop.bind(1, toMs(at));
    qint64 count = 0;
    while (true) {
        TRY_ASSIGN(const bool there, drop.step());
        if (!there)
            return count;
        ++count;
    }
}

} // namespace leeward::store
