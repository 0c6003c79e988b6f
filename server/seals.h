#pragma once

#include <QByteArray>
#include <QString>

namespace leeward::server {

// The server's word that it has accepted an operation: a MAC over the realm's name and the
// operation's bytes, with a key that only the server has (Accounts::sealKey). It goes with every
// entry, is kept beside it and by nobody looked at, until the server is restored from a backup:
// then a desk hands in the operations of entries that the journal has lost, also those that others
// wrote, and the seal shows that nobody has invented them (docs/sync.md). A value; any thread.
class Seals
{
public:
    // Gives none and believes none.
    Seals() = default;
    Seals(QByteArray key, const QString &realm);

    [[nodiscard]] bool canSeal() const { return !m_key.isEmpty(); }
    // 32 bytes; empty without a key.
    [[nodiscard]] QByteArray of(const QByteArray &operationBytes) const;
    [[nodiscard]] bool fits(const QByteArray &seal, const QByteArray &operationBytes) const;

private:
    QByteArray m_key;
    QByteArray m_realm; // a drill's order is no live one
};

} // namespace leeward::server
