#include "sync/package.h"

#include "sync/replica.h"
#include "sync/wire.h"

#include <QCborArray>
#include <QCborMap>
#include <QSet>

#include <algorithm>

namespace leeward::sync {

using namespace Qt::StringLiterals;
using store::Pending;

namespace {

constexpr int entriesAtATime = 500;

// What is sealed: a CBOR map, packed with zstd.
struct Content
{
    qint64 since = 0; // the entries begin after this one
    store::Head head; // of the sender's journal; empty hash = its entries are not in here
    std::vector<store::Entry> entries;
    std::vector<Submission> operations;
};

QByteArray toBytes(const Content &content)
{
    QCborArray operations;
    for (const Submission &submission : content.operations)
        operations.append(wire::toCbor(submission));
    return QCborMap{{u"since"_s, content.since},
                    {u"head"_s, QCborArray{content.head.seq, content.head.hash}},
                    {u"entries"_s, wire::toCbor(content.entries)},
                    {u"operations"_s, operations}}
        .toCborValue()
        .toCbor();
}

Result<Content> contentFrom(const QByteArray &bytes)
{
    QCborParserError error;
    const QCborValue value = QCborValue::fromCbor(bytes, &error);
    // Before anything is looked up: what was read up to the fault may have a key without a value.
    if (error.error != QCborError::NoError || !value.isMap())
        return fail(Errc::FileMalformed, u"the package's content does not read"_s);
    const QCborMap map = value.toMap();
    const QCborValue since = map.value(u"since"_s);
    const QCborArray head = map.value(u"head"_s).toArray();
    const QCborValue operations = map.value(u"operations"_s);
    const QByteArray hash = head.at(1).toByteArray();
    if (!since.isInteger() || since.toInteger() < 0 || head.size() != 2 ||
        !head.at(0).isInteger() || (hash.size() != store::hashSize && !hash.isEmpty()) ||
        !operations.isArray())
        return fail(Errc::FileMalformed, u"the package's content does not read"_s);
    Content content{.since = since.toInteger(), .head = {head.at(0).toInteger(), hash}};
    TRY_ASSIGN(content.entries, wire::entriesFrom(map.value(u"entries"_s)));
    for (const QCborValue &one : operations.toArray()) {
        TRY_ASSIGN(Submission submission, wire::submissionFrom(one));
        content.operations.push_back(std::move(submission));
    }
    return content;
}

Submission proven(const Operation &operation, const QByteArray &kept, const DeviceKey &key)
{
    if (kept.size() == publicKeySize + signatureSize)
        return {operation, Proof{kept.first(publicKeySize), kept.sliced(publicKeySize)}};
    return {operation, key.prove(operation)};
}

bool travels(const Pending &pending)
{
    switch (pending.state) {
    case Pending::State::Queued: return true;
    case Pending::State::Conflict: return !pending.proof.isEmpty(); // may fit where it goes
    case Pending::State::Refused: return false;
    }
    return false;
}

// The queue first, then the journal: an operation that becomes an entry in between is in both,
// which the reader passes over, and never in neither.
Result<Content> contentOf(store::Connection &db, const DeviceKey &key,
                          const PackageOptions &options)
{
    Content content{.since = options.asOperations ? 0 : options.since};
    TRY_ASSIGN(const auto pending, store::pendingOperations(db));
    std::vector<Submission> queued;
    for (const Pending &one : pending) {
        if (travels(one))
            queued.push_back(proven(one.operation, one.proof, key));
    }
    qint64 size = 0;
    qint64 seq = options.since;
    while (true) {
        TRY_ASSIGN(auto entries, store::entriesAfter(db, seq, entriesAtATime));
        if (entries.empty())
            break;
        seq = entries.back().seq;
        for (store::Entry &entry : entries) {
            size += entry.operationBytes.size() + entry.changeset.size();
            if (options.asOperations)
                content.operations.push_back(proven(entry.operation, {}, key));
            else
                content.entries.push_back(std::move(entry));
        }
        if (size > largestPackage)
            return fail(Errc::InvalidArgument,
                        u"the entries after %1 are more than a package holds"_s.arg(options.since));
    }
    if (!options.asOperations) {
        if (content.entries.empty()) {
            TRY_ASSIGN(content.head, store::journalHead(db));
        } else {
            content.head = {content.entries.back().seq, content.entries.back().hash};
        }
    } else {
        content.head.hash.clear();
    }
    std::ranges::move(queued, std::back_inserter(content.operations));
    return content;
}

// --- reading
// ---------------------------------------------------------------------------------------------

std::unexpected<PackageFailure> reject(PackageFault fault, QString detail)
{
    return std::unexpected(PackageFailure(fault, Errc::Refused, std::move(detail)));
}

PackageResult<> checkRealm(store::Connection &db, const PackageHeader &header)
{
    TRY_ASSIGN(const QString mark, store::metaValue(db, u"realm_mark"_s));
    TRY_ASSIGN(const QString realm, store::metaValue(db, u"realm"_s));
    if (header.mark != mark) {
        return mark.isEmpty()
                   ? reject(PackageFault::DrillIntoLive,
                            u"the package is of the drill '%1', and this realm is live"_s.arg(
                                header.mark))
                   : reject(PackageFault::LiveIntoDrill,
                            u"this realm is the drill '%1', and the package is of %2"_s.arg(
                                mark, header.mark.isEmpty()
                                          ? u"the live realm"_s
                                          : u"the drill '%1'"_s.arg(header.mark)));
    }
    // Halls that were never on one server may not have named their realm; the sender's card
    // decides.
    if (!realm.isEmpty() && !header.realm.isEmpty() && realm != header.realm)
        return reject(PackageFault::OtherRealm,
                      u"the package is of '%1', this is '%2'"_s.arg(header.realm, realm));
    return {};
}

PackageResult<bool> checkSender(const PackageHeader &header, const PackageReader &reader)
{
    const QByteArray &sender = header.sender.key;
    const bool known = (reader.key && reader.key->card().key == sender) ||
                       (reader.trusted && reader.trusted->find(sender));
    if (!known && reader.trustOnce != sender)
        return reject(PackageFault::UnknownSender,
                      u"no card of the sender is here; it calls itself '%1', fingerprint %2"_s.arg(
                          header.sender.name, fingerprint(sender)));
    return known;
}

PackageResult<> checkEntries(const Content &content)
{
    qint64 seq = content.since;
    for (size_t i = 0; i < content.entries.size(); ++i) {
        const store::Entry &entry = content.entries[i];
        if (entry.seq != ++seq || entry.hash != store::hashOf(entry))
            return std::unexpected(
                PackageFailure(PackageFault::Damaged, Errc::Corrupt,
                               u"entry %1 of the package does not hold"_s.arg(seq)));
    }
    return {};
}

PackageResult<> checkOperations(const Content &content)
{
    for (const Submission &submission : content.operations) {
        if (!proves(submission))
            return reject(PackageFault::ForgedOperation,
                          u"operation %1 is not signed by the device it names"_s.arg(
                              submission.operation.id.text()));
    }
    return {};
}

// The package's journal and the one here must be one: no entry missing in between, none that
// differs.
PackageResult<> checkPast(store::Connection &db, const Content &content, const store::Head &here)
{
    if (content.head.hash.isEmpty())
        return {};
    if (content.since > here.seq)
        return reject(PackageFault::Hole,
                      u"the package begins after entry %1, and this hall has entries up to %2: "
                      "one since %2 is needed"_s.arg(content.since)
                          .arg(here.seq));
    const auto differs = [&](qint64 seq) {
        return reject(PackageFault::OtherPast,
                      u"entry %1 is not the same here and in the package: two journals"_s.arg(seq));
    };
    for (const store::Entry &entry : content.entries) {
        if (entry.seq <= here.seq) {
            TRY_ASSIGN(const auto mine, store::entryHash(db, entry.seq));
            if (mine && *mine != entry.hash)
                return differs(entry.seq);
        } else if (entry.seq == here.seq + 1 && entry.previousHash != here.hash) {
            return differs(here.seq);
        }
    }
    if (content.entries.empty() && content.head.seq <= here.seq) {
        TRY_ASSIGN(const auto mine, store::entryHash(db, content.head.seq));
        if (mine && *mine != content.head.hash)
            return differs(content.head.seq);
    }
    return {};
}

PackageResult<Content> unsealed(const SealedPackage &package, const PackageReader &reader)
{
    TRY_ASSIGN(const QByteArray packed, openSeal(package, reader.key, reader.passphrase));
    // Sealed whole by its sender, so what does not read now is a fault of theirs.
    const auto bytes = wire::unpack(packed, largestPackage);
    auto content = bytes ? contentFrom(*bytes) : std::unexpected(bytes.error());
    if (!content)
        return std::unexpected(
            PackageFailure(PackageFault::Damaged, content.error().code, content.error().detail));
    TRY(checkEntries(*content));
    TRY(checkOperations(*content));
    return std::move(*content);
}

Result<> takeEntries(store::Connection &db, std::vector<store::Entry> entries,
                     const store::Head &here, PackageSummary &summary, Changes &changes)
{
    summary.entriesKnown = static_cast<qint64>(
        std::erase_if(entries, [&](const store::Entry &entry) { return entry.seq <= here.seq; }));
    if (entries.empty())
        return {};
    const auto count = static_cast<qint64>(entries.size());
    Reply reply;
    reply.entries = std::move(entries);
    TRY_ASSIGN(const Changes now, receive(db, reply));
    changes.insert(changes.end(), now.begin(), now.end());
    summary.entriesTaken = count;
    return {};
}

Result<> takeOperations(store::Connection &db, const std::vector<Submission> &operations,
                        PackageSummary &summary, Changes &changes)
{
    TRY_ASSIGN(const QSet<OperationId> taken, takeForeign(db, operations, changes));
    summary.operationsKnown = static_cast<qint64>(operations.size()) - taken.size();
    TRY_ASSIGN(const auto after, store::pendingOperations(db));
    for (const Pending &pending : after) {
        if (!taken.contains(pending.operation.id))
            continue;
        if (pending.state == Pending::State::Queued)
            ++summary.operationsTaken;
        else
            ++summary.operationsInConflict;
    }
    return {};
}

std::vector<QByteArray> strangersIn(const Content &content, const PackageHeader &header,
                                    const PackageReader &reader)
{
    std::vector<QByteArray> strangers;
    for (const Submission &submission : content.operations) {
        const QByteArray &key = submission.proof->key;
        const bool known = key == header.sender.key ||
                           (reader.key && reader.key->card().key == key) ||
                           (reader.trusted && reader.trusted->find(key));
        if (!known && !std::ranges::contains(strangers, key))
            strangers.push_back(key);
    }
    return strangers;
}

} // namespace

QString deviceKeyPathFor(const QString &cachePath)
{
    return cachePath + u".key"_s;
}

QString trustFolderFor(const QString &cachePath)
{
    return cachePath + u".halls"_s;
}

Result<MadePackage> makePackage(store::Connection &db, const DeviceKey &key,
                                const PackageOptions &options, RandomSource &random)
{
    TRY_ASSIGN(const store::Head head, store::journalHead(db));
    if (options.since < 0 || options.since > head.seq)
        return fail(
            Errc::InvalidArgument,
            u"no entries after %1: the newest here is %2"_s.arg(options.since).arg(head.seq));
    TRY_ASSIGN(const Content content, contentOf(db, key, options));
    const QByteArray bytes = toBytes(content);
    if (bytes.size() > largestPackage)
        return fail(Errc::InvalidArgument,
                    u"%1 bytes are more than a package holds"_s.arg(bytes.size()));
    SealOptions envelope{.madeAt = options.madeAt,
                         .recipients = options.recipients,
                         .passphrase = options.passphrase,
                         .limits = options.limits};
    TRY_ASSIGN(envelope.realm, store::metaValue(db, u"realm"_s));
    TRY_ASSIGN(envelope.mark, store::metaValue(db, u"realm_mark"_s));
    MadePackage made{.bytes = {},
                     .entries = static_cast<qint64>(content.entries.size()),
                     .operations = static_cast<qint64>(content.operations.size()),
                     .cursor = head.seq};
    TRY_ASSIGN(made.bytes, seal(wire::pack(bytes), envelope, key, random));
    return made;
}

PackageResult<PackageSummary> takePackage(store::Connection &db, const QByteArray &bytes,
                                          const PackageReader &reader, Changes &changes)
{
    TRY_ASSIGN(const SealedPackage package, readSeal(bytes));
    PackageSummary summary{.header = package.header};
    TRY(checkRealm(db, package.header));
    TRY_ASSIGN(summary.knownSender, checkSender(package.header, reader));
    TRY_ASSIGN(Content content, unsealed(package, reader));
    TRY_ASSIGN(const store::Head here, store::journalHead(db));
    TRY(checkPast(db, content, here));
    summary.strangers = strangersIn(content, package.header, reader);
    TRY(takeEntries(db, std::move(content.entries), here, summary, changes));
    TRY(takeOperations(db, content.operations, summary, changes));
    return summary;
}

} // namespace leeward::sync
