#include "tests/items/world.h"

#include "models/desk/desk.h"
#include "sync/replica.h"

#include <QSignalSpy>

namespace leeward::items::test {

using namespace Qt::StringLiterals;
using leeward::test::must;

World::World(quint64 seed)
    : m_maker(seed, u"张"_s, u"A"_s)
    , m_file(must(store::CacheFile::open(m_folder.path())))
    , m_journal(leeward::test::memoryRealm())
    , m_authority(m_journal, m_maker.clock)
    , m_reader(must(store::openReadOnly(m_folder.path())), u"reader"_s)
    , m_cache(m_reader, m_feed, m_maker.clock)
{
}

namespace {

void loadNow(TableCache &cache)
{
    QSignalSpy loaded(&cache, &TableCache::loaded);
    QObject::connect(&cache, &TableCache::failed, &cache, [](const Error &error) {
        qFatal("the cache was not read: %s", qPrintable(error.detail));
    });
    cache.load(); // may be there at once: a continuation runs on the spot when its future is ready
    if (!cache.isLoaded() && !loaded.wait(60'000))
        qFatal("the cache was not read in a minute");
}

} // namespace

void World::load()
{
    loadNow(m_cache);
}

std::unique_ptr<TableCache> World::freshCache()
{
    auto cache = std::make_unique<TableCache>(m_reader, m_feed, m_maker.clock);
    loadNow(*cache);
    return cache;
}

bool World::submit(const Operation &operation)
{
    const desk::Outcome outcome = desk::enqueue(db(), operation);
    if (outcome)
        m_feed.publish(outcome->changes);
    else if (const Error *error = std::get_if<Error>(&outcome.error()))
        qFatal("%s: %s", qPrintable(operation.kind), qPrintable(error->detail));
    return outcome.has_value();
}

void World::mustSubmit(const Operation &operation)
{
    if (!submit(operation))
        qFatal("refused: %s", toBytes(operation).constData());
}

bool World::submitElsewhere(const Operation &operation)
{
    const store::Head head = must(store::journalHead(m_journal));
    return must(m_authority.exchange({operation}, head.seq)).refused.empty();
}

void World::exchange()
{
    const sync::Reply reply = must(m_authority.exchange(must(sync::askOf(db(), 1000, false))));
    m_feed.publish(must(sync::take(db(), reply)).changes);
}

RecordId World::create(const QString &table, const QString &code, const QString &name,
                       FieldValues values)
{
    const auto id = m_maker.ids().make<RecordId>();
    values[u"code"_s] = code;
    values[u"name"_s] = name;
    mustSubmit(m_maker.operation(op::CreateRecord{.table = table, .record = id, .values = values}));
    return id;
}

IncidentId World::report(const QString &title)
{
    const auto id = m_maker.ids().make<IncidentId>();
    mustSubmit(m_maker.report(id, title));
    return id;
}

QStringList cells(const QAbstractItemModel &model, int row)
{
    QStringList all;
    for (int column = 0; column < model.columnCount(); ++column) {
        const QModelIndex index = model.index(row, column);
        all += index.data(Qt::DisplayRole).toString();
        all += index.data(SortRole).toString();
    }
    const QModelIndex first = model.index(row, 0);
    for (const int role :
         {KeyRole, TableRole, SearchRole, StateRole, KindRole, SinceRole, OverdueRole, FadedRole})
        all += first.data(role).toString();
    return all;
}

Shown::Shown(const QAbstractItemModel &model)
    : m_model(model)
{
    readAll();
    connect(&model, &QAbstractItemModel::modelReset, this, &Shown::readAll);
    connect(&model, &QAbstractItemModel::rowsInserted, this,
            [this](const QModelIndex &, int first, int last) {
                for (int row = first; row <= last; ++row)
                    m_rows.insert(row, cells(m_model, row));
            });
    connect(&model, &QAbstractItemModel::rowsRemoved, this,
            [this](const QModelIndex &, int first, int last) {
                m_rows.remove(first, last - first + 1);
            });
    connect(&model, &QAbstractItemModel::dataChanged, this,
            [this](const QModelIndex &from, const QModelIndex &to) {
                for (int row = from.row(); row <= to.row(); ++row)
                    m_rows[row] = cells(m_model, row);
            });
}

void Shown::readAll()
{
    m_rows.clear();
    for (int row = 0; row < m_model.rowCount(); ++row)
        m_rows += cells(m_model, row);
}

} // namespace leeward::items::test
