#include "tests/accounts/access_cases.h"
#include "tests/http/hall.h"

#include <QWebSocket>

using namespace leeward;
using namespace leeward::test;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
namespace wire = sync::wire;

namespace {

// A server whose realm is the world of tests/accounts, made by "zhang" at "1号台".
struct WorldHall
{
    WorldHall()
    {
        hall.start();
        hall.add(u"zhang"_s, u"张敏"_s, {allRoles.begin(), allRoles.end()}, {u"*"_s});
        QJsonObject body = hall.signInBody(u"zhang"_s);
        body.insert(u"desk"_s, u"1号台"_s);
        zhang.emplace(hall.server->port());
        zhang->token =
            zhang->post(u"/v1/session"_s, body).json().value(u"access"_s).toString().toLatin1();
        const auto reply =
            zhang->exchange({.submissions = sync::asSubmissions(world.made), .cursor = {}});
        if (!reply.refused.empty() || reply.entries.size() != world.made.size())
            qFatal("the world can not be made");
    }
    // "accepted", or the reason why not; with the rights that zhang has now.
    QString hand(const Operation &operation)
    {
        const Answered answered =
            zhang->post(u"/v1/realms/live/operations"_s, {{u"id"_s, operation.id.text()},
                                                          {u"kind"_s, operation.kind},
                                                          {u"args"_s, operation.args}});
        if (answered.status != 200)
            return u"status %1"_s.arg(answered.status);
        return answered.json().value(u"accepted"_s).toBool()
                   ? u"accepted"_s
                   : answered.json().value(u"reason"_s).toString();
    }
    Hall hall;
    AccessWorld world;
    std::optional<HttpClient> zhang;
};

QJsonObject positionAt(const QString &source, qint64 at)
{
    return {{u"source"_s, source},
            {u"kind"_s, u"boat"_s},
            {u"lon"_s, 121.5},
            {u"lat"_s, 29.8},
            {u"at"_s, at}};
}

} // namespace

