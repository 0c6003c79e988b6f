#pragma once

#include "models/store/connection.h"

#include <memory>

namespace leeward::store {

// Records the row changes of the operational tables from its creation on, as a changeset of
// SQLite's session extension, byte for byte; the extension itself asks for the shape of each table
// with statements of its own every time, which took longer than most operations. Create it inside
// the transaction it is to record; several may record at once. Changes that cancel out leave no
// trace. `db` must outlive it, and nobody else may use SQLite's sessions on it meanwhile.
class Recorder
{
public:
    [[nodiscard]] static Result<Recorder> begin(Connection &db);
    Recorder(Recorder &&) noexcept;
    Recorder &operator=(Recorder &&) = delete;
    ~Recorder();

    // What has changed so far; empty when nothing has.
    [[nodiscard]] Result<QByteArray> changeset() const;

private:
    class Log;
    explicit Recorder(std::unique_ptr<Log> log);
    std::unique_ptr<Log> m_log;
};

} // namespace leeward::store
