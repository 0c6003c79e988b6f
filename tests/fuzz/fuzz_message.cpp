#include "sync/wire.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>

using namespace leeward;
using namespace leeward::sync;

namespace {

// What was read is written and read again as the same.
template <class Message, class Read>
void check(const QByteArray &bytes, Read read)
{
    const Result<Message> first = read(bytes);
    if (!first)
        return;
    const Result<Message> again = read(wire::toBytes(*first));
    if (!again || !(*again == *first))
        std::abort();
}

} // namespace

// The body of a request, of an answer, and a frame of a stream, packed or not.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const QByteArray bytes(reinterpret_cast<const char *>(data), static_cast<qsizetype>(size));
    constexpr qint64 limit = 1024 * 1024;
    const auto unpacked = wire::unpack(bytes, limit);
    if (unpacked && unpacked->size() > limit)
        std::abort();
    for (const QByteArray &message : {bytes, unpacked.value_or(QByteArray())}) {
        check<Ask>(message, wire::askFrom);
        check<Reply>(message, wire::replyFrom);
        check<wire::Frame>(message, wire::frameFrom);
    }
    return 0;
}
