#include "analysis/roads/builder.h"
#include "analysis/roads/spatial.h"
#include "app/realm/gazetteer.h"
#include "app/realm/question.h"
#include "app/realm/realm.h"
#include "app/realm/register_import.h"
#include "maps/geo/export.h"
#include "models/store/tables.h"
#include "sync/verify.h"
#include "tests/support/makers.h"

#include <QFile>
#include <QSignalSpy>
#include <QTest>

using namespace leeward;
using namespace leeward::app;
using namespace leeward::test;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

void write(const QString &path, const QByteArray &bytes)
{
    QFile file(path);
    if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size())
        qFatal("%s: %s", qPrintable(path), qPrintable(file.errorString()));
}

int rowsIn(store::Connection &db, const QString &table)
{
    int rows = 0;
    must(store::forEachRow(db, *store::findTable(table), [&](FieldValues &&) {
        ++rows;
        return true;
    }));
    return rows;
}

// One street of 9 km along the parallel 23.1, a junction every kilometre or so, 60 s a piece; and a
// street of its own three kilometres north that leads nowhere.
roads::RoadGraph smallTown()
{
    roads::GraphBuilder builder;
    const quint8 kind = builder.kind("primary");
    const auto street = [&](double lat, int pieces) {
        quint32 last = builder.addNode();
        for (int i = 0; i < pieces; ++i) {
            const quint32 next = builder.addNode();
            const roads::FixedPoint shape[] = {roads::toFixed({113.30 + 0.01 * i, lat}),
                                               roads::toFixed({113.31 + 0.01 * i, lat})};
            builder.addPiece(
                {.from = last, .to = next, .forwardMs = 60'000, .backwardMs = 60'000, .kind = kind},
                shape);
            last = next;
        }
    };
    street(23.10, 9);
    street(23.13, 2);
    return must(std::move(builder).build(instantFromMs(FakeClock::startMs), {})).graph;
}

const QHash<QString, QByteArray> registerFiles = {
    {u"station"_s, "编号,名称,经度,纬度\nS1,城东站,113.33,23.1\nS2,城西站,113.30,23.1\n"},
    {u"team"_s, "编号,名称,类型,能力,驻地编号,人数,出动时限\nT1,防汛一队,防汛抢险,排涝,S1,20,5\n"
                "T2,防汛二队,flood,排涝、水上搜救,S2,30,10\n"},
    {u"shelter"_s, "编号,名称,经度,纬度\nB1,第一中学,113.31,23.1\n"},
    {u"landing_point"_s, "编号,名称,经度,纬度\nL1,体育场,113.32,23.1\n"},
    {u"depot"_s, "编号,名称,经度,纬度\nD1,市级库,113.30,23.1\n"},
    {u"stock"_s, "编号,名称,物资库编号,数量\nG1,编织袋,D1,10000\nG2,抽水泵,D1,12\n"},
};

} // namespace

class RealmTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void importTwice();
    void secondLook();
    void answer();
    void answerWithoutRoads();
    void aDrillsFileIsRefused();
    void questionOfNothing();
    void gazetteer();
    void gazetteerFaults_data();
    void gazetteerFaults();
    void reopenWithQueue();
    void lostJournal_data();
    void lostJournal();
    void twoPasts_data();
    void twoPasts();
    void theAuthorityRefuses();
    void openFaults_data();
    void openFaults();

private:
    void importAll(HeadlessRealm &realm, const TemporaryRealm &folder,
                   std::vector<size_t> *changed = nullptr);
    FakeClock m_clock;
};

void RealmTest::importAll(HeadlessRealm &realm, const TemporaryRealm &folder,
                          std::vector<size_t> *changed)
{
    SystemIdSource ids(m_clock);
    const Progress progress;
    for (const RegisterSpec *spec : allRegisters()) {
        const QString file = folder.path(spec->key + u".csv"_s);
        write(file, registerFiles.value(spec->key));
        const PreparedImport import =
            must(prepareImport(file, *spec, SourceDatum::Wgs84, ids, progress));
        QVERIFY2(import.draft.faults.empty(), qPrintable(spec->key));
        QVERIFY(!import.operation.rows.empty());
        const auto outcome =
            realm.submit(makeOperation(import.operation, ids.make<OperationId>(), u"张"_s, u"A"_s,
                                       m_clock.now(), m_clock.now()));
        if (!outcome) { // all of it is there already
            const auto *refusal = std::get_if<Refusal>(&outcome.error());
            QVERIFY2(refusal && refusal->reason == RefusalReason::NothingToChange,
                     qPrintable(spec->key));
        }
        if (changed)
            changed->push_back(outcome ? outcome->changes.size() : 0);
    }
}

