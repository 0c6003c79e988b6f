#pragma once

#include "sync/device_card.h"
#include "tests/http/client.h"

#include <map>

namespace leeward::test {

inline QString password()
{
    return QStringLiteral("一个很长的口令 2026");
}

// A server on a free loopback port. Its people: "root" keeps accounts, "anna" may do everything
// with incidents and teams, and keeps accounts, "otto" looks. All have the same password, and a
// device each, whose desk is called by their name.
struct Hall
{
    TemporaryRealm folder;
    FakeClock clock;
    sync::SystemRandom random;
    server::ServerOptions options;
    std::unique_ptr<server::Server> server;

    Hall()
    {
        options.folder = folder.folder();
        options.accounts.hash = sync::cheapestHashLimits();
    }
    void start()
    {
        server = must(server::Server::start(options, clock, random));
        if (must(ask<bool>([](server::Accounts &a) { return a.needsFirstAdministrator(); })))
            populate();
    }
    template <class T>
    Result<T> ask(std::function<Result<T>(server::Accounts &)> job)
    {
        std::optional<Result<T>> answer;
        QObject here;
        server->accounts().ask<T>(std::move(job), &here,
                                  [&answer](const Result<T> &said) { answer = said; });
        if (!QTest::qWaitFor([&] { return answer.has_value(); }, 20'000))
            qFatal("the accounts do not answer");
        return std::move(*answer);
    }
    void populate()
    {
        using namespace Qt::StringLiterals;
        must(ask<bool>([](server::Accounts &accounts) -> Result<bool> {
            TRY_ASSIGN(const QString code, accounts.newSetupCode());
            TRY_ASSIGN(const auto verifier,
                       sync::makeVerifier(u"root"_s, password(), sync::cheapestHashLimits()));
            TRY(accounts.createFirstAdministrator(
                code, {u"root"_s, u"管理员"_s, {Role::Administrator}, {u"*"_s}}, verifier, {}));
            return true;
        }));
        add(u"anna"_s, u"安娜"_s,
            {Role::Commander, Role::Dispatcher, Role::DutyOfficer, Role::Administrator}, {u"*"_s});
        add(u"otto"_s, u"奥托"_s, {Role::Observer}, {u"*"_s});
    }
    void add(const QString &name, const QString &shown, const std::vector<Role> &roles,
             const QStringList &areas)
    {
        must(ask<bool>([&](server::Accounts &accounts) -> Result<bool> {
            TRY_ASSIGN(const auto verifier,
                       sync::makeVerifier(name, password(), sync::cheapestHashLimits()));
            TRY(accounts.createUser(root, {name, shown, roles, areas}, verifier));
            return true;
        }));
    }
    void setRights(const QString &name, const std::vector<Role> &roles, const QStringList &areas)
    {
        must(ask<bool>([&](server::Accounts &accounts) -> Result<bool> {
            TRY(accounts.setRights(root, name, roles, areas));
            return true;
        }));
    }
    // How often this stands in the audit.
    [[nodiscard]] qsizetype audited(const QString &what)
    {
        const auto all = must(ask<std::vector<server::AuditRecord>>(
            [this](server::Accounts &accounts) { return accounts.audit(root, 0, 1'000'000); }));
        return std::ranges::count(all, what, &server::AuditRecord::what);
    }
    [[nodiscard]] const sync::DeviceKey &device(const QString &user)
    {
        const auto found = devices.find(user);
        return found != devices.end()
                   ? found->second
                   : devices.emplace(user, sync::DeviceKey::make(user, random)).first->second;
    }
    [[nodiscard]] static QString deviceId(const QString &user)
    {
        return QStringLiteral("device-0123456789-") + QString::fromLatin1(user.toUtf8().toHex());
    }
    [[nodiscard]] static QString deskOf(const QString &user)
    {
        return user + QStringLiteral("-desk");
    }
    [[nodiscard]] QJsonObject signInBody(const QString &user, const QString &with = password())
    {
        using namespace Qt::StringLiterals;
        return {{u"user"_s, user},
                {u"password"_s, with},
                {u"device"_s, deviceId(user)},
                {u"device_key"_s, QString::fromLatin1(device(user).card().key.toBase64())},
                {u"desk"_s, deskOf(user)}};
    }
    Answered signIn(HttpClient &client, const QString &user, const QString &with = password())
    {
        Answered answered = client.post(QStringLiteral("/v1/session"), signInBody(user, with));
        if (answered.status == 200)
            client.token = answered.json().value(QStringLiteral("access")).toString().toLatin1();
        return answered;
    }
    // A client that is signed in, or the end of the test.
    [[nodiscard]] std::unique_ptr<HttpClient> clientOf(const QString &user)
    {
        auto client = std::make_unique<HttpClient>(server->port());
        const Answered answered = signIn(*client, user);
        if (answered.status != 200)
            qFatal("%s is not let in: %s", qPrintable(user), answered.body.constData());
        return client;
    }

    server::By root{QStringLiteral("root"), {}};
    std::map<QString, sync::DeviceKey> devices;
};

} // namespace leeward::test
