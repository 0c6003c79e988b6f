#include "maps/view/symbolglyphs.h"

#include <QPolygonF>
#include <QtMath>
#include <QTransform>

namespace leeward::view {

namespace {

// Turns lines into shapes of an even width with round ends.
QPainterPath stroked(const QPainterPath &line, double width)
{
    QPainterPathStroker stroker;
    stroker.setWidth(width);
    stroker.setCapStyle(Qt::RoundCap);
    stroker.setJoinStyle(Qt::RoundJoin);
    QPainterPath out = stroker.createStroke(line);
    out.setFillRule(Qt::WindingFill);
    return out;
}

QPainterPath polygon(std::initializer_list<QPointF> points)
{
    QPainterPath path;
    path.setFillRule(Qt::WindingFill);
    path.addPolygon(QPolygonF(QList<QPointF>(points)));
    path.closeSubpath();
    return path;
}

QPainterPath line(std::initializer_list<QPointF> points, double width)
{
    QPainterPath path;
    path.addPolygon(QPolygonF(QList<QPointF>(points)));
    return stroked(path, width);
}

QPainterPath disc(QPointF centre, double radius)
{
    QPainterPath path;
    path.addEllipse(centre, radius, radius);
    return path;
}

QPainterPath wave(double y, double width)
{
    QPainterPath path({8, y});
    path.cubicTo(22, y - 16, 32, y - 16, 42, y);
    path.cubicTo(50, y + 12, 60, y + 12, 68, y);
    path.cubicTo(76, y - 12, 84, y - 12, 92, y - 2);
    return stroked(path, width);
}

// A roof and walls half drowned by waves.
QPainterPath flood()
{
    const QPainterPath house =
        polygon({{50, 6}, {88, 40}, {76, 40}, {76, 60}, {24, 60}, {24, 40}, {12, 40}});
    const QPainterPath door = polygon({{43, 40}, {57, 40}, {57, 60}, {43, 60}});
    return house.subtracted(door).united(wave(72, 10)).united(wave(91, 10));
}

// A typhoon's eye with two arms.
QPainterPath storm()
{
    QPainterPath arm({50, 28});
    arm.cubicTo(26, 28, 20, 46, 24, 62);
    arm.cubicTo(8, 40, 18, 8, 58, 6);
    arm.cubicTo(70, 6, 80, 8, 88, 14);
    arm.cubicTo(74, 14, 62, 18, 58, 28);
    arm.closeSubpath();
    const QTransform half = QTransform().translate(50, 50).rotate(180).translate(-50, -50);
    return disc({50, 50}, 24).united(arm).united(half.map(arm)).subtracted(disc({50, 50}, 10));
}

QPainterPath flame()
{
    QPainterPath path({52, 4});
    path.cubicTo(58, 24, 84, 36, 82, 64);
    path.cubicTo(80, 86, 66, 96, 50, 96);
    path.cubicTo(32, 96, 18, 84, 18, 64);
    path.cubicTo(18, 50, 26, 42, 32, 32);
    path.cubicTo(34, 40, 36, 44, 42, 48);
    path.cubicTo(40, 30, 42, 16, 52, 4);
    path.closeSubpath();
    QPainterPath core({52, 52});
    core.cubicTo(56, 64, 66, 66, 64, 78);
    core.cubicTo(63, 86, 57, 90, 50, 90);
    core.cubicTo(42, 90, 36, 84, 36, 76);
    core.cubicTo(36, 66, 48, 64, 52, 52);
    core.closeSubpath();
    return path.subtracted(core);
}

// A slope with rocks coming down.
QPainterPath geology()
{
    QPainterPath path = polygon({{6, 20}, {22, 12}, {94, 84}, {94, 94}, {6, 94}});
    path.addPath(disc({62, 20}, 12));
    path.addPath(disc({86, 46}, 9));
    path.addPath(disc({40, 12}, 6));
    return path;
}

// A car from the front under a burst.
QPainterPath accident()
{
    QPainterPath body = polygon({{14, 92},
                                 {14, 62},
                                 {26, 36},
                                 {74, 36},
                                 {86, 62},
                                 {86, 92},
                                 {72, 92},
                                 {72, 82},
                                 {28, 82},
                                 {28, 92}});
    body = body.subtracted(polygon({{32, 46}, {68, 46}, {74, 60}, {26, 60}}));
    body = body.subtracted(disc({28, 71}, 5)).subtracted(disc({72, 71}, 5));
    return body.united(line({{50, 8}, {50, 22}}, 9))
        .united(line({{24, 12}, {31, 24}}, 9))
        .united(line({{76, 12}, {69, 24}}, 9));
}

QPainterPath exclamation()
{
    QPainterPath path = polygon({{40, 8}, {60, 8}, {56, 64}, {44, 64}});
    path.addPath(disc({50, 82}, 10));
    return path;
}

// Helmet over crossed tools reads badly when small; a fire helmet with its crest does not.
QPainterPath fireTeam()
{
    QPainterPath dome({16, 62});
    dome.cubicTo(16, 12, 84, 12, 84, 62);
    dome.closeSubpath();
    QPainterPath path = dome.united(polygon({{42, 6}, {58, 6}, {62, 40}, {38, 40}}));
    path = path.subtracted(polygon({{50, 28}, {62, 40}, {58, 56}, {50, 60}, {42, 56}, {38, 40}}));
    return path.united(line({{8, 72}, {92, 72}}, 13)).united(line({{26, 88}, {74, 88}}, 9));
}

QPainterPath boat()
{
    QPainterPath hull({4, 52});
    hull.lineTo(96, 52);
    hull.cubicTo(92, 66, 86, 72, 80, 76);
    hull.lineTo(20, 76);
    hull.cubicTo(14, 72, 8, 66, 4, 52);
    hull.closeSubpath();
    const QPainterPath cabin = polygon({{30, 46}, {34, 26}, {62, 26}, {72, 46}});
    return hull.united(cabin).united(line({{48, 10}, {48, 26}}, 8)).united(wave(91, 9));
}

QPainterPath cross()
{
    return polygon({{37, 8},
                    {63, 8},
                    {63, 37},
                    {92, 37},
                    {92, 63},
                    {63, 63},
                    {63, 92},
                    {37, 92},
                    {37, 63},
                    {8, 63},
                    {8, 37},
                    {37, 37}});
}

// An excavator: cab, tracks, arm and bucket.
QPainterPath digger()
{
    QPainterPath path = polygon({{8, 36}, {36, 36}, {46, 66}, {8, 66}});
    path = path.subtracted(polygon({{17, 44}, {31, 44}, {35, 54}, {17, 54}}));
    path = path.united(line({{12, 82}, {50, 82}}, 18));
    path = path.united(line({{40, 58}, {62, 20}, {84, 40}}, 11));
    return path.united(polygon({{74, 42}, {94, 38}, {96, 62}, {78, 66}, {68, 56}}));
}

QPainterPath mountain()
{
    QPainterPath path = polygon({{2, 92}, {36, 22}, {52, 52}, {64, 34}, {98, 92}});
    path = path.subtracted(polygon({{36, 40}, {46, 60}, {40, 56}, {35, 64}, {30, 56}, {26, 60}}));
    return path.united(line({{36, 6}, {36, 26}}, 7)).united(polygon({{36, 2}, {58, 10}, {36, 18}}));
}

QPainterPath heart()
{
    QPainterPath path({50, 92});
    path.cubicTo(14, 64, 4, 46, 8, 30);
    path.cubicTo(12, 8, 40, 6, 50, 28);
    path.cubicTo(60, 6, 88, 8, 92, 30);
    path.cubicTo(96, 46, 86, 64, 50, 92);
    path.closeSubpath();
    return path;
}

QPainterPath star()
{
    QPolygonF points;
    for (int i = 0; i < 10; ++i) {
        const double radius = i % 2 ? 20 : 50;
        const double angle = -M_PI_2 + i * M_PI / 5;
        points << QPointF(50 + radius * qCos(angle), 53 + radius * qSin(angle));
    }
    QPainterPath path;
    path.addPolygon(points);
    path.closeSubpath();
    return path;
}

// An academic cap.
QPainterPath expert()
{
    QPainterPath path = polygon({{50, 16}, {98, 38}, {50, 60}, {2, 38}});
    path.addPath(polygon({{24, 56}, {50, 68}, {76, 56}, {76, 76}, {50, 88}, {24, 76}}));
    path.addPath(line({{90, 42}, {90, 76}}, 7));
    return path;
}

QPainterPath person(double x, double y, double size)
{
    QPainterPath shoulders({x - 0.5 * size, y + 1.25 * size});
    shoulders.cubicTo(x - 0.5 * size, y + 0.25 * size, x + 0.5 * size, y + 0.25 * size,
                      x + 0.5 * size, y + 1.25 * size);
    shoulders.closeSubpath();
    return disc({x, y}, 0.3 * size).united(shoulders);
}

QPainterPath people()
{
    QPainterPath path = person(26, 34, 36).united(person(74, 34, 36));
    QPainterPathStroker gap;
    gap.setWidth(14);
    const QPainterPath front = person(50, 34, 54);
    return path.subtracted(front.united(gap.createStroke(front))).united(front);
}

QPainterPath flag()
{
    QPainterPath path = line({{26, 10}, {26, 92}}, 10);
    QPainterPath cloth({32, 12});
    cloth.cubicTo(52, 2, 62, 28, 88, 16);
    cloth.lineTo(88, 54);
    cloth.cubicTo(62, 66, 52, 40, 32, 50);
    cloth.closeSubpath();
    return path.united(cloth);
}

// A family of two under the frame's roof.
QPainterPath sheltered()
{
    return person(34, 30, 46).united(person(72, 46, 34));
}

QPainterPath helipad()
{
    return polygon({{16, 8},
                    {34, 8},
                    {34, 40},
                    {66, 40},
                    {66, 8},
                    {84, 8},
                    {84, 92},
                    {66, 92},
                    {66, 58},
                    {34, 58},
                    {34, 92},
                    {16, 92}});
}

// Three stacked boxes.
QPainterPath boxes()
{
    const auto box = [](double x, double y) {
        QPainterPath path;
        path.addRoundedRect(x, y, 42, 38, 4, 4);
        return path.subtracted(
            polygon({{x + 15, y}, {x + 27, y}, {x + 27, y + 15}, {x + 15, y + 15}}));
    };
    return box(29, 8).united(box(4, 52)).united(box(54, 52));
}

QPainterPath camera()
{
    QPainterPath path;
    path.addRoundedRect(6, 28, 58, 46, 8, 8);
    return path.united(polygon({{70, 44}, {94, 30}, {94, 72}, {70, 58}}));
}

QPainterPath truck()
{
    QPainterPath path;
    path.addRoundedRect(4, 26, 54, 44, 4, 4);
    path = path.united(polygon({{62, 38}, {80, 38}, {96, 56}, {96, 70}, {62, 70}}));
    for (const double x : {26.0, 78.0})
        path = path.subtracted(disc({x, 72}, 15)).united(disc({x, 72}, 10));
    return path;
}

// From the side: rotor, cabin, tail.
QPainterPath helicopter()
{
    QPainterPath path;
    path.addEllipse(QRectF(10, 36, 50, 38));
    path = path.united(line({{54, 52}, {92, 46}}, 9)).united(line({{92, 32}, {92, 60}}, 8));
    path = path.united(line({{2, 22}, {68, 22}}, 8)).united(line({{35, 22}, {35, 40}}, 8));
    return path.united(line({{12, 88}, {58, 88}}, 8))
        .united(line({{24, 70}, {20, 88}}, 7))
        .united(line({{46, 70}, {50, 88}}, 7));
}

} // namespace

QPainterPath symbolGlyph(SymbolKind kind)
{
    switch (kind) {
    case SymbolKind::IncidentFlood: return flood();
    case SymbolKind::IncidentStorm: return storm();
    case SymbolKind::IncidentFire: return flame();
    case SymbolKind::IncidentGeology: return geology();
    case SymbolKind::IncidentAccident: return accident();
    case SymbolKind::IncidentOther: return exclamation();
    case SymbolKind::TeamFire: return fireTeam();
    case SymbolKind::TeamWater: return boat();
    case SymbolKind::TeamMedical: return cross();
    case SymbolKind::TeamEngineering: return digger();
    case SymbolKind::TeamMountain: return mountain();
    case SymbolKind::TeamVolunteer: return heart();
    case SymbolKind::TeamArmy: return star();
    case SymbolKind::TeamExpert: return expert();
    case SymbolKind::TeamGeneral: return people();
    case SymbolKind::Station: return flag();
    case SymbolKind::Shelter: return sheltered();
    case SymbolKind::LandingPoint: return helipad();
    case SymbolKind::Depot: return boxes();
    case SymbolKind::Camera: return camera();
    case SymbolKind::Other: return disc({50, 50}, 30);
    case SymbolKind::UnitVehicle: return truck();
    case SymbolKind::UnitBoat: return boat();
    case SymbolKind::UnitHelicopter: return helicopter();
    case SymbolKind::UnitPerson: return person(50, 26, 56);
    }
    return {};
}

} // namespace leeward::view
