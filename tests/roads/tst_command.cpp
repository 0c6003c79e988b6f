#include "analysis/roads/graph.h"
#include "grid.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

using namespace leeward;
using namespace leeward::roads;
using namespace Qt::StringLiterals;

class TestCommand : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void importThenAsk();
    void unreachableIsAnAnswer();
    void closedRoad();
    void exitCodes_data();
    void exitCodes();
    void help_data();
    void help();

private:
    struct Answer
    {
        int code = -1;
        QJsonObject json;
        QByteArray out;
        QByteArray err;
    };
    Answer run(const QStringList &words) const
    {
        QProcess process;
        process.setWorkingDirectory(m_folder.path());
        process.start(QCoreApplication::applicationDirPath() + u"/roads_command"_s, words);
        Answer answer;
        if (!process.waitForFinished() || process.exitStatus() != QProcess::NormalExit)
            return answer;
        answer.code = process.exitCode();
        answer.out = process.readAllStandardOutput();
        answer.err = process.readAllStandardError();
        answer.json = QJsonDocument::fromJson(answer.out).object();
        return answer;
    }
    void write(const QString &name, const QByteArray &bytes) const
    {
        QFile file(m_folder.filePath(name));
        QVERIFY(file.open(QIODevice::WriteOnly));
        QCOMPARE(file.write(bytes), bytes.size());
    }
    QTemporaryDir m_folder;
};

void TestCommand::initTestCase()
{
    write(u"net.osm"_s, R"(<osm version="0.6">
<node id="1" version="1" lon="-1.50" lat="30.00"/><node id="2" version="1" lon="-1.49" lat="30.00"/>
<node id="3" version="1" lon="-1.48" lat="30.00"/><node id="4" version="1" lon="-1.20" lat="30.00"/>
<node id="5" version="1" lon="-1.19" lat="30.00"/>
<way id="1" version="1"><nd ref="1"/><nd ref="2"/><tag k="highway" v="primary"/></way>
<way id="2" version="1"><nd ref="2"/><nd ref="3"/><tag k="highway" v="primary"/></way>
<way id="3" version="1"><nd ref="4"/><nd ref="5"/><tag k="highway" v="primary"/></way>
</osm>)");
    write(u"empty.osm.pbf"_s, {});
    write(u"damaged.roads"_s, "LWROADS\nand then something else");
    write(u"bad.csv"_s, "highway,primary,quick\n");
    const Answer answer = run({u"import"_s, u"net.osm"_s, u"--out"_s, u"net.roads"_s});
    QVERIFY2(answer.code == 0, answer.err.constData());
    QCOMPARE(answer.json[u"statistics"_s][u"pieces"_s].toInt(), 3);
    QVERIFY(answer.json[u"warnings"_s].isObject());
    QVERIFY(answer.json[u"date"_s].isString());
}

void TestCommand::importThenAsk()
{
    const Answer answer = run({u"eta"_s, u"--roads"_s, u"net.roads"_s, u"--from"_s,
                               u"-1.50,30.001"_s, u"--to"_s, u"-1.485,30.0"_s});
    QVERIFY2(answer.code == 0, answer.err.constData());
    const QJsonObject &json = answer.json;
    QCOMPARE(json[u"reachable"_s], QJsonValue(true));
    const double metres = distance({-1.5, 30}, {-1.485, 30}).value;
    QVERIFY(std::abs(json[u"metres"_s].toDouble() - metres) < 1);
    QVERIFY(std::abs(json[u"seconds"_s].toDouble() - metres / 60 * 3.6) < 0.1);
    QVERIFY(std::abs(json[u"from"_s][u"distance"_s].toDouble() - 111.2) < 0.2);
    QCOMPARE(json[u"from"_s][u"snapped"_s].toArray(), (QJsonArray{-1.5, 30}));
    const QJsonObject line = json[u"line"_s].toObject();
    QCOMPARE(line[u"type"_s].toString(), u"LineString"_s);
    const QJsonArray positions = line[u"coordinates"_s].toArray();
    QCOMPARE(positions.size(), 3);
    QCOMPARE(positions.first(), json[u"from"_s][u"snapped"_s]);
    QCOMPARE(positions.last(), json[u"to"_s][u"snapped"_s]);
    QVERIFY(QDateTime::fromString(json[u"date"_s].toString(), Qt::ISODateWithMs).isValid());
}