void RealmTest::importTwice()
{
    const TemporaryRealm folder;
    auto realm = must(HeadlessRealm::open(folder.path(), m_clock));
    std::vector<size_t> first;
    importAll(realm, folder, &first);
    QCOMPARE(first.size(), registerFiles.size());
    for (const size_t changes : first)
        QVERIFY(changes > 0);
    const QByteArray before = must(store::tablesDigest(realm.connection()));
    m_clock.advance(1h);
    std::vector<size_t> second;
    importAll(realm, folder, &second);
    QCOMPARE(second, std::vector<size_t>(first.size(), 0));
    QCOMPARE(must(store::tablesDigest(realm.connection())), before);
    QCOMPARE(rowsIn(realm.connection(), u"team"_s), 2);
    QVERIFY(must(sync::verifyRealm(realm.connection())).holds());
    QCOMPARE(journalFault(realm.connection()), QString());
}

// While one holds a realm, another is told who; afterwards everything is there.
void RealmTest::secondLook()
{
    const TemporaryRealm folder;
    {
        auto realm = must(HeadlessRealm::open(folder.path(), m_clock));
        importAll(realm, folder);
        const auto other = HeadlessRealm::open(folder.path(), m_clock);
        QVERIFY(!other);
        QCOMPARE(other.error().code, Errc::CacheInUse);
        QVERIFY(other.error().detail.contains(QString::number(QCoreApplication::applicationPid())));
    }
    auto again = must(HeadlessRealm::open(folder.path(), m_clock));
    QCOMPARE(rowsIn(again.connection(), u"stock"_s), 2);
}

void RealmTest::answer()
{
    const TemporaryRealm folder;
    auto realm = must(HeadlessRealm::open(folder.path(), m_clock));
    importAll(realm, folder);
    Maker maker(1, u"张"_s, u"A"_s);
    // A team of its own place on the street that leads nowhere, and one that no road is near to.
    for (const auto &[code, lat] : {std::pair(u"T3"_s, 23.13), std::pair(u"T4"_s, 24.0)}) {
        QVERIFY(realm.submit(
            maker.operation(op::CreateRecord{.table = u"team"_s,
                                             .record = maker.ids().make<RecordId>(),
                                             .values = {{u"code"_s, code},
                                                        {u"name"_s, code},
                                                        {u"kind"_s, u"flood"_s},
                                                        {u"headcount"_s, 9},
                                                        {u"capabilities"_s, u"pumping"_s},
                                                        {u"lon"_s, 113.3},
                                                        {u"lat"_s, lat}}})));
    }
    const auto incident = maker.ids().make<IncidentId>();
    QVERIFY(
        realm.submit(maker.operation(op::ReportIncident{.incident = incident,
                                                        .type = u"flood"_s,
                                                        .title = u"积水"_s,
                                                        .place = LonLat{113.36, 23.1},
                                                        .source = u"phone"_s,
                                                        .needs = u"pumping:2,water_rescue:2"_s})));
    roads::Router router(smallTown());
    const auto question = must(readQuestion(realm.connection(), incident));
    QCOMPARE(question.candidates.size(), size_t(4));
    const recommend::Recommendation answer = app::answer(question, &router, m_clock.now());
    QCOMPARE(answer.rows.size(), size_t(2));
    const recommend::Row &one = answer.rows[0];
    QCOMPARE(one.code, u"T1"_s);
    QCOMPARE(one.roadSeconds, 180); // three pieces from its station
    QCOMPARE(one.totalSeconds, 480);
    QVERIFY(std::abs(one.roadMetres - 3068) < 10);
    const recommend::Row &two = answer.rows[1];
    QCOMPARE(two.code, u"T2"_s);
    QCOMPARE(two.roadSeconds, 360);
    QCOMPARE(two.totalSeconds, 960);
    QCOMPARE(answer.excluded.size(), size_t(2));
    for (const recommend::Excluded &team : answer.excluded)
        QCOMPARE(team.why, recommend::Exclusion::NoRoad);
    QCOMPARE(answer.shortfall.size(), size_t(2)); // two pumping, two water rescue, two teams

    // Ordered: now it says on which order.
    const auto assignment = maker.ids().make<AssignmentId>();
    QVERIFY(realm.submit(maker.assign(assignment, incident, one.team)));
    const auto later =
        app::answer(must(readQuestion(realm.connection(), incident)), &router, m_clock.now());
    const auto busy = std::ranges::find(later.excluded, u"T1"_s, &recommend::Excluded::code);
    QVERIFY(busy != later.excluded.end());
    QCOMPARE(busy->why, recommend::Exclusion::Busy);
    const auto ordered = must(store::findAssignment(realm.connection(), assignment));
    QVERIFY(!ordered->number.isEmpty());
    QCOMPARE(busy->facts.value(u"number"_s).toString(), ordered->number);
    QCOMPARE(busy->facts.value(u"incident"_s).toInt(), 1);
}

