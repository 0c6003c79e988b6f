#pragma once

#include "maps/tiles/basemapimport.h"

#include <QColor>
#include <QDir>
#include <QFile>
#include <QImage>
#include <QTextStream>

// A made-up stretch of coast, 120.0-120.2 E 30.0-30.2 N: land in the west, sea in the east, an
// island with a wood in the sea, a lake on the land, a town with a Chinese name and a main road
// with one.
namespace smallcoast {

using namespace Qt::StringLiterals;

struct Places
{
    leeward::LonLat land{120.02, 30.02};
    leeward::LonLat sea{120.18, 30.02};
    leeward::LonLat island{120.152, 30.152};
    leeward::LonLat lake{120.05, 30.15};
    leeward::LonLat town{120.05, 30.10};
};

class Extract
{
public:
    Extract()
    {
        m_text = u"<?xml version='1.0' encoding='UTF-8'?>\n<osm version='0.6'>\n"
                 "<bounds minlat='30.0' minlon='120.0' maxlat='30.2' maxlon='120.2'/>\n"_s;
    }
    int node(double lon, double lat, const QString &tags = {})
    {
        m_text +=
            u"<node id='%1' version='1' timestamp='2026-08-01T00:00:00Z' lon='%2' lat='%3'>%4</node>\n"_s
                .arg(++m_last)
                .arg(lon, 0, 'f', 7)
                .arg(lat, 0, 'f', 7)
                .arg(tags);
        return m_last;
    }
    void way(const QList<int> &nodes, const QString &tags)
    {
        m_ways += u"<way id='%1' version='1' timestamp='2026-08-02T00:00:00Z'>"_s.arg(++m_lastWay);
        for (const int n : nodes)
            m_ways += u"<nd ref='%1'/>"_s.arg(n);
        m_ways += tags + u"</way>\n"_s;
    }
    void line(const QList<std::pair<double, double>> &points, const QString &tags,
              bool closed = false)
    {
        QList<int> nodes;
        for (const auto &[lon, lat] : points)
            nodes << node(lon, lat);
        if (closed)
            nodes << nodes.first();
        way(nodes, tags);
    }
    static QString tag(const QString &key, const QString &value)
    {
        return u"<tag k='%1' v='%2'/>"_s.arg(key, value);
    }
    QString write(const QString &path) const
    {
        QFile file(path);
        if (file.open(QIODevice::WriteOnly))
            file.write(QString(m_text + m_ways + u"</osm>\n"_s).toUtf8());
        return path;
    }

private:
    QString m_text;
    QString m_ways;
    int m_last = 0;
    int m_lastWay = 0;
};

inline QString writeExtract(const QString &path, bool withNames = true,
                            leeward::LonLat town = {120.05, 30.10}, bool withRoadName = true)
{
    Extract e;
    const auto tag = &Extract::tag;
    const QString coast = tag(u"natural"_s, u"coastline"_s);
    // northwards in two ways that share a node: the land is on the left, in the west
    const int joint = e.node(120.11, 30.1);
    e.way({e.node(120.10, 29.98), e.node(120.10, 30.05), joint}, coast);
    e.way({joint, e.node(120.10, 30.15), e.node(120.10, 30.22)}, coast);
    // an island: counter-clockwise
    e.line({{120.14, 30.14}, {120.165, 30.14}, {120.165, 30.165}, {120.14, 30.165}}, coast, true);
    e.line({{120.148, 30.148}, {120.156, 30.148}, {120.156, 30.156}, {120.148, 30.156}},
           tag(u"landuse"_s, u"forest"_s), true);
    e.line({{120.04, 30.14}, {120.06, 30.14}, {120.06, 30.16}, {120.04, 30.16}},
           tag(u"natural"_s, u"water"_s), true);
    const QString road = tag(u"highway"_s, u"primary"_s) +
                         (withNames && withRoadName ? tag(u"name"_s, u"望潮大道"_s) : QString());
    e.line({{120.001, 30.07}, {120.05, 30.075}, {120.095, 30.07}}, road);
    e.line({{120.05, 30.01}, {120.05, 30.075}}, tag(u"highway"_s, u"residential"_s));
    if (withNames)
        e.node(town.lon, town.lat, tag(u"place"_s, u"town"_s) + tag(u"name"_s, u"避风镇"_s));
    return e.write(path);
}

inline leeward::tiles::BaseMapImport importOf(const QString &osm, const QString &out)
{
    leeward::tiles::BaseMapImport options;
    options.osmFile = osm;
    options.outFolder = out;
    options.reviewNumber = u"none: fictional"_s;
    options.attribution = u"fictional"_s;
    return options;
}

// How far two colours are apart, 0 … 255, by their worst channel.
inline int apart(QColor a, QColor b)
{
    return std::max({std::abs(a.red() - b.red()), std::abs(a.green() - b.green()),
                     std::abs(a.blue() - b.blue())});
}

// The pixel of a place on a tile's picture.
inline QColor colourAt(const QImage &image, leeward::tiles::TileAddress tile, leeward::LonLat place)
{
    const auto box = leeward::tiles::blockBox(tile, 1);
    const auto p = leeward::tiles::toMercator(place);
    return image.pixelColor(int((p.x - box.minX) / box.width() * image.width()),
                            int((box.maxY - p.y) / box.height() * image.height()));
}

} // namespace smallcoast
