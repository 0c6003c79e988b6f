#include "server/accounts/account_store.h"

namespace leeward::server {

using namespace Qt::StringLiterals;

Result<std::optional<TokenOwner>> AccountStore::ownerOf(const QByteArray &hash)
{
    TRY_ASSIGN(const auto found, token(hash));
    if (!found)
        return std::nullopt;
    TRY_ASSIGN(const auto chain, family(found->family));
    if (!chain)
        return std::nullopt;
    TRY_ASSIGN(const auto user, userById(chain->user));
    TRY_ASSIGN(const auto desk, device(chain->device));
    if (!user || !desk)
        return fail(Errc::Corrupt, u"a token of nobody"_s); // foreign keys hold both
    TRY_ASSIGN(const QStringList former, formerNames(user->id));
    return TokenOwner{
        .token = *found, .family = *chain, .user = *user, .device = *desk, .formerNames = former};
}

Result<QStringList> AccountStore::overAmong(const QStringList &families)
{
    QStringList over;
    for (const QString &id : families) {
        TRY_ASSIGN(const auto chain, family(id));
        if (!chain || chain->revoked) {
            over += id;
            continue;
        }
        TRY_ASSIGN(const auto user, userById(chain->user));
        TRY_ASSIGN(const auto desk, device(chain->device));
        if (!user || user->disabled || !desk || desk->revoked)
            over += id;
    }
    return over;
}

} // namespace leeward::server
