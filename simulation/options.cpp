#include "simulation/options.h"

namespace leeward::simulation {

using namespace Qt::StringLiterals;

QString faultName(Fault fault)
{
    switch (fault) {
    case Fault::Drop: return u"drop"_s;
    case Fault::Duplicate: return u"duplicate"_s;
    case Fault::Reorder: return u"reorder"_s;
    case Fault::Delay: return u"delay"_s;
    case Fault::Partition: return u"partition"_s;
    case Fault::Kill: return u"kill"_s;
    case Fault::DiskFull: return u"disk-full"_s;
    case Fault::TornWal: return u"torn-wal"_s;
    case Fault::Clock: return u"clock"_s;
    case Fault::Restore: return u"restore"_s;
    case Fault::OlderSchema: return u"older-schema"_s;
    case Fault::Rights: return u"rights"_s;
    }
    return {};
}

Result<FaultSet> faultsFrom(const QString &text)
{
    FaultSet set;
    if (text == "all"_L1)
        return set.set();
    if (text == "none"_L1)
        return set;
    for (const QString &word : text.split(u',')) {
        size_t index = 0;
        while (index < set.size() && faultName(static_cast<Fault>(index)) != word)
            ++index;
        if (index == set.size())
            return fail(Errc::InvalidArgument, u"no fault is called '%1'"_s.arg(word));
        set.set(index);
    }
    return set;
}

} // namespace leeward::simulation
