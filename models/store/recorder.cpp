#include "models/store/recorder.h"

#include "models/store/changeset_bytes.h"
#include "models/store/tables.h"

#include <algorithm>
#include <vector>

namespace leeward::store {

using namespace Qt::StringLiterals;

namespace {

// A row that was touched: what stood before the first touch, from which the changeset says what
// became of it.
struct Touched
{
    QByteArray key;        // id, with its type
    QByteArray before;     // all values; empty when the row was not there
    bool indirect = false; // only by triggers and foreign keys
    int next = -1;         // of its bucket
};

// The rows of one table that were touched. SQLite keeps them by a hash of their key and writes them
// in the order of that; entries are compared byte for byte with what the rules do again (verify),
// so the order is part of the format.
class TouchedRows
{
public:
    [[nodiscard]] bool isEmpty() const { return m_rows.empty(); }
    [[nodiscard]] int columns() const { return m_columns; }
    void setColumns(int columns) { m_columns = columns; }

    [[nodiscard]] Touched *find(QByteArrayView key)
    {
        if (m_buckets.empty())
            return nullptr;
        for (int i = m_buckets[bucketOf(key)]; i >= 0; i = at(i).next) {
            if (at(i).key == key)
                return &at(i);
        }
        return nullptr;
    }

    // Before each look for a row, as SQLite does: when it grows decides the order, too.
    void makeRoom()
    {
        if (!m_buckets.empty() && m_rows.size() < m_buckets.size() / 2)
            return;
        std::vector<int> old = std::exchange(
            m_buckets, std::vector<int>(std::max<size_t>(m_buckets.size(), 128) * 2, -1));
        for (int first : old) {
            for (int i = first; i >= 0;) {
                const int next = at(i).next;
                link(i);
                i = next;
            }
        }
    }

    void add(Touched row)
    {
        m_rows.push_back(std::move(row));
        link(static_cast<int>(m_rows.size()) - 1);
    }

    template <class Take>
    [[nodiscard]] Result<> forEach(Take take) const
    {
        for (const int first : m_buckets) {
            for (int i = first; i >= 0; i = m_rows[static_cast<size_t>(i)].next)
                TRY(take(m_rows[static_cast<size_t>(i)]));
        }
        return {};
    }

private:
    [[nodiscard]] Touched &at(int index) { return m_rows[static_cast<size_t>(index)]; }
    void link(int index)
    {
        int &bucket = m_buckets[bucketOf(at(index).key)];
        at(index).next = std::exchange(bucket, index);
    }
    [[nodiscard]] size_t bucketOf(QByteArrayView key) const
    {
        unsigned hash = static_cast<unsigned char>(key.front()); // the type; then the text alone
        qsizetype from = 1;
        while (key[from] & '\x80')
            ++from;
        for (qsizetype i = from + 1; i < key.size(); ++i)
            hash = (hash << 3) ^ hash ^ static_cast<unsigned char>(key[i]);
        return hash % m_buckets.size();
    }

    std::vector<Touched> m_rows;
    std::vector<int> m_buckets; // index of the newest row of each
    int m_columns = 0;
};

QByteArray headerOf(const Table &table, int columns)
{
    QByteArray header("T");
    changeset::appendNumber(header, static_cast<quint32>(columns));
    header += '\1'; // the key is the first column
    header += QByteArray(columns - 1, '\0');
    return header + table.name.toUtf8() + '\0';
}

// What became of a row that was there before; nothing when it is as it was.
void appendUpdate(QByteArray &bytes, sqlite3_stmt *now, int columns, const Touched &row)
{
    const qsizetype start = bytes.size();
    bytes += static_cast<char>(SQLITE_UPDATE);
    bytes += static_cast<char>(row.indirect);
    QByteArray after;
    QByteArray value;
    QByteArrayView rest = row.before;
    bool changed = false;
    for (int column = 0; column < columns; ++column) {
        const qsizetype length = changeset::lengthOf(rest);
        const QByteArrayView old = rest.first(length);
        rest = rest.sliced(length);
        value.resize(0); // keeps its memory
        changeset::append(value, now, column);
        const bool differs = old != value;
        changed |= differs;
        if (differs || column == 0)
            bytes += old;
        else
            bytes += '\0';
        if (differs)
            after += value;
        else
            after += '\0';
    }
    if (changed)
        bytes += after;
    else
        bytes.resize(start);
}

} // namespace

class Recorder::Log
{
public:
    explicit Log(Connection &db)
        : m_db(db)
    {
        // The hook's own word is the newest log, and each knows the one before.
        m_older = static_cast<Log *>(sqlite3_preupdate_hook(m_db.handle(), &Log::onChange, this));
    }
    Log(const Log &) = delete;
    Log &operator=(const Log &) = delete;
    ~Log()
    {
        auto *newest = static_cast<Log *>(sqlite3_preupdate_hook(m_db.handle(), nullptr, nullptr));
        Log **link = &newest;
        while (*link && *link != this)
            link = &(*link)->m_older;
        if (*link)
            *link = m_older;
        if (newest)
            sqlite3_preupdate_hook(m_db.handle(), &Log::onChange, newest);
    }

