#include "models/domain/coordinates.h"
#include "models/domain/grid.h"

#include <QRandomGenerator>
#include <QTest>

#include <cmath>

using namespace leeward;
using namespace Qt::StringLiterals;

namespace {

constexpr LonLat qingdao = {120.38, 36.07};

double metresBetween(LonLat a, LonLat b)
{
    return distance(a, b).value;
}

} // namespace

class TestCoordinates : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void reads_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<double>("lon");
        QTest::addColumn<double>("lat");
        QTest::addColumn<Notation>("notation");
        const auto row = [](const char *name, QString text, Notation notation,
                            LonLat place = qingdao) {
            QTest::newRow(name) << text << place.lon << place.lat << notation;
        };
        using enum Notation;
        row("lon, lat", u"120.38, 36.07"_s, Decimal);
        row("lat,lon", u"36.07,120.38"_s, Decimal);
        row("blank", u"120.38 36.07"_s, Decimal);
        row("tab", u"120.38\t36.07"_s, Decimal);
        row("semicolon", u"36.07; 120.38"_s, Decimal);
        row("slash", u"36.07/120.38"_s, Decimal);
        row("line end", u"36.07\n120.38\n"_s, Decimal);
        row("brackets", u"(120.38, 36.07)"_s, Decimal);
        row("square brackets", u"[120.38,36.07]"_s, Decimal);
        row("full width", u"１２０．３８，３６．０７"_s, Decimal);
        row("chinese comma", u"北纬36.07，东经120.38"_s, Decimal);
        row("chinese full stop", u"东经120.38、北纬36.07。"_s, Decimal);
        row("letters in front", u"E120.38 N36.07"_s, Decimal);
        row("letters in front, joined", u"N36.07E120.38"_s, Decimal);
        row("letters behind", u"36.07N 120.38E"_s, Decimal);
        row("letters behind, small", u"36.07 n, 120.38 e"_s, Decimal);
        row("degree signs", u"36.07° 120.38°"_s, Decimal);
        row("degree signs and letters", u"36.07°N, 120.38°E"_s, Decimal);
        row("words", u"经度：120.38 纬度：36.07"_s, Decimal);
        row("words with comma", u"纬度 36.07，经度 120.38"_s, Decimal);
        row("english words", u"lat=36.07, lon=120.38"_s, Decimal);
        row("long english words", u"Longitude: 120.38 Latitude: 36.07"_s, Decimal);
        row("label", u"坐标：120.38,36.07"_s, Decimal);
        row("minus", u"-70.25, -33.5"_s, Decimal, {-70.25, -33.5});
        row("typographic minus", u"−70.25, −33.5"_s, Decimal, {-70.25, -33.5});
        row("south west", u"33.5S 70.25W"_s, Decimal, {-70.25, -33.5});
        row("western Chinese", u"西经70.25 南纬33.5"_s, Decimal, {-70.25, -33.5});
        row("DMS", u"36°04'12\"N 120°22'48\"E"_s, DegreesMinutesSeconds);
        row("DMS lon first", u"120°22'48\"E, 36°04'12\"N"_s, DegreesMinutesSeconds);
        row("DMS primes", u"N36°04′12″ E120°22′48″"_s, DegreesMinutesSeconds);
        row("DMS quotes", u"36°04’12”N，120°22’48”E"_s, DegreesMinutesSeconds);
        row("DMS two apostrophes", u"36°04'12''N 120°22'48''E"_s, DegreesMinutesSeconds);
        row("DMS without letters", u"36°04'12\" 120°22'48\""_s, DegreesMinutesSeconds);
        row("DMS blanks", u"36 04 12 N 120 22 48 E"_s, DegreesMinutesSeconds);
        row("DMS six numbers", u"120 22 48 36 4 12"_s, DegreesMinutesSeconds);
        row("DMS Chinese", u"东经120度22分48秒 北纬36度4分12秒"_s, DegreesMinutesSeconds);
        row("DMS Chinese joined", u"东经120度22分48秒北纬36度4分12秒"_s, DegreesMinutesSeconds);
        row("DMS Chinese full width", u"东经１２０度２２分４８秒，北纬３６度４分１２秒"_s,
            DegreesMinutesSeconds);
        row("DM", u"36°4.2'N 120°22.8'E"_s, DegreesMinutes);
        row("DM Chinese", u"北纬36度4.2分 东经120度22.8分"_s, DegreesMinutes);
        row("DM blanks", u"N36 4.2 E120 22.8"_s, DegreesMinutes);
        row("geo URI", u"geo:36.07,120.38"_s, GeoUri);
        row("geo URI with height", u"geo:36.07,120.38,12;u=35"_s, GeoUri);
        row("geo URI of a map", u"geo:36.07,120.38?z=15"_s, GeoUri);
        // Checked with PROJ: EPSG:4326 → EPSG:32651, 32719; EPSG:4490 → EPSG:4528, 4529.
        row("UTM", u"51S 264049.05 3994890.09"_s, Utm);
        row("UTM comma", u"51S 264049.05, 3994890.09"_s, Utm);
        row("UTM units", u"UTM 51S 264049.05mE 3994890.09mN"_s, Utm);
        row("UTM south", u"19H 383889.65 6292581.65"_s, Utm, {-70.25, -33.5});
        row("UTM S for south", u"19S 383889.65 6292581.65"_s, Utm, {-70.25, -33.5});
        row("GK X Y", u"X=3993376.68 Y=40534231.97"_s, GaussKrueger);
        row("GK bare", u"40534231.97, 3993376.68"_s, GaussKrueger);
        row("GK next zone", u"3264793.45 41451516.54"_s, GaussKrueger, {122.5, 29.5});
        row("MGRS", u"18SUJ2348306479"_s, Mgrs, {-77.0352402, 38.8894686});
        row("MGRS blanks", u"18S UJ 23483 06479"_s, Mgrs, {-77.0352402, 38.8894686});
    }
    void reads()
    {
        QFETCH(const QString, text);
        QFETCH(const double, lon);
        QFETCH(const double, lat);
        QFETCH(const Notation, notation);
        const auto parsed = parseCoordinates(text);
        QVERIFY(parsed);
        QCOMPARE(parsed->notation, notation);
        QVERIFY(!parsed->orderAssumed || lon < 90);
        const double off = metresBetween(parsed->place, {lon, lat});
        QVERIFY2(off < (notation == Notation::Mgrs ? 1.5 : 0.05), qPrintable(QString::number(off)));
    }

    void refuses_data()
    {
        QTest::addColumn<QString>("text");
        const QStringList texts = {u""_s,
                                   u" "_s,
                                   u"120.38"_s,
                                   u"abc"_s,
                                   u"120.38, 36.07, 5"_s,
                                   u"200, 100"_s,
                                   u"95, 95"_s,
                                   u"N36.07 N120.38"_s,
                                   u"E36.07 E20"_s,
                                   u"36°61'00\"N 120°22'48\"E"_s,
                                   u"36.5°30'N 120°E"_s,
                                   u"-36.07S 120.38E"_s,
                                   u"36'12\" 120'48\""_s,
                                   u"13800000000"_s,
                                   u"0532-85912345"_s,
                                   u"dispatch 7 3,5"_s,
                                   u"geo:"_s,
                                   u"geo:136,36"_s,
                                   u"61S 264000 3994000"_s,
                                   u"51S 264000 99999999"_s,
                                   u"51SZZ1234512345"_s,
                                   u"51STV123"_s,
                                   u"东经 北纬"_s,
                                   u",;,"_s,
                                   u"nan, nan"_s,
                                   u"inf 1"_s,
                                   u"1e2, 3"_s,
                                   u"青岛市市南区香港中路11号"_s,
                                   u"9"_s.repeated(300),
                                   u"1 "_s.repeated(90)};
        for (const QString &text : texts)
            QTest::newRow(text.left(40).toUtf8().constData()) << text;
    }
    void refuses()
    {
        QFETCH(const QString, text);
        QVERIFY(!parseCoordinates(text));
    }

    void orderOfTwoBareNumbers()
    {
        // Urumqi: both readings are on earth.
        const auto lonFirst = parseCoordinates(u"87.62, 43.83"_s);
        QVERIFY(lonFirst);
        QCOMPARE(lonFirst->place, (LonLat{87.62, 43.83}));
        QVERIFY(lonFirst->orderAssumed);
        const CoordinateOptions here{.nearTo = LonLat{87, 44}};
        QCOMPARE(parseCoordinates(u"43.83, 87.62"_s, here)->place, (LonLat{87.62, 43.83}));
        QVERIFY(!parseCoordinates(u"43.83, 87.62"_s, here)->orderAssumed);
        QCOMPARE(parseCoordinates(u"87.62, 43.83"_s, here)->place, (LonLat{87.62, 43.83}));
        QVERIFY(!parseCoordinates(u"36.07,120.38"_s)->orderAssumed);
        // Letters win over any guess.
        QCOMPARE(parseCoordinates(u"43.83E 87.62N"_s, here)->place, (LonLat{43.83, 87.62}));
    }

    void angles_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<Axis>("axis");
        QTest::addColumn<double>("expected"); // NaN: refused
        const double no = std::nan("");
        QTest::newRow("plain") << u"120.38"_s << Axis::Longitude << 120.38;
        QTest::newRow("DMS") << u"120°22'48\""_s << Axis::Longitude << 120.38;
        QTest::newRow("Chinese") << u"北纬36度4分12秒"_s << Axis::Latitude << 36.07;
        QTest::newRow("letter") << u"S36.07"_s << Axis::Latitude << -36.07;
        QTest::newRow("other axis") << u"N36.07"_s << Axis::Longitude << no;
        QTest::newRow("beyond") << u"120.38"_s << Axis::Latitude << no;
        QTest::newRow("two") << u"120.38 36.07 1 1"_s << Axis::Longitude << no;
        QTest::newRow("pair") << u"120.38,36.07"_s << Axis::Longitude << no;
        QTest::newRow("nothing") << u""_s << Axis::Longitude << no;
    }
    void angles()
    {
        QFETCH(const QString, text);
        QFETCH(const Axis, axis);
        QFETCH(const double, expected);
        const auto angle = parseAngle(text, axis);
        QCOMPARE(angle.has_value(), !std::isnan(expected));
        if (angle)
            QVERIFY(std::abs(*angle - expected) < 1e-9);
    }

    void writes_data()
    {
        QTest::addColumn<Notation>("notation");
        QTest::addColumn<Language>("language");
        QTest::addColumn<QString>("text");
        using enum Notation;
        QTest::newRow("decimal") << Decimal << Language::English << u"120.380000, 36.070000"_s;
        QTest::newRow("DM") << DegreesMinutes << Language::English
                            << u"36°04.2000′N 120°22.8000′E"_s;
        QTest::newRow("DM zh") << DegreesMinutes << Language::Chinese
                               << u"东经120°22.8000′ 北纬36°04.2000′"_s;
        QTest::newRow("DMS") << DegreesMinutesSeconds << Language::English
                             << u"36°04′12.00″N 120°22′48.00″E"_s;
        QTest::newRow("DMS zh") << DegreesMinutesSeconds << Language::Chinese
                                << u"东经120°22′48.00″ 北纬36°04′12.00″"_s;
        QTest::newRow("URI") << GeoUri << Language::Chinese << u"geo:36.070000,120.380000"_s;
        QTest::newRow("UTM") << Utm << Language::English << u"51S 264049 3994890"_s;
        QTest::newRow("GK") << GaussKrueger << Language::English << u"X=3993376.68 Y=40534231.97"_s;
    }
    void writes()
    {
        QFETCH(const Notation, notation);
        QFETCH(const Language, language);
        QTEST(formatCoordinates(qingdao, notation, language), "text");
    }

    void neverWritesSixty()
    {
        const LonLat edge = {120.99999999, -35.99999999};
        QCOMPARE(formatCoordinates(edge, Notation::DegreesMinutesSeconds),
                 u"36°00′00.00″S 121°00′00.00″E"_s);
        QCOMPARE(formatCoordinates(edge, Notation::DegreesMinutes),
                 u"36°00.0000′S 121°00.0000′E"_s);
        QCOMPARE(formatCoordinates({-1e-9, 0}, Notation::Decimal), u"0.000000, 0.000000"_s);
    }

    void doesNotWriteWhatIsNotThere()
    {
        QVERIFY(formatCoordinates({200, 0}, Notation::Decimal).isEmpty());
        QVERIFY(formatCoordinates({0, std::nan("")}, Notation::Decimal).isEmpty());
        QVERIFY(formatCoordinates({0, 89}, Notation::Utm).isEmpty());
        QVERIFY(formatCoordinates({0, -85}, Notation::Mgrs).isEmpty());
        QVERIFY(formatCoordinates({1.5, 42.5}, Notation::GaussKrueger).isEmpty());
    }

    void writtenIsReadBack_data()
    {
        QTest::addColumn<Notation>("notation");
        QTest::addColumn<Language>("language");
        QTest::addColumn<double>("metres");
        using enum Notation;
        for (const Language language : {Language::Chinese, Language::English}) {
            const char *tag = language == Language::Chinese ? "zh" : "en";
            QTest::addRow("decimal %s", tag) << Decimal << language << 0.1;
            QTest::addRow("DM %s", tag) << DegreesMinutes << language << 0.15;
            QTest::addRow("DMS %s", tag) << DegreesMinutesSeconds << language << 0.25;
            QTest::addRow("URI %s", tag) << GeoUri << language << 0.1;
            QTest::addRow("UTM %s", tag) << Utm << language << 0.8;
            QTest::addRow("MGRS %s", tag) << Mgrs << language << 0.8;
            QTest::addRow("GK %s", tag) << GaussKrueger << language << 0.02;
        }
    }
    void writtenIsReadBack()
    {
        QFETCH(const Notation, notation);
        QFETCH(const Language, language);
        QFETCH(const double, metres);
        QRandomGenerator random(20261122);
        int written = 0;
        for (int i = 0; i < 4000; ++i) {
            LonLat place = {random.bounded(360.0) - 180, random.bounded(178.0) - 89};
            if (notation == Notation::GaussKrueger)
                place = {73 + random.bounded(62.0), 3 + random.bounded(50.0)};
            const QString text = formatCoordinates(place, notation, language);
            if (text.isEmpty())
                continue;
            ++written;
            const auto parsed = parseCoordinates(text);
            QVERIFY2(parsed, qPrintable(text));
            QVERIFY2(parsed->notation == notation, qPrintable(text));
            const double off = metresBetween(parsed->place, place);
            QVERIFY2(off <= metres, qPrintable(text + u" is off by "_s + QString::number(off)));
        }
        QVERIFY(written > 3400);
    }

    void anyTextIsSafe()
    {
        const QString alphabet =
            u"0123456789.,;:°'\"′″ -+NSEWXY度分秒东经北纬()\t\n１．，geoUTM/|=nan"_s;
        QRandomGenerator random(7);
        for (int i = 0; i < 10000; ++i) {
            QString text;
            const int length = random.bounded(30);
            for (int k = 0; k < length; ++k)
                text += alphabet[random.bounded(alphabet.size())];
            if (const auto parsed = parseCoordinates(text))
                QVERIFY2(parsed->place.isValid(), qPrintable(text));
        }
    }

    void gridAgreesWithProj()
    {
        // gdaltransform -s_srs EPSG:4326 -t_srs EPSG:32651 and -s_srs EPSG:4490 -t_srs EPSG:4528
        const UtmPlace utm = utmFrom(qingdao);
        QCOMPARE(utm.zone, 51);
        QVERIFY(utm.north);
        QVERIFY(std::abs(utm.easting - 264049.050666918) < 1e-5);
        QVERIFY(std::abs(utm.northing - 3994890.08787185) < 1e-5);
        const auto plane = gaussKruegerFrom(qingdao);
        QVERIFY(plane);
        QVERIFY(std::abs(plane->easting - 40534231.9745233) < 1e-5);
        QVERIFY(std::abs(plane->northing - 3993376.68242167) < 1e-5);
    }

    void shiftedDatumsAgreeWithThePublicFormula()
    {
        // Figures of the public coordtransform page for 116.404, 39.915.
        const LonLat beijing = {116.404, 39.915};
        const LonLat gcj = gcj02FromWgs84(beijing);
        QVERIFY(metresBetween(gcj, {116.41024449916938, 39.91640428150164}) < 0.001);
        QVERIFY(metresBetween(bd09FromGcj02(beijing), {116.41036949371029, 39.92133699351021}) <
                0.001);
        QVERIFY(metresBetween(gcj02FromBd09(beijing), {116.39762729119315, 39.90865673957631}) <
                1.0);
        const double shift = metresBetween(gcj, beijing);
        QVERIFY(shift > 300 && shift < 700);
    }

    void shiftedDatumsRoundTrip()
    {
        QRandomGenerator random(3);
        for (int i = 0; i < 4000; ++i) {
            const LonLat place = {73.1 + random.bounded(64.0), 1.5 + random.bounded(53.0)};
            QVERIFY(metresBetween(wgs84FromGcj02(gcj02FromWgs84(place)), place) < 0.1);
            QVERIFY(metresBetween(wgs84FromBd09(bd09FromWgs84(place)), place) < 0.1);
            QVERIFY(metresBetween(toWgs84(gcj02FromWgs84(place), SourceDatum::Gcj02), place) < 0.1);
            QVERIFY(metresBetween(toWgs84(bd09FromWgs84(place), SourceDatum::Bd09), place) < 0.1);
            QCOMPARE(toWgs84(place, SourceDatum::Wgs84), place);
        }
    }

    void outsideChinaNothingIsShifted_data()
    {
        QTest::addColumn<double>("lon");
        QTest::addColumn<double>("lat");
        QTest::newRow("Andorra") << 1.52 << 42.51;
        QTest::newRow("New York") << -74.0 << 40.7;
        QTest::newRow("Sydney") << 151.2 << -33.9;
        QTest::newRow("date line") << 180.0 << 0.0;
    }
    void outsideChinaNothingIsShifted()
    {
        QFETCH(const double, lon);
        QFETCH(const double, lat);
        const LonLat place = {lon, lat};
        QCOMPARE(gcj02FromWgs84(place), place);
        QCOMPARE(wgs84FromGcj02(place), place);
        QCOMPARE(bd09FromWgs84(place), place);
        QCOMPARE(wgs84FromBd09(place), place);
    }
};

QTEST_GUILESS_MAIN(TestCoordinates)
#include "tst_coordinates.moc"
