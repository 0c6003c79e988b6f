#include "models/desk/desk.h"
#include "models/store/tables.h"
#include "server/authority.h"
#include "sync/package.h"
#include "sync/replica.h"
#include "sync/wire.h"
#include "tests/support/cluster.h"

#include <QCborArray>
#include <QCborMap>
#include <QCryptographicHash>
#include <QFile>
#include <QtEndian>
#include <QTest>

#include <rapidcheck.h>

#include <sys/stat.h>

using namespace leeward;
using namespace leeward::sync;
using namespace leeward::test;
using namespace Qt::StringLiterals;
using store::Pending;

namespace {

// The same bytes for the same seed.
class SeededRandom final : public RandomSource
{
public:
    explicit SeededRandom(quint64 seed)
        : m_random(seed)
    {
    }
    [[nodiscard]] QByteArray bytes(int count) override
    {
        QByteArray bytes(count, '\0');
        for (char &byte : bytes)
            byte = static_cast<char>(m_random());
        return bytes;
    }

private:
    std::mt19937_64 m_random;
};

// One hall: its desk's pen, its machine's key, its cache.
struct Hall
{
    Maker maker;
    SeededRandom random;
    DeviceKey key;
    store::Connection db = memoryRealm();

    explicit Hall(quint64 seed)
        : maker(seed, u"user%1"_s.arg(seed), u"desk%1"_s.arg(seed))
        , random(seed)
        , key(DeviceKey::make(maker.desk(), random))
    {
    }

    [[nodiscard]] bool queue(const Operation &operation)
    {
        return desk::enqueue(db, operation).has_value();
    }
    [[nodiscard]] std::vector<Pending> pending() { return must(store::pendingOperations(db)); }
    [[nodiscard]] qint64 cursor() { return must(store::journalHead(db)).seq; }
    // All that must not change when a package is refused.
    [[nodiscard]] QByteArray standing()
    {
        QByteArray all = must(store::tablesDigest(db)) + must(store::journalHead(db)).hash;
        for (const Pending &one : pending())
            all += toBytes(one.operation) + one.proof + store::pendingStateName(one.state).toUtf8();
        return all;
    }

    [[nodiscard]] MadePackage pack(const Hall &to, qint64 since = 0, bool asOperations = false)
    {
        PackageOptions options;
        options.madeAt = maker.clock.now();
        options.recipients = {to.key.card()};
        options.since = since;
        options.asOperations = asOperations;
        return must(makePackage(db, key, options, random));
    }
    // Believes whoever sealed it.
    PackageResult<PackageSummary> take(const QByteArray &bytes, Changes *changes = nullptr)
    {
        const auto sealed = readSeal(bytes);
        const PackageReader reader{.key = &key,
                                   .passphrase = {},
                                   .trusted = nullptr,
                                   .trustOnce = sealed ? sealed->header.sender.key : QByteArray()};
        Changes ignored;
        return takePackage(db, bytes, reader, changes ? *changes : ignored);
    }
};

template <class T>
T taken(PackageResult<T> result)
{
    if (!result)
        qFatal("%s: %s", qPrintable(faultName(result.error().fault)),
               qPrintable(result.error().error.detail));
    return std::move(*result);
}

template <class T>
QString faultOf(const PackageResult<T> &result)
{
    return result ? u"none"_s : faultName(result.error().fault);
}

// Halls that had a server once: the journal so far is the same, and then the network went.
struct World
{
    FakeClock clock;
    store::Connection journal = memoryRealm();
    server::Authority authority{journal, clock};
    Hall a{1};
    Hall b{2};
    Hall c{3};
    TeamId team = a.maker.ids().make<TeamId>();
    IncidentId incident = a.maker.ids().make<IncidentId>();

    World()
    {
        if (!a.queue(a.maker.createTeam(team, u"T1"_s, u"一队"_s)) ||
            !a.queue(a.maker.report(incident)))
            qFatal("the world can not be made");
        for (Hall *hall : {&a, &b, &c})
            sync(*hall);
    }
    // Until there is nothing to say; true when something was said.
    bool sync(Hall &hall)
    {
        bool moved = false;
        while (true) {
            const Ask ask = must(askOf(hall.db, 200, false));
            const Reply reply = must(authority.exchange(ask));
            if (reply.diverged)
                qFatal("the authority knows another past");
            const Step step = must(sync::take(hall.db, reply));
            moved = moved || !ask.submissions.empty() || step.journalMoved;
            if (ask.submissions.empty() && !step.again)
                return moved;
        }
    }
    void settle()
    {
        bool moved = true;
        while (moved) {
            moved = false;
            for (Hall *hall : {&a, &b, &c})
                moved = sync(*hall) || moved;
        }
    }
    [[nodiscard]] Operation lead(Hall &who, const QVariant &before, const QString &after)
    {
        return who.maker.edit(u"team"_s, RecordId(team.raw()), u"leader"_s, before, after);
    }
    [[nodiscard]] static QVariant leader(Hall &hall, TeamId id)
    {
        return must(store::findRow(hall.db, *store::findTable(u"team"), id.text()))
            ->value(u"leader"_s);
    }
};

// A package as docs/packages.md says it, written without the code under test: for what no honest
// sender makes.
QByteArray signedAgain(QByteArray bytes, const DeviceKey &key)
{
    bytes.chop(signatureSize);
    return bytes + key.sign("leeward package 1" + QByteArray(1, '\0') +
                            QCryptographicHash::hash(bytes, QCryptographicHash::Blake2b_512));
}

QByteArray sealedBytes(const QByteArray &content, Hall &from, const Hall &to)
{
    return must(seal(wire::pack(content),
                     {.realm = {},
                      .mark = {},
                      .madeAt = from.maker.clock.now(),
                      .recipients = {to.key.card()},
                      .passphrase = {}},
                     from.key, from.random));
}

QByteArray sealedContent(const QCborMap &content, Hall &from, const Hall &to)
{
    return sealedBytes(content.toCborValue().toCbor(), from, to);
}

QCborMap contentMap(Hall &from, const std::vector<store::Entry> &entries,
                    const std::vector<Submission> &operations, qint64 since = 0)
{
    QCborArray list;
    for (const Submission &one : operations)
        list.append(wire::toCbor(one));
    const store::Head head = must(store::journalHead(from.db));
    return {{u"since"_s, since},
            {u"head"_s, QCborArray{head.seq, head.hash}},
            {u"entries"_s, wire::toCbor(entries)},
            {u"operations"_s, list}};
}

} // namespace

class PackageTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void hallToHallThenBothToTheServer();
    void relayed();
    void aHallThatMissedMoreCatchesUp();
    void theSamePackageTwice();
    void whatDoesNotFitIsAConflict();
    void aConflictTravelsOn();
    void hallsWithTheirOwnJournals();
    void everyByteCounts();
    void cutAndExtended();
    void rearrangedBySender();
    void sizes_data();
    void sizes();
    void whoMayRead();
    void passphrases();
    void unknownSenders();
    void realms_data();
    void realms();
    void newerFormat();
    void passedOnAsTheirOwn();
    void holesAndOtherPasts();
    void liesOfASender_data();
    void liesOfASender();
    void packagesThatCanNotBeMade();
    void files();
    void aFullDiskInTheMiddle();
    void nothingIsLostOrDoubled();
};

void PackageTest::hallToHallThenBothToTheServer()
{
    World w;
    QVERIFY(w.a.queue(w.a.maker.note(w.incident, u"水位上涨"_s)));
    QVERIFY(w.b.queue(w.lead(w.b, QVariant(), u"李四"_s)));
    const MadePackage made = w.a.pack(w.b);
    QCOMPARE(made.operations, 1);
    QCOMPARE(made.entries, w.b.cursor());
    Changes changes;
    Rows shown = rowsOf(w.b.db);
    const PackageSummary summary = taken(w.b.take(made.bytes, &changes));
    QCOMPARE(summary.header.sender, w.a.key.card());
    QCOMPARE(summary.header.madeAt, w.a.maker.clock.now());
    QCOMPARE(summary.entriesTaken, 0);
    QCOMPARE(summary.entriesKnown, w.b.cursor());
    QCOMPARE(summary.operationsTaken, 1);
    QCOMPARE(summary.operationsKnown, 0);
    QCOMPARE(summary.operationsInConflict, 0);
    QVERIFY(!summary.knownSender);
    QVERIFY(summary.strangers.empty());
    QCOMPARE(test::play(changes, shown), QString());
    QCOMPARE(shown, rowsOf(w.b.db)); // the screens were told all of it
    const QByteArray together = must(store::tablesDigest(w.b.db));
    // And back: what is A's own is known there.
    const PackageSummary back = taken(w.a.take(w.b.pack(w.a).bytes));
    QCOMPARE(back.operationsTaken, 1);
    QCOMPARE(back.operationsKnown, 1);
    QCOMPARE(must(store::tablesDigest(w.a.db)), together);
    // Then both reach the server.
    const qint64 before = must(store::journalHead(w.journal)).seq;
    w.settle();
    QCOMPARE(must(store::journalHead(w.journal)).seq, before + 2);
    QCOMPARE(must(store::tablesDigest(w.journal)), together);
    for (Hall *hall : {&w.a, &w.b, &w.c}) {
        QCOMPARE(must(store::tablesDigest(hall->db)), together);
        QVERIFY(hall->pending().empty());
        QCOMPARE(journalFault(hall->db), QString());
    }
}

// A's operation reaches C through B, still signed by A's machine, and C hands it in.
void PackageTest::relayed()
{
    World w;
    const Operation note = w.a.maker.note(w.incident, u"桥断了"_s);
    QVERIFY(w.a.queue(note));
    taken(w.b.take(w.a.pack(w.b).bytes));
    QVERIFY(w.b.queue(w.lead(w.b, QVariant(), u"李四"_s)));
    const PackageSummary summary = taken(w.c.take(w.b.pack(w.c).bytes));
    QCOMPARE(summary.operationsTaken, 2);
    QCOMPARE(summary.strangers, std::vector{w.a.key.card().key});
    const auto sent = must(toSend(w.c.db, 200));
    QCOMPARE(sent.size(), 2U);
    QCOMPARE(sent[0].operation, note);
    QCOMPARE(sent[0].proof->key, w.a.key.card().key);
    QCOMPARE(sent[1].proof->key, w.b.key.card().key);
    QVERIFY(proves(sent[0]) && proves(sent[1]));
    w.sync(w.c);
    QVERIFY(must(store::entryOf(w.journal, note.id)));
    w.settle();
    QCOMPARE(must(store::tablesDigest(w.a.db)), must(store::tablesDigest(w.journal)));
    QVERIFY(w.a.pending().empty() && w.b.pending().empty() && w.c.pending().empty());
}