void RealmTest::answerWithoutRoads()
{
    const TemporaryRealm folder;
    auto realm = must(HeadlessRealm::open(folder.path(), m_clock));
    importAll(realm, folder);
    Maker maker(2, u"张"_s, u"A"_s);
    const auto incident = maker.ids().make<IncidentId>();
    QVERIFY(realm.submit(maker.operation(op::ReportIncident{
        .incident = incident, .type = u"flood"_s, .title = u"积水"_s, .needs = u"pumping:1"_s})));
    const auto ask = [&] {
        return app::answer(must(readQuestion(realm.connection(), incident)), nullptr,
                           m_clock.now());
    };
    const auto answer = ask();
    QVERIFY(answer.rows.empty());
    QCOMPARE(answer.excluded.size(), size_t(2));
    QCOMPARE(answer.excluded[0].facts.value(u"why"_s).toString(), u"no_incident_place"_s);
    QCOMPARE(answer.shortfall.size(), size_t(1));
    QVERIFY(realm.submit(maker.operation(
        op::EditRecord{.table = u"incident"_s,
                       .record = RecordId(incident.raw()),
                       .changes = {{u"lon"_s, QVariant(), 120.7}, {u"lat"_s, QVariant(), 35.2}}})));
    QCOMPARE(ask().excluded[0].facts.value(u"why"_s).toString(), u"no_network"_s);
}

void RealmTest::aDrillsFileIsRefused()
{
    const TemporaryRealm folder;
    const FieldValues row = {{u"code"_s, u"S1"_s}, {u"name"_s, u"东港站"_s}};
    const Progress progress;
    SystemIdSource ids(m_clock);
    for (const QString &mark : {QString(), u"演练 / EXERCISE"_s}) {
        const QString file = folder.path(u"stations.csv"_s);
        QVERIFY(geo::writeRegister(stationRegister(), std::span(&row, 1), file, geo::Format::Csv,
                                   {.realmMark = mark}, progress));
        const auto import =
            prepareImport(file, stationRegister(), SourceDatum::Wgs84, ids, progress);
        QCOMPARE(import.has_value(), mark.isEmpty());
        if (!import)
            QCOMPARE(import.error().code, Errc::Unsupported);
    }
}

void RealmTest::questionOfNothing()
{
    store::Connection db = memoryRealm();
    const auto question = readQuestion(db, IncidentId(QUuid::createUuid()));
    QVERIFY(!question);
    QCOMPARE(question.error().code, Errc::NotFound);
}

void RealmTest::gazetteer()
{
    const TemporaryRealm folder;
    const QString file = folder.path(u"places.csv"_s);
    write(file, "名称,类型,经度,纬度\n潮州街道,town,113.3,23.1\n潮州,city,113.31,23.11\n大潮州桥,"
                "bridge,113.32,23.12\n"
                ",town,1,1\n坏地方,town,513.3,23.1\n");
    const Gazetteer places = must(Gazetteer::load(file));
    QCOMPARE(places.size(), size_t(3));
    QStringList names;
    for (const GazetteerHit &hit : places.search(u"潮州"_s, 10))
        names += hit.name;
    QCOMPARE(names, (QStringList{u"潮州"_s, u"潮州街道"_s,
                                 u"大潮州桥"_s})); // exact, begins with, contains
    QCOMPARE(places.search(u"潮州"_s, 2).size(), size_t(2));
    QCOMPARE(places.search(u"chaozhou"_s, 10).size(), size_t(3));
    QCOMPARE(places.search(u"潮州 桥"_s, 10).size(), size_t(1));
    QVERIFY(places.search(u"  "_s, 10).empty());
    QVERIFY(places.search(u"北京"_s, 10).empty());
    QCOMPARE(places.search(u"大潮"_s, 1).at(0).at, (LonLat{113.32, 23.12}));
}

