// democity_preview SEED OUT_DIR PICTURE [WEST SOUTH EAST NORTH PIXELS]: makes a city, then draws it
// from its files.

#include "drills/democity/democity.h"

#include <gdal_priv.h>
#include <osmium/handler/node_locations_for_ways.hpp>
#include <osmium/index/map/flex_mem.hpp>
#include <osmium/io/pbf_input.hpp>
#include <osmium/io/reader.hpp>
#include <osmium/visitor.hpp>

#include <QElapsedTimer>
#include <QGuiApplication>
#include <QImage>
#include <QPainter>
#include <QPainterPath>

#include <map>

using namespace leeward;

namespace {

struct Layer
{
    QColor fill;
    QColor line;
    double width;
    int order;
};

const Layer *layerOf(const osmium::TagList &tags)
{
    static const std::map<std::string, Layer> layers = {
        {"landuse=residential", {QColor(222, 216, 208), Qt::NoPen, 0, 3}},
        {"landuse=commercial", {QColor(240, 210, 205), Qt::NoPen, 0, 3}},
        {"landuse=industrial", {QColor(225, 210, 230), Qt::NoPen, 0, 3}},
        {"landuse=farmland", {QColor(240, 238, 212), Qt::NoPen, 0, 1}},
        {"landuse=forest", {QColor(180, 210, 165), Qt::NoPen, 0, 1}},
        {"landuse=orchard", {QColor(195, 222, 160), Qt::NoPen, 0, 1}},
        {"landuse=meadow", {QColor(215, 232, 190), Qt::NoPen, 0, 1}},
        {"natural=beach", {QColor(250, 235, 180), Qt::NoPen, 0, 2}},
        {"natural=wetland", {QColor(190, 220, 210), Qt::NoPen, 0, 2}},
        {"leisure=park", {QColor(190, 235, 180), Qt::NoPen, 0, 4}},
        {"natural=water", {QColor(150, 190, 225), Qt::NoPen, 0, 6}},
        {"waterway=river", {Qt::transparent, QColor(130, 175, 215), 1.6, 6}},
        {"waterway=stream", {Qt::transparent, QColor(130, 175, 215), 0.7, 6}},
        {"waterway=dam", {Qt::transparent, QColor(60, 60, 60), 2, 7}},
        {"natural=coastline", {Qt::transparent, QColor(70, 120, 180), 1.0, 7}},
        {"boundary=administrative", {Qt::transparent, QColor(150, 90, 160, 150), 0.8, 8}},
        {"highway=track", {Qt::transparent, QColor(160, 120, 70), 0.6, 9}},
        {"highway=service", {Qt::transparent, QColor(180, 180, 180), 0.6, 9}},
        {"highway=residential", {Qt::transparent, QColor(130, 130, 130), 0.8, 10}},
        {"highway=unclassified", {Qt::transparent, QColor(120, 120, 120), 1, 10}},
        {"highway=tertiary", {Qt::transparent, QColor(200, 180, 60), 1.2, 11}},
        {"highway=secondary", {Qt::transparent, QColor(230, 190, 60), 1.6, 12}},
        {"highway=primary", {Qt::transparent, QColor(240, 150, 60), 2.0, 13}},
        {"highway=trunk", {Qt::transparent, QColor(230, 110, 60), 2.4, 14}},
        {"highway=motorway_link", {Qt::transparent, QColor(220, 90, 120), 1.3, 15}},
        {"highway=motorway", {Qt::transparent, QColor(200, 50, 80), 2.0, 16}},
        {"railway=rail", {Qt::transparent, QColor(40, 40, 40), 1.2, 17}},
        {"route=ferry", {Qt::transparent, QColor(40, 60, 200), 1.2, 17}},
        {"building=", {QColor(170, 120, 110), Qt::NoPen, 0, 8}}};
    for (const char *key : {"building", "highway", "railway", "route", "natural", "landuse",
                            "leisure", "waterway", "boundary"}) {
        if (const char *value = tags[key]) {
            const std::string text =
                std::string(key) + "=" + (std::string(key) == "building" ? "" : value);
            const auto it = layers.find(text);
            if (it != layers.end())
                return &it->second;
        }
    }
    return nullptr;
}

struct Drawer : osmium::handler::Handler
{
    QRectF box;
    double scaleX = 1, scaleY = 1;
    std::map<osmium::object_id_type, QPolygonF> lines;
    std::map<int, std::vector<std::pair<QPainterPath, const Layer *>>> layers;
    std::map<int, std::vector<std::tuple<QPainterPath, bool>>> marks;

