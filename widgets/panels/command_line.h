#pragma once

#include "maps/view/symbolkey.h"
#include "models/desk/command.h"
#include "widgets/panels/panel_context.h"

#include <QLineEdit>
#include <QTimer>

#include <memory>

class QListWidget;
class QListWidgetItem;

namespace leeward::widgets {

class AssignmentActions;
class CommandRunner;

// One field that finds anything and runs any command: commands with a line of help, rows by any of
// their words, incidents by number, places by name, coordinates in any notation. Ctrl+K comes here;
// Up, Down, Enter, Esc.
class CommandLine : public QLineEdit
{
    Q_OBJECT
public:
    CommandLine(const PanelContext &context, QWidget *parent = nullptr);
    ~CommandLine() override;

    void setLanguage(Language language);
    void setTheme(view::Theme theme);
    // What a command means that names no incident or no team.
    void setChosen(const QString &incident, const QString &assignment);
    // Where the city is: settles coordinates that could be read both ways.
    void setNearTo(std::optional<LonLat> place) { m_nearTo = place; }

    [[nodiscard]] QListWidget *popup() const { return m_popup; }

public Q_SLOTS:
    void focusAll(); // Ctrl+K
    void run(const QString &text);

Q_SIGNALS:
    void message(const QString &text, bool isError);
    void rowChosen(const QString &table, const QString &id);
    void placeChosen(const QString &name, leeward::LonLat at);
    void newIncidentWanted(const QString &type, const QString &title);
    // What the window does by itself. For PrintRecord and Recommend the argument is the incident's
    // id, for PrintOrder the assignment's.
    void uiWanted(const leeward::command::Ui &what);

protected:
    void keyPressEvent(QKeyEvent *event) override;
    void focusOutEvent(QFocusEvent *event) override;
    void changeEvent(QEvent *event) override;
    bool event(QEvent *event) override;

private:
    struct Hit;

    void retranslate();
    void ask();
    void addCommands(const QString &text);
    void addIncidentNumber(const QString &text);
    void addCoordinates(const QString &text);
    void addFound(const store::Found &found);
    void addPlace(const NamedPlace &place);
    void addHit(Hit hit);
    void askElsewhere(const QString &text);
    void answered();
    void placePopup();
    void goTo(const QString &where);
    void choose(int row);
    void accept();
    void leave();

    PanelContext m_context;
    AssignmentActions *m_actions;
    CommandRunner *m_runner;
    QListWidget *m_popup;
    QTimer m_delay;
    std::vector<Hit> m_hits;
    std::optional<LonLat> m_nearTo;
    Language m_language = Language::Chinese;
    view::Theme m_theme = view::Theme::Dark;
    int m_token = 0;
    QString m_asked;      // what the hits are for, without blanks at the ends
    int m_unanswered = 0; // questions about it that are still under way
    bool m_enter = false; // pressed before they were answered: acted on then, once
};

} // namespace leeward::widgets
