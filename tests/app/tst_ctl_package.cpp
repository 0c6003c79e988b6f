#include "app/ctl/command.h"
#include "app/realm/realm.h"
#include "models/store/tables.h"
#include "server/realm_host.h"
#include "sync/package.h"
#include "tests/support/makers.h"

#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QTest>

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
    const QJsonDocument document = QJsonDocument::fromJson(ended.out);
    if (ended.code != ctl::Ok || !document.isObject())
        qFatal("exit code %d: %s %s", ended.code, ended.out.constData(), ended.err.constData());
    return document.object();
}

QByteArray contentOf(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

void put(const QString &path, const QByteArray &bytes)
{
    QFile file(path);
    if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size())
        qFatal("%s: %s", qPrintable(path), qPrintable(file.errorString()));
}

// Two halls of a server that is out of reach: no journal beside the cache, work in the queue.
struct Halls
{
    TemporaryRealm folder;
    Maker anna{1, u"anna"_s, u"desk-a"_s};
    IncidentId incident = anna.ids().make<IncidentId>();
    QString a = folder.path(u"a.leeward"_s);
    QString b = folder.path(u"b.leeward"_s);
    QString cardA = folder.path(u"a.leewardkey"_s);
    QString cardB = folder.path(u"b.leewardkey"_s);
    QString stick = folder.path(u"a.leewardpkg"_s);

    Halls()
    {
        {
            store::CacheFile file = must(store::CacheFile::open(a));
            const auto queued = desk::enqueue(file.connection(), anna.report(incident));
            if (!queued)
                qFatal("the report does not fit");
            must(store::CacheFile::open(b));
        }
        json(run(
            {u"package"_s, u"card"_s, u"--cache"_s, a, u"--out"_s, cardA, u"--name"_s, u"东港"_s}));
        json(run(
            {u"package"_s, u"card"_s, u"--cache"_s, b, u"--out"_s, cardB, u"--name"_s, u"西港"_s}));
    }
    [[nodiscard]] QJsonObject write(const QStringList &more = {})
    {
        return json(run(QStringList{u"package"_s, u"write"_s, u"--cache"_s, a, u"--out"_s, stick,
                                    u"--to"_s, cardB} +
                        more));
    }
    [[nodiscard]] Ended read(const QStringList &more = {}) const
    {
        return run(QStringList{u"package"_s, u"read"_s, u"--cache"_s, b, u"--in"_s, stick} + more);
    }
    [[nodiscard]] static std::vector<store::Pending> pending(const QString &cache)
    {
        auto db = must(store::openReadOnly(cache));
        return must(store::pendingOperations(db));
    }
};

} // namespace

class CtlPackageTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void usage_data();
    void usage();
    void help_data();
    void help();
    void work();
    void strangersAreAskedFor();
    void passphrase();
    void badPackages_data();
    void badPackages();
    void outputsThatCanNotBeWritten();
    void standAlone();
    void aNewHall();
};

void CtlPackageTest::usage_data()
{
    QTest::addColumn<QStringList>("words");
    const auto row = [](const char *name, const QString &words) {
        QTest::newRow(name) << QString(u"package "_s + words).split(u' ', Qt::SkipEmptyParts);
    };
    row("nothing", {});
    row("no such word", u"post"_s);
    row("card without out", u"card --cache c"_s);
    row("trust without a card", u"trust --cache c"_s);
    row("write for nobody", u"write --cache c --out p"_s);
    row("write without cache", u"write --out p --to c"_s);
    row("read without in", u"read --cache c"_s);
    row("inspect without in", u"inspect"_s);
    row("option unknown", u"inspect --in p --loudly"_s);
}

void CtlPackageTest::usage()
{
    QFETCH(const QStringList, words);
    const Ended ended = run(words);
    QCOMPARE(ended.code, ctl::Usage);
    QCOMPARE(ended.out, QByteArray());
    QVERIFY(!ended.err.isEmpty());
}

void CtlPackageTest::help_data()
{
    QTest::addColumn<QStringList>("named");
    QTest::newRow("") << QStringList{u"card"_s, u"trust"_s, u"write"_s, u"read"_s, u"inspect"_s};
    QTest::newRow("card") << QStringList{u"--cache"_s, u"--out"_s, u"--name"_s, u"--key"_s};
    QTest::newRow("trust") << QStringList{u"--cache"_s, u"CARD"_s};
    QTest::newRow("write") << QStringList{u"--to"_s, u"--passphrase-file"_s, u"--since"_s,
                                          u"--as-operations"_s};
    QTest::newRow("read") << QStringList{u"--in"_s, u"--trust"_s, u"--passphrase-file"_s};
    QTest::newRow("inspect") << QStringList{u"--in"_s};
}

