#include "maps/tiles/mapnikrenderer.h"

#include <mapnik/agg_renderer.hpp>
#include <mapnik/attribute.hpp>
#include <mapnik/datasource_cache.hpp>
#include <mapnik/debug.hpp>
#include <mapnik/font_engine_freetype.hpp>
#include <mapnik/image.hpp>
#include <mapnik/load_map.hpp>
#include <mapnik/map.hpp>
#include <mapnik/request.hpp>
#include <mapnik/value.hpp>

#include <algorithm>
#include <cstring>
#include <exception>
#include <mutex>

using namespace Qt::StringLiterals;

namespace leeward::tiles {

namespace {

// Plug-ins and fonts are registered once for the process: Mapnik keeps them in registries of its
// own.
Result<> prepareMapnik()
{
    static std::once_flag once;
    static bool plugins = false;
    static bool fonts = false;
    std::call_once(once, [] {
        mapnik::logger::set_severity(mapnik::logger::none);
        mapnik::datasource_cache::instance().register_datasources(LEEWARD_MAPNIK_PLUGINS);
        mapnik::freetype_engine::register_fonts(LEEWARD_FONT_FOLDER, true);
        const auto names = mapnik::datasource_cache::instance().plugin_names();
        plugins = std::ranges::find(names, "sqlite") != names.end() &&
                  std::ranges::find(names, "gdal") != names.end();
        const auto faces = mapnik::freetype_engine::face_names();
        fonts = std::ranges::find(faces, "Noto Sans CJK SC Regular") != faces.end();
    });
    if (!plugins)
        return fail(Errc::FileMissing,
                    u"Mapnik's input plug-ins sqlite and gdal are not installed"_s);
    if (!fonts)
        return fail(Errc::FileMissing, u"the font Noto Sans CJK SC is not installed"_s);
    return {};
}

} // namespace

struct MapnikRenderer::Data
{
    mapnik::Map map{256, 256};
};

MapnikRenderer::MapnikRenderer(std::unique_ptr<Data> data)
    : m_data(std::move(data))
{
}

MapnikRenderer::~MapnikRenderer() = default;

Result<std::unique_ptr<MapnikRenderer>> MapnikRenderer::create(const QByteArray &xml)
{
    try {
        TRY(prepareMapnik());
        auto data = std::make_unique<Data>();
        mapnik::load_map_string(data->map, xml.toStdString(), true);
        data->map.set_aspect_fix_mode(mapnik::Map::RESPECT);
        return std::unique_ptr<MapnikRenderer>(new MapnikRenderer(std::move(data)));
    } catch (const std::exception &e) {
        return fail(Errc::FileMalformed, u"base map: "_s + QString::fromUtf8(e.what()));
    }
}

Result<QImage> MapnikRenderer::draw(const MercatorBox &box, QSize pixels, double scale,
                                    const std::map<std::string, double> &sizes)
{
    try {
        mapnik::attributes variables;
        for (const auto &[name, value] : sizes)
            variables[name] = mapnik::value(value);
        // The layers are read for the map's own size and extent, the picture is placed by the
        // request's: both are set.
        m_data->map.resize(static_cast<unsigned>(pixels.width()),
                           static_cast<unsigned>(pixels.height()));
        m_data->map.zoom_to_box(mapnik::box2d<double>(box.minX, box.minY, box.maxX, box.maxY));
        mapnik::image_rgba8 picture(pixels.width(), pixels.height());
        const mapnik::request request(
            static_cast<unsigned>(pixels.width()), static_cast<unsigned>(pixels.height()),
            mapnik::box2d<double>(box.minX, box.minY, box.maxX, box.maxY));
        mapnik::agg_renderer<mapnik::image_rgba8> renderer(m_data->map, request, variables, picture,
                                                           scale);
        renderer.apply();
        QImage image(pixels, QImage::Format_RGBA8888);
        for (int row = 0; row < pixels.height(); ++row)
            std::memcpy(image.scanLine(row), picture.get_row(static_cast<size_t>(row)),
                        static_cast<size_t>(pixels.width()) * 4);
        return image.convertToFormat(QImage::Format_RGB888);
    } catch (const std::exception &e) {
        return fail(Errc::Internal, u"drawing the base map: "_s + QString::fromUtf8(e.what()));
    }
}

} // namespace leeward::tiles
