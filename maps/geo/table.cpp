#include "maps/geo/table.h"

#include "maps/geo/csv.h"
#include "maps/geo/vector.h"

#include <QFile>
#include <QFileInfo>

#include <algorithm>
#include <array>

namespace leeward::geo {

using namespace Qt::StringLiterals;

namespace {

// The column that an export of a drill carries, and how other files of drills name theirs.
QString realmMarkOf(const SourceTable &table)
{
    static const QStringList names = {u"realm_mark"_s, u"演练"_s, u"exercise"_s,
                                      u"演练 / exercise"_s, u"演练/exercise"_s};
    for (qsizetype i = 0; i < table.headers.size(); ++i) {
        if (!names.contains(table.headers[i].toLower()))
            continue;
        for (const SourceRow &row : table.rows) {
            if (!row.cells[i].isEmpty())
                return row.cells[i].left(80);
        }
        return table.headers[i];
    }
    return {};
}

// The drivers that may read a file, told from its first bytes and, for archives only, its name.
Result<QStringList> driversFor(const QByteArray &head, const QFileInfo &file)
{
    const QByteArray start = (head.startsWith("\xEF\xBB\xBF") ? head.sliced(3) : head).trimmed();
    const QString suffix = file.suffix().toLower();
    if (head.startsWith("SQLite format 3"))
        return QStringList{u"GPKG"_s};
    if (head.startsWith(QByteArray::fromHex("0000270a")) || suffix == "shp"_L1)
        return QStringList{u"ESRI Shapefile"_s};
    if (head.startsWith("PK")) {
        if (suffix == "xlsx"_L1)
            return QStringList{u"XLSX"_s};
        if (suffix == "kmz"_L1)
            return QStringList{u"LIBKML"_s};
        return fail(Errc::FileMalformed, u"an archive that is neither .xlsx nor .kmz"_s);
    }
    if (start.startsWith('{'))
        return QStringList{u"GeoJSON"_s};
    if (start.startsWith('<')) {
        if (start.contains("<kml"))
            return QStringList{u"LIBKML"_s};
        return fail(Errc::FileMalformed, u"XML that is not KML; not a table"_s);
    }
    return QStringList();
}

Result<> checkFile(const QFileInfo &file, const ReadOptions &options)
{
    if (!file.exists())
        return fail(Errc::FileMissing, u"no such file"_s);
    if (file.isDir())
        return fail(Errc::FileMalformed, u"a folder, not a file"_s);
    if (!file.isFile())
        return fail(Errc::FileMalformed, u"not an ordinary file"_s);
    if (file.size() == 0)
        return fail(Errc::FileMalformed, u"the file is empty"_s);
    if (file.size() > options.mostBytes)
        return fail(Errc::FileMalformed,
                    u"%1 MB, more than the %2 MB a register may have"_s.arg(file.size() >> 20)
                        .arg(options.mostBytes >> 20));
    return {};
}

Result<SourceTable> read(const QString &path, const ReadOptions &options, const Progress &progress)
{
    if (!progress.report(0, 0, path))
        return fail(Errc::Cancelled, u"reading was cancelled"_s);
    const QFileInfo info(path);
    TRY(checkFile(info, options));
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return fail(Errc::FileUnreadable, file.errorString());
    TRY_ASSIGN(const QStringList drivers, driversFor(file.peek(4096), info));
    if (!drivers.isEmpty())
        return readLayer(info.absoluteFilePath(), drivers, options, progress);
    const QByteArray bytes = file.readAll();
    if (file.error() != QFile::NoError)
        return fail(Errc::FileUnreadable, file.errorString());
    return readCsv(bytes, options, progress);
}

} // namespace

Result<SourceTable> readTable(const QString &path, const ReadOptions &options,
                              const Progress &progress)
{
    auto table = read(path, options, progress);
    if (!table)
        return fail(table.error().code, path + u": "_s + table.error().detail);
    table->realmMark = realmMarkOf(*table);
    return table;
}

} // namespace leeward::geo