void PackageTest::aHallThatMissedMoreCatchesUp()
{
    World w;
    for (int i = 0; i < 700; ++i) // more than one page of the journal
        QVERIFY(w.a.queue(w.a.maker.note(w.incident, u"第%1"_s.arg(i))));
    w.sync(w.a);
    QVERIFY(w.b.queue(w.lead(w.b, QVariant(), u"李四"_s)));
    const PackageSummary summary = taken(w.b.take(w.a.pack(w.b, 2).bytes));
    QCOMPARE(summary.entriesTaken, 700);
    QCOMPARE(summary.entriesKnown, 0);
    QCOMPARE(w.b.cursor(), 702);
    QCOMPARE(w.b.pending().size(), 1U); // its own still waits, on top
    QCOMPARE(World::leader(w.b, w.team), QVariant(u"李四"_s));
    QCOMPARE(journalFault(w.b.db), QString());
    // An operation that came as pending and now comes as an entry is there once.
    taken(w.c.take(w.b.pack(w.c).bytes));
    w.sync(w.b);
    const PackageSummary late = taken(w.c.take(w.b.pack(w.c, 700).bytes));
    QCOMPARE(late.entriesTaken, 1);
    QVERIFY(w.c.pending().empty());
    QCOMPARE(must(store::tablesDigest(w.c.db)), must(store::tablesDigest(w.journal)));
    // A hall that knows nothing yet.
    Hall fresh(9);
    const PackageSummary first = taken(fresh.take(w.b.pack(fresh).bytes));
    QCOMPARE(first.entriesTaken, 703);
    QCOMPARE(must(store::tablesDigest(fresh.db)), must(store::tablesDigest(w.journal)));
}

void PackageTest::theSamePackageTwice()
{
    World w;
    QVERIFY(w.a.queue(w.a.maker.note(w.incident, u"一"_s)));
    w.sync(w.a);
    QVERIFY(w.a.queue(w.a.maker.note(w.incident, u"二"_s)));
    QVERIFY(w.a.queue(w.lead(w.a, QVariant(), u"张三"_s)));
    QVERIFY(w.b.queue(w.lead(w.b, QVariant(), u"李四"_s)));
    const QByteArray bytes = w.a.pack(w.b).bytes;
    const PackageSummary first = taken(w.b.take(bytes));
    QCOMPARE(first.entriesTaken, 1);
    QCOMPARE(first.operationsTaken, 1);
    QCOMPARE(first.operationsInConflict, 1);
    const QByteArray before = w.b.standing();
    Changes changes;
    const PackageSummary second = taken(w.b.take(bytes, &changes));
    QCOMPARE(w.b.standing(), before);
    QVERIFY(changes.empty());
    QCOMPARE(second.entriesTaken, 0);
    QCOMPARE(second.operationsTaken + second.operationsInConflict, 0);
    QCOMPARE(second.operationsKnown, 2);
}

void PackageTest::whatDoesNotFitIsAConflict()
{
    World w;
    QVERIFY(w.a.queue(w.lead(w.a, QVariant(), u"张三"_s)));
    QVERIFY(w.b.queue(w.lead(w.b, QVariant(), u"李四"_s)));
    const PackageSummary summary = taken(w.b.take(w.a.pack(w.b).bytes));
    QCOMPARE(summary.operationsInConflict, 1);
    QCOMPARE(summary.operationsTaken, 0);
    QCOMPARE(World::leader(w.b, w.team), QVariant(u"李四"_s));
    const auto waiting = w.b.pending();
    QCOMPARE(waiting.size(), 2U);
    QCOMPARE(waiting[1].state, Pending::State::Conflict);
    QCOMPARE(waiting[1].refusal->reason, RefusalReason::FieldConflict);
    QCOMPARE(waiting[1].refusal->facts[u"mine"].toString(), u"张三"_s);
}

// What does not fit at the hall in the middle may fit where the package goes.
void PackageTest::aConflictTravelsOn()
{
    World w;
    const Operation named = w.lead(w.a, QVariant(), u"张三"_s);
    const Operation own = w.lead(w.b, QVariant(), u"李四"_s);
    QVERIFY(w.a.queue(named));
    QVERIFY(w.b.queue(own));
    taken(w.b.take(w.a.pack(w.b).bytes));
    const MadePackage onward = w.b.pack(w.c);
    QCOMPARE(onward.operations, 2);
    const PackageSummary summary = taken(w.c.take(onward.bytes));
    QCOMPARE(summary.operationsTaken, 1);
    QCOMPARE(summary.operationsInConflict, 1);
    // But not a conflict of the hall's own: its people decide that first.
    w.sync(w.a);
    must(receive(w.b.db, must(w.authority.exchange({}, w.b.cursor()))));
    QCOMPARE(w.b.pending().size(), 1U);
    QCOMPARE(w.b.pending()[0].state, Pending::State::Conflict);
    QCOMPARE(w.b.pack(w.c).operations, 0);
}

