#include "simulation/hall_server.h"

#include "server/authority.h"
#include "sync/device_card.h"
#include "sync/wire.h"

#include <algorithm>

namespace leeward::simulation {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
namespace wire = sync::wire;

HallServer::HallServer(World &world, const std::vector<Account> &accounts,
                       std::function<void(int, const QByteArray &)> tell,
                       std::function<void()> started)
    : Machine(world, u"server"_s)
    , m_accounts(accounts)
    , m_tell(std::move(tell))
    , m_started(std::move(started))
{
}

void HallServer::meddle()
{
    if (m_world.options.seams.journalOpened)
        m_world.options.seams.journalOpened(db());
}

void HallServer::opened()
{
    // A life of its own after a restore: its name is of the run, not of the system's chance.
    const QString epoch = u"life %1"_s.arg(m_lives);
    const Result<QString> known = store::metaValue(db(), u"epoch"_s);
    if (known && *known != epoch) {
        const Result<> named = store::setMetaValue(db(), u"epoch"_s, epoch);
        if (died())
            return;
        if (!named) {
            explain(named.error(), "epoch");
            stop();
            return;
        }
    }
    const auto head = store::journalHead(db());
    m_told = head ? head->seq : 0;
    m_world.auditor.journalOpened(db(), std::exchange(m_restored, false));
    m_started();
}

void HallServer::forgot()
{
    m_waiting.clear();
}

void HallServer::ask(const Caller &caller, const QByteArray &bytes)
{
    if (!isUp())
        return;
    auto ask = wire::askFrom(bytes);
    if (!m_world.chronicle.claim("wire", ask.has_value(), [&] { return ask.error().detail; }))
        return;
    if (m_world.options.seams.serverAsked)
        m_world.options.seams.serverAsked(*ask);
    m_waiting.push_back({caller, std::move(*ask)});
    if (m_waiting.size() == 1)
        later(m_world.dice.span(0ms, 20ms), [this] { turn(); });
}

// As the routes of the server do it: one's own, and what carries the proof of a known device.
Result<Verdict> HallServer::permits(store::Connection &db, int desk,
                                    const sync::Submission &submission) const
{
    const server::Principal &principal = m_accounts[static_cast<size_t>(desk)].principal;
    if (!submission.proof)
        return server::mayAccept(db, principal, submission.operation);
    for (const Account &account : m_accounts) {
        if (account.principal.userName == submission.operation.author &&
            account.deviceKey == submission.proof->key && sync::proves(submission))
            return server::mayAccept(db, account.principal, submission.operation);
    }
    return Verdict(refuse(RefusalReason::NotYours, {{u"author"_s, submission.operation.author},
                                                    {u"desk"_s, submission.operation.desk},
                                                    {u"user"_s, principal.userName},
                                                    {u"userDesk"_s, principal.desk}}));
}

void HallServer::turn()
{
    const std::vector<Waiting> batch = std::exchange(m_waiting, {});
    std::vector<server::Permit> permits;
    std::vector<server::Authority::Request> requests;
    permits.reserve(batch.size());
    for (const Waiting &waiting : batch) {
        permits.emplace_back();
        if (!m_world.options.seams.everybodyMay) {
            permits.back() = [this, desk = waiting.caller.desk](
                                 store::Connection &tables, const sync::Submission &submission) {
                return this->permits(tables, desk, submission);
            };
        }
        requests.push_back({&waiting.ask, &permits.back()});
    }
    const auto replies = server::Authority(db(), clock()).exchange(requests);
    if (died())
        return;
    if (!replies) {
        explain(replies.error(), "turn");
        for (const Waiting &waiting : batch)
            waiting.caller.answer(std::unexpected(replies.error()));
        return;
    }
    if (m_world.options.seams.serverAnswers)
        m_world.options.seams.serverAnswers(db());
    m_world.auditor.journalMoved(db());
    for (size_t i = 0; i < batch.size(); ++i) {
        const Result<sync::Reply> &reply = (*replies)[i];
        if (!reply) {
            explain(reply.error(), "reply");
            batch[i].caller.answer(std::unexpected(reply.error()));
            continue;
        }
        m_world.auditor.answered(db(), batch[i].ask.submissions, *reply);
        m_world.chronicle.tell(
            u"server answers desk%1: %2 refused, %3 entries%4"_s.arg(batch[i].caller.desk)
                .arg(reply->refused.size())
                .arg(reply->entries.size())
                .arg(reply->diverged ? u", another past"_s : QString()));
        batch[i].caller.answer(wire::toBytes(*reply));
    }
    tellEverybody();
}

void HallServer::tellEverybody()
{
    const auto entries = store::entriesAfter(db(), m_told, 1000);
    if (!entries || entries->empty())
        return;
    m_told = entries->back().seq;
    m_world.auditor.left(*entries);
    for (const store::Entry &entry : *entries)
        lookAtRights(entry);
    wire::Frame frame;
    frame.kind = wire::Frame::Kind::Entries;
    frame.entries = *entries;
    const QByteArray bytes = wire::toBytes(frame);
    for (size_t desk = 0; desk < m_accounts.size(); ++desk)
        m_tell(static_cast<int>(desk), bytes);
}

// Who only looks has nothing accepted, whoever hands it in.
void HallServer::lookAtRights(const store::Entry &entry)
{
    static const std::vector<Role> looks = {Role::Observer};
    const auto author =
        std::ranges::find(m_accounts, entry.operation.author,
                          [](const Account &one) { return one.principal.userName; });
    m_world.chronicle.claim("rights",
                            author != m_accounts.end() && author->principal.roles != looks, [&] {
                                return u"entry %1 is of %2, who may nothing"_s.arg(entry.seq).arg(
                                    entry.operation.author);
                            });
}

bool HallServer::backUp()
{
    if (!isUp() || disk().isDoomed() || disk().trouble() != MemoryDisk::Trouble::None)
        return false;
    constexpr auto copy = "backup";
    Result<> done;
    {
        auto vacuum = db().prepare("VACUUM INTO ?");
        if (vacuum) {
            vacuum->bind(1, QString(QLatin1StringView(copy)));
            done = vacuum->run();
        }
    }
    if (!m_world.chronicle.claim("errors", done.has_value(), [&] { return done.error().detail; }))
        return false;
    m_backups.push_back(disk().contents(copy));
    disk().remove(copy);
    return !m_backups.back().isEmpty();
}

void HallServer::restore()
{
    const QByteArray backup = m_world.dice.pick(m_backups);
    if (isUp())
        stop();
    calm();
    disk().put(path, backup);
    disk().remove(QByteArray(path) + "-wal");
    ++m_lives;
    m_restored = true;
}

} // namespace leeward::simulation
