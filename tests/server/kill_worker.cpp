// Works on a realm until it is killed: queues operations, hands them to the authority, takes the
// answers. Says on standard output what is durable, one line each, after it is.
//
//   leeward_kill_worker FOLDER SEED
//
//   R             the files are open
//   Q OPERATION   queued at the desk
//   A OPERATION   accepted by the authority

#include "models/desk/desk.h"
#include "models/store/cache_file.h"
#include "server/authority.h"
#include "sync/replica.h"
#include "tests/support/makers.h"

#include <unistd.h>

using namespace leeward;
using namespace leeward::test;
using namespace Qt::StringLiterals;

namespace {

void say(const QByteArray &line)
{
    const QByteArray whole = line + '\n';
    if (write(STDOUT_FILENO, whole.constData(), static_cast<size_t>(whole.size())) != whole.size())
        _exit(0); // nobody listens any more
}

// The next thing to do, given what stands in this desk's tables.
Operation next(store::Connection &db, Maker &maker, std::mt19937_64 &random)
{
    maker.clock.advance(std::chrono::seconds(1));
    const auto incidents =
        must(store::findIncidentByNumber(db, 1 + static_cast<int>(random() % 8)));
    if (!incidents || random() % 8 == 0)
        return maker.report(maker.ids().make<IncidentId>(), u"flood"_s);
    const auto assignments = must(store::assignmentsOfIncident(db, incidents->id));
    for (const Assignment &assignment : assignments) {
        if (const auto to = usualNext(assignment.taskType, assignment.state); to && random() % 2)
            return maker.advance(assignment.id, *to);
    }
    const QString team = must(store::idOfCode(db, u"team"_s, u"T%1"_s.arg(random() % 4)));
    if (team.isEmpty())
        return maker.createTeam(maker.ids().make<TeamId>(), u"T%1"_s.arg(random() % 4), u"team"_s);
    switch (random() % 3) {
    case 0: return maker.note(incidents->id, u"note"_s);
    case 1:
        return maker.edit(u"team"_s, RecordId::fromText(team), u"leader"_s, QVariant(),
                          u"leader"_s);
    default:
        return maker.assign(maker.ids().make<AssignmentId>(), incidents->id,
                            TeamId::fromText(team));
    }
}

} // namespace

int main(int argc, char **argv)
{
    if (argc != 3)
        return 2;
    const QString folder = QString::fromLocal8Bit(argv[1]);
    const quint64 seed = QByteArray(argv[2]).toULongLong();
    std::mt19937_64 random(seed);
    Maker maker(seed, u"anna"_s, u"desk-a"_s);
    maker.clock.advance(std::chrono::hours(seed));
    auto cache = must(store::CacheFile::open(folder + u"/city.leeward"_s), "cache");
    auto journal = must(store::CacheFile::open(folder + u"/city.journal"_s), "journal");
    store::Connection &db = cache.connection();
    server::Authority authority(journal.connection(), maker.clock);
    say("R");
    while (true) {
        for (int i = static_cast<int>(random() % 4); i >= 0; --i) {
            const Operation operation = next(db, maker, random);
            const auto outcome = desk::enqueue(db, operation);
            if (outcome)
                say("Q " + operation.id.text().toLatin1());
            else if (const Error *error = std::get_if<Error>(&outcome.error()))
                qFatal("%s", qPrintable(error->detail));
        }
        const auto ask = must(sync::askOf(db, 3, false));
        const auto reply = must(authority.exchange(ask));
        for (const auto &[operation, proof, seal] : ask.submissions) {
            if (must(store::entryOf(journal.connection(), operation.id)))
                say("A " + operation.id.text().toLatin1());
        }
        if (random() % 4) // sometimes the answer is lost
            must(sync::receive(db, reply));
    }
}