// Stand-alone halls: each has an authority of its own, so nothing is ever pending for long.
void PackageTest::hallsWithTheirOwnJournals()
{
    FakeClock clock;
    Hall a(1);
    Hall b(2);
    store::Connection journalA = memoryRealm();
    store::Connection journalB = memoryRealm();
    const auto accept = [&clock](Hall &hall, store::Connection &journal) {
        server::Authority authority(journal, clock);
        while (true) {
            const Ask ask = must(askOf(hall.db, 200, false));
            const Reply reply = must(authority.exchange(ask));
            if (reply.diverged)
                return false;
            must(sync::take(hall.db, reply));
            if (ask.submissions.empty())
                return true;
        }
    };
    const auto team = a.maker.ids().make<TeamId>();
    const auto incident = b.maker.ids().make<IncidentId>();
    QVERIFY(a.queue(a.maker.createTeam(team, u"T1"_s, u"一队"_s)));
    QVERIFY(b.queue(b.maker.report(incident)));
    QVERIFY(accept(a, journalA) && accept(b, journalB));
    QVERIFY(a.pending().empty() && b.pending().empty());
    // As entries the two do not go together.
    const QByteArray before = b.standing();
    QCOMPARE(faultOf(b.take(a.pack(b).bytes)), u"other-past"_s);
    QCOMPARE(b.standing(), before);
    // As operations they do.
    const QByteArray bytes = a.pack(b, 0, true).bytes;
    QCOMPARE(taken(b.take(bytes)).operationsTaken, 1);
    QVERIFY(accept(b, journalB));
    QVERIFY(must(store::findRow(journalB, *store::findTable(u"team"), team.text())));
    QCOMPARE(taken(b.take(bytes)).operationsKnown, 1);
    QVERIFY(b.pending().empty());
    const PackageSummary back = taken(a.take(b.pack(a, 0, true).bytes));
    QCOMPARE(back.operationsTaken, 1);
    QCOMPARE(back.operationsKnown, 1);
    QVERIFY(accept(a, journalA));
    QCOMPARE(must(store::tablesDigest(a.db)), must(store::tablesDigest(b.db)));
    QCOMPARE(journalFault(a.db) + journalFault(b.db), QString());
}

void PackageTest::everyByteCounts()
{
    World w;
    QVERIFY(w.a.queue(w.a.maker.note(w.incident, u"一"_s)));
    const QByteArray bytes = w.a.pack(w.b, 2).bytes;
    const QByteArray before = w.b.standing();
    for (qsizetype i = 0; i < bytes.size(); ++i) {
        QByteArray changed = bytes;
        changed[i] = char(changed[i] ^ (1 << (i % 8)));
        const auto result = w.b.take(changed);
        QVERIFY2(!result, qPrintable(u"byte %1"_s.arg(i)));
        QVERIFY2(result.error().fault != PackageFault::Failed, qPrintable(u"byte %1"_s.arg(i)));
    }
    QCOMPARE(w.b.standing(), before);
    QCOMPARE(taken(w.b.take(bytes)).operationsTaken, 1); // untouched it is taken
}

void PackageTest::cutAndExtended()
{
    World w;
    QVERIFY(w.a.queue(w.a.maker.note(w.incident, u"一"_s)));
    const QByteArray bytes = w.a.pack(w.b, 2).bytes;
    const QByteArray before = w.b.standing();
    QCOMPARE(faultOf(w.b.take({})), u"not-a-package"_s);
    QCOMPARE(faultOf(w.b.take("PK\3\4")), u"not-a-package"_s);
    for (qsizetype size = 1; size < bytes.size(); ++size)
        QCOMPARE(faultOf(w.b.take(bytes.first(size))), u"cut-short"_s);
    QCOMPARE(faultOf(w.b.take(bytes + '\0')), u"damaged"_s);
    QCOMPARE(faultOf(w.b.take(bytes + bytes)), u"damaged"_s);
    // Copied as if it were text.
    QCOMPARE(faultOf(w.b.take(QByteArray(bytes).replace("\r\n", "\n"))), u"not-a-package"_s);
    QCOMPARE(w.b.standing(), before);
}

// The chunks hold on their own too, whoever signs.
void PackageTest::rearrangedBySender()
{
    Hall a(1);
    Hall b(2);
    constexpr qsizetype chunk = 64 * 1024 + 17;
    const QByteArray content = a.random.bytes(3 * 64 * 1024);
    const QByteArray bytes = must(seal(
        content, {.madeAt = {}, .recipients = {b.key.card()}, .passphrase = {}}, a.key, a.random));
    const auto open = [&](const QByteArray &changed) {
        const auto package = readSeal(signedAgain(changed, a.key));
        return package ? faultOf(openSeal(*package, &b.key, {})) : faultOf(package);
    };
    QCOMPARE(open(bytes), u"none"_s);
    const qsizetype first = taken(readSeal(bytes)).bodyAt + 24;
    QByteArray swapped = bytes;
    swapped.replace(first, chunk, bytes.sliced(first + chunk, chunk));
    swapped.replace(first + chunk, chunk, bytes.sliced(first, chunk));
    QCOMPARE(open(swapped), u"damaged"_s);
    // Without its last chunk, the lengths put right.
    QByteArray cut = bytes;
    cut.remove(first + 2 * chunk, chunk);
    qToBigEndian(quint64(24 + 2 * chunk), cut.data() + 14);
    QCOMPARE(open(cut), u"damaged"_s);
    QByteArray longer = bytes;
    longer.insert(first + 3 * chunk, bytes.sliced(first, chunk));
    qToBigEndian(quint64(24 + 4 * chunk), longer.data() + 14);
    QCOMPARE(open(longer), u"damaged"_s);
    QByteArray empty = bytes;
    empty.remove(first - 24, 24 + 3 * chunk);
    qToBigEndian(quint64(0), empty.data() + 14);
    QCOMPARE(open(empty), u"damaged"_s);
}

