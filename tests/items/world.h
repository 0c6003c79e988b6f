#pragma once

#include "models/items/row_model.h"
#include "models/store/cache_file.h"
#include "server/authority.h"
#include "tests/support/makers.h"

#include <memory>

namespace leeward::items::test {

// A desk on a realm file in a temporary folder with the cache its screens would show: operations go
// through the queue, their changes through the feed. Beside it an authority in memory, through
// which another desk can get in first.
class World
{
public:
    explicit World(quint64 seed = 1);

    [[nodiscard]] leeward::test::Maker &maker() { return m_maker; }
    [[nodiscard]] leeward::test::FakeClock &clock() { return m_maker.clock; }
    [[nodiscard]] store::Connection &db() { return m_file.connection(); }
    [[nodiscard]] store::ChangeFeed &feed() { return m_feed; }
    [[nodiscard]] store::StoreThread &reader() { return m_reader; }
    [[nodiscard]] TableCache &cache() { return m_cache; }

    // Runs the event loop until the cache has read the file; ends the test when it can not.
    void load();
    // A cache that has just read the file.
    [[nodiscard]] std::unique_ptr<TableCache> freshCache();

    // Queues an operation; false when a rule refused it.
    bool submit(const Operation &operation);
    // As submit(), ending the test when it is refused.
    void mustSubmit(const Operation &operation);
    // The other desk's operation, straight into the journal.
    bool submitElsewhere(const Operation &operation);
    // Hands in what is queued, takes in what is new.
    void exchange();

    // A row of a register, its code made of `prefix` and a count; further fields as given.
    RecordId create(const QString &table, const QString &code, const QString &name,
                    FieldValues values = {});
    IncidentId report(const QString &title);

private:
    leeward::test::TemporaryRealm m_folder;
    leeward::test::Maker m_maker;
    store::CacheFile m_file;
    store::Connection m_journal;
    server::Authority m_authority;
    store::ChangeFeed m_feed;
    store::StoreThread m_reader;
    TableCache m_cache;
};

// Everything a view could ask of one row, as text.
[[nodiscard]] QStringList cells(const QAbstractItemModel &model, int row);

// Keeps what a view shows of a model that listens to its signals only.
class Shown : public QObject
{
    Q_OBJECT
public:
    explicit Shown(const QAbstractItemModel &model);
    [[nodiscard]] const QList<QStringList> &rows() const { return m_rows; }

private:
    void readAll();
    const QAbstractItemModel &m_model;
    QList<QStringList> m_rows;
};

} // namespace leeward::items::test
