#include "app/console/package_work.h"

#include "sync/package.h"

#include <QFile>
#include <QSysInfo>
#include <QtConcurrentRun>

namespace leeward::app {

using namespace Qt::StringLiterals;
using widgets::HallCard;
using widgets::HallCards;
using widgets::PackageAnswer;
using widgets::PackageOrder;
using widgets::PackageRefused;
using widgets::PackageSeen;
using widgets::PackageTaken;
using widgets::PackageWritten;

namespace {

constexpr int writeSteps = 3;
constexpr int readSteps = 3;

// What the work needs of the console, by value: it runs on other threads.
struct Where
{
    QString cache;
    QString name;
    bool standAlone = false;

    [[nodiscard]] Result<sync::DeviceKey> key() const
    {
        sync::SystemRandom random;
        return sync::DeviceKey::loadOrCreate(sync::deviceKeyPathFor(cache), name, random);
    }
    [[nodiscard]] Result<sync::TrustList> trusted() const
    {
        return sync::TrustList::load(sync::trustFolderFor(cache));
    }
};

HallCard cardOf(const sync::Card &card)
{
    return {.key = card.key, .name = card.name, .fingerprint = sync::fingerprint(card.key)};
}

Result<HallCards> cards(const Where &where)
{
    TRY_ASSIGN(const sync::DeviceKey key, where.key());
    TRY_ASSIGN(const sync::TrustList list, where.trusted());
    HallCards all{.own = cardOf(key.card()), .trusted = {}, .warnings = list.warnings()};
    for (const sync::Card &card : list.cards())
        all.trusted.push_back(cardOf(card));
    return all;
}

Result<> trust(const Where &where, const HallCard &card)
{
    TRY_ASSIGN(sync::TrustList list, where.trusted());
    return list.add({.key = card.key, .name = card.name});
}

Result<> writeOwnCard(const Where &where, const QString &file)
{
    TRY_ASSIGN(const sync::DeviceKey key, where.key());
    return sync::writeCard(file, key.card());
}

Result<> step(const Progress &progress, int done, int total)
{
    if (!progress.report(done, total))
        return fail(Errc::Cancelled, u"by hand"_s);
    return {};
}

// With a connection of its own, so that nobody at the desk waits for it.
Result<PackageWritten> write(const Where &where, const PackageOrder &order, Instant now,
                             const Progress &progress)
{
    TRY(step(progress, 0, writeSteps));
    sync::PackageOptions options{.madeAt = now,
                                 .recipients = {},
                                 .passphrase = order.passphrase,
                                 .asOperations = where.standAlone};
    for (const HallCard &card : order.to)
        options.recipients.push_back({.key = card.key, .name = card.name});
    TRY_ASSIGN(store::Connection db, store::openReadOnly(where.cache));
    if (order.queueOnly) {
        TRY_ASSIGN(const store::Head head, store::journalHead(db));
        options.since = head.seq;
    }
    TRY_ASSIGN(const sync::DeviceKey key, where.key());
    TRY(step(progress, 1, writeSteps));
    sync::SystemRandom random;
    TRY_ASSIGN(const sync::MadePackage made, sync::makePackage(db, key, options, random));
    TRY(step(progress, 2, writeSteps));
    TRY(sync::writeWhole(order.file, made.bytes));
    (void) progress.report(writeSteps, writeSteps);
    return PackageWritten{
        .entries = made.entries, .operations = made.operations, .bytes = made.bytes.size()};
}

PackageRefused refused(const sync::PackageFailure &failure)
{
    return {.fault = sync::faultName(failure.fault), .error = failure.error};
}
PackageRefused refused(const Error &error)
{
    return {.fault = sync::faultName(sync::PackageFault::Failed), .error = error};
}

PackageSeen seenOf(const sync::PackageHeader &header, bool known)
{
    return {.sender = cardOf(header.sender),
            .known = known,
            .realm = header.realm,
            .mark = header.mark,
            .madeAt = header.madeAt,
            .recipients = int(header.recipients.size()),
            .passphrase = header.passphrase};
}

PackageAnswer<PackageSeen> inspect(const Where &where, const QString &file)
{
    const auto bytes = sync::readPackageFile(file);
    if (!bytes)
        return std::unexpected(refused(bytes.error()));
    const auto sealed = sync::readSeal(*bytes);
    if (!sealed)
        return std::unexpected(refused(sealed.error()));
    const auto known = cards(where);
    if (!known)
        return std::unexpected(refused(known.error()));
    const QByteArray sender = sealed->header.sender.key;
    return seenOf(sealed->header,
                  sender == known->own.key ||
                      std::ranges::contains(known->trusted, sender, &HallCard::key));
}

// What is read before the store is asked.
struct Ready
{
    QByteArray bytes;
    std::shared_ptr<sync::DeviceKey> key;
    sync::TrustList trusted;
};

PackageAnswer<Ready> prepare(const Where &where, const QString &file, const Progress &progress)
{
    if (const auto go = step(progress, 0, readSteps); !go)
        return std::unexpected(refused(go.error()));
    auto bytes = sync::readPackageFile(file);
    if (!bytes)
        return std::unexpected(refused(bytes.error()));
    auto key = where.key();
    if (!key)
        return std::unexpected(refused(key.error()));
    auto trusted = where.trusted();
    if (!trusted)
        return std::unexpected(refused(trusted.error()));
    if (const auto go = step(progress, 1, readSteps); !go)
        return std::unexpected(refused(go.error()));
    return Ready{.bytes = std::move(*bytes),
                 .key = std::make_shared<sync::DeviceKey>(std::move(*key)),
                 .trusted = std::move(*trusted)};
}

PackageAnswer<PackageTaken> taken(const sync::PackageResult<sync::PackageSummary> &summary)
{
    if (!summary)
        return std::unexpected(refused(summary.error()));
    PackageTaken answer{.seen = seenOf(summary->header, summary->knownSender),
                        .entriesTaken = summary->entriesTaken,
                        .entriesKnown = summary->entriesKnown,
                        .operationsTaken = summary->operationsTaken,
                        .operationsKnown = summary->operationsKnown,
                        .operationsInConflict = summary->operationsInConflict,
                        .strangers = {}};
    for (const QByteArray &key : summary->strangers)
        answer.strangers += sync::fingerprint(key);
    return answer;
}

} // namespace

widgets::PackageServices packageServices(Realm &realm, const Clock &clock, const QString &name)
{
    Where where{.cache = realm.cachePath(),
                .name = name.simplified().left(sync::longestCardName),
                .standAlone = realm.remote() == nullptr};
    if (!sync::isCardName(where.name))
        where.name = QSysInfo::machineHostName().simplified().left(sync::longestCardName);
    if (!sync::isCardName(where.name))
        where.name = u"leeward"_s;
    widgets::PackageServices services;
    services.cards = [where] { return QtConcurrent::run([where] { return cards(where); }); };
    services.writeOwnCard = [where](const QString &file) {
        return QtConcurrent::run([where, file] { return writeOwnCard(where, file); });
    };
    services.readCard = [](const QString &file) {
        return QtConcurrent::run([file]() -> Result<HallCard> {
            TRY_ASSIGN(const sync::Card card, sync::readCard(file));
            return cardOf(card);
        });
    };
    services.trust = [where](const HallCard &card) {
        return QtConcurrent::run([where, card] { return trust(where, card); });
    };
    services.write = [where, &clock](const PackageOrder &order,
                                     std::shared_ptr<Progress> progress) {
        return QtConcurrent::run([where, order, now = clock.now(), progress = std::move(progress)] {
            return write(where, order, now, *progress);
        });
    };
    services.inspect = [where](const QString &file) {
        return QtConcurrent::run([where, file] { return inspect(where, file); });
    };
    services.take = [where, &realm](const QString &file, const QString &passphrase,
                                    const QByteArray &trustOnce,
                                    std::shared_ptr<Progress> progress) {
        using Answer = PackageAnswer<PackageTaken>;
        return QtConcurrent::run(
                   [where, file, progress] { return prepare(where, file, *progress); })
            .then(&realm.desk(), // goes before what is called here
                  [&realm, passphrase, trustOnce,
                   progress](const PackageAnswer<Ready> &ready) -> QFuture<Answer> {
                      if (!ready)
                          return QtFuture::makeReadyValueFuture(
                              Answer(std::unexpected(ready.error())));
                      return realm.writer().run([&realm, ready = *ready, passphrase, trustOnce,
                                                 progress](store::Connection &db) -> Answer {
                          if (const auto go = step(*progress, 2, readSteps); !go)
                              return std::unexpected(refused(go.error()));
                          Changes changes;
                          const auto summary = sync::takePackage(db, ready.bytes,
                                                                 {.key = ready.key.get(),
                                                                  .passphrase = passphrase,
                                                                  .trusted = &ready.trusted,
                                                                  .trustOnce = trustOnce},
                                                                 changes);
                          // After an error, too: what was taken before it stays.
                          realm.feed().publish(changes);
                          realm.feed().publishProgress();
                          (void) progress->report(readSteps, readSteps);
                          if (sync::Courier *courier = realm.courier())
                              QMetaObject::invokeMethod(courier, &sync::Courier::wake,
                                                        Qt::QueuedConnection);
                          return taken(summary);
                      });
                  })
            .unwrap();
    };
    return services;
}

} // namespace leeward::app