void CtlPackageTest::help()
{
    QFETCH(const QStringList, named);
    QStringList words = {u"package"_s, QString::fromLatin1(QTest::currentDataTag()), u"--help"_s};
    words.removeAll(QString());
    const Ended ended = run(words);
    QCOMPARE(ended.code, ctl::Ok);
    QCOMPARE(ended.err, QByteArray());
    for (const QString &word : named)
        QVERIFY2(ended.out.contains(word.toUtf8()), qPrintable(word));
}

void CtlPackageTest::work()
{
    Halls halls;
    const QString printA = sync::fingerprint(must(sync::readCard(halls.cardA)).key);
    const QJsonObject trusted =
        json(run({u"package"_s, u"trust"_s, u"--cache"_s, halls.b, halls.cardA}));
    QCOMPARE(trusted[u"trusted"][0][u"fingerprint"].toString(), printA);

    const QJsonObject written = halls.write();
    QCOMPARE(written[u"operations"].toInt(), 1);
    QCOMPARE(written[u"entries"].toInt(), 0);
    QCOMPARE(written[u"bytes"].toInteger(), QFileInfo(halls.stick).size());
    QCOMPARE(Halls::pending(halls.a).size(), 1U); // still its own

    const QJsonObject seen = json(run({u"package"_s, u"inspect"_s, u"--in"_s, halls.stick}));
    QCOMPARE(seen[u"from"][u"name"].toString(), u"东港"_s);
    QCOMPARE(seen[u"from"][u"fingerprint"].toString(), printA);
    QCOMPARE(seen[u"recipients"].toArray().size(), 1);
    QCOMPARE(seen[u"drill"].toString(), QString());
    QVERIFY(seen[u"age_seconds"].toInteger() >= 0);

    const QJsonObject taken = json(halls.read());
    QCOMPARE(taken[u"known_sender"].toBool(), true);
    QCOMPARE(taken[u"operations_taken"].toInt(), 1);
    QCOMPARE(taken[u"waiting_for_a_person"].toInt(), 0);
    const auto waiting = Halls::pending(halls.b);
    QCOMPARE(waiting.size(), 1U);
    QCOMPARE(waiting[0].state, store::Pending::State::Queued);
    QCOMPARE(waiting[0].proof.first(32), must(sync::readCard(halls.cardA)).key);
    const QJsonObject again = json(halls.read());
    QCOMPARE(again[u"operations_taken"].toInt(), 0);
    QCOMPARE(again[u"operations_known"].toInt(), 1);
    QCOMPARE(Halls::pending(halls.b).size(), 1U);
}

void CtlPackageTest::strangersAreAskedFor()
{
    Halls halls;
    (void) halls.write();
    const Ended refused = halls.read();
    QCOMPARE(refused.code, ctl::BadInput);
    QCOMPARE(refused.out, QByteArray());
    QVERIFY2(refused.err.contains("unknown-sender"), refused.err.constData());
    QVERIFY(
        refused.err.contains(sync::fingerprint(must(sync::readCard(halls.cardA)).key).toLatin1()));
    QVERIFY(Halls::pending(halls.b).empty());
    const QJsonObject taken = json(halls.read({u"--trust"_s}));
    QCOMPARE(taken[u"known_sender"].toBool(), false);
    QCOMPARE(taken[u"operations_taken"].toInt(), 1);
    QCOMPARE(halls.read().code, ctl::BadInput); // once is once
}

void CtlPackageTest::passphrase()
{
    Halls halls;
    const QString words = halls.folder.path(u"words"_s);
    put(words, u"潮水 到了 堤坝 之上\n"_s.toUtf8());
    json(run({u"package"_s, u"write"_s, u"--cache"_s, halls.a, u"--out"_s, halls.stick,
              u"--passphrase-file"_s, words}));
    const Ended without = halls.read({u"--trust"_s});
    QCOMPARE(without.code, ctl::BadInput);
    QVERIFY2(without.err.contains("wrong-passphrase"), without.err.constData());
    const QJsonObject taken = json(halls.read({u"--trust"_s, u"--passphrase-file"_s, words}));
    QCOMPARE(taken[u"operations_taken"].toInt(), 1);
}

void CtlPackageTest::badPackages_data()
{
    QTest::addColumn<QString>("what");
    QTest::addColumn<QByteArray>("said");
    QTest::newRow("missing") << u"missing"_s << QByteArray("file-missing");
    QTest::newRow("empty") << u"empty"_s << QByteArray("not-a-package");
    QTest::newRow("foreign") << u"foreign"_s << QByteArray("not-a-package");
    QTest::newRow("folder") << u"folder"_s << QByteArray("file-unreadable");
    QTest::newRow("cut") << u"cut"_s << QByteArray("cut-short");
    QTest::newRow("changed") << u"changed"_s << QByteArray("damaged");
    QTest::newRow("for another hall") << u"other"_s << QByteArray("not-for-us");
    QTest::newRow("drill") << u"drill"_s << QByteArray("drill-into-live");
}

