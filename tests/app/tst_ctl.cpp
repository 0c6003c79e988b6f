#include "app/ctl/command.h"
#include "app/realm/realm.h"
#include "tests/support/makers.h"

#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QTest>

#include <unistd.h>

using namespace leeward;
using namespace leeward::test;
using namespace Qt::StringLiterals;

namespace {

struct Ended
{
    int code = -1;
    QByteArray out;
    QByteArray err;
};

// Runs leewardctl to its end; a crash or a hang ends the test.
Ended run(const QStringList &words)
{
    QProcess process;
    process.start(QStringLiteral(LEEWARD_CTL), words);
    if (!process.waitForFinished(60'000) || process.exitStatus() != QProcess::NormalExit)
        qFatal("leewardctl %s: %s", qPrintable(words.join(u' ')),
               qPrintable(process.errorString()));
    return {process.exitCode(), process.readAllStandardOutput(), process.readAllStandardError()};
}

QJsonObject json(const Ended &ended)
{
    QJsonParseError error;
    const QJsonDocument document = QJsonDocument::fromJson(ended.out, &error);
    if (!document.isObject())
        qFatal("not a JSON object: %s: %s %s", qPrintable(error.errorString()),
               ended.out.constData(), ended.err.constData());
    return document.object();
}

void write(const QString &path, const QByteArray &bytes)
{
    QFile file(path);
    if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size())
        qFatal("%s: %s", qPrintable(path), qPrintable(file.errorString()));
}

QString sharedFile(const QString &name)
{
    return QStringLiteral(LEEWARD_SHARED_DATA) + u'/' + name;
}

constexpr char teamsCsv[] = "编号,名称,类型,能力,人数,经度,纬度\n"
                            "T1,防汛一队,防汛抢险,排涝,20,113.30,23.1\n"
                            "T2,水上二队,水上救援,水上搜救,8,113.31,23.1\n"
                            "T3,坏行,防汛抢险,排涝,很多,113.31,23.1\n";

} // namespace

class CtlTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void help_data();
    void help();
    void helpNamesItsCommand_data();
    void helpNamesItsCommand();
    void usage_data();
    void usage();
    void work();
    void badCaches_data();
    void badCaches();
    void badInputs_data();
    void badInputs();
    void simulate();
    void noRealmIsMadeByASlip();
    void tabs();
    void newerSchema();
    void readOnlyFolder();
    void heldCache();
};

void CtlTest::help_data()
{
    QTest::addColumn<QStringList>("words");
    QTest::addColumn<QStringList>("named"); // what the help must speak of
    const auto row = [](const QString &words, const QStringList &named) {
        QTest::newRow(qPrintable(words)) << words.split(u' ') << named;
    };
    row(u"--help"_s, {u"basemap"_s, u"demo"_s, u"export"_s, u"import"_s, u"journal"_s,
                      u"recommend"_s, u"roads"_s, u"simulate"_s, u"verify"_s, u"Exit codes"_s});
    row(u"-h"_s, {u"Exit codes"_s});
    row(u"help"_s, {u"Exit codes"_s});
    row(u"basemap --help"_s, {u"import"_s, u"info"_s, u"picture"_s});
    row(u"basemap import --help"_s, {u"--dem"_s, u"--out"_s, u"--review-number"_s});
    row(u"basemap info --help"_s, {u"MAP"_s});
    row(u"basemap picture --help"_s, {u"--theme"_s, u"--zoom"_s});
    row(u"demo --help"_s, {u"--out"_s, u"--seed"_s});
    row(u"export --help"_s, {u"--cache"_s, u"--register"_s, u"landing_point"_s});
    row(u"import --help"_s,
        {u"--cache"_s, u"--register"_s, u"--datum"_s, u"--dry-run"_s, u"--create"_s, u"stock"_s});
    row(u"journal --help"_s, {u"--cache"_s, u"--after"_s});
    row(u"recommend --help"_s, {u"--cache"_s, u"--incident"_s, u"--roads"_s});
    row(u"roads --help"_s, {u"import"_s, u"eta"_s});
    row(u"roads import --help"_s, {u"--out"_s, u"--speeds"_s});
    row(u"roads eta --help"_s, {u"--roads"_s, u"--from"_s, u"--to"_s, u"--closed"_s});
    row(u"simulate --help"_s,
        {u"--desks"_s, u"--operations"_s, u"--seed"_s, u"--seeds"_s, u"--faults"_s, u"torn-wal"_s});
    row(u"verify --help"_s, {u"--cache"_s});
}