void PackageTest::sizes_data()
{
    QTest::addColumn<int>("size");
    for (const int size : {0, 1, 65'535, 65'536, 65'537, 131'072, 1'000'000})
        QTest::addRow("%d", size) << size;
}

void PackageTest::sizes()
{
    QFETCH(const int, size);
    Hall a(1);
    Hall b(2);
    const QByteArray content = a.random.bytes(size);
    const QByteArray bytes = must(seal(
        content, {.madeAt = {}, .recipients = {b.key.card()}, .passphrase = {}}, a.key, a.random));
    const SealedPackage package = taken(readSeal(bytes));
    QCOMPARE(taken(openSeal(package, &b.key, {})), content);
}

void PackageTest::whoMayRead()
{
    World w;
    QVERIFY(w.a.queue(w.a.maker.note(w.incident, u"机密内容"_s)));
    const QByteArray bytes = w.a.pack(w.b).bytes;
    const QByteArray before = w.c.standing();
    QCOMPARE(faultOf(w.c.take(bytes)), u"not-for-us"_s);
    QCOMPARE(faultOf(w.a.take(bytes)), u"not-for-us"_s); // nor its sender
    QCOMPARE(w.c.standing(), before);
    QVERIFY(!bytes.contains(u"机密内容"_s.toUtf8()));
    PackageOptions options;
    options.recipients = {w.b.key.card(), w.c.key.card()};
    const QByteArray forTwo = must(makePackage(w.a.db, w.a.key, options, w.a.random)).bytes;
    QCOMPARE(taken(w.b.take(forTwo)).operationsTaken, 1);
    QCOMPARE(taken(w.c.take(forTwo)).operationsTaken, 1);
    const PackageHeader header = taken(readSeal(forTwo)).header;
    QCOMPARE(header.recipients, (std::vector{w.b.key.card().key, w.c.key.card().key}));
    QVERIFY(!header.passphrase);
}

void PackageTest::passphrases()
{
    World w;
    QVERIFY(w.a.queue(w.a.maker.note(w.incident, u"一"_s)));
    PackageOptions options;
    options.passphrase = u"东港 高潮 十二点半 见面"_s;
    options.limits = cheapestHashLimits();
    const QByteArray bytes = must(makePackage(w.a.db, w.a.key, options, w.a.random)).bytes;
    QVERIFY(taken(readSeal(bytes)).header.passphrase);
    Changes changes;
    const auto take = [&](const QString &passphrase, const DeviceKey *key) {
        return takePackage(w.b.db, bytes,
                           {.key = key,
                            .passphrase = passphrase,
                            .trusted = nullptr,
                            .trustOnce = w.a.key.card().key},
                           changes);
    };
    const QByteArray before = w.b.standing();
    QCOMPARE(faultOf(take({}, &w.b.key)), u"wrong-passphrase"_s);
    QCOMPARE(faultOf(take(u"东港 高潮 十二点半 见面 "_s, &w.b.key)), u"wrong-passphrase"_s);
    QCOMPARE(w.b.standing(), before);
    // As another keyboard writes it: full-width blank, no key of its own.
    QCOMPARE(taken(take(u"东港　高潮 十二点半 见面"_s, nullptr)).operationsTaken, 1);
    options.passphrase = u"short"_s;
    const auto weak = makePackage(w.a.db, w.a.key, options, w.a.random);
    QVERIFY(!weak);
    QCOMPARE(weak.error().code, Errc::InvalidArgument);
}

void PackageTest::unknownSenders()
{
    World w;
    const TemporaryRealm folder;
    QVERIFY(w.a.queue(w.a.maker.note(w.incident, u"一"_s)));
    const QByteArray bytes = w.a.pack(w.b).bytes;
    TrustList trusted = must(TrustList::load(folder.path(u"halls"_s)));
    QVERIFY(trusted.add(w.c.key.card()));
    Changes changes;
    PackageReader reader{.key = &w.b.key, .passphrase = {}, .trusted = &trusted, .trustOnce = {}};
    const QByteArray before = w.b.standing();
    const auto stranger = takePackage(w.b.db, bytes, reader, changes);
    QCOMPARE(faultOf(stranger), u"unknown-sender"_s);
    QVERIFY(stranger.error().error.detail.contains(fingerprint(w.a.key.card().key)));
    reader.trustOnce = w.c.key.card().key; // of somebody else
    QCOMPARE(faultOf(takePackage(w.b.db, bytes, reader, changes)), u"unknown-sender"_s);
    QCOMPARE(w.b.standing(), before);
    QVERIFY(trusted.add(w.a.key.card()));
    const PackageSummary summary = taken(takePackage(w.b.db, bytes, reader, changes));
    QVERIFY(summary.knownSender);
    QCOMPARE(summary.operationsTaken, 1);
}

