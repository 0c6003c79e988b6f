#include "maps/tiles/basemap.h"

#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QSaveFile>

using namespace Qt::StringLiterals;

namespace leeward::tiles {

namespace {

constexpr int currentFormat = 1;

QString fileIn(const QString &folder)
{
    return QDir(folder).filePath(u"basemap.json"_s);
}

} // namespace

bool isBaseMapFolder(const QString &folder)
{
    return QFile::exists(fileIn(folder));
}

Result<BaseMapInfo> readBaseMapInfo(const QString &folder)
{
    QFile file(fileIn(folder));
    if (!file.exists())
        return fail(Errc::FileMissing, folder + u": not a base-map folder (no basemap.json)"_s);
    if (!file.open(QIODevice::ReadOnly))
        return fail(Errc::FileUnreadable, file.fileName() + u": "_s + file.errorString());
    QJsonParseError parse;
    const QJsonObject json = QJsonDocument::fromJson(file.readAll(), &parse).object();
    if (parse.error != QJsonParseError::NoError)
        return fail(Errc::FileMalformed, file.fileName() + u": "_s + parse.errorString());
    const auto bad = [&](const QString &field) {
        return fail(Errc::FileMalformed, file.fileName() + u": bad or missing "_s + field);
    };
    const int format = json["format"_L1].toInt();
    if (format > currentFormat)
        return fail(Errc::SchemaTooNew, file.fileName() + u": made by a newer Leeward"_s);
    if (format < 1)
        return bad(u"format"_s);

    BaseMapInfo info;
    info.name = json["name"_L1].toString();
    info.version = json["version"_L1].toString();
    const QJsonArray box = json["bounds"_L1].toArray();
    info.bounds = {{box.at(0).toDouble(), box.at(1).toDouble()},
                   {box.at(2).toDouble(), box.at(3).toDouble()}};
    info.minZoom = json["minZoom"_L1].toInt(-1);
    info.maxZoom = json["maxZoom"_L1].toInt(-1);
    info.dataDate =
        instantFromMs(QDateTime::fromString(json["dataDate"_L1].toString(), Qt::ISODateWithMs)
                          .toMSecsSinceEpoch());
    info.attribution = json["attribution"_L1].toString();
    info.reviewNumber = json["reviewNumber"_L1].toString();
    info.hasRelief = json["relief"_L1].toBool();
    if (info.version.isEmpty())
        return bad(u"version"_s);
    if (box.size() != 4 || info.bounds.isEmpty() || !info.bounds.southWest.isValid() ||
        !info.bounds.northEast.isValid())
        return bad(u"bounds"_s);
    if (info.minZoom < 0 || info.maxZoom < info.minZoom || info.maxZoom > maximumZoom)
        return bad(u"minZoom, maxZoom"_s);
    if (info.reviewNumber.isEmpty())
        return bad(u"reviewNumber"_s);
    return info;
}

Result<> writeBaseMapInfo(const QString &folder, const BaseMapInfo &info)
{
    const LonLatBox &b = info.bounds;
    const QJsonObject json{
        {u"format"_s, currentFormat},
        {u"name"_s, info.name},
        {u"version"_s, info.version},
        {u"bounds"_s,
         QJsonArray{b.southWest.lon, b.southWest.lat, b.northEast.lon, b.northEast.lat}},
        {u"minZoom"_s, info.minZoom},
        {u"maxZoom"_s, info.maxZoom},
        {u"dataDate"_s, toIso(info.dataDate)},
        {u"attribution"_s, info.attribution},
        {u"reviewNumber"_s, info.reviewNumber},
        {u"relief"_s, info.hasRelief},
    };
    QSaveFile file(fileIn(folder));
    if (!file.open(QIODevice::WriteOnly) || file.write(QJsonDocument(json).toJson()) < 0 ||
        !file.commit())
        return fail(Errc::FileUnwritable, file.fileName() + u": "_s + file.errorString());
    return {};
}

} // namespace leeward::tiles
