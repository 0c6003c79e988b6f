#include "models/items/board_model.h"
#include "models/items/incident_model.h"
#include "models/items/register_model.h"
#include "models/store/tables.h"
#include "tests/items/world.h"

#include <QAbstractItemModelTester>
#include <QSemaphore>
#include <QSignalSpy>
#include <QTest>

#include <random>

using namespace leeward;
using namespace leeward::items;
using namespace leeward::items::test;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using leeward::test::must;

namespace {

// All models of the console on one cache, each watched.
class Screens
{
public:
    explicit Screens(TableCache &cache)
    {
        for (const RegisterSpec *spec : allRegisters())
            add(std::make_unique<RegisterModel>(cache, *spec));
        add(std::make_unique<IncidentModel>(cache));
        add(std::make_unique<BoardModel>(cache));
    }

    [[nodiscard]] const std::vector<std::unique_ptr<RowModel>> &models() const { return m_models; }

    // The first way in which a model is not what a screen of it shows; empty when all are.
    [[nodiscard]] QString stale() const
    {
        for (size_t i = 0; i < m_models.size(); ++i) {
            const auto &shown = m_shown[i]->rows();
            if (shown.size() != m_models[i]->rowCount())
                return u"model %1 shows %2 of %3 rows"_s.arg(i)
                    .arg(shown.size())
                    .arg(m_models[i]->rowCount());
            for (int row = 0; row < shown.size(); ++row) {
                if (const QStringList now = cells(*m_models[i], row); shown[row] != now)
                    return u"model %1 shows\n%2\nwhere it says\n%3"_s.arg(i).arg(
                        shown[row].join(u'|'), now.join(u'|'));
                if (m_models[i]->rowOf(m_models[i]->keyAt(row)) != row)
                    return u"model %1 does not find row %2"_s.arg(i).arg(row);
            }
        }
        return {};
    }

    // The first way in which these are not the same rows as `other`; order does not matter.
    [[nodiscard]] QString difference(const Screens &other) const
    {
        for (size_t i = 0; i < m_models.size(); ++i) {
            const RowModel &mine = *m_models[i];
            const RowModel &theirs = *other.m_models[i];
            if (mine.rowCount() != theirs.rowCount())
                return u"model %1 has %2 rows, not %3"_s.arg(i)
                    .arg(mine.rowCount())
                    .arg(theirs.rowCount());
            for (int row = 0; row < mine.rowCount(); ++row) {
                const int there = theirs.rowOf(mine.keyAt(row));
                if (there < 0)
                    return u"model %1 has a row too many: %2"_s.arg(i).arg(
                        cells(mine, row).join(u'|'));
                const QStringList a = cells(mine, row);
                const QStringList b = cells(theirs, there);
                if (a != b)
                    return u"model %1 has\n%2\nwhere the file gives\n%3"_s.arg(i).arg(a.join(u'|'),
                                                                                      b.join(u'|'));
            }
        }
        return {};
    }

private:
    void add(std::unique_ptr<RowModel> model)
    {
        m_testers.push_back(std::make_unique<QAbstractItemModelTester>(
            model.get(), QAbstractItemModelTester::FailureReportingMode::Fatal));
        m_shown.push_back(std::make_unique<Shown>(*model));
        m_models.push_back(std::move(model));
    }

    std::vector<std::unique_ptr<RowModel>> m_models;
    std::vector<std::unique_ptr<QAbstractItemModelTester>> m_testers;
    std::vector<std::unique_ptr<Shown>> m_shown;
};

// Plays random operations of one or two desks; the same seed plays the same.
class Play
{
public:
    Play(World &world, quint64 seed);
    void step();
    [[nodiscard]] int accepted(int kind) const { return m_accepted[kind]; }
    static constexpr int kinds = 13;

private:
    [[nodiscard]] int below(int end) { return std::uniform_int_distribution(0, end - 1)(m_random); }
    template <class T>
    [[nodiscard]] T any(const std::vector<T> &from)
    {
        return from.empty() ? T() : from[static_cast<size_t>(below(static_cast<int>(from.size())))];
    }
    [[nodiscard]] Operation next(int kind, leeward::test::Maker &maker);
    [[nodiscard]] Operation edit(leeward::test::Maker &maker);
    [[nodiscard]] Operation import(leeward::test::Maker &maker);
    [[nodiscard]] AssignmentState stepOf(AssignmentId id);
    [[nodiscard]] IncidentState stepOf(IncidentId id);

