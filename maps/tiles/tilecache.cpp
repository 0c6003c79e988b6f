#include "maps/tiles/tilecache.h"

#include <SQLiteCpp/SQLiteCpp.h>

#include <QDir>
#include <QFile>
#include <QLoggingCategory>

using namespace Qt::StringLiterals;

namespace leeward::tiles {

namespace {

Q_LOGGING_CATEGORY(log, "leeward.tiles")

void removeOldVersions(const QString &folder, const QString &keep)
{
    const QFileInfoList files = QDir(folder).entryInfoList({u"*.tiles"_s}, QDir::Files, QDir::Time);
    int others = 0;
    for (const QFileInfo &file : files)
        if (file.absoluteFilePath() != QFileInfo(keep).absoluteFilePath() && ++others > 2)
            for (const QString &tail : {u""_s, u"-wal"_s, u"-shm"_s})
                QFile::remove(file.absoluteFilePath() + tail);
}

void bindAddress(SQLite::Statement &statement, const QString &style, TileAddress address)
{
    statement.bind(1, style.toStdString());
    statement.bind(2, address.scale);
    statement.bind(3, address.zoom);
    statement.bind(4, address.x);
    statement.bind(5, (1 << address.zoom) - 1 - address.y); // rows from the south, as in MBTiles
}

} // namespace

struct TileCache::Data
{
    Data(const QString &path, qint64 limit)
        : db(path.toStdString(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE)
        , maximumBytes(limit)
    {
        db.setBusyTimeout(2000);
        db.exec("PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF");
        db.exec("CREATE TABLE IF NOT EXISTS tiles (style TEXT, scale INTEGER, zoom_level INTEGER, "
                "tile_column INTEGER,"
                " tile_row INTEGER, format TEXT, tile_data BLOB,"
                " UNIQUE (style, scale, zoom_level, tile_column, tile_row))");
        get = std::make_unique<SQLite::Statement>(
            db, "SELECT format, tile_data FROM tiles WHERE style=? AND scale=?"
                " AND zoom_level=? AND tile_column=? AND tile_row=?");
        put = std::make_unique<SQLite::Statement>(
            db, "INSERT OR REPLACE INTO tiles VALUES (?,?,?,?,?,?,?)");
        bytes = db.execAndGet("SELECT coalesce(sum(length(tile_data)), 0) FROM tiles").getInt64();
    }

    // Drops the older half when the cache has outgrown its limit.
    void shrink()
    {
        if (bytes <= maximumBytes)
            return;
        db.exec(
            "DELETE FROM tiles WHERE rowid <= (SELECT (min(rowid) + max(rowid)) / 2 FROM tiles)");
        bytes = db.execAndGet("SELECT coalesce(sum(length(tile_data)), 0) FROM tiles").getInt64();
    }

    std::mutex mutex;
    SQLite::Database db;
    std::unique_ptr<SQLite::Statement> get;
    std::unique_ptr<SQLite::Statement> put;
    qint64 maximumBytes;
    qint64 bytes = 0;
};

TileCache::TileCache(std::unique_ptr<Data> data)
    : m_data(std::move(data))
{
}

TileCache::~TileCache() = default;

std::unique_ptr<TileCache> TileCache::open(const QString &folder, const QString &key,
                                           qint64 maximumBytes)
{
    if (folder.isEmpty() || !QDir().mkpath(folder))
        return nullptr;
    const QString path = QDir(folder).filePath(key + u".tiles"_s);
    removeOldVersions(folder, path);
    for (int attempt = 0; attempt < 2; ++attempt) {
        try {
            return std::unique_ptr<TileCache>(
                new TileCache(std::make_unique<Data>(path, maximumBytes)));
        } catch (const SQLite::Exception &e) {
            qCInfo(log, "tile cache is made anew: %s", e.what());
            for (const QString &tail : {u""_s, u"-wal"_s, u"-shm"_s})
                QFile::remove(path + tail);
        }
    }
    return nullptr;
}

std::optional<Tile> TileCache::find(const QString &style, TileAddress address)
{
    const std::scoped_lock lock(m_data->mutex);
    try {
        SQLite::Statement &row = *m_data->get;
        row.reset();
        bindAddress(row, style, address);
        std::optional<Tile> tile;
        if (row.executeStep()) {
            const SQLite::Column data = row.getColumn(1);
            tile = Tile{address,
                        QByteArray(static_cast<const char *>(data.getBlob()), data.getBytes()),
                        QByteArray::fromStdString(row.getColumn(0).getString())};
        }
        row.reset();
        return tile;
    } catch (const SQLite::Exception &e) {
        qCInfo(log, "tile cache: %s", e.what());
        return std::nullopt;
    }
}

void TileCache::insert(const QString &style, const std::vector<Tile> &tiles)
{
    const std::scoped_lock lock(m_data->mutex);
    try {
        SQLite::Transaction transaction(m_data->db);
        for (const Tile &tile : tiles) {
            SQLite::Statement &row = *m_data->put;
            row.reset();
            bindAddress(row, style, tile.address);
            row.bind(6, tile.contentType.toStdString());
            row.bindNoCopy(7, tile.bytes.constData(), static_cast<int>(tile.bytes.size()));
            row.exec();
            m_data->bytes += tile.bytes.size();
        }
        transaction.commit();
        m_data->shrink();
    } catch (const SQLite::Exception &e) {
        qCInfo(log, "tile cache: %s", e.what());
    }
}

} // namespace leeward::tiles
