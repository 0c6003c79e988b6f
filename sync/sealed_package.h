#pragma once

#include "models/domain/clock.h"
#include "sync/device_card.h"
#include "sync/password.h"

// The envelope of a package (docs/packages.md): who sealed it, for whom, for which realm, and bytes
// that only they can read. It knows nothing of what the bytes are.
//
//   magic 8 · version 2 · length of header 4 · length of body 8      big-endian
//   header: CBOR, readable by everybody
//   body:   secretstream header 24, then chunks of 64 KiB (XChaCha20-Poly1305), the last one marked
//   signature of the sender, 64, over all before it
//
// The key of the body is in the header once for each recipient, sealed to that one's key, or
// wrapped under a pass-phrase. Nothing of a package is used before its signature holds, nothing of
// the body before every chunk does. Pure functions but for randomness; any thread but a screen's.
namespace leeward::sync {

enum class PackageFault
{
    NotAPackage,
    NewerFormat,     // written by a newer Leeward
    CutShort,        // the end is missing: copied in part, or the stick was pulled out
    Damaged,         // changed, extended or rearranged since it was sealed
    UnknownSender,   // whole, but by nobody this hall trusts yet
    NotForUs,        // sealed for others, and not under a pass-phrase
    WrongPassphrase, // or one is needed and none was given
    DrillIntoLive,   // a drill's package, and this is the live realm
    LiveIntoDrill,   // or the other way round, or another drill's
    OtherRealm,
    ForgedOperation, // an operation that the device named with it did not sign
    Hole,            // its entries begin after what is here; nothing taken
    OtherPast,       // its entries are of another journal than the ones here; nothing taken
    Failed,          // not the package's fault: see the error
};

// Stable name for logs and scripts, e.g. "cut-short".
[[nodiscard]] QString faultName(PackageFault fault);

struct PackageFailure
{
    PackageFault fault = PackageFault::Failed;
    Error error;
    PackageFailure(PackageFault why, Errc code, QString detail)
        : fault(why)
        , error{code, std::move(detail)}
    {
    }
    PackageFailure(Error failed) // NOLINT(google-explicit-constructor): so that TRY works
        : error(std::move(failed))
    {
    }
};
template <class T = void>
using PackageResult = std::expected<T, PackageFailure>;

// What everybody can read of a package.
struct PackageHeader
{
    QString realm; // name of the realm, empty = not named
    QString mark;  // empty = live; else the drill's name
    Card sender;
    Instant madeAt;                     // by the sender's clock
    std::vector<QByteArray> recipients; // public keys
    bool passphrase = false;            // can be opened with one
    friend bool operator==(const PackageHeader &, const PackageHeader &) = default;
};

struct SealOptions
{
    QString realm;
    QString mark;
    Instant madeAt;
    std::vector<Card> recipients;
    QString passphrase; // empty = none; else at least shortestPassword characters
    HashLimits limits = usualHashLimits();
};

// No larger content is sealed or opened.
inline constexpr qint64 largestPackage = 256LL * 1024 * 1024;

// InvalidArgument without any recipient, for a key that is none, a pass-phrase that is too short,
// or content that is too large. With a pass-phrase it takes the time and memory of `limits`.
[[nodiscard]] Result<QByteArray> seal(const QByteArray &content, const SealOptions &options,
                                      const DeviceKey &key, RandomSource &random);

// A package whose signature holds. Whether its sender is who a hall trusts is for the caller.
struct SealedPackage
{
    PackageHeader header;
    QByteArray bytes;
    qsizetype bodyAt = 0;
};
[[nodiscard]] PackageResult<SealedPackage> readSeal(const QByteArray &bytes);

// The content. `key` may be null, `passphrase` empty.
[[nodiscard]] PackageResult<QByteArray> openSeal(const SealedPackage &package, const DeviceKey *key,
                                                 const QString &passphrase);

// *.leewardpkg. Errors: FileMissing, FileUnreadable; NotAPackage by the first bytes for a foreign
// file of any size.
[[nodiscard]] PackageResult<QByteArray> readPackageFile(const QString &path);

} // namespace leeward::sync
