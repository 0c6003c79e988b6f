#pragma once

#include <QByteArrayView>
#include <QString>

#include <optional>

namespace leeward::geo {

struct DecodedText
{
    QString text;
    QString encoding; // "UTF-8", "GB18030", "UTF-16"
};

// Text from bytes: by a byte-order mark; else UTF-8 when the bytes are strictly valid UTF-8; else
// GB18030 (which holds GBK and GB 2312) when they are strictly valid that. Nullopt when they are
// neither. The mark is not part of the text.
[[nodiscard]] std::optional<DecodedText> decodeText(QByteArrayView bytes);

} // namespace leeward::geo
