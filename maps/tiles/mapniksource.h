#pragma once

#include "maps/tiles/mapstyle.h"
#include "maps/tiles/tilesource.h"

#include <QImage>
#include <QSize>

namespace leeward::tiles {

// A base-map folder, drawn by Mapnik in the styles street, night and terrain. Blocks of 4 x 4 tiles
// are drawn in one go, so that no name is cut between them; along names and numbers of roads keep
// inside their block, place names are drawn from a margin wide enough that both blocks agree.
class MapnikSource final : public TileSource
{
public:
    [[nodiscard]] static Result<std::shared_ptr<TileSource>> open(const QString &folder);
    ~MapnikSource() override;

    [[nodiscard]] const BaseMapInfo &info() const override;
    [[nodiscard]] QStringList styles() const override;
    [[nodiscard]] QString cacheKey() const override;
    [[nodiscard]] int blockSide() const override { return 4; }
    [[nodiscard]] bool isCostly() const override { return true; }
    [[nodiscard]] Result<std::vector<Tile>> block(const QString &style, TileAddress first) override;

    // A picture of any part of the map, for prints and exports: `pixels` around `centre`, at a zoom
    // as for tiles.
    [[nodiscard]] Result<QImage> picture(const QString &style, LonLat centre, int zoom,
                                         QSize pixels, int scale = 1);

private:
    struct Data;
    explicit MapnikSource(std::unique_ptr<Data> data);
    std::unique_ptr<Data> m_data;
};

} // namespace leeward::tiles
