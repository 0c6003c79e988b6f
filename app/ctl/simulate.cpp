#include "app/ctl/simulate.h"

#include "app/ctl/command.h"
#include "simulation/simulation.h"

#include <QCommandLineParser>

#include <cstdio>

namespace leeward::ctl {

using namespace Qt::StringLiterals;

namespace {

constexpr int mostDesks = 20;
constexpr int mostOperations = 100'000;
constexpr int mostSeeds = 1'000'000;
constexpr size_t mostViolations = 10; // further seeds would say the same

struct Wanted
{
    simulation::Options options;
    int seeds = 1;
};

std::expected<int, int> number(const QCommandLineParser &parser, const QString &option, int most)
{
    bool ok = false;
    const int value = parser.value(option).toInt(&ok);
    if (!ok || value < 1 || value > most)
        return std::unexpected(
            complainUsage(u"--%1 is a number from 1 to %2"_s.arg(option).arg(most)));
    return value;
}

std::expected<Wanted, int> wantedOf(const QCommandLineParser &parser)
{
    Wanted wanted;
    const auto desks = number(parser, u"desks"_s, mostDesks);
    if (!desks)
        return std::unexpected(desks.error());
    const auto operations = number(parser, u"operations"_s, mostOperations);
    if (!operations)
        return std::unexpected(operations.error());
    const auto seeds = number(parser, u"seeds"_s, mostSeeds);
    if (!seeds)
        return std::unexpected(seeds.error());
    bool ok = false;
    const quint64 seed = parser.value(u"seed"_s).toULongLong(&ok);
    if (!ok)
        return std::unexpected(complainUsage(u"--seed is a number from 0 to 2^64 - 1"_s));
    const auto faults = simulation::faultsFrom(parser.value(u"faults"_s));
    if (!faults)
        return std::unexpected(complainUsage(faults.error().detail + u"; see --help"_s));
    wanted.options = {.desks = *desks, .operations = *operations, .seed = seed, .faults = *faults};
    wanted.seeds = *seeds;
    return wanted;
}

QString faultNames()
{
    QStringList names;
    for (int i = 0; i < simulation::faultCount; ++i)
        names += simulation::faultName(static_cast<simulation::Fault>(i));
    return names.join(u", "_s); // so that the help can break the line
}

void tellStory(const simulation::Outcome &outcome)
{
    std::fprintf(stderr, "leewardctl: seed %llu, step %d, %s: %s\n",
                 static_cast<unsigned long long>(outcome.seed), outcome.violation->step,
                 qPrintable(outcome.violation->check), qPrintable(outcome.violation->what));
    for (const QString &line : outcome.violation->story)
        std::fprintf(stderr, "  %s\n", qPrintable(line));
}

} // namespace

int simulateCommand(const QStringList &words)
{
    QCommandLineParser parser;
    parser.setApplicationDescription(
        u"Runs a server and desks in one thread, in their own time, with faults, and checks what "
        "they were promised. The same words give the same run."_s);
    parser.addOptions(
        {{u"desks"_s, u"How many desks (default 3)."_s, u"n"_s, u"3"_s},
         {u"operations"_s, u"How many times somebody acts (default 40)."_s, u"n"_s, u"40"_s},
         {u"seed"_s, u"What all chance comes from (default 1)."_s, u"n"_s, u"1"_s},
         {u"seeds"_s, u"So many runs, from --seed on (default 1)."_s, u"n"_s, u"1"_s},
         {u"faults"_s, u"all (default), none, or some of %1"_s.arg(faultNames()), u"list"_s,
          u"all"_s},
         {u"json"_s, u"For scripts that ask; the answer is always JSON."_s}});
    if (const auto code = parseWords(parser, words, words.value(0)))
        return *code;
    if (!parser.positionalArguments().isEmpty())
        return complainUsage(u"simulate takes options only; see --help"_s);
    const auto wanted = wantedOf(parser);
    if (!wanted)
        return wanted.error();
    const auto empty = simulation::EmptyRealm::make();
    if (!empty)
        return complain(empty.error());
    std::vector<simulation::Outcome> outcomes;
    size_t violations = 0;
    for (int i = 0; i < wanted->seeds && violations < mostViolations; ++i) {
        simulation::Options options = wanted->options;
        options.seed += static_cast<quint64>(i);
        outcomes.push_back(simulation::run(options, *empty));
        if (outcomes.back().violation) {
            ++violations;
            tellStory(outcomes.back());
        }
    }
    printJson(simulation::toJson(wanted->options, outcomes));
    return violations == 0 ? Ok : CheckFailed;
}

} // namespace leeward::ctl