void CtlTest::help()
{
    QFETCH(const QStringList, words);
    QFETCH(const QStringList, named);
    const Ended ended = run(words);
    QCOMPARE(ended.code, ctl::Ok);
    QCOMPARE(ended.err, QByteArray());
    for (const QString &word : named)
        QVERIFY2(ended.out.contains(word.toUtf8()), qPrintable(word));
}

void CtlTest::helpNamesItsCommand_data()
{
    QTest::addColumn<QString>("name");
    for (const char *name :
         {"basemap import", "basemap info", "basemap picture", "demo", "export", "import",
          "journal", "recommend", "roads import", "roads eta", "simulate", "verify"})
        QTest::newRow(name) << QString::fromLatin1(name);
}

void CtlTest::helpNamesItsCommand()
{
    QFETCH(const QString, name);
    for (const QString &option : {u"--help"_s, u"-h"_s}) {
        const Ended ended = run(name.split(u' ') + QStringList{option});
        QCOMPARE(ended.code, ctl::Ok);
        const QString usage = QString::fromUtf8(ended.out.split('\n').constFirst());
        QVERIFY2(usage.contains(QString(u"leewardctl "_s + name + u" [options]"_s)),
                 qPrintable(usage));
        QCOMPARE(usage.split(u' ').count(name.section(u' ', -1)), 1);
    }
}

void CtlTest::usage_data()
{
    QTest::addColumn<QStringList>("words");
    const auto row = [](const char *name, const QStringList &words) {
        QTest::newRow(name) << words;
    };
    row("nothing", {});
    row("no such command", {u"frobnicate"_s});
    row("option unknown", {u"verify"_s, u"--speed"_s});
    row("import without cache", {u"import"_s, u"--register"_s, u"team"_s, u"x.csv"_s});
    row("import without register", {u"import"_s, u"--cache"_s, u"c"_s, u"x.csv"_s});
    row("import without file", {u"import"_s, u"--cache"_s, u"c"_s, u"--register"_s, u"team"_s});
    row("no such register",
        {u"import"_s, u"--cache"_s, u"c"_s, u"--register"_s, u"ships"_s, u"x.csv"_s});
    row("no such datum", {u"import"_s, u"--cache"_s, u"c"_s, u"--register"_s, u"team"_s,
                          u"--datum"_s, u"mars"_s, u"x.csv"_s});
    row("export of an unknown ending",
        {u"export"_s, u"--cache"_s, u"c"_s, u"--register"_s, u"team"_s, u"x.doc"_s});
    row("incident is no number", {u"recommend"_s, u"--cache"_s, u"c"_s, u"--incident"_s, u"one"_s});
    row("after is no number", {u"journal"_s, u"--cache"_s, u"c"_s, u"--after"_s, u"x"_s});
    row("verify without cache", {u"verify"_s});
    row("roads without a word", {u"roads"_s});
    row("roads of what", {u"roads"_s, u"paint"_s});
    row("eta without places", {u"roads"_s, u"eta"_s, u"--roads"_s, u"x"_s});
    row("basemap without a word", {u"basemap"_s});
    row("demo without out", {u"demo"_s});
    row("simulate an unknown fault", {u"simulate"_s, u"--faults"_s, u"drop,gremlins"_s});
    row("simulate no fault at all", {u"simulate"_s, u"--faults"_s, QString()});
    row("simulate without desks", {u"simulate"_s, u"--desks"_s, u"0"_s});
    row("simulate too many desks", {u"simulate"_s, u"--desks"_s, u"21"_s});
    row("simulate with a bad seed", {u"simulate"_s, u"--seed"_s, u"-1"_s});
    row("simulate something", {u"simulate"_s, u"floods"_s});
    row("demo with a bad seed", {u"demo"_s, u"--out"_s, u"d"_s, u"--seed"_s, u"-1"_s});
}

