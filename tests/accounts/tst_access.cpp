#include "models/rulebook/rulebook.h"
#include "server/accounts/access.h"
#include "tests/accounts/access_cases.h"

#include <QSet>
#include <QTest>

using namespace leeward;
using namespace leeward::server;
using namespace Qt::StringLiterals;
using test::allRoles;
using test::cases;
using test::county;
using test::neighbour;
using Case = test::AccessCase;
using World = test::AccessWorld;

namespace {

QString answer(World &world, const Principal &who, const Operation &operation)
{
    return test::outcomeName(mayAccept(world.realm, who, operation));
}

Principal principal(std::vector<Role> roles, QStringList areas)
{
    return {.userName = u"zhang"_s,
            .displayName = u"张敏"_s,
            .roles = std::move(roles),
            .areas = std::move(areas),
            .desk = u"1号台"_s};
}

} // namespace

class TestAccess : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    // role × operation × area
    void table_data()
    {
        QTest::addColumn<int>("index");
        const auto all = cases();
        for (size_t i = 0; i < all.size(); ++i)
            QTest::newRow(all[i].name) << int(i);
    }
    void table()
    {
        QFETCH(const int, index);
        World world;
        const Case one = cases()[static_cast<size_t>(index)];
        const Operation operation = one.operation(world);
        const QByteArray letters = "oudcra";
        struct Area
        {
            QStringList areas;
            bool covers;
        };
        const std::vector<Area> areas = {
            {{county}, true},     {{u"3302"_s}, true},     {{u"330200"_s}, true},
            {{u"33"_s}, true},    {{u"*"_s}, true},        {{neighbour, county}, true},
            {{neighbour}, false}, {{u"3303"_s}, false},    {{u"330203001"_s}, false},
            {{}, false},          {{u"3"_s}, false},       {{u"00"_s}, false},
            {{QString()}, false}, {{u"330203x"_s}, false},
        };
        for (size_t r = 0; r < allRoles.size(); ++r) {
            const bool may = QByteArrayView(one.may).contains(letters[static_cast<qsizetype>(r)]);
            for (const Area &area : areas) {
                const QString expected = !may          ? u"not-permitted"_s
                                         : area.covers ? u"accepted"_s
                                                       : u"outside-area"_s;
                const QString got = answer(world, principal({allRoles[r]}, area.areas), operation);
                QVERIFY2(got == expected,
                         qPrintable(u"%1 of %2: %3, not %4"_s.arg(
                             roleName(allRoles[r]), area.areas.join(u'+'), got, expected)));
            }
        }
        // Nobody without a role, whatever the area.
        QCOMPARE(answer(world, principal({}, {u"*"_s}), operation), u"not-permitted"_s);
        // A second role adds to the first.
        const bool either =
            QByteArrayView(one.may).contains('u') || QByteArrayView(one.may).contains('a');
        QCOMPARE(
            answer(world, principal({Role::DutyOfficer, Role::Administrator}, {u"*"_s}), operation),
            either ? u"accepted"_s : u"not-permitted"_s);
    }

    void everyKindOfTheRulebookIsJudged()
    {
        World world;
        QSet<QString> covered;
        for (const Case &one : cases())
            covered += one.operation(world).kind;
        const QStringList kinds = rulebook::knownKinds();
        QCOMPARE(covered, QSet<QString>(kinds.begin(), kinds.end()));
        // No line of the table is without a case.
        QSet<QString> lines;
        for (const Permission &row : permissions()) {
            const QString line = row.kind + u'/' + row.detail;
            QVERIFY2(!lines.contains(line), qPrintable(line));
            lines += line;
            QVERIFY2(covered.contains(row.kind), qPrintable(line));
            QVERIFY(!row.roles.empty());
        }
    }

    void whatIsNotKnownIsRefused()
    {
        World world;
        const Principal all = principal({allRoles.begin(), allRoles.end()}, {u"*"_s});
        Operation operation = world.pen.note(world.here, u"x"_s);
        operation.kind = u"realm.erase"_s;
        QCOMPARE(answer(world, all, operation), u"unknown-operation"_s);
        operation = world.pen.note(world.here, u"x"_s);
        operation.args.insert(u"more"_s, 1);
        QCOMPARE(answer(world, all, operation), u"bad-arguments"_s);
        operation.args = {};
        QCOMPARE(answer(world, all, operation), u"bad-arguments"_s);
        QCOMPARE(answer(world, all, world.edit(u"meta"_s, world.depot, u"value"_s, {}, 1)),
                 u"bad-arguments"_s);
        const auto id = world.pen.ids().make<IncidentId>();
        QCOMPARE(answer(world, all, world.pen.note(id, u"x"_s)), u"not-found"_s);
        QCOMPARE(
            answer(world, all, world.pen.advance(AssignmentId(id.raw()), AssignmentState::Ordered)),
            u"not-found"_s);
        // Who may not do it is not told whether the row is there.
        QCOMPARE(answer(world, principal({Role::Observer}, {u"*"_s}), world.pen.note(id, u"x"_s)),
                 u"not-permitted"_s);
    }

    void authorAndDesk_data()
    {
        QTest::addColumn<QString>("author");
        QTest::addColumn<QString>("desk");
        QTest::addColumn<QString>("expected");
        QTest::newRow("own") << u"zhang"_s << u"1号台"_s << u"accepted"_s;
        QTest::newRow("before a change of name") << u"zhang.min"_s << u"1号台"_s << u"accepted"_s;
        QTest::newRow("another's") << u"li"_s << u"1号台"_s << u"not-yours"_s;
        QTest::newRow("display name") << u"张敏"_s << u"1号台"_s << u"not-yours"_s;
        QTest::newRow("another desk") << u"zhang"_s << u"2号台"_s << u"not-yours"_s;
        QTest::newRow("nobody") << QString() << u"1号台"_s << u"not-yours"_s;
        QTest::newRow("no desk") << u"zhang"_s << QString() << u"not-yours"_s;
        QTest::newRow("case") << u"Zhang"_s << u"1号台"_s << u"not-yours"_s;
    }
    void authorAndDesk()
    {
        QFETCH(const QString, author);
        QFETCH(const QString, desk);
        QFETCH(const QString, expected);
        World world;
        Principal who = principal({Role::DutyOfficer}, {u"*"_s});
        who.formerNames = {u"zhang.min"_s};
        Operation operation = world.pen.note(world.here, u"x"_s);
        operation.author = author;
        operation.desk = desk;
        QCOMPARE(answer(world, who, operation), expected);
    }
    void nobodySignedInMaySignNothing()
    {
        World world;
        Operation operation = world.pen.note(world.here, u"x"_s);
        operation.author.clear();
        operation.desk.clear();
        QCOMPARE(answer(world, Principal{.roles = {Role::Commander}, .areas = {u"*"_s}}, operation),
                 u"not-yours"_s);
    }

    void anIncidentNowhereIsForAnybodyWithAnArea_data()
    {
        QTest::addColumn<QStringList>("areas");
        QTest::addColumn<QString>("expected");
        QTest::newRow("a far county") << QStringList{u"110101"_s} << u"accepted"_s;
        QTest::newRow("everywhere") << QStringList{u"*"_s} << u"accepted"_s;
        QTest::newRow("none") << QStringList() << u"outside-area"_s;
        QTest::newRow("no code") << QStringList{u"abc"_s, u"0000"_s} << u"outside-area"_s;
    }
    void anIncidentNowhereIsForAnybodyWithAnArea()
    {
        QFETCH(const QStringList, areas);
        QFETCH(const QString, expected);
        World world;
        const Principal who = principal({Role::Dispatcher}, areas);
        QCOMPARE(answer(world, who, world.pen.report(world.pen.ids().make<IncidentId>())),
                 expected);
        QCOMPARE(answer(world, who, world.pen.note(world.nowhere, u"x"_s)), expected);
        QCOMPARE(answer(world, who,
                        world.pen.assign(world.pen.ids().make<AssignmentId>(), world.nowhere,
                                         world.team)),
                 expected);
        // A register row that lies nowhere is another matter.
        QCOMPARE(answer(world, who,
                        world.edit(u"shelter"_s, world.placeless, u"name"_s, u"H-2"_s, u"y"_s)),
                 areas == QStringList{u"*"_s} ? u"accepted"_s : u"outside-area"_s);
        QCOMPARE(answer(world, who, world.edit(u"stock"_s, world.looseStock, u"on_hand"_s, {}, 1)),
                 areas == QStringList{u"*"_s} ? u"accepted"_s : u"outside-area"_s);
    }

    // A row must be ours before and after.
    void crossingABorder()
    {
        World w;
        const Principal own = principal({Role::Dispatcher, Role::Administrator}, {county});
        const Principal both = principal({Role::Dispatcher, Role::Administrator}, {u"3302"_s});
        const auto check = [&](const Operation &operation, const QString &mine) {
            QCOMPARE(answer(w, own, operation), mine);
            QCOMPARE(answer(w, both, operation), u"accepted"_s);
        };
        const RecordId here(w.here.raw());
        const RecordId nowhere(w.nowhere.raw());
        const RecordId there(w.there.raw());
        check(w.edit(u"shelter"_s, w.shelter, u"division_code"_s, county, neighbour),
              u"outside-area"_s);
        check(w.edit(u"stock"_s, w.stock, u"depot"_s, u"D-1"_s, u"D-2"_s), u"outside-area"_s);
        check(w.edit(u"incident"_s, here, u"division_code"_s, county, neighbour),
              u"outside-area"_s);
        check(w.edit(u"incident"_s, nowhere, u"division_code"_s, {}, neighbour), u"outside-area"_s);
        check(w.edit(u"incident"_s, there, u"division_code"_s, neighbour, county),
              u"outside-area"_s);
        // Claiming what nobody has placed, and letting go of what is not ours.
        check(w.edit(u"incident"_s, nowhere, u"division_code"_s, {}, county), u"accepted"_s);
        check(w.edit(u"incident"_s, here, u"division_code"_s, county, QVariant()), u"accepted"_s);
        // Taking a row's division away puts it out of reach of all but "*".
        const Operation lost =
            w.edit(u"shelter"_s, w.shelter, u"division_code"_s, county, QVariant());
        QCOMPARE(answer(w, both, lost), u"outside-area"_s);
        // Diverting needs both incidents.
        const auto divert = [&](IncidentId to) {
            return w.pen.operation(
                op::TransferAssignment{.assignment = w.ordered,
                                       .successor = w.pen.ids().make<AssignmentId>(),
                                       .incident = to});
        };
        check(divert(w.there), u"outside-area"_s);
        check(divert(w.nowhere), u"accepted"_s);
        // One row too many spoils an import; so does a known row that lies elsewhere.
        check(w.importOf(u"shelter"_s, {{{u"code"_s, u"H-8"_s}, {u"division_code"_s, county}},
                                        {{u"code"_s, u"H-9"_s}, {u"division_code"_s, neighbour}}}),
              u"outside-area"_s);
        check(w.importOf(u"depot"_s, {{{u"code"_s, u"D-2"_s}, {u"name"_s, u"x"_s}}}),
              u"outside-area"_s);
        check(w.importOf(u"depot"_s, {{{u"code"_s, u"D-2"_s}, {u"division_code"_s, county}}}),
              u"outside-area"_s);
        check(w.importOf(u"stock"_s, {{{u"code"_s, u"S-9"_s}, {u"depot"_s, u"D-2"_s}}}),
              u"outside-area"_s);
    }

    void saysWhy()
    {
        World world;
        const auto outside = mayAccept(world.realm, principal({Role::DutyOfficer}, {neighbour}),
                                       world.pen.note(world.here, u"x"_s));
        QCOMPARE(outside->error().facts, (QJsonObject{{u"table"_s, u"incident"_s},
                                                      {u"id"_s, world.here.text()},
                                                      {u"division"_s, county},
                                                      {u"areas"_s, QJsonArray{neighbour}}}));
        const auto denied = mayAccept(world.realm, principal({Role::DutyOfficer}, {county}),
                                      world.pen.advance(world.waiting, AssignmentState::Ordered));
        QCOMPARE(denied->error().facts, (QJsonObject{{u"operation"_s, u"assignment.advance"_s},
                                                     {u"detail"_s, u"approve"_s},
                                                     {u"roles"_s, QJsonArray{u"duty_officer"_s}},
                                                     {u"needs"_s, QJsonArray{u"commander"_s}}}));
        const auto other = mayAccept(world.realm, Principal{.userName = u"li"_s, .desk = u"2"_s},
                                     world.pen.note(world.here, u"x"_s));
        QCOMPARE(other->error().facts, (QJsonObject{{u"author"_s, u"zhang"_s},
                                                    {u"desk"_s, u"1号台"_s},
                                                    {u"user"_s, u"li"_s},
                                                    {u"userDesk"_s, u"2"_s}}));
    }

    void areas_data()
    {
        QTest::addColumn<QString>("area");
        QTest::addColumn<QString>("division");
        QTest::addColumn<bool>("covers");
        const auto row = [](const char *name, const char *area, const char *division, bool covers) {
            QTest::newRow(name) << QString::fromUtf8(area) << QString::fromUtf8(division) << covers;
        };
        row("itself", "330203", "330203", true);
        row("a town of it", "330203", "330203001", true);
        row("a village of it", "330203", "330203001004", true);
        row("a city's county", "3302", "330203", true);
        row("a city written with zeros", "330200", "330203", true);
        row("a province's village", "330000", "330203001004", true);
        row("a city in twelve digits", "330200000000", "330203001", true);
        row("town in twelve digits", "330203001000", "330203001004", true);
        row("county seen as a city", "330203", "330200", false);
        row("a county of the same first digit", "330203", "330213", false);
        row("not by letters: 3302 is not 33020", "33020", "330203", false);
        row("a city without counties", "441900", "441900003", true);
        row("directly governed county", "4690", "469001", true);
        row("zero inside", "330203001", "330203010", false);
        row("everywhere", "*", "330203", true);
        row("everywhere, no division", "*", "", true);
        row("no division", "330203", "", false);
        row("no area", "", "330203", false);
        row("zeros are no area", "000000", "330203", false);
        row("zeros are no division", "33", "000000", false);
        row("full-width digits", "３３０２０３", "330203", false);
        row("other digits", "٣٣", "330203", false);
        row("minus", "-3", "330203", false);
        row("blanks around", " 3302 ", "330203", true);
        row("division that is none", "33", "33-0203", false);
    }
    void areas()
    {
        QFETCH(const QString, area);
        QFETCH(const QString, division);
        QFETCH(const bool, covers);
        QCOMPARE(areaCovers({area}, division), covers);
        QCOMPARE(areaCovers({u"110101"_s, area}, division), covers);
    }

    void rolesHaveNamesAndWords()
    {
        QSet<QString> seen;
        for (const Role role : allRoles) {
            QCOMPARE(roleFrom(roleName(role)), role);
            QVERIFY(!words(role).zh.isEmpty() && !words(role).en.isEmpty());
            seen += {roleName(role), words(role).zh, words(role).en};
        }
        QCOMPARE(seen.size(), 3 * roleCount);
        QVERIFY(!roleFrom(u"root"));
        QVERIFY(!roleFrom(u""));
    }
};

QTEST_GUILESS_MAIN(TestAccess)
#include "tst_access.moc"
