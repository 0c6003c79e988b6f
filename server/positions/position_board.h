#pragma once

#include "models/domain/unit_position.h"
#include "models/store/cache_file.h"
#include "models/store/store_thread.h"

#include <QHash>

#include <functional>
#include <span>

namespace leeward::server {

// Where positions come in, whatever brings them: HTTP and WebSocket today; MQTT, CoT and JT/T 808
// make the same reports of their own messages and hand them to take().
class PositionIntake
{
public:
    virtual ~PositionIntake() = default;
    struct Refused
    {
        int index;    // of the report
        QString what; // the field that can not be
    };
    struct Tally
    {
        int taken = 0; // newer than what was known
        int old = 0;   // known or overtaken; for the track only
        std::vector<Refused> refused;
    };
    // `receivedAt` of each is set here. Any thread.
    [[nodiscard]] virtual Tally take(std::vector<UnitPosition> reports) = 0;
};

// The places of everything that moves in one realm: the newest of each source in memory, told to
// consoles once a second, and kept in a file with thinned tracks. What was taken in the last second
// before a crash may be lost; it is telemetry.
class PositionBoard final : public PositionIntake
{
public:
    // Creates the file when it is not there. `clock` must outlive it.
    [[nodiscard]] static Result<std::unique_ptr<PositionBoard>> open(const QString &path,
                                                                     const Clock &clock);
    // Writes what is not yet in the file.
    ~PositionBoard() override;

    [[nodiscard]] Tally take(std::vector<UnitPosition> reports) override;

    // What has changed since the last call, and its way into the file. Once a second; any thread.
    [[nodiscard]] std::vector<UnitPosition> flush();
    // All that was received at or after `since`.
    [[nodiscard]] std::vector<UnitPosition> latest(Instant since) const;

    // Sources known at once; beyond it new ones are refused.
    static constexpr int mostSources = 50'000;
    // A track keeps a point when it is this far or this long from the last one kept.
    static constexpr double trackMetres = 20;
    static constexpr std::chrono::seconds trackSeconds{30};

private:
    struct Unit
    {
        UnitPosition newest;
        UnitPosition tracked; // last point of the track
        bool changed = false;
    };
    PositionBoard(store::CacheFile file, const Clock &clock, QHash<QString, Unit> units);

    store::CacheFile m_file; // holds the lock
    const Clock &m_clock;
    mutable std::mutex m_mutex; // the rest but the thread
    QHash<QString, Unit> m_units;
    std::vector<UnitPosition> m_track; // not in the file yet
    store::StoreThread m_thread;
};

} // namespace leeward::server
