#include "models/store/tables.h"
#include "sync/package.h"
#include "sync/wire.h"
#include "tests/fuzz/hall.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>

using namespace leeward;
using namespace leeward::sync;
using namespace leeward::test;

namespace {

QByteArray standing(store::Connection &db)
{
    QByteArray all = must(store::tablesDigest(db)) + must(store::journalHead(db)).hash;
    for (const store::Pending &one : must(store::pendingOperations(db)))
        all += toBytes(one.operation) + one.proof;
    return all;
}

// A package with a fault of its own leaves everything as it was.
void take(const QByteArray &package, const DeviceKey &reader, const QByteArray &sender)
{
    static store::Connection db = smallRealm();
    static QByteArray before = standing(db);
    Changes changes;
    const auto taken = takePackage(
        db, package, {.key = &reader, .passphrase = {}, .trusted = nullptr, .trustOnce = sender},
        changes);
    if (standing(db) == before)
        return;
    if (!taken && taken.error().fault != PackageFault::Failed)
        std::abort();
    db = smallRealm();
    before = standing(db);
}

} // namespace

// The first byte says what the rest is: a package as it lies on a stick, or what a trusted hall has
// sealed, which only who has its key can make; packed here or as it is.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    static const DeviceKey sender = sendersKey();
    static const DeviceKey reader = readersKey();
    if (size == 0)
        return 0;
    const QByteArray bytes(reinterpret_cast<const char *>(data + 1),
                           static_cast<qsizetype>(size - 1));
    if (data[0] == 'P') {
        take(bytes, reader, sender.card().key);
        return 0;
    }
    const QByteArray content = data[0] == 'C' ? wire::pack(bytes) : bytes;
    SeededRandom random(3);
    SealOptions options;
    options.madeAt = instantFromMs(FakeClock::startMs);
    options.recipients = {reader.card()};
    take(must(seal(content, options, sender, random)), reader, sender.card().key);
    return 0;
}
