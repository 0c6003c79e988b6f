#pragma once

#include "models/desk/command.h"
#include "widgets/panels/panel_context.h"

#include <QObject>

namespace leeward::widgets {

class AssignmentActions;

// Does what a typed command says, by operations through the desk: one operation a team, each
// outcome told by its own line. What belongs to the window goes out as a signal.
class CommandRunner : public QObject
{
    Q_OBJECT
public:
    CommandRunner(const PanelContext &context, AssignmentActions &actions, QObject *parent);

    void setLanguage(Language language) { m_language = language; }
    void setSelection(const QString &incident, const QString &assignment);
    void run(const command::Command &command);

Q_SIGNALS:
    void message(const QString &text, bool isError);
    void goToWanted(const QString &where);
    void newIncidentWanted(const QString &type, const QString &title);
    void uiWanted(const leeward::command::Ui &what);

private:
    void perform(const command::Dispatch &command);
    void perform(const command::Step &command);
    void perform(const command::Divert &command);
    void perform(const command::HandOver &command);
    void perform(const command::Undo &command);
    void perform(const command::Flag &command);
    void perform(const command::Note &command);
    void perform(const command::MoveIncident &command);
    void perform(const command::GoTo &command);
    void perform(const command::NewIncident &command);
    void perform(const command::Unavailable &command);
    void perform(const command::Available &command);
    void perform(const command::Ui &command);

    template <class Body>
    void submit(const Body &body, const QString &done);
    void complain(const QString &text) { Q_EMIT message(text, true); }
    [[nodiscard]] QString say(const QString &zh, const QString &en) const
    {
        return m_language == Language::Chinese ? zh : en;
    }
    // Null and a complaint when it is not there.
    [[nodiscard]] const Incident *incident(command::IncidentRef number);
    [[nodiscard]] std::optional<TeamId> team(const QString &written);
    // Empty and a complaint when it is not exactly one. `ended`: the latest one will do when none
    // is open.
    [[nodiscard]] QString assignment(const QString &written, bool ended = false);
    // The assignments of these teams, or the selected one; complaints for what is not found.
    [[nodiscard]] QStringList assignments(const QStringList &written, bool ended = false);
    void readNames();

    PanelContext m_context;
    AssignmentActions &m_actions;
    Language m_language = Language::Chinese;
    QString m_incident;
    QString m_assignment;
    std::optional<Instant> m_at;
    std::vector<command::TeamName> m_teams;
    std::vector<command::OpenOrder> m_open;
    std::vector<command::OpenOrder> m_latest; // of teams without an open one
    QHash<QString, QString> m_pinyin;         // by name
};

} // namespace leeward::widgets