void CtlPackageTest::badPackages()
{
    QFETCH(const QString, what);
    QFETCH(const QByteArray, said);
    Halls halls;
    if (what == "drill"_L1) {
        store::CacheFile file = must(store::CacheFile::open(halls.a));
        must(store::setMetaValue(file.connection(), u"realm_mark"_s, u"演练"_s));
    }
    (void) halls.write();
    QByteArray bytes = contentOf(halls.stick);
    if (what == "changed"_L1)
        bytes[bytes.size() / 2] = char(bytes[bytes.size() / 2] ^ 4);
    if (what == "cut"_L1)
        bytes.chop(100);
    if (what == "empty"_L1)
        bytes.clear();
    if (what == "foreign"_L1)
        bytes = QByteArray(5000, 'x');
    put(halls.stick, bytes);
    if (what == "missing"_L1)
        QVERIFY(QFile::remove(halls.stick));
    if (what == "folder"_L1)
        QVERIFY(QFile::remove(halls.stick) && QDir().mkpath(halls.stick));
    if (what == "other"_L1)
        json(run({u"package"_s, u"write"_s, u"--cache"_s, halls.a, u"--out"_s, halls.stick,
                  u"--to"_s, halls.cardA}));
    const Ended ended = halls.read({u"--trust"_s});
    QCOMPARE(ended.code, ctl::BadInput);
    QCOMPARE(ended.out, QByteArray());
    QVERIFY2(ended.err.contains(said), ended.err.constData());
    QCOMPARE(ended.err.count('\n'), 1);
    QVERIFY(Halls::pending(halls.b).empty());
}

void CtlPackageTest::outputsThatCanNotBeWritten()
{
    Halls halls;
    const Ended ended = run({u"package"_s, u"write"_s, u"--cache"_s, halls.a, u"--out"_s,
                             halls.folder.path(u"none/a.leewardpkg"_s), u"--to"_s, halls.cardB});
    QCOMPARE(ended.code, ctl::BadOutput);
    // And no realm file is made of a typing error.
    const QString typo = halls.folder.path(u"tpyo.leeward"_s);
    QCOMPARE(run({u"package"_s, u"write"_s, u"--cache"_s, typo, u"--out"_s, halls.stick, u"--to"_s,
                  halls.cardB})
                 .code,
             ctl::BadInput);
    QVERIFY(!QFile::exists(typo));
    QVERIFY(!QFile::exists(halls.stick));
}

// Two realms that never saw a server: each has its journal, and what the other did becomes entries
// of its own.
void CtlPackageTest::standAlone()
{
    Halls halls; // its realms get a journal beside them
    const SystemClock clock;
    (void) must(app::HeadlessRealm::open(halls.a, clock));
    (void) must(app::HeadlessRealm::open(halls.b, clock));
    QVERIFY(QFile::exists(server::journalPathFor(halls.a)));
    QVERIFY(Halls::pending(halls.a).empty());
    QCOMPARE(halls.write()[u"operations"].toInt(), 1);
    const QJsonObject taken = json(halls.read({u"--trust"_s}));
    QCOMPARE(taken[u"operations_taken"].toInt(), 1);
    QVERIFY(Halls::pending(halls.b).empty());
    auto a = must(store::openReadOnly(halls.a));
    auto b = must(store::openReadOnly(halls.b));
    QCOMPARE(must(store::journalHead(b)).seq, 1);
    QCOMPARE(must(store::tablesDigest(b)), must(store::tablesDigest(a)));
    QCOMPARE(json(halls.read({u"--trust"_s}))[u"operations_known"].toInt(), 1);
    QCOMPARE(run({u"verify"_s, u"--cache"_s, halls.b}).code, ctl::Ok);
}

// A hall that has nothing yet gets all of it, when it says so; a typing error makes no realm.
void CtlPackageTest::aNewHall()
{
    Halls halls;
    halls.b = halls.folder.path(u"new.leeward"_s);
    json(run({u"package"_s, u"card"_s, u"--cache"_s, halls.b, u"--out"_s, halls.cardB}));
    (void) halls.write();
    const Ended missing = halls.read({u"--trust"_s});
    QCOMPARE(missing.code, ctl::BadInput);
    QVERIFY2(missing.err.contains("file-missing"), missing.err.constData());
    QVERIFY(!QFile::exists(halls.b));
    QCOMPARE(json(halls.read({u"--trust"_s, u"--create"_s}))[u"operations_taken"].toInt(), 1);
    QVERIFY(QFile::exists(halls.b));
}

QTEST_GUILESS_MAIN(CtlPackageTest)
#include "tst_ctl_package.moc"
