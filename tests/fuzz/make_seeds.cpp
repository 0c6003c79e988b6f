// Writes the seeds of the fuzz targets: make_seeds tests/fuzz/corpus. Run it after a change of the
// formats and commit what it made; it makes the same bytes each time.
#include "models/store/changeset.h"
#include "sync/offline_grant.h"
#include "sync/package.h"
#include "sync/wire.h"
#include "tests/fuzz/hall.h"

#include <QDir>
#include <QFile>

using namespace leeward;
using namespace leeward::sync;
using namespace leeward::test;
using namespace Qt::StringLiterals;

namespace {

void write(const QDir &folder, const QString &name, const QByteArray &bytes)
{
    if (!folder.mkpath(u"."_s))
        qFatal("no folder");
    QFile file(folder.filePath(name));
    if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size())
        qFatal("can not write %s", qPrintable(file.fileName()));
}

std::vector<Submission> submissions(const DeviceKey &key)
{
    std::vector<Submission> all = asSubmissions(nextOperations());
    all.front().proof = key.prove(all.front().operation);
    return all;
}

void messages(const QDir &folder, const std::vector<store::Entry> &entries)
{
    const DeviceKey key = sendersKey();
    Ask ask{.submissions = submissions(key), .cursor = {4, entries.back().hash}};
    ask.past = {{2, entries.at(1).hash}};
    write(folder, u"ask"_s, wire::toBytes(ask));
    Reply reply{.entries = entries, .epoch = u"0198"_s};
    reply.refused = {{ask.submissions.front().operation.id,
                      Refusal{RefusalReason::BadArguments, {{u"argument"_s, u"note"_s}}}}};
    write(folder, u"reply"_s, wire::toBytes(reply));
    write(folder, u"reply-packed"_s, wire::pack(wire::toBytes(reply)));
    write(folder, u"reply-diverged"_s, wire::toBytes(Reply{.diverged = true, .retreatTo = 2}));
    using Kind = wire::Frame::Kind;
    wire::Frame frame{.kind = Kind::Entries, .entries = entries};
    write(folder, u"frame-entries"_s, wire::toBytes(frame));
    write(folder, u"frame-head"_s,
          wire::toBytes(wire::Frame{.kind = Kind::Head, .head = {4, entries.back().hash}}));
    write(
        folder, u"frame-presence"_s,
        wire::toBytes(wire::Frame{.kind = Kind::Presence,
                                  .presence = {{u"desk 1"_s, u"Li Si"_s, u"incident/1"_s, true}}}));
    const UnitPosition boat{.source = u"boat-1"_s,
                            .kind = u"boat"_s,
                            .team = u"T1"_s,
                            .label = u"Boat 1"_s,
                            .lon = 121.5,
                            .lat = 28.6,
                            .deviceAt = instantFromMs(FakeClock::startMs),
                            .receivedAt = instantFromMs(FakeClock::startMs + 900),
                            .speed = 3.5,
                            .heading = 270.0,
                            .accuracy = 5.0};
    write(folder, u"frame-positions"_s,
          wire::toBytes(wire::Frame{.kind = Kind::Positions, .positions = {boat}}));
    write(folder, u"frame-bye"_s, wire::toBytes(wire::Frame{.kind = Kind::Bye}));
}

void packages(const QDir &folder)
{
    const DeviceKey sender = sendersKey();
    const DeviceKey reader = readersKey();
    store::Connection db = smallRealm();
    SeededRandom random(3);
    PackageOptions options;
    options.madeAt = instantFromMs(FakeClock::startMs);
    options.recipients = {reader.card()};
    const QByteArray whole = must(makePackage(db, sender, options, random)).bytes;
    write(folder, u"whole"_s, "P" + whole);
    const auto sealed = readSeal(whole);
    if (!sealed)
        qFatal("the seed package has no seal");
    const auto packed = openSeal(*sealed, &reader, {});
    if (!packed)
        qFatal("the seed package does not open");
    write(folder, u"packed"_s, "U" + *packed);
    write(folder, u"content"_s, "C" + must(wire::unpack(*packed)));
    options.asOperations = true;
    const auto operations = readSeal(must(makePackage(db, sender, options, random)).bytes);
    const auto content = openSeal(*operations, &reader, {});
    write(folder, u"content-operations"_s, "C" + must(wire::unpack(*content)));
}

void credentials(const QDir &folder)
{
    const DeviceKey key = sendersKey();
    write(folder, u"card"_s, toText(key.card()));
    OfflineSecret secret;
    secret.signedGrant = QByteArray(200, 'g');
    secret.serverKey = key.card().key;
    secret.latest = instantFromMs(FakeClock::startMs);
    write(folder, u"secret"_s, toBytes(secret));
}

} // namespace

int main(int argc, char **argv)
{
    if (argc != 2)
        qFatal("make_seeds FOLDER");
    const QDir folder(QString::fromLocal8Bit(argv[1]));
    store::Connection db = smallRealm();
    const auto entries = must(store::entriesAfter(db, 0, 100));
    messages(folder.filePath(u"message"_s), entries);
    for (const store::Entry &entry : entries)
        write(folder.filePath(u"changeset"_s), u"%1-%2"_s.arg(entry.seq).arg(entry.operation.kind),
              entry.changeset);
    write(folder.filePath(u"changeset"_s), u"undo"_s,
          must(store::invertChangeset(entries.back().changeset)));
    packages(folder.filePath(u"package"_s));
    credentials(folder.filePath(u"credential"_s));
    return 0;
}
