#include "maps/view/symbolpainter.h"

#include "maps/view/symbolglyphs.h"

#include <QHash>
#include <QIconEngine>
#include <QPaintEngine>
#include <QPainter>
#include <QPixmap>
#include <QPixmapCache>

#include <algorithm>
#include <array>
#include <cmath>

namespace leeward::view {

using namespace Qt::StringLiterals;

namespace {

enum class Fill
{
    Solid,
    Striped,
    Half,
    Hollow,
    Dashed
};
enum class Mark
{
    None,
    Arrow,
    Dot,
    Question,
    Gauge,
    FullGauge,
    Slash,
    Cross,
    Tick,
    Bar
};
enum class Tone
{
    Own,
    Green,
    Blue,
    Orange,
    Purple,
    Grey,
    Red
};

struct Look
{
    Fill fill = Fill::Solid;
    Mark mark = Mark::None;
    Tone tone = Tone::Own;
    int gravity = 0;
};

Look lookOf(SymbolState state)
{
    switch (state) {
    case SymbolState::Plain: return {Fill::Solid, Mark::None, Tone::Own, 0};
    case SymbolState::Available: return {Fill::Solid, Mark::None, Tone::Green, 1};
    case SymbolState::EnRoute: return {Fill::Solid, Mark::Arrow, Tone::Blue, 5};
    case SymbolState::OnScene: return {Fill::Solid, Mark::Dot, Tone::Orange, 6};
    case SymbolState::Busy: return {Fill::Striped, Mark::None, Tone::Purple, 4};
    case SymbolState::OffDuty: return {Fill::Hollow, Mark::Bar, Tone::Grey, 2};
    case SymbolState::LostContact: return {Fill::Dashed, Mark::Question, Tone::Red, 12};
    case SymbolState::Standby: return {Fill::Hollow, Mark::None, Tone::Own, 1};
    case SymbolState::Opening: return {Fill::Half, Mark::None, Tone::Own, 3};
    case SymbolState::Open: return {Fill::Solid, Mark::None, Tone::Own, 4};
    case SymbolState::NearFull: return {Fill::Solid, Mark::Gauge, Tone::Orange, 9};
    case SymbolState::Full: return {Fill::Solid, Mark::FullGauge, Tone::Red, 10};
    case SymbolState::Closed: return {Fill::Hollow, Mark::Slash, Tone::Grey, 2};
    case SymbolState::Damaged: return {Fill::Striped, Mark::Cross, Tone::Red, 13};
    case SymbolState::Usable: return {Fill::Solid, Mark::None, Tone::Own, 1};
    case SymbolState::Unusable: return {Fill::Hollow, Mark::Slash, Tone::Grey, 2};
    case SymbolState::Reported: return {Fill::Dashed, Mark::None, Tone::Own, 8};
    case SymbolState::Active: return {Fill::Solid, Mark::None, Tone::Own, 11};
    case SymbolState::Controlled: return {Fill::Striped, Mark::Tick, Tone::Own, 3};
    case SymbolState::Ended: return {Fill::Hollow, Mark::None, Tone::Grey, 0};
    }
    return {};
}

QColor colour(Tone tone, Theme theme)
{
    const bool dark = theme == Theme::Dark;
    switch (tone) {
    case Tone::Own:
    case Tone::Green: return dark ? QColor(0x2f, 0xa8, 0x57) : QColor(0x17, 0x80, 0x3d);
    case Tone::Blue: return dark ? QColor(0x31, 0x80, 0xe6) : QColor(0x16, 0x5f, 0xc4);
    case Tone::Orange: return dark ? QColor(0xe2, 0x74, 0x10) : QColor(0xcf, 0x62, 0x05);
    case Tone::Purple: return dark ? QColor(0xa3, 0x77, 0xe0) : QColor(0x73, 0x3c, 0xae);
    case Tone::Grey: return dark ? QColor(0x82, 0x8e, 0x9c) : QColor(0x5b, 0x66, 0x73);
    case Tone::Red: return dark ? QColor(0xf0, 0x4d, 0x48) : QColor(0xc4, 0x1e, 0x1a);
    }
    return {};
}

QColor ownTone(SymbolKind kind, quint8 level, Theme theme)
{
    const bool dark = theme == Theme::Dark;
    if (isIncident(kind)) {
        switch (level) {
        case 2: return dark ? QColor(0xe2, 0x74, 0x10) : QColor(0xd4, 0x5f, 0x00);
        case 3: return dark ? QColor(0xc9, 0x9a, 0x10) : QColor(0xa6, 0x7a, 0x00);
        case 4: return dark ? QColor(0x31, 0x80, 0xe6) : QColor(0x16, 0x5f, 0xc4);
        default: return colour(Tone::Red, theme);
        }
    }
    if (isTeam(kind))
        return colour(Tone::Green, theme);
    if (kind == SymbolKind::Station)
        return dark ? QColor(0x5c, 0x7d, 0xb8) : QColor(0x2a, 0x45, 0x78);
    if (kind == SymbolKind::Shelter)
        return dark ? QColor(0x1f, 0xa8, 0xa0) : QColor(0x0a, 0x78, 0x74);
    if (kind == SymbolKind::LandingPoint)
        return dark ? QColor(0x3f, 0x86, 0xc6) : QColor(0x1f, 0x5c, 0x94);
    if (kind == SymbolKind::Depot)
        return dark ? QColor(0xa3, 0x70, 0x3c) : QColor(0x7d, 0x4e, 0x1e);
    if (isUnit(kind))
        return dark ? QColor(0x3d, 0x93, 0xb5) : QColor(0x0f, 0x66, 0x8a);
    return colour(Tone::Grey, theme);
}

// Frames in a box of 100 x 100.
QPainterPath frame100(SymbolKind kind)
{
    QPainterPath path;
    if (isIncident(kind)) {
        path.addRoundedRect(6, 6, 88, 88, 18, 18);
    } else if (isTeam(kind)) {
        path.addEllipse(QPointF(50, 50), 46, 46);
    } else if (kind == SymbolKind::Station) {
        path.moveTo(10, 10);
        path.lineTo(90, 10);
        path.lineTo(90, 54);
        path.cubicTo(90, 76, 70, 90, 50, 98);
        path.cubicTo(30, 90, 10, 76, 10, 54);
        path.closeSubpath();
    } else if (kind == SymbolKind::Shelter) {
        path.addPolygon(QList<QPointF>{{50, 2}, {97, 38}, {97, 95}, {3, 95}, {3, 38}});
        path.closeSubpath();
    } else if (kind == SymbolKind::LandingPoint) {
        path.addPolygon(QList<QPointF>{{26, 7}, {74, 7}, {99, 50}, {74, 93}, {26, 93}, {1, 50}});
        path.closeSubpath();
    } else if (kind == SymbolKind::Depot) {
        path.addPolygon(QList<QPointF>{{14, 14}, {86, 14}, {98, 30}, {98, 88}, {2, 88}, {2, 30}});
        path.closeSubpath();
    } else if (kind == SymbolKind::Camera) {
        path.addRoundedRect(4, 18, 92, 64, 8, 8);
    } else if (isUnit(kind)) {
        path.addRoundedRect(2, 14, 96, 72, 36, 36);
    } else {
        path.addPolygon(QList<QPointF>{{50, 4}, {96, 50}, {50, 96}, {4, 50}});
        path.closeSubpath();
    }
    return path;
}

// Where the glyph stands in the frame.
QRectF glyphBox(SymbolKind kind)
{
    if (isIncident(kind))
        return {19, 19, 62, 62};
    if (kind == SymbolKind::Station)
        return {25, 17, 52, 52};
    if (kind == SymbolKind::Shelter)
        return {23, 36, 54, 54};
    if (kind == SymbolKind::LandingPoint)
        return {27, 27, 46, 46};
    if (kind == SymbolKind::Depot)
        return {25, 26, 50, 56};
    if (kind == SymbolKind::Camera)
        return {22, 22, 56, 56};
    if (isUnit(kind))
        return {22, 21, 56, 58};
    return {21, 21, 58, 58};
}

QPainterPath placedGlyph(SymbolKind kind, const QRectF &box)
{
    QTransform place;
    place.translate(box.x(), box.y()).scale(box.width() / 100, box.height() / 100);
    // Glyphs are united from many shapes; each thread that draws makes them once.
    thread_local QHash<SymbolKind, QPainterPath> glyphs;
    auto glyph = glyphs.find(kind);
    if (glyph == glyphs.end())
        glyph = glyphs.insert(kind, symbolGlyph(kind));
    return place.map(*glyph);
}

void drawStripes(QPainter &painter, const QPainterPath &shape, const QColor &tone)
{
    painter.save();
    painter.setClipPath(shape, Qt::IntersectClip);
    QColor tint = tone;
    tint.setAlphaF(0.6F); // the glyph over it stays the strongest thing
    painter.setPen(QPen(tint, 11, Qt::SolidLine, Qt::FlatCap));
    for (int x = -110; x < 120; x += 26)
        painter.drawLine(QPointF(x, 110), QPointF(x + 120, -10));
    painter.restore();
}

void drawBody(QPainter &painter, SymbolKind kind, const Look &look, const QColor &tone, Theme theme)
{
    const QPainterPath shape = frame100(kind);
    const QPainterPath glyph = placedGlyph(kind, glyphBox(kind));
    const QColor paper = SymbolPainter::paper(theme);
    // A rim in the colour of the paper lifts the symbol off any map.
    painter.strokePath(shape, QPen(paper, 14, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
    painter.fillPath(shape, look.fill == Fill::Solid ? tone : paper);
    if (look.fill == Fill::Striped)
        drawStripes(painter, shape, tone);
    if (look.fill == Fill::Half) {
        QPainterPath lower;
        lower.addRect(0, 58, 100, 50);
        QColor tint = tone;
        tint.setAlphaF(0.5F);
        painter.fillPath(shape.intersected(lower), tint);
    }
    if (look.fill != Fill::Solid) {
        QPen pen(tone, 18, Qt::SolidLine, Qt::FlatCap, Qt::MiterJoin); // the outer half is clipped
        painter.save();
        painter.setClipPath(shape);
        if (look.fill == Fill::Dashed)
            pen.setDashPattern({0.85, 0.55});
        painter.strokePath(shape, pen);
        painter.restore();
    }
    if (look.fill == Fill::Striped)
        painter.strokePath(glyph, QPen(paper, 13, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
    painter.fillPath(glyph, look.fill == Fill::Solid ? QColor(Qt::white) : tone);
    if (look.mark == Mark::Slash) {
        painter.setPen(QPen(paper, 18, Qt::SolidLine, Qt::FlatCap));
        painter.drawLine(QPointF(14, 86), QPointF(86, 14));
        painter.setPen(QPen(tone, 9, Qt::SolidLine, Qt::RoundCap));
        painter.drawLine(QPointF(12, 88), QPointF(88, 12));
    }
}

// A small disc on a corner; the sign in it is drawn by `sign` in a box of 100 x 100.
template <typename Sign>
void drawDisc(QPainter &painter, QPointF centre, double radius, const QColor &fill,
              const QColor &rim, Sign sign)
{
    painter.save();
    painter.setPen(QPen(rim, 6));
    painter.setBrush(fill);
    painter.drawEllipse(centre, radius, radius);
    painter.translate(centre.x() - radius, centre.y() - radius);
    painter.scale(radius / 50, radius / 50);
    sign();
    painter.restore();
}

void drawLines(QPainter &painter, const QColor &pen, double width,
               std::initializer_list<std::initializer_list<QPointF>> lines)
{
    painter.setPen(QPen(pen, width, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
    painter.setBrush(Qt::NoBrush);
    for (const auto &points : lines)
        painter.drawPolyline(QPolygonF(QList<QPointF>(points)));
}

void drawQuestion(QPainter &painter, const QColor &pen)
{
    QPainterPath path({32, 38});
    path.cubicTo(32, 14, 70, 14, 68, 38);
    path.cubicTo(66, 52, 50, 48, 50, 64);
    painter.strokePath(path, QPen(pen, 13, Qt::SolidLine, Qt::RoundCap));
    painter.setPen(Qt::NoPen);
    painter.setBrush(pen);
    painter.drawEllipse(QPointF(50, 82), 8, 8);
}

void drawMark(QPainter &painter, const Look &look, const QColor &tone, Theme theme)
{
    const QColor paper = SymbolPainter::paper(theme);
    const QPointF corner(82, 82);
    switch (look.mark) {
    case Mark::None:
    case Mark::Slash: return;
    case Mark::Arrow:
        drawDisc(painter, corner, 22, paper, tone, [&] {
            drawLines(painter, tone, 15,
                      {{{26, 24}, {48, 50}, {26, 76}}, {{54, 24}, {76, 50}, {54, 76}}});
        });
        return;
    case Mark::Dot:
        drawDisc(painter, corner, 24, SymbolPainter::ink(theme), paper, [&] {
            painter.setPen(Qt::NoPen);
            painter.setBrush(paper);
            painter.drawEllipse(QPointF(50, 50), 20, 20);
        });
        return;
    case Mark::Question:
        drawDisc(painter, corner, 24, tone, paper, [&] { drawQuestion(painter, Qt::white); });
        return;
    case Mark::Tick:
        drawDisc(painter, corner, 23, tone, paper,
                 [&] { drawLines(painter, Qt::white, 15, {{{26, 54}, {44, 72}, {76, 32}}}); });
        return;
    case Mark::Bar:
        drawDisc(painter, corner, 22, tone, paper,
                 [&] { drawLines(painter, Qt::white, 17, {{{28, 50}, {72, 50}}}); });
        return;
    case Mark::Cross:
        drawDisc(painter, corner, 23, tone, paper, [&] {
            drawLines(painter, Qt::white, 16, {{{30, 30}, {70, 70}}, {{70, 30}, {30, 70}}});
        });
        return;
    case Mark::Gauge:
    case Mark::FullGauge: {
        // A column with its level: three quarters, or to the brim.
        const QColor ink = SymbolPainter::ink(theme);
        const QRectF column(72, 36, 26, 60);
        painter.setPen(QPen(paper, 14, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
        painter.setBrush(paper);
        painter.drawRect(column);
        painter.setPen(QPen(ink, 6, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
        painter.drawRect(column);
        painter.fillRect(look.mark == Mark::FullGauge ? column : column.adjusted(0, 26, 0, 0), ink);
        return;
    }
    }
}

void drawLevel(QPainter &painter, quint8 level, const QColor &tone, Theme theme)
{
    if (level < 1 || level > 4)
        return;
    // Roman numerals as lines, so that no font decides how they look.
    static const std::array<std::initializer_list<std::initializer_list<QPointF>>, 4> numerals{{
        {{{50, 16}, {50, 84}}},
        {{{34, 16}, {34, 84}}, {{66, 16}, {66, 84}}},
        {{{22, 16}, {22, 84}}, {{50, 16}, {50, 84}}, {{78, 16}, {78, 84}}},
        {{{14, 16}, {14, 84}}, {{38, 16}, {62, 84}, {86, 16}}},
    }};
    drawDisc(painter, {18, 82}, 22, SymbolPainter::paper(theme), tone, [&] {
        painter.translate(50, 50);
        painter.scale(0.66, 0.66);
        painter.translate(-50, -50);
        drawLines(painter, SymbolPainter::ink(theme), 15, numerals[size_t(level - 1)]);
    });
}

void drawClock(QPainter &painter, QPointF centre, double radius, Theme theme)
{
    drawDisc(painter, centre, radius, colour(Tone::Red, theme), SymbolPainter::paper(theme),
             [&] { drawLines(painter, Qt::white, 14, {{{50, 20}, {50, 52}, {74, 64}}}); });
}

void drawBadges(QPainter &painter, Badges badges, Theme theme)
{
    const QColor paper = SymbolPainter::paper(theme);
    const QColor ink = SymbolPainter::ink(theme);
    if (badges.testFlag(Badge::Overdue))
        drawClock(painter, {82, 18}, 23, theme);
    const QPointF corner(18, 18);
    if (badges.testFlag(Badge::Conflict)) {
        drawDisc(painter, corner, 23, colour(Tone::Orange, theme), paper, [&] {
            drawLines(painter, Qt::white, 13,
                      {{{24, 36}, {66, 36}, {54, 22}}, {{76, 64}, {34, 64}, {46, 78}}});
        });
    } else if (badges.testFlag(Badge::Rejected)) {
        drawDisc(painter, corner, 23, colour(Tone::Red, theme), paper, [&] {
            drawLines(painter, Qt::white, 15, {{{32, 32}, {68, 68}}, {{68, 32}, {32, 68}}});
        });
    } else if (badges.testFlag(Badge::Pending)) {
        drawDisc(painter, corner, 22, paper, ink, [&] {
            drawLines(painter, ink, 13, {{{50, 78}, {50, 26}}, {{28, 46}, {50, 24}, {72, 46}}});
        });
    }
}

// Maps the box of 100 x 100 with a margin for corner marks into the square centred in target.
void enterBox(QPainter &painter, const QRectF &target)
{
    const double side = std::min(target.width(), target.height());
    painter.translate(target.center().x() - side / 2, target.center().y() - side / 2);
    painter.scale(side / 114, side / 114);
    painter.translate(7, 7);
}

class SymbolIconEngine : public QIconEngine
{
public:
    SymbolIconEngine(SymbolKey key, Theme theme)
        : m_key(key)
        , m_theme(theme)
    {
    }

    void paint(QPainter *painter, const QRect &rect, QIcon::Mode mode, QIcon::State) override
    {
        painter->save();
        if (mode == QIcon::Disabled)
            painter->setOpacity(painter->opacity() * 0.45);
        const bool onScreen = painter->paintEngine()->type() == QPaintEngine::Raster &&
                              painter->transform().type() <= QTransform::TxTranslate;
        if (onScreen && rect.width() == rect.height())
            painter->drawPixmap(
                rect.topLeft(),
                symbolPixmap(m_key, rect.width(), painter->device()->devicePixelRatio(), m_theme));
        else // paper and odd sizes stay vectors
            SymbolPainter::paint(*painter, m_key, rect, m_theme);
        painter->restore();
    }

    QPixmap pixmap(const QSize &size, QIcon::Mode mode, QIcon::State state) override
    {
        QPixmap pixmap(size);
        pixmap.fill(Qt::transparent);
        QPainter painter(&pixmap);
        paint(&painter, QRect(QPoint(), size), mode, state);
        return pixmap;
    }

    QIconEngine *clone() const override { return new SymbolIconEngine(m_key, m_theme); }

private:
    SymbolKey m_key;
    Theme m_theme;
};

} // namespace

int gravity(SymbolState state)
{
    return lookOf(state).gravity;
}

namespace SymbolPainter {

QColor paper(Theme theme)
{
    return theme == Theme::Dark ? QColor(0x10, 0x18, 0x22) : QColor(Qt::white);
}
QColor ink(Theme theme)
{
    return theme == Theme::Dark ? QColor(0xe8, 0xee, 0xf4) : QColor(0x16, 0x20, 0x2b);
}

QColor tone(SymbolKind kind, SymbolState state, quint8 level, Theme theme)
{
    const Look look = lookOf(state);
    return look.tone == Tone::Own ? ownTone(kind, level, theme) : colour(look.tone, theme);
}

QPainterPath frame(SymbolKind kind)
{
    return QTransform::fromScale(0.01, 0.01).map(frame100(kind));
}

void paint(QPainter &painter, SymbolKey key, const QRectF &target, Theme theme)
{
    const Look look = lookOf(key.state);
    const QColor colour = tone(key.kind, key.state, key.level, theme);
    const double pixels =
        std::min(target.width(), target.height()) * painter.combinedTransform().m22();
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    enterBox(painter, target);
    drawBody(painter, key.kind, look, colour, theme);
    if (pixels >= 20) {
        drawMark(painter, look, colour, theme);
        drawLevel(painter, key.level, colour, theme);
    }
    drawBadges(painter, key.badges, theme);
    painter.restore();
}

void paintCluster(QPainter &painter, SymbolKind dominant, SymbolState worst, bool overdue,
                  const QRectF &target, Theme theme)
{
    const QColor rim = tone(dominant, worst, 0, theme);
    const Look look = lookOf(worst);
    const bool square = isIncident(dominant);
    const auto outline = [&](double inset) {
        QPainterPath path;
        const QRectF box = QRectF(2, 2, 96, 96).adjusted(inset, inset, -inset, -inset);
        if (square)
            path.addRoundedRect(box, 20, 20);
        else
            path.addEllipse(box);
        return path;
    };
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    enterBox(painter, target);
    painter.strokePath(outline(0), QPen(paper(theme), 10));
    painter.fillPath(outline(0), paper(theme));
    QPen pen(rim, 10);
    if (look.fill == Fill::Dashed)
        pen.setDashPattern({1.4, 0.7});
    painter.strokePath(outline(3), pen);
    if (look.gravity >= 9)
        painter.strokePath(outline(13), QPen(rim, 3.5));
    painter.fillPath(placedGlyph(dominant, {33, 14, 34, 34}), ink(theme));
    if (overdue)
        drawClock(painter, {86, 14}, 17, theme);
    painter.restore();
}

} // namespace SymbolPainter

QPixmap symbolPixmap(SymbolKey key, int side, double devicePixelRatio, Theme theme)
{
    const QString name =
        u"symbol/%1/%2/%3/%4"_s.arg(key.code()).arg(side).arg(devicePixelRatio).arg(int(theme));
    QPixmap pixmap;
    if (QPixmapCache::find(name, &pixmap))
        return pixmap;
    const int pixels = std::max(1, int(std::ceil(side * devicePixelRatio)));
    pixmap = QPixmap(pixels, pixels);
    pixmap.setDevicePixelRatio(devicePixelRatio);
    pixmap.fill(Qt::transparent);
    QPainter painter(&pixmap);
    SymbolPainter::paint(painter, key, QRectF(0, 0, side, side), theme);
    painter.end();
    QPixmapCache::insert(name, pixmap);
    return pixmap;
}

QIcon symbolIcon(SymbolKey key, Theme theme)
{
    return QIcon(new SymbolIconEngine(key, theme));
}

} // namespace leeward::view