void RealmTest::gazetteerFaults_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::newRow("empty") << QByteArray();
    QTest::newRow("other columns") << QByteArray("a,b\n1,2\n");
    QTest::newRow("not text") << QByteArray("\x00\x01\x02\x03\xff\xfe", 6);
}

void RealmTest::gazetteerFaults()
{
    QFETCH(const QByteArray, bytes);
    const TemporaryRealm folder;
    write(folder.path(u"places.csv"_s), bytes);
    const auto places = Gazetteer::load(folder.path(u"places.csv"_s));
    QVERIFY(!places);
    QVERIFY(!places.error().detail.isEmpty());
}

// What was queued when the plug was pulled goes into the journal at the next start, without
// anyone's doing.
void RealmTest::reopenWithQueue()
{
    const TemporaryRealm folder;
    Maker maker(3, u"张"_s, u"A"_s);
    const auto incident = maker.ids().make<IncidentId>();
    {
        auto cache = must(store::CacheFile::open(folder.path()));
        QVERIFY(desk::enqueue(cache.connection(), maker.report(incident, u"断电前"_s)));
        QCOMPARE(must(store::journalHead(cache.connection())).seq, 0);
    }
    SystemIdSource ids(m_clock);
    for (int turn = 0; turn < 2; ++turn) {
        auto realm = must(Realm::open(folder.path(), m_clock, ids, {u"张"_s, u"A"_s}));
        const auto queue = [&] { return must(realm->desk().queueState().result()); };
        QTRY_COMPARE(queue().queued, 0);
        QCOMPARE(queue().conflicts, 0);
        const auto outcome = realm->desk()
                                 .submit(op::NoteIncident{.incident = incident, .text = u"补记"_s})
                                 .result();
        QVERIFY(outcome);
        QTRY_COMPARE(queue().cursor, turn + 2);
    }
    auto cache = must(store::CacheFile::open(folder.path()));
    QCOMPARE(must(store::entriesAfter(cache.connection(), 0, 10)).size(), size_t(3));
    QVERIFY(must(sync::verifyRealm(cache.connection())).holds());
}

void RealmTest::lostJournal_data()
{
    QTest::addColumn<bool>("threads");
    QTest::newRow("headless") << false;
    QTest::newRow("with threads") << true;
}

void RealmTest::lostJournal()
{
    QFETCH(const bool, threads);
    const TemporaryRealm folder;
    Maker maker(4, u"张"_s, u"A"_s);
    const auto incident = maker.ids().make<IncidentId>();
    {
        auto realm = must(HeadlessRealm::open(folder.path(), m_clock));
        importAll(realm, folder);
        QVERIFY(realm.submit(maker.report(incident)));
    }
    const QString journal = server::journalPathFor(folder.path());
    QVERIFY(QFile::exists(journal));
    for (const QString &ending : {u""_s, u"-wal"_s, u"-shm"_s})
        QFile::remove(journal + ending);
    SystemIdSource ids(m_clock);
    if (threads) {
        auto realm = must(Realm::open(folder.path(), m_clock, ids, {u"张"_s, u"A"_s}));
        QVERIFY(
            realm->desk().submit(op::NoteIncident{.incident = incident, .text = u"续"_s}).result());
        QTRY_COMPARE(must(realm->desk().queueState().result()).queued, 0);
    } else {
        auto realm = must(HeadlessRealm::open(folder.path(), m_clock));
        QVERIFY(realm.submit(maker.note(incident, u"续"_s)));
    }
    auto cache = must(store::CacheFile::open(folder.path()));
    auto made = must(store::CacheFile::open(journal));
    QCOMPARE(journalFault(made.connection()), QString());
    QCOMPARE(must(store::journalHead(made.connection())).hash,
             must(store::journalHead(cache.connection())).hash);
    QCOMPARE(must(store::tablesDigest(made.connection())),
             must(store::tablesDigest(cache.connection())));
    QCOMPARE(must(store::journalHead(made.connection())).seq, 8);
}

void RealmTest::twoPasts_data()
{
    QTest::addColumn<int>("mine");
    QTest::addColumn<int>("theirs");
    QTest::newRow("as long") << 3 << 3;
    QTest::newRow("the journal is shorter") << 3 << 1;
    QTest::newRow("the journal is longer") << 1 << 3;
}

