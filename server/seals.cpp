#include "server/seals.h"

#include <QMessageAuthenticationCode>

namespace leeward::server {

Seals::Seals(QByteArray key, const QString &realm)
    : m_key(std::move(key))
    , m_realm(realm.toUtf8())
{
}

QByteArray Seals::of(const QByteArray &operationBytes) const
{
    if (m_key.isEmpty())
        return {};
    QMessageAuthenticationCode code(QCryptographicHash::Sha256, m_key);
    code.addData(QByteArrayView("leeward accepted 1"));
    code.addData(QByteArray(1, '\0'));
    code.addData(m_realm);
    code.addData(QByteArray(1, '\0'));
    code.addData(operationBytes);
    return code.result();
}

bool Seals::fits(const QByteArray &seal, const QByteArray &operationBytes) const
{
    const QByteArray right = of(operationBytes);
    if (right.isEmpty() || seal.size() != right.size())
        return false;
    char difference = 0; // as long for one wrong byte as for another
    for (qsizetype i = 0; i < right.size(); ++i)
        difference = static_cast<char>(difference | (seal[i] ^ right[i]));
    return difference == 0;
}

} // namespace leeward::server
