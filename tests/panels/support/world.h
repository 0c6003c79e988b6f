#pragma once

#include "analysis/recommend/recommend.h"
#include "models/desk/desk.h"
#include "models/items/table_cache.h"
#include "models/store/cache_file.h"
#include "widgets/panels/panel_context.h"

#include <QCoreApplication>
#include <QDeadlineTimer>
#include <QTemporaryDir>
#include <QTest>

#include <atomic>
#include <random>

// A desk on a real file, with a clock, ids, roads and answers of the test's own.
namespace leeward::test {

class PanelClock final : public Clock
{
public:
    [[nodiscard]] Instant now() const override { return instantFromMs(m_ms); }
    void advance(Duration by) { m_ms += by.count(); }

private:
    std::atomic<qint64> m_ms = 1'786'500'000'000; // 2026-08-12 10:00 in China
};

class PanelIds final : public IdSource
{
public:
    explicit PanelIds(const Clock &clock)
        : m_clock(clock)
    {
    }
    [[nodiscard]] QUuid next() override { return uuidV7(m_clock.now(), ++m_count, m_random()); }

private:
    const Clock &m_clock;
    quint64 m_count = 0;
    std::mt19937_64 m_random{7};
};

// Answers at once with what it was told to; keeps the questions.
class FakePrompter final : public widgets::Prompter
{
public:
    QString text = QStringLiteral("因故");
    QString file;
    bool yes = true;
    QStringList asked;

    void confirm(QWidget *, const QString &title, const QString &, const QString &,
                 std::function<void()> then) override
    {
        asked += title;
        if (yes)
            then();
    }
    void askText(QWidget *, const QString &title, const QString &,
                 std::function<void(QString)> done) override
    {
        asked += title;
        if (!text.isEmpty())
            done(text);
    }
    void askOpenFile(QWidget *, const QString &title, const QString &,
                     std::function<void(QString)> done) override
    {
        asked += title;
        if (!file.isEmpty())
            done(file);
    }
    void askSaveFile(QWidget *, const QString &title, const QString &, const QString &,
                     std::function<void(QString)> done) override
    {
        asked += title;
        if (!file.isEmpty())
            done(file);
    }
};

template <class T>
T must(Result<T> result)
{
    if (!result)
        qFatal("%s: %s", qPrintable(errcName(result.error().code)),
               qPrintable(result.error().detail));
    if constexpr (!std::is_void_v<T>)
        return std::move(*result);
}

class World
{
public:
    World()
        : m_file(must(store::CacheFile::open(path())))
        , writer(m_file.takeConnection(), QStringLiteral("writer"))
        , reader(must(store::openReadOnly(path())), QStringLiteral("reader"))
        , ids(clock)
        , desk(writer, reader, feed, clock, ids, {QStringLiteral("李明"), QStringLiteral("2号台")})
        , cache(reader, feed, clock)
        , context{desk, cache, services, prompter}
    {
        services.roadsDate = QStringLiteral("2026-08-01");
        services.cityName = QStringLiteral("临海市");
        services.recommend = [this](IncidentId id) {
            return QtFuture::makeReadyValueFuture(recommendFor(id));
        };
        services.findPlace = [](const QString &text, int) {
            std::vector<widgets::NamedPlace> found;
            if (QStringLiteral("东风路").contains(text))
                found.push_back(
                    {QStringLiteral("东风路"), QStringLiteral("road"), {120.39, 36.08}});
            return QtFuture::makeReadyValueFuture(found);
        };
        services.route = [](LonLat, LonLat) {
            return QtFuture::makeReadyValueFuture(
                Result<widgets::RouteLine>(widgets::RouteLine{{}, 600, 8200}));
        };
        cache.load();
        waitFor([this] { return cache.isLoaded(); });
    }

    template <class Condition>
    static void waitFor(Condition condition)
    {
        if (!QTest::qWaitFor(condition, 10000))
            qFatal("waited in vain");
    }
    // Submits and waits until it is done here.
    template <class Body>
    desk::Outcome does(const Body &body, std::optional<Instant> at = {})
    {
        auto future = desk.submit(body, at);
        waitFor([&] { return future.isFinished(); });
        desk::Outcome outcome = future.result();
        QCoreApplication::processEvents();
        return outcome;
    }
    template <class Body>
    void must_(const Body &body, std::optional<Instant> at = {})
    {
        if (!does(body, at))
            qFatal("%s was refused", Body::kind);
    }

