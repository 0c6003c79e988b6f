#include "models/domain/assignment.h"
#include "models/domain/incident.h"
#include "models/store/dispatch_queries.h"
#include "models/store/tables.h"
#include "tests/support/makers.h"

#include <QTest>

using namespace leeward;
using namespace leeward::store;
using namespace leeward::test;
using namespace Qt::StringLiterals;

class TestTables : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void specsFitTheSchema_data()
    {
        QTest::addColumn<QString>("key");
        for (const RegisterSpec *spec : allRegisters())
            QTest::newRow(qPrintable(spec->key)) << spec->key;
        QTest::newRow("incident") << u"incident"_s;
    }
    void specsFitTheSchema()
    {
        QFETCH(const QString, key);
        const RegisterSpec &spec = key == "incident"_L1 ? incidentFields() : *findRegister(key);
        const Table *table = findTable(key);
        QVERIFY(table);
        QCOMPARE(table->columns.front(), u"id"_s);
        auto db = memoryRealm();
        QHash<QString, QString> types;
        auto columns = must(db.prepare("SELECT name, type FROM pragma_table_info(?)"));
        columns.bind(1, key);
        while (must(columns.step()))
            types.insert(columns.text(0), columns.text(1));
        for (const FieldSpec &field : spec.fields) {
            QVERIFY2(types.contains(field.name), qPrintable(field.name));
            QString expected = u"TEXT"_s;
            if (field.type == FieldType::Integer || field.type == FieldType::Boolean)
                expected = u"INTEGER"_s;
            if (field.type == FieldType::Real)
                expected = u"REAL"_s;
            if (key == "incident"_L1 && field.name == "level"_L1)
                expected = u"INTEGER"_s; // a choice whose values are numbers
            QVERIFY2(types.value(field.name) == expected,
                     qPrintable(field.name + u' ' + types.value(field.name)));
        }
        if (key == "incident"_L1)
            return;
        // what a register row has besides its fields
        QSet<QString> extra(table->columns.begin(), table->columns.end());
        for (const FieldSpec &field : spec.fields)
            extra.remove(field.name);
        QCOMPARE(extra, (QSet<QString>{u"id"_s, u"retired"_s, u"changed_at"_s, u"changed_by"_s}));
    }

    void rows()
    {
        auto db = memoryRealm();
        const Table &table = *findTable(u"station");
        QVERIFY(!must(findRow(db, table, u"a"_s)));
        must(insertRow(
            db, table,
            {{u"id"_s, u"b"_s}, {u"code"_s, u"2"_s}, {u"name"_s, u"乙"_s}, {u"lon"_s, 0.1}}));
        must(insertRow(db, table, {{u"id"_s, u"a"_s}, {u"code"_s, u"1"_s}, {u"name"_s, u"甲"_s}}));
        QVERIFY(
            !insertRow(db, table, {{u"id"_s, u"a"_s}, {u"code"_s, u"3"_s}, {u"name"_s, u"丙"_s}}));
        QVERIFY(!insertRow(db, table, {{u"id"_s, u"c"_s}, {u"code; DROP TABLE station"_s, 1}}));
        const auto row = must(findRow(db, table, u"b"_s));
        QCOMPARE(row->value(u"lon"_s), QVariant(0.1));
        QCOMPARE(row->value(u"lat"_s), QVariant());
        QCOMPARE(row->value(u"retired"_s), QVariant(0LL));
        must(updateRow(db, table, u"b"_s, {{u"lon"_s, QVariant()}}));
        QVERIFY(must(findRow(db, table, u"b"_s))->value(u"lon"_s).isNull());
        must(updateRow(db, table, u"b"_s, {}));
        const auto missing = updateRow(db, table, u"zz"_s, {{u"lon"_s, 1.0}});
        QVERIFY(!missing);
        QCOMPARE(missing.error().code, Errc::NotFound);
        QVERIFY(!updateRow(db, table, u"b"_s, {{u"nothing"_s, 1}}));
        QVERIFY(!updateRow(db, table, u"b"_s, {{u"lon"_s, u"east"_s}})); // STRICT
        QStringList names;
        must(forEachRow(db, table, [&](FieldValues &&values) {
            names += values.value(u"name"_s).toString();
            return names.size() < 5;
        }));
        QCOMPARE(names, (QStringList{u"甲"_s, u"乙"_s}));
        must(forEachRow(db, table, [&](FieldValues &&) { return names += u"x"_s, false; }));
        QCOMPARE(names.size(), 3);
    }

    void digests()
    {
        auto one = memoryRealm();
        auto two = memoryRealm();
        const Table &table = *findTable(u"station");
        const auto insert = [&](Connection &db, const QString &id, const QVariant &note) {
            must(insertRow(db, table,
                           {{u"id"_s, id}, {u"code"_s, id}, {u"name"_s, id}, {u"note"_s, note}}));
        };
        QCOMPARE(must(tablesDigest(one)), must(tablesDigest(two)));
        insert(one, u"a"_s, u"x"_s);
        QVERIFY(must(tablesDigest(one)) != must(tablesDigest(two)));
        insert(one, u"b"_s, {});
        insert(two, u"b"_s, {});
        insert(two, u"a"_s, u"x"_s);
        QCOMPARE(must(tablesDigest(one)), must(tablesDigest(two))); // whatever the order of coming
        must(updateRow(one, table, u"b"_s, {{u"note"_s, u""_s}}));
        QVERIFY(must(tablesDigest(one)) != must(tablesDigest(two))); // empty is not nothing
        must(setPosition(one));
        must(updateRow(one, table, u"b"_s, {{u"note"_s, QVariant()}}));
        QCOMPARE(must(tablesDigest(one)), must(tablesDigest(two))); // telemetry is not part of it
    }

    void domainObjectsFitTheirTables()
    {
        for (const QString &name : toValues(Incident{}).keys())
            QVERIFY2(findTable(u"incident")->indexOf(name) >= 0, qPrintable(name));
        for (const QString &name : toValues(Assignment{}).keys())
            QVERIFY2(findTable(u"assignment")->indexOf(name) >= 0, qPrintable(name));
    }

    void positionsKeepTheNewest()
    {
        auto db = memoryRealm();
        TeamPosition position{.team = TeamId::fromText(u"019ff3b2-a904-7129-a4e4-ceb637528ae1"),
                              .at = {113, 23},
                              .deviceAt = instantFromMs(2000),
                              .receivedAt = instantFromMs(2000),
                              .source = u"beidou"_s};
        QVERIFY(must(putTeamPosition(db, position)));
        QVERIFY(!must(putTeamPosition(db, position)));
        position.deviceAt = instantFromMs(1000);
        QVERIFY(!must(putTeamPosition(db, position)));
        position.deviceAt = instantFromMs(3000);
        position.at = {114, 24};
        QVERIFY(must(putTeamPosition(db, position)));
        const auto positions = must(teamPositions(db));
        QCOMPARE(positions.size(), 1U);
        QCOMPARE(positions[0].at, (LonLat{114, 24}));
    }

private:
    static Result<> setPosition(Connection &db)
    {
        TRY(putTeamPosition(
            db, {.team = {}, .at = {1, 2}, .deviceAt = {}, .receivedAt = {}, .source = {}}));
        return {};
    }
};

QTEST_GUILESS_MAIN(TestTables)
#include "tst_tables.moc"
