#include "server/backup/archive.h"

#include "models/store/migrations.h"

namespace leeward::server {

using namespace Qt::StringLiterals;

namespace {

constexpr qint64 droppedAtOnce = 2000; // a second server waits for one such transaction

Result<> drop(store::Connection &db, qint64 upTo, const Progress &progress)
{
    TRY_ASSIGN(const store::Head base, store::journalBase(db));
    for (qint64 done = base.seq; done < upTo;) {
        done = std::min(done + droppedAtOnce, upTo);
        TRY_ASSIGN(store::Transaction transaction, store::Transaction::begin(db));
        TRY(store::dropEntriesUpTo(db, done));
        TRY(transaction.commit());
        // What is cancelled here goes on with the next call.
        if (!progress.report(done - base.seq, upTo - base.seq, u"journal"_s))
            return fail(Errc::Cancelled, u"archiving"_s);
    }
    return {};
}

// Whether the journal's entry `last` is the one the archive ends with, and the file is whole.
Result<> checkFits(store::Connection &db, const ArchiveFacts &archive)
{
    TRY_ASSIGN(ArchiveReader reader, ArchiveReader::open(archive.path));
    TRY_ASSIGN(const auto own, store::entriesAfter(db, archive.last - 1, 1));
    if (own.empty() || own.front().seq != archive.last || own.front().hash != reader.after())
        return fail(Errc::Corrupt, u"%1 is of another past than the journal"_s.arg(archive.path));
    while (true) {
        TRY_ASSIGN(const auto entries, reader.next());
        if (entries.empty())
            return {};
    }
}

// Archives whose entries are still in the journal: an archiving that was stopped half way.
Result<> finishStopped(store::Connection &db, const QString &folder, const Progress &progress)
{
    for (const ArchiveFacts &archive : archivesIn(folder)) {
        TRY_ASSIGN(const store::Head base, store::journalBase(db));
        if (archive.last <= base.seq)
            continue;
        if (archive.first > base.seq + 1)
            return fail(Errc::Corrupt, u"%1: entries %2 to %3 are neither in the journal nor in an "
                                       "archive"_s.arg(archive.path)
                                           .arg(base.seq + 1)
                                           .arg(archive.first - 1));
        TRY(checkFits(db, archive));
        TRY(drop(db, archive.last, progress));
    }
    return {};
}

Result<qint64> lastOf(store::Connection &db, const ArchiveWish &wish, qint64 head)
{
    qint64 last = head - 1; // the newest always stays
    if (wish.keep)
        last = std::min(last, head - std::max<qint64>(*wish.keep, 1));
    if (wish.before) {
        TRY_ASSIGN(const qint64 old, store::newestBefore(db, *wish.before));
        last = std::min(last, old);
    }
    return last;
}

} // namespace

Result<Archived> archiveRealm(store::Connection &db, const QString &folder, const QString &realm,
                              const ArchiveWish &wish, Instant now, const Progress &progress)
{
    if (db.userVersion() != store::newestSchema())
        return fail(Errc::Unsupported, db.path() + u": of another schema; start the server once"_s);
    if (!wish.before && !wish.keep)
        return fail(Errc::InvalidArgument, u"how much is to be archived?"_s);
    TRY(finishStopped(db, folder, progress));
    TRY_ASSIGN(const store::Head base, store::journalBase(db));
    TRY_ASSIGN(const store::Head head, store::journalHead(db));
    Archived done{.file = std::nullopt, .first = base.seq + 1, .head = head.seq};
    TRY_ASSIGN(const qint64 last, lastOf(db, wish, head.seq));
    if (last <= base.seq)
        return done;
    TRY_ASSIGN(done.file,
               writeArchive(
                   folder, realm, base.seq + 1, last,
                   [&db](qint64 after, int limit) { return store::entriesAfter(db, after, limit); },
                   now, progress));
    TRY(drop(db, last, progress));
    done.first = last + 1;
    return done;
}

sync::Earlier entriesIn(const std::vector<ArchiveFacts> &archives)
{
    return [archives]() -> sync::EntryStream {
        struct State
        {
            std::vector<ArchiveFacts> archives;
            size_t next = 0;
            std::optional<ArchiveReader> reader;
        };
        const auto state = std::make_shared<State>(State{archives, 0, std::nullopt});
        return [state]() -> Result<std::vector<store::Entry>> {
            while (true) {
                if (!state->reader) {
                    if (state->next == state->archives.size())
                        return std::vector<store::Entry>();
                    TRY_ASSIGN(state->reader,
                               ArchiveReader::open(state->archives[state->next++].path));
                }
                TRY_ASSIGN(auto entries, state->reader->next());
                if (!entries.empty())
                    return entries;
                state->reader.reset();
            }
        };
    };
}

} // namespace leeward::server
