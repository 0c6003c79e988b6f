#pragma once

#include "models/domain/clock.h"
#include "models/domain/progress.h"
#include "models/domain/result.h"

#include <QFuture>
#include <QStringList>

#include <functional>
#include <memory>
#include <vector>

namespace leeward::widgets {

// Sealed packages as a screen sees them; `app` binds the calls to sync/package. Each leaves the UI
// thread.

// By which halls know each other.
struct HallCard
{
    QByteArray key;
    QString name;
    QString fingerprint; // for reading aloud
    friend bool operator==(const HallCard &, const HallCard &) = default;
};
struct HallCards
{
    HallCard own;
    std::vector<HallCard> trusted;
    QStringList warnings; // files beside them that are no cards
};

struct PackageOrder
{
    QString file;
    std::vector<HallCard> to;
    QString passphrase;     // empty: none
    bool queueOnly = false; // without the journal's entries
};
struct PackageWritten
{
    qint64 entries = 0;
    qint64 operations = 0;
    qint64 bytes = 0;
};

// What everybody can read of a package.
struct PackageSeen
{
    HallCard sender;
    bool known = false; // a card of the sender is here
    QString realm;
    QString mark; // empty: live
    Instant madeAt;
    int recipients = 0;
    bool passphrase = false;
};
struct PackageTaken
{
    PackageSeen seen;
    qint64 entriesTaken = 0;
    qint64 entriesKnown = 0;
    qint64 operationsTaken = 0;
    qint64 operationsKnown = 0;
    qint64 operationsInConflict = 0;
    QStringList strangers; // fingerprints of devices that no card here names
};
struct PackageRefused
{
    QString fault; // stable name, see packageFaultText(); "failed": not the package's, but `error`
    Error error;
};
template <class T>
using PackageAnswer = std::expected<T, PackageRefused>;

struct PackageServices
{
    // Makes this hall's key at first need.
    std::function<QFuture<Result<HallCards>>()> cards;
    std::function<QFuture<Result<>>(const QString &file)> writeOwnCard;
    std::function<QFuture<Result<HallCard>>(const QString &file)> readCard;
    // A person has compared the fingerprint.
    std::function<QFuture<Result<>>(const HallCard &card)> trust;
    // `progress` says the step that is under way; cancelled between two, it ends with Cancelled and
    // leaves no file.
    std::function<QFuture<Result<PackageWritten>>(const PackageOrder &order,
                                                  std::shared_ptr<Progress> progress)>
        write;
    std::function<QFuture<PackageAnswer<PackageSeen>>(const QString &file)> inspect;
    // The same; once taking has begun it is not stopped. `trustOnce`: the sender's key, compared by
    // a person, or empty.
    std::function<QFuture<PackageAnswer<PackageTaken>>(
        const QString &file, const QString &passphrase, const QByteArray &trustOnce,
        std::shared_ptr<Progress> progress)>
        take;
};

} // namespace leeward::widgets