void TestCommand::unreachableIsAnAnswer()
{
    const Answer island = run({u"eta"_s, u"--roads"_s, u"net.roads"_s, u"--from"_s, u"-1.5,30"_s,
                               u"--to"_s, u"-1.195,30"_s});
    QCOMPARE(island.code, 0);
    QCOMPARE(island.json[u"reachable"_s], QJsonValue(false));
    QCOMPARE(island.json[u"reason"_s].toString(), u"noConnection"_s);
    const Answer sea = run({u"eta"_s, u"--roads"_s, u"net.roads"_s, u"--from"_s, u"-1.5,30"_s,
                            u"--to"_s, u"-1.5,30.1"_s});
    QCOMPARE(sea.code, 0);
    QCOMPARE(sea.json[u"reason"_s].toString(), u"noRoadNear"_s);
    QCOMPARE(sea.json[u"which"_s].toString(), u"to"_s);
    QVERIFY(std::abs(sea.json[u"distance"_s].toDouble() - 11'120) < 20);
}

void TestCommand::closedRoad()
{
    const Answer answer =
        run({u"eta"_s, u"--roads"_s, u"net.roads"_s, u"--from"_s, u"-1.5,30"_s, u"--to"_s,
             u"-1.48,30"_s, u"--snap"_s, u"300"_s, u"--closed"_s, u"-1.485,30"_s});
    QCOMPARE(answer.code, 0);
    QCOMPARE(answer.json[u"reachable"_s], QJsonValue(false));
    QCOMPARE(answer.json[u"closed"_s].toArray().size(), 1);
}

void TestCommand::exitCodes_data()
{
    QTest::addColumn<QStringList>("words");
    QTest::addColumn<int>("code");
    const QStringList eta{u"eta"_s, u"--roads"_s, u"net.roads"_s};
    QTest::newRow("nothing") << QStringList{} << 2;
    QTest::newRow("unknown") << QStringList{u"fly"_s} << 2;
    QTest::newRow("unknown option") << QStringList{u"eta"_s, u"--wings"_s} << 2;
    QTest::newRow("import without file") << QStringList{u"import"_s, u"--out"_s, u"x"_s} << 2;
    QTest::newRow("import without out") << QStringList{u"import"_s, u"net.osm"_s} << 2;
    QTest::newRow("eta without places") << eta << 2;
    QTest::newRow("eta with words")
        << eta + QStringList{u"--from"_s, u"here"_s, u"--to"_s, u"1,2"_s} << 2;
    QTest::newRow("eta off the earth")
        << eta + QStringList{u"--from"_s, u"1,95"_s, u"--to"_s, u"1,2"_s} << 2;
    QTest::newRow("eta with nan") << eta + QStringList{u"--from"_s, u"nan,1"_s, u"--to"_s, u"1,2"_s}
                                  << 2;
    QTest::newRow("import missing")
        << QStringList{u"import"_s, u"none.osm.pbf"_s, u"--out"_s, u"x"_s} << 3;
    QTest::newRow("import empty") << QStringList{u"import"_s, u"empty.osm.pbf"_s, u"--out"_s,
                                                 u"x"_s}
                                  << 3;
    QTest::newRow("import bad table")
        << QStringList{u"import"_s, u"net.osm"_s, u"--out"_s, u"x"_s, u"--speeds"_s, u"bad.csv"_s}
        << 3;
    QTest::newRow("import to nowhere")
        << QStringList{u"import"_s, u"net.osm"_s, u"--out"_s, u"no/such/folder/x"_s} << 4;
    QTest::newRow("eta damaged") << QStringList{u"eta"_s,    u"--roads"_s, u"damaged.roads"_s,
                                                u"--from"_s, u"1,2"_s,     u"--to"_s,
                                                u"1,2"_s}
                                 << 3;
}

void TestCommand::exitCodes()
{
    QFETCH(QStringList, words);
    QFETCH(int, code);
    const Answer answer = run(words);
    QCOMPARE(answer.code, code);
    QVERIFY(answer.err.startsWith("leewardctl: "));
    QVERIFY(answer.out.isEmpty());
    QVERIFY(!QFile::exists(m_folder.filePath(u"x"_s)));
}

void TestCommand::help_data()
{
    QTest::addColumn<QStringList>("words");
    QTest::addColumn<QByteArray>("says");
    QTest::newRow("roads") << QStringList{u"--help"_s} << QByteArray("roads eta");
    QTest::newRow("import") << QStringList{u"import"_s, u"--help"_s} << QByteArray("--speeds");
    QTest::newRow("eta") << QStringList{u"eta"_s, u"-h"_s} << QByteArray("--closed");
}

void TestCommand::help()
{
    QFETCH(QStringList, words);
    QFETCH(QByteArray, says);
    const Answer answer = run(words);
    QCOMPARE(answer.code, 0);
    QVERIFY2(answer.out.contains(says), answer.out.constData());
    QVERIFY(answer.err.isEmpty());
}

QTEST_GUILESS_MAIN(TestCommand)
#include "tst_command.moc"
