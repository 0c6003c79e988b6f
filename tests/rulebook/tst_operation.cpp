#include "tests/support/makers.h"

#include <QJsonDocument>
#include <QTest>

#include <rapidcheck.h>

#include <cmath>

using namespace leeward;
using namespace leeward::test;
using namespace Qt::StringLiterals;

namespace {

// Any text that a person can type: no lone surrogates, but everything else up to the end of
// Unicode.
QString anyText()
{
    const auto points = *rc::gen::container<std::vector<char32_t>>(rc::gen::oneOf(
        rc::gen::map(rc::gen::inRange(0, 128), [](int c) { return static_cast<char32_t>(c); }),
        rc::gen::map(rc::gen::inRange(0x4E00, 0x9FFF),
                     [](int c) { return static_cast<char32_t>(c); }),
        rc::gen::map(rc::gen::inRange(0xE000, 0x10FFFF),
                     [](int c) { return static_cast<char32_t>(c); })));
    return QString::fromUcs4(points.data(), static_cast<qsizetype>(points.size()));
}

// The name of a field: never empty, and of ASCII or Han letters. QJsonObject (Qt 6.8.2) dies of a
// null key beside a non-ASCII one, and sorts what lies beyond U+E000 in one order when it is filled
// and in another when it is read.
QString anyName()
{
    const auto points = *rc::gen::nonEmpty(rc::gen::container<std::vector<char32_t>>(rc::gen::oneOf(
        rc::gen::map(rc::gen::inRange(0x21, 0x7F), [](int c) { return static_cast<char32_t>(c); }),
        rc::gen::map(rc::gen::inRange(0x4E00, 0x9FFF),
                     [](int c) { return static_cast<char32_t>(c); }))));
    return QString::fromUcs4(points.data(), static_cast<qsizetype>(points.size()));
}

qint64 anyWhole()
{
    return *rc::gen::inRange<qint64>(-9'007'199'254'740'991, 9'007'199'254'740'992);
}
Instant anyInstant()
{
    return instantFromMs(anyWhole());
}
double anyReal()
{
    return static_cast<double>(anyWhole()) / std::pow(10, *rc::gen::inRange(0, 16));
}
bool anyFlag()
{
    return *rc::gen::arbitrary<bool>();
}

std::optional<LonLat> anyPlace()
{
    if (anyFlag())
        return std::nullopt;
    return LonLat{std::fmod(anyReal(), 180), std::fmod(anyReal(), 90)};
}

template <class SomeId>
SomeId anyId()
{
    return SomeId(uuidV7(instantFromMs(*rc::gen::inRange<qint64>(1, 1LL << 47)),
                         *rc::gen::arbitrary<uint64_t>(), *rc::gen::arbitrary<uint64_t>()));
}

QVariant anyScalar()
{
    switch (*rc::gen::inRange(0, 4)) {
    case 0: return {};
    case 1: return QVariant(anyText());
    case 2:
        return QVariant(static_cast<qlonglong>(
            *rc::gen::inRange<qint64>(-8'999'999'999'999'999, 8'999'999'999'999'999)));
    default: return QVariant(std::fmod(anyReal(), 1e6) + 0.5);
    }
}

FieldValues anyValues()
{
    FieldValues values;
    for (int i = *rc::gen::inRange(0, 6); i > 0; --i)
        values.insert(anyName(), anyScalar());
    return values;
}

// Fills every field of `body` with anything it may hold.
struct Fill
{
    template <class Tag>
    void operator()(const char *, Id<Tag> &value) const
    {
        value = anyFlag() ? Id<Tag>() : anyId<Id<Tag>>();
    }
    void operator()(const char *, QString &value) const { value = anyText(); }
    void operator()(const char *, int &value) const { value = *rc::gen::arbitrary<int>(); }
    void operator()(const char *, qint64 &value) const { value = anyWhole(); }
    void operator()(const char *, bool &value) const { value = anyFlag(); }
    void operator()(const char *, Instant &value) const { value = anyInstant(); }
    void operator()(const char *, std::optional<LonLat> &value) const { value = anyPlace(); }
    void operator()(const char *, std::optional<Instant> &value) const
    {
        value = anyFlag() ? std::nullopt : std::optional(anyInstant());
    }
    void operator()(const char *, FieldValues &value) const { value = anyValues(); }
    void operator()(const char *, std::vector<op::FieldChange> &value) const
    {
        for (int i = *rc::gen::inRange(0, 4); i > 0; --i)
            value.push_back({anyText(), anyScalar(), anyScalar()});
    }
    void operator()(const char *, std::vector<op::ImportRecords::Row> &value) const
    {
        for (int i = *rc::gen::inRange(0, 4); i > 0; --i) {
            op::ImportRecords::Row row;
            row.record = anyId<RecordId>();
            row.values = anyValues();
            value.push_back(std::move(row));
        }
    }
};

template <class Body>
bool roundTrips()
{
    return rc::check(Body::kind, [] {
        Body body;
        Body::fields(body, Fill());
        const Operation operation = makeOperation(body, anyId<OperationId>(), anyText(), anyText(),
                                                  anyInstant(), anyInstant());
        const QByteArray bytes = toBytes(operation);
        const auto back = operationFrom(bytes);
        RC_ASSERT(back.has_value());
        RC_ASSERT(*back == operation);
        RC_ASSERT(toBytes(*back) == bytes); // the hash covers the bytes: they must not wander
        const auto again = readArgs<Body>(back->args);
        RC_ASSERT(again.has_value());
        RC_ASSERT(toArgs(*again) == operation.args);
        // what the authority reads from the bytes is what the desk had in hand
        const auto direct = readArgs<Body>(operation.args);
        RC_ASSERT(direct.has_value());
        RC_ASSERT(toArgs(*direct) == toArgs(*again));
    });
}

} // namespace

