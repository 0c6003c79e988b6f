#include "maps/view/symbolpainter.h"

#include <QGuiApplication>
#include <QImage>
#include <QPainter>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace leeward::view;

namespace {

QImage drawn(SymbolKey key, int side, Theme theme)
{
    QImage image(side, side, QImage::Format_RGB32);
    image.fill(theme == Theme::Dark ? QColor(0x22, 0x2b, 0x36) : QColor(0xe9, 0xe6, 0xdc));
    QPainter painter(&image);
    SymbolPainter::paint(painter, key, image.rect(), theme);
    painter.end();
    return image;
}

// Share of the picture, in percent, whose grey differs clearly.
double greyDifference(const QImage &a, const QImage &b)
{
    int differing = 0;
    for (int y = 0; y < a.height(); ++y) {
        for (int x = 0; x < a.width(); ++x) {
            if (std::abs(qGray(a.pixel(x, y)) - qGray(b.pixel(x, y))) > 40)
                ++differing;
        }
    }
    return 100.0 * differing / (a.width() * a.height());
}

const QList<SymbolState> teamStates{SymbolState::Available, SymbolState::EnRoute,
                                    SymbolState::OnScene,   SymbolState::Busy,
                                    SymbolState::OffDuty,   SymbolState::LostContact};
const QList<SymbolState> shelterStates{
    SymbolState::Standby, SymbolState::Opening, SymbolState::Open,   SymbolState::NearFull,
    SymbolState::Full,    SymbolState::Closed,  SymbolState::Damaged};
const QList<SymbolState> incidentStates{SymbolState::Reported, SymbolState::Active,
                                        SymbolState::Controlled, SymbolState::Ended};
const QList<SymbolState> siteStates{SymbolState::Plain, SymbolState::Usable, SymbolState::Unusable};

QList<SymbolState> statesOf(SymbolKind kind)
{
    if (isIncident(kind))
        return incidentStates;
    if (isTeam(kind))
        return teamStates;
    if (kind == SymbolKind::Shelter)
        return shelterStates;
    return siteStates;
}

} // namespace

class SymbolsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void kindsDifferInGrey_data()
    {
        QTest::addColumn<int>("side");
        QTest::addColumn<bool>("dark");
        for (const int side : {16, 24, 32, 48}) {
            QTest::addRow("%d light", side) << side << false;
            QTest::addRow("%d dark", side) << side << true;
        }
    }
    void kindsDifferInGrey()
    {
        QFETCH(const int, side);
        QFETCH(const bool, dark);
        for (int a = 0; a < symbolKindCount; ++a) {
            const auto kindA = SymbolKind(a);
            for (int b = a + 1; b < symbolKindCount; ++b) {
                const auto kindB = SymbolKind(b);
                const SymbolState stateA =
                    isTeam(kindA) ? SymbolState::Available : SymbolState::Plain;
                const SymbolState stateB =
                    isTeam(kindB) ? SymbolState::Available : SymbolState::Plain;
                const Theme theme = dark ? Theme::Dark : Theme::Light;
                const double difference =
                    greyDifference(drawn({kindA, stateA, 0, {}}, side, theme),
                                   drawn({kindB, stateB, 0, {}}, side, theme));
                QVERIFY2(difference > 4,
                         qPrintable(u"kinds %1 and %2: %3 %"_s.arg(a).arg(b).arg(difference)));
            }
        }
    }

    void statesDifferInGrey_data()
    {
        QTest::addColumn<int>("kind");
        QTest::addColumn<bool>("dark");
        for (int kind = 0; kind < symbolKindCount; ++kind) {
            QTest::addRow("kind %d light", kind) << kind << false;
            QTest::addRow("kind %d dark", kind) << kind << true;
        }
    }
    void statesDifferInGrey()
    {
        QFETCH(const int, kind);
        QFETCH(const bool, dark);
        const QList<SymbolState> states = statesOf(SymbolKind(kind));
        for (qsizetype a = 0; a < states.size(); ++a) {
            for (qsizetype b = a + 1; b < states.size(); ++b) {
                if (states[a] == SymbolState::Plain && states[b] == SymbolState::Usable)
                    continue; // the same on purpose
                const Theme theme = dark ? Theme::Dark : Theme::Light;
                const double difference =
                    greyDifference(drawn({SymbolKind(kind), states[a], 0, {}}, 24, theme),
                                   drawn({SymbolKind(kind), states[b], 0, {}}, 24, theme));
                QVERIFY2(difference > 4, qPrintable(u"states %1 and %2: %3 %"_s.arg(int(states[a]))
                                                        .arg(int(states[b]))
                                                        .arg(difference)));
            }
        }
    }

    void badgesAndLevelsAreSeen()
    {
        const SymbolKey plain{SymbolKind::IncidentFlood, SymbolState::Active, 0, {}};
        const QImage base = drawn(plain, 32, Theme::Light);
        for (const Badge badge :
             {Badge::Overdue, Badge::Pending, Badge::Rejected, Badge::Conflict}) {
            SymbolKey key = plain;
            key.badges = badge;
            QVERIFY(greyDifference(base, drawn(key, 32, Theme::Light)) > 3);
        }
        for (quint8 a = 0; a <= 4; ++a) {
            for (quint8 b = a + 1; b <= 4; ++b) {
                SymbolKey one = plain;
                one.level = a;
                SymbolKey other = plain;
                other.level = b;
                QVERIFY(drawn(one, 32, Theme::Light) != drawn(other, 32, Theme::Light));
            }
        }
    }

    void codeIsReversible()
    {
        for (int kind = 0; kind < symbolKindCount; ++kind) {
            for (int state = 0; state < symbolStateCount; ++state) {
                const SymbolKey key{SymbolKind(kind), SymbolState(state), 3,
                                    Badge::Overdue | Badge::Conflict};
                QCOMPARE(SymbolKey::fromCode(key.code()), key);
            }
        }
    }

    void iconFollowsTheSize()
    {
        const QIcon icon =
            symbolIcon({SymbolKind::Shelter, SymbolState::Open, 0, {}}, Theme::Light);
        for (const int side : {16, 24, 48, 256}) {
            const QImage image = icon.pixmap(side, side).toImage();
            QCOMPARE(image.width(), side);
            QCOMPARE(qAlpha(image.pixel(0, 0)), 0);
            QVERIFY(qAlpha(image.pixel(side / 2, side / 2)) == 255);
        }
    }

    // A sheet of every symbol for a person to look at, when LEEWARD_PICTURES names a folder.
    void sheet()
    {
        const QString folder = qEnvironmentVariable("LEEWARD_PICTURES");
        for (const Theme theme : {Theme::Light, Theme::Dark}) {
            QImage sheet(symbolKindCount * 60 + 40, 1000, QImage::Format_RGB32);
            sheet.fill(theme == Theme::Dark ? QColor(0x22, 0x2b, 0x36) : QColor(0xe9, 0xe6, 0xdc));
            QPainter painter(&sheet);
            for (int kind = 0; kind < symbolKindCount; ++kind) {
                double y = 8;
                for (const SymbolState state : statesOf(SymbolKind(kind))) {
                    SymbolPainter::paint(painter, {SymbolKind(kind), state, 0, {}},
                                         {kind * 60 + 8.0, y, 48, 48}, theme);
                    y += 54;
                }
                y = 400;
                for (const int side : {16, 20, 24, 28, 32, 40}) {
                    SymbolPainter::paint(
                        painter, {SymbolKind(kind), statesOf(SymbolKind(kind)).first(), 0, {}},
                        {kind * 60 + 8.0, y, double(side), double(side)}, theme);
                    y += side + 6;
                }
                SymbolPainter::paint(painter,
                                     {SymbolKind(kind), statesOf(SymbolKind(kind))[1],
                                      quint8(1 + kind % 4), Badge::Overdue | Badge::Pending},
                                     {kind * 60 + 8.0, y, 28, 28}, theme);
                SymbolPainter::paint(painter,
                                     {SymbolKind(kind), statesOf(SymbolKind(kind))[1],
                                      quint8(1 + kind % 4), Badge::Overdue | Badge::Conflict},
                                     {kind * 60 + 8.0, y + 40, 48, 48}, theme);
                SymbolPainter::paint(painter,
                                     {SymbolKind(kind), statesOf(SymbolKind(kind))[1],
                                      quint8(1 + kind % 4), Badge::Rejected},
                                     {kind * 60 + 8.0, y + 96, 48, 48}, theme);
                SymbolPainter::paintCluster(painter, SymbolKind(kind),
                                            statesOf(SymbolKind(kind)).last(), kind % 3 == 0,
                                            {kind * 60 + 6.0, y + 160, 48, 48}, theme);
                SymbolPainter::paintCluster(painter, SymbolKind(kind),
                                            statesOf(SymbolKind(kind)).first(), false,
                                            {kind * 60 + 6.0, y + 220, 48, 48}, theme);
            }
            painter.end();
            QVERIFY(!sheet.isNull());
            if (!folder.isEmpty()) {
                const QString name =
                    theme == Theme::Dark ? u"/symbols_dark.png"_s : u"/symbols_light.png"_s;
                QVERIFY(sheet.save(folder + name));
                QVERIFY(sheet.convertToFormat(QImage::Format_Grayscale8)
                            .save(folder + QString(name).replace(u".png"_s, u"_grey.png"_s)));
            }
        }
    }
};

QTEST_MAIN(SymbolsTest)
#include "tst_symbols.moc"
