#pragma once

#include "models/domain/lifecycle.h"
#include "widgets/panels/panel_context.h"

#include <QObject>

#include <vector>

class QMenu;
class QWidget;

namespace leeward::widgets {

// What a hand may do with one assignment, shared by card, board and command line. Reasons are asked
// for where the table of steps says so, unless one is given. Every outcome comes by message(), one
// line an assignment.
class AssignmentActions : public QObject
{
    Q_OBJECT
public:
    // `window` owns the questions that are asked.
    AssignmentActions(const PanelContext &context, QWidget *window);

    void setLanguage(Language language) { m_language = language; }

    // All steps that the table allows from where the assignment stands, in its order.
    [[nodiscard]] std::vector<AssignmentTransition> legalSteps(const QString &assignment) const;
    // "到场" / "On scene": a step as a button says it.
    [[nodiscard]] static QString stepText(AssignmentState to, Language language);

    // The usual next step.
    void advance(const QString &assignment, std::optional<Instant> at = {});
    void step(const QString &assignment, AssignmentState to, const QString &reason = {},
              std::optional<Instant> at = {});
    void divert(const QString &assignment, IncidentId to, const QString &reason,
                std::optional<Instant> at = {});
    void handOver(const QString &assignment, TeamId to, const QString &reason,
                  std::optional<Instant> at = {});
    // Takes back the last step that stands, by an operation that appends.
    void undo(const QString &assignment, const QString &reason = {});
    void setFlag(const QString &assignment, AssignmentFlag flag, bool on,
                 const QString &reason = {}, std::optional<Instant> at = {});
    // Orders or proposes a team. The order's text is composed here, in the console's language.
    struct Sending
    {
        IncidentId incident;
        TeamId team;
        bool ordered = true;
        QString task = {};
        qint64 routeSeconds = -1; // -1 = not known
        qint64 routeMetres = -1;
        bool doubleTask = false;         // the desk knows of the other task
        bool despiteUnavailable = false; // the desk knows of the override or the duty hours
    };
    void assign(const Sending &sending, std::optional<Instant> at = {});

    // Adds the legal steps, take back and print to `menu`.
    void fillMenu(QMenu &menu, const QString &assignment);

Q_SIGNALS:
    void message(const QString &text, bool isError);
    // One operation was answered. `team` is who it was about.
    void answered(leeward::TeamId team, bool accepted, const QString &text);
    void printWanted(const QString &assignment);
    // Diverting and handing over need a target that the menu can not ask for.
    void divertWanted(const QString &assignment);
    void handOverWanted(const QString &assignment);

private:
    template <class Body>
    void send(const Body &body, std::optional<Instant> at, TeamId team, const QString &done);
    // The road from where a team is to a place; (-1, -1) when it is not known.
    void withRoad(TeamId team, std::optional<LonLat> to,
                  std::function<void(qint64 seconds, qint64 metres)> then);
    void withReason(bool needed, const QString &given, const QString &title,
                    std::function<void(QString)> then);
    [[nodiscard]] QString label(const Assignment &assignment) const;

    PanelContext m_context;
    QWidget *m_window;
    Language m_language = Language::Chinese;
};

} // namespace leeward::widgets
