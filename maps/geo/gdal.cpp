#include "maps/geo/gdal.h"

#include <mutex>

namespace leeward::geo {

using namespace Qt::StringLiterals;

void registerDrivers()
{
    static std::once_flag once;
    std::call_once(once, [] { GDALAllRegister(); });
}

ErrorScope::ErrorScope()
{
    CPLPushErrorHandlerEx(&ErrorScope::take, this);
}

ErrorScope::~ErrorScope()
{
    CPLPopErrorHandler();
    CPLErrorReset();
}

void CPL_STDCALL ErrorScope::take(CPLErr level, CPLErrorNum, const char *message)
{
    auto *scope = static_cast<ErrorScope *>(CPLGetErrorHandlerUserData());
    constexpr qsizetype mostKept = 8;
    const QString text = QString::fromUtf8(message).trimmed().left(300);
    QStringList &kept = level >= CE_Failure ? scope->m_errors : scope->m_warnings;
    if (level >= CE_Warning && kept.size() < mostKept && !kept.contains(text))
        kept += text;
}

QString ErrorScope::errors(const QString &otherwise) const
{
    return m_errors.isEmpty() ? otherwise : m_errors.join(u"; "_s);
}

Result<SpatialReference> wgs84()
{
    SpatialReference reference(OSRNewSpatialReference(nullptr));
    if (OSRImportFromEPSG(reference.get(), 4326) != OGRERR_NONE)
        return fail(Errc::Internal, u"PROJ does not know EPSG:4326; is its database installed?"_s);
    OSRSetAxisMappingStrategy(reference.get(), OAMS_TRADITIONAL_GIS_ORDER);
    return reference;
}

Result<Transformation> transformationToWgs84(OGRSpatialReferenceH source)
{
    TRY_ASSIGN(SpatialReference target, wgs84());
    SpatialReference from(OSRClone(source));
    OSRSetAxisMappingStrategy(from.get(), OAMS_TRADITIONAL_GIS_ORDER);
    Transformation transformation(OCTNewCoordinateTransformation(from.get(), target.get()));
    if (!transformation)
        return fail(Errc::FileMalformed, u"no way from the file's coordinate system to WGS 84"_s);
    return transformation;
}

} // namespace leeward::geo
