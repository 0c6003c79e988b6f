#include "server/recent_entries.h"

namespace leeward::server {

namespace {

// As many as one reply takes, and twice that before the older half goes. A realm that takes in
// something huge keeps less.
constexpr size_t kept = 500;
constexpr qint64 keptBytes = 16 << 20;

qint64 sizeOf(const store::Entry &entry)
{
    return entry.operationBytes.size() + entry.changeset.size();
}

} // namespace

void RecentEntries::add(std::vector<store::Entry> entries)
{
    if (entries.empty())
        return;
    const store::Entry &first = entries.front();
    if (!m_entries.empty() &&
        (first.seq != m_entries.back().seq + 1 || first.previousHash != m_entries.back().hash)) {
        m_entries.clear();
        m_bytes = 0;
    }
    for (store::Entry &entry : entries) {
        m_bytes += sizeOf(entry);
        m_entries.push_back(std::move(entry));
    }
    if (m_entries.size() <= 2 * kept && m_bytes <= keptBytes)
        return;
    size_t gone = m_entries.size() - std::min(kept, m_entries.size());
    for (size_t i = 0; i < gone; ++i)
        m_bytes -= sizeOf(m_entries[i]);
    for (; m_bytes > keptBytes; ++gone)
        m_bytes -= sizeOf(m_entries[gone]);
    m_entries.erase(m_entries.begin(), m_entries.begin() + static_cast<qsizetype>(gone));
}

std::optional<std::span<const store::Entry>> RecentEntries::after(qint64 seq,
                                                                  const store::Head &head) const
{
    if (m_entries.empty() || m_entries.back().seq != head.seq ||
        m_entries.back().hash != head.hash || seq + 1 < m_entries.front().seq)
        return std::nullopt;
    const qint64 known = seq + 1 - m_entries.front().seq;
    const auto skipped = std::min(static_cast<size_t>(known), m_entries.size());
    return std::span(m_entries).subspan(skipped);
}

std::optional<QByteArray> RecentEntries::hashOf(qint64 seq, const store::Head &head) const
{
    const auto from = after(seq - 1, head);
    if (!from || from->empty() || from->front().seq != seq)
        return std::nullopt;
    return from->front().hash;
}

} // namespace leeward::server
