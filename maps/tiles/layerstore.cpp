#include "maps/tiles/layerstore.h"

#include <sqlite3.h>
#include <SQLiteCpp/SQLiteCpp.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <utility>

using namespace Qt::StringLiterals;

namespace leeward::tiles {

namespace {

struct LayerDefinition
{
    const char *table;
    const char *columns; // beside id and geom
    int columnCount;
};

// `res` is the coarsest resolution (metres of the projection a pixel) that shows a row; the style's
// queries compare it with the resolution asked for, so that a far view reads few rows.
constexpr std::array<LayerDefinition, 16> definitions{{
    {"extent", "name TEXT", 1},
    {"sea", "name TEXT", 1},
    {"coast", "name TEXT", 1},
    {"land", "kind TEXT, minz INTEGER, res REAL, area REAL, name TEXT", 5},
    {"water", "kind TEXT, minz INTEGER, res REAL, area REAL, name TEXT", 5},
    {"waterway", "kind TEXT, minz INTEGER, res REAL, tunnel INTEGER", 4},
    {"waterway_label", "kind TEXT, minz INTEGER, res REAL, name TEXT", 4},
    {"line", "kind TEXT, minz INTEGER, res REAL, name TEXT", 4},
    {"building", "area REAL", 1},
    {"road",
     "kind TEXT, rank INTEGER, minz INTEGER, res REAL, link INTEGER, deck INTEGER, layer INTEGER",
     7},
    {"road_label", "kind TEXT, rank INTEGER, minz INTEGER, res REAL, name TEXT, ref TEXT", 6},
    {"rail", "kind TEXT, minz INTEGER, res REAL, deck INTEGER", 4},
    {"boundary", "level INTEGER", 1},
    {"place", "kind TEXT, rank INTEGER, minz INTEGER, res REAL, name TEXT, population INTEGER", 6},
    {"spot", "kind TEXT, minz INTEGER, res REAL, name TEXT, ele TEXT, area REAL", 6},
    {"contour", "height INTEGER, major INTEGER", 2},
}};

const LayerDefinition &definitionOf(Layer layer)
{
    return definitions[static_cast<size_t>(std::to_underlying(layer))];
}

void put(QByteArray &to, const void *from, qsizetype size)
{
    to.append(static_cast<const char *>(from), size);
}

void putHeader(QByteArray &to, quint32 type)
{
    to.append(char(std::endian::native == std::endian::little ? 1 : 0));
    put(to, &type, sizeof type);
}

void putPoints(Shape &shape, const MercatorLine &line)
{
    const auto count = static_cast<quint32>(line.size());
    put(shape.wkb, &count, sizeof count);
    for (const MercatorPoint &p : line) {
        put(shape.wkb, &p.x, sizeof p.x);
        put(shape.wkb, &p.y, sizeof p.y);
        shape.box.minX = std::min(shape.box.minX, p.x);
        shape.box.minY = std::min(shape.box.minY, p.y);
        shape.box.maxX = std::max(shape.box.maxX, p.x);
        shape.box.maxY = std::max(shape.box.maxY, p.y);
    }
}

Shape emptyShape()
{
    constexpr double far = std::numeric_limits<double>::max();
    return {{}, {far, far, -far, -far}, 0};
}

void putPolygon(Shape &shape, const MercatorPolygon &polygon)
{
    putHeader(shape.wkb, 3);
    const auto rings = static_cast<quint32>(1 + polygon.holes.size());
    put(shape.wkb, &rings, sizeof rings);
    putPoints(shape, polygon.outer);
    shape.area += std::abs(signedArea(polygon.outer)) / 2;
    for (const MercatorLine &hole : polygon.holes) {
        putPoints(shape, hole);
        shape.area -= std::abs(signedArea(hole)) / 2;
    }
}

Error errorOf(const SQLite::Exception &e)
{
    const Errc code = e.getErrorCode() == SQLITE_FULL ? Errc::DiskFull : Errc::FileUnwritable;
    return {code, u"prepared layers: "_s + QString::fromUtf8(e.what())};
}

} // namespace

Shape pointShape(MercatorPoint point)
{
    Shape shape{{}, {point.x, point.y, point.x, point.y}, 0};
    putHeader(shape.wkb, 1);
    put(shape.wkb, &point.x, sizeof point.x);
    put(shape.wkb, &point.y, sizeof point.y);
    return shape;
}

Shape lineShape(const MercatorLine &line)
{
    Shape shape = emptyShape();
    putHeader(shape.wkb, 2);
    putPoints(shape, line);
    return shape;
}

Shape polygonShape(const std::vector<MercatorPolygon> &polygons)
{
    Shape shape = emptyShape();
    if (polygons.size() != 1) {
        putHeader(shape.wkb, 6);
        const auto count = static_cast<quint32>(polygons.size());
        put(shape.wkb, &count, sizeof count);
    }
    for (const MercatorPolygon &polygon : polygons)
        putPolygon(shape, polygon);
    return shape;
}

struct LayerStore::Data
{
    struct Table
    {
        std::unique_ptr<SQLite::Statement> row;
        std::unique_ptr<SQLite::Statement> index;
        qint64 count = 0;
    };

