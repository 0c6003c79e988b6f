#include "analysis/roads/graph.h"
#include "analysis/roads/graphdata.h"
#include "analysis/roads/router.h"
#include "grid.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <sys/resource.h>
#include <sys/stat.h>

#include <csignal>

using namespace leeward;
using namespace leeward::roads;
using namespace Qt::StringLiterals;

class TestFile : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void roundTrip();
    void cutAnywhere();
    void bitFlips();
    void hostileButChecked();
    void foreign_data();
    void foreign();
    void newerFormat();
    void missingAndUnwritable();
    void failedSaveKeepsOld();
    void savesOnlyToFiles();

private:
    [[nodiscard]] QString path(const QString &name) const { return m_folder.filePath(name); }
    void write(const QString &name, const QByteArray &bytes) const
    {
        QFile file(path(name));
        QVERIFY(file.open(QIODevice::WriteOnly));
        QCOMPARE(file.write(bytes), bytes.size());
    }
    static QByteArray read(const QString &name)
    {
        QFile file(name);
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    }
    QTemporaryDir m_folder;
    QByteArray m_good;
    std::optional<RoadGraph> m_graph;
};

void TestFile::initTestCase()
{
    auto builder = test::makeTown(7, 0.002, 3, 20);
    builder.piece(0).name = builder.name("人民路");
    auto built = std::move(builder).build(instantFromMs(1'700'000'000'000), QByteArray(32, 'x'));
    QVERIFY(built);
    m_graph = built->graph;
    QVERIFY(m_graph->save(path(u"good"_s)));
    QFile file(path(u"good"_s));
    QVERIFY(file.open(QIODevice::ReadOnly));
    m_good = file.readAll();
    QVERIFY(m_good.size() > 1000);
}

void TestFile::roundTrip()
{
    const auto loaded = RoadGraph::load(path(u"good"_s));
    QVERIFY2(loaded, loaded ? "" : qPrintable(loaded.error().detail));
    QCOMPARE(toMs(loaded->date()), 1'700'000'000'000);
    QCOMPARE(loaded->speedTableHash(), QByteArray(32, 'x'));
    QCOMPARE(loaded->arcCount(), m_graph->arcCount());
    QCOMPARE(loaded->nodeCount(), m_graph->nodeCount());
    bool hasName = false;
    for (PieceId piece = 0; piece < m_graph->pieceCount(); ++piece) {
        QCOMPARE(loaded->shape(piece), m_graph->shape(piece));
        QCOMPARE(loaded->travelTime(forwardArc(piece)), m_graph->travelTime(forwardArc(piece)));
        QCOMPARE(loaded->travelTime(backwardArc(piece)), m_graph->travelTime(backwardArc(piece)));
        QCOMPARE(loaded->flags(piece), m_graph->flags(piece));
        hasName = hasName || loaded->name(piece) == u"人民路"_s;
    }
    QVERIFY(hasName);
    Router before(*m_graph);
    Router after(*loaded);
    const LonLat from{120.001, 30.001};
    const LonLat to{120.011, 30.009};
    const Route route = before.eta(from, to);
    QVERIFY(route.reachable);
    QCOMPARE(after.eta(from, to).line, route.line);
}

void TestFile::cutAnywhere()
{
    for (qsizetype size = 0; size < m_good.size(); size += size < 200 ? 1 : 37) {
        write(u"cut"_s, m_good.first(size));
        const auto loaded = RoadGraph::load(path(u"cut"_s));
        QVERIFY(!loaded);
        QCOMPARE(loaded.error().code, Errc::FileMalformed);
    }
    write(u"long"_s, m_good + 'x');
    QVERIFY(!RoadGraph::load(path(u"long"_s)));
}

void TestFile::bitFlips()
{
    std::mt19937 random(5);
    for (int i = 0; i < 600; ++i) {
        QByteArray bad = m_good;
        const auto at =
            static_cast<qsizetype>(random() % static_cast<size_t>(i < 200 ? 40 : bad.size()));
        bad[at] = static_cast<char>(bad[at] ^ (1 << (random() % 8)));
        write(u"flipped"_s, bad);
        const auto loaded = RoadGraph::load(path(u"flipped"_s));
        QVERIFY(!loaded);
        QVERIFY(loaded.error().code == Errc::FileMalformed ||
                loaded.error().code == Errc::SchemaTooNew);
    }
}

