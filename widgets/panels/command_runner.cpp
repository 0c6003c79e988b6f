#include "widgets/panels/command_runner.h"

#include "models/domain/words.h"
#include "widgets/panels/assignment_actions.h"
#include "widgets/panels/refusal_text.h"

#include <QPointer>

namespace leeward::widgets {

using namespace Qt::StringLiterals;

CommandRunner::CommandRunner(const PanelContext &context, AssignmentActions &actions,
                             QObject *parent)
    : QObject(parent)
    , m_context(context)
    , m_actions(actions)
{
}

void CommandRunner::setSelection(const QString &incident, const QString &assignment)
{
    m_incident = incident;
    m_assignment = assignment;
}

void CommandRunner::run(const command::Command &command)
{
    m_at.reset();
    if (command.at)
        m_at = command::momentOf(*command.at, m_context.cache.now(), chinaOffset);
    readNames();
    std::visit([this](const auto &body) { perform(body); }, command.body);
}

void CommandRunner::readNames()
{
    m_teams.clear();
    const auto &teams = m_context.cache.rows(u"team"_s);
    for (auto it = teams.begin(); it != teams.end(); ++it) {
        if (it->value(u"retired"_s).toInt())
            continue;
        const QString name = it->value(u"name"_s).toString();
        QString &pinyin = m_pinyin[name];
        if (pinyin.isNull())
            pinyin = store::pinyinKeys(name) + u' ';
        m_teams.push_back({it.key(), it->value(u"code"_s).toString(), name, pinyin.trimmed()});
    }
    m_open.clear();
    QHash<QString, const Assignment *> latest;
    for (const Assignment &assignment : m_context.cache.assignments()) {
        const QString team = assignment.team.text();
        if (isOpen(assignment.state)) {
            const Incident *where = m_context.cache.incident(assignment.incident.text());
            m_open.push_back(
                {assignment.id.text(), team, where ? where->number : 0, assignment.number});
        } else if (!latest.contains(team) || latest[team]->stateSince < assignment.stateSince) {
            latest[team] = &assignment;
        }
    }
    m_latest = m_open;
    for (auto it = latest.begin(); it != latest.end(); ++it) {
        if (!std::ranges::contains(m_open, it.key(), &command::OpenOrder::team)) {
            const Incident *where = m_context.cache.incident((*it)->incident.text());
            m_latest.push_back(
                {(*it)->id.text(), it.key(), where ? where->number : 0, (*it)->number});
        }
    }
}

const Incident *CommandRunner::incident(command::IncidentRef number)
{
    const Incident *found = number == 0 ? m_context.cache.incident(m_incident)
                                        : m_context.cache.incidentByNumber(number);
    if (found)
        return found;
    complain(number == 0 ? say(u"没有选中事件：请写事件号，或先选一个事件。"_s,
                               u"No incident is selected: write its number, or select one first."_s)
                         : say(u"没有事件%1。"_s, u"There is no incident %1."_s).arg(number));
    return nullptr;
}

std::optional<TeamId> CommandRunner::team(const QString &written)
{
    const auto found = command::findTeam(written, m_teams);
    if (found)
        return TeamId::fromText(*found);
    complain(command::describe(found.error(), m_language));
    return std::nullopt;
}

QString CommandRunner::assignment(const QString &written, bool ended)
{
    if (written.isEmpty()) {
        if (!m_context.cache.assignment(m_assignment))
            complain(say(u"没有选中任务：请写队伍，或先在看板上选一个任务。"_s,
                         u"No task is selected: name a team, or select one on the board first."_s));
        return m_context.cache.assignment(m_assignment) ? m_assignment : QString();
    }
    const auto found = command::findAssignment(written, m_teams, ended ? m_latest : m_open);
    if (found)
        return *found;
    complain(command::describe(found.error(), m_language));
    return {};
}

QStringList CommandRunner::assignments(const QStringList &written, bool ended)
{
    QStringList found;
    for (const QString &one : written.isEmpty() ? QStringList{QString()} : written) {
        if (const QString id = assignment(one, ended); !id.isEmpty())
            found += id;
    }
    return found;
}

template <class Body>
void CommandRunner::submit(const Body &body, const QString &done)
{
    m_context.desk.submit(body, m_at).then(this, [this, done](const desk::Outcome &outcome) {
        Q_EMIT message(outcome ? done : refusalText(outcome.error(), m_language, m_context.cache),
                       !outcome);
    });
}

void CommandRunner::perform(const command::Dispatch &command)
{
    const Incident *where = incident(command.incident);
    if (!where)
        return;
    // All or none is looked up first: half an order because of a slip of the pen helps nobody.
    std::vector<TeamId> teams;
    for (const QString &written : command.teams) {
        const auto found = team(written);
        if (!found)
            return;
        teams.push_back(*found);
    }
    const IncidentId id = where->id;
    const std::optional<Instant> at = m_at;
    const QString task = command.task;
    const bool ordered = command.ordered;
    const QPointer<AssignmentActions> actions(&m_actions);
    for (const TeamId one : teams) {
        AssignmentActions::Sending sending{
            .incident = id, .team = one, .ordered = ordered, .task = task};
        const auto from = m_context.cache.whereabouts(one.text());
        if (!from || !where->place || !m_context.services.route) {
            m_actions.assign(sending, at);
            continue;
        }
        m_context.services.route(from->at, *where->place)
            .then(this, [actions, sending, at](const Result<RouteLine> &route) {
                if (!actions)
                    return;
                AssignmentActions::Sending known = sending;
                if (route) {
                    known.routeSeconds = route->seconds;
                    known.routeMetres = route->metres;
                }
                actions->assign(known, at);
            });
    }
}

void CommandRunner::perform(const command::Step &command)
{
    for (const QString &id : assignments(command.teams))
        m_actions.step(id, command.to, command.reason, m_at);
}

void CommandRunner::perform(const command::Divert &command)
{
    const QString id = assignment(command.team);
    const Incident *where = id.isEmpty() ? nullptr : incident(command.incident);
    if (where)
        m_actions.divert(id, where->id, command.reason, m_at);
}

void CommandRunner::perform(const command::HandOver &command)
{
    const QString id = assignment(command.from);
    if (id.isEmpty())
        return;
    if (const auto to = team(command.to))
        m_actions.handOver(id, *to, command.reason, m_at);
}

void CommandRunner::perform(const command::Undo &command)
{
    for (const QString &id : assignments(command.teams, true))
        m_actions.undo(id, command.reason);
}

void CommandRunner::perform(const command::Flag &command)
{
    for (const QString &id : assignments(command.teams))
        m_actions.setFlag(id, command.flag, command.on, command.reason, m_at);
}

void CommandRunner::perform(const command::Note &command)
{
    if (const Incident *where = incident(command.incident))
        submit(op::NoteIncident{.incident = where->id, .text = command.text},
               say(u"事件%1 已备注"_s, u"Noted on incident %1"_s).arg(where->number));
}

void CommandRunner::perform(const command::MoveIncident &command)
{
    const Incident *what = incident(command.incident);
    if (!what)
        return;
    op::AdvanceIncident body{
        .incident = what->id, .to = stateName(command.to), .reason = command.reason};
    if (command.duplicateOf > 0) {
        const Incident *other = incident(command.duplicateOf);
        if (!other)
            return;
        body.duplicateOf = other->id.text();
        if (body.reason.isEmpty())
            body.reason = say(u"与事件%1相同"_s, u"the same as incident %1"_s).arg(other->number);
    }
    const QString done = say(u"事件%1 → %2"_s, u"incident %1 → %2"_s)
                             .arg(what->number)
                             .arg(words(command.to).in(m_language));
    const IncidentTransition *row = findTransition(what->state, command.to);
    if (!row || !row->needsReason || !body.reason.isEmpty()) {
        submit(body, done);
        return;
    }
    const QPointer<CommandRunner> self(this);
    m_context.prompter.askText(nullptr, done, say(u"原因"_s, u"Reason"_s),
                               [self, body, done](const QString &reason) {
                                   if (!self)
                                       return;
                                   op::AdvanceIncident with = body;
                                   with.reason = reason;
                                   self->submit(with, done);
                               });
}

void CommandRunner::perform(const command::GoTo &command)
{
    Q_EMIT goToWanted(command.where);
}

void CommandRunner::perform(const command::NewIncident &command)
{
    Q_EMIT newIncidentWanted(command.type, command.title);
}

void CommandRunner::perform(const command::Unavailable &command)
{
    const Instant until = m_at.value_or(m_context.cache.now()) + command.span;
    for (const QString &written : command.teams) {
        const auto who = team(written);
        if (!who)
            continue;
        submit(
            op::OverrideAvailability{
                .team = *who, .on = true, .until = until, .reason = command.reason},
            say(u"%1 不可用至 %2"_s, u"%1 unavailable until %2"_s)
                .arg(m_context.cache.name(u"team"_s, who->text()),
                     shortTime(until, m_context.cache.now())));
    }
}

void CommandRunner::perform(const command::Available &command)
{
    for (const QString &written : command.teams) {
        const auto who = team(written);
        if (!who)
            continue;
        submit(op::OverrideAvailability{.team = *who, .on = false, .until = m_context.cache.now()},
               say(u"%1 恢复可用"_s, u"%1 available again"_s)
                   .arg(m_context.cache.name(u"team"_s, who->text())));
    }
}

void CommandRunner::perform(const command::Ui &command)
{
    using W = command::Ui::What;
    command::Ui what = command;
    if (what.what == W::PrintRecord || what.what == W::Recommend) {
        const Incident *found = incident(what.argument.toInt());
        if (!found)
            return;
        what.argument = found->id.text();
    } else if (what.what == W::PrintOrder) {
        what.argument = assignment(what.argument, true);
        if (what.argument.isEmpty())
            return;
    }
    Q_EMIT uiWanted(what);
}

} // namespace leeward::widgets
