#pragma once

#include "server/accounts/access.h"
#include "simulation/machine.h"
#include "sync/authority_link.h"

namespace leeward::simulation {

// Who works at a desk, as the accounts know it, and the key of the desk's machine.
struct Account
{
    server::Principal principal;
    QByteArray deviceKey;
};

// The one server: collects what comes, lets the authority take it in one turn, answers each and
// tells everybody, as server::RealmHost and the routes do, without threads and sockets.
class HallServer final : public Machine
{
public:
    // `answer` with an error: the server says that it can not now.
    struct Caller
    {
        int desk;
        std::function<void(Result<QByteArray> reply)> answer; // already on the way back
    };
    // `accounts` by desk. `tell` hands a frame to a desk's way down.
    HallServer(World &world, const std::vector<Account> &accounts,
               std::function<void(int desk, const QByteArray &frame)> tell,
               std::function<void()> started);

    // Bytes of an Ask have arrived.
    void ask(const Caller &caller, const QByteArray &bytes);

    [[nodiscard]] bool backUp();
    [[nodiscard]] bool hasBackup() const { return !m_backups.empty(); }
    // Goes down and comes back as it was at some backup, in a life of its own.
    void restore();

protected:
    void opened() override;
    void forgot() override;
    void meddle() override;

private:
    struct Waiting
    {
        Caller caller;
        sync::Ask ask;
    };
    void turn();
    void tellEverybody();
    void lookAtRights(const store::Entry &entry);
    [[nodiscard]] Result<Verdict> permits(store::Connection &db, int desk,
                                          const sync::Submission &submission) const;

    const std::vector<Account> &m_accounts;
    std::function<void(int, const QByteArray &)> m_tell;
    std::function<void()> m_started;
    std::vector<Waiting> m_waiting;
    std::vector<QByteArray> m_backups;
    qint64 m_told = 0;
    int m_lives = 0;
    bool m_restored = false;
};

} // namespace leeward::simulation
