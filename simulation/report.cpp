#include "simulation/simulation.h"

#include <QJsonArray>

namespace leeward::simulation {

using namespace Qt::StringLiterals;

namespace {

QJsonObject toJson(const std::map<QString, int> &counts)
{
    QJsonObject object;
    for (const auto &[name, count] : counts)
        object.insert(name, count);
    return object;
}

QJsonObject toJson(const Outcome &outcome)
{
    QJsonObject object{{u"seed"_s, QString::number(outcome.seed)},
                       {u"trace"_s, QString::fromLatin1(outcome.trace.toHex())}};
    if (outcome.violation) {
        object.insert(
            u"violation"_s,
            QJsonObject{{u"check"_s, outcome.violation->check},
                        {u"what"_s, outcome.violation->what},
                        {u"step"_s, outcome.violation->step},
                        {u"story"_s, QJsonArray::fromStringList(outcome.violation->story)}});
    }
    return object;
}

void add(std::map<QString, int> &sum, const std::map<QString, int> &more)
{
    for (const auto &[name, count] : more)
        sum[name] += count;
}

} // namespace

QJsonObject toJson(const Options &options, const std::vector<Outcome> &outcomes)
{
    std::map<QString, int> injected;
    std::map<QString, int> checked;
    std::map<QString, int> counts;
    QJsonArray faults;
    for (size_t i = 0; i < faultCount; ++i) {
        if (options.faults.test(i))
            faults.append(faultName(static_cast<Fault>(i)));
    }
    qint64 steps = 0;
    qint64 seconds = 0;
    QJsonArray broken;
    QCryptographicHash all(QCryptographicHash::Sha256);
    for (const Outcome &outcome : outcomes) {
        for (size_t i = 0; i < faultCount; ++i) {
            if (options.faults.test(i))
                injected[faultName(static_cast<Fault>(i))] += outcome.injected[i];
        }
        add(checked, outcome.checked);
        add(counts, outcome.counts);
        steps += outcome.steps;
        seconds += outcome.lasted.count() / 1000;
        all.addData(outcome.trace);
        if (outcome.violation)
            broken.append(toJson(outcome));
    }
    // One run's hash is its own; that of several is the hash of theirs.
    const QByteArray trace = outcomes.size() == 1 ? outcomes.front().trace : all.result();
    return {{u"seed"_s, QString::number(options.seed)},
            {u"seeds"_s, static_cast<qint64>(outcomes.size())},
            {u"desks"_s, options.desks},
            {u"operations"_s, options.operations},
            {u"faults"_s, faults},
            {u"ok"_s, broken.isEmpty()},
            {u"trace"_s, QString::fromLatin1(trace.toHex())},
            {u"steps"_s, steps},
            {u"simulated_seconds"_s, seconds},
            {u"injected"_s, toJson(injected)},
            {u"checked"_s, toJson(checked)},
            {u"happened"_s, toJson(counts)},
            {u"violations"_s, broken}};
}

} // namespace leeward::simulation
