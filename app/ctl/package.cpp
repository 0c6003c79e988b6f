#include "app/ctl/package.h"

#include "app/ctl/command.h"
#include "app/realm/realm.h"
#include "sync/package.h"

#include <QCommandLineParser>
#include <QFile>
#include <QFileInfo>
#include <QJsonArray>
#include <QSysInfo>

#include <cstdio>

// The options are constants of a program, used after main() has begun.
// clazy:excludeall=non-pod-global-static
namespace leeward::ctl {

using namespace Qt::StringLiterals;

namespace {

constexpr qint64 longestPassphraseFile = 4096;

const QCommandLineOption cacheOption(u"cache"_s, u"The realm file, e.g. city.leeward."_s,
                                     u"file"_s);
const QCommandLineOption
    keyOption(u"key"_s, u"This desk's key; made if it is not there (default: CACHE.key)."_s,
              u"file"_s);
const QCommandLineOption nameOption(u"name"_s,
                                    u"What a new key's card calls this desk (default: the "
                                    "machine's name)."_s,
                                    u"name"_s);
const QCommandLineOption passphraseOption(u"passphrase-file"_s,
                                          u"A file with the pass-phrase, at least 10 characters."_s,
                                          u"file"_s);

// Parses; nothing when the caller goes on, else the exit code to leave with.
std::optional<int> parse(QCommandLineParser &parser, const QStringList &words,
                         const QStringList &needed)
{
    const QCommandLineOption help = parser.addHelpOption();
    if (!parser.parse(words))
        return complainUsage(parser.errorText());
    if (parser.isSet(help)) {
        std::fputs(qPrintable(parser.helpText()), stdout);
        return Ok;
    }
    for (const QString &option : needed) {
        if (parser.value(option).isEmpty())
            return complainUsage(u"--%1 is needed; see --help"_s.arg(option));
    }
    return std::nullopt;
}

// The fault's name stands before the words, for scripts.
int complainAbout(const QString &file, const sync::PackageFailure &failure)
{
    if (failure.fault == sync::PackageFault::Failed)
        return complain(failure.error);
    return complain({failure.error.code, u"%1: %2: %3"_s.arg(file, sync::faultName(failure.fault),
                                                             failure.error.detail)});
}

Result<sync::DeviceKey> ownKey(const QCommandLineParser &parser)
{
    const QString path = parser.isSet(keyOption)
                             ? parser.value(keyOption)
                             : sync::deviceKeyPathFor(parser.value(cacheOption));
    QString name = parser.value(nameOption);
    if (name.isEmpty())
        name = QSysInfo::machineHostName().simplified().left(sync::longestCardName);
    sync::SystemRandom random;
    return sync::DeviceKey::loadOrCreate(path, name.isEmpty() ? u"leeward"_s : name, random);
}

Result<QString> passphraseOf(const QCommandLineParser &parser)
{
    if (!parser.isSet(passphraseOption))
        return QString();
    QFile file(parser.value(passphraseOption));
    if (!file.exists())
        return fail(Errc::FileMissing, file.fileName() + u": no such file"_s);
    if (!file.open(QIODevice::ReadOnly))
        return fail(Errc::FileUnreadable, file.fileName() + u": "_s + file.errorString());
    const QString text = QString::fromUtf8(file.read(longestPassphraseFile));
    QString words = text.left(text.indexOf(u'\n')).trimmed();
    if (words.isEmpty())
        return fail(Errc::FileMalformed, file.fileName() + u": no pass-phrase on its first line"_s);
    return words;
}

QJsonObject toJson(const sync::Card &card)
{
    return {{u"name"_s, card.name}, {u"fingerprint"_s, sync::fingerprint(card.key)}};
}

QJsonArray fingerprints(const std::vector<QByteArray> &keys)
{
    QJsonArray list;
    for (const QByteArray &key : keys)
        list.append(sync::fingerprint(key));
    return list;
}

QJsonObject toJson(const sync::PackageHeader &header, Instant now)
{
    return {{u"from"_s, toJson(header.sender)},
            {u"realm"_s, header.realm},
            {u"drill"_s, header.mark},
            {u"made_at"_s, toIso(header.madeAt)},
            {u"age_seconds"_s, (toMs(now) - toMs(header.madeAt)) / 1000},
            {u"recipients"_s, fingerprints(header.recipients)},
            {u"passphrase"_s, header.passphrase}};
}

int cardCommand(const QStringList &words)
{
    QCommandLineParser parser;
    parser.setApplicationDescription(
        u"Writes this desk's card, for other halls to seal packages to and to know this one by. "
        "Makes the key at first need; the key stays here."_s);
    parser.addOptions({cacheOption, keyOption, nameOption});
    parser.addOption({u"out"_s, u"Where to, e.g. east.leewardkey."_s, u"file"_s});
    if (const auto left = parse(parser, words, {u"cache"_s, u"out"_s}))
        return *left;
    const auto key = ownKey(parser);
    if (!key)
        return complain(key.error());
    const QString out = parser.value(u"out"_s);
    if (const auto written = sync::writeCard(out, key->card()); !written)
        return complain(written.error());
    QJsonObject answer = toJson(key->card());
    answer[u"card"_s] = out;
    printJson(answer);
    return Ok;
}

int trustCommand(const QStringList &words)
{
    QCommandLineParser parser;
    parser.setApplicationDescription(
        u"Adds cards to those whose packages this realm takes (folder CACHE.halls). Compare the "
        "fingerprint with the other hall first, over a radio or a telephone."_s);
    parser.addOption(cacheOption);
    parser.addPositionalArgument(u"CARD"_s, u"*.leewardkey files."_s, u"CARD…"_s);
    if (const auto left = parse(parser, words, {u"cache"_s}))
        return *left;
    if (parser.positionalArguments().isEmpty())
        return complainUsage(u"a CARD is needed; see --help"_s);
    auto list = sync::TrustList::load(sync::trustFolderFor(parser.value(cacheOption)));
    if (!list)
        return complain(list.error());
    QJsonArray added;
    for (const QString &path : parser.positionalArguments()) {
        const auto card = sync::readCard(path);
        if (!card)
            return complain(card.error());
        if (const auto kept = list->add(*card); !kept)
            return complain(kept.error());
        added.append(toJson(*card));
    }
    printJson(
        {{u"trusted"_s, added}, {u"warnings"_s, QJsonArray::fromStringList(list->warnings())}});
    return Ok;
}

// What the words of a call ask for; nothing of the realm yet.
std::expected<sync::PackageOptions, int> packageOptions(const QCommandLineParser &parser)
{
    sync::PackageOptions options;
    for (const QString &path : parser.values(u"to"_s)) {
        auto card = sync::readCard(path);
        if (!card)
            return std::unexpected(complain(card.error()));
        options.recipients.push_back(std::move(*card));
    }
    auto passphrase = passphraseOf(parser);
    if (!passphrase)
        return std::unexpected(complain(passphrase.error()));
    options.passphrase = std::move(*passphrase);
    if (options.recipients.empty() && options.passphrase.isEmpty())
        return std::unexpected(complainUsage(u"--to or --passphrase-file is needed; see --help"_s));
    const QString since = parser.value(u"since"_s);
    bool ok = true;
    options.since = since == "all"_L1 ? 0 : since.toLongLong(&ok);
    if (!ok || options.since < 0)
        return std::unexpected(complainUsage(u"--since takes a number or 'all'"_s));
    // A journal beside the cache: this realm is its own authority, and its entries are of no other.
    options.asOperations = parser.isSet(u"as-operations"_s) ||
                           QFileInfo::exists(server::journalPathFor(parser.value(cacheOption)));
    return options;
}

int writeCommand(const QStringList &words)
{
    QCommandLineParser parser;
    parser.setApplicationDescription(
        u"Seals what waits for the server, and entries of the journal, into a file for other "
        "halls. The realm may be open in a console; nothing in it changes."_s);
    parser.addOptions({cacheOption, keyOption, nameOption, passphraseOption});
    parser.addOption({u"out"_s, u"Where to, e.g. east.leewardpkg."_s, u"file"_s});
    parser.addOption({u"to"_s, u"Card of a hall that can open it; may be repeated."_s, u"card"_s});
    parser.addOption({u"since"_s,
                      u"Only entries after this number (default: all). The other hall must have "
                      "those before."_s,
                      u"seq|all"_s, u"all"_s});
    parser.addOption({u"as-operations"_s,
                      u"Sends what the entries did and not the entries, for a hall with a journal "
                      "of its own. So always for a stand-alone realm."_s});
    if (const auto left = parse(parser, words, {u"cache"_s, u"out"_s}))
        return *left;
    auto options = packageOptions(parser);
    if (!options)
        return options.error();
    auto db = store::openReadOnly(parser.value(cacheOption));
    if (!db)
        return complain(db.error());
    const auto key = ownKey(parser);
    if (!key)
        return complain(key.error());
    const SystemClock clock;
    options->madeAt = clock.now();
    sync::SystemRandom random;
    const auto made = sync::makePackage(*db, *key, *options, random);
    if (!made)
        return complain(made.error());
    const QString out = parser.value(u"out"_s);
    if (const auto written = sync::writeWhole(out, made->bytes); !written)
        return complain(written.error());
    const auto sealed = sync::readSeal(made->bytes);
    if (!sealed)
        return complainAbout(out, sealed.error());
    QJsonObject answer = toJson(sealed->header, options->madeAt);
    answer[u"package"_s] = out;
    answer[u"bytes"_s] = made->bytes.size();
    answer[u"cursor"_s] = made->cursor;
    answer[u"entries"_s] = made->entries;
    answer[u"operations"_s] = made->operations;
    printJson(answer);
    return Ok;
}

// Beside a journal of its own the realm takes part with it: what was taken is answered at once.
sync::PackageResult<sync::PackageSummary> takeInto(const QString &cache, const QByteArray &bytes,
                                                   const sync::PackageReader &reader,
                                                   const Clock &clock)
{
    Changes changes; // no screens here
    if (!QFileInfo::exists(server::journalPathFor(cache))) {
        TRY_ASSIGN(store::CacheFile file, store::CacheFile::open(cache));
        return takePackage(file.connection(), bytes, reader, changes);
    }
    std::optional<sync::PackageSummary> summary;
    {
        TRY_ASSIGN(app::HeadlessRealm realm, app::HeadlessRealm::open(cache, clock));
        TRY_ASSIGN(summary, takePackage(realm.connection(), bytes, reader, changes));
    }
    TRY(app::HeadlessRealm::open(cache, clock)); // hands in what is queued
    return *summary;
}

Result<int> needingAPerson(const QString &cache)
{
    TRY_ASSIGN(store::Connection db, store::openReadOnly(cache));
    TRY_ASSIGN(const auto pending, store::pendingOperations(db));
    return static_cast<int>(std::ranges::count_if(pending, [](const store::Pending &one) {
        return one.state != store::Pending::State::Queued;
    }));
}

int readCommand(const QStringList &words)
{
    QCommandLineParser parser;
    parser.setApplicationDescription(
        u"Takes a package of another hall into the realm: entries that follow, then operations, "
        "rules first. What is there already is passed over; the same package again changes "
        "nothing. The realm must not be open in a console."_s);
    parser.addOptions({cacheOption, keyOption, nameOption, passphraseOption});
    parser.addOption({u"in"_s, u"The package."_s, u"file"_s});
    parser.addOption({u"trust"_s,
                      u"Takes it from its sender although no card of theirs is here, this once. "
                      "Compare the fingerprint first."_s});
    parser.addOption({u"create"_s, u"Makes the realm file if it is not there."_s});
    if (const auto left = parse(parser, words, {u"cache"_s, u"in"_s}))
        return *left;
    const QString in = parser.value(u"in"_s);
    const QString cache = parser.value(cacheOption);
    const auto bytes = sync::readPackageFile(in);
    if (!bytes)
        return complainAbout(in, bytes.error());
    const auto sealed = sync::readSeal(*bytes);
    if (!sealed) // before a realm file is made for it
        return complainAbout(in, sealed.error());
    if (!QFileInfo::exists(cache) && !parser.isSet(u"create"_s))
        return complain({Errc::FileMissing, cache + u": no such realm; --create makes one"_s});
    const auto passphrase = passphraseOf(parser);
    if (!passphrase)
        return complain(passphrase.error());
    const auto trusted = sync::TrustList::load(sync::trustFolderFor(cache));
    if (!trusted)
        return complain(trusted.error());
    const auto key = ownKey(parser);
    if (!key)
        return complain(key.error());
    const SystemClock clock;
    const auto summary =
        takeInto(cache, *bytes,
                 {.key = &*key,
                  .passphrase = *passphrase,
                  .trusted = &*trusted,
                  .trustOnce = parser.isSet(u"trust"_s) ? sealed->header.sender.key : QByteArray()},
                 clock);
    if (!summary)
        return complainAbout(in, summary.error());
    const auto waiting = needingAPerson(cache);
    if (!waiting)
        return complain(waiting.error());
    QJsonObject answer = toJson(summary->header, clock.now());
    answer[u"known_sender"_s] = summary->knownSender;
    answer[u"entries_taken"_s] = summary->entriesTaken;
    answer[u"entries_known"_s] = summary->entriesKnown;
    answer[u"operations_taken"_s] = summary->operationsTaken;
    answer[u"operations_known"_s] = summary->operationsKnown;
    answer[u"operations_in_conflict"_s] = summary->operationsInConflict;
    answer[u"strangers"_s] = fingerprints(summary->strangers);
    answer[u"waiting_for_a_person"_s] = *waiting;
    answer[u"warnings"_s] = QJsonArray::fromStringList(trusted->warnings());
    printJson(answer);
    return Ok;
}

int inspectCommand(const QStringList &words)
{
    QCommandLineParser parser;
    parser.setApplicationDescription(
        u"Says what everybody can read of a package: who sealed it, when, for whom, for which "
        "realm or drill; and that nobody has changed it since. No key is needed."_s);
    parser.addOption({u"in"_s, u"The package."_s, u"file"_s});
    if (const auto left = parse(parser, words, {u"in"_s}))
        return *left;
    const QString in = parser.value(u"in"_s);
    const auto bytes = sync::readPackageFile(in);
    if (!bytes)
        return complainAbout(in, bytes.error());
    const auto sealed = sync::readSeal(*bytes);
    if (!sealed)
        return complainAbout(in, sealed.error());
    const SystemClock clock;
    printJson(toJson(sealed->header, clock.now()));
    return Ok;
}

} // namespace

int packageCommand(const QStringList &words)
{
    const QString what = words.value(1);
    const QStringList rest = words.sliced(std::min<qsizetype>(1, words.size()));
    if (what == "card"_L1)
        return cardCommand(rest);
    if (what == "trust"_L1)
        return trustCommand(rest);
    if (what == "write"_L1)
        return writeCommand(rest);
    if (what == "read"_L1)
        return readCommand(rest);
    if (what == "inspect"_L1)
        return inspectCommand(rest);
    const char *help =
        "Usage: leewardctl package card --cache FILE --out CARD [--name NAME]\n"
        "       leewardctl package trust --cache FILE CARD…\n"
        "       leewardctl package write --cache FILE --out PACKAGE --to CARD… | --passphrase-file "
        "FILE [options]\n"
        "       leewardctl package read --cache FILE --in PACKAGE [options]\n"
        "       leewardctl package inspect --in PACKAGE\n"
        "Each has its own --help.\n";
    const bool asked = what == "--help"_L1 || what == "-h"_L1;
    std::fputs(help, asked ? stdout : stderr);
    return asked ? Ok : Usage;
}

} // namespace leeward::ctl
