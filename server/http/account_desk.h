#pragma once

#include "server/accounts/accounts.h"

#include <QPointer>
#include <QThread>
#include <QThreadPool>

namespace leeward::server {

// The accounts of a server on a thread of their own, and passwords on a small pool beside it: what
// the HTTP thread asks without waiting. Answers are called on the thread of `context`, and not at
// all once that has gone.
class AccountDesk
{
public:
    // `clock` and `random` must outlive it.
    [[nodiscard]] static Result<std::unique_ptr<AccountDesk>>
    open(std::unique_ptr<AccountStore> store, const Clock &clock, sync::RandomSource &random,
         const QString &serverName, const AccountRules &rules = {});
    // Finishes what was asked.
    ~AccountDesk();

    template <class T>
    using Answer = std::function<void(const Result<T> &)>;

    void authenticate(const QByteArray &token, QObject *context,
                      Answer<std::expected<Session, TokenRefusal>> done);
    void signIn(const SignInRequest &request, const QString &password, QObject *context,
                Answer<std::expected<SignedIn, SignInRefusal>> done);
    // InvalidArgument for a new password that is none; then nothing was counted.
    void changePassword(const SignInRequest &request, const QString &password,
                        const QString &changed, QObject *context,
                        Answer<std::expected<void, SignInRefusal>> done);
    // A password verifier made on the pool.
    void makeVerifier(const QString &user, const QString &password, QObject *context,
                      Answer<sync::PasswordVerifier> done);

    // Anything else: `job` on the accounts' thread, its answer on `context`'s.
    template <class T>
    void ask(std::function<Result<T>(Accounts &)> job, QObject *context, Answer<T> done)
    {
        post([this, job = std::move(job), context = QPointer(context), done = std::move(done)] {
            tell(context, done, job(*m_accounts));
        });
    }

    [[nodiscard]] const QByteArray &grantKey() const { return m_accounts->grantKey(); }
    [[nodiscard]] const QByteArray &sealKey() const { return m_accounts->sealKey(); }
    [[nodiscard]] const AccountRules &rules() const { return m_rules; }

private:
    AccountDesk(std::unique_ptr<AccountStore> store, std::unique_ptr<Accounts> accounts,
                const AccountRules &rules);
    void post(std::function<void()> job);
    template <class T>
    static void tell(const QPointer<QObject> &context, const Answer<T> &done, Result<T> answer)
    {
        if (!context)
            return;
        QMetaObject::invokeMethod(
            context, [done, answer = std::move(answer)] { done(answer); }, Qt::QueuedConnection);
    }

    std::unique_ptr<AccountStore> m_store;
    std::unique_ptr<Accounts> m_accounts;
    AccountRules m_rules;
    QThreadPool m_hashing;
    QThread m_thread;
    QObject m_worker; // lives on m_thread
};

[[nodiscard]] QString tokenRefusalName(TokenRefusal why);

} // namespace leeward::server