    [[nodiscard]] Result<QByteArray> changeset()
    {
        if (m_failed)
            return fail(Errc::Internal, u"the changeset can not be read"_s);
        QByteArray bytes;
        for (size_t i = 0; i < m_tables.size(); ++i) {
            if (!m_tables[i].isEmpty())
                TRY(append(bytes, operationalTables()[i], m_tables[i]));
        }
        return bytes;
    }

private:
    static void onChange(void *newest, sqlite3 *db, int what, const char *database,
                         const char *table, sqlite3_int64, sqlite3_int64)
    {
        if (qstrcmp(database, "main") != 0)
            return;
        const std::span<const Table> tables = operationalTables();
        const auto found = std::ranges::find(tables, QLatin1StringView(table), &Table::name);
        if (found == tables.end())
            return;
        const auto index = static_cast<size_t>(found - tables.begin());
        for (auto *log = static_cast<Log *>(newest); log; log = log->m_older) {
            log->touch(db, index, what);
            // A row whose key is changed is one that goes and one that comes.
            if (what == SQLITE_UPDATE)
                log->touch(db, index, SQLITE_INSERT);
        }
    }

    void touch(sqlite3 *db, size_t index, int what)
    {
        TouchedRows &rows = m_tables[index];
        const int columns = sqlite3_preupdate_count(db);
        m_failed |= rows.columns() != 0 && rows.columns() != columns;
        if (m_failed)
            return;
        rows.setColumns(columns);
        rows.makeRoom();
        const auto read = what == SQLITE_INSERT ? sqlite3_preupdate_new : sqlite3_preupdate_old;
        sqlite3_value *value = nullptr;
        m_failed = read(db, 0, &value) != SQLITE_OK || sqlite3_value_type(value) != SQLITE_TEXT;
        if (m_failed)
            return;
        m_key.resize(0);
        changeset::append(m_key, value);
        const bool direct = sqlite3_preupdate_depth(db) == 0;
        if (Touched *there = rows.find(m_key)) {
            there->indirect = there->indirect && !direct;
            return;
        }
        Touched row{.key = QByteArray(m_key.constData(), m_key.size()), .indirect = !direct};
        for (int column = 0; what != SQLITE_INSERT && column < columns && !m_failed; ++column) {
            m_failed = sqlite3_preupdate_old(db, column, &value) != SQLITE_OK;
            if (!m_failed)
                changeset::append(row.before, value);
        }
        rows.add(std::move(row));
    }

    [[nodiscard]] Result<> append(QByteArray &bytes, const Table &table, const TouchedRows &rows)
    {
        const int columns = rows.columns();
        const qsizetype start = bytes.size();
        bytes += headerOf(table, columns);
        const qsizetype first = bytes.size();
        // All columns that are there, which may be other ones than this program knows.
        const std::string sql =
            "SELECT * FROM main.\"" + table.name.toStdString() + "\" WHERE id=?";
        TRY_ASSIGN(Statement select, m_db.prepare(sql));
        TRY(rows.forEach([&](const Touched &row) -> Result<> {
            changeset::bind(select.handle(), 1, row.key);
            TRY_ASSIGN(const bool there, select.step());
            if (select.columnCount() != columns)
                return fail(Errc::Internal, u"table %1 was changed meanwhile"_s.arg(table.name));
            if (there && row.before.isEmpty()) {
                bytes += static_cast<char>(SQLITE_INSERT);
                bytes += static_cast<char>(row.indirect);
                for (int column = 0; column < columns; ++column)
                    changeset::append(bytes, select.handle(), column);
            } else if (there) {
                appendUpdate(bytes, select.handle(), columns, row);
            } else if (!row.before.isEmpty()) {
                bytes += static_cast<char>(SQLITE_DELETE);
                bytes += static_cast<char>(row.indirect);
                bytes += row.before;
            }
            select.reset();
            return {};
        }));
        if (bytes.size() == first)
            bytes.resize(start);
        return {};
    }

    Connection &m_db;
    Log *m_older = nullptr;
    std::vector<TouchedRows> m_tables{operationalTables().size()}; // one for each
    QByteArray m_key;
    bool m_failed = false;
};

Recorder::Recorder(std::unique_ptr<Log> log)
    : m_log(std::move(log))
{
}

Recorder::Recorder(Recorder &&) noexcept = default;
Recorder::~Recorder() = default;

Result<Recorder> Recorder::begin(Connection &db)
{
    return Recorder(std::make_unique<Log>(db));
}

Result<QByteArray> Recorder::changeset() const
{
    return m_log->changeset();
}

} // namespace leeward::store
