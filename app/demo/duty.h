#pragma once

#include "app/console/console.h"
#include "app/demo/scenario.h"
#include "app/demo/script.h"

#include <QJsonObject>

namespace leeward::demo {

// The main job, told in two shifts: the first ends when the plug is pulled in the middle of a
// response, the second finds everything where it was and brings it to its end. What must be there
// is asked of the screen and of the journal.
class Duty
{
public:
    Duty(app::Console &console, Script &script, Scenario scenario, QString folder);

    // From the call to teams on their way. Writes what stands to `standing.json` as the last thing.
    void untilThePlugIsPulled();
    // From the restart to the closed incident, the journal and the record.
    void untilClosed();

private:
    void openConsole();
    void registerByMap();
    void registerByNotation();
    void registerByName();
    void orderTeams();
    void printOrder();
    void startMoving();
    void findAllAgain();
    void work();
    void clearTeams();
    void closeIncident();
    void lookBack();
    void otherFaces();

    [[nodiscard]] const Incident *incident(int number) const;
    [[nodiscard]] std::vector<const Assignment *> tasks() const; // of incident 1, in order
    [[nodiscard]] Script::Check allIn(AssignmentState state) const;
    [[nodiscard]] qint64 journalCount(const QString &kind) const;
    [[nodiscard]] QJsonObject standing() const;
    [[nodiscard]] QString teamCode(size_t task) const;

    app::Console &m_console;
    Script &m_script;
    Scenario m_scenario;
    QString m_folder;
};

} // namespace leeward::demo