    World &m_world;
    std::mt19937_64 m_random;
    leeward::test::Maker m_rival;
    std::vector<TeamId> m_teams;
    std::vector<IncidentId> m_incidents;
    std::vector<AssignmentId> m_assignments;
    std::vector<std::pair<QString, RecordId>> m_records;
    QHash<int, int> m_accepted;
};

Play::Play(World &world, quint64 seed)
    : m_world(world)
    , m_random(seed)
    , m_rival(seed + 1000, u"李"_s, u"B"_s)
{
    const auto keep = [&](const QString &table, RecordId id) { m_records.emplace_back(table, id); };
    for (int i = 0; i < 2; ++i)
        keep(u"station"_s, world.create(u"station"_s, u"S%1"_s.arg(i), u"救援站%1"_s.arg(i)));
    for (int i = 0; i < 3; ++i)
        keep(u"depot"_s, world.create(u"depot"_s, u"D%1"_s.arg(i), u"物资库%1"_s.arg(i)));
    for (int i = 0; i < 5; ++i) {
        keep(u"stock"_s,
             world.create(u"stock"_s, u"G%1"_s.arg(i), u"编织袋%1"_s.arg(i),
                          {{u"depot"_s, u"D%1"_s.arg(i % 3)}, {u"on_hand"_s, 100 * i}}));
    }
    for (int i = 0; i < 4; ++i) {
        const RecordId id =
            world.create(u"team"_s, u"T%1"_s.arg(i), u"队伍%1"_s.arg(i),
                         {{u"kind"_s, u"flood"_s}, {u"station"_s, u"S%1"_s.arg(i % 2)}});
        keep(u"team"_s, id);
        m_teams.emplace_back(id.raw());
    }
    for (int i = 0; i < 2; ++i)
        m_incidents.push_back(world.report(u"积水%1"_s.arg(i)));
    world.exchange();
}

AssignmentState Play::stepOf(AssignmentId id)
{
    std::vector<AssignmentState> possible;
    if (const auto standing = must(store::findAssignment(m_world.db(), id))) {
        for (const AssignmentTransition &step : assignmentTransitions()) {
            if (step.from == standing->state && step.allowedFor(standing->taskType))
                possible.push_back(step.to);
        }
    }
    return possible.empty() ? AssignmentState::Cleared
           : below(3)       ? possible.front()
                            : any(possible);
}

IncidentState Play::stepOf(IncidentId id)
{
    std::vector<IncidentState> possible;
    if (const auto standing = must(store::findIncident(m_world.db(), id))) {
        for (const IncidentTransition &step : incidentTransitions()) {
            if (step.from == standing->state)
                possible.push_back(step.to);
        }
    }
    return any(possible);
}

Operation Play::edit(leeward::test::Maker &maker)
{
    static const QHash<QString, QString> fields = {{u"station"_s, u"name"_s},
                                                   {u"depot"_s, u"name"_s},
                                                   {u"stock"_s, u"on_hand"_s},
                                                   {u"team"_s, u"name"_s}};
    if (below(4) == 0) {
        const IncidentId id = any(m_incidents);
        const auto row = must(store::findIncident(m_world.db(), id));
        return maker.edit(u"incident"_s, RecordId(id.raw()), u"title"_s,
                          row ? row->title : QString(), u"改名%1"_s.arg(below(50)));
    }
    const auto [table, id] = any(m_records);
    const QString field = fields.value(table);
    const auto row = must(store::findRow(m_world.db(), *store::findTable(table), id.text()));
    const QVariant after =
        field == "on_hand"_L1 ? QVariant(below(500)) : QVariant(u"新名%1"_s.arg(below(50)));
    return maker.edit(table, id, field, row ? row->value(field) : QVariant(), after);
}

Operation Play::import(leeward::test::Maker &maker)
{
    op::ImportRecords body{.table = u"depot"_s, .source = u"depots.csv"_s, .rows = {}};
    for (int i = 0; i < 3; ++i) {
        body.rows.push_back(
            {maker.ids().make<RecordId>(),
             {{u"code"_s, u"D%1"_s.arg(i + below(20))}, {u"name"_s, u"导入%1"_s.arg(below(9))}}});
    }
    return maker.operation(body);
}

Operation Play::next(int kind, leeward::test::Maker &maker)
{
    switch (kind) {
    case 0:
        m_incidents.push_back(maker.ids().make<IncidentId>());
        return maker.report(m_incidents.back(), u"新事件%1"_s.arg(m_incidents.size()));
    case 1:
    case 2:
        m_assignments.push_back(maker.ids().make<AssignmentId>());
        return maker.operation(op::Assign{.assignment = m_assignments.back(),
                                          .incident = any(m_incidents),
                                          .team = any(m_teams),
                                          .taskType = stateName(static_cast<TaskType>(below(3))),
                                          .task = u"任务"_s,
                                          .ordered = below(4) != 0,
                                          .doubleTask = below(4) == 0});
    case 3:
    case 4: {
        const AssignmentId id = any(m_assignments);
        return maker.operation(op::AdvanceAssignment{.assignment = id,
                                                     .to = stateName(stepOf(id)),
                                                     .reason = u"缘由"_s,
                                                     .doubleTask = true});
    }
    case 5: {
        const IncidentId id = any(m_incidents);
        return maker.operation(op::AdvanceIncident{.incident = id,
                                                   .to = stateName(stepOf(id)),
                                                   .reason = u"缘由"_s,
                                                   .duplicateOf = any(m_incidents).text(),
                                                   .timer = {}});
    }
    case 6:
        return maker.operation(
            op::FlagAssignment{.assignment = any(m_assignments),
                               .flag = stateName(static_cast<AssignmentFlag>(below(3))),
                               .on = below(3) != 0,
                               .reason = {}});
    case 7:
        m_assignments.push_back(maker.ids().make<AssignmentId>());
        return maker.operation(op::TransferAssignment{.assignment = any(m_assignments),
                                                      .successor = m_assignments.back(),
                                                      .handOver = below(2) == 0,
                                                      .incident = any(m_incidents),
                                                      .team = any(m_teams),
                                                      .reason = u"另有急用"_s});
    case 8:
        return maker.operation(op::OverrideAvailability{.team = any(m_teams),
                                                        .on = below(3) != 0,
                                                        .until = maker.clock.now() + 30min,
                                                        .reason = u"检修"_s});
    case 9:
    case 10: return edit(maker);
    case 11: {
        auto record = any(m_records);
        // Stations and depots are mostly named by others and then can not be retired.
        for (int i = 0; i < 8 && (record.first == "station"_L1 || record.first == "depot"_L1); ++i)
            record = any(m_records);
        return maker.operation(op::RetireRecord{.table = record.first,
                                                .record = record.second,
                                                .retired = below(2) == 0,
                                                .reason = u"撤编"_s});
    }
    default: return import(maker);
    }
}

void Play::step()
{
    const int kind = below(kinds);
    switch (below(6)) {
    case 0: m_world.exchange(); return;
    case 1: (void) m_world.submitElsewhere(next(kind, m_rival)); return;
    default: m_accepted[kind] += m_world.submit(next(kind, m_world.maker())) ? 1 : 0;
    }
}

} // namespace

class ModelsTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void followTheFile_data();
    void followTheFile();
    void changesWhileLoading_data();
    void changesWhileLoading();
    void readAgain();
    void referenceShowsName();
    void takenBackAssignment();
    void languages();
    void tick();
    void incidentsTick();
    void positions();
    void roles();
};

void ModelsTest::followTheFile_data()
{
    QTest::addColumn<quint64>("seed");
    for (quint64 seed = 1; seed <= 4; ++seed)
        QTest::addRow("seed %d", static_cast<int>(seed)) << seed;
}

// After every commit: what a screen was told is what its models say, and the models say what a
// fresh look at the file says.
void ModelsTest::followTheFile()
{
    QFETCH(const quint64, seed);
    World world(seed);
    Play play(world, seed);
    world.load();
    const Screens screens(world.cache());
    // Models that are there before the cache is read reset; these came after.
    Q_EMIT world.cache().loaded();
    for (int turn = 0; turn < 250; ++turn) {
        play.step();
        const QString stale = screens.stale();
        QVERIFY2(stale.isEmpty(), qPrintable(u"turn %1: %2"_s.arg(turn).arg(stale)));
        const auto cache = world.freshCache();
        const Screens fresh(*cache);
        Q_EMIT cache->loaded();
        const QString difference = screens.difference(fresh);
        QVERIFY2(difference.isEmpty(), qPrintable(u"turn %1: %2"_s.arg(turn).arg(difference)));
    }
    for (const int kind : {0, 1, 3, 5, 8, 9, 11, 12})
        QVERIFY2(play.accepted(kind) > 0,
                 qPrintable(u"no operation of kind %1 was accepted"_s.arg(kind)));
}

