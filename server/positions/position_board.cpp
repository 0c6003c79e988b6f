#include "server/positions/position_board.h"

#include "models/domain/geo.h"
#include "models/store/unit_positions.h"

#include <cmath>

namespace leeward::server {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype longestText = 100;
constexpr double fastest = 400; // m/s; nothing of a hall is faster than an aircraft

// The field that can not be; empty when all can.
QString faultOf(const UnitPosition &report)
{
    const auto within = [](double value, double low, double high) {
        return std::isfinite(value) && value >= low && value <= high;
    };
    if (report.source.isEmpty() || report.source.size() > longestText)
        return u"source"_s;
    if (report.kind.isEmpty() || report.kind.size() > longestText)
        return u"kind"_s;
    if (report.team.size() > longestText)
        return u"team"_s;
    if (report.label.size() > longestText)
        return u"label"_s;
    if (!within(report.lon, -180, 180))
        return u"lon"_s;
    if (!within(report.lat, -90, 90))
        return u"lat"_s;
    if (toMs(report.deviceAt) <= 0)
        return u"at"_s;
    if (report.speed && !within(*report.speed, 0, fastest))
        return u"speed"_s;
    if (report.heading && !within(*report.heading, 0, 360))
        return u"heading"_s;
    if (report.accuracy && !within(*report.accuracy, 0, 100'000))
        return u"accuracy"_s;
    return {};
}

bool isWorthATrackPoint(const UnitPosition &last, const UnitPosition &next)
{
    return last.source.isEmpty() || next.deviceAt - last.deviceAt >= PositionBoard::trackSeconds ||
           distance({last.lon, last.lat}, {next.lon, next.lat}).value >= PositionBoard::trackMetres;
}

} // namespace

PositionBoard::PositionBoard(store::CacheFile file, const Clock &clock, QHash<QString, Unit> units)
    : m_file(std::move(file))
    , m_clock(clock)
    , m_units(std::move(units))
    , m_thread(m_file.takeConnection(), u"leeward-positions"_s)
{
}

PositionBoard::~PositionBoard()
{
    (void) flush();
    m_thread.run([](store::Connection &) { return true; }).waitForFinished();
}

Result<std::unique_ptr<PositionBoard>> PositionBoard::open(const QString &path, const Clock &clock)
{
    TRY_ASSIGN(store::CacheFile file, store::CacheFile::open(path));
    // Telemetry that is a second old may go with the power; a report a second is not worth an
    // fsync.
    TRY(file.connection().exec("PRAGMA synchronous=NORMAL"));
    TRY_ASSIGN(auto known, store::unitPositions(file.connection()));
    QHash<QString, Unit> units;
    for (UnitPosition &position : known)
        units.insert(position.source, {.newest = position, .tracked = position});
    return std::unique_ptr<PositionBoard>(
        new PositionBoard(std::move(file), clock, std::move(units)));
}

PositionIntake::Tally PositionBoard::take(std::vector<UnitPosition> reports)
{
    Tally tally;
    const Instant now = m_clock.now();
    const std::lock_guard lock(m_mutex);
    for (size_t i = 0; i < reports.size(); ++i) {
        UnitPosition &report = reports[i];
        report.receivedAt = now;
        QString fault = faultOf(report);
        if (fault.isEmpty() && !m_units.contains(report.source) && m_units.size() >= mostSources)
            fault = u"source"_s;
        if (!fault.isEmpty()) {
            tally.refused.push_back({static_cast<int>(i), fault});
            continue;
        }
        Unit &unit = m_units[report.source];
        const bool isFirst = unit.newest.source.isEmpty();
        if (!isFirst && orderOf(report) <= orderOf(unit.newest)) {
            ++tally.old;
            if (report.deviceAt != unit.newest.deviceAt)
                m_track.push_back(report); // one that was on the way for long fills the track
            continue;
        }
        ++tally.taken;
        if (isWorthATrackPoint(unit.tracked, report)) {
            m_track.push_back(report);
            unit.tracked = report;
        }
        unit.newest = std::move(report);
        unit.changed = true;
    }
    return tally;
}

std::vector<UnitPosition> PositionBoard::flush()
{
    std::vector<UnitPosition> changed;
    std::vector<UnitPosition> track;
    {
        const std::lock_guard lock(m_mutex);
        for (Unit &unit : m_units) {
            if (std::exchange(unit.changed, false))
                changed.push_back(unit.newest);
        }
        track = std::exchange(m_track, {});
    }
    if (!changed.empty() || !track.empty()) {
        m_thread.post([changed, track = std::move(track)](store::Connection &db) {
            // A full disk costs tracks, not the picture: that is in memory.
            (void) store::putUnitPositions(db, changed);
            (void) store::addTrackPoints(db, track);
        });
    }
    return changed;
}

std::vector<UnitPosition> PositionBoard::latest(Instant since) const
{
    const std::lock_guard lock(m_mutex);
    std::vector<UnitPosition> all;
    for (const Unit &unit : m_units) {
        if (unit.newest.receivedAt >= since)
            all.push_back(unit.newest);
    }
    return all;
}

} // namespace leeward::server