void CtlTest::usage()
{
    QFETCH(const QStringList, words);
    const TemporaryRealm folder;
    const Ended ended = run(words);
    QCOMPARE(ended.code, ctl::Usage);
    QCOMPARE(ended.out, QByteArray());
    QVERIFY(!ended.err.isEmpty());
}

void CtlTest::work()
{
    const TemporaryRealm folder;
    const QStringList cache = {u"--cache"_s, folder.path()};
    const QString csv = folder.path(u"teams.csv"_s);
    write(csv, teamsCsv);
    const QStringList import =
        QStringList{u"import"_s} + cache + QStringList{u"--register"_s, u"team"_s, csv};

    const QJsonObject dry = json(run(import + QStringList{u"--dry-run"_s}));
    QCOMPARE(dry[u"rows_good"_s].toInt(), 2);
    QVERIFY(!QFile::exists(folder.path()));
    const Ended first = run(import + QStringList{u"--create"_s});
    QCOMPARE(first.code, ctl::Ok);
    const QJsonObject report = json(first);
    QCOMPARE(report[u"rows_read"_s].toInt(), 3);
    QCOMPARE(report[u"rows_changed"_s].toInt(), 2);
    QCOMPARE(report[u"problems"_s].toArray().size(), 1);
    QCOMPARE(report[u"problems"_s].toArray()[0][u"row"_s].toInt(), 4);
    QCOMPARE(report[u"mapping"_s][u"人数"_s].toString(), u"headcount"_s);
    QCOMPARE(json(run(import))[u"rows_changed"_s].toInt(), 0);

    // An incident, as the console would have written it.
    {
        const SystemClock clock;
        auto realm = must(app::HeadlessRealm::open(folder.path(), clock));
        Maker maker(1, u"张"_s, u"A"_s);
        QVERIFY(realm.submit(
            maker.operation(op::ReportIncident{.incident = maker.ids().make<IncidentId>(),
                                               .type = u"flood"_s,
                                               .title = u"城南积水"_s,
                                               .place = LonLat{113.3, 23.1},
                                               .needs = u"pumping:1"_s})));
    }
    const Ended asked = run(QStringList{u"recommend"_s, u"--incident"_s, u"1"_s} + cache);
    QCOMPARE(asked.code, ctl::Ok);
    const QJsonObject answer = json(asked);
    QCOMPARE(answer[u"title"_s].toString(), u"城南积水"_s);
    QCOMPARE(answer[u"needs"_s].toString(), u"pumping:1"_s);
    QVERIFY(answer[u"roads_date"_s].isNull());
    QCOMPARE(answer[u"excluded"_s].toArray().size(), 1);
    QCOMPARE(answer[u"excluded"_s].toArray()[0][u"why"_s].toString(), u"no_road"_s);
    QCOMPARE(answer[u"shortfall"_s].toArray().size(), 1);
    QCOMPARE(run(QStringList{u"recommend"_s, u"--incident"_s, u"7"_s} + cache).code, ctl::BadInput);

    const Ended journal = run(QStringList{u"journal"_s} + cache);
    QCOMPARE(journal.code, ctl::Ok);
    const QList<QByteArray> lines = journal.out.trimmed().split('\n');
    QCOMPARE(lines.size(), 2); // the second import had nothing to say
    for (int i = 0; i < lines.size(); ++i)
        QCOMPARE(QJsonDocument::fromJson(lines[i])[u"seq"_s].toInt(), i + 1);
    QCOMPARE(run(QStringList{u"journal"_s, u"--after"_s, u"1"_s} + cache).out.count('\n'), 1);

    const Ended verified = run(QStringList{u"verify"_s} + cache);
    QCOMPARE(verified.code, ctl::Ok);
    QVERIFY(!json(verified).isEmpty());

    // Out in every format and back in: nothing changes.
    for (const QString &name : {u"out.csv"_s, u"out.geojson"_s, u"out.gpkg"_s}) {
        const QString file = folder.path(name);
        const Ended exported =
            run(QStringList{u"export"_s, u"--register"_s, u"team"_s} + cache + QStringList{file});
        QCOMPARE(exported.code, ctl::Ok);
        QCOMPARE(json(exported)[u"rows"_s].toInt(), 2);
        const QJsonObject back = json(
            run(QStringList{u"import"_s, u"--register"_s, u"team"_s} + cache + QStringList{file}));
        QCOMPARE(back[u"rows_good"_s].toInt(), 2);
        QCOMPARE(back[u"rows_changed"_s].toInt(), 0);
    }

    // A row that no journal entry made.
    {
        auto file = must(store::CacheFile::open(folder.path()));
        must(file.connection().exec("UPDATE team SET headcount = 999"));
    }
    const Ended faulty = run(QStringList{u"verify"_s} + cache);
    QCOMPARE(faulty.code, ctl::CheckFailed);
    QVERIFY(!json(faulty).isEmpty());
}

