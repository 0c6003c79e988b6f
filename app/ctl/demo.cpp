#include "app/ctl/demo.h"

#include "app/ctl/command.h"
#include "drills/democity/democity.h"

#include <QCommandLineParser>
#include <QElapsedTimer>

#include <cstdio>

namespace leeward::ctl {

using namespace Qt::StringLiterals;

int demoCommand(const QStringList &words)
{
    QCommandLineParser parser;
    parser.setApplicationDescription(
        u"Writes a fictional coastal city: dem.tif, city.osm.pbf, register files, gazetteer.csv, "
        u"scenario.json and\n"
        "city.json. The same seed gives the same bytes. A folder that holds anything but an "
        "earlier demo city is\n"
        "refused. Prints a summary as JSON; exit codes: 0 done, 2 usage, 3 folder in the way, 4 not writable."_s);
    const QCommandLineOption out(u"out"_s, u"Folder to write; made if absent."_s, u"DIR"_s);
    const QCommandLineOption seed(u"seed"_s, u"Which city: a whole number from 0 (default 1)."_s,
                                  u"N"_s, u"1"_s);
    const QCommandLineOption quiet(u"quiet"_s, u"No progress on standard error."_s);
    parser.addOptions({out, seed, quiet});
    if (const auto code = parseWords(parser, words, u"demo"_s))
        return *code;
    if (!parser.positionalArguments().isEmpty())
        return complainUsage(
            u"demo: unexpected word “%1”"_s.arg(parser.positionalArguments().constFirst()));
    if (parser.value(out).isEmpty())
        return complainUsage(u"demo: --out DIR is needed"_s);
    bool ok = false;
    const quint64 number = parser.value(seed).toULongLong(&ok);
    if (!ok)
        return complainUsage(
            u"demo: --seed must be a whole number from 0, not “%1”"_s.arg(parser.value(seed)));
    QElapsedTimer clock;
    clock.start();
    Progress progress([&](qint64 done, qint64 total, const QString &what) {
        if (!parser.isSet(quiet) && !what.isEmpty())
            std::fprintf(stderr, "leewardctl: %lld/%lld %s\n", static_cast<long long>(done),
                         static_cast<long long>(total), qPrintable(what));
    });
    const auto city = democity::generateCity(parser.value(out), number, {}, progress);
    if (!city)
        return complain(city.error());
    QJsonObject summary = city->toJson();
    summary.insert(u"fictional"_s, true);
    summary.insert(u"milliseconds"_s, clock.elapsed());
    printJson(summary);
    return Ok;
}

} // namespace leeward::ctl
