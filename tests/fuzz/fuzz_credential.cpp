#include "sync/offline_grant.h"
#include "tests/fuzz/hall.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>

// Cards, grants and what a desk keeps of a person: read without a fault, and a grant that opens was
// signed by the key it is opened with.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    using namespace leeward;
    using namespace leeward::sync;
    static const DeviceKey key = test::sendersKey();
    const QByteArray bytes(reinterpret_cast<const char *>(data), static_cast<qsizetype>(size));
    const auto card = cardFrom(bytes);
    if (card && (cardFrom(toText(*card)) != card || fingerprint(card->key).isEmpty()))
        std::abort();
    const auto secret = offlineSecretFrom(bytes);
    if (secret) {
        const auto again = offlineSecretFrom(toBytes(*secret));
        if (!again || !(*again == *secret))
            std::abort();
        (void) openGrant(secret->signedGrant, secret->serverKey);
    }
    if (openGrant(bytes, key.card().key))
        std::abort(); // nobody here has signed a grant with this key
    return 0;
}