// Who is let in, and what they may do there, over real sockets.
class TestDoors : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    // --- role × operation × area, as the rulebook's own door has it (tests/accounts)
    void operations_data()
    {
        QTest::addColumn<int>("index");
        const auto all = cases();
        for (size_t i = 0; i < all.size(); ++i)
            QTest::newRow(all[i].name) << int(i);
    }
    void operations()
    {
        QFETCH(const int, index);
        WorldHall at;
        const AccessCase one = cases()[static_cast<size_t>(index)];
        const QByteArray letters = "oudcra";
        // What is refused first: it leaves the world as it is.
        std::optional<Role> somebody;
        for (size_t r = 0; r < allRoles.size(); ++r) {
            const bool may = QByteArrayView(one.may).contains(letters[static_cast<qsizetype>(r)]);
            if (may)
                somebody = allRoles[r];
            for (const QStringList &areas : {QStringList{u"*"_s}, QStringList{county},
                                             QStringList{neighbour}, QStringList{}}) {
                const bool covers = areas.contains(u"*"_s) || areas.contains(county);
                if (may && covers)
                    continue;
                at.hall.setRights(u"zhang"_s, {allRoles[r]}, areas);
                const QString got = at.hand(one.operation(at.world));
                const QString expected = may ? u"outside-area"_s : u"not-permitted"_s;
                QVERIFY2(got == expected,
                         qPrintable(u"%1 of %2: %3, not %4"_s.arg(
                             roleName(allRoles[r]), areas.join(u'+'), got, expected)));
            }
        }
        at.hall.setRights(u"zhang"_s, {}, {u"*"_s});
        QCOMPARE(at.hand(one.operation(at.world)), u"status 403"_s); // no role: not even a look
        if (!somebody)
            return;
        // Then what is allowed: past the door; the rules have the next word.
        at.hall.setRights(u"zhang"_s, {*somebody}, {county});
        const QString got = at.hand(one.operation(at.world));
        const QStringList doors = {u"not-permitted"_s, u"outside-area"_s, u"not-yours"_s,
                                   u"unknown-operation"_s, u"bad-arguments"_s};
        QVERIFY2(!doors.contains(got) && !got.startsWith(u"status"_s), qPrintable(got));
    }

    void whatIsNotKnownIsRefused()
    {
        WorldHall at;
        for (const QString &kind : {u"realm.erase"_s, u"incident"_s, QString(), u"INCIDENT.NOTE"_s,
                                    u"incident.note "_s}) {
            Operation operation = at.world.pen.note(at.world.here, u"x"_s);
            operation.kind = kind;
            QCOMPARE(at.hand(operation), u"unknown-operation"_s);
        }
        // Author and desk are the session's, whatever is written beside them.
        const Operation note = at.world.pen.note(at.world.here, u"x"_s);
        const Answered answered =
            at.zhang->post(u"/v1/realms/live/operations"_s, {{u"id"_s, note.id.text()},
                                                             {u"kind"_s, note.kind},
                                                             {u"args"_s, note.args},
                                                             {u"author"_s, u"anna"_s},
                                                             {u"desk"_s, u"anna-desk"_s}});
        QCOMPARE(answered.json().value(u"accepted"_s).toBool(), true);
        const auto entries = at.zhang->exchange({}).entries;
        QCOMPARE(entries.back().operation.author, u"zhang"_s);
        QCOMPARE(entries.back().operation.desk, u"1号台"_s);
    }

    // Nothing but what must be open answers whom it does not know.
    void closedToStrangers_data()
    {
        QTest::addColumn<QByteArray>("verb");
        QTest::addColumn<QString>("path");
        const auto add = [](const char *verb, const char *path) {
            QTest::addRow("%s %s", verb, path) << QByteArray(verb) << QString::fromLatin1(path);
        };
        add("GET", "/v1/realms");
        add("POST", "/v1/realms/live/exchange");
        add("POST", "/v1/realms/live/operations");
        add("GET", "/v1/realms/live/snapshot");
        add("GET", "/v1/realms/live/snapshot/1");
        add("GET", "/v1/realms/live/entries");
        add("GET", "/v1/realms/live/positions");
        add("POST", "/v1/realms/live/positions");
        add("GET", "/v1/realms/none/snapshot"); // and not whether it is there
        add("GET", "/ogc");
        add("GET", "/ogc/api");
        add("GET", "/ogc/collections");
        add("GET", "/ogc/collections/teams/items");
        add("GET", "/ogc/realms/live/collections/teams/items");
        add("GET", "/ogc/realms/none");
    }
    void closedToStrangers()
    {
        QFETCH(const QByteArray, verb);
        QFETCH(const QString, path);
        Hall hall;
        hall.start();
        HttpClient client(hall.server->port());
        for (const QByteArray &token : {QByteArray(), QByteArray("forged"),
                                        QByteArray("lwk_forged"), QByteArray(100'000 / 2, 'x')}) {
            client.token = token;
            const Answered answered = client.send(verb, path, verb == "POST" ? "{}" : "");
            QCOMPARE(answered.status, 401);
            QCOMPARE(answered.error(), u"not-signed-in"_s);
        }
        // A token that has run out, and one of another kind.
        const Answered in = hall.signIn(client, u"anna"_s);
        hall.clock.advance(16min);
        QCOMPARE(client.send(verb, path, verb == "POST" ? "{}" : "").status, 401);
        client.token = in.json().value(u"refresh"_s).toString().toLatin1();
        QCOMPARE(client.send(verb, path, verb == "POST" ? "{}" : "").status, 401);
    }

    // An app key looks at open data and nothing else.
    void appKeysOpenOneDoor()
    {
        Hall hall;
        hall.start();
        HttpClient client(hall.server->port());
        client.token = must(hall.ask<QByteArray>([&](server::Accounts &accounts) {
            return accounts.createAppKey(hall.root, {.name = u"qgis"_s});
        }));
        QCOMPARE(client.get(u"/ogc/collections"_s).status, 200);
        for (const QString &path : {u"/v1/realms"_s, u"/v1/realms/live/snapshot"_s,
                                    u"/v1/realms/live/entries"_s, u"/v1/realms/live/positions"_s})
            QCOMPARE(client.get(path).status, 401);
        QWebSocket socket;
        QNetworkRequest request(
            QUrl(u"ws://127.0.0.1:%1/v1/realms/live/stream"_s.arg(hall.server->port())));
        request.setRawHeader("Authorization", "Bearer " + client.token);
        QSignalSpy gone(&socket, &QWebSocket::disconnected);
        QSignalSpy message(&socket, &QWebSocket::binaryMessageReceived);
        socket.open(request);
        QTRY_COMPARE(gone.count(), 1);
        QCOMPARE(message.count(), 0);
    }

    // --- bad company

    void tenThousandWrongPasswords()
    {
        Hall hall;
        hall.start();
        const auto otto = hall.clientOf(u"otto"_s); // at a desk of his own
        HttpClient stranger(hall.server->port());
        int looked = 0;
        int turnedAway = 0;
        QJsonObject body = hall.signInBody(u"otto"_s, u"not his password"_s);
        body.insert(u"device"_s, u"a-strange-device-0123456789"_s);
        for (int i = 0; i < 10'000; ++i) {
            const int status = stranger.post(u"/v1/session"_s, body).status;
            ++(status == 401 ? looked : turnedAway);
            QVERIFY2(status == 401 || status == 423, qPrintable(QString::number(status)));
        }
        QCOMPARE(looked, server::AccountRules().freeTries);
        QCOMPARE(looked + turnedAway, 10'000);
        QCOMPARE(hall.audited(u"sign-in.wrong"_s), looked); // a line each, not ten thousand
        // The right one does not help there now, and nobody at their own desk notices.
        body.insert(u"password"_s, password());
        QCOMPARE(stranger.post(u"/v1/session"_s, body).status, 423);
        QCOMPARE(hall.signIn(*otto, u"otto"_s).status, 200);
        QCOMPARE(otto->get(u"/v1/realms"_s).status, 200);
    }

    void aReplayedTokenEndsTheSignIn()
    {
        Hall hall;
        hall.start();
        HttpClient client(hall.server->port());
        const QString device = Hall::deviceId(u"anna"_s);
        const Answered first = hall.signIn(client, u"anna"_s);
        const auto refresh = [&](const Answered &of) {
            const QString token = of.json().value(u"refresh"_s).toString();
            const QByteArray signature =
                hall.device(u"anna"_s).sign(sync::refreshMessage(device, token.toLatin1()));
            return client.post(u"/v1/session/refresh"_s,
                               {{u"refresh"_s, token},
                                {u"device"_s, device},
                                {u"signature"_s, QString::fromLatin1(signature.toBase64())}});
        };
        const Answered second = refresh(first);
        QCOMPARE(second.status, 200);
        client.token = second.json().value(u"access"_s).toString().toLatin1();
        QCOMPARE(client.get(u"/v1/realms"_s).status, 200);
        const Answered replayed = refresh(first);
        QCOMPARE(replayed.status, 401);
        QCOMPARE(replayed.json().value(u"detail"_s).toString(), u"reused"_s);
        QCOMPARE(client.get(u"/v1/realms"_s).status, 401);
        QCOMPARE(refresh(second).status, 401);
        QCOMPARE(hall.audited(u"token.reused"_s), 1);
    }

    // What somebody hands in for another desk needs that desk's own signature, over exactly that.
    void relayedProofs_data()
    {
        QTest::addColumn<int>("what");
        QTest::addColumn<QString>("reason"); // empty: accepted
        const QString notYours = u"not-yours"_s;
        QTest::newRow("her own signature") << 0 << QString();
        QTest::newRow("no proof") << 1 << notYours;
        QTest::newRow("another device's") << 2 << notYours;
        QTest::newRow("of another operation") << 3 << notYours;
        QTest::newRow("changed after signing") << 4 << notYours;
        QTest::newRow("her key, his signature") << 5 << notYours;
        QTest::newRow("in the name of somebody never there") << 6 << notYours;
        QTest::newRow("device revoked") << 7 << notYours;
        QTest::newRow("author disabled") << 8 << notYours;
        QTest::newRow("author without the right now") << 9 << u"not-permitted"_s;
        QTest::newRow("another desk's name") << 10 << notYours;
    }
    void relayedProofs()
    {
        QFETCH(const int, what);
        QFETCH(const QString, reason);
        Hall hall;
        hall.start();
        const auto anna = hall.clientOf(u"anna"_s);
        const auto otto = hall.clientOf(u"otto"_s); // carries the package, may himself only look
        Maker maker(1, what == 6 ? u"root"_s : u"anna"_s,
                    what == 10 ? u"otto-desk"_s : Hall::deskOf(u"anna"_s));
        const sync::DeviceKey &hers = hall.device(u"anna"_s);
        const sync::DeviceKey &his = hall.device(u"otto"_s);
        sync::Submission submission{maker.report(maker.ids().make<IncidentId>()), {}};
        submission.proof = hers.prove(submission.operation);
        const auto asAdministrator = [&](auto job) {
            must(hall.ask<bool>([&](server::Accounts &accounts) -> Result<bool> {
                TRY(job(accounts));
                return true;
            }));
        };
        switch (what) {
        case 1: submission.proof.reset(); break;
        case 2: submission.proof = his.prove(submission.operation); break;
        case 3: submission.proof = hers.prove(maker.report(maker.ids().make<IncidentId>())); break;
        case 4: submission.operation.args.insert(u"title"_s, u"另一件事"_s); break;
        case 5:
            submission.proof = his.prove(submission.operation);
            submission.proof->key = hers.card().key;
            break;
        case 7:
            asAdministrator([&](server::Accounts &accounts) {
                return accounts.revokeDevice(hall.root, Hall::deviceId(u"anna"_s));
            });
            break;
        case 8:
            asAdministrator([&](server::Accounts &accounts) {
                return accounts.setDisabled(hall.root, u"anna"_s, true);
            });
            break;
        case 9: hall.setRights(u"anna"_s, {Role::Observer}, {u"*"_s}); break;
        default: break;
        }
        const auto reply = otto->exchange({.submissions = {submission}, .cursor = {}});
        if (reason.isEmpty()) {
            QCOMPARE(reply.refused.size(), 0U);
            QCOMPARE(reply.entries.size(), 1U);
            QCOMPARE(reply.entries.front().operation.author, u"anna"_s);
            return;
        }
        QCOMPARE(reply.entries.size(), 0U);
        QCOMPARE(reply.refused.size(), 1U);
        QCOMPARE(refusalName(reply.refused.front().second.reason), reason);
    }

    // --- positions

    void positionsOverHttp()
    {
        Hall hall;
        hall.start();
        const auto anna = hall.clientOf(u"anna"_s);
        const auto otto = hall.clientOf(u"otto"_s);
        const qint64 now = toMs(hall.clock.now());
        const QString path = u"/v1/realms/live/positions"_s;
        QCOMPARE(otto->post(path, positionAt(u"gps-1"_s, now)).status, 403);
        QJsonObject nowhere = positionAt(u"gps-3"_s, now);
        nowhere.insert(u"lat"_s, 91);
        const QJsonArray list = {positionAt(u"gps-1"_s, now), positionAt(u"gps-2"_s, now), nowhere,
                                 positionAt(QString(), now)};
        const Answered taken = anna->send("POST", path, QJsonDocument(list).toJson());
        QCOMPARE(taken.status, 200);
        QCOMPARE(taken.json().value(u"taken"_s).toInt(), 2);
        QCOMPARE(taken.json().value(u"refused"_s).toArray().size(), 2);
        // Older and the same again: for the track at most, never the newest.
        const Answered old = anna->post(path, positionAt(u"gps-1"_s, now - 60'000));
        QCOMPARE(old.json().value(u"old"_s).toInt(), 1);
        const QJsonArray latest = otto->list(path);
        QCOMPARE(latest.size(), 2);
        for (const auto &one : latest) {
            QCOMPARE(one.toObject().value(u"at"_s).toString(), toIso(instantFromMs(now)));
            QCOMPARE(one.toObject().value(u"received"_s).toString(), toIso(hall.clock.now()));
        }
        for (const QByteArray &bad : {QByteArray("{"), QByteArray("7"), QByteArray()})
            QCOMPARE(anna->send("POST", path, bad).status, 400);
        QByteArray many = "[";
        for (int i = 0; i < 10'001; ++i)
            many += i == 0 ? "{}" : ",{}";
        QCOMPARE(anna->send("POST", path, many + ']').status, 400);
        QCOMPARE(otto->list(path).size(), 2);
    }

    void positionsOverWebSocket()
    {
        Hall hall;
        hall.start();
        const auto anna = hall.clientOf(u"anna"_s);
        const auto otto = hall.clientOf(u"otto"_s);
        const auto open = [&](QWebSocket &socket, const HttpClient &as, const QString &path) {
            QNetworkRequest request(
                QUrl(u"ws://127.0.0.1:%1/v1/realms/%2"_s.arg(hall.server->port()).arg(path)));
            request.setRawHeader("Authorization", "Bearer " + as.token);
            socket.open(request);
        };
        QWebSocket desk;
        std::vector<UnitPosition> seen;
        connect(&desk, &QWebSocket::binaryMessageReceived, this, [&](const QByteArray &bytes) {
            const auto frame = must(wire::frameFrom(bytes));
            seen.insert(seen.end(), frame.positions.begin(), frame.positions.end());
        });
        open(desk, *otto, u"live/stream"_s);
        QWebSocket tracker;
        QStringList answers;
        connect(&tracker, &QWebSocket::textMessageReceived, this,
                [&](const QString &text) { answers += text; });
        open(tracker, *anna, u"live/positions/stream"_s);
        QTRY_COMPARE(tracker.state(), QAbstractSocket::ConnectedState);
        QTRY_COMPARE(desk.state(), QAbstractSocket::ConnectedState);
        const QJsonObject report = positionAt(u"gps-9"_s, toMs(hall.clock.now()));
        const auto send = [&](const QByteArray &text) {
            tracker.sendTextMessage(QString::fromUtf8(text));
        };
        send("{nonsense");
        send(QJsonDocument(report).toJson());
        QTRY_COMPARE(answers.size(), 2);
        QVERIFY(answers[0].contains(u"malformed"_s));
        QVERIFY(answers[1].contains(u"\"taken\":1"_s));
        QTRY_COMPARE(seen.size(), 1U); // at the desk, within a second
        QCOMPARE(seen[0].source, u"gps-9"_s);
        // Who only looks reports nothing; nor does anybody in a realm that is not there.
        for (const auto &[as, path] : {std::pair(otto.get(), u"live/positions/stream"_s),
                                       std::pair(anna.get(), u"none/positions/stream"_s)}) {
            QWebSocket refused;
            QSignalSpy gone(&refused, &QWebSocket::disconnected);
            open(refused, *as, path);
            QTRY_COMPARE(gone.count(), 1);
        }
        // A tracker whose account is disabled is let go.
        QSignalSpy gone(&tracker, &QWebSocket::disconnected);
        const auto root = hall.clientOf(u"root"_s);
        QCOMPARE(root->patch(u"/v1/admin/users/anna"_s, {{u"disabled"_s, true}}).status, 204);
        QTRY_COMPARE(gone.count(), 1);
    }
};

QTEST_GUILESS_MAIN(TestDoors)
#include "tst_doors.moc"
