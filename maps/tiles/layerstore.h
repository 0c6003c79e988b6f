#pragma once

#include "maps/tiles/coastline.h"
#include "models/domain/result.h"

#include <QByteArray>
#include <QString>
#include <QVariant>

#include <memory>
#include <vector>

namespace leeward::tiles {

// The prepared layers of a base map: one table each in layers.sqlite, geometry as WKB in EPSG:3857
// with an R*Tree.
enum class Layer
{
    Extent,
    Sea,
    Coast,
    Land,
    Water,
    Waterway,
    WaterwayLabel,
    Line,
    Building,
    Road,
    RoadLabel,
    Rail,
    Boundary,
    Place,
    Spot,
    Contour,
};

// A geometry as well-known binary with its rectangle.
struct Shape
{
    QByteArray wkb;
    MercatorBox box;
    double area = 0; // square metres of the projection, 0 for points and lines
};

[[nodiscard]] Shape pointShape(MercatorPoint point);
[[nodiscard]] Shape lineShape(const MercatorLine &line);
[[nodiscard]] Shape polygonShape(const std::vector<MercatorPolygon> &polygons);

// Writes layers.sqlite. One thread; everything happens in one transaction that `finish` commits.
class LayerStore
{
public:
    [[nodiscard]] static Result<std::unique_ptr<LayerStore>> create(const QString &path);
    ~LayerStore();
    LayerStore(const LayerStore &) = delete;
    LayerStore &operator=(const LayerStore &) = delete;

    // `values` are the layer's columns in the order of its definition, geometry and key left out.
    [[nodiscard]] Result<> add(Layer layer, const Shape &shape,
                               const std::vector<QVariant> &values);
    [[nodiscard]] Result<> finish();
    [[nodiscard]] qint64 count(Layer layer) const; // rows added so far

private:
    struct Data;
    explicit LayerStore(std::unique_ptr<Data> data);
    std::unique_ptr<Data> m_data;
};

} // namespace leeward::tiles