void PackageTest::realms_data()
{
    QTest::addColumn<QStringList>("sender"); // realm, mark
    QTest::addColumn<QStringList>("reader");
    QTest::addColumn<QString>("fault");
    const QString none;
    const auto row = [](const char *name, const QStringList &sender, const QStringList &reader,
                        const QString &fault) { QTest::newRow(name) << sender << reader << fault; };
    row("the same city", {u"东港"_s, none}, {u"东港"_s, none}, u"none"_s);
    row("the sender is not named", {none, none}, {u"东港"_s, none}, u"none"_s);
    row("the reader is not named", {u"东港"_s, none}, {none, none}, u"none"_s);
    row("another city", {u"西港"_s, none}, {u"东港"_s, none}, u"other-realm"_s);
    row("a drill into the live realm", {u"东港"_s, u"演练一"_s}, {u"东港"_s, none},
        u"drill-into-live"_s);
    row("live into a drill", {u"东港"_s, none}, {u"东港"_s, u"演练一"_s}, u"live-into-drill"_s);
    row("another drill", {u"东港"_s, u"演练二"_s}, {u"东港"_s, u"演练一"_s}, u"live-into-drill"_s);
    row("the same drill", {u"东港"_s, u"演练一"_s}, {u"东港"_s, u"演练一"_s}, u"none"_s);
}

void PackageTest::realms()
{
    QFETCH(const QStringList, sender);
    QFETCH(const QStringList, reader);
    QFETCH(const QString, fault);
    World w;
    QVERIFY(w.a.queue(w.a.maker.note(w.incident, u"一"_s)));
    const auto name = [](Hall &hall, const QStringList &words) {
        must(store::setMetaValue(hall.db, u"realm"_s, words[0]));
        must(store::setMetaValue(hall.db, u"realm_mark"_s, words[1]));
    };
    name(w.a, sender);
    name(w.b, reader);
    const QByteArray bytes = w.a.pack(w.b).bytes;
    QCOMPARE(taken(readSeal(bytes)).header.mark, sender[1]);
    const QByteArray before = w.b.standing();
    QCOMPARE(faultOf(w.b.take(bytes)), fault);
    QCOMPARE(w.b.standing() == before, fault != "none"_L1);
}

void PackageTest::newerFormat()
{
    World w;
    QByteArray bytes = w.a.pack(w.b).bytes;
    qToBigEndian(quint16(2), bytes.data() + 8);
    const auto result = w.b.take(signedAgain(bytes, w.a.key));
    QCOMPARE(faultOf(result), u"newer-format"_s);
    QCOMPARE(result.error().error.code, Errc::SchemaTooNew);
}

// C, whom B trusts, finds A's stick and signs A's package as if it were C's.
void PackageTest::passedOnAsTheirOwn()
{
    World w;
    const QByteArray bytes = w.a.pack(w.b).bytes;
    QCborMap header =
        QCborValue::fromCbor(bytes.sliced(22, taken(readSeal(bytes)).bodyAt - 22)).toMap();
    header[u"sender"_s] = w.c.key.card().key;
    const QByteArray changed = header.toCborValue().toCbor();
    QByteArray stolen = bytes;
    stolen.replace(22, taken(readSeal(bytes)).bodyAt - 22, changed);
    qToBigEndian(quint32(changed.size()), stolen.data() + 10);
    stolen = signedAgain(stolen, w.c.key);
    QCOMPARE(taken(readSeal(stolen)).header.sender.key, w.c.key.card().key);
    QCOMPARE(faultOf(w.b.take(stolen)), u"damaged"_s);
}

void PackageTest::holesAndOtherPasts()
{
    World w;
    for (int i = 0; i < 3; ++i)
        QVERIFY(w.a.queue(w.a.maker.note(w.incident, u"第%1"_s.arg(i))));
    w.sync(w.a);
    QVERIFY(w.a.queue(w.a.maker.note(w.incident, u"还在排队"_s)));
    QByteArray before = w.b.standing();
    const auto hole = w.b.take(w.a.pack(w.b, 3).bytes);
    QCOMPARE(faultOf(hole), u"hole"_s);
    QVERIFY(hole.error().error.detail.contains(u"since 2"));
    QCOMPARE(faultOf(w.b.take(w.a.pack(w.b, 5).bytes)), u"hole"_s); // without any entry
    QCOMPARE(w.b.standing(), before);
    QCOMPARE(taken(w.b.take(w.a.pack(w.b, 2).bytes)).entriesTaken, 3);

    World other;
    QVERIFY(other.c.queue(other.c.maker.note(other.incident, u"另一段历史"_s)));
    other.sync(other.c);
    before = w.b.standing();
    for (const qint64 since : {0, 2, 3})
        QCOMPARE(faultOf(w.b.take(other.c.pack(w.b, since).bytes)), u"other-past"_s);
    QCOMPARE(w.b.standing(), before);
}

