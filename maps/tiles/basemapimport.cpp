#include "maps/tiles/basemapimport.h"

#include "maps/tiles/osmlayers.h"
#include "maps/tiles/relief.h"

#include <QCryptographicHash>
#include <QDir>
#include <QFile>
#include <QFileInfo>

using namespace Qt::StringLiterals;

namespace leeward::tiles {

namespace {

// The folder under construction: gone again unless it was moved into place.
class WorkFolder
{
public:
    explicit WorkFolder(QString path)
        : m_path(std::move(path))
    {
    }
    ~WorkFolder()
    {
        if (!m_path.isEmpty())
            QDir(m_path).removeRecursively();
    }
    WorkFolder(const WorkFolder &) = delete;
    WorkFolder &operator=(const WorkFolder &) = delete;

    [[nodiscard]] Result<> make() const
    {
        QDir(m_path).removeRecursively(); // left by a process that was killed
        if (!QDir().mkpath(m_path))
            return fail(Errc::FileUnwritable, m_path + u": the folder can not be made"_s);
        return {};
    }
    [[nodiscard]] Result<> moveTo(const QString &place)
    {
        const QString old = place + u".old"_s;
        QDir(old).removeRecursively();
        const bool hadOne = QFileInfo::exists(place);
        if (hadOne && !QDir().rename(place, old))
            return fail(Errc::FileUnwritable, place + u": can not be replaced"_s);
        if (!QDir().rename(m_path, place)) {
            if (hadOne)
                QDir().rename(old, place);
            return fail(Errc::FileUnwritable, place + u": can not be put in place"_s);
        }
        QDir(old).removeRecursively();
        m_path.clear();
        return {};
    }
    [[nodiscard]] const QString &path() const { return m_path; }

private:
    QString m_path;
};

Result<> check(const BaseMapImport &options)
{
    if (options.outFolder.isEmpty())
        return fail(Errc::InvalidArgument, u"no folder to write to"_s);
    if (options.reviewNumber.trimmed().isEmpty())
        return fail(
            Errc::InvalidArgument,
            u"a base map needs its review number (审图号); a map of no real place says \"none: fictional\""_s);
    if (options.minZoom < 0 || options.maxZoom < options.minZoom || options.maxZoom > maximumZoom)
        return fail(Errc::InvalidArgument,
                    u"zoom range %1-%2: 0 to %3, low to high"_s.arg(options.minZoom)
                        .arg(options.maxZoom)
                        .arg(maximumZoom));
    if (options.frame && (options.frame->isEmpty() || !options.frame->southWest.isValid() ||
                          !options.frame->northEast.isValid()))
        return fail(Errc::InvalidArgument, u"the frame must be west,south,east,north in degrees"_s);
    if (QFileInfo::exists(options.outFolder) &&
        !(options.replace && isBaseMapFolder(options.outFolder)))
        return fail(options.replace ? Errc::Refused : Errc::AlreadyExists,
                    options.outFolder +
                        (options.replace ? u": exists and is not a base map"_s : u": exists"_s));
    return {};
}

// Same content, same version: over the prepared files and the facts a reader sees.
Result<QString> contentVersion(const QString &folder, const BaseMapInfo &info)
{
    QCryptographicHash hash(QCryptographicHash::Sha256);
    for (const QString &name : {u"layers.sqlite"_s, u"dem.tif"_s, u"hillshade.tif"_s}) {
        QFile file(QDir(folder).filePath(name));
        if (!file.exists())
            continue;
        if (!file.open(QIODevice::ReadOnly) || !hash.addData(&file))
            return fail(Errc::FileUnreadable, file.fileName() + u": "_s + file.errorString());
    }
    hash.addData((info.name + u'\n' + info.attribution + u'\n' + info.reviewNumber + u'\n' +
                  toIso(info.dataDate))
                     .toUtf8());
    hash.addData(
        QByteArray(QByteArray::number(info.minZoom) + '-' + QByteArray::number(info.maxZoom)));
    return QString::fromLatin1(hash.result().toHex().first(16));
}

} // namespace

Result<BaseMapReport> importBaseMap(const BaseMapImport &wanted, const Progress &progress)
{
    BaseMapImport options = wanted;
    if (!options.outFolder.isEmpty())
        options.outFolder = QDir::cleanPath(options.outFolder);
    TRY(check(options));
    if (!QFileInfo(options.osmFile).isFile())
        return fail(Errc::FileMissing, options.osmFile + u": no such file"_s);
    WorkFolder work(options.outFolder + u".new"_s);
    TRY(work.make());

    BaseMapReport report;
    {
        TRY_ASSIGN(const auto store,
                   LayerStore::create(QDir(work.path()).filePath(u"layers.sqlite"_s)));
        TRY_ASSIGN(const OsmFacts osm,
                   readOsm({options.osmFile, options.language, options.frame}, *store, progress));
        report.warnings = osm.warnings;
        report.objects = osm.objects;
        report.info.bounds = osm.frame;
        report.info.dataDate = osm.dataDate;
        if (!options.demFiles.isEmpty()) {
            TRY_ASSIGN(const ReliefFacts relief, makeRelief(options.demFiles, toMercator(osm.frame),
                                                            work.path(), *store, progress));
            report.warnings += relief.warnings;
            report.contourStep = relief.contourStep;
            report.info.hasRelief = relief.covers;
        }
        if (!progress.report(0, 0, u"writing"_s))
            return fail(Errc::Cancelled, u"import of "_s + options.osmFile);
        report.roads = store->count(Layer::Road);
        report.places = store->count(Layer::Place);
        report.buildings = store->count(Layer::Building);
        report.seaPolygons = store->count(Layer::Sea);
        TRY(store->finish());
    }
    report.info.name =
        options.name.isEmpty() ? QFileInfo(options.osmFile).baseName() : options.name;
    report.info.attribution = options.attribution;
    report.info.reviewNumber = options.reviewNumber.trimmed();
    report.info.minZoom = options.minZoom;
    report.info.maxZoom = options.maxZoom;
    TRY_ASSIGN(report.info.version, contentVersion(work.path(), report.info));
    TRY(writeBaseMapInfo(work.path(), report.info));
    TRY(work.moveTo(options.outFolder));
    return report;
}

} // namespace leeward::tiles
