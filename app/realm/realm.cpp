#include "app/realm/realm.h"

#include "sync/replica.h"

namespace leeward::app {

using namespace Qt::StringLiterals;

namespace {

// A journal that is behind the cache was lost or replaced; the cache holds every entry it had.
Result<> healJournal(store::Connection &cache, store::Connection &journal)
{
    TRY_ASSIGN(const store::Head there, store::journalHead(journal));
    TRY_ASSIGN(const store::Head here, store::journalHead(cache));
    const qint64 shared = std::min(there.seq, here.seq);
    if (shared > 0) {
        TRY_ASSIGN(const auto mine, store::entriesAfter(cache, shared - 1, 1));
        TRY_ASSIGN(const auto theirs, store::entriesAfter(journal, shared - 1, 1));
        if (mine.empty() || theirs.empty() || mine.front().hash != theirs.front().hash)
            return fail(Errc::Corrupt,
                        u"entry %1 is not the same in the realm file and in the journal "
                        "beside it: they are of two different pasts"_s.arg(shared));
    }
    if (there.seq >= here.seq)
        return {};
    TRY_ASSIGN(const auto missing,
               store::entriesAfter(cache, there.seq, static_cast<int>(here.seq)));
    return server::adopt(journal, missing);
}

// Hands in what another person left in the queue with the proof of the device they made it at.
class ProvingLink final : public sync::AuthorityLink
{
public:
    ProvingLink(std::unique_ptr<sync::RemoteLink> link,
                std::function<std::optional<sync::Proof>(const Operation &)> prove)
        : m_link(std::move(link))
        , m_prove(std::move(prove))
    {
    }
    void exchange(sync::Ask ask, std::function<void(Result<sync::Reply>)> done) override
    {
        for (sync::Submission &submission : ask.submissions) {
            if (!submission.proof && m_prove)
                submission.proof = m_prove(submission.operation);
        }
        m_link->exchange(std::move(ask), std::move(done));
    }
    void listen(std::function<void(std::vector<store::Entry>)> listener) override
    {
        m_link->listen(std::move(listener));
    }

private:
    std::unique_ptr<sync::RemoteLink> m_link;
    std::function<std::optional<sync::Proof>(const Operation &)> m_prove;
};

} // namespace

Realm::Realm(QString path, std::optional<store::CacheFile> file, store::Connection writer,
             store::Connection reader, std::unique_ptr<sync::AuthorityLink> authority,
             const Clock &clock, IdSource &ids, desk::Identity identity)
    : m_path(std::move(path))
    , m_file(std::move(file))
    , m_authority(std::move(authority))
    , m_writer(std::make_unique<store::StoreThread>(std::move(writer), u"leeward-store"_s))
    , m_reader(std::make_unique<store::StoreThread>(std::move(reader), u"leeward-reader"_s))
    , m_desk(std::make_unique<desk::Desk>(*m_writer, *m_reader, m_feed, clock, ids,
                                          std::move(identity)))
{
    if (!m_authority)
        return;
    m_courier = std::make_unique<sync::Courier>(*m_writer, m_feed, *m_authority);
    QObject::connect(m_desk.get(), &desk::Desk::queued, m_courier.get(), &sync::Courier::wake);
    QObject::connect(m_courier.get(), &sync::Courier::sending, m_desk.get(),
                     &desk::Desk::setOnTheWay);
    m_courier->wake(); // what was queued when the plug was pulled
}

void Realm::follow(sync::RemoteLink &remote)
{
    m_remote = &remote;
    QObject::connect(&remote, &sync::RemoteLink::wanted, m_courier.get(), &sync::Courier::wake);
    QObject::connect(&remote, &sync::RemoteLink::connectionChanged, m_courier.get(),
                     [this](const sync::Connection &now) { heed(now); });
    heed(remote.connection()); // it may have been faster
}

void Realm::heed(const sync::Connection &connection)
{
    if (m_tooOld || connection.state != sync::Connection::State::TooOld)
        return;
    m_tooOld = true;
    m_courier->setStopped(true);
    m_desk->setClosed(desk::Closed::TooOld);
    m_writer->post([](store::Connection &db) { (void) db.setLookOnly(true); });
}

// Jobs hop store → authority → store, and those of the desk name it: each thread is emptied before
// what its jobs call goes. Nothing new starts once desk and courier are gone.
Realm::~Realm()
{
    const auto empty = [this] {
        m_writer->run([](store::Connection &) { return true; }).waitForFinished();
    };
    empty();
    m_desk.reset();
    m_courier.reset();
    empty();
    m_authority.reset();
    m_writer.reset();
    m_reader.reset();
}

QFuture<void> Realm::settle()
{
    if (m_courier)
        m_courier->setStopped(true);
    // The readers first: none of them may hold the log when it is emptied.
    return m_reader->run([](store::Connection &) { return true; })
        .then(m_desk.get(),
              [this](bool) {
                  return m_writer->run(
                      [](store::Connection &db) { return db.isReadOnly() || db.emptyLog(); });
              })
        .unwrap()
        .then([](bool) {});
}

Result<std::unique_ptr<Realm>> Realm::open(const QString &cachePath, const Clock &clock,
                                           IdSource &ids, desk::Identity identity)
{
    TRY_ASSIGN(store::CacheFile file, store::CacheFile::open(cachePath));
    const QString journalPath = server::journalPathFor(cachePath);
    {
        TRY_ASSIGN(store::CacheFile journal, store::CacheFile::open(journalPath));
        TRY(healJournal(file.connection(), journal.connection()));
    }
    TRY_ASSIGN(auto authority, server::RealmHost::open(journalPath, clock));
    TRY_ASSIGN(store::Connection reader, store::openReadOnly(cachePath));
    store::Connection writer = file.takeConnection();
    return std::unique_ptr<Realm>(new Realm(cachePath, std::move(file), std::move(writer),
                                            std::move(reader), std::move(authority), clock, ids,
                                            std::move(identity)));
}

Result<std::unique_ptr<Realm>> Realm::openRemote(const QString &cachePath, RemoteOptions remote,
                                                 const Clock &clock, IdSource &ids,
                                                 desk::Identity identity)
{
    TRY_ASSIGN(store::CacheFile file, store::CacheFile::open(cachePath));
    TRY_ASSIGN(store::Connection reader, store::openReadOnly(cachePath));
    store::Connection writer = file.takeConnection();
    auto link = std::make_unique<sync::RemoteLink>(std::move(remote.peer), remote.realm,
                                                   std::move(remote.tokens), clock);
    sync::RemoteLink &server = *link;
    auto authority = std::make_unique<ProvingLink>(std::move(link), std::move(remote.prove));
    std::unique_ptr<Realm> realm(new Realm(cachePath, std::move(file), std::move(writer),
                                           std::move(reader), std::move(authority), clock, ids,
                                           std::move(identity)));
    realm->follow(server);
    return realm;
}

Result<std::unique_ptr<Realm>> Realm::openForLooking(const QString &cachePath, const Clock &clock,
                                                     IdSource &ids, desk::Identity identity)
{
    TRY_ASSIGN(store::Connection writer, store::openReadOnly(cachePath));
    TRY_ASSIGN(store::Connection reader, store::openReadOnly(cachePath));
    return std::unique_ptr<Realm>(new Realm(cachePath, std::nullopt, std::move(writer),
                                            std::move(reader), nullptr, clock, ids,
                                            std::move(identity)));
}

QFuture<bool> Realm::changedOutside()
{
    return m_reader->run([last = m_dataVersion](store::Connection &db) {
        const qint64 now = db.dataVersion();
        return last->exchange(now) != now;
    });
}

Result<HeadlessRealm> HeadlessRealm::open(const QString &cachePath, const Clock &clock)
{
    TRY_ASSIGN(store::CacheFile cache, store::CacheFile::open(cachePath));
    TRY_ASSIGN(store::CacheFile journal, store::CacheFile::open(server::journalPathFor(cachePath)));
    TRY(healJournal(cache.connection(), journal.connection()));
    HeadlessRealm realm(std::move(cache), std::move(journal), clock);
    TRY(realm.exchange());
    return realm;
}

desk::Outcome HeadlessRealm::submit(const Operation &operation)
{
    store::Connection &db = m_cache.connection();
    desk::Outcome outcome = desk::enqueue(db, operation);
    if (!outcome)
        return outcome;
    if (const auto exchanged = exchange(); !exchanged)
        return std::unexpected(exchanged.error());
    const auto entry = store::entryOf(db, operation.id);
    if (!entry)
        return std::unexpected(entry.error());
    if (*entry)
        return outcome;
    // The authority has not taken what the desk took: its answer waits beside the operation.
    const auto pending = store::pendingOperations(db);
    if (!pending)
        return std::unexpected(pending.error());
    for (const store::Pending &candidate : *pending) {
        if (candidate.operation.id == operation.id && candidate.refusal)
            return std::unexpected(*candidate.refusal);
    }
    return std::unexpected(
        Error{Errc::Internal, u"operation %1 has no answer"_s.arg(operation.id.text())});
}

Result<> HeadlessRealm::exchange()
{
    server::Authority authority(m_journal.connection(), m_clock);
    while (true) {
        TRY_ASSIGN(const sync::Ask ask, sync::askOf(m_cache.connection(), 200, false));
        TRY_ASSIGN(const sync::Reply reply, authority.exchange(ask));
        if (reply.diverged)
            return fail(Errc::Corrupt, u"the journal beside the realm file is of another past"_s);
        if (ask.submissions.empty() && reply.entries.empty())
            return {};
        TRY(sync::take(m_cache.connection(), reply));
    }
}

} // namespace leeward::app