    QPointF put(const osmium::Location &l) const
    {
        return {(l.lon() - box.left()) * scaleX, (box.bottom() - l.lat()) * scaleY};
    }
    void way(const osmium::Way &way)
    {
        QPolygonF line;
        for (const auto &node : way.nodes())
            line << put(node.location());
        if (way.tags().empty())
            lines[way.id()] = line;
        if (const Layer *layer = layerOf(way.tags())) {
            QPainterPath path;
            path.addPolygon(line);
            layers[layer->order].emplace_back(path, layer);
            if (way.tags().has_key("bridge") || way.tags().has_key("tunnel"))
                marks[0].emplace_back(path, way.tags().has_key("tunnel"));
        }
    }
    void relation(const osmium::Relation &relation)
    {
        const Layer *layer = layerOf(relation.tags());
        if (!layer || layer->fill == Qt::transparent)
            return;
        QPainterPath path;
        QPolygonF ring; // members come in ring order
        for (const auto &member : relation.members())
            if (const auto it = lines.find(member.ref()); it != lines.end()) {
                if (!ring.isEmpty() && ring.last() != it->second.first()) {
                    path.addPolygon(ring);
                    ring.clear();
                }
                ring += it->second;
            }
        path.addPolygon(ring);
        path.setFillRule(Qt::OddEvenFill);
        layers[layer->order].emplace_back(path, layer);
    }
};

} // namespace

int main(int argc, char **argv)
{
    QGuiApplication app(argc, argv);
    if (argc < 4)
        return 2;
    QElapsedTimer clock;
    clock.start();
    if (QByteArray(argv[1]) != "-") {
        Progress progress([&](qint64 done, qint64, const QString &what) {
            qInfo("%6lld ms %lld %s", clock.elapsed(), done, qPrintable(what));
        });
        const auto city = democity::generateCity(QString::fromLocal8Bit(argv[2]),
                                                 QByteArray(argv[1]).toULongLong(), {}, progress);
        if (!city) {
            qWarning("%s", qPrintable(city.error().detail));
            return 1;
        }
        qInfo("%lld ms, %d road nodes, %d edges, %.0f km", clock.elapsed(), city->roadNodes,
              city->roadEdges, city->roadKilometres);
    }
    const std::string folder = argv[2];
    GDALAllRegister();
    std::unique_ptr<GDALDataset> dem(
        GDALDataset::FromHandle(GDALOpen((folder + "/dem.tif").c_str(), GA_ReadOnly)));
    double t[6];
    dem->GetGeoTransform(t);
    const int columns = dem->GetRasterXSize();
    const int rows = dem->GetRasterYSize();
    std::vector<float> heights(size_t(columns) * size_t(rows));
    if (dem->GetRasterBand(1)->RasterIO(GF_Read, 0, 0, columns, rows, heights.data(), columns, rows,
                                        GDT_Float32, 0, 0) != CE_None)
        return 1;
    Drawer drawer;
    const auto number = [&](int k, double other) {
        return argc > k ? QByteArray(argv[k]).toDouble() : other;
    };
    drawer.box = QRectF(QPointF(number(4, t[0]), number(5, t[3] + rows * t[5])),
                        QPointF(number(6, t[0] + columns * t[1]), number(7, t[3])));
    const int wide = int(number(8, 1600));
    drawer.scaleX = wide / drawer.box.width();
    drawer.scaleY = drawer.scaleX / 0.817;
    QImage image(wide, int(drawer.box.height() * drawer.scaleY), QImage::Format_RGB32);
    const auto at = [&](int i, int j) {
        return heights[size_t(std::clamp(j, 0, rows - 1)) * size_t(columns) +
                       size_t(std::clamp(i, 0, columns - 1))];
    };
    osmium::io::Reader reader(folder + "/city.osm.pbf");
    osmium::index::map::FlexMem<osmium::unsigned_object_id_type, osmium::Location> index;
    osmium::handler::NodeLocationsForWays<decltype(index)> locations(index);
    osmium::apply(reader, locations, drawer);
    image.fill(QColor(170, 205, 235));
    QPainter painter(&image);
    painter.setRenderHint(QPainter::Antialiasing);
    bool shaded = false;
    for (auto &[order, list] : drawer.layers) {
        if (order > 4 && !shaded) {
            shaded = true;
            for (int y = 0; y < image.height(); ++y)
                for (int x = 0; x < image.width(); ++x) {
                    const int i = int((drawer.box.left() + x / drawer.scaleX - t[0]) / t[1]);
                    const int j = int((drawer.box.bottom() - y / drawer.scaleY - t[3]) / t[5]);
                    if (at(i, j) <= 0)
                        continue;
                    const double shade =
                        std::clamp(1 + (at(i + 1, j + 1) - at(i - 1, j - 1)) / -160.0, 0.5, 1.2);
                    const QColor c = image.pixelColor(x, y);
                    image.setPixelColor(x, y,
                                        QColor(std::min(255, int(c.red() * shade)),
                                               std::min(255, int(c.green() * shade)),
                                               std::min(255, int(c.blue() * shade))));
                }
        }
        for (auto &[path, layer] : list) {
            painter.setPen(layer->width > 0 ? QPen(layer->line, layer->width) : QPen(Qt::NoPen));
            painter.setBrush(layer->fill == Qt::transparent ? QBrush(Qt::NoBrush)
                                                            : QBrush(layer->fill));
            painter.drawPath(path);
        }
    }
    for (auto &[path, tunnel] : drawer.marks[0]) {
        painter.setBrush(Qt::NoBrush);
        painter.setPen(QPen(tunnel ? QColor(Qt::magenta) : QColor(Qt::black), 1.4));
        painter.drawPath(path);
    }
    image.save(QString::fromLocal8Bit(argv[3]));
    return 0;
}