// The journal beside a realm file is another realm's: neither is touched.
void RealmTest::twoPasts()
{
    QFETCH(const int, mine);
    QFETCH(const int, theirs);
    const TemporaryRealm folder;
    const TemporaryRealm other;
    const auto fill = [&](const QString &path, quint64 seed, int entries) {
        Maker maker(seed, u"张"_s, u"A"_s);
        auto realm = must(HeadlessRealm::open(path, m_clock));
        for (int i = 0; i < entries; ++i)
            QVERIFY(realm.submit(maker.report(maker.ids().make<IncidentId>())));
    };
    fill(folder.path(), 21, mine);
    fill(other.path(), 22, theirs);
    const QString journal = server::journalPathFor(folder.path());
    for (const QString &ending : {u""_s, u"-wal"_s, u"-shm"_s}) {
        QFile::remove(journal + ending);
        QFile::copy(server::journalPathFor(other.path()) + ending, journal + ending);
    }
    const auto digest = [](const QString &path) {
        auto file = must(store::CacheFile::open(path));
        return must(store::journalHead(file.connection())).hash +
               must(store::tablesDigest(file.connection()));
    };
    const QByteArray cacheBefore = digest(folder.path());
    const QByteArray journalBefore = digest(journal);
    SystemIdSource ids(m_clock);
    const auto headless = HeadlessRealm::open(folder.path(), m_clock);
    QVERIFY(!headless);
    QCOMPARE(headless.error().code, Errc::Corrupt);
    QVERIFY2(headless.error().detail.contains("two different pasts"_L1),
             qPrintable(headless.error().detail));
    const auto realm = Realm::open(folder.path(), m_clock, ids, {u"张"_s, u"A"_s});
    QVERIFY(!realm);
    QCOMPARE(realm.error().code, Errc::Corrupt);
    QCOMPARE(digest(folder.path()), cacheBefore);
    QCOMPARE(digest(journal), journalBefore);
}

// What this desk's rules took and the authority's do not is no success.
void RealmTest::theAuthorityRefuses()
{
    const TemporaryRealm folder;
    Maker maker(8, u"张"_s, u"A"_s);
    const Operation operation = maker.report(maker.ids().make<IncidentId>());
    {
        auto journal = must(store::CacheFile::open(server::journalPathFor(folder.path())));
        must(store::keepRefused(journal.connection(), operation.id,
                                Refusal{RefusalReason::TimerStale, {{u"incident"_s, u"x"_s}}},
                                m_clock.now()));
    }
    auto realm = must(HeadlessRealm::open(folder.path(), m_clock));
    const auto outcome = realm.submit(operation);
    QVERIFY(!outcome);
    const auto *refusal = std::get_if<Refusal>(&outcome.error());
    QVERIFY(refusal);
    QCOMPARE(refusal->reason, RefusalReason::TimerStale);
    QCOMPARE(must(store::journalHead(realm.connection())).seq, 0);
    const auto pending = must(store::pendingOperations(realm.connection()));
    QCOMPARE(pending.size(), size_t(1));
    QCOMPARE(pending.front().state, store::Pending::State::Refused);
    // and the next one is not held up
    QVERIFY(realm.submit(maker.report(maker.ids().make<IncidentId>())));
}

void RealmTest::openFaults_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<Errc>("code");
    QTest::newRow("not a database") << QByteArray(5000, 'x') << Errc::FileMalformed;
    QTest::newRow("a folder") << QByteArray("folder") << Errc::FileUnreadable;
    QTest::newRow("no folder") << QByteArray("missing") << Errc::FileMissing;
    QTest::newRow("newer schema") << QByteArray("newer") << Errc::SchemaTooNew;
}

void RealmTest::openFaults()
{
    QFETCH(const QByteArray, bytes);
    QFETCH(const Errc, code);
    const TemporaryRealm folder;
    QString path = folder.path();
    if (bytes == "folder") {
        path = folder.folder();
    } else if (bytes == "missing") {
        path = folder.path(u"no/city.leeward"_s);
    } else if (bytes == "newer") {
        auto cache = must(store::CacheFile::open(path));
        must(cache.connection().exec("PRAGMA user_version=9999"));
    } else {
        write(path, bytes);
    }
    SystemIdSource ids(m_clock);
    const auto headless = HeadlessRealm::open(path, m_clock);
    QVERIFY(!headless);
    QCOMPARE(headless.error().code, code);
    const auto realm = Realm::open(path, m_clock, ids, {u"张"_s, u"A"_s});
    QVERIFY(!realm);
    QCOMPARE(realm.error().code, code);
    if (bytes.size() == 5000) {
        QFile file(path);
        QVERIFY(file.open(QIODevice::ReadOnly));
        QCOMPARE(file.readAll(), bytes); // left as it was
    }
}

QTEST_GUILESS_MAIN(RealmTest)
#include "tst_realm.moc"
