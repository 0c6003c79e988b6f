#include "app/console/command_options.h"

#include "models/domain/coordinates.h"

#include <QDir>
#include <QHostInfo>
#include <QSettings>
#include <QStandardPaths>

namespace leeward::app {

using namespace Qt::StringLiterals;

void addConsoleOptions(QCommandLineParser &parser)
{
    const QString data = QStandardPaths::writableLocation(QStandardPaths::AppDataLocation);
    parser.addOptions({
        {u"cache"_s, u"The realm file; made when it is not there. Without --server: stand-alone."_s,
         u"file"_s, data + u"/city.leeward"_s},
        {u"roads"_s, u"Road network from 'leewardctl roads import'."_s, u"file"_s},
        {u"basemap"_s, u"Base map from 'leewardctl basemap import', or an .mbtiles file."_s,
         u"path"_s},
        {u"gazetteer"_s, u"Table of place names: name, kind, lon, lat."_s, u"file"_s},
        {u"city"_s, u"Name of the city, for the title."_s, u"name"_s},
        {u"home"_s, u"Middle of the city: LON,LAT."_s, u"place"_s},
        {u"user"_s, u"Who works here."_s, u"name"_s, u"值班员"_s},
        {u"desk"_s, u"Name of this desk."_s, u"name"_s, QHostInfo::localHostName()},
        {u"language"_s, u"zh (default) or en."_s, u"language"_s, u"zh"_s},
        {u"theme"_s, u"dark (default) or light."_s, u"theme"_s, u"dark"_s},
        {u"read-only"_s, u"Only look; another console holds the file."_s},
        {u"server"_s,
         u"Works at this central server: https://HOST:PORT. Remembered after the "
         "first sign-in."_s,
         u"url"_s},
        {u"realm"_s, u"Realm at the server (default live, or the one remembered)."_s, u"name"_s},
        {u"ca"_s, u"Certificate of the server's authority: ca.pem from its administrator."_s,
         u"file"_s},
        {u"insecure"_s, u"Plain http to another machine: passwords travel in clear."_s},
        {u"stand-alone"_s, u"At no server, whatever is remembered."_s},
        {u"keep-nothing"_s,
         u"Keeps no secret in the system's key store: sign in at every start."_s},
    });
}

namespace {

// An address that is named counts; else what is remembered, unless the call names a file or wants
// to stand alone.
Result<std::optional<ServerChoice>> serverOf(const QCommandLineParser &parser,
                                             const QString &settingsFile)
{
    const bool named = parser.isSet(u"server"_s);
    if (parser.isSet(u"stand-alone"_s)) {
        if (named)
            return fail(Errc::InvalidArgument, u"--server and --stand-alone exclude each other"_s);
        return std::optional<ServerChoice>();
    }
    const auto remembered = rememberedServer(QSettings(settingsFile, QSettings::IniFormat));
    if (!named && (!remembered || parser.isSet(u"cache"_s))) {
        for (const QString &only : {u"realm"_s, u"ca"_s, u"insecure"_s}) {
            if (parser.isSet(only))
                return fail(Errc::InvalidArgument, u"--%1 needs --server"_s.arg(only));
        }
        return std::optional<ServerChoice>();
    }
    ServerChoice choice;
    if (remembered && (!named || remembered->address == parser.value(u"server"_s)))
        choice = *remembered;
    if (named)
        choice.address = parser.value(u"server"_s);
    if (parser.isSet(u"realm"_s) && parser.value(u"realm"_s) != choice.realm) {
        choice.realm = parser.value(u"realm"_s);
        choice.mark.clear();
    }
    if (parser.isSet(u"ca"_s))
        choice.caFile = parser.value(u"ca"_s);
    if (parser.isSet(u"user"_s))
        choice.user = parser.value(u"user"_s);
    if (parser.isSet(u"desk"_s) || choice.desk.isEmpty())
        choice.desk = parser.value(u"desk"_s);
    choice.insecure = choice.insecure || parser.isSet(u"insecure"_s);
    return std::optional(choice);
}

} // namespace

Result<ConsoleOptions> readConsoleOptions(const QCommandLineParser &parser)
{
    ConsoleOptions options{.cache = parser.value(u"cache"_s),
                           .roads = parser.value(u"roads"_s),
                           .baseMap = parser.value(u"basemap"_s),
                           .gazetteer = parser.value(u"gazetteer"_s),
                           .cityName = parser.value(u"city"_s),
                           .identity = {parser.value(u"user"_s), parser.value(u"desk"_s)},
                           .readOnly = parser.isSet(u"read-only"_s)};
    const QString folder = QStandardPaths::writableLocation(QStandardPaths::AppDataLocation);
    options.settingsFile = folder + u"/console.ini"_s;
    options.dataFolder = folder;
    options.keepNothing = parser.isSet(u"keep-nothing"_s);
    TRY_ASSIGN(options.server, serverOf(parser, options.settingsFile));
    if (options.server && !parser.isSet(u"cache"_s))
        options.cache.clear();
    options.tileCache =
        QStandardPaths::writableLocation(QStandardPaths::CacheLocation) + u"/tiles"_s;
    if (parser.isSet(u"home"_s)) {
        const auto home = parseCoordinates(parser.value(u"home"_s));
        if (!home)
            return fail(Errc::InvalidArgument, u"--home takes LON,LAT"_s);
        options.home = home->place;
    }
    const QString language = parser.value(u"language"_s);
    if (language != "zh"_L1 && language != "en"_L1)
        return fail(Errc::InvalidArgument, u"--language takes zh or en"_s);
    options.language = language == "en"_L1 ? Language::English : Language::Chinese;
    const QString theme = parser.value(u"theme"_s);
    if (theme != "dark"_L1 && theme != "light"_L1)
        return fail(Errc::InvalidArgument, u"--theme takes dark or light"_s);
    options.theme = theme == "light"_L1 ? view::Theme::Light : view::Theme::Dark;
    if (!parser.isSet(u"cache"_s) && !QDir().mkpath(folder))
        return fail(Errc::FileUnwritable, folder);
    return options;
}

QString openingFailure(const Error &error, Language language)
{
    const bool zh = language == Language::Chinese;
    QString what;
    switch (error.code) {
    case Errc::CacheInUse:
        what = zh ? u"另一个控制台正在使用这个数据文件。可以只读方式打开。"_s
                  : u"Another console is using this file. It can be opened for reading only."_s;
        break;
    case Errc::SchemaTooNew:
        what =
            zh ? u"数据文件由更新版本的避风写成，本程序没有改动它。请升级本程序。"_s
               : u"The file was written by a newer Leeward and has not been touched. Update this program."_s;
        break;
    case Errc::FileMalformed:
        what = zh ? u"这不是避风的数据文件。请选择另一个文件。"_s
                  : u"This is not a Leeward file. Choose another one."_s;
        break;
    case Errc::Corrupt:
        what =
            zh ? u"数据文件已损坏，没有改动它。请从备份恢复，或用日志文件重建。"_s
               : u"The file is damaged and has not been touched. Restore a backup, or rebuild it from the journal."_s;
        break;
    case Errc::DiskFull:
        what = zh ? u"磁盘已满，无法打开。请腾出空间后重试。"_s
                  : u"The disk is full. Free some space and try again."_s;
        break;
    case Errc::FileUnwritable:
        what =
            zh ? u"文件或文件夹不可写。请检查权限，或以只读方式打开。"_s
               : u"The file or its folder can not be written. Check the permissions, or open it for reading only."_s;
        break;
    case Errc::FileMissing: what = zh ? u"文件夹不存在。"_s : u"The folder is not there."_s; break;
    case Errc::FileUnreadable:
        what = zh ? u"文件无法读取。"_s : u"The file can not be read."_s;
        break;
    case Errc::AlreadyExists:
        what =
            zh ? u"这个数据文件属于单机控制台，不能用于服务器。请另选文件，或不带 --cache 启动。"_s
               : u"This file is a stand-alone console's and can not be used at a server. Choose "
                 "another one, or start without --cache."_s;
        break;
    case Errc::InvalidArgument:
    case Errc::NotFound:
    case Errc::Refused:
    case Errc::Unsupported:
    case Errc::Cancelled:
    case Errc::Network:
    case Errc::Internal:
        what = zh ? u"数据文件无法打开。"_s : u"The file can not be opened."_s;
        break;
    }
    return what + u"\n\n"_s + error.detail;
}

} // namespace leeward::app