void ModelsTest::changesWhileLoading_data()
{
    QTest::addColumn<bool>("seenByReader");
    QTest::newRow("committed before the reader looks") << true;
    QTest::newRow("committed after the reader has looked") << false;
}

void ModelsTest::changesWhileLoading()
{
    QFETCH(const bool, seenByReader);
    World world;
    const RecordId before = world.create(u"depot"_s, u"D1"_s, u"一号库"_s);
    RegisterModel model(world.cache(), depotRegister());
    const QAbstractItemModelTester tester(&model,
                                          QAbstractItemModelTester::FailureReportingMode::Fatal);
    QSignalSpy loaded(&world.cache(), &TableCache::loaded);
    QSemaphore gate;
    world.reader().post([&gate](store::Connection &) { gate.acquire(); });
    world.cache().load();
    if (!seenByReader) {
        gate.release();
        world.reader().run([](store::Connection &) { return true; }).waitForFinished();
    }
    world.create(u"depot"_s, u"D2"_s, u"二号库"_s);
    world.mustSubmit(world.maker().edit(u"depot"_s, before, u"name"_s, u"一号库"_s, u"老库"_s));
    QVERIFY(!world.cache().isLoaded());
    QCOMPARE(model.rowCount(), 0);
    gate.release();
    QVERIFY(loaded.wait());
    QCOMPARE(model.rowCount(), 2);
    QCOMPARE(world.cache().name(u"depot"_s, before.text()), u"老库"_s);
    QCOMPARE(loaded.size(), 1);
}

// The file is read anew while the cache is in use: what is committed meanwhile shows at once and
// stays.
void ModelsTest::readAgain()
{
    World world;
    world.create(u"depot"_s, u"D1"_s, u"一号库"_s);
    RegisterModel model(world.cache(), depotRegister());
    world.load();
    QSignalSpy loaded(&world.cache(), &TableCache::loaded);
    QSemaphore gate;
    world.reader().post([&gate](store::Connection &) { gate.acquire(); });
    world.cache().load();
    gate.release();
    world.reader().run([](store::Connection &) { return true; }).waitForFinished();
    world.create(u"depot"_s, u"D2"_s, u"二号库"_s);
    QCOMPARE(model.rowCount(), 2);
    QVERIFY(loaded.wait());
    QCOMPARE(model.rowCount(), 2);
    QVERIFY(!world.cache().idOfCode(u"depot"_s, u"D2"_s).isEmpty());
}

void ModelsTest::referenceShowsName()
{
    World world;
    const RecordId depot = world.create(u"depot"_s, u"D1"_s, u"一号库"_s);
    world.create(u"stock"_s, u"G1"_s, u"编织袋"_s, {{u"depot"_s, u"D1"_s}});
    RegisterModel model(world.cache(), stockRegister());
    world.load();
    const Shown shown(model);
    QVERIFY(shown.rows().at(0).contains(u"一号库"_s));
    QVERIFY(model.index(0, 0).data(SearchRole).toString().contains(u"一号库"_s));
    world.mustSubmit(world.maker().edit(u"depot"_s, depot, u"name"_s, u"一号库"_s, u"新库"_s));
    QVERIFY(shown.rows().at(0).contains(u"新库"_s));
    QVERIFY(!shown.rows().at(0).contains(u"一号库"_s));
}

