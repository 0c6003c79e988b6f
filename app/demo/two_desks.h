#pragma once

#include "app/console/server_desk.h"
#include "app/demo/scenario.h"
#include "app/demo/script.h"

namespace leeward::demo {

// One of two desks at one server, played through its real window. The first registers an incident
// and orders a team; the second sees both and notes the order as delivered, which the first sees.
// The two tell each other nothing but through the server, except when the play is over.
class TwoDesks
{
public:
    // `screen`: where the window stands. `folder`: of both, for the word that the play is over.
    TwoDesks(app::ServerDesk &desk, Script &script, Scenario scenario, QString user,
             QString password, QRect screen, QString folder);

    void playFirst();
    void playSecond();
    // {"cursor": newest entry here, "waiting": in the queue, "incidents": …, "assignments": …}
    [[nodiscard]] QJsonObject standing() const;

private:
    void signIn();
    void over(const QString &mine, const QString &other);
    [[nodiscard]] QString connected() const;
    [[nodiscard]] QString orderIs(AssignmentState state) const;
    [[nodiscard]] desk::QueueState queue() const;

    app::ServerDesk &m_desk;
    Script &m_script;
    Scenario m_scenario;
    QString m_user;
    QString m_password;
    QRect m_screen;
    QString m_folder;
};

} // namespace leeward::demo