// A file whose checksum fits but whose arrays lie: made by saving faulty data. It is refused, or
// works without harm.
void TestFile::hostileButChecked()
{
    std::mt19937 random(9);
    int refused = 0;
    for (int i = 0; i < 300; ++i) {
        auto data = std::make_shared<GraphData>(m_graph->data());
        const auto spoil = [&](auto &array) {
            auto &item = array[random() % array.size()];
            using Item = std::remove_reference_t<decltype(item)>;
            item = static_cast<Item>(random() % 3 == 0 ? random() : random() % 200);
        };
        switch (i % 8) {
        case 0: spoil(data->shapeStart); break;
        case 1: spoil(data->arcHead); break;
        case 2: spoil(data->arcMs); break;
        case 3: spoil(data->outStart); break;
        case 4: spoil(data->outArc); break;
        case 5: spoil(data->kind); break;
        case 6: spoil(data->name); break;
        case 7:
            data->points[random() % data->points.size()] = {2'000'000'000, -2'000'000'000};
            break;
        }
        QVERIFY(RoadGraph(data).save(path(u"hostile"_s)));
        const auto loaded = RoadGraph::load(path(u"hostile"_s));
        if (!loaded) {
            QCOMPARE(loaded.error().code, Errc::FileMalformed);
            ++refused;
            continue;
        }
        Router router(*loaded);
        const Route route = router.eta({120.001, 30.001}, {120.011, 30.009});
        QVERIFY(!route.reachable || route.line.size() >= 2);
    }
    QVERIFY(refused > 100);
}

void TestFile::foreign_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::newRow("empty") << QByteArray();
    QTest::newRow("one byte") << QByteArray("L");
    QTest::newRow("text") << QByteArray(
        "LWROADS is not my name, I am a text file of some length\n");
    QTest::newRow("magic only") << QByteArray("LWROADS\n");
    QTest::newRow("zeros") << QByteArray(5000, '\0');
    QTest::newRow("sqlite") << QByteArray("SQLite format 3\0 and more and more and more", 40);
}

void TestFile::foreign()
{
    QFETCH(QByteArray, bytes);
    write(u"foreign"_s, bytes);
    const auto loaded = RoadGraph::load(path(u"foreign"_s));
    QVERIFY(!loaded);
    QCOMPARE(loaded.error().code, Errc::FileMalformed);
    QVERIFY(loaded.error().detail.contains(u"foreign"_s));
}

void TestFile::newerFormat()
{
    QByteArray newer = m_good;
    newer[8] = 2;
    write(u"newer"_s, newer);
    const auto loaded = RoadGraph::load(path(u"newer"_s));
    QVERIFY(!loaded);
    QCOMPARE(loaded.error().code, Errc::SchemaTooNew);
}

void TestFile::missingAndUnwritable()
{
    QCOMPARE(RoadGraph::load(path(u"nowhere"_s)).error().code, Errc::FileMissing);
    QCOMPARE(RoadGraph::load(m_folder.path()).error().code, Errc::FileUnreadable);
    const auto saved = m_graph->save(path(u"no/such/folder/graph"_s));
    QVERIFY(!saved);
    QCOMPARE(saved.error().code, Errc::FileUnwritable);
}

// The limit on file sizes stands in for a full disk: writes past it fail, and only this process
// feels it.
void TestFile::failedSaveKeepsOld()
{
    const QString kept = path(u"kept"_s);
    QVERIFY(m_graph->save(kept));
    const QByteArray before = read(kept);
    rlimit limit{};
    QCOMPARE(getrlimit(RLIMIT_FSIZE, &limit), 0);
    const auto signalBefore = std::signal(SIGXFSZ, SIG_IGN);
    rlimit small = limit;
    small.rlim_cur = 1000;
    QCOMPARE(setrlimit(RLIMIT_FSIZE, &small), 0);
    const auto saved = m_graph->save(kept);
    setrlimit(RLIMIT_FSIZE, &limit);
    std::signal(SIGXFSZ, signalBefore);
    QVERIFY(!saved);
    QVERIFY(saved.error().code == Errc::DiskFull || saved.error().code == Errc::FileUnwritable);
    QCOMPARE(read(kept), before);
}

// A device or folder is never replaced by a graph.
void TestFile::savesOnlyToFiles()
{
    QVERIFY(QDir(m_folder.path()).mkpath(u"sub"_s));
    const auto folder = m_graph->save(path(u"sub"_s));
    QVERIFY(!folder);
    QCOMPARE(folder.error().code, Errc::FileUnwritable);
    const QString pipe = path(u"pipe"_s);
    QCOMPARE(mkfifo(QFile::encodeName(pipe).constData(), 0600), 0);
    const QString link = path(u"link"_s);
    QVERIFY(QFile::link(pipe, link));
    for (const QString &target : {pipe, link}) {
        const auto saved = m_graph->save(target);
        QVERIFY(!saved);
        QCOMPARE(saved.error().code, Errc::FileUnwritable);
        struct stat now{};
        QCOMPARE(stat(QFile::encodeName(pipe).constData(), &now), 0);
        QVERIFY(S_ISFIFO(now.st_mode));
    }
}

QTEST_GUILESS_MAIN(TestFile)
#include "tst_file.moc"
