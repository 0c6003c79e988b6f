#include "server/http/account_desk.h"

namespace leeward::server {

using namespace Qt::StringLiterals;

AccountDesk::AccountDesk(std::unique_ptr<AccountStore> store, std::unique_ptr<Accounts> accounts,
                         const AccountRules &rules)
    : m_store(std::move(store))
    , m_accounts(std::move(accounts))
    , m_rules(rules)
{
    m_hashing.setMaxThreadCount(rules.checksAtOnce * 2); // as many as Accounts lets begin
    m_thread.setObjectName(u"leeward-accounts"_s);
    m_worker.moveToThread(&m_thread);
    m_thread.start();
}

AccountDesk::~AccountDesk()
{
    m_hashing.waitForDone(); // each ends with a job for the thread
    QMetaObject::invokeMethod(&m_worker, [this] { m_thread.quit(); }, Qt::QueuedConnection);
    m_thread.wait();
}

Result<std::unique_ptr<AccountDesk>>
AccountDesk::open(std::unique_ptr<AccountStore> store, const Clock &clock,
                  sync::RandomSource &random, const QString &serverName, const AccountRules &rules)
{
    TRY_ASSIGN(auto accounts, Accounts::create(*store, clock, random, serverName, rules));
    return std::unique_ptr<AccountDesk>(
        new AccountDesk(std::move(store), std::move(accounts), rules));
}

void AccountDesk::post(std::function<void()> job)
{
    QMetaObject::invokeMethod(&m_worker, std::move(job), Qt::QueuedConnection);
}

void AccountDesk::authenticate(const QByteArray &token, QObject *context,
                               Answer<std::expected<Session, TokenRefusal>> done)
{
    ask<std::expected<Session, TokenRefusal>>(
        [token](Accounts &accounts) { return accounts.authenticate(token); }, context,
        std::move(done));
}

void AccountDesk::signIn(const SignInRequest &request, const QString &password, QObject *context,
                         Answer<std::expected<SignedIn, SignInRefusal>> done)
{
    using Outcome = std::expected<SignedIn, SignInRefusal>;
    post([this, request, password, context = QPointer(context), done = std::move(done)] {
        const auto attempt = m_accounts->beginSignIn(request);
        if (!attempt)
            return tell<Outcome>(context, done, std::unexpected(attempt.error()));
        if (!*attempt)
            return tell<Outcome>(context, done, Outcome(std::unexpected(attempt->error())));
        m_hashing.start([this, attempt = **attempt, password, context, done] {
            const bool right = sync::fits(attempt.verifier, password);
            post([this, attempt, right, context, done] {
                tell<Outcome>(context, done, m_accounts->finishSignIn(attempt, right));
            });
        });
    });
}

void AccountDesk::changePassword(const SignInRequest &request, const QString &password,
                                 const QString &changed, QObject *context,
                                 Answer<std::expected<void, SignInRefusal>> done)
{
    using Outcome = std::expected<void, SignInRefusal>;
    const auto told = [context = QPointer(context), done = std::move(done)](
                          Result<Outcome> outcome) { tell<Outcome>(context, done, outcome); };
    if (sync::passwordFault(request.user, changed)) {
        told(fail(Errc::InvalidArgument, u"the new password is too short, long or common"_s));
        return;
    }
    post([this, request, password, changed, told] {
        const auto attempt = m_accounts->beginSignIn(request);
        if (!attempt || !*attempt) {
            told(attempt ? Result<Outcome>(Outcome(std::unexpected((*attempt).error())))
                         : std::unexpected(attempt.error()));
            return;
        }
        m_hashing.start([this, attempt = **attempt, password, changed, told] {
            const bool right = sync::fits(attempt.verifier, password);
            const auto verifier =
                right ? sync::makeVerifier(attempt.request.user, changed, m_rules.hash)
                      : Result<sync::PasswordVerifier>(sync::PasswordVerifier());
            post([this, attempt, right, verifier, told] {
                const bool possible = right && verifier;
                auto outcome = m_accounts->finishPasswordChange(
                    attempt, possible, verifier ? *verifier : sync::PasswordVerifier());
                if (right && !verifier)
                    told(std::unexpected(verifier.error()));
                else
                    told(std::move(outcome));
            });
        });
    });
}

void AccountDesk::makeVerifier(const QString &user, const QString &password, QObject *context,
                               Answer<sync::PasswordVerifier> done)
{
    m_hashing.start([this, user, password, context = QPointer(context), done = std::move(done)] {
        tell<sync::PasswordVerifier>(context, done,
                                     sync::makeVerifier(user, password, m_rules.hash));
    });
}

QString tokenRefusalName(TokenRefusal why)
{
    switch (why) {
    case TokenRefusal::Unknown: return u"unknown"_s;
    case TokenRefusal::Expired: return u"expired"_s;
    case TokenRefusal::Revoked: return u"revoked"_s;
    case TokenRefusal::Reused: return u"reused"_s;
    case TokenRefusal::WrongDevice: return u"wrong_device"_s;
    case TokenRefusal::Disabled: return u"disabled"_s;
    }
    return {};
}

} // namespace leeward::server
