#include "app/demo/duty.h"

#include "app/demo/checks.h"
#include "maps/view/mapview.h"
#include "models/domain/coordinates.h"
#include "models/domain/words.h"
#include "widgets/map_pane.h"
#include "widgets/selection.h"

#include <QFile>
#include <QJsonDocument>
#include <QLabel>
#include <QListWidget>
#include <QQuickView>
#include <QTableView>
#include <QTest>
#include <QTreeWidget>

namespace leeward::demo {

using namespace Qt::StringLiterals;

namespace {

bool boardShows(const QString &text)
{
    return rowShowing(u"board"_s, text) >= 0;
}

// In whichever language the console speaks.
bool boardSays(const Words &said)
{
    return boardShows(said.in(Language::Chinese)) || boardShows(said.in(Language::English));
}

// Waits as a hand does; the step's check says whether it came.
template <class Predicate>
void waitFor(Predicate predicate, int ms)
{
    (void) QTest::qWaitFor(predicate, ms);
}

} // namespace

Duty::Duty(app::Console &console, Script &script, Scenario scenario, QString folder)
    : m_console(console)
    , m_script(script)
    , m_scenario(std::move(scenario))
    , m_folder(std::move(folder))
{
}

void Duty::untilThePlugIsPulled()
{
    openConsole();
    registerByMap();
    registerByNotation();
    registerByName();
    orderTeams();
    printOrder();
    startMoving();
    QFile file(m_folder + u"/standing.json"_s);
    if (m_script.isOk() && file.open(QIODevice::WriteOnly))
        file.write(QJsonDocument(standing()).toJson());
}

void Duty::untilClosed()
{
    findAllAgain();
    work();
    clearTeams();
    closeIncident();
    lookBack();
    otherFaces();
}

// --- what stands
// ----------------------------------------------------------------------------------------------------

const Incident *Duty::incident(int number) const
{
    return m_console.cache().incidentByNumber(number);
}

std::vector<const Assignment *> Duty::tasks() const
{
    const Incident *flood = incident(1);
    return flood ? m_console.cache().assignmentsOfIncident(flood->id.text())
                 : std::vector<const Assignment *>();
}

Script::Check Duty::allIn(AssignmentState state) const
{
    return [this, state] {
        for (const Assignment *task : tasks()) {
            if (task->state != state)
                return u"%1 is %2, not %3"_s.arg(task->number, stateName(task->state),
                                                 stateName(state));
        }
        return need(tasks().size() == 2, u"there are not two assignments"_s);
    };
}

// Asks the journal itself, through a reader.
qint64 Duty::journalCount(const QString &kind) const
{
    auto future = m_console.realm().desk().log(0, 10000);
    if (!QTest::qWaitFor([&] { return future.isFinished(); }, 5000) || !future.result())
        return -1;
    return std::ranges::count_if(*future.result(), [&](const desk::LogLine &line) {
        return line.seq > 0 && line.operation.kind == kind;
    });
}

QJsonObject Duty::standing() const
{
    QJsonObject all;
    for (const Incident &known : m_console.cache().incidents())
        all[known.id.text()] = QString(stateName(known.state) + u' ' + known.title);
    for (const Assignment &task : m_console.cache().assignments())
        all[task.id.text()] = QString(stateName(task.state) + u' ' + task.number);
    return all;
}

QString Duty::teamCode(size_t task) const
{
    const auto all = tasks();
    if (task >= all.size())
        return {};
    const FieldValues *team = m_console.cache().row(u"team"_s, all[task]->team.text());
    return team ? team->value(u"code"_s).toString() : QString();
}

// --- the first shift
// ------------------------------------------------------------------------------------------------

void Duty::openConsole()
{
    m_script.step(
        u"console-open"_s,
        [this] {
            m_console.start();
            settle(1500);
            click(u"rail.teams"_s);
        },
        [this] {
            return first(
                {need(rowsOf(u"teams.team"_s) == 480, u"the list does not show 480 teams"_s),
                 need(m_console.window().mapPane().map()->mapItem() != nullptr, u"no map"_s),
                 need(m_console.window().mapPane().store().size() > 900,
                      u"the map lacks features"_s)});
        });
}

void Duty::registerByMap()
{
    auto *map = m_console.window().mapPane().map();
    m_script.step(
        u"incident-form-map-pick"_s,
        [&] {
            click(u"rail.incidents"_s);
            map->showPlace(m_scenario.place, 15);
            settle(2500);
            keyInWindow(Qt::Key_N, Qt::ControlModifier);
            settle(300);
            chooseIncidentType(m_scenario.type);
            click(u"incidentForm.pick"_s);
            settle(300);
            if (const auto at = map->pixelOf(m_scenario.place))
                QTest::mouseClick(map->quickView(), Qt::LeftButton, {}, at->toPoint());
            settle(500);
            type(u"incidentForm.title"_s, m_scenario.title);
            type(u"incidentForm.caller"_s, u"居民"_s);
            type(u"incidentForm.phone"_s, m_scenario.callerPhone);
            type(u"incidentForm.people"_s, QString::number(m_scenario.people));
            type(u"incidentForm.description"_s, m_scenario.caller);
        },
        [] {
            return need(widget(u"incidentForm.submit"_s) &&
                            widget(u"incidentForm.submit"_s)->isEnabled(),
                        u"the form can not be sent"_s);
        });
    m_script.step(
        u"incident-registered"_s,
        [] { key(u"incidentForm.description"_s, Qt::Key_Return, Qt::ControlModifier); },
        [this] {
            const Incident *flood = incident(1);
            return first(
                {need(flood, u"no incident 1"_s),
                 need(flood && flood->place && distance(*flood->place, m_scenario.place).value < 60,
                      u"the place is not where the map was clicked"_s),
                 need(rowsOf(u"incidents.incident"_s) == 1, u"the list does not show it"_s),
                 need(journalCount(u"incident.report"_s) == 1, u"the journal does not have it"_s)});
        });
}

void Duty::registerByNotation()
{
    const LonLat place{m_scenario.place.lon + 0.02, m_scenario.place.lat + 0.012};
    m_script.step(
        u"incident-by-coordinates"_s,
        [&] {
            keyInWindow(Qt::Key_N, Qt::ControlModifier);
            settle(300);
            chooseIncidentType(u"waterlogging"_s);
            type(u"incidentForm.coordinates"_s,
                 formatCoordinates(place, Notation::DegreesMinutesSeconds, Language::Chinese));
            settle(500);
            type(u"incidentForm.title"_s, u"下穿通道积水，车辆被困"_s);
            key(u"incidentForm.title"_s, Qt::Key_Return, Qt::ControlModifier);
        },
        [this, place] {
            const Incident *second = incident(2);
            return first({need(second, u"no incident 2"_s),
                          need(second && second->place && distance(*second->place, place).value < 5,
                               u"the typed coordinates were not understood"_s)});
        });
}

void Duty::registerByName()
{
    m_script.step(
        u"incident-by-place-name"_s,
        [&] {
            keyInWindow(Qt::Key_N, Qt::ControlModifier);
            settle(300);
            chooseIncidentType(u"typhoon"_s);
            type(u"incidentForm.place"_s, u"晴渚镇"_s);
            waitFor(
                [] {
                    const auto *hits = widgetAs<QListWidget>(u"incidentForm.placeHits"_s);
                    return hits && hits->count() > 0;
                },
                5000);
            key(u"incidentForm.place"_s, Qt::Key_Down);
            key(u"incidentForm.placeHits"_s, Qt::Key_Return);
            settle(300);
            type(u"incidentForm.title"_s, u"大风刮倒树木，道路中断"_s);
            key(u"incidentForm.title"_s, Qt::Key_Return, Qt::ControlModifier);
        },
        [this] {
            const Incident *third = incident(3);
            return first(
                {need(third, u"no incident 3"_s),
                 need(third && third->place, u"the name gave no place"_s),
                 need(rowsOf(u"incidents.incident"_s) == 3, u"the list does not show three"_s)});
        });
}

// Three keystrokes from the selected incident: Enter, Space if need be, Ctrl+Enter.
void Duty::orderTeams()
{
    m_script.step(
        u"recommendation"_s,
        [this] {
            clickRow(u"incidents.incident"_s,
                     rowShowing(u"incidents.incident"_s, m_scenario.title));
            keyInWindow(Qt::Key_G, Qt::ControlModifier); // the map goes there
            settle(600);
            key(u"incidents.incident"_s, Qt::Key_Return);
        },
        [] {
            const auto *rows = widgetAs<QTreeWidget>(u"recommendRows"_s);
            int ticked = 0;
            for (int i = 0; rows && i < rows->topLevelItemCount(); ++i) {
                for (int column = 0; column < rows->columnCount(); ++column)
                    ticked += rows->topLevelItem(i)->checkState(column) == Qt::Checked ? 1 : 0;
            }
            return first(
                {need(rows && rows->topLevelItemCount() >= 2,
                      u"fewer than two teams are offered"_s),
                 need(ticked == 2, u"%1 teams are ticked, not 2"_s.arg(ticked)),
                 need(rows && rows->hasFocus(), u"the keyboard is not in the recommendation"_s)});
        });
    m_script.step(
        u"two-teams-ordered"_s,
        [] { key(u"recommendRows"_s, Qt::Key_Return, Qt::ControlModifier); },
        [this] {
            const auto all = tasks();
            const bool numbered =
                std::ranges::all_of(all, [](const Assignment *a) { return !a->number.isEmpty(); });
            return first(
                {allIn(AssignmentState::Ordered)(), need(numbered, u"an order has no number"_s),
                 need(rowsOf(u"board"_s) >= 2, u"the board does not show them"_s),
                 need(!all.empty() && boardShows(all.front()->number),
                      u"the board lacks the number"_s),
                 need(all.empty() || all.front()->routeSeconds > 0, u"no road time was kept"_s),
                 need(incident(1) && incident(1)->state == IncidentState::Responding,
                      u"the incident is not responding"_s),
                 need(journalCount(u"assignment.assign"_s) == 2,
                      u"the journal lacks the orders"_s)});
        });
}

void Duty::printOrder()
{
    m_script.step(
        u"order-printed"_s,
        [] {
            clickRow(u"board"_s, 0);
            key(u"board"_s, Qt::Key_P);
        },
        [this] {
            QFile file(m_folder + u"/order.pdf"_s);
            return need(file.open(QIODevice::ReadOnly) && file.read(5) == "%PDF-",
                        u"no order.pdf was written"_s);
        });
}

void Duty::startMoving()
{
    m_script.step(
        u"delivered-by-mouse"_s,
        [this] {
            for (const Assignment *task : tasks()) {
                click(u"assignment.next."_s + task->id.text());
                settle(300);
            }
        },
        allIn(AssignmentState::Delivered));
    m_script.step(
        u"acknowledged-by-key"_s,
        [this] {
            for (const Assignment *task : tasks()) {
                clickRow(u"board"_s, rowShowing(u"board"_s, task->number));
                key(u"board"_s, Qt::Key_N);
                settle(500);
            }
        },
        allIn(AssignmentState::Acknowledged));
    m_script.step(
        u"en-route-by-command"_s,
        [this] { command(u"出动 %1,%2"_s.arg(teamCode(0), teamCode(1))); },
        [this] {
            return first(
                {allIn(AssignmentState::EnRoute)(),
                 need(boardSays(words(AssignmentState::EnRoute)),
                      u"the board does not say that they are on the way"_s),
                 need(journalCount(u"assignment.advance"_s) == 6, u"the journal lacks steps"_s)});
        });
}

// --- the second shift
// -----------------------------------------------------------------------------------------------

void Duty::findAllAgain()
{
    m_script.step(
        u"after-the-power-cut"_s,
        [this] {
            m_console.start();
            settle(2500);
            click(u"rail.incidents"_s);
            clickRow(u"incidents.incident"_s, 0);
            keyInWindow(Qt::Key_0, Qt::ControlModifier);
        },
        [this] {
            QFile file(m_folder + u"/standing.json"_s);
            if (!file.open(QIODevice::ReadOnly))
                return u"nothing to compare with"_s;
            const QJsonObject before = QJsonDocument::fromJson(file.readAll()).object();
            return first({need(!before.isEmpty() && before == standing(),
                               u"not everything is where it was"_s),
                          need(rowsOf(u"board"_s) == 2, u"the board does not show both teams"_s)});
        });
}

void Duty::work()
{
    const auto select = [this] {
        clickRow(u"incidents.incident"_s, rowShowing(u"incidents.incident"_s, m_scenario.title));
        settle(400);
    };
    m_script.step(
        u"on-scene"_s,
        [&] {
            select();
            command(u"onscene %1"_s.arg(teamCode(0)));
            settle(500);
            command(u"到场 %1"_s.arg(teamCode(1)));
        },
        allIn(AssignmentState::OnScene));
    m_script.step(
        u"working"_s,
        [this] {
            for (const Assignment *task : tasks()) {
                click(u"assignment.next."_s + task->id.text());
                settle(300);
            }
        },
        allIn(AssignmentState::Working));
    m_script.step(
        u"note-written"_s, [] { command(u"备注 1 已转移群众14人，水位回落"_s); },
        [this] {
            return need(journalCount(u"incident.note"_s) == 1, u"the note is not in the journal"_s);
        });
}

void Duty::clearTeams()
{
    const auto next = [this] {
        for (const Assignment *task : tasks()) {
            click(u"assignment.next."_s + task->id.text());
            settle(300);
        }
    };
    m_script.step(u"completed"_s, next, allIn(AssignmentState::Completed));
    m_script.step(
        u"returning"_s, [this] { command(u"返程 %1,%2"_s.arg(teamCode(0), teamCode(1))); },
        allIn(AssignmentState::Returning));
    m_script.step(u"cleared"_s, next, [this] {
        const auto all = tasks();
        const bool free = std::ranges::all_of(all, [this](const Assignment *task) {
            return m_console.cache().availability(task->team.text()) == Availability::Available;
        });
        return first({allIn(AssignmentState::Cleared)(), need(free, u"a team is not free again"_s),
                      need(rowsOf(u"board"_s) <= 0, u"the board is not empty"_s)});
    });
}

void Duty::closeIncident()
{
    m_script.step(
        u"closed"_s,
        [this] {
            for (const IncidentState state :
                 {IncidentState::Stabilised, IncidentState::Terminated, IncidentState::Closed}) {
                click(u"incidentCard.to."_s + stateName(state));
                waitFor([&] { return incident(1)->state == state; }, 5000);
                settle(300);
            }
        },
        [this] {
            return first(
                {need(incident(1)->state == IncidentState::Closed, u"the incident is not closed"_s),
                 need(journalCount(u"incident.advance"_s) == 3, u"the journal lacks the steps"_s)});
        });
    m_script.step(
        u"record-printed"_s, [] { click(u"incidentCard.print"_s); },
        [this] {
            QFile file(m_folder + u"/record.pdf"_s);
            return need(file.open(QIODevice::ReadOnly) && file.read(5) == "%PDF-",
                        u"no record.pdf was written"_s);
        });
}

void Duty::lookBack()
{
    m_script.step(
        u"journal"_s, [] { click(u"rail.log"_s); },
        [] {
            return need(rowsOf(u"log"_s) >= 25,
                        u"the journal shows %1 lines"_s.arg(rowsOf(u"log"_s)));
        });
}

void Duty::otherFaces()
{
    m_script.step(
        u"english-light"_s,
        [this] {
            click(u"rail.teams"_s);
            command(u"lang en"_s);
            settle(500);
            command(u"theme light"_s);
            keyInWindow(Qt::Key_0, Qt::ControlModifier);
            settle(1500);
        },
        [] { return need(rowsOf(u"teams.team"_s) == 480, u"the teams are gone"_s); });
}

} // namespace leeward::demo