    explicit Data(const QString &path)
        : db(path.toStdString(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE)
    {
        // The file is worthless until the import is complete, so nothing is synced on the way.
        db.exec("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA page_size=8192; BEGIN");
        for (size_t i = 0; i < definitions.size(); ++i) {
            const std::string name = definitions[i].table;
            db.exec("CREATE TABLE " + name + " (id INTEGER PRIMARY KEY, geom BLOB, " +
                    definitions[i].columns + ")");
            db.exec("CREATE VIRTUAL TABLE idx_" + name +
                    "_geom USING rtree(pkid, xmin, xmax, ymin, ymax)");
            std::string insert = "INSERT INTO " + name + " VALUES(?,?";
            for (int c = 0; c < definitions[i].columnCount; ++c)
                insert += ",?";
            insert += ')';
            tables[i].row = std::make_unique<SQLite::Statement>(db, insert);
            tables[i].index = std::make_unique<SQLite::Statement>(
                db, "INSERT INTO idx_" + name + "_geom VALUES(?,?,?,?,?)");
        }
    }

    SQLite::Database db;
    std::array<Table, definitions.size()> tables;
};

LayerStore::LayerStore(std::unique_ptr<Data> data)
    : m_data(std::move(data))
{
}

LayerStore::~LayerStore() = default;

Result<std::unique_ptr<LayerStore>> LayerStore::create(const QString &path)
{
    try {
        return std::unique_ptr<LayerStore>(new LayerStore(std::make_unique<Data>(path)));
    } catch (const SQLite::Exception &e) {
        return std::unexpected(errorOf(e));
    }
}

Result<> LayerStore::add(Layer layer, const Shape &shape, const std::vector<QVariant> &values)
{
    CHECK(values.size() == static_cast<size_t>(definitionOf(layer).columnCount),
          return fail(Errc::Internal, u"column count of a base-map layer"_s));
    Data::Table &table = m_data->tables[static_cast<size_t>(std::to_underlying(layer))];
    try {
        SQLite::Statement &row = *table.row;
        row.reset();
        row.clearBindings();
        const qint64 id = ++table.count;
        row.bind(1, static_cast<int64_t>(id));
        row.bindNoCopy(2, shape.wkb.constData(), static_cast<int>(shape.wkb.size()));
        int column = 3;
        for (const QVariant &value : values) {
            if (value.typeId() == QMetaType::Double)
                row.bind(column, value.toDouble());
            else if (value.typeId() == QMetaType::QString && !value.toString().isEmpty())
                row.bind(column, value.toString().toStdString());
            else if (value.canConvert<qlonglong>() && value.typeId() != QMetaType::QString)
                row.bind(column, static_cast<int64_t>(value.toLongLong()));
            ++column;
        }
        row.exec();
        SQLite::Statement &index = *table.index;
        index.reset();
        index.bind(1, static_cast<int64_t>(id));
        index.bind(2, shape.box.minX);
        index.bind(3, shape.box.maxX);
        index.bind(4, shape.box.minY);
        index.bind(5, shape.box.maxY);
        index.exec();
    } catch (const SQLite::Exception &e) {
        return std::unexpected(errorOf(e));
    }
    return {};
}

Result<> LayerStore::finish()
{
    try {
        m_data->db.exec("COMMIT");
        for (Data::Table &table : m_data->tables) {
            table.row.reset();
            table.index.reset();
        }
        m_data->db.exec("ANALYZE");
    } catch (const SQLite::Exception &e) {
        return std::unexpected(errorOf(e));
    }
    return {};
}

qint64 LayerStore::count(Layer layer) const
{
    return m_data->tables[static_cast<size_t>(std::to_underlying(layer))].count;
}

} // namespace leeward::tiles
