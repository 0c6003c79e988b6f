#include "server/http/server.h"

#include <QJsonArray>
#include <QJsonObject>

namespace leeward::server {

using namespace Qt::StringLiterals;
using Method = QHttpServerRequest::Method;
using Access = HttpFront::Access;

namespace {
constexpr qint64 largestReports = 4LL * 1024 * 1024; // 20 000 units

constexpr qsizetype mostReports = 10'000; // of one message

Instant instantOf(const QJsonValue &value)
{
    if (value.isDouble())
        return instantFromMs(value.toInteger());
    const QDateTime at = QDateTime::fromString(value.toString(), Qt::ISODateWithMs);
    return instantFromMs(at.isValid() ? at.toMSecsSinceEpoch() : 0); // 0 is refused
}

std::optional<double> numberOf(const QJsonValue &value)
{
    return value.isDouble() ? std::optional(value.toDouble()) : std::nullopt;
}

UnitPosition reportOf(const QJsonObject &object)
{
    return {.source = object.value("source"_L1).toString(),
            .kind = object.value("kind"_L1).toString(),
            .team = object.value("team"_L1).toString(),
            .label = object.value("label"_L1).toString(),
            .lon = object.value("lon"_L1).toDouble(qQNaN()),
            .lat = object.value("lat"_L1).toDouble(qQNaN()),
            .deviceAt = instantOf(object.value("at"_L1)),
            .speed = numberOf(object.value("speed"_L1)),
            .heading = numberOf(object.value("heading"_L1)),
            .accuracy = numberOf(object.value("accuracy"_L1))};
}

QJsonObject toJson(const UnitPosition &position)
{
    QJsonObject object = {{u"source"_s, position.source},
                          {u"kind"_s, position.kind},
                          {u"team"_s, position.team},
                          {u"label"_s, position.label},
                          {u"lon"_s, position.lon},
                          {u"lat"_s, position.lat},
                          {u"at"_s, toIso(position.deviceAt)},
                          {u"received"_s, toIso(position.receivedAt)}};
    if (position.speed)
        object.insert(u"speed"_s, *position.speed);
    if (position.heading)
        object.insert(u"heading"_s, *position.heading);
    if (position.accuracy)
        object.insert(u"accuracy"_s, *position.accuracy);
    return object;
}

// What came of a message; an error in words when it is none.
Result<QJsonObject> takeReports(PositionIntake &intake, const QByteArray &text)
{
    QJsonParseError error;
    const QJsonDocument document = QJsonDocument::fromJson(text, &error);
    QJsonArray list = document.array();
    if (document.isObject())
        list = {document.object()};
    else if (!document.isArray())
        return fail(Errc::FileMalformed,
                    u"neither a report nor a list of them: "_s + error.errorString());
    if (list.size() > mostReports)
        return fail(Errc::InvalidArgument, u"at most %1 reports at once"_s.arg(mostReports));
    std::vector<UnitPosition> reports;
    reports.reserve(static_cast<size_t>(list.size()));
    for (const QJsonValue &item : std::as_const(list))
        reports.push_back(reportOf(item.toObject()));
    const PositionIntake::Tally tally = intake.take(std::move(reports));
    QJsonArray refused;
    for (const auto &[index, what] : tally.refused)
        refused.append(QJsonObject{{u"index"_s, index}, {u"field"_s, what}});
    return QJsonObject{{u"taken"_s, tally.taken}, {u"old"_s, tally.old}, {u"refused"_s, refused}};
}

} // namespace

void Server::addPositionRoutes()
{
    m_front->route(Method::Post, u"/v1/realms/*/positions"_s, Access::SignedIn,
                   [this](const CallPtr &call) {
                       ServedRealm *realm = find(call);
                       if (!realm)
                           return;
                       if (!mayReportPositions(call->session.principal.roles)) {
                           call->refuse(Call::Status::Forbidden, u"not-permitted"_s,
                                        u"this role reports no positions"_s);
                           return;
                       }
                       const auto text = call->content(largestReports);
                       const auto answer = text ? takeReports(*realm->positions, *text)
                                                : std::unexpected(text.error());
                       if (answer)
                           call->answerJson(QJsonDocument(*answer));
                       else
                           call->refuse(answer.error());
                   });
    m_front->route(
        Method::Get, u"/v1/realms/*/positions"_s, Access::SignedIn, [this](const CallPtr &call) {
            ServedRealm *realm = find(call);
            if (!realm)
                return;
            const qint64 since = call->query.queryItemValue(u"since"_s).toLongLong();
            QJsonArray list;
            for (const UnitPosition &position : realm->positions->latest(instantFromMs(since)))
                list.append(toJson(position));
            call->answerJson(QJsonDocument(list));
        });
    m_front->streamRoute(
        u"/v1/realms/*/positions/stream"_s,
        [this](std::unique_ptr<QWebSocket> socket, const Session &session,
               const QStringList &arguments) {
            const auto realm = m_realms.find(arguments.value(0));
            if (realm == m_realms.end() || realm->second.retired ||
                !mayReportPositions(session.principal.roles))
                return; // closes it
            QWebSocket *kept = socket.release();
            kept->setParent(m_front.get());
            kept->setProperty("leewardFamily", session.family);
            connect(kept, &QWebSocket::disconnected, kept, &QObject::deleteLater);
            connect(kept, &QWebSocket::textMessageReceived, this,
                    [kept, served = &realm->second](const QString &text) {
                        if (served->retired) {
                            kept->close(QWebSocketProtocol::CloseCodeGoingAway, u"retired"_s);
                            return;
                        }
                        PositionBoard *board = served->positions.get();
                        const auto answer = takeReports(*board, text.toUtf8());
                        const QJsonObject said =
                            answer ? *answer
                                   : QJsonObject{{u"error"_s, u"malformed"_s},
                                                 {u"detail"_s, answer.error().detail}};
                        kept->sendTextMessage(
                            QString::fromUtf8(QJsonDocument(said).toJson(QJsonDocument::Compact)));
                    });
        });
    m_positions.setInterval(std::chrono::seconds(1));
    m_positions.callOnTimeout(this, &Server::sendPositions);
    m_positions.start();
}

} // namespace leeward::server
