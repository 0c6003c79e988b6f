#include "maps/tiles/tileservice.h"

#include "maps/tiles/tileserver.h"

#include <QRandomGenerator>
#include <QThread>

#include <mutex>

using namespace Qt::StringLiterals;

namespace leeward::tiles {

namespace {

// No base map at all: every tile is hatched, so that a console without one still shows its own
// layers.
class NoSource final : public TileSource
{
public:
    NoSource()
    {
        m_info.version = u"none"_s;
        m_info.bounds = {{-180, -85.0511}, {180, 85.0511}};
        m_info.maxZoom = 19;
    }
    [[nodiscard]] const BaseMapInfo &info() const override { return m_info; }
    [[nodiscard]] QStringList styles() const override { return {u"street"_s, u"night"_s}; }
    [[nodiscard]] Result<std::vector<Tile>> block(const QString &, TileAddress first) override
    {
        return std::vector<Tile>{{first, {}, {}}};
    }

private:
    BaseMapInfo m_info;
};

QByteArray newToken()
{
    quint32 words[4];
    QRandomGenerator::system()->fillRange(words);
    return QByteArray(reinterpret_cast<const char *>(words), sizeof words).toHex();
}

Result<std::shared_ptr<OpenMap>> open(const QString &path, const TileServiceConfig &config)
{
    auto map = std::make_shared<OpenMap>();
    if (path.isEmpty()) {
        map->source = std::make_shared<NoSource>();
        return map;
    }
    TRY_ASSIGN(map->source, openTileSource(path));
    if (map->source->isCostly())
        map->cache = TileCache::open(config.cacheFolder, map->source->cacheKey(), config.diskBytes);
    return map;
}

} // namespace

struct TileService::Data
{
    TileServiceConfig config;
    QByteArray token = newToken();
    quint16 port = 0;
    mutable std::mutex mutex; // guards the maps
    OpenMaps maps;
    QThread thread;
    std::unique_ptr<TileServer> server; // lives on the thread, and is deleted there

    [[nodiscard]] std::shared_ptr<OpenMap> base() const
    {
        const std::scoped_lock lock(mutex);
        return maps.base;
    }
};

TileService::TileService(std::unique_ptr<Data> data)
    : m_data(std::move(data))
{
}

TileService::~TileService()
{
    if (m_data->thread.isRunning()) {
        QMetaObject::invokeMethod(
            m_data->server.get(), [this] { m_data->server.reset(); }, Qt::BlockingQueuedConnection);
        m_data->thread.quit();
        m_data->thread.wait();
    }
}

Result<std::unique_ptr<TileService>> TileService::start(const TileServiceConfig &config)
{
    auto data = std::make_unique<Data>();
    data->config = config;
    TRY_ASSIGN(data->maps.base, open(config.baseMap, config));
    if (!config.imagery.isEmpty()) {
        TRY_ASSIGN(data->maps.imagery, open(config.imagery, config));
    }
    data->server = std::make_unique<TileServer>(data->token, config.threads, config.memoryBytes);
    data->server->setMaps(data->maps);
    data->server->moveToThread(&data->thread);
    data->thread.setObjectName(u"leeward tiles"_s);
    data->thread.start();
    auto service = std::unique_ptr<TileService>(new TileService(std::move(data)));
    Result<quint16> port;
    TileServer *server = service->m_data->server.get();
    QMetaObject::invokeMethod(
        server, [&port, server] { port = server->listen(); }, Qt::BlockingQueuedConnection);
    TRY_ASSIGN(service->m_data->port, std::move(port));
    return service;
}

QUrl TileService::providersUrl() const
{
    return QUrl(u"http://127.0.0.1:%1/%2/providers/"_s.arg(m_data->port)
                    .arg(QString::fromLatin1(m_data->token)));
}

QUrl TileService::tilesUrl() const
{
    return QUrl(u"http://127.0.0.1:%1/%2/tiles/"_s.arg(m_data->port)
                    .arg(QString::fromLatin1(m_data->token)));
}

QString TileService::cacheKey() const
{
    return source()->cacheKey();
}

BaseMapInfo TileService::baseMap() const
{
    return source()->info();
}

std::shared_ptr<TileSource> TileService::source() const
{
    return m_data->base()->source;
}

Result<> TileService::setBaseMap(const QString &path)
{
    TRY_ASSIGN(auto map, open(path, m_data->config));
    const std::scoped_lock lock(m_data->mutex);
    m_data->maps.base = std::move(map);
    m_data->server->setMaps(m_data->maps);
    return {};
}

} // namespace leeward::tiles
