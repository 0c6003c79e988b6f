#include "maps/tiles/mapstyle.h"

#include <QCryptographicHash>
#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#include <cmath>
#include <utility>

using namespace Qt::StringLiterals;

namespace leeward::tiles {

namespace {

Result<QByteArray> builtIn(const QString &name)
{
    QFile file(u":/leeward/basemap/"_s + name);
    if (!file.open(QIODevice::ReadOnly))
        return fail(Errc::Internal, u"built-in map style: no "_s + name);
    return file.readAll();
}

Result<QJsonObject> parse(const QByteArray &text, const QString &name)
{
    QJsonParseError error;
    const QJsonDocument document = QJsonDocument::fromJson(text, &error);
    if (!document.isObject())
        return fail(Errc::Internal,
                    u"built-in map style: "_s + name + u": "_s + error.errorString());
    return document.object();
}

// The words of `<!--command rest-->`, or nothing when the line is no such command.
QStringList commandOf(const QString &line)
{
    const QString trimmed = line.trimmed();
    if (!trimmed.startsWith(u"<!--"_s) || !trimmed.endsWith(u"-->"_s))
        return {};
    return trimmed.sliced(4, trimmed.size() - 7).split(u' ');
}

QString layerXml(const QString &folder, QStringList words)
{
    // layer TABLE STYLE[,STYLE] BUFFER SQL…
    words.removeFirst();
    const QString table = words.takeFirst();
    const QStringList styles = words.takeFirst().split(u',');
    const QString buffer = words.takeFirst();
    const QString sql = words.join(u' ');
    QString xml = u"<Layer name=\"%1\" srs=\"epsg:3857\" buffer-size=\"%2\"%3>"_s.arg(
        styles.first(), buffer, styles.size() > 1 ? u" cache-features=\"true\""_s : QString());
    for (const QString &style : styles)
        xml += u"<StyleName>"_s + style + u"</StyleName>"_s;
    const auto parameter = [](const QString &name, const QString &value) {
        return QString(u"<Parameter name=\""_s + name + u"\">"_s + value.toHtmlEscaped() +
                       u"</Parameter>"_s);
    };
    xml += u"<Datasource>"_s + parameter(u"type"_s, u"sqlite"_s) +
           parameter(u"file"_s, QDir(folder).absoluteFilePath(u"layers.sqlite"_s)) +
           parameter(u"table"_s, u"("_s + sql + u") AS t"_s) +
           parameter(u"geometry_table"_s, table) + parameter(u"geometry_field"_s, u"geom"_s) +
           parameter(u"key_field"_s, u"id"_s) +
           parameter(u"index_table"_s, u"idx_"_s + table + u"_geom"_s) +
           parameter(u"wkb_format"_s, u"generic"_s) +
           parameter(u"extent"_s, u"-20037508.34,-20037508.34,20037508.34,20037508.34"_s) +
           u"</Datasource></Layer>\n"_s;
    return xml;
}

QString rasterXml(const QString &folder, const QStringList &words)
{
    return u"<Layer name=\"%1\" srs=\"epsg:3857\" "
           u"buffer-size=\"8\"><StyleName>%1</StyleName><Datasource>"
           "<Parameter name=\"type\">gdal</Parameter><Parameter name=\"band\">1</Parameter>"
           "<Parameter name=\"file\">%2</Parameter></Datasource></Layer>\n"_s.arg(
               words.at(2), QDir(folder).absoluteFilePath(words.at(1)).toHtmlEscaped());
}

} // namespace

QString themeName(Theme theme)
{
    switch (theme) {
    case Theme::Street: return u"street"_s;
    case Theme::Night: return u"night"_s;
    case Theme::Terrain: return u"terrain"_s;
    }
    return {};
}

Result<MapStyle> MapStyle::load(Theme theme)
{
    MapStyle style;
    QCryptographicHash hash(QCryptographicHash::Sha256);
    const QString file = theme == Theme::Street ? u"day.json"_s : themeName(theme) + u".json"_s;
    QStringList palettes{file};
    if (theme != Theme::Street)
        palettes.prepend(u"day.json"_s); // a theme says only what it changes
    for (const QString &name : palettes) {
        TRY_ASSIGN(const QByteArray text, builtIn(name));
        TRY_ASSIGN(const QJsonObject words, parse(text, name));
        hash.addData(text);
        for (auto it = words.begin(); it != words.end(); ++it)
            style.m_words[it.key()] =
                it->isBool() ? (it->toBool() ? u"yes"_s : QString()) : it->toString();
    }
    TRY_ASSIGN(const QByteArray text, builtIn(u"sizes.json"_s));
    TRY_ASSIGN(const QJsonObject sizes, parse(text, u"sizes.json"_s));
    hash.addData(text);
    for (auto it = sizes.begin(); it != sizes.end(); ++it)
        for (const QJsonValue &value : it->toArray())
            style.m_lists[it.key()] << value.toString();
    const QJsonObject curves = sizes["sizes"_L1].toObject();
    for (auto it = curves.begin(); it != curves.end(); ++it) {
        const QJsonObject stops = it->toObject();
        for (auto stop = stops.begin(); stop != stops.end(); ++stop)
            style.m_curves[it.key().toStdString()][stop.key().toInt()] = stop->toDouble();
    }
    TRY_ASSIGN(const QByteArray xml, builtIn(u"map.xml"_s));
    hash.addData(xml);
    style.m_template = QString::fromUtf8(xml);
    style.m_version = QString::fromLatin1(hash.result().toHex().first(10));
    return style;
}

Result<QByteArray> MapStyle::xml(const QString &folder, bool hasRelief) const
{
    const std::map<QString, bool> switches{
        {u"relief"_s, hasRelief},
        {u"contours"_s, hasRelief && !m_words.at(u"contours"_s).isEmpty()}};
    QString out;
    QStringList repeat; // the items of the "each" that is open
    QStringList block;  // its lines
    bool inEach = false;
    bool skipping = false;
    for (const QString &line : m_template.split(u'\n')) {
        const QStringList words = commandOf(line);
        const QString command = words.value(0);
        if (command == "each"_L1) {
            repeat = m_lists.contains(words.value(1)) ? m_lists.at(words.value(1)) : QStringList();
            inEach = true;
        } else if (command == "if"_L1) {
            skipping = !switches.at(words.value(1));
        } else if (command == "end"_L1) {
            for (const QString &item : repeat)
                for (QString one : block)
                    out += one.replace(u"$item"_s, item) + u'\n';
            repeat.clear();
            block.clear();
            inEach = skipping = false;
        } else if (skipping) {
            continue;
        } else if (inEach) {
            block << line;
        } else if (command == "layer"_L1) {
            out += layerXml(folder, words);
        } else if (command == "raster"_L1) {
            out += rasterXml(folder, words);
        } else {
            out += line + u'\n';
        }
    }
    for (const auto &[word, value] : m_words)
        out.replace(u"${"_s + word + u'}', value);
    out.remove(0, out.indexOf(u"<Map"_s));
    if (const qsizetype open = out.indexOf(u"${"_s); open >= 0)
        return fail(Errc::Internal, u"built-in map style: unknown word "_s + out.mid(open, 24));
    return out.toUtf8();
}

std::map<std::string, double> MapStyle::sizesAt(int zoom) const
{
    std::map<std::string, double> sizes{{"zoom", zoom}};
    for (const auto &[name, curve] : m_curves) {
        double value = 0;
        const auto above = curve.lower_bound(zoom);
        if (above == curve.end()) {
            value = curve.rbegin()->second;
        } else if (above->first == zoom) {
            value = above->second;
        } else if (above != curve.begin()) {
            const auto below = std::prev(above);
            const double part = double(zoom - below->first) / (above->first - below->first);
            value = below->second * std::pow(above->second / below->second, part);
        }
        sizes[name] = value;
    }
    return sizes;
}

} // namespace leeward::tiles
