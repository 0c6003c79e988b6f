#include "models/domain/operation.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>

// Bytes from another desk or from a journal: read without a fault, and what was read is written and
// read again as the same operation and the same bytes, because those are hashed.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    using namespace leeward;
    const QByteArray bytes(reinterpret_cast<const char *>(data), static_cast<qsizetype>(size));
    const auto read = operationFrom(bytes);
    if (!read)
        return 0;
    const QByteArray written = toBytes(*read);
    const auto again = operationFrom(written);
    if (!again || *again != *read || toBytes(*again) != written)
        std::abort();
    return 0;
}
