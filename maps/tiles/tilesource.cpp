#include "maps/tiles/tilesource.h"

#include "maps/tiles/mapniksource.h"
#include "maps/tiles/mbtilessource.h"
#include "maps/tiles/rastersource.h"

#include <QFile>
#include <QFileInfo>

using namespace Qt::StringLiterals;

namespace leeward::tiles {

Result<std::shared_ptr<TileSource>> openTileSource(const QString &path)
{
    const QFileInfo info(path);
    if (!info.exists())
        return fail(Errc::FileMissing, path + u": no such base map"_s);
    if (info.isDir())
        return MapnikSource::open(path);
    if (info.size() == 0)
        return fail(Errc::FileMalformed, path + u": the file is empty"_s);
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return fail(Errc::FileUnreadable, path + u": "_s + file.errorString());
    if (file.read(16).startsWith("SQLite format 3") || info.suffix() == "mbtiles"_L1)
        return MbtilesSource::open(path);
    return RasterSource::open(path);
}

} // namespace leeward::tiles
