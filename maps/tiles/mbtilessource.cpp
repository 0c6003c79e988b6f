#include "maps/tiles/mbtilessource.h"

#include <sqlite3.h>
#include <SQLiteCpp/SQLiteCpp.h>

#include <QCryptographicHash>
#include <QDateTime>
#include <QFileInfo>
#include <QHash>

#include <mutex>

using namespace Qt::StringLiterals;

namespace leeward::tiles {

namespace {

Error errorOf(const QString &path, const SQLite::Exception &e)
{
    const bool corrupt = e.getErrorCode() == SQLITE_CORRUPT || e.getErrorCode() == SQLITE_NOTADB;
    return {corrupt ? Errc::Corrupt : Errc::FileMalformed,
            path + u": "_s + QString::fromUtf8(e.what())};
}

QByteArray contentTypeOf(const QByteArray &bytes)
{
    if (bytes.startsWith("\x89PNG"))
        return "image/png";
    if (bytes.startsWith("\xff\xd8\xff"))
        return "image/jpeg";
    if (bytes.startsWith("RIFF") &&
        bytes.sliced(std::min<qsizetype>(8, bytes.size())).startsWith("WEBP"))
        return "image/webp";
    return {};
}

} // namespace

struct MbtilesSource::Data
{
    explicit Data(const QString &file)
        : path(file)
        , db(file.toStdString(), SQLite::OPEN_READONLY | SQLite::OPEN_FULLMUTEX)
    {
    }

    Result<> readInfo();

    QString path;
    std::mutex mutex; // one statement, used by one worker at a time
    SQLite::Database db;
    std::unique_ptr<SQLite::Statement> tile;
    BaseMapInfo info;
};

Result<> MbtilesSource::Data::readInfo()
{
    QHash<QString, QString> facts;
    if (db.tableExists("metadata")) {
        SQLite::Statement rows(db, "SELECT name, value FROM metadata");
        while (rows.executeStep())
            facts.insert(QString::fromStdString(rows.getColumn(0).getString()),
                         QString::fromStdString(rows.getColumn(1).getString()));
    }
    if (facts.value(u"format"_s) == "pbf"_L1)
        return fail(Errc::Unsupported,
                    path + u": holds vector tiles; Leeward reads raster MBTiles"_s);
    const SQLite::Statement probe(
        db, "SELECT zoom_level, tile_column, tile_row, tile_data FROM tiles LIMIT 1");
    SQLite::Statement range(db, "SELECT min(zoom_level), max(zoom_level), count(*) FROM tiles");
    if (!range.executeStep() || range.getColumn(2).getInt64() == 0)
        return fail(Errc::FileMalformed, path + u": there are no tiles in it"_s);
    info.minZoom = std::clamp(range.getColumn(0).getInt(), 0, maximumZoom);
    info.maxZoom = std::clamp(range.getColumn(1).getInt(), info.minZoom, maximumZoom);
    const QFileInfo file(path);
    info.name = facts.value(u"name"_s, file.completeBaseName());
    info.attribution = facts.value(u"attribution"_s);
    info.reviewNumber = facts.value(u"review_number"_s);
    const QStringList box = facts.value(u"bounds"_s).split(u',');
    info.bounds = {{-180, -85.0511}, {180, 85.0511}};
    if (box.size() == 4) {
        const LonLatBox said{{box[0].toDouble(), box[1].toDouble()},
                             {box[2].toDouble(), box[3].toDouble()}};
        if (!said.isEmpty() && said.southWest.isValid() && said.northEast.isValid())
            info.bounds = said;
    }
    const QByteArray identity = file.absoluteFilePath().toUtf8() + QByteArray::number(file.size()) +
                                QByteArray::number(file.lastModified().toMSecsSinceEpoch());
    info.version = QString::fromLatin1(
        QCryptographicHash::hash(identity, QCryptographicHash::Sha256).toHex().first(16));
    tile = std::make_unique<SQLite::Statement>(
        db, "SELECT tile_data FROM tiles WHERE zoom_level=? AND tile_column=? AND tile_row=?");
    return {};
}

MbtilesSource::MbtilesSource(std::unique_ptr<Data> data)
    : m_data(std::move(data))
{
}

MbtilesSource::~MbtilesSource() = default;

Result<std::shared_ptr<TileSource>> MbtilesSource::open(const QString &path)
{
    try {
        auto data = std::make_unique<Data>(path);
        TRY(data->readInfo());
        return std::shared_ptr<TileSource>(new MbtilesSource(std::move(data)));
    } catch (const SQLite::Exception &e) {
        return std::unexpected(errorOf(path, e));
    }
}

const BaseMapInfo &MbtilesSource::info() const
{
    return m_data->info;
}

Result<std::vector<Tile>> MbtilesSource::block(const QString &, TileAddress first)
{
    const std::scoped_lock lock(m_data->mutex);
    try {
        SQLite::Statement &row = *m_data->tile;
        row.reset();
        row.bind(1, first.zoom);
        row.bind(2, first.x);
        row.bind(3, (1 << first.zoom) - 1 - first.y);
        Tile tile{first, {}, {}};
        if (row.executeStep()) {
            const SQLite::Column data = row.getColumn(0);
            tile.bytes = QByteArray(static_cast<const char *>(data.getBlob()), data.getBytes());
            tile.contentType = contentTypeOf(tile.bytes);
        }
        row.reset();
        if (!tile.bytes.isEmpty() && tile.contentType.isEmpty())
            return fail(
                Errc::Corrupt,
                m_data->path +
                    u": tile %1/%2/%3 is no picture"_s.arg(first.zoom).arg(first.x).arg(first.y));
        return std::vector<Tile>{std::move(tile)};
    } catch (const SQLite::Exception &e) {
        return std::unexpected(errorOf(m_data->path, e));
    }
}

} // namespace leeward::tiles
