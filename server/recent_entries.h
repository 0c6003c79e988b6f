#pragma once

#include "models/store/entries.h"

#include <optional>
#include <span>

namespace leeward::server {

// The newest entries of a realm as they were made: desks at work and listeners want these, and
// reading them back would mean to parse each again. One thread.
class RecentEntries
{
public:
    // What follows the entries that are here; anything else makes it begin anew. Only what is
    // durable may come in.
    void add(std::vector<store::Entry> entries);
    // All entries after `seq` up to `head`, while it is not changed; nothing when they are not all
    // here, or these are not the ones of a journal with that head.
    [[nodiscard]] std::optional<std::span<const store::Entry>> after(qint64 seq,
                                                                     const store::Head &head) const;
    // The hash of entry `seq` of a journal with that head; nothing when it is not here.
    [[nodiscard]] std::optional<QByteArray> hashOf(qint64 seq, const store::Head &head) const;

private:
    std::vector<store::Entry> m_entries;
    qint64 m_bytes = 0;
};

} // namespace leeward::server