void PackageTest::liesOfASender_data()
{
    QTest::addColumn<int>("lie");
    QTest::addColumn<QString>("fault");
    QTest::newRow("none") << 0 << u"none"_s;
    QTest::newRow("another author") << 1 << u"forged-operation"_s;
    QTest::newRow("no proof") << 2 << u"forged-operation"_s;
    QTest::newRow("entry changed") << 3 << u"damaged"_s;
    QTest::newRow("entry left out") << 4 << u"damaged"_s;
    QTest::newRow("begins elsewhere") << 5 << u"damaged"_s;
    QTest::newRow("no map") << 6 << u"damaged"_s;
    QTest::newRow("not packed") << 7 << u"damaged"_s;
    QTest::newRow("operation of no kind") << 8 << u"none"_s;
    QTest::newRow("a key without a value") << 9 << u"damaged"_s;
}

void PackageTest::liesOfASender()
{
    QFETCH(const int, lie);
    QFETCH(const QString, fault);
    World w;
    const Operation note = w.a.maker.note(w.incident, u"一"_s);
    Submission submission{note, w.a.key.prove(note)};
    auto entries = must(store::entriesAfter(w.a.db, 0, 100));
    qint64 since = 0;
    switch (lie) {
    case 1: submission.operation.author = u"mayor"_s; break;
    case 2: submission.proof.reset(); break;
    case 3: entries[1].changeset[0] = char(entries[1].changeset[0] ^ 1); break;
    case 4: entries.erase(entries.begin()); break;
    case 5: since = 1; break;
    case 8:
        submission.operation.kind = u"incident.teleport"_s;
        submission.proof = w.a.key.prove(submission.operation);
        break;
    default: break;
    }
    QByteArray bytes = sealedContent(contentMap(w.a, entries, {submission}, since), w.a, w.b);
    if (lie == 6)
        bytes = sealedContent({{u"hello"_s, 1}}, w.a, w.b);
    if (lie == 9) // {"sincl": text of 15 bytes, of which there are fewer
        bytes = sealedBytes(QByteArray::fromHex("a46573696e636c6f6e68656164"), w.a, w.b);
    if (lie == 7)
        bytes =
            must(seal("not zstd", {.madeAt = {}, .recipients = {w.b.key.card()}, .passphrase = {}},
                      w.a.key, w.a.random));
    const QByteArray before = w.b.standing();
    const auto result = w.b.take(bytes);
    QCOMPARE(faultOf(result), fault);
    QCOMPARE(w.b.standing() == before, fault != "none"_L1);
    if (lie == 8) // of a newer Leeward: kept, visible, not applied
        QCOMPARE(result->operationsInConflict, 1);
}

void PackageTest::packagesThatCanNotBeMade()
{
    World w;
    const auto failure = [&](const PackageOptions &options) {
        const auto made = makePackage(w.a.db, w.a.key, options, w.a.random);
        return made ? Errc::Internal : made.error().code;
    };
    PackageOptions options;
    QCOMPARE(failure(options), Errc::InvalidArgument); // for nobody
    options.recipients = {Card{QByteArray(32, '\0'), u"A"_s}};
    QCOMPARE(failure(options), Errc::InvalidArgument);
    options.recipients = {w.b.key.card()};
    options.since = 3;
    QCOMPARE(failure(options), Errc::InvalidArgument);
    options.since = -1;
    QCOMPARE(failure(options), Errc::InvalidArgument);
}

