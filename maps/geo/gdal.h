#pragma once

// GDAL behind RAII. Only .cpp files of this folder include this header.

#include "models/domain/result.h"

#include <QString>
#include <QStringList>

#include <cpl_conv.h>
#include <cpl_error.h>
#include <cpl_string.h>
#include <gdal.h>
#include <ogr_api.h>
#include <ogr_srs_api.h>

#include <memory>
#include <type_traits>

namespace leeward::geo {

template <auto Free>
struct Freed
{
    template <class T>
    void operator()(T *handle) const
    {
        (void) Free(handle);
    }
};

using Dataset = std::unique_ptr<std::remove_pointer_t<GDALDatasetH>, Freed<&GDALClose>>;
using Feature = std::unique_ptr<std::remove_pointer_t<OGRFeatureH>, Freed<&OGR_F_Destroy>>;
using Geometry =
    std::unique_ptr<std::remove_pointer_t<OGRGeometryH>, Freed<&OGR_G_DestroyGeometry>>;
using Transformation = std::unique_ptr<std::remove_pointer_t<OGRCoordinateTransformationH>,
                                       Freed<&OCTDestroyCoordinateTransformation>>;
using SpatialReference =
    std::unique_ptr<std::remove_pointer_t<OGRSpatialReferenceH>, Freed<&OSRRelease>>;

// Registers the drivers, once per process, from any thread.
void registerDrivers();

// While it lives, GDAL's errors and warnings of this thread are kept here and not printed.
class ErrorScope
{
public:
    ErrorScope();
    ~ErrorScope();
    ErrorScope(const ErrorScope &) = delete;
    ErrorScope &operator=(const ErrorScope &) = delete;

    // What was said as an error, oldest first, joined; `otherwise` when nothing was.
    [[nodiscard]] QString errors(const QString &otherwise) const;
    [[nodiscard]] bool hasErrors() const { return !m_errors.isEmpty(); }
    [[nodiscard]] const QStringList &warnings() const { return m_warnings; }

private:
    static void CPL_STDCALL take(CPLErr level, CPLErrorNum number, const char *message);
    QStringList m_errors;
    QStringList m_warnings;
};

// WGS 84 with longitude first.
[[nodiscard]] Result<SpatialReference> wgs84();

// From `source` to WGS 84, both with longitude (or easting) first.
[[nodiscard]] Result<Transformation> transformationToWgs84(OGRSpatialReferenceH source);

} // namespace leeward::geo
