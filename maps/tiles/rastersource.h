#pragma once

#include "maps/tiles/tilesource.h"

namespace leeward::tiles {

// Tiles cut from a georeferenced picture (GeoTIFF, a scan with a world file, …) with 8-bit
// channels, warped to Web Mercator on the way; ground outside the picture is transparent. Answers
// the style satellite.
class RasterSource final : public TileSource
{
public:
    // Errors: FileMalformed (GDAL can not read it), Unsupported (no georeference, or not 8 bits a
    // channel).
    [[nodiscard]] static Result<std::shared_ptr<TileSource>> open(const QString &path);
    ~RasterSource() override;

    [[nodiscard]] const BaseMapInfo &info() const override;
    [[nodiscard]] QStringList styles() const override { return {QStringLiteral("satellite")}; }
    [[nodiscard]] int blockSide() const override { return 2; }
    [[nodiscard]] bool isCostly() const override { return true; }
    [[nodiscard]] Result<std::vector<Tile>> block(const QString &style, TileAddress first) override;

private:
    struct Data;
    explicit RasterSource(std::unique_ptr<Data> data);
    std::unique_ptr<Data> m_data;
};

} // namespace leeward::tiles
