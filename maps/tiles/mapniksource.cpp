#include "maps/tiles/mapniksource.h"

#include "maps/tiles/mapnikrenderer.h"
#include "maps/tiles/tilepictures.h"

#include <QDir>
#include <QFile>

#include <map>
#include <mutex>

using namespace Qt::StringLiterals;

namespace leeward::tiles {

namespace {

// One theme with the renderers that are not drawing right now; a worker borrows one or makes a
// further one.
struct Look
{
    MapStyle style;
    QByteArray xml;
    std::vector<std::unique_ptr<MapnikRenderer>> idle;
};

} // namespace

struct MapnikSource::Data
{
    BaseMapInfo info;
    QString cacheKey;
    std::mutex mutex; // guards the idle renderers
    std::map<QString, Look> looks;

    Result<std::unique_ptr<MapnikRenderer>> borrow(Look &look)
    {
        {
            const std::scoped_lock lock(mutex);
            if (!look.idle.empty()) {
                auto renderer = std::move(look.idle.back());
                look.idle.pop_back();
                return renderer;
            }
        }
        return MapnikRenderer::create(look.xml);
    }

    Result<QImage> draw(const QString &name, const MercatorBox &box, int zoom, QSize pixels,
                        int scale)
    {
        const auto found = looks.find(name);
        if (found == looks.end())
            return fail(Errc::NotFound, u"no such map style: "_s + name);
        Look &look = found->second;
        TRY_ASSIGN(auto renderer, borrow(look));
        auto image = renderer->draw(box, pixels, scale, look.style.sizesAt(zoom));
        const std::scoped_lock lock(mutex);
        look.idle.push_back(std::move(renderer));
        return image;
    }
};

MapnikSource::MapnikSource(std::unique_ptr<Data> data)
    : m_data(std::move(data))
{
}

MapnikSource::~MapnikSource() = default;

Result<std::shared_ptr<TileSource>> MapnikSource::open(const QString &folder)
{
    auto data = std::make_unique<Data>();
    TRY_ASSIGN(data->info, readBaseMapInfo(folder));
    const QDir dir(folder);
    QStringList needed{u"layers.sqlite"_s};
    if (data->info.hasRelief)
        needed << u"dem.tif"_s << u"hillshade.tif"_s;
    for (const QString &name : needed)
        if (!QFile::exists(dir.filePath(name)))
            return fail(Errc::FileMissing, dir.filePath(name) + u": the base map is incomplete"_s);
    data->cacheKey = data->info.version;
    for (const Theme theme : {Theme::Street, Theme::Night, Theme::Terrain}) {
        TRY_ASSIGN(MapStyle style, MapStyle::load(theme));
        TRY_ASSIGN(QByteArray xml, style.xml(folder, data->info.hasRelief));
        data->cacheKey += u'-' + style.version().first(4);
        data->looks.emplace(themeName(theme), Look{std::move(style), std::move(xml), {}});
    }
    // Drawn once now, so that a damaged map is refused here and not tile by tile.
    const MercatorBox frame = toMercator(data->info.bounds);
    TRY(data->draw(themeName(Theme::Street), frame, data->info.minZoom, {16, 16}, 1));
    return std::shared_ptr<TileSource>(new MapnikSource(std::move(data)));
}

const BaseMapInfo &MapnikSource::info() const
{
    return m_data->info;
}

QStringList MapnikSource::styles() const
{
    return {themeName(Theme::Street), themeName(Theme::Night), themeName(Theme::Terrain)};
}

QString MapnikSource::cacheKey() const
{
    return m_data->cacheKey;
}

Result<std::vector<Tile>> MapnikSource::block(const QString &style, TileAddress first)
{
    const int side = std::min(blockSide(), 1 << first.zoom);
    const int pixels = 256 * first.scale * side;
    TRY_ASSIGN(const QImage image, m_data->draw(style, blockBox(first, side), first.zoom,
                                                {pixels, pixels}, first.scale));
    return cutBlock(image, first, side);
}

Result<QImage> MapnikSource::picture(const QString &style, LonLat centre, int zoom, QSize pixels,
                                     int scale)
{
    const double perPixel = resolution(zoom) / scale;
    const MercatorPoint middle = toMercator(centre);
    const double halfWidth = pixels.width() * perPixel / 2;
    const double halfHeight = pixels.height() * perPixel / 2;
    return m_data->draw(
        style,
        {middle.x - halfWidth, middle.y - halfHeight, middle.x + halfWidth, middle.y + halfHeight},
        zoom, pixels, scale);
}

} // namespace leeward::tiles
