#include "maps/geo/textcodec.h"

#include <QStringDecoder>

namespace leeward::geo {

using namespace Qt::StringLiterals;

namespace {

std::optional<DecodedText> strictly(QByteArrayView bytes, QStringDecoder decoder, QString name)
{
    if (!decoder.isValid())
        return std::nullopt;
    QString text = decoder.decode(bytes);
    if (decoder.hasError() || text.contains(QChar::ReplacementCharacter))
        return std::nullopt;
    return DecodedText{std::move(text), std::move(name)};
}

} // namespace

std::optional<DecodedText> decodeText(QByteArrayView bytes)
{
    if (bytes.startsWith("\xEF\xBB\xBF"))
        return strictly(bytes.sliced(3), QStringDecoder(QStringDecoder::Utf8), u"UTF-8"_s);
    if (bytes.startsWith("\xFF\xFE") || bytes.startsWith("\xFE\xFF")) {
        const bool little = bytes.startsWith("\xFF\xFE");
        return strictly(bytes.sliced(2),
                        QStringDecoder(little ? QStringDecoder::Utf16LE : QStringDecoder::Utf16BE),
                        u"UTF-16"_s);
    }
    if (QByteArrayView(bytes).isValidUtf8())
        return DecodedText{QString::fromUtf8(bytes), u"UTF-8"_s};
    return strictly(bytes, QStringDecoder("GB18030"), u"GB18030"_s);
}

} // namespace leeward::geo