void PackageTest::files()
{
    World w;
    const TemporaryRealm folder;
    const QString path = folder.path(u"a.leewardpkg"_s);
    QCOMPARE(readPackageFile(path).error().error.code, Errc::FileMissing);
    QCOMPARE(readPackageFile(folder.folder()).error().error.code, Errc::FileUnreadable);
    const QByteArray bytes = w.a.pack(w.b).bytes;
    QVERIFY(writeWhole(path, bytes));
    QCOMPARE(taken(readPackageFile(path)), bytes);
    QVERIFY(writeWhole(path, QByteArray(100'000, 'x')));
    QCOMPARE(faultOf(readPackageFile(path)), u"not-a-package"_s);
    QVERIFY(writeWhole(path, {}));
    QCOMPARE(faultOf(readPackageFile(path)), u"not-a-package"_s);
    QCOMPARE(writeWhole(folder.folder(), bytes).error().code, Errc::FileUnwritable);
    QCOMPARE(writeWhole(folder.path(u"none/a"_s), bytes).error().code, Errc::FileUnwritable);
    const QString pipe = folder.path(u"pipe"_s);
    QCOMPARE(mkfifo(qPrintable(pipe), 0600), 0);
    QCOMPARE(readPackageFile(pipe).error().error.code, Errc::FileUnreadable);
    QCOMPARE(writeWhole(pipe, bytes).error().code, Errc::FileUnwritable);
}

// Wherever the room runs out, the books stand, and the same package again brings the rest.
void PackageTest::aFullDiskInTheMiddle()
{
    World w;
    for (int i = 0; i < 20; ++i)
        QVERIFY(w.a.queue(w.a.maker.note(w.incident, QString(200, u'水') + QString::number(i))));
    w.sync(w.a);
    for (int i = 0; i < 20; ++i)
        QVERIFY(w.a.queue(w.a.maker.note(w.incident, QString(200, u'风') + QString::number(i))));
    const QByteArray bytes = w.a.pack(w.b).bytes;
    const QByteArray wanted = [&] {
        taken(w.b.take(bytes));
        return must(store::tablesDigest(w.b.db));
    }();

    const QByteArray stuck = w.a.pack(w.c).bytes;
    Rows shown = rowsOf(w.c.db);
    int failures = 0;
    bool halfWay = false;
    // A little more room each time.
    for (int pages = 1; failures < 10'000; ++pages) {
        must(w.c.db.exec(qPrintable(u"PRAGMA max_page_count=%1"_s.arg(pages))));
        Changes changes;
        const auto result = w.c.take(stuck, &changes);
        QCOMPARE(test::play(changes, shown), QString());
        QCOMPARE(shown, rowsOf(w.c.db));
        QCOMPARE(journalFault(w.c.db), QString());
        if (result)
            break;
        QCOMPARE(result.error().fault, PackageFault::Failed);
        QVERIFY2(result.error().error.code == Errc::DiskFull,
                 qPrintable(result.error().error.detail));
        // the entries are there, the operations not yet: all or none of them
        QVERIFY(w.c.pending().empty());
        halfWay = halfWay || must(store::journalHead(w.c.db)).seq > 0;
        ++failures;
    }
    QVERIFY(failures > 1);
    QVERIFY(halfWay);
    QCOMPARE(must(store::tablesDigest(w.c.db)), wanted);
    QCOMPARE(w.c.pending().size(), 20U);
}

namespace {

struct Move
{
    int kind = 0;
    int who = 0;
    int to = 0;
    int value = 0;
};

// Three halls work without a server and carry packages in any order, late, twice or never.
struct Carriers : World
{
    std::vector<Operation> made; // what a desk was told it had
    std::vector<std::pair<int, QByteArray>> sticks;

    void play(const Move &move)
    {
        Hall *halls[] = {&a, &b, &c};
        Hall &hall = *halls[move.who % 3];
        clock.advance(std::chrono::seconds(1));
        hall.maker.clock.advance(std::chrono::seconds(1 + move.value % 7));
        const auto make = [&](const Operation &operation) {
            if (hall.queue(operation))
                made.push_back(operation);
        };
        switch (move.kind % 9) {
        case 0: make(hall.maker.note(incident, u"话%1"_s.arg(move.value))); return;
        case 1: make(hall.maker.report(hall.maker.ids().make<IncidentId>())); return;
        case 2: make(lead(hall, leader(hall, team), u"人%1"_s.arg(move.value))); return;
        case 3:
            make(hall.maker.assign(hall.maker.ids().make<AssignmentId>(), incident, team));
            return;
        case 4:
        case 5: sticks.emplace_back(move.to % 3, hall.pack(*halls[move.to % 3]).bytes); return;
        case 6:
        case 7: {
            if (sticks.empty())
                return;
            const auto at = static_cast<size_t>(move.value) % sticks.size();
            auto [to, bytes] = sticks[at];
            const auto result = halls[to]->take(bytes);
            RC_ASSERT(result || result.error().fault == PackageFault::Hole);
            if (move.value % 3 != 0) // else it is read once more, some time
                sticks.erase(sticks.begin() + static_cast<std::ptrdiff_t>(at));
            return;
        }
        case 8: // somebody finds the network for a moment
            if (move.value % 4 == 0)
                sync(hall);
            return;
        default: return;
        }
    }
};

rc::Gen<int> within(int end)
{
    return rc::gen::resize(rc::kNominalSize, rc::gen::inRange(0, end));
}

} // namespace

void PackageTest::nothingIsLostOrDoubled()
{
    QVERIFY(rc::check("packages in any order, then the server", [] {
        const auto moves = *rc::gen::container<std::vector<Move>>(rc::gen::build<Move>(
            rc::gen::set(&Move::kind, within(9)), rc::gen::set(&Move::who, within(3)),
            rc::gen::set(&Move::to, within(3)), rc::gen::set(&Move::value, within(60))));
        Carriers world;
        for (const Move &move : moves)
            world.play(move);
        world.settle();
        const QByteArray truth = must(store::tablesDigest(world.journal));
        RC_ASSERT(journalFault(world.journal).toStdString() == "");
        QHash<OperationId, Pending::State> waiting;
        for (Hall *hall : {&world.a, &world.b, &world.c}) {
            RC_ASSERT(must(store::tablesDigest(hall->db)) == truth);
            RC_ASSERT(journalFault(hall->db).toStdString() == "");
            RC_ASSERT(must(store::journalHead(hall->db)).hash ==
                      must(store::journalHead(world.journal)).hash);
            for (const Pending &pending : hall->pending()) {
                RC_ASSERT(pending.state != Pending::State::Queued);
                RC_ASSERT(!must(store::entryOf(world.journal, pending.operation.id)));
                if (pending.operation.desk == hall->maker.desk())
                    waiting.insert(pending.operation.id, pending.state);
            }
        }
        // Whatever a desk was told it had is in the journal, or waits at that desk for a person.
        for (const Operation &operation : world.made)
            RC_ASSERT(must(store::entryOf(world.journal, operation.id)) ||
                      waiting.contains(operation.id));
    }));
}

QTEST_GUILESS_MAIN(PackageTest)
#include "tst_package.moc"
