#pragma once

#include "models/domain/geo.h"
#include "models/domain/result.h"

#include <QString>

#include <memory>
#include <optional>

namespace leeward::geo {

// Heights of the ground from a raster file: GeoTIFF, .hgt, or either in a .zip. Metres in the
// height datum of the file (SRTM: above the EGM96 geoid).
class ElevationModel
{
public:
    // Errors: FileMissing, FileUnreadable, FileMalformed (no raster, no position on the ground).
    [[nodiscard]] static Result<ElevationModel> open(const QString &path);
    ElevationModel(ElevationModel &&) noexcept;
    ElevationModel &operator=(ElevationModel &&) noexcept;
    ~ElevationModel();

    // Bilinear between the four nearest cell centres; within half a cell of the border the border's
    // values. Cells without a value take no part; nullopt outside the raster and where the nearest
    // cell has none. Any thread; a model of more than 32 M
    // cells or in another coordinate system takes one call at a time.
    [[nodiscard]] std::optional<double> heightAt(LonLat place) const;

private:
    struct Raster;
    explicit ElevationModel(std::unique_ptr<Raster> raster);
    std::unique_ptr<Raster> m_raster;
};

} // namespace leeward::geo
