#pragma once

#include "models/domain/changes.h"
#include "models/store/connection.h"

struct sqlite3_session;

namespace leeward::store {

// Records the row changes of the operational tables from its creation on, with SQLite's session
// extension. Create it inside the transaction it is to record. Changes that cancel out leave no
// trace.
class Recorder
{
public:
    [[nodiscard]] static Result<Recorder> begin(Connection &db);
    Recorder(Recorder &&other) noexcept
        : m_session(std::exchange(other.m_session, nullptr))
    {
    }
    Recorder &operator=(Recorder &&) = delete;
    ~Recorder();

    // What has changed so far; empty when nothing has.
    [[nodiscard]] Result<QByteArray> changeset() const;

private:
    explicit Recorder(sqlite3_session *session)
        : m_session(session)
    {
    }
    sqlite3_session *m_session;
};

// Applies a changeset inside the caller's transaction. Every row must stand as it stood when the
// changeset was recorded; otherwise Corrupt, and the caller rolls back.
[[nodiscard]] Result<> applyChangeset(Connection &db, const QByteArray &changeset);

// The changeset that undoes this one.
[[nodiscard]] Result<QByteArray> invertChangeset(const QByteArray &changeset);

// The changes in a changeset with the rows as they now stand in `db`.
[[nodiscard]] Result<Changes> readChanges(Connection &db, const QByteArray &changeset);

} // namespace leeward::store
