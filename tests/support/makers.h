#pragma once

#include "models/domain/clock.h"
#include "models/domain/operation_codec.h"
#include "models/domain/refusal.h"
#include "models/store/connection.h"

#include <QTemporaryDir>

#include <atomic>
#include <random>

// What the tests of the core build their worlds from. Everything here is a function of its seed.
namespace leeward::test {

// Stands still until told otherwise. Any thread.
class FakeClock final : public Clock
{
public:
    explicit FakeClock(Instant at = instantFromMs(startMs))
        : m_ms(toMs(at))
    {
    }
    FakeClock(const FakeClock &other)
        : m_ms(other.m_ms.load())
    {
    }
    FakeClock &operator=(const FakeClock &) = delete;
    [[nodiscard]] Instant now() const override { return instantFromMs(m_ms); }
    void set(Instant at) { m_ms = toMs(at); }
    void advance(Duration by) { m_ms += by.count(); }

    static constexpr qint64 startMs = 1'786'500'000'000; // 2026-08-12, midday in China

private:
    std::atomic<qint64> m_ms;
};

// UUIDs of version 7 that rise, the same for the same seed.
class SeededIds final : public IdSource
{
public:
    explicit SeededIds(quint64 seed)
        : m_random(seed)
    {
    }
    [[nodiscard]] QUuid next() override
    {
        ++m_count;
        return uuidV7(instantFromMs(FakeClock::startMs + m_count), m_random(), m_random());
    }

private:
    std::mt19937_64 m_random;
    qint64 m_count = 0;
};

// The value, or the end of the test with the error's words.
template <class T>
T must(Result<T> result, const char *what = "result")
{
    if (!result)
        qFatal("%s: %s: %s", what, qPrintable(errcName(result.error().code)),
               qPrintable(result.error().detail));
    if constexpr (!std::is_void_v<T>)
        return std::move(*result);
}

// A desk's pen: makes complete operations.
class Maker
{
public:
    Maker(quint64 seed, QString user, QString desk)
        : m_ids(seed)
        , m_user(std::move(user))
        , m_desk(std::move(desk))
    {
    }

    FakeClock clock;
    [[nodiscard]] SeededIds &ids() { return m_ids; }
    [[nodiscard]] const QString &desk() const { return m_desk; }

    template <class Body>
    [[nodiscard]] Operation operation(const Body &body, std::optional<Instant> occurredAt = {})
    {
        const Instant now = clock.now();
        return makeOperation(body, m_ids.make<OperationId>(), m_user, m_desk,
                             occurredAt.value_or(now), now);
    }

    [[nodiscard]] Operation createTeam(TeamId id, const QString &code, const QString &name,
                                       const QString &hours = {});
    [[nodiscard]] Operation report(IncidentId id,
                                   const QString &title = QStringLiteral("内涝积水"));
    [[nodiscard]] Operation assign(AssignmentId id, IncidentId incident, TeamId team,
                                   TaskType type = TaskType::Rescue, bool ordered = true);
    [[nodiscard]] Operation advance(AssignmentId id, AssignmentState to,
                                    const QString &reason = {});
    [[nodiscard]] Operation advance(IncidentId id, IncidentState to, const QString &reason = {});
    [[nodiscard]] Operation note(IncidentId id, const QString &text);
    [[nodiscard]] Operation edit(const QString &table, RecordId id, const QString &field,
                                 const QVariant &before, const QVariant &after);

private:
    SeededIds m_ids;
    QString m_user;
    QString m_desk;
};

// An empty realm in memory, migrated, its search index in place.
[[nodiscard]] store::Connection memoryRealm();

// Applies in a transaction of its own; a refusal leaves no trace.
[[nodiscard]] Result<Verdict> applyAlone(store::Connection &db, const Operation &operation);
// As applyAlone(), ending the test when it is refused.
void applyOrDie(store::Connection &db, const Operation &operation);

// "accepted", the name of the refusal, or "error: …".
[[nodiscard]] QString outcomeName(const Result<Verdict> &outcome);

// A folder that goes with the test; in memory where the system has such a place, because the tests
// kill processes and not machines.
class TemporaryRealm
{
public:
    TemporaryRealm();
    [[nodiscard]] QString path(const QString &name = QStringLiteral("city.leeward")) const
    {
        return m_folder.filePath(name);
    }
    [[nodiscard]] QString folder() const { return m_folder.path(); }

private:
    QTemporaryDir m_folder;
};

// The journal of a file as it must be: numbered without a hole, every hash right, every operation
// once. Empty when it is, otherwise what is wrong.
[[nodiscard]] QString journalFault(store::Connection &db);

} // namespace leeward::test
