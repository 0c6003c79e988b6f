#include "server/authority.h"
#include "sync/wire.h"
#include "tests/support/makers.h"

#include <QCborArray>
#include <QCborValue>
#include <QTest>

using namespace leeward;
using namespace leeward::test;
using namespace leeward::sync;
using namespace Qt::StringLiterals;

namespace {

std::vector<store::Entry> someEntries(int count)
{
    FakeClock clock;
    Maker anna(1, u"anna"_s, u"a"_s);
    auto journal = memoryRealm();
    server::Authority authority(journal, clock);
    const auto incident = anna.ids().make<IncidentId>();
    std::vector<Operation> operations = {anna.report(incident)};
    for (int i = 1; i < count; ++i)
        operations.push_back(anna.note(incident, u"水位 %1 米"_s.arg(i)));
    return must(authority.exchange(operations, 0)).entries;
}

Ask someAsk()
{
    Maker bo(2, u"bo"_s, u"b"_s);
    Ask ask;
    ask.submissions = asSubmissions({bo.report(bo.ids().make<IncidentId>())});
    ask.submissions.push_back(
        {bo.report(bo.ids().make<IncidentId>()), Proof{QByteArray(32, 'k'), QByteArray(64, 's')}});
    ask.cursor = {7, QByteArray(32, 'h')};
    ask.past = {{6, QByteArray(32, '6')}, {4, QByteArray(32, '4')}};
    return ask;
}

Reply someReply()
{
    Reply reply;
    reply.entries = someEntries(4);
    reply.refused.emplace_back(OperationId(uuidV7(instantFromMs(1), 2, 3)),
                               Refusal{RefusalReason::TeamBusy, {{u"teamName"_s, u"一队"_s}}});
    reply.more = true;
    reply.epoch = u"e"_s;
    return reply;
}

wire::Frame someFrame(int kind)
{
    wire::Frame frame;
    frame.kind = static_cast<wire::Frame::Kind>(kind);
    switch (frame.kind) {
    case wire::Frame::Kind::Entries: frame.entries = someEntries(3); break;
    case wire::Frame::Kind::Head:
        frame.head = {9, QByteArray(32, 'n')};
        frame.epoch = u"纪元"_s;
        break;
    case wire::Frame::Kind::Presence:
        frame.presence = {{u"a"_s, u"安娜"_s, u"team/1"_s, true}, {u"b"_s, u"bo"_s, {}, false}};
        break;
    case wire::Frame::Kind::Positions:
        frame.positions = {{.source = u"gps-1"_s,
                            .kind = u"boat"_s,
                            .lon = 121.5,
                            .lat = -29.9,
                            .deviceAt = instantFromMs(5),
                            .receivedAt = instantFromMs(6),
                            .speed = 3.5}};
        break;
    case wire::Frame::Kind::Bye: break;
    }
    return frame;
}

} // namespace

class TestWire : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void roundTrips()
    {
        QCOMPARE(must(wire::askFrom(wire::toBytes(someAsk()))), someAsk());
        QCOMPARE(must(wire::askFrom(wire::toBytes(Ask()))), Ask());
        QCOMPARE(must(wire::replyFrom(wire::toBytes(someReply()))), someReply());
        QCOMPARE(must(wire::replyFrom(wire::toBytes(Reply()))), Reply());
        const Reply back{.diverged = true, .retreatTo = 0, .epoch = u"e"_s};
        QCOMPARE(must(wire::replyFrom(wire::toBytes(back))), back);
        for (int kind = 0; kind < 5; ++kind)
            QCOMPARE(must(wire::frameFrom(wire::toBytes(someFrame(kind)))), someFrame(kind));
    }

    // A peer that is newer says more than this one understands.
    void unknownKeysArePassedOver()
    {
        QCborMap map = QCborValue::fromCbor(wire::toBytes(someReply())).toMap();
        map.insert(u"weather"_s, QCborArray{1, 2, QCborMap{{u"deep"_s, true}}});
        QCOMPARE(must(wire::replyFrom(map.toCborValue().toCbor())), someReply());
        const auto frame =
            wire::frameFrom(QCborMap{{u"frame"_s, u"from tomorrow"_s}}.toCborValue().toCbor());
        QVERIFY(!frame);
        QCOMPARE(frame.error().code, Errc::Unsupported);
    }

    // Every prefix and every changed byte is either another good message or refused in words; none
    // is taken for what it is not, and none takes the program down.
    void damagedBytes_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addRow("ask") << wire::toBytes(someAsk());
        QTest::addRow("reply") << wire::toBytes(someReply());
        for (int kind = 0; kind < 5; ++kind)
            QTest::addRow("frame %d", kind) << wire::toBytes(someFrame(kind));
    }
    void damagedBytes()
    {
        QFETCH(const QByteArray, bytes);
        int refused = 0;
        const auto offer = [&](const QByteArray &damaged) {
            const auto ask = wire::askFrom(damaged);
            const auto reply = wire::replyFrom(damaged);
            const auto frame = wire::frameFrom(damaged);
            refused += !ask + !reply + !frame;
            if (ask)
                QCOMPARE(must(wire::askFrom(wire::toBytes(*ask))), *ask);
            if (reply)
                QCOMPARE(must(wire::replyFrom(wire::toBytes(*reply))), *reply);
        };
        for (qsizetype length = 0; length < bytes.size(); ++length)
            offer(bytes.first(length));
        const int prefixes = refused;
        QCOMPARE(prefixes, static_cast<int>(bytes.size()) * 3);
        for (qsizetype i = 0; i < bytes.size(); ++i) {
            for (const int bit : {0, 5, 7}) {
                QByteArray damaged = bytes;
                damaged[i] = static_cast<char>(damaged[i] ^ (1 << bit));
                offer(damaged);
            }
        }
    }

    void packing_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addRow("nothing") << QByteArray();
        QTest::addRow("one byte") << QByteArray("x");
        QTest::addRow("much of the same") << QByteArray(1'000'000, 'w');
        QTest::addRow("a reply") << wire::toBytes(someReply());
    }
    void packing()
    {
        QFETCH(const QByteArray, bytes);
        const QByteArray packed = wire::pack(bytes);
        QCOMPARE(must(wire::unpack(packed)), bytes);
        QVERIFY(wire::unpack(packed, bytes.size()));
        if (!bytes.isEmpty())
            QVERIFY(!wire::unpack(packed, bytes.size() - 1)); // a small file that would be huge
        QVERIFY(!wire::unpack(packed.chopped(1)));
        QVERIFY(!wire::unpack(packed + "x"));
        QVERIFY(!wire::unpack("not packed"));
    }
};

QTEST_GUILESS_MAIN(TestWire)
#include "tst_wire.moc"