// Another desk got the team first: this desk's order goes off the board, and the rows that counted
// it say so.
void ModelsTest::takenBackAssignment()
{
    World world;
    const TeamId team(world.create(u"team"_s, u"T1"_s, u"一队"_s, {{u"kind"_s, u"flood"_s}}).raw());
    const IncidentId here = world.report(u"积水"_s);
    const IncidentId there = world.report(u"滑坡"_s);
    // A team that stays, so that losing the other changes nothing of the incident itself.
    const TeamId first(
        world.create(u"team"_s, u"T0"_s, u"先到队"_s, {{u"kind"_s, u"flood"_s}}).raw());
    world.mustSubmit(world.maker().assign(world.maker().ids().make<AssignmentId>(), here, first));
    world.exchange();
    world.load();
    const Screens screens(world.cache());
    Q_EMIT world.cache().loaded();
    leeward::test::Maker rival(99, u"李"_s, u"B"_s);
    QVERIFY(world.submitElsewhere(rival.assign(rival.ids().make<AssignmentId>(), there, team)));
    world.mustSubmit(world.maker().assign(world.maker().ids().make<AssignmentId>(), here, team));
    const RowModel &board = *screens.models().back();
    const RowModel &incidents = *screens.models()[screens.models().size() - 2];
    const auto teams = [&](IncidentId id) {
        return incidents.index(incidents.rowOf(id.text()), IncidentModel::Teams).data().toString();
    };
    QCOMPARE(board.rowCount(), 2);
    QCOMPARE(teams(here), u"2"_s);
    world.exchange();
    QCOMPARE(board.rowCount(), 2);
    QCOMPARE(teams(here), u"1"_s);
    QCOMPARE(teams(there), u"1"_s);
    QCOMPARE(screens.stale(), QString());
}

void ModelsTest::languages()
{
    World world;
    world.create(u"team"_s, u"T1"_s, u"一队"_s, {{u"kind"_s, u"flood"_s}});
    world.report(u"积水"_s);
    world.load();
    const Screens screens(world.cache());
    Q_EMIT world.cache().loaded();
    for (const auto &model : screens.models()) {
        QSignalSpy headers(model.get(), &QAbstractItemModel::headerDataChanged);
        QStringList zh;
        for (int column = 0; column < model->columnCount(); ++column)
            zh += model->headerData(column, Qt::Horizontal, Qt::DisplayRole).toString();
        model->setLanguage(Language::English);
        QCOMPARE(headers.size(), 1);
        for (int column = 0; column < model->columnCount(); ++column) {
            const QString en =
                model->headerData(column, Qt::Horizontal, Qt::DisplayRole).toString();
            QVERIFY(!en.isEmpty());
            QVERIFY(!zh[column].isEmpty());
            QVERIFY2(en != zh[column], qPrintable(en));
            QVERIFY(en.at(0).unicode() < 128);
        }
        QVERIFY(
            !model->headerData(model->columnCount(), Qt::Horizontal, Qt::DisplayRole).isValid());
        model->setLanguage(Language::English);
        QCOMPARE(headers.size(), 1);
    }
    QCOMPARE(screens.stale(), QString());
}

void ModelsTest::tick()
{
    World world;
    const TeamId team(world.create(u"team"_s, u"T1"_s, u"一队"_s, {{u"kind"_s, u"flood"_s}}).raw());
    BoardModel board(world.cache());
    world.load();
    board.tick(); // nothing to show: nothing happens
    world.mustSubmit(world.maker().assign(world.maker().ids().make<AssignmentId>(),
                                          world.report(u"积水"_s), team));
    const Shown shown(board);
    QCOMPARE(board.index(0, BoardModel::Since).data().toString(), u"0秒"_s);
    QVERIFY(!board.index(0, 0).data(OverdueRole).toBool());
    world.clock().advance(6min);
    QVERIFY(!shown.rows().at(0).contains(u"6分"_s));
    board.tick();
    QVERIFY(shown.rows().at(0).contains(u"6分"_s));
    QVERIFY(board.index(0, 0)
                .data(OverdueRole)
                .toBool()); // ordered and not acknowledged for five minutes
    QVERIFY(board.index(0, BoardModel::State).data(SortRole).toInt() < 100); // which puts it on top
}