class TestOperation : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyKindRoundTrips()
    {
        QVERIFY(roundTrips<op::ReportIncident>());
        QVERIFY(roundTrips<op::EditRecord>());
        QVERIFY(roundTrips<op::CreateRecord>());
        QVERIFY(roundTrips<op::RetireRecord>());
        QVERIFY(roundTrips<op::ImportRecords>());
        QVERIFY(roundTrips<op::AdvanceIncident>());
        QVERIFY(roundTrips<op::SetCloseTimer>());
        QVERIFY(roundTrips<op::NoteIncident>());
        QVERIFY(roundTrips<op::Assign>());
        QVERIFY(roundTrips<op::AdvanceAssignment>());
        QVERIFY(roundTrips<op::TransferAssignment>());
        QVERIFY(roundTrips<op::FlagAssignment>());
        QVERIFY(roundTrips<op::RetractStep>());
        QVERIFY(roundTrips<op::CorrectTime>());
        QVERIFY(roundTrips<op::OverrideAvailability>());
    }

    void bytesAreStable()
    {
        Maker maker(1, u"安娜"_s, u"desk-a"_s);
        Operation operation = maker.note(
            IncidentId::fromText(u"01900000-0000-7000-8000-000000000001"), u"水\n\"深\""_s);
        operation.id = OperationId::fromText(u"01900000-0000-7000-8000-000000000002");
        QCOMPARE(toBytes(operation), QByteArray("{\"args\":{\"incident\":\"01900000-0000-7000-8000-"
                                                "000000000001\",\"text\":\"水\\n\\\"深\\\"\"},"
                                                "\"author\":\"安娜\",\"desk\":\"desk-a\",\"id\":"
                                                "\"01900000-0000-7000-8000-000000000002\","
                                                "\"kind\":\"incident.note\",\"occurred_at\":"
                                                "1786500000000,\"recorded_at\":1786500000000}"));
    }

    void malformed_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        const auto row = [](const char *name, QByteArray bytes) { QTest::newRow(name) << bytes; };
        Maker maker(1, u"a"_s, u"d"_s);
        const QByteArray good = toBytes(maker.note(maker.ids().make<IncidentId>(), u"x"_s));
        row("empty", {});
        row("not json", "leeward");
        row("an array", "[]");
        row("cut", good.left(good.size() / 2));
        row("trailing", good + '}');
        row("deep", QByteArray(100'000, '[') + QByteArray(100'000, ']'));
        row("zeros", QByteArray(1000, '\0'));
        const QJsonObject object = QJsonDocument::fromJson(good).object();
        for (const QString &key : object.keys()) {
            QJsonObject broken = object;
            broken.remove(key);
            row(qPrintable(u"without "_s + key), QJsonDocument(broken).toJson());
            broken.insert(key, QJsonArray{1});
            row(qPrintable(u"array for "_s + key), QJsonDocument(broken).toJson());
            broken.insert(key, QJsonValue());
            row(qPrintable(u"null for "_s + key), QJsonDocument(broken).toJson());
        }
        QJsonObject broken = object;
        broken.insert(u"occurred_at"_s, 1e300);
        row("time out of range", QJsonDocument(broken).toJson());
        broken = object;
        broken.insert(u"id"_s, u"1"_s);
        row("no id", QJsonDocument(broken).toJson());
    }
    void malformed()
    {
        QFETCH(const QByteArray, bytes);
        const auto operation = operationFrom(bytes);
        QVERIFY(!operation);
        QCOMPARE(operation.error().code, Errc::FileMalformed);
        QVERIFY(!operation.error().detail.isEmpty());
    }

    // Another program may send a field without a name; it is read, and written again, and no rule
    // knows such a field.
    void fieldsWithoutAName()
    {
        Maker maker(1, u"a"_s, u"d"_s);
        QByteArray bytes =
            toBytes(maker.operation(op::CreateRecord{.table = u"team"_s,
                                                     .record = maker.ids().make<RecordId>(),
                                                     .values = {{u"code"_s, u"C"_s}}}));
        for (const char *values :
             {R"({"":1})", R"({"é":1,"":2})", R"({"":2,"中":1,"a":3})", R"({"":1,"":2})"}) {
            QByteArray odd = bytes;
            odd.replace(R"({"code":"C"})", values);
            QVERIFY(odd != bytes);
            const auto operation = operationFrom(odd);
            QVERIFY(operation);
            QCOMPARE(*operationFrom(toBytes(*operation)), *operation);
            const auto args = readArgs<op::CreateRecord>(operation->args);
            QVERIFY(args);
            QVERIFY(args->values.contains(QString()));
            (void) toArgs(*args);
        }
    }

    // A field may carry a name that is null; beside a name that is not Latin that once ended the
    // program.
    void fieldsWithANullName()
    {
        const FieldValues values = {{QString(), 1}, {u"é"_s, 2}, {u"中"_s, 3}, {u"a"_s, 4}};
        const auto args = toArgs(op::CreateRecord{.table = u"team"_s, .values = values});
        const auto back = readArgs<op::CreateRecord>(args);
        QVERIFY(back);
        QCOMPARE(back->values.size(), values.size());
        QCOMPARE(back->values.value(u""_s).toInt(), 1);
        for (auto it = back->values.begin(); it != back->values.end(); ++it)
            QVERIFY(!it.key().isNull());
    }

    // Bytes from before a field was there are read without it, and written again as they were.
    void fieldsThatCameLater()
    {
        Maker maker(1, u"a"_s, u"d"_s);
        op::ReportIncident body{
            .incident = maker.ids().make<IncidentId>(), .type = u"flood"_s, .title = u"t"_s};
        const QJsonObject old = toArgs(body);
        QVERIFY(!old.contains(u"division_code"));
        QCOMPARE(readArgs<op::ReportIncident>(old)->divisionCode, QString());
        body.divisionCode = u"371102001"_s;
        QCOMPARE(readArgs<op::ReportIncident>(toArgs(body))->divisionCode, body.divisionCode);
        QJsonObject wrong = old;
        wrong.insert(u"division_code"_s, 5);
        QVERIFY(!readArgs<op::ReportIncident>(wrong));
    }

    void flippedBits()
    {
        Maker maker(1, u"a"_s, u"d"_s);
        const QByteArray good = toBytes(maker.report(maker.ids().make<IncidentId>()));
        for (qsizetype i = 0; i < good.size() * 8; ++i) {
            QByteArray bad = good;
            bad[i / 8] = static_cast<char>(bad[i / 8] ^ (1 << (i % 8)));
            if (const auto operation = operationFrom(bad)) // may still be one, but then of its own
                QVERIFY(operationFrom(toBytes(*operation)));
        }
    }
};

QTEST_GUILESS_MAIN(TestOperation)
#include "tst_operation.moc"
