#include "app/ctl/realm_commands.h"

#include "app/ctl/command.h"
#include "app/realm/question.h"
#include "app/realm/realm.h"
#include "app/realm/register_import.h"
#include "maps/geo/export.h"
#include "models/domain/operation_codec.h"
#include "models/store/tables.h"
#include "sync/verify.h"

#include <QCommandLineParser>
#include <QFileInfo>
#include <QJsonArray>
#include <QJsonDocument>

#include <cstdio>

// The options are constants of a program, used after main() has begun.
// clazy:excludeall=non-pod-global-static
namespace leeward::ctl {

using namespace Qt::StringLiterals;

namespace {

// Parses; nothing when the caller goes on, else the exit code to leave with.
std::optional<int> parse(QCommandLineParser &parser, const QStringList &words,
                         const QStringList &needed)
{
    if (const auto code = parseWords(parser, words, words.value(0)))
        return code;
    for (const QString &option : needed) {
        if (!parser.isSet(option))
            return complainUsage(u"--%1 is needed; see --help"_s.arg(option));
    }
    return std::nullopt;
}

const QCommandLineOption cacheOption(u"cache"_s, u"The realm file, e.g. city.leeward."_s,
                                     u"file"_s);

QString registerKeys()
{
    QStringList keys;
    for (const RegisterSpec *spec : allRegisters())
        keys += spec->key;
    return keys.join(u", "_s);
}

std::expected<const RegisterSpec *, int> wantedRegister(const QString &key)
{
    if (const RegisterSpec *spec = findRegister(key))
        return spec;
    return std::unexpected(
        complainUsage(u"no register '%1'; there are: %2"_s.arg(key, registerKeys())));
}

QString failureText(const desk::Failure &failure)
{
    if (const auto *error = std::get_if<Error>(&failure))
        return error->detail;
    if (std::holds_alternative<desk::Closed>(failure))
        return u"the desk is closed"_s; // never of a realm without a screen
    const Refusal &refusal = std::get<Refusal>(failure);
    return u"refused: "_s + refusalName(refusal.reason) + u' ' +
           QString::fromUtf8(QJsonDocument(refusal.facts).toJson(QJsonDocument::Compact));
}

QJsonObject importReport(const app::PreparedImport &import)
{
    QJsonArray problems;
    for (const geo::RowFault &fault : import.draft.faults) {
        problems.append(
            QJsonObject{{u"row"_s, fault.row},
                        {u"zh"_s, geo::describe(fault, *import.spec, Language::Chinese)},
                        {u"en"_s, geo::describe(fault, *import.spec, Language::English)}});
    }
    QJsonObject mapping;
    for (size_t i = 0; i < import.spec->fields.size(); ++i) {
        const int column = import.mapping.columnOf.value(static_cast<qsizetype>(i), -1);
        if (column >= 0)
            mapping.insert(u""_s + import.table.headers.value(column), import.spec->fields[i].name);
    }
    QJsonArray unused;
    for (const int column : import.mapping.unmatched)
        unused.append(import.table.headers.value(column));
    return {{u"register"_s, import.spec->key},
            {u"format"_s, import.table.format},
            {u"encoding"_s, import.table.encoding},
            {u"rows_read"_s, static_cast<qint64>(import.table.rows.size())},
            {u"rows_good"_s, static_cast<qint64>(import.draft.rows.size())},
            {u"mapping"_s, mapping},
            {u"columns_unused"_s, unused},
            {u"problems"_s, problems},
            {u"warnings"_s, QJsonArray::fromStringList(import.draft.warnings)}};
}

std::optional<SourceDatum> datumFrom(const QString &name)
{
    if (name == "wgs84"_L1 || name == "cgcs2000"_L1)
        return SourceDatum::Wgs84;
    if (name == "gcj02"_L1)
        return SourceDatum::Gcj02;
    if (name == "bd09"_L1)
        return SourceDatum::Bd09;
    return std::nullopt;
}

// A slip in the name of the file would begin a second realm, which nobody looks into.
std::optional<Error> missingRealm(const QString &path)
{
    const QFileInfo info(path);
    if (info.exists() && (info.isDir() || info.size() > 0))
        return std::nullopt;
    return Error{Errc::FileMissing, path + u": no such realm; --create makes one"_s};
}

} // namespace

int importCommand(const QStringList &words)
{
    QCommandLineParser parser;
    parser.setApplicationDescription(
        u"Reads a file into a register: all its good rows in one operation, or nothing. Rows that "
        u"are wrong are listed "
        "with their reason. The same file again changes nothing.\nRegisters: "_s +
        registerKeys());
    parser.addOption(cacheOption);
    parser.addOption({u"register"_s, u"Which register the rows go to."_s, u"key"_s});
    parser.addOption({u"datum"_s,
                      u"What the coordinates mean: wgs84 (default), cgcs2000, gcj02, bd09."_s,
                      u"name"_s, u"wgs84"_s});
    parser.addOption({u"user"_s, u"Who does this, for the journal."_s, u"name"_s, u"leewardctl"_s});
    parser.addOption({u"dry-run"_s, u"Only says what would come in."_s});
    parser.addOption({u"create"_s, u"Makes the realm file when there is none."_s});
    parser.addPositionalArgument(
        u"FILE"_s, u"CSV (UTF-8, GB18030), GeoJSON, GeoPackage, shapefile, KML, XLSX."_s);
    if (const auto left = parse(parser, words, {u"cache"_s, u"register"_s}))
        return *left;
    if (parser.positionalArguments().size() != 1)
        return complainUsage(u"one FILE is needed; see --help"_s);
    const auto spec = wantedRegister(parser.value(u"register"_s));
    if (!spec)
        return spec.error();
    const auto datum = datumFrom(parser.value(u"datum"_s));
    if (!datum)
        return complainUsage(u"no datum '%1'"_s.arg(parser.value(u"datum"_s)));

    const QString cache = parser.value(cacheOption);
    const bool mayMake = parser.isSet(u"create"_s) || parser.isSet(u"dry-run"_s);
    if (const auto missing = missingRealm(cache); missing && !mayMake)
        return complain(*missing);

    const SystemClock clock;
    SystemIdSource ids(clock);
    const Progress progress;
    const auto import = app::prepareImport(parser.positionalArguments().constFirst(), **spec,
                                           *datum, ids, progress);
    if (!import)
        return complain(import.error());
    QJsonObject report = importReport(*import);
    if (!parser.isSet(u"dry-run"_s) && !import->operation.rows.empty()) {
        auto realm = app::HeadlessRealm::open(cache, clock);
        if (!realm)
            return complain(realm.error());
        const Instant now = clock.now();
        const auto outcome =
            realm->submit(makeOperation(import->operation, ids.make<OperationId>(),
                                        parser.value(u"user"_s), u"ctl"_s, now, now));
        const Refusal *refusal = outcome ? nullptr : std::get_if<Refusal>(&outcome.error());
        const bool same = refusal && refusal->reason == RefusalReason::NothingToChange;
        if (!outcome && !same)
            return complain({Errc::Refused, failureText(outcome.error())});
        report[u"rows_changed"_s] = same ? 0 : static_cast<qint64>(outcome->changes.size());
    }
    printJson(report);
    return Ok;
}

int exportCommand(const QStringList &words)
{
    QCommandLineParser parser;
    parser.setApplicationDescription(
        u"Writes a register to a file; the ending says which format: .csv, .geojson, .gpkg.\nRegisters: "_s +
        registerKeys());
    parser.addOption(cacheOption);
    parser.addOption({u"register"_s, u"Which register."_s, u"key"_s});
    parser.addOption({u"language"_s, u"Headers and words of a CSV: zh (default) or en."_s,
                      u"language"_s, u"zh"_s});
    parser.addPositionalArgument(u"FILE"_s,
                                 u"Where to; an existing file is replaced, whole or not at all."_s);
    if (const auto left = parse(parser, words, {u"cache"_s, u"register"_s}))
        return *left;
    if (parser.positionalArguments().size() != 1)
        return complainUsage(u"one FILE is needed; see --help"_s);
    const QString file = parser.positionalArguments().constFirst();
    const auto spec = wantedRegister(parser.value(u"register"_s));
    if (!spec)
        return spec.error();
    const QString language = parser.value(u"language"_s);
    if (language != "zh"_L1 && language != "en"_L1)
        return complainUsage(u"--language takes zh or en"_s);
    const auto format = geo::formatOf(file);
    if (!format)
        return complainUsage(u"the ending of '%1' is none of .csv, .geojson, .gpkg"_s.arg(file));
    auto db = store::openReadOnly(parser.value(cacheOption));
    if (!db)
        return complain(db.error());
    std::vector<FieldValues> rows;
    const auto read =
        store::forEachRow(*db, *store::findTable((*spec)->key), [&](FieldValues &&row) {
            if (!row.value(u"retired"_s).toInt())
                rows.push_back(std::move(row));
            return true;
        });
    if (!read)
        return complain(read.error());
    const auto mark = store::metaValue(*db, u"realm_mark"_s);
    const geo::ExportOptions options{.headerLanguage = language == "en"_L1 ? Language::English
                                                                           : Language::Chinese,
                                     .realmMark = mark.value_or(QString())};
    const Progress progress;
    if (const auto written = geo::writeRegister(**spec, rows, file, *format, options, progress);
        !written)
        return complain(written.error());
    printJson({{u"register"_s, (*spec)->key},
               {u"rows"_s, static_cast<qint64>(rows.size())},
               {u"file"_s, file}});
    return Ok;
}

int recommendCommand(const QStringList &words)
{
    QCommandLineParser parser;
    parser.setApplicationDescription(
        u"Says as JSON which teams should go to an incident and why, which can not and why, and what is short."_s);
    parser.addOption(cacheOption);
    parser.addOption({u"incident"_s, u"The incident's number."_s, u"N"_s});
    parser.addOption(
        {u"roads"_s,
         u"The road network made by 'leewardctl roads import'; without it no team has a time."_s,
         u"file"_s});
    if (const auto left = parse(parser, words, {u"cache"_s, u"incident"_s}))
        return *left;
    bool ok = false;
    const int number = parser.value(u"incident"_s).toInt(&ok);
    if (!ok)
        return complainUsage(u"--incident takes a number"_s);
    auto db = store::openReadOnly(parser.value(cacheOption));
    if (!db)
        return complain(db.error());
    const auto incident = store::findIncidentByNumber(*db, number);
    if (!incident)
        return complain(incident.error());
    if (!*incident)
        return complain({Errc::NotFound, u"no incident %1"_s.arg(number)});
    std::optional<roads::Router> router;
    QJsonValue date;
    if (parser.isSet(u"roads"_s)) {
        const auto graph = roads::RoadGraph::load(parser.value(u"roads"_s));
        if (!graph)
            return complain(graph.error());
        date = toIso(graph->date());
        router.emplace(*graph);
    }
    const SystemClock clock;
    auto question = app::readQuestion(*db, (*incident)->id);
    if (!question)
        return complain(question.error());
    QJsonObject answer = recommend::toJson(
        app::answer(std::move(*question), router ? &*router : nullptr, clock.now()));
    answer[u"incident"_s] = number;
    answer[u"title"_s] = (*incident)->title;
    answer[u"needs"_s] = formatNeeds((*incident)->needs);
    answer[u"roads_date"_s] = date;
    printJson(answer);
    return Ok;
}

int verifyCommand(const QStringList &words)
{
    QCommandLineParser parser;
    parser.setApplicationDescription(u"Checks a realm file: integrity, foreign keys, hash chain, "
                                     u"journal against tables, rules, invariants. Prints JSON; "
                                     "exit code 0 only if all hold, 1 if one does not."_s);
    parser.addOption(cacheOption);
    if (const auto left = parse(parser, words, {u"cache"_s}))
        return *left;
    auto db = store::openReadOnly(parser.value(cacheOption));
    if (!db)
        return complain(db.error());
    const auto verification = sync::verifyRealm(*db);
    if (!verification)
        return complain(verification.error());
    printJson(sync::toJson(*verification));
    return verification->holds() ? Ok : CheckFailed;
}

int journalCommand(const QStringList &words)
{
    QCommandLineParser parser;
    parser.setApplicationDescription(
        u"Prints the journal as JSON lines, one entry a line: number, kind, who, desk, when, operation, hash."_s);
    parser.addOption(cacheOption);
    parser.addOption({u"after"_s, u"Only entries with a higher number."_s, u"seq"_s, u"0"_s});
    if (const auto left = parse(parser, words, {u"cache"_s}))
        return *left;
    bool ok = false;
    qint64 seq = parser.value(u"after"_s).toLongLong(&ok);
    if (!ok)
        return complainUsage(u"--after takes a number"_s);
    auto db = store::openReadOnly(parser.value(cacheOption));
    if (!db)
        return complain(db.error());
    while (true) {
        const auto entries = store::entriesAfter(*db, seq, 200);
        if (!entries)
            return complain(entries.error());
        if (entries->empty())
            return Ok;
        for (const store::Entry &entry : *entries) {
            seq = entry.seq;
            const QJsonObject line = {{u"seq"_s, entry.seq},
                                      {u"accepted_at"_s, toIso(entry.acceptedAt)},
                                      {u"occurred_at"_s, toIso(entry.operation.occurredAt)},
                                      {u"kind"_s, entry.operation.kind},
                                      {u"author"_s, entry.operation.author},
                                      {u"desk"_s, entry.operation.desk},
                                      {u"args"_s, entry.operation.args},
                                      {u"hash"_s, QString::fromLatin1(entry.hash.toHex())}};
            const QByteArray text = QJsonDocument(line).toJson(QJsonDocument::Compact) + '\n';
            std::fwrite(text.constData(), 1, static_cast<size_t>(text.size()), stdout);
        }
    }
}

} // namespace leeward::ctl