void CtlTest::badCaches_data()
{
    QTest::addColumn<QString>("what");
    QTest::addColumn<QStringList>("command");
    const QStringList commands = {u"verify"_s, u"journal"_s, u"recommend --incident 1"_s,
                                  u"export --register team out.csv"_s,
                                  u"import --register team teams.csv"_s};
    for (const QString &what :
         {u"empty"_s, u"folder"_s, u"text"_s, u"mbtiles"_s, u"corrupt.mbtiles"_s, u"missing"_s}) {
        for (const QString &command : commands) {
            QTest::newRow(qPrintable(QString(what + u": "_s + command)))
                << what << command.split(u' ');
        }
    }
}

void CtlTest::badCaches()
{
    QFETCH(const QString, what);
    QFETCH(QStringList, command);
    const TemporaryRealm folder;
    write(folder.path(u"teams.csv"_s), teamsCsv);
    QString path = folder.path();
    if (what == "empty"_L1)
        write(path, {});
    else if (what == "text"_L1)
        write(path, QByteArray("this is not a database\n").repeated(200));
    else if (what == "folder"_L1)
        path = folder.folder();
    else if (what.endsWith(u"mbtiles"_s)) {
        const QString source = sharedFile(what == "mbtiles"_L1 ? u"tiles/plain_1.mbtiles"_s
                                                               : u"tiles/corrupt.mbtiles"_s);
        if (!QFile::copy(source, path))
            QSKIP("the shared data is not here");
    }
    QFile before(path);
    const QByteArray bytes = before.open(QIODevice::ReadOnly) ? before.readAll() : QByteArray();
    before.close();
    for (QString &word : command) {
        if (word.endsWith(u".csv"_s))
            word = folder.path(word);
    }
    const Ended ended = run(command + QStringList{u"--cache"_s, path});
    QCOMPARE(ended.code, ctl::BadInput);
    QCOMPARE(ended.out, QByteArray());
    QCOMPARE(ended.err.count('\n'), 1);
    QVERIFY2(ended.err.startsWith("leewardctl: "), ended.err.constData());
    QFile after(path);
    QCOMPARE(after.open(QIODevice::ReadOnly) ? after.readAll() : QByteArray(), bytes);
    QVERIFY(!QFile::exists(folder.path(u"out.csv"_s)));
}

void CtlTest::badInputs_data()
{
    QTest::addColumn<QStringList>("words"); // FOLDER and SHARED stand for the folders
    QTest::addColumn<bool>("shared");
    const auto row = [](const QString &words) {
        QTest::newRow(qPrintable(words)) << words.split(u' ') << words.contains(u"SHARED"_s);
    };
    for (const QString &file : {u"FOLDER/none.csv"_s, u"FOLDER/empty.csv"_s,
                                u"FOLDER/empty.geojson"_s, u"FOLDER/empty.gpkg"_s, u"FOLDER"_s,
                                u"SHARED/cap/gcap_xee.cap"_s, u"SHARED/tiles/corrupt.mbtiles"_s})
        row(u"import --create --cache FOLDER/c.leeward --register team "_s + file);
    for (const QString &file : {u"FOLDER/none.osm.pbf"_s, u"FOLDER/empty.osm.pbf"_s, u"FOLDER"_s,
                                u"SHARED/cap/gcap_xee.cap"_s, u"SHARED/tiles/corrupt.mbtiles"_s}) {
        row(u"roads import --out FOLDER/g.roads "_s + file);
        row(u"basemap import --out FOLDER/map --review-number none --quiet "_s + file);
    }
    for (const QString &file :
         {u"FOLDER/none"_s, u"FOLDER/empty.csv"_s, u"FOLDER"_s, u"SHARED/tiles/corrupt.mbtiles"_s})
        row(u"roads eta --from 1,1 --to 2,2 --roads "_s + file);
    for (const QString &file : {u"FOLDER/none.mbtiles"_s, u"FOLDER/empty.mbtiles"_s, u"FOLDER"_s,
                                u"SHARED/tiles/corrupt.mbtiles"_s})
        row(u"basemap info "_s + file);
}

