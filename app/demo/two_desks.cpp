#include "app/demo/two_desks.h"

#include "app/demo/checks.h"
#include "models/domain/coordinates.h"

#include <QFile>
#include <QJsonDocument>
#include <QTest>
#include <QTreeWidget>

namespace leeward::demo {

using namespace Qt::StringLiterals;
using widgets::LinkStatus;

TwoDesks::TwoDesks(app::ServerDesk &desk, Script &script, Scenario scenario, QString user,
                   QString password, QRect screen, QString folder)
    : m_desk(desk)
    , m_script(script)
    , m_scenario(std::move(scenario))
    , m_user(std::move(user))
    , m_password(std::move(password))
    , m_screen(screen)
    , m_folder(std::move(folder))
{
}

QString TwoDesks::connected() const
{
    if (!m_desk.console())
        return u"no window"_s;
    return need(m_desk.link().status().state == LinkStatus::State::Connected,
                u"not connected to the server"_s);
}

desk::QueueState TwoDesks::queue() const
{
    auto future = m_desk.console()->realm().desk().queueState();
    if (!QTest::qWaitFor([&] { return future.isFinished(); }, 5000) || !future.result())
        return {.queued = -1};
    return *future.result();
}

QString TwoDesks::orderIs(AssignmentState state) const
{
    const auto &all = m_desk.console()->cache().assignments();
    if (all.isEmpty())
        return u"there is no order"_s;
    for (const Assignment &order : all) {
        if (order.state == state)
            return {};
    }
    return u"no order is %1"_s.arg(stateName(state));
}

void TwoDesks::signIn()
{
    m_script.step(
        m_user + u"-sign-in"_s,
        [this] {
            m_desk.start();
            (void) QTest::qWaitFor([] { return widget(u"signIn.go"_s) != nullptr; }, 10'000);
            if (QWidget *dialog = widget(u"signIn"_s))
                dialog->move(m_screen.center() - dialog->rect().center());
            type(u"signIn.user"_s, m_user);
            type(u"signIn.password"_s, m_password);
        },
        [] {
            return need(widget(u"signIn.go"_s) && widget(u"signIn.go"_s)->isEnabled(),
                        u"the form can not be sent"_s);
        });
    m_script.step(
        m_user + u"-connected"_s,
        [this] {
            key(u"signIn.password"_s, Qt::Key_Return);
            if (QTest::qWaitFor([this] { return m_desk.console() != nullptr; }, 30'000))
                m_desk.console()->window().setGeometry(m_screen);
            settle(1500);
            click(u"rail.teams"_s);
        },
        [this] {
            return first(
                {connected(), need(rowsOf(u"teams.team"_s) == 480, u"not all teams are there"_s)});
        });
}

// Both windows stay until both are done, so that the last pictures show them side by side.
void TwoDesks::over(const QString &mine, const QString &other)
{
    m_script.step(
        mine + u"-all-equal"_s,
        [this, mine] {
            QFile done(m_folder + u'/' + mine + u".done"_s);
            (void) done.open(QIODevice::WriteOnly);
        },
        [this, other] {
            return first({need(QFile::exists(m_folder + u'/' + other + u".done"_s),
                               u"the other desk is not done"_s),
                          need(queue().queued == 0, u"something waits in the queue"_s)});
        });
}

void TwoDesks::playFirst()
{
    signIn();
    m_script.step(
        u"incident-registered"_s,
        [this] {
            click(u"rail.incidents"_s);
            keyInWindow(Qt::Key_N, Qt::ControlModifier);
            settle(300);
            chooseIncidentType(m_scenario.type);
            type(u"incidentForm.coordinates"_s,
                 formatCoordinates(m_scenario.place, Notation::Decimal));
            settle(500);
            type(u"incidentForm.title"_s, m_scenario.title);
            key(u"incidentForm.title"_s, Qt::Key_Return, Qt::ControlModifier);
        },
        [this] {
            return first({need(m_desk.console()->cache().incidentByNumber(1), u"no incident 1"_s),
                          need(rowShowing(u"incidents.incident"_s, m_scenario.title) >= 0,
                               u"not in the list"_s)});
        });
    m_script.step(
        u"team-ordered"_s,
        [this] {
            clickRow(u"incidents.incident"_s,
                     rowShowing(u"incidents.incident"_s, m_scenario.title));
            keyInWindow(Qt::Key_G, Qt::ControlModifier); // the map goes there
            settle(600);
            key(u"incidents.incident"_s, Qt::Key_Return);
            (void) QTest::qWaitFor(
                [] {
                    const auto *rows = widgetAs<QTreeWidget>(u"recommendRows"_s);
                    return rows && rows->topLevelItemCount() > 0;
                },
                20'000);
            key(u"recommendRows"_s, Qt::Key_Return, Qt::ControlModifier);
        },
        [this] {
            return first({orderIs(AssignmentState::Ordered),
                          need(rowsOf(u"board"_s) >= 1, u"the board is empty"_s)});
        });
    m_script.step(
        u"delivery-seen"_s, [] {}, [this] { return orderIs(AssignmentState::Delivered); });
    over(u"first"_s, u"second"_s);
}

void TwoDesks::playSecond()
{
    signIn();
    click(u"rail.incidents"_s);
    {
        QFile ready(m_folder + u"/second.ready"_s);
        (void) ready.open(QIODevice::WriteOnly);
    }
    m_script.step(
        u"incident-seen"_s, [] {},
        [this] {
            return need(rowShowing(u"incidents.incident"_s, m_scenario.title) >= 0,
                        u"the list does not show the other desk's incident"_s);
        });
    m_script.step(
        u"order-seen"_s, [] {},
        [this] {
            return first({orderIs(AssignmentState::Ordered),
                          need(rowsOf(u"board"_s) >= 1, u"the board is empty"_s)});
        });
    m_script.step(
        u"delivered"_s,
        [] {
            clickRow(u"board"_s, 0);
            key(u"board"_s, Qt::Key_N);
        },
        [this] { return orderIs(AssignmentState::Delivered); });
    over(u"second"_s, u"first"_s);
}

QJsonObject TwoDesks::standing() const
{
    if (!m_desk.console())
        return {};
    const desk::QueueState now = queue();
    QJsonObject incidents;
    for (const Incident &known : m_desk.console()->cache().incidents())
        incidents[known.id.text()] = QString(stateName(known.state) + u' ' + known.title);
    QJsonObject assignments;
    for (const Assignment &task : m_desk.console()->cache().assignments())
        assignments[task.id.text()] = QString(stateName(task.state) + u' ' + task.number);
    return {{u"cursor"_s, now.cursor},
            {u"waiting"_s, now.queued + now.conflicts},
            {u"incidents"_s, incidents},
            {u"assignments"_s, assignments}};
}

} // namespace leeward::demo
