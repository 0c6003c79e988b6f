#pragma once

#include "server/http/http_front.h"
#include "server/http/realm_keeper.h"

namespace leeward::server {

// What administrators do over HTTP: people, devices, sign-ins, programs, realms, the audit
// (docs/protocol.md, "Administration"). The rules are Accounts'; here are only words. Every route
// is for administrators, everybody else is refused and written down. The HTTP thread.
class AdminApi
{
public:
    // All must outlive it. `rightsTaken` is called after something that may have ended sign-ins.
    AdminApi(HttpFront &front, AccountDesk &accounts, const ServedRealms &realms,
             RealmKeeper &keeper, std::function<void()> rightsTaken);

private:
    using Method = QHttpServerRequest::Method;
    template <class T>
    using Job = std::function<Result<T>(Accounts &, const By &)>;

    // For administrators only; `what` is what the audit says was tried.
    void route(Method method, const QString &pattern, const char *what, HttpFront::Handler handler);
    // Runs the job and answers what `words` makes of it.
    template <class T, class Words>
    void answer(const CallPtr &call, Job<T> job, Words words);
    // A job that answers nothing: 204. `takesRights`: sign-ins may be over after it.
    void change(const CallPtr &call, Job<std::monostate> job, bool takesRights = false);

    void addUserRoutes();
    void addDeviceRoutes();
    void addProgramRoutes();
    void addRealmRoutes();
    void createUser(const CallPtr &call);
    void changeUser(const CallPtr &call);
    void setPassword(const CallPtr &call);
    void createRealm(const CallPtr &call);
    void changeRealm(const CallPtr &call);
    void applyRealm(const CallPtr &call, const RealmRow &row, Call::Status status);

    HttpFront &m_front;
    AccountDesk &m_accounts;
    const ServedRealms &m_realms;
    RealmKeeper &m_keeper;
    std::function<void()> m_rightsTaken;
};

} // namespace leeward::server
