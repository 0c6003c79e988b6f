#include "maps/view/sprites.h"

#include "maps/view/symbolpainter.h"

#include <QFontMetricsF>
#include <QGuiApplication>
#include <QPainter>
#include <QPainterPath>

#include <cmath>

namespace leeward::view {

namespace {

enum Family : quint64
{
    SymbolFamily = 1,
    ClusterFamily,
    DigitFamily,
    RingFamily
};

quint64 keyOf(Family family, quint64 rest)
{
    return (quint64(family) << 56) | rest;
}

QColor halo(Theme theme)
{
    QColor colour = SymbolPainter::paper(theme);
    colour.setAlphaF(0.9F);
    return colour;
}

} // namespace

Sprites::Sprites()
    : m_font(QGuiApplication::font())
{
}

bool Sprites::setLook(Theme theme, qreal devicePixelRatio, double scale)
{
    if (theme == m_theme && devicePixelRatio == m_ratio && scale == m_scale)
        return false;
    m_theme = theme;
    m_ratio = devicePixelRatio;
    m_scale = scale;
    const bool fine = devicePixelRatio * scale > 1.4;
    m_symbols = SpriteAtlas(fine ? 2048 : 1024);
    m_labels = SpriteAtlas(fine ? 1024 : 512);
    m_labelKeys.clear();
    // First of all, so that they are on the first page.
    for (const Ring kind : {Ring::Selected, Ring::Hovered, Ring::Flash})
        (void) ring(kind);
    return true;
}

QImage Sprites::canvas(double width, double height) const
{
    QImage image(int(std::ceil(width * m_ratio)), int(std::ceil(height * m_ratio)),
                 QImage::Format_RGBA8888_Premultiplied);
    image.setDevicePixelRatio(m_ratio);
    image.fill(Qt::transparent);
    return image;
}

double Sprites::symbolSide(SymbolKind kind) const
{
    return (isIncident(kind) ? 36 : isTeam(kind) ? 30 : 28) * m_scale;
}

SpriteAtlas::Sprite Sprites::symbol(SymbolKey key)
{
    const quint64 name = keyOf(SymbolFamily, key.code());
    if (const auto known = m_symbols.find(name))
        return *known;
    const double side = symbolSide(key.kind);
    QImage image = canvas(side, side);
    QPainter painter(&image);
    SymbolPainter::paint(painter, key, {0, 0, side, side}, m_theme);
    painter.end();
    return m_symbols.add(name, image);
}

SpriteAtlas::Sprite Sprites::cluster(SymbolKind dominant, SymbolState worst, bool overdue)
{
    const quint64 name =
        keyOf(ClusterFamily, (quint64(dominant) << 16) | (quint64(worst) << 1) | overdue);
    if (const auto known = m_symbols.find(name))
        return *known;
    QImage image = canvas(clusterSide(), clusterSide());
    QPainter painter(&image);
    SymbolPainter::paintCluster(painter, dominant, worst, overdue,
                                {0, 0, clusterSide(), clusterSide()}, m_theme);
    painter.end();
    return m_symbols.add(name, image);
}

SpriteAtlas::Sprite Sprites::digit(QChar c)
{
    const quint64 name = keyOf(DigitFamily, c.unicode());
    if (const auto known = m_symbols.find(name))
        return *known;
    QFont font = m_font;
    font.setBold(true);
    font.setPixelSize(qRound(13 * m_scale));
    const QFontMetricsF metrics(font);
    QImage image = canvas(metrics.horizontalAdvance(c), metrics.height());
    QPainter painter(&image);
    painter.setFont(font);
    painter.setPen(SymbolPainter::ink(m_theme));
    painter.drawText(QPointF(0, metrics.ascent()), QString(c));
    painter.end();
    return m_symbols.add(name, image);
}

SpriteAtlas::Sprite Sprites::ring(Ring kind)
{
    const quint64 name = keyOf(RingFamily, quint64(kind));
    if (const auto known = m_symbols.find(name))
        return *known;
    const double side = ringSide();
    QImage image = canvas(side, side);
    QPainter painter(&image);
    painter.setRenderHint(QPainter::Antialiasing);
    const QPointF centre(side / 2, side / 2);
    const bool dark = m_theme == Theme::Dark;
    if (kind == Ring::Selected) {
        // Ink and paper together are seen on any map.
        painter.setPen(QPen(SymbolPainter::paper(m_theme), 7 * m_scale));
        painter.drawEllipse(centre, side / 2 - 6 * m_scale, side / 2 - 6 * m_scale);
        painter.setPen(
            QPen(dark ? QColor(0xff, 0xd8, 0x3d) : QColor(0xe0, 0x00, 0x7a), 4 * m_scale));
        painter.drawEllipse(centre, side / 2 - 6 * m_scale, side / 2 - 6 * m_scale);
    } else if (kind == Ring::Hovered) {
        QColor glow = SymbolPainter::ink(m_theme);
        glow.setAlphaF(0.75F);
        painter.setPen(QPen(glow, 3 * m_scale));
        painter.drawEllipse(centre, side / 2 - 8 * m_scale, side / 2 - 8 * m_scale);
    } else {
        painter.setPen(
            QPen(dark ? QColor(0xff, 0x5a, 0x4f) : QColor(0xd0, 0x16, 0x10), 5 * m_scale));
        painter.drawEllipse(centre, side / 2 - 4 * m_scale, side / 2 - 4 * m_scale);
    }
    painter.end();
    return m_symbols.add(name, image);
}

std::optional<SpriteAtlas::Sprite> Sprites::label(const QString &text, int &fresh)
{
    const auto known = m_labelKeys.constFind(text);
    if (known != m_labelKeys.cend())
        return m_labels.find(*known);
    if (fresh <= 0)
        return std::nullopt;
    --fresh;
    QFont font = m_font;
    font.setPixelSize(qRound(12 * m_scale));
    font.setWeight(QFont::Medium);
    const QFontMetricsF metrics(font);
    const QString shown = metrics.elidedText(text, Qt::ElideRight, 170 * m_scale);
    const double rim = 2.5 * m_scale;
    QImage image =
        canvas(metrics.horizontalAdvance(shown) + 2 * rim + 1, metrics.height() + 2 * rim);
    QPainterPath outline;
    outline.addText(QPointF(rim, rim + metrics.ascent()), font, shown);
    QPainter painter(&image);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.strokePath(outline,
                       QPen(halo(m_theme), 2 * rim, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
    painter.setFont(font);
    painter.setPen(SymbolPainter::ink(m_theme));
    painter.drawText(QPointF(rim, rim + metrics.ascent()), shown);
    painter.end();
    const quint64 key = quint64(m_labelKeys.size()) + 1;
    m_labelKeys.insert(text, key);
    return m_labels.add(key, image);
}

bool Sprites::trimLabels()
{
    if (m_labels.pageCount() <= 8)
        return false;
    m_labels.clear();
    m_labelKeys.clear();
    return true;
}

} // namespace leeward::view
