#include "tests/postgres/walk.h"

#include "models/store/dispatch_queries.h"

#include <QJsonDocument>
#include <QSemaphore>

namespace leeward::test {

using namespace Qt::StringLiterals;

Operation nextOperation(store::Connection &db, Maker &maker, std::mt19937_64 &random)
{
    maker.clock.advance(std::chrono::seconds(1));
    const int number = 1 + static_cast<int>(random() % 6);
    const QString code = u"T%1"_s.arg(random() % 4);
    const auto incident = must(store::findIncidentByNumber(db, number));
    const QString team = must(store::idOfCode(db, u"team"_s, code));
    if (team.isEmpty())
        return maker.createTeam(maker.ids().make<TeamId>(), code, u"队"_s + code);
    if (!incident)
        return maker.report(maker.ids().make<IncidentId>());
    switch (random() % 4) {
    case 0: return maker.note(incident->id, u"记事%1"_s.arg(random() % 1000));
    case 1:
        return maker.edit(u"team"_s, RecordId::fromText(team), u"leader"_s, QVariant(),
                          u"陈%1"_s.arg(random() % 9)); // refused once there is a leader
    case 2:                                             // refused when the team is busy
        return maker.assign(maker.ids().make<AssignmentId>(), incident->id, TeamId::fromText(team));
    default: break;
    }
    for (const Assignment &assignment : must(store::assignmentsOfIncident(db, incident->id))) {
        if (const auto to = usualNext(assignment.taskType, assignment.state))
            return maker.advance(assignment.id, *to);
    }
    return maker.note(incident->id, u"无任务"_s);
}

QString answerOf(server::RealmHost &host, const sync::Reply &reply, OperationId operation)
{
    for (const auto &[id, refusal] : reply.refused) {
        if (id == operation)
            return refusalName(refusal.reason) + u' ' +
                   QString::fromUtf8(QJsonDocument(refusal.facts).toJson(QJsonDocument::Compact));
    }
    const auto entry =
        host.run([operation](store::Connection &db) { return store::entryOf(db, operation); })
            .result();
    const auto found = must(entry);
    return found ? u"entry %1"_s.arg(found->seq) : u"neither"_s;
}

Result<sync::Reply> exchange(server::RealmHost &host, sync::Ask ask)
{
    QSemaphore done;
    Result<sync::Reply> answer;
    host.exchange(std::move(ask), [&](Result<sync::Reply> reply) {
        answer = std::move(reply);
        done.release();
    });
    done.acquire();
    return answer;
}

Result<sync::Reply> exchange(server::RealmHost &host, std::vector<Operation> operations)
{
    return exchange(host, sync::Ask{.submissions = sync::asSubmissions(std::move(operations))});
}

} // namespace leeward::test