void ModelsTest::incidentsTick()
{
    World world;
    IncidentModel incidents(world.cache());
    world.load();
    QSignalSpy changed(&incidents, &QAbstractItemModel::dataChanged);
    incidents.tick(); // nothing to show: nothing happens
    QCOMPARE(changed.size(), 0);
    world.report(u"积水"_s);
    const Shown shown(incidents);
    QCOMPARE(incidents.index(0, IncidentModel::Since).data().toString(), u"0秒"_s);
    world.clock().advance(6min);
    QVERIFY(!shown.rows().at(0).contains(u"6分"_s));
    changed.clear();
    incidents.tick();
    QVERIFY(shown.rows().at(0).contains(u"6分"_s));
    QCOMPARE(changed.size(), 1);
    QCOMPARE(changed.front().at(0).toModelIndex().column(), int(IncidentModel::Since));
    QCOMPARE(changed.front().at(2).value<QList<int>>(), QList<int>{Qt::DisplayRole});
}

void ModelsTest::positions()
{
    World world;
    const RecordId station =
        world.create(u"station"_s, u"S1"_s, u"救援站"_s, {{u"lon"_s, 113.1}, {u"lat"_s, 23.1}});
    const RecordId team = world.create(u"team"_s, u"T1"_s, u"一队"_s,
                                       {{u"kind"_s, u"flood"_s}, {u"station"_s, u"S1"_s}});
    const RecordId nowhere = world.create(u"team"_s, u"T2"_s, u"二队"_s, {{u"kind"_s, u"flood"_s}});
    world.load();
    TableCache &cache = world.cache();
    QCOMPARE(cache.whereabouts(team.text())->at, (LonLat{113.1, 23.1}));
    QVERIFY(!cache.whereabouts(team.text())->reportedAt);
    QVERIFY(!cache.whereabouts(nowhere.text()));
    QVERIFY(!cache.whereabouts(station.text()));
    QSignalSpy changed(&cache, &TableCache::changed);
    const Instant seen = world.clock().now() - 1min;
    cache.setPositions({{TeamId(team.raw()), {113.2, 23.2}, seen, seen, u"gps"_s}});
    QCOMPARE(changed.size(), 1);
    QCOMPARE(cache.whereabouts(team.text())->at, (LonLat{113.2, 23.2}));
    QCOMPARE(cache.whereabouts(team.text())->reportedAt, seen);
}

void ModelsTest::roles()
{
    World world;
    const RecordId team =
        world.create(u"team"_s, u"T1"_s, u"防汛一队"_s,
                     {{u"kind"_s, u"flood"_s}, {u"duty_hours"_s, u"00:00-00:01"_s}});
    const IncidentId incident = world.report(u"城南积水"_s);
    const auto assignment = world.maker().ids().make<AssignmentId>();
    RegisterModel teams(world.cache(), teamRegister());
    IncidentModel incidents(world.cache());
    world.load();
    const QModelIndex row = teams.index(0, 0);
    QCOMPARE(row.data(KeyRole).toString(), team.text());
    QCOMPARE(row.data(TableRole).toString(), u"team"_s);
    QCOMPARE(row.data(KindRole).toString(), u"flood"_s);
    QCOMPARE(row.data(StateRole).toString(), stateName(Availability::OffDuty));
    QVERIFY(row.data(SearchRole).toString().contains(u"fangxun"_s)); // pinyin
    QVERIFY(!row.data(SinceRole).isValid());
    world.mustSubmit(world.maker().operation(op::Assign{.assignment = assignment,
                                                        .incident = incident,
                                                        .team = TeamId(team.raw()),
                                                        .despiteUnavailable = true}));
    QVERIFY(row.data(StateRole).toString() != stateName(Availability::OffDuty));
    QCOMPARE(row.data(SinceRole).toLongLong(), toMs(world.clock().now()));
    const QModelIndex event = incidents.index(0, 0);
    QCOMPARE(event.data(KindRole).toString(), u"flood"_s);
    QVERIFY(event.data(SearchRole).toString().contains(u"城南"_s));
    QVERIFY(!event.data(FadedRole).toBool());
    world.mustSubmit(world.maker().advance(assignment, AssignmentState::Recalled, u"误派"_s));
    world.mustSubmit(world.maker().operation(op::RetireRecord{
        .table = u"team"_s, .record = team, .retired = true, .reason = u"撤编"_s}));
    QVERIFY(row.data(FadedRole).toBool());
    for (const char *name :
         {"display", "key", "table", "words", "state", "kind", "since", "overdue", "faded"})
        QVERIFY2(teams.roleNames().values().contains(name), name);
}

QTEST_GUILESS_MAIN(ModelsTest)
#include "tst_models.moc"
