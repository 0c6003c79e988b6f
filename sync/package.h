#pragma once

#include "models/domain/changes.h"
#include "sync/sealed_package.h"

// What halls without a network carry to each other on a stick (docs/packages.md): entries of the
// journal and the operations that no authority has answered yet, each with the signature of the
// device it was made on. A hall hands on what it got from a third; whoever reaches the server first
// hands in everything, and each operation becomes one entry at most, because it keeps its id.
//
// All functions work on the connection given: store thread, or a program without a screen.
namespace leeward::sync {

// Where a realm file's own key lies and the folder of the cards it trusts: beside it.
[[nodiscard]] QString deviceKeyPathFor(const QString &cachePath);
[[nodiscard]] QString trustFolderFor(const QString &cachePath);

struct PackageOptions
{
    Instant madeAt;
    std::vector<Card> recipients;
    QString passphrase; // empty = none
    HashLimits limits = usualHashLimits();
    qint64 since = 0; // entries after this one; a hall that lacks earlier ones can not take it
    // For halls that each keep a journal of their own: what this journal's entries did goes along
    // as operations, for the other hall's rules and journal to take, and not as entries.
    bool asOperations = false;
};

struct MadePackage
{
    QByteArray bytes;
    qint64 entries = 0;
    qint64 operations = 0;
    qint64 cursor = 0; // newest entry here
};

// Operations go in queue order: this desk's queued ones, signed now with `key`, and those of others
// with the proof they came with, also those that conflict here and may fit elsewhere. What the
// authority refused stays here. InvalidArgument as seal(); also for more than a package holds.
[[nodiscard]] Result<MadePackage> makePackage(store::Connection &db, const DeviceKey &key,
                                              const PackageOptions &options, RandomSource &random);

// Whom this hall is and whom it believes.
struct PackageReader
{
    const DeviceKey *key = nullptr; // null: a pass-phrase alone
    QString passphrase;
    const TrustList *trusted = nullptr;
    // A person has compared the fingerprint: this sender, once. Empty: only who is trusted.
    QByteArray trustOnce;
};

struct PackageSummary
{
    PackageHeader header;
    bool knownSender = false; // by a card here, or it is this desk
    qint64 entriesTaken = 0;
    qint64 entriesKnown = 0;
    qint64 operationsTaken = 0; // applied on top of the tables, waiting for the authority
    qint64 operationsKnown = 0;
    qint64 operationsInConflict = 0; // taken, but they do not fit here; a person decides
    // Devices that made operations in it and that no card here names; the sender vouches for them.
    std::vector<QByteArray> strangers;
};

// Takes what a package holds into the cache: entries that follow the cursor through receive(), then
// operations through takeForeign(), in the order in which they were sealed. What is here already is
// passed over, so the same package again changes nothing. Everything is checked before anything is
// taken: signature, realm, sender, every chunk, every operation's proof, the chain of the entries.
//
// The entries are one transaction, the operations another; when the plug is pulled, the package is
// read again and the rest is taken. The same after an error (full disk): `changes` then has what
// was taken, and is to be told to the screens.
[[nodiscard]] PackageResult<PackageSummary> takePackage(store::Connection &db,
                                                        const QByteArray &bytes,
                                                        const PackageReader &reader,
                                                        Changes &changes);

} // namespace leeward::sync
