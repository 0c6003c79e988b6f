#pragma once

#include "maps/tiles/mercator.h"
#include "models/domain/result.h"

#include <QByteArray>
#include <QImage>
#include <QSize>

#include <map>
#include <memory>
#include <string>

namespace leeward::tiles {

// Draws one style over one base map with Mapnik. Not for several threads at once: each has its own.
// Mapnik's own types and exceptions stay inside.
class MapnikRenderer
{
public:
    // `xml` as MapStyle makes it. Errors: FileMissing (fonts or input plug-ins), FileMalformed.
    [[nodiscard]] static Result<std::unique_ptr<MapnikRenderer>> create(const QByteArray &xml);
    ~MapnikRenderer();
    MapnikRenderer(const MapnikRenderer &) = delete;
    MapnikRenderer &operator=(const MapnikRenderer &) = delete;

    // Draws `box` on `pixels`; `scale` multiplies every width and letter, `sizes` are the style's
    // variables.
    [[nodiscard]] Result<QImage> draw(const MercatorBox &box, QSize pixels, double scale,
                                      const std::map<std::string, double> &sizes);

private:
    struct Data;
    explicit MapnikRenderer(std::unique_ptr<Data> data);
    std::unique_ptr<Data> m_data;
};

} // namespace leeward::tiles