    TeamId team(const QString &code, const QString &name,
                const QString &capabilities = QStringLiteral("pumping"),
                const QString &kind = QStringLiteral("flood"), const QString &hours = {})
    {
        const auto id = desk.newId<TeamId>();
        FieldValues values = {{QStringLiteral("code"), code},
                              {QStringLiteral("name"), name},
                              {QStringLiteral("kind"), kind},
                              {QStringLiteral("capabilities"), capabilities},
                              {QStringLiteral("lon"), 120.30 + 0.01 * m_teams},
                              {QStringLiteral("lat"), 36.10},
                              {QStringLiteral("headcount"), 32},
                              {QStringLiteral("leader"), QStringLiteral("王强")},
                              {QStringLiteral("duty_phone"), QStringLiteral("0532-5550123")},
                              {QStringLiteral("readiness_minutes"), 5}};
        if (!hours.isEmpty())
            values[QStringLiteral("duty_hours")] = hours;
        ++m_teams;
        must_(op::CreateRecord{QStringLiteral("team"), RecordId(id.raw()), values});
        waitFor([&] { return cache.row(QStringLiteral("team"), id.text()) != nullptr; });
        return id;
    }
    IncidentId incident(const QString &title, const QString &type = QStringLiteral("waterlogging"))
    {
        const auto id = desk.newId<IncidentId>();
        op::ReportIncident body;
        body.incident = id;
        body.type = type;
        body.title = title;
        body.level = 3;
        body.place = LonLat{120.38, 36.07};
        body.address = QStringLiteral("东风路8号地下车库");
        body.source = QStringLiteral("phone");
        body.caller = QStringLiteral("张女士");
        body.callerPhone = QStringLiteral("13800000000");
        body.peopleAtRisk = 3;
        body.description = QStringLiteral("地下车库进水约一米，三人被困车内。");
        must_(body);
        waitFor([&] { return cache.incident(id.text()) != nullptr; });
        return id;
    }
    AssignmentId assign(IncidentId where, TeamId who, qint64 routeSeconds = 780,
                        const QString &task = QStringLiteral("排涝"))
    {
        const auto id = desk.newId<AssignmentId>();
        op::Assign body;
        body.assignment = id;
        body.incident = where;
        body.team = who;
        body.task = task;
        body.routeSeconds = routeSeconds;
        body.routeMetres = routeSeconds * 14;
        body.orderText = QStringLiteral("立即出动。");
        must_(body);
        waitFor([&] { return cache.assignment(id.text()) != nullptr; });
        return id;
    }
    void advance(AssignmentId id, AssignmentState to, const QString &reason = {})
    {
        must_(op::AdvanceAssignment{.assignment = id, .to = stateName(to), .reason = reason});
        waitFor([&] { return cache.assignment(id.text())->state == to; });
    }

    // Every team of the register, each a minute farther by road than the one before it.
    Result<recommend::Recommendation> recommendFor(IncidentId id) const
    {
        const Incident *incident = cache.incident(id.text());
        if (!incident)
            return fail(Errc::NotFound, id.text());
        std::vector<recommend::Candidate> candidates;
        QStringList keys = cache.rows(QStringLiteral("team")).keys();
        keys.sort();
        qint64 road = 300;
        for (const QString &key : keys) {
            const FieldValues &team = *cache.row(QStringLiteral("team"), key);
            recommend::Candidate candidate;
            candidate.team = TeamId::fromText(key);
            candidate.code = team.value(QStringLiteral("code")).toString();
            candidate.name = team.value(QStringLiteral("name")).toString();
            candidate.capabilities =
                team.value(QStringLiteral("capabilities")).toString().split(u',');
            candidate.headcount = team.value(QStringLiteral("headcount")).toInt();
            candidate.readinessMinutes = team.value(QStringLiteral("readiness_minutes")).toInt();
            candidate.dutyHours = team.value(QStringLiteral("duty_hours")).toString();
            candidate.at = LonLat{120.3, 36.1};
            candidate.override_ = cache.overrideOf(key);
            for (const Assignment *open : cache.openAssignmentsOfTeam(key)) {
                const Incident *where = cache.incident(open->incident.text());
                candidate.busy = reservesTeam(open->state);
                candidate.busyNumber = open->number;
                candidate.busyIncident = where ? where->number : 0;
                candidate.busyState = open->state;
            }
            candidate.roadSeconds = road;
            candidate.roadMetres = road * 12;
            road += 60;
            candidates.push_back(candidate);
        }
        return recommend::recommend(incident->needs, candidates, clock.now());
    }

    [[nodiscard]] QString path() const { return m_folder.filePath(QStringLiteral("city.leeward")); }
    [[nodiscard]] QString folder() const { return m_folder.path(); }

private:
    QTemporaryDir m_folder;
    store::CacheFile m_file;
    int m_teams = 0;

public:
    PanelClock clock;
    store::ChangeFeed feed;
    store::StoreThread writer;
    store::StoreThread reader;
    PanelIds ids;
    widgets::Services services;
    FakePrompter prompter;
    desk::Desk desk;
    items::TableCache cache;
    widgets::PanelContext context;
};

} // namespace leeward::test