void CtlTest::badInputs()
{
    QFETCH(QStringList, words);
    QFETCH(const bool, shared);
    if (shared && !QFile::exists(sharedFile(u"README.md"_s)))
        QSKIP("the shared data is not here");
    const TemporaryRealm folder;
    for (const QString &name : {u"empty.csv"_s, u"empty.geojson"_s, u"empty.gpkg"_s,
                                u"empty.osm.pbf"_s, u"empty.mbtiles"_s})
        write(folder.path(name), {});
    for (QString &word : words) {
        word.replace(u"FOLDER"_s, folder.folder());
        word.replace(u"SHARED"_s, QStringLiteral(LEEWARD_SHARED_DATA));
    }
    const Ended ended = run(words);
    QVERIFY2(ended.code == ctl::BadInput,
             qPrintable(QString::number(ended.code) + u' ' + QString::fromUtf8(ended.err) +
                        QString::fromUtf8(ended.out)));
    QCOMPARE(ended.out, QByteArray());
    QVERIFY2(ended.err.contains("leewardctl: "), ended.err.constData());
    for (const QString &made : {u"g.roads"_s, u"map"_s})
        QVERIFY2(!QFile::exists(folder.path(made)), qPrintable(made));
}

// The name of the realm file is mistyped: it is said, and no second realm begins.
// The same words, the same answer; a seed among others is the run that it is alone.
void CtlTest::simulate()
{
    const QStringList words = {u"simulate"_s,     u"--desks"_s, u"2"_s,
                               u"--operations"_s, u"20"_s,      u"--seed"_s};
    const Ended first = run(words + QStringList{u"7"_s, u"--seeds"_s, u"3"_s});
    QCOMPARE(first.code, ctl::Ok);
    QCOMPARE(first.err, QByteArray());
    QCOMPARE(run(words + QStringList{u"7"_s, u"--seeds"_s, u"3"_s, u"--json"_s}).out, first.out);
    const QJsonObject said = json(first);
    QVERIFY(said[u"ok"].toBool());
    QCOMPARE(said[u"seeds"].toInt(), 3);
    QCOMPARE(said[u"faults"].toArray().size(), said[u"injected"].toObject().size());
    QVERIFY(said[u"checked"][u"kept"].toInt() > 0);
    QVERIFY(said[u"happened"][u"entries"].toInt() >= 24);
    QVERIFY(said[u"violations"].toArray().isEmpty());
    const QString seven = json(run(words + QStringList{u"7"_s}))[u"trace"].toString();
    QCOMPARE(seven.size(), 64);
    QVERIFY(json(run(words + QStringList{u"8"_s}))[u"trace"].toString() != seven);
    const QJsonObject calm = json(run(words + QStringList{u"7"_s, u"--faults"_s, u"none"_s}));
    QVERIFY(calm[u"injected"].toObject().isEmpty());
    QVERIFY(calm[u"trace"].toString() != seven);
}

void CtlTest::noRealmIsMadeByASlip()
{
    const TemporaryRealm folder;
    write(folder.path(u"teams.csv"_s), teamsCsv);
    const QStringList import = {u"import"_s,  u"--register"_s,
                                u"team"_s,    folder.path(u"teams.csv"_s),
                                u"--cache"_s, folder.path()};
    const Ended slip = run(import);
    QCOMPARE(slip.code, ctl::BadInput);
    QCOMPARE(slip.out, QByteArray());
    QVERIFY2(slip.err.contains("--create"), slip.err.constData());
    QCOMPARE(QDir(folder.folder()).entryList(QDir::Files), QStringList{u"teams.csv"_s});
    QCOMPARE(run(import + QStringList{u"--create"_s}).code, ctl::Ok);
    QCOMPARE(run(import).code, ctl::Ok);                              // there it is
    QCOMPARE(run(import + QStringList{u"--create"_s}).code, ctl::Ok); // and is not made anew
    QCOMPARE(run({u"journal"_s, u"--cache"_s, folder.path()}).out.count('\n'), 1);
}

