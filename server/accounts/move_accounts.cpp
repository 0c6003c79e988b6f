#include "server/accounts/accounts.h"

namespace leeward::server {

using namespace Qt::StringLiterals;

namespace {

constexpr int auditAtOnce = 1000;

Result<> movePeople(AccountStore &from, AccountStore &to)
{
    TRY_ASSIGN(const auto users, from.users());
    for (const UserRow &user : users) {
        TRY(to.putUser(user));
        TRY_ASSIGN(const QStringList former, from.formerNames(user.id));
        for (const QString &name : former)
            TRY(to.putFormerName(nameKey(name), name, user.id));
    }
    TRY_ASSIGN(const auto devices, from.devices());
    for (const DeviceRow &device : devices) {
        TRY(to.putDevice(device));
        for (const UserRow &user : users) {
            TRY_ASSIGN(const bool familiar, from.isFamiliar(user.id, device.id));
            if (familiar)
                TRY(to.putFamiliar(user.id, device.id));
        }
    }
    return {};
}

Result<> moveAudit(AccountStore &from, AccountStore &to)
{
    qint64 last = 0;
    while (true) {
        TRY_ASSIGN(const auto records, from.auditAfter(last, auditAtOnce));
        if (records.empty())
            return {};
        for (const AuditRecord &record : records)
            TRY(to.audit(record));
        last = records.back().seq;
    }
}

} // namespace

Result<> moveAccounts(AccountStore &from, AccountStore &to)
{
    return to.atomically([&]() -> Result<> {
        TRY_ASSIGN(const auto there, to.users());
        if (!there.empty())
            return fail(Errc::AlreadyExists, u"people are there already"_s);
        TRY(movePeople(from, to));
        TRY_ASSIGN(const auto keys, from.appKeys());
        for (const AppKeyRow &key : keys)
            TRY(to.putAppKey(key));
        TRY_ASSIGN(const auto realms, from.realms());
        for (const RealmRow &realm : realms)
            TRY(to.putRealm(realm));
        for (const auto &name : {u"grant_public"_s, u"grant_secret"_s, u"seal_secret"_s,
                                 u"set_up"_s, u"setup_code"_s}) {
            TRY_ASSIGN(const QByteArray value, from.fact(name));
            if (value.isEmpty() && name == "seal_secret"_L1)
                continue; // older than seals; whoever is at work there may have made one
            TRY(to.setFact(name, value));
        }
        return moveAudit(from, to);
    });
}

} // namespace leeward::server
