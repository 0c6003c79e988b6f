#include "models/domain/ids.h"

#include <QRandomGenerator>

namespace leeward {

QUuid uuidV7(Instant at, quint64 randomHigh, quint64 randomLow)
{
    const auto ms = static_cast<quint64>(toMs(at));
    QUuid::Id128Bytes bytes;
    for (int i = 0; i < 6; ++i)
        bytes.data[i] = static_cast<quint8>(ms >> (40 - 8 * i));
    bytes.data[6] = static_cast<quint8>(0x70 | ((randomHigh >> 8) & 0x0F));
    bytes.data[7] = static_cast<quint8>(randomHigh);
    bytes.data[8] = static_cast<quint8>(0x80 | ((randomLow >> 56) & 0x3F));
    for (int i = 9; i < 16; ++i)
        bytes.data[i] = static_cast<quint8>(randomLow >> (8 * (15 - i)));
    return QUuid(bytes);
}

QString derivedId(OperationId operation, const QString &name)
{
    return QUuid::createUuidV5(operation.raw(), name).toString(QUuid::WithoutBraces);
}

QUuid SystemIdSource::next()
{
    auto *random = QRandomGenerator::system();
    const qint64 now = toMs(m_clock.now());
    if (now > m_lastMs) {
        m_lastMs = now;
        m_counter = random->generate() & 0x7FF; // 12 bits, upper half left free for counting
    } else if (++m_counter > 0xFFF) {
        ++m_lastMs;
        m_counter = 0;
    }
    return uuidV7(instantFromMs(m_lastMs), m_counter, random->generate64());
}

} // namespace leeward
