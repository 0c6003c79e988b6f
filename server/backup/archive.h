#pragma once

#include "server/backup/archive_file.h"
#include "sync/verify.h"

namespace leeward::server {

// How much of a journal goes into its archive.
struct ArchiveWish
{
    std::optional<Instant> before; // what was accepted before then
    std::optional<qint64> keep;    // all but the newest so many, at least one
};

struct Archived
{
    std::optional<ArchiveFacts> file; // none: there was nothing to archive
    qint64 first = 1;                 // the oldest entry now in the journal
    qint64 head = 0;
};

// Moves old entries of a realm's journal file into a new file in `folder`. First the archive is
// whole and on the disk, then the entries leave the journal, a few at a time, so that a server that
// works on the same file waits for milliseconds. Stopped anywhere it goes on at the next call; an
// entry is always in one of the two. The operations stay known, so that none is accepted again.
//
// `db`: a connection of its own, of the newest schema; the server may run. Corrupt, and nothing is
// taken out: an archive that is there does not fit the journal, or the journal's chain is broken.
[[nodiscard]] Result<Archived> archiveRealm(store::Connection &db, const QString &folder,
                                            const QString &realm, const ArchiveWish &wish,
                                            Instant now, const Progress &progress = {});

// For sync::verifyRealm: the entries of these archives, one after the other. Whether they follow
// one another is for the caller to see.
[[nodiscard]] sync::Earlier entriesIn(const std::vector<ArchiveFacts> &archives);

} // namespace leeward::server
