// How long a hall takes to read a package of 10 000 entries and 1 000 operations from a stick, all
// checked, into a cache on disk. Its yardstick is a person who waits.
#include "models/rulebook/rulebook.h"
#include "models/store/cache_file.h"
#include "models/store/recorder.h"
#include "models/store/tables.h"
#include "server/authority.h"
#include "sync/package.h"
#include "sync/replica.h"
#include "tests/support/makers.h"

#include <QCoreApplication>
#include <QElapsedTimer>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>

#include <cstdio>

using namespace leeward;
using namespace leeward::test;
using namespace Qt::StringLiterals;

namespace {

constexpr int entries = 10'000;
constexpr int operations = 1000;
constexpr double required = 1; // seconds

} // namespace

int main(int argc, char **argv)
{
    const QCoreApplication application(argc, argv);
    const QTemporaryDir folder;
    const auto cache = [&](const QString &name) {
        return must(store::CacheFile::open(folder.filePath(name))).takeConnection();
    };
    FakeClock clock;
    auto journal = memoryRealm();
    server::Authority authority(journal, clock);
    auto sender = cache(u"sender.leeward"_s);
    auto reader = cache(u"reader.leeward"_s);
    Maker maker(1, u"chen"_s, u"desk-a"_s);
    sync::SystemRandom random;
    const auto key = sync::DeviceKey::make(u"desk-a"_s, random);
    const auto readersKey = sync::DeviceKey::make(u"desk-b"_s, random);

    IncidentId incident;
    for (int done = 0; done < entries;) {
        std::vector<Operation> some;
        for (; some.size() < 200; ++done) {
            if (done % 50 == 0)
                some.push_back(maker.report(incident = maker.ids().make<IncidentId>()));
            else
                some.push_back(maker.note(incident, u"已转移群众%1人"_s.arg(done)));
        }
        (void) must(authority.exchange(some, done - 200));
    }
    for (bool more = true; more;) {
        const auto step =
            must(sync::take(sender, must(authority.exchange(must(sync::askOf(sender, 1, false))))));
        more = step.again;
    }
    {
        auto transaction = must(store::Transaction::begin(sender)); // one fsync for all
        for (int i = 0; i < operations; ++i) {
            auto savepoint = must(store::Savepoint::begin(sender));
            const auto operation = maker.note(incident, u"待发%1"_s.arg(i));
            const auto recorder = must(store::Recorder::begin(sender));
            if (!must(rulebook::apply(sender, operation)))
                qFatal("refused");
            (void) must(store::addPending(sender, operation, must(recorder.changeset())));
            must(savepoint.release());
        }
        must(transaction.commit());
    }
    sync::PackageOptions options;
    options.madeAt = clock.now();
    options.recipients = {readersKey.card()};
    const auto made = must(sync::makePackage(sender, key, options, random));

    Changes changes;
    const sync::PackageReader how{
        .key = &readersKey, .passphrase = {}, .trusted = nullptr, .trustOnce = key.card().key};
    QElapsedTimer timer;
    timer.start();
    const auto taken = sync::takePackage(reader, made.bytes, how, changes);
    const double seconds = static_cast<double>(timer.nsecsElapsed()) / 1e9;
    if (!taken)
        qFatal("%s", qPrintable(taken.error().error.detail));
    const bool equal = taken->entriesTaken == entries && taken->operationsTaken == operations &&
                       must(store::tablesDigest(reader)) == must(store::tablesDigest(sender));
    const QJsonObject result{{u"name"_s, u"package_read"_s},
                             {u"entries"_s, entries},
                             {u"operations"_s, operations},
                             {u"packed_bytes"_s, made.bytes.size()},
                             {u"ratio"_s, seconds},
                             {u"required"_s, required},
                             {u"equal"_s, equal}};
    std::fputs(QJsonDocument(result).toJson().constData(), stdout);
    return equal && seconds <= required ? 0 : 1;
}
