#pragma once

#include "models/domain/clock.h"

#include <QHashFunctions>
#include <QUuid>

#include <functional>

namespace leeward {

// A strong identity. Records that travel are keyed by UUID version 7; an IncidentId does not
// convert to a TeamId.
template <class Tag>
class Id
{
public:
    Id() = default;
    constexpr explicit Id(QUuid raw) noexcept
        : m_raw(raw)
    {
    }
    // Reads what text() wrote; an invalid id for anything else.
    [[nodiscard]] static Id fromText(QStringView text) { return Id(QUuid::fromString(text)); }

    [[nodiscard]] constexpr QUuid raw() const noexcept { return m_raw; }
    [[nodiscard]] constexpr bool isValid() const noexcept { return !m_raw.isNull(); }
    [[nodiscard]] QString text() const { return m_raw.toString(QUuid::WithoutBraces); }

    friend bool operator==(Id, Id) = default;
    friend bool operator<(Id a, Id b) noexcept { return a.m_raw < b.m_raw; }
    friend size_t qHash(Id id, size_t seed = 0) noexcept { return ::qHash(id.m_raw, seed); }

private:
    QUuid m_raw;
};

using OperationId = Id<struct OperationTag>;
using IncidentId = Id<struct IncidentTag>;
using AssignmentId = Id<struct AssignmentTag>;
using TeamId = Id<struct TeamTag>;
using RecordId = Id<struct RecordTag>; // a row of any register

// A UUID version 7 (RFC 9562): 48 bits of milliseconds, then `random` bits. Sorts by time.
[[nodiscard]] QUuid uuidV7(Instant at, quint64 randomHigh, quint64 randomLow);

// A name-based id (RFC 9562 version 5) of what follows from an operation, the same on every desk.
[[nodiscard]] QString derivedId(OperationId operation, const QString &name);

// Where new identities come from. Injected, so that a simulation gives the same ids for the same
// seed.
class IdSource
{
public:
    virtual ~IdSource() = default;
    [[nodiscard]] virtual QUuid next() = 0;

    template <class SomeId>
    [[nodiscard]] SomeId make()
    {
        return SomeId(next());
    }
};

// Ids from the given clock and the system's random source; each larger than the one before from the
// same object even when the clock stands still or goes back. One thread at a time.
class SystemIdSource final : public IdSource
{
public:
    explicit SystemIdSource(const Clock &clock)
        : m_clock(clock)
    {
    }
    [[nodiscard]] QUuid next() override;

private:
    const Clock &m_clock;
    qint64 m_lastMs = 0;
    quint64 m_counter = 0;
};

} // namespace leeward

template <class Tag>
struct std::hash<leeward::Id<Tag>>
{
    size_t operator()(leeward::Id<Tag> id) const noexcept { return qHash(id); }
};
