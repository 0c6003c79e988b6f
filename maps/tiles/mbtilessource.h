#pragma once

#include "maps/tiles/tilesource.h"

namespace leeward::tiles {

// Ready raster tiles in an MBTiles 1.3 file (PNG, JPEG or WebP). Its rows count from the south and
// are turned here.
class MbtilesSource final : public TileSource
{
public:
    // Errors: FileMalformed (not SQLite, no tiles table), Corrupt (damaged pages), Unsupported
    // (vector tiles).
    [[nodiscard]] static Result<std::shared_ptr<TileSource>> open(const QString &path);
    ~MbtilesSource() override;

    [[nodiscard]] const BaseMapInfo &info() const override;
    [[nodiscard]] QStringList styles() const override { return {QStringLiteral("street")}; }
    [[nodiscard]] Result<std::vector<Tile>> block(const QString &style, TileAddress first) override;

private:
    struct Data;
    explicit MbtilesSource(std::unique_ptr<Data> data);
    std::unique_ptr<Data> m_data;
};

} // namespace leeward::tiles
