#include "models/store/changeset.h"
#include "models/store/tables.h"
#include "tests/fuzz/hall.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>

// A changeset from a server or a package: applied whole or refused, whatever its bytes are; what
// was applied is undone by its inverse; what an older schema would see of it is a changeset again.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    using namespace leeward;
    using namespace leeward::test;
    static store::Connection db = smallRealm();
    static const QByteArray before = must(store::tablesDigest(db));
    const QByteArray bytes(reinterpret_cast<const char *>(data), static_cast<qsizetype>(size));
    {
        const store::Transaction transaction = must(store::Transaction::begin(db));
        if (store::applyChangeset(db, bytes)) {
            (void) store::readChanges(db, bytes);
            const auto inverse = store::invertChangeset(bytes);
            if (!inverse || !store::applyChangeset(db, *inverse) ||
                must(store::tablesDigest(db)) != before)
                std::abort();
        }
    }
    if (must(store::tablesDigest(db)) != before)
        std::abort();
    store::ColumnCounts fewer = store::columnCounts();
    fewer.remove(QStringLiteral("note"));
    for (int &columns : fewer)
        columns -= columns > 4 ? 1 : 0;
    const auto projected = store::projectChangeset(bytes, fewer);
    if (projected && !projected->isEmpty() && !store::columnsIn(*projected))
        std::abort();
    return 0;
}
