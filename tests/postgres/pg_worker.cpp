// A server process of a shared realm, without the network: makes operations, some of them ones that
// another worker may have made, hands them in until they are answered, and says every answer on
// standard output once it has it. Works until it is killed.
//
//   leeward_pg_worker JOURNAL URL SEED SHARED
//
//   R                     the realm is open
//   A OPERATION ANSWER    what came of it, as answerOf() says it
//
// SHARED: seed of operations that every worker of the test hands in, in its own order.

#include "server/postgres/pg_journal.h"
#include "tests/postgres/walk.h"

#include <QCoreApplication>
#include <QThread>

#include <csignal>
#include <sys/prctl.h>
#include <unistd.h>

using namespace leeward;
using namespace leeward::test;
using namespace Qt::StringLiterals;

namespace {

constexpr int sharedCount = 40;

void say(const QByteArray &line)
{
    const QByteArray whole = line + '\n';
    if (write(STDOUT_FILENO, whole.constData(), static_cast<size_t>(whole.size())) != whole.size())
        _exit(0); // nobody listens any more
}

// Once PostgreSQL is to be had.
std::unique_ptr<server::RealmHost> open(const QString &path, const QString &url, const Clock &clock)
{
    while (true) {
        auto journal = server::PgJournal::open({.address = {.url = url}, .realm = u"city"_s});
        if (journal) {
            auto host = server::RealmHost::open(path, clock, std::move(*journal));
            if (host)
                return std::move(*host);
            if (host.error().code != Errc::Network)
                qFatal("%s", qPrintable(host.error().detail));
        } else if (journal.error().code != Errc::Network) {
            qFatal("%s", qPrintable(journal.error().detail));
        }
        QThread::msleep(20);
    }
}

} // namespace

int main(int argc, char **argv)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL); // with neither test nor PostgreSQL it would try for ever
    const QCoreApplication application(argc, argv);
    if (argc != 5)
        return 2;
    const quint64 seed = QByteArray(argv[3]).toULongLong();
    std::mt19937_64 random(seed);
    Maker maker(seed, u"anna"_s, u"desk-a"_s);
    maker.clock.advance(std::chrono::hours(seed));
    // The same for all workers: who comes first has them accepted, or refused.
    Maker common(QByteArray(argv[4]).toULongLong(), u"common"_s, u"desk-c"_s);
    std::vector<Operation> shared;
    for (int i = 0; i < sharedCount; ++i) {
        const auto team = common.ids().make<TeamId>();
        shared.push_back(i % 2 ? common.report(common.ids().make<IncidentId>())
                               : common.createTeam(team, u"T%1"_s.arg(i % 8), u"队"_s));
    }
    const auto host =
        open(QString::fromLocal8Bit(argv[1]), QString::fromLocal8Bit(argv[2]), maker.clock);
    say("R");
    while (true) {
        std::vector<Operation> operations;
        for (int i = static_cast<int>(random() % 3); i >= 0; --i) {
            operations.push_back(
                host->run([&](store::Connection &db) { return nextOperation(db, maker, random); })
                    .result());
        }
        if (random() % 3 == 0)
            operations.push_back(shared[random() % shared.size()]);
        auto reply = exchange(*host, operations);
        while (!reply) {
            if (reply.error().code != Errc::Network)
                qFatal("%s", qPrintable(reply.error().detail));
            QThread::msleep(20);
            reply = exchange(*host, operations);
        }
        for (const Operation &operation : operations) {
            say("A " + operation.id.text().toLatin1() + ' ' +
                answerOf(*host, *reply, operation.id).toUtf8());
        }
    }
}