// A .tsv has tabs, and is read back as what it was.
void CtlTest::tabs()
{
    const TemporaryRealm folder;
    write(folder.path(u"teams.csv"_s), QByteArray(teamsCsv).replace("防汛一队", "\"防汛,一队\""));
    const QStringList team = {u"--register"_s, u"team"_s, u"--cache"_s, folder.path()};
    QCOMPARE(run(QStringList{u"import"_s, u"--create"_s, folder.path(u"teams.csv"_s)} + team).code,
             ctl::Ok);
    const QString file = folder.path(u"out.tsv"_s);
    QCOMPARE(run(QStringList{u"export"_s, file} + team).code, ctl::Ok);
    QFile out(file);
    QVERIFY(out.open(QIODevice::ReadOnly));
    QList<QByteArray> lines = out.readAll().split('\n');
    QVERIFY(lines.takeLast().isEmpty());
    QCOMPARE(lines.size(), 3);
    for (const QByteArray &line : lines)
        QCOMPARE(line.count('\t'), lines.front().count('\t'));
    QVERIFY(lines.front().count('\t') > 10);
    QVERIFY(!lines.front().contains(','));
    const QJsonObject back = json(run(QStringList{u"import"_s, file} + team));
    QCOMPARE(back[u"rows_good"_s].toInt(), 2);
    QCOMPARE(back[u"rows_changed"_s].toInt(), 0);
}

void CtlTest::newerSchema()
{
    const TemporaryRealm folder;
    write(folder.path(u"teams.csv"_s), teamsCsv);
    {
        auto file = must(store::CacheFile::open(folder.path()));
        must(file.connection().exec("PRAGMA user_version=9999"));
    }
    const QStringList cache = {u"--cache"_s, folder.path()};
    for (const QStringList &words :
         {QStringList{u"verify"_s}, QStringList{u"journal"_s},
          QStringList{u"import"_s, u"--register"_s, u"team"_s, folder.path(u"teams.csv"_s)}}) {
        const Ended ended = run(words + cache);
        QCOMPARE(ended.code, ctl::BadInput);
        QVERIFY2(ended.err.contains("9999"), ended.err.constData());
    }
}

void CtlTest::readOnlyFolder()
{
    if (::geteuid() == 0)
        QSKIP("root may write anywhere");
    const TemporaryRealm folder;
    const QString inner = folder.path(u"closed"_s);
    QVERIFY(QDir().mkdir(inner));
    write(folder.path(u"teams.csv"_s), teamsCsv);
    QVERIFY(QFile::setPermissions(inner, QFileDevice::ReadOwner | QFileDevice::ExeOwner));
    const Ended imported =
        run({u"import"_s, u"--create"_s, u"--register"_s, u"team"_s, u"--cache"_s,
             inner + u"/c.leeward"_s, folder.path(u"teams.csv"_s)});
    QCOMPARE(imported.code, ctl::BadOutput);
    QCOMPARE(run({u"demo"_s, u"--out"_s, inner + u"/city"_s}).code, ctl::BadOutput);
    QFile::setPermissions(inner,
                          QFileDevice::ReadOwner | QFileDevice::WriteOwner | QFileDevice::ExeOwner);
}

// A console holds the file: looking is possible, writing says who holds it.
void CtlTest::heldCache()
{
    const TemporaryRealm folder;
    write(folder.path(u"teams.csv"_s), teamsCsv);
    const SystemClock clock;
    auto realm = must(app::HeadlessRealm::open(folder.path(), clock));
    const QStringList cache = {u"--cache"_s, folder.path()};
    QCOMPARE(run(QStringList{u"verify"_s} + cache).code, ctl::Ok);
    const Ended ended = run(
        QStringList{u"import"_s, u"--register"_s, u"team"_s, folder.path(u"teams.csv"_s)} + cache);
    QCOMPARE(ended.code, ctl::BadInput);
    QVERIFY2(ended.err.contains(QByteArray::number(QCoreApplication::applicationPid())),
             ended.err.constData());
}

QTEST_GUILESS_MAIN(CtlTest)
#include "tst_ctl.moc"
