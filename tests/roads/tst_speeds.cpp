#include "analysis/roads/speeds.h"

#include <QTest>

using namespace leeward;
using namespace leeward::roads;
using namespace Qt::StringLiterals;

class TestSpeeds : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void maxspeed_data();
    void maxspeed();
    void duration_data();
    void duration();
    void builtInTable();
    void zones();
    void badTables_data();
    void badTables();
    void hashFollowsText();
};

void TestSpeeds::maxspeed_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<int>("kind");
    QTest::addColumn<double>("kmh");
    const auto row = [](const char *text, Limit::Kind kind, double kmh = 0) {
        QTest::newRow(*text ? text : "empty") << QByteArray(text) << static_cast<int>(kind) << kmh;
    };
    using enum Limit::Kind;
    row("50", Speed, 50);
    row(" 50 ", Speed, 50);
    row("7.5", Speed, 7.5);
    row("50 km/h", Speed, 50);
    row("50km/h", Speed, 50);
    row("60 kmh", Speed, 60);
    row("30 mph", Speed, 48.28032);
    row("30mph", Speed, 48.28032);
    row("10 knots", Speed, 18.52);
    row("50;30", Speed, 30);
    row("80; 60", Speed, 60);
    row("signals;40", Speed, 40);
    row("DE:zone:30", Speed, 30);
    row("DE:zone30", Speed, 30);
    row("FR:30", Speed, 30);
    row("none", None);
    row("walk", Walk);
    row("DE:walk", Walk);
    row("CN:urban", Zone);
    row("signals", Unknown);
    row("variable", Unknown);
    row("", Unknown);
    row("fast", Unknown);
    row("50 furlongs", Unknown);
    row("0", Unknown);
    row("-50", Unknown);
    row("1e3", Unknown);
    row("nan", Unknown);
    row("inf", Unknown);
    row("99999", Unknown);
    row("99999999999999999999", Unknown);
    row(":", Unknown);
    row("CN:", Unknown);
    row(":urban", Unknown);
    row(";;", Unknown);
    row("5.5.5", Unknown);
    row("限速50", Unknown);
}

void TestSpeeds::maxspeed()
{
    QFETCH(QByteArray, text);
    QFETCH(int, kind);
    QFETCH(double, kmh);
    const Limit limit = parseLimit(text);
    QCOMPARE(static_cast<int>(limit.kind), kind);
    QVERIFY2(std::abs(limit.kmh - kmh) < 1e-6, qPrintable(QString::number(limit.kmh)));
}

void TestSpeeds::duration_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<double>("seconds"); // 0: not a duration
    const auto row = [](const char *text, double seconds) {
        QTest::newRow(*text ? text : "empty") << QByteArray(text) << seconds;
    };
    row("25", 1500);
    row("0:25", 1500);
    row("1:30", 5400);
    row("01:30:20", 5420);
    row("PT25M", 1500);
    row("PT1H30M", 5400);
    row("P1DT1H", 90000);
    row("PT90S", 90);
    row("", 0);
    row("0", 0);
    row("soon", 0);
    row("1:75", 0);
    row("1:2:3:4", 0);
    row("PT", 0);
    row("PT5", 0);
    row("P5M", 0);
    row("-5", 0);
    row("99999999", 0);
}

void TestSpeeds::duration()
{
    QFETCH(QByteArray, text);
    QFETCH(double, seconds);
    QCOMPARE(parseDuration(text).value_or(0), seconds);
}

void TestSpeeds::builtInTable()
{
    const auto table = SpeedTable::builtIn();
    QVERIFY2(table, table ? "" : qPrintable(table.error().detail));
    QCOMPARE(table->roadClass("motorway")->kmh, 100);
    QVERIFY(!table->roadClass("steps"));
    QVERIFY(table->roadClass("footway")->mode == SpeedTable::Mode::Explicit);
    QVERIFY(table->passes("private"));
    QVERIFY(!table->passes("no"));
    QVERIFY(table->passes("a word nobody knows"));
    QVERIFY(!table->barrierSeconds("bollard"));
    QCOMPARE(table->barrierSeconds("gate").value_or(-1), 15);
    QCOMPARE(table->barrierSeconds("a word nobody knows").value_or(-1), 0);
    QCOMPARE(table->factor("surface", "gravel"), 0.65);
    QCOMPARE(table->factor("surface", "a word nobody knows"), 1);
    QCOMPARE(table->factor("smoothness", "impassable"), 0);
    QCOMPARE(table->hash().size(), 32);
}

void TestSpeeds::zones()
{
    const auto table = SpeedTable::builtIn();
    QVERIFY(table);
    QCOMPARE(table->speedUnder(parseLimit("CN:rural")).value_or(0), 70);
    QCOMPARE(table->speedUnder(parseLimit("XX:rural")).value_or(0),
             80); // falls back to the word behind the colon
    QVERIFY(!table->speedUnder(parseLimit("XX:moon")));
    QCOMPARE(table->speedUnder(parseLimit("walk")).value_or(0), 7);
    QCOMPARE(table->speedUnder(parseLimit("none")).value_or(0), 120);
}

void TestSpeeds::badTables_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QString>("says");
    QTest::newRow("empty") << QByteArray() << u"no highway rows"_s;
    QTest::newRow("unknown section")
        << QByteArray("section,key,value,option\nhighwai,primary,60,free\n") << u":2:"_s;
    QTest::newRow("no speed") << QByteArray("highway,primary,,free\n") << u":1:"_s;
    QTest::newRow("words for speed") << QByteArray("highway,primary,fast,free\n") << u":1:"_s;
    QTest::newRow("speed 0") << QByteArray("highway,primary,0,free\n") << u":1:"_s;
    QTest::newRow("speed 9999") << QByteArray("highway,primary,9999,free\n") << u":1:"_s;
    QTest::newRow("unknown option") << QByteArray("highway,primary,50,perhaps\n") << u":1:"_s;
    QTest::newRow("factor 0") << QByteArray("highway,primary,50\nsurface,mud,0\n") << u":2:"_s;
    QTest::newRow("access word") << QByteArray("highway,primary,50\naccess,no,maybe\n") << u":2:"_s;
    QTest::newRow("binary") << QByteArray("\x00\xff\x10\n,,,", 7) << u":1:"_s;
}

void TestSpeeds::badTables()
{
    QFETCH(QByteArray, text);
    QFETCH(QString, says);
    const auto table = SpeedTable::parse(text, u"t.csv"_s);
    QVERIFY(!table);
    QCOMPARE(table.error().code, Errc::FileMalformed);
    QVERIFY2(table.error().detail.contains(says), qPrintable(table.error().detail));
}

void TestSpeeds::hashFollowsText()
{
    const auto a = SpeedTable::parse("highway,primary,60,free\n", {});
    const auto b = SpeedTable::parse("highway,primary,61,free\n", {});
    const auto windows = SpeedTable::parse("\xEF\xBB\xBF# remark\r\nhighway,primary,60\r\n", {});
    QVERIFY(a && b && windows);
    QVERIFY(a->hash() != b->hash());
    QCOMPARE(windows->roadClass("primary")->kmh, 60);
}

QTEST_GUILESS_MAIN(TestSpeeds)
#include "tst_speeds.moc"
