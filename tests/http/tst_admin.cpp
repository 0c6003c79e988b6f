#include "models/store/cache_file.h"
#include "tests/http/hall.h"

#include <QWebSocket>

using namespace leeward;
using namespace leeward::test;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
namespace wire = sync::wire;

namespace {

struct Door
{
    const char *verb;
    const char *path;
    const char *body;
};

// Every route of the administration, with a body that would do.
constexpr std::array doors = {
    Door{"GET", "/v1/admin/users", ""},
    Door{
        "POST", "/v1/admin/users",
        R"({"user":"eva","name":"Eva","roles":["observer"],"areas":["*"],"password":"long enough 2026"})"},
    Door{"PATCH", "/v1/admin/users/otto", R"({"roles":["administrator"],"areas":["*"]})"},
    Door{"PATCH", "/v1/admin/users/otto", R"({"disabled":true})"},
    Door{"PATCH", "/v1/admin/users/otto", R"({"user":"otto.2"})"},
    Door{"POST", "/v1/admin/users/otto/password", R"({"password":"another long one"})"},
    Door{"POST", "/v1/admin/users/otto/unlock", "{}"},
    Door{"GET", "/v1/admin/devices", ""},
    Door{"DELETE", "/v1/admin/devices/device-0123456789-6f74746f", ""},
    Door{"GET", "/v1/admin/sessions", ""},
    Door{"DELETE", "/v1/admin/sessions/none", ""},
    Door{"GET", "/v1/admin/audit", ""},
    Door{"GET", "/v1/admin/app-keys", ""},
    Door{"POST", "/v1/admin/app-keys", R"({"name":"qgis"})"},
    Door{"DELETE", "/v1/admin/app-keys/none", ""},
    Door{"GET", "/v1/admin/realms", ""},
    Door{"POST", "/v1/admin/realms", R"({"name":"drill-1","kind":"drill"})"},
    Door{"PATCH", "/v1/admin/realms/live", R"({"retired":true})"},
};

QStringList valuesOf(const QJsonArray &list, const QString &key)
{
    QStringList values;
    for (const auto &item : list)
        values += item.toObject().value(key).toString();
    return values;
}

// A console's stream: what came, and how it ended.
struct Stream
{
    Stream(quint16 port, const QByteArray &token, const QString &realm = u"live"_s)
    {
        QObject::connect(
            &socket, &QWebSocket::binaryMessageReceived, &socket,
            [this](const QByteArray &bytes) { frames.push_back(must(wire::frameFrom(bytes))); });
        QObject::connect(&socket, &QWebSocket::disconnected, &socket, [this] { gone = true; });
        QNetworkRequest request(
            QUrl(u"ws://127.0.0.1:%1/v1/realms/%2/stream"_s.arg(port).arg(realm)));
        request.setRawHeader("Authorization", "Bearer " + token);
        socket.open(request);
    }
    [[nodiscard]] bool has(wire::Frame::Kind kind) const
    {
        return std::ranges::any_of(frames, [kind](const auto &f) { return f.kind == kind; });
    }
    QWebSocket socket;
    std::vector<wire::Frame> frames;
    bool gone = false;
};

} // namespace

class TestAdmin : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    // Everybody but an administrator is refused everywhere, and it is written down.
    void doorsAreForAdministrators_data()
    {
        QTest::addColumn<int>("index");
        for (size_t i = 0; i < doors.size(); ++i)
            QTest::addRow("%s %s %d", doors[i].verb, doors[i].path, int(i)) << int(i);
    }
    void doorsAreForAdministrators()
    {
        QFETCH(const int, index);
        const Door &door = doors[static_cast<size_t>(index)];
        const QString path = QString::fromLatin1(door.path);
        Hall hall;
        hall.start();
        HttpClient client(hall.server->port());
        QCOMPARE(client.send(door.verb, path, door.body).status, 401);
        const QByteArray key = must(hall.ask<QByteArray>([&](server::Accounts &accounts) {
            return accounts.createAppKey(hall.root, {.name = u"looker"_s});
        }));
        client.token = key;
        QCOMPARE(client.send(door.verb, path, door.body).status, 401);
        for (const Role role : {Role::Observer, Role::DutyOfficer, Role::Dispatcher,
                                Role::Commander, Role::DrillDirector}) {
            hall.setRights(u"otto"_s, {role}, {u"*"_s});
            const auto otto = hall.clientOf(u"otto"_s);
            const qsizetype denied = hall.audited(u"denied"_s);
            const Answered answered = otto->send(door.verb, path, door.body);
            QCOMPARE(answered.status, 403);
            QCOMPARE(answered.error(), u"not-permitted"_s);
            QCOMPARE(answered.json().value(u"needs"_s).toArray(), QJsonArray{u"administrator"_s});
            QCOMPARE(hall.audited(u"denied"_s), denied + 1);
        }
        hall.setRights(u"otto"_s, {Role::Observer}, {u"*"_s});
        const auto root = hall.clientOf(u"root"_s);
        const Answered answered = root->send(door.verb, path, door.body);
        QVERIFY2(answered.status < 300 || answered.status == 404 ||
                     path == "/v1/admin/realms/live"_L1,
                 answered.body.constData());
    }

    void people()
    {
        Hall hall;
        hall.start();
        const auto root = hall.clientOf(u"root"_s);
        const QJsonObject eva = {{u"user"_s, u"eva.陈"_s},
                                 {u"name"_s, u"陈 Eva"_s},
                                 {u"roles"_s, QJsonArray{u"dispatcher"_s, u"duty_officer"_s}},
                                 {u"areas"_s, QJsonArray{u"330200"_s}},
                                 {u"password"_s, password()}};
        QCOMPARE(root->post(u"/v1/admin/users"_s, eva).status, 201);
        QCOMPARE(root->post(u"/v1/admin/users"_s, eva).error(), u"already-exists"_s);
        const QJsonArray users = root->list(u"/v1/admin/users"_s);
        QCOMPARE(valuesOf(users, u"user"_s),
                 (QStringList{u"anna"_s, u"eva.陈"_s, u"otto"_s, u"root"_s}));
        QCOMPARE(users[1].toObject().value(u"areas"_s).toArray(), QJsonArray{u"3302"_s});
        QVERIFY(!root->get(u"/v1/admin/users"_s).body.contains("argon2"));

        const auto her = hall.clientOf(u"eva.陈"_s);
        QCOMPARE(her->get(u"/v1/realms"_s).status, 200);
        // Rights count from the next request on.
        QCOMPARE(
            root->patch(u"/v1/admin/users/eva.陈"_s, {{u"roles"_s, QJsonArray{u"administrator"_s}},
                                                      {u"areas"_s, QJsonArray{u"*"_s}}})
                .status,
            204);
        QCOMPARE(her->get(u"/v1/admin/users"_s).status, 200);
        QCOMPARE(root->patch(u"/v1/admin/users/eva.陈"_s,
                             {{u"roles"_s, QJsonArray()}, {u"areas"_s, QJsonArray()}})
                     .status,
                 204);
        QCOMPARE(her->get(u"/v1/realms"_s).error(), u"not-permitted"_s); // no role, no look
        QCOMPARE(root->patch(u"/v1/admin/users/eva.陈"_s, {{u"disabled"_s, true}}).status, 204);
        QCOMPARE(her->get(u"/v1/realms"_s).status, 401);
        QCOMPARE(hall.signIn(*her, u"eva.陈"_s).status, 403);
        QCOMPARE(root->patch(u"/v1/admin/users/eva.陈"_s, {{u"disabled"_s, false}}).status, 204);
        QCOMPARE(root->post(u"/v1/admin/users/eva.陈/password"_s,
                            {{u"password"_s, u"第二个长长的口令 2026"_s}})
                     .status,
                 204);
        QCOMPARE(hall.signIn(*her, u"eva.陈"_s).status, 401);
        QCOMPARE(hall.signIn(*her, u"eva.陈"_s, u"第二个长长的口令 2026"_s).status, 200);
        QCOMPARE(root->patch(u"/v1/admin/users/eva.陈"_s,
                             {{u"user"_s, u"eva"_s}, {u"name"_s, u"Eva Chen"_s}})
                     .status,
                 204);
        QCOMPARE(valuesOf(root->list(u"/v1/admin/users"_s), u"name"_s)[1], u"Eva Chen"_s);
        // All of it is in the audit, by whom and where from.
        QStringList what;
        for (const auto &item : root->list(u"/v1/admin/audit"_s)) {
            const QJsonObject record = item.toObject();
            if (record.value(u"from"_s).toString().isEmpty() ||
                !record.value(u"subject"_s).toString().startsWith(u"eva"_s) ||
                record.value(u"what"_s).toString().startsWith(u"sign-in"_s))
                continue;
            QCOMPARE(record.value(u"who"_s).toString(), u"root"_s);
            what += record.value(u"what"_s).toString();
        }
        QCOMPARE(what, (QStringList{u"user.created"_s, u"user.rights"_s, u"user.rights"_s,
                                    u"user.disabled"_s, u"user.enabled"_s, u"password.set"_s,
                                    u"user.renamed"_s}));
        const QJsonArray page = root->list(u"/v1/admin/audit?after=2&limit=3"_s);
        QCOMPARE(page.size(), 3);
        QCOMPARE(page[0].toObject().value(u"seq"_s).toInt(), 3);
    }

    // Nobody locks out the last administrator, whatever the way.
    void oneAdministratorStays()
    {
        Hall hall;
        hall.start();
        hall.setRights(u"anna"_s, {Role::Commander}, {u"*"_s});
        const auto root = hall.clientOf(u"root"_s);
        for (const QJsonObject &change :
             {QJsonObject{{u"disabled"_s, true}},
              QJsonObject{{u"roles"_s, QJsonArray()}, {u"areas"_s, QJsonArray{u"*"_s}}}}) {
            const Answered refused = root->patch(u"/v1/admin/users/root"_s, change);
            QCOMPARE(refused.status, 403);
            QVERIFY(refused.json().value(u"detail"_s).toString().contains(u"administer"_s));
        }
        QCOMPARE(root->get(u"/v1/admin/users"_s).status, 200);
    }

    void badBodies_data()
    {
        QTest::addColumn<QByteArray>("verb");
        QTest::addColumn<QString>("path");
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<int>("status");
        const QString users = u"/v1/admin/users"_s;
        const QString otto = users + u"/otto"_s;
        const QString realms = u"/v1/admin/realms"_s;
        QTest::newRow("no JSON") << QByteArray("POST") << users << QByteArray("{") << 400;
        QTest::newRow("a list") << QByteArray("POST") << users << QByteArray("[1]") << 400;
        QTest::newRow("no role") << QByteArray("POST") << users
                                 << QByteArray(R"({"user":"x","roles":["king"],"areas":["*"],)"
                                               R"("password":"long enough 2026"})")
                                 << 400;
        QTest::newRow("roles as text")
            << QByteArray("PATCH") << otto << QByteArray(R"({"roles":"observer","areas":["*"]})")
            << 400;
        QTest::newRow("roles without areas")
            << QByteArray("PATCH") << otto << QByteArray(R"({"roles":["observer"]})") << 400;
        QTest::newRow("no area") << QByteArray("PATCH") << otto
                                 << QByteArray(R"({"roles":["observer"],"areas":["Ningbo"]})")
                                 << 400;
        QTest::newRow("a short password")
            << QByteArray("POST") << users
            << QByteArray(R"({"user":"x","roles":[],"areas":[],"password":"short"})") << 400;
        QTest::newRow("no name") << QByteArray("POST") << users
                                 << QByteArray(R"({"user":"a b","roles":[],"areas":[],)"
                                               R"("password":"long enough 2026"})")
                                 << 400;
        QTest::newRow("nothing") << QByteArray("PATCH") << otto << QByteArray("{}") << 400;
        QTest::newRow("two things")
            << QByteArray("PATCH") << otto << QByteArray(R"({"disabled":true,"name":"x"})") << 400;
        QTest::newRow("disabled as a word")
            << QByteArray("PATCH") << otto << QByteArray(R"({"disabled":"yes"})") << 400;
        QTest::newRow("nobody") << QByteArray("PATCH") << QString(users + u"/none"_s)
                                << QByteArray(R"({"disabled":true})") << 404;
        QTest::newRow("no device")
            << QByteArray("DELETE") << u"/v1/admin/devices/none"_s << QByteArray() << 404;
        QTest::newRow("no session")
            << QByteArray("DELETE") << u"/v1/admin/sessions/none"_s << QByteArray() << 404;
        QTest::newRow("no app key")
            << QByteArray("DELETE") << u"/v1/admin/app-keys/none"_s << QByteArray() << 404;
        QTest::newRow("a key for ever") << QByteArray("POST") << u"/v1/admin/app-keys"_s
                                        << QByteArray(R"({"name":"x","days":100000})") << 400;
        QTest::newRow("a key for never") << QByteArray("POST") << u"/v1/admin/app-keys"_s
                                         << QByteArray(R"({"name":"x","days":0})") << 400;
        QTest::newRow("no kind") << QByteArray("POST") << realms << QByteArray(R"({"name":"x"})")
                                 << 400;
        QTest::newRow("real with a mark")
            << QByteArray("POST") << realms
            << QByteArray(R"({"name":"x","kind":"live","mark":"drill"})") << 400;
        QTest::newRow("out of the folder")
            << QByteArray("POST") << realms << QByteArray(R"({"name":"../x","kind":"drill"})")
            << 400;
        QTest::newRow("live again") << QByteArray("POST") << realms
                                    << QByteArray(R"({"name":"live","kind":"live"})") << 409;
        QTest::newRow("no realm") << QByteArray("PATCH") << QString(realms + u"/none"_s)
                                  << QByteArray(R"({"retired":true})") << 404;
        QTest::newRow("retire live") << QByteArray("PATCH") << QString(realms + u"/live"_s)
                                     << QByteArray(R"({"retired":true})") << 403;
        QTest::newRow("retired as a word") << QByteArray("PATCH") << QString(realms + u"/live"_s)
                                           << QByteArray(R"({"retired":"now"})") << 400;
    }
    void badBodies()
    {
        QFETCH(const QByteArray, verb);
        QFETCH(const QString, path);
        QFETCH(const QByteArray, body);
        QFETCH(const int, status);
        Hall hall;
        hall.start();
        const auto root = hall.clientOf(u"root"_s);
        const QByteArray before = root->get(u"/v1/admin/users"_s).body;
        const Answered answered = root->send(verb, path, body);
        QVERIFY2(answered.status == status, answered.body.constData());
        QVERIFY(!answered.json().value(u"detail"_s).toString().isEmpty());
        QCOMPARE(root->get(u"/v1/admin/users"_s).body, before);
        QCOMPARE(root->list(u"/v1/admin/realms"_s).size(), 1);
    }

    // A sign-in that is ended is over on the open stream, too, and not only at its next request.
    void endingASignIn_data()
    {
        QTest::addColumn<int>("how");
        QTest::newRow("session ended") << 0;
        QTest::newRow("device revoked") << 1;
        QTest::newRow("disabled") << 2;
        QTest::newRow("password set") << 3;
        QTest::newRow("own password changed") << 4;
    }
    void endingASignIn()
    {
        QFETCH(const int, how);
        Hall hall;
        hall.start();
        const auto root = hall.clientOf(u"root"_s);
        const auto anna = hall.clientOf(u"anna"_s);
        const auto otto = hall.clientOf(u"otto"_s);
        Stream hers(hall.server->port(), anna->token);
        Stream his(hall.server->port(), otto->token);
        QTRY_VERIFY(hers.has(wire::Frame::Kind::Head) && his.has(wire::Frame::Kind::Head));
        QString session;
        for (const auto &item : root->list(u"/v1/admin/sessions"_s)) {
            if (item.toObject().value(u"user"_s).toString() == "otto"_L1)
                session = item.toObject().value(u"id"_s).toString();
        }
        Answered done;
        switch (how) {
        case 0: done = root->remove(u"/v1/admin/sessions/"_s + session); break;
        case 1: done = root->remove(u"/v1/admin/devices/"_s + Hall::deviceId(u"otto"_s)); break;
        case 2: done = root->patch(u"/v1/admin/users/otto"_s, {{u"disabled"_s, true}}); break;
        case 3:
            done = root->post(u"/v1/admin/users/otto/password"_s, {{u"password"_s, password()}});
            break;
        case 4: {
            QJsonObject body = hall.signInBody(u"otto"_s);
            body.insert(u"new"_s, u"自己改的口令 2026"_s);
            done = otto->post(u"/v1/session/password"_s, body);
            break;
        }
        }
        QVERIFY2(done.status == 204, done.body.constData());
        QTRY_VERIFY(his.gone);
        QCOMPARE(static_cast<int>(his.socket.closeCode()), 4401);
        QCOMPARE(otto->get(u"/v1/realms"_s).status, 401);
        QVERIFY(!hers.gone);
        QCOMPARE(anna->get(u"/v1/realms"_s).status, 200);
    }

    void changingOnesOwnPassword()
    {
        Hall hall;
        hall.start();
        HttpClient client(hall.server->port());
        QJsonObject body = hall.signInBody(u"otto"_s);
        body.insert(u"new"_s, u"kurz"_s);
        QCOMPARE(client.post(u"/v1/session/password"_s, body).status, 400);
        body.insert(u"new"_s, u"自己改的口令 2026"_s);
        body.insert(u"password"_s, u"not the old one"_s);
        QCOMPARE(client.post(u"/v1/session/password"_s, body).status, 401);
        QCOMPARE(hall.signIn(client, u"otto"_s).status, 200);
        body.insert(u"password"_s, password());
        QCOMPARE(client.post(u"/v1/session/password"_s, body).status, 204);
        QCOMPARE(hall.signIn(client, u"otto"_s).status, 401);
        QCOMPARE(hall.signIn(client, u"otto"_s, u"自己改的口令 2026"_s).status, 200);
    }

    void unlocking()
    {
        Hall hall;
        hall.start();
        const auto root = hall.clientOf(u"root"_s);
        const auto otto = hall.clientOf(u"otto"_s);
        for (int i = 0; i < 5; ++i)
            QCOMPARE(hall.signIn(*otto, u"otto"_s, u"wrong one"_s).status, 401);
        const Answered locked = hall.signIn(*otto, u"otto"_s);
        QCOMPARE(locked.status, 423);
        QCOMPARE(locked.json().value(u"retry_after"_s).toInt(), 30);
        QCOMPARE(root->post(u"/v1/admin/users/otto/unlock"_s, {}).status, 204);
        QCOMPARE(hall.signIn(*otto, u"otto"_s).status, 200);
    }

    // --- realms

    // A drill says that it is one wherever it shows, and shares nothing with what is real.
    void aDrillNeverLooksReal()
    {
        Hall hall;
        hall.start();
        const auto root = hall.clientOf(u"root"_s);
        const auto anna = hall.clientOf(u"anna"_s);
        const Answered made = root->post(
            u"/v1/admin/realms"_s,
            {{u"name"_s, u"typhoon-2026"_s}, {u"kind"_s, u"drill"_s}, {u"mark"_s, u"台风演练"_s}});
        QCOMPARE(made.status, 201);
        QCOMPARE(made.json().value(u"kind"_s).toString(), u"drill"_s);
        QCOMPARE(hall.audited(u"realm.created"_s), 1);

        const QJsonArray realms = anna->list(u"/v1/realms"_s);
        QCOMPARE(valuesOf(realms, u"name"_s), (QStringList{u"live"_s, u"typhoon-2026"_s}));
        QCOMPARE(valuesOf(realms, u"kind"_s), (QStringList{u"live"_s, u"drill"_s}));
        QCOMPARE(valuesOf(realms, u"mark"_s), (QStringList{QString(), u"台风演练"_s}));
        QVERIFY(valuesOf(realms, u"epoch"_s)[0] != valuesOf(realms, u"epoch"_s)[1]);

        Maker maker(1, u"anna"_s, Hall::deskOf(u"anna"_s));
        (void) anna->exchange(
            {.submissions = sync::asSubmissions({maker.report(maker.ids().make<IncidentId>())}),
             .cursor = {}},
            u"typhoon-2026"_s);
        QCOMPARE(anna->exchange({}).entries.size(), 0U);
        QCOMPARE(anna->exchange({}, u"typhoon-2026"_s).entries.size(), 1U);
        for (const QString &what : {u"snapshot"_s, u"positions"_s, u"entries?after=0"_s}) {
            const Answered real = anna->get(u"/v1/realms/live/"_s + what);
            const Answered drill = anna->get(u"/v1/realms/typhoon-2026/"_s + what);
            QCOMPARE(real.status, 200);
            QCOMPARE(drill.status, 200);
            QCOMPARE(real.headers.value("Leeward-Realm-Kind").toByteArray(), QByteArray("live"));
            QCOMPARE(drill.headers.value("Leeward-Realm-Kind").toByteArray(), QByteArray("drill"));
            QCOMPARE(drill.headers.value("Leeward-Realm").toByteArray(),
                     QByteArray("typhoon-2026"));
        }
        const QJsonObject manifest = anna->get(u"/v1/realms/typhoon-2026/snapshot"_s).json();
        QCOMPARE(manifest.value(u"mark"_s).toString(), u"台风演练"_s);
        QCOMPARE(manifest.value(u"kind"_s).toString(), u"drill"_s);
        // The mark is in the file that a console takes in.
        const QByteArray packed =
            anna->get(u"/v1/realms/typhoon-2026/snapshot/"_s + manifest.value(u"id"_s).toString())
                .body;
        TemporaryRealm here;
        QFile file(here.path());
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(must(wire::unpack(packed)));
        file.close();
        auto copy = must(store::openReadOnly(here.path()));
        QCOMPARE(must(store::metaValue(copy, u"realm_mark"_s)), u"台风演练"_s);
        // A usual mark for who names none; never an empty one.
        const Answered plain =
            root->post(u"/v1/admin/realms"_s, {{u"name"_s, u"small"_s}, {u"kind"_s, u"drill"_s}});
        QVERIFY(!plain.json().value(u"mark"_s).toString().isEmpty());
    }

    void retiring()
    {
        Hall hall;
        hall.start();
        {
            const auto root = hall.clientOf(u"root"_s);
            const auto anna = hall.clientOf(u"anna"_s);
            const QJsonObject drill = {{u"name"_s, u"drill-1"_s}, {u"kind"_s, u"drill"_s}};
            QCOMPARE(root->post(u"/v1/admin/realms"_s, drill).status, 201);
            Stream stream(hall.server->port(), anna->token, u"drill-1"_s);
            QTRY_VERIFY(stream.has(wire::Frame::Kind::Head));
            QCOMPARE(root->patch(u"/v1/admin/realms/drill-1"_s, {{u"retired"_s, true}}).status,
                     200);
            QTRY_VERIFY(stream.gone);
            QVERIFY(stream.has(wire::Frame::Kind::Bye));
            const Answered gone = anna->get(u"/v1/realms/drill-1/positions"_s);
            QCOMPARE(gone.status, 404);
            QVERIFY(gone.json().value(u"detail"_s).toString().contains(u"retired"_s));
            QCOMPARE(anna->list(u"/v1/realms"_s).size(), 1);
            QCOMPARE(root->post(u"/v1/admin/realms"_s, drill).status, 409);
            QCOMPARE(root->list(u"/v1/admin/realms"_s).size(), 2);
        }
        hall.server.reset();
        hall.start(); // and stays so
        const auto root = hall.clientOf(u"root"_s);
        QCOMPARE(root->list(u"/v1/realms"_s).size(), 1);
        QCOMPARE(root->patch(u"/v1/admin/realms/drill-1"_s, {{u"retired"_s, false}}).status, 200);
        QCOMPARE(root->get(u"/v1/realms/drill-1/positions"_s).status, 200);
        QCOMPARE(valuesOf(root->list(u"/v1/realms"_s), u"kind"_s),
                 (QStringList{u"drill"_s, u"live"_s}));
        QCOMPARE(hall.audited(u"realm.retired"_s), 1);
        QCOMPARE(hall.audited(u"realm.reopened"_s), 1);
    }

    // A file of real work put where a drill's should be, or the other way round, is not served.
    void aFileOfTheOtherKindIsRefused()
    {
        Hall hall;
        hall.start();
        {
            const auto root = hall.clientOf(u"root"_s);
            const auto anna = hall.clientOf(u"anna"_s);
            Maker maker(1, u"anna"_s, Hall::deskOf(u"anna"_s));
            (void) anna->exchange(
                {.submissions = sync::asSubmissions({maker.report(maker.ids().make<IncidentId>())}),
                 .cursor = {}});
            const QJsonObject drill = {{u"name"_s, u"drill-1"_s}, {u"kind"_s, u"drill"_s}};
            QCOMPARE(root->post(u"/v1/admin/realms"_s, drill).status, 201);
        }
        hall.server.reset();
        const QString folder = hall.options.folder + u"/realms/"_s;
        QVERIFY(QFile::remove(folder + u"drill-1.journal"_s));
        QVERIFY(QFile::copy(folder + u"live.journal"_s, folder + u"drill-1.journal"_s));
        const auto started = server::Server::start(hall.options, hall.clock, hall.random);
        QVERIFY(!started);
        QCOMPARE(started.error().code, Errc::Corrupt);
        QVERIFY(started.error().detail.contains(u"drill-1"_s));
    }

    // --- the clock

    void everyAnswerSaysTheTime_data()
    {
        QTest::addColumn<QByteArray>("verb");
        QTest::addColumn<QString>("path");
        QTest::addColumn<int>("status");
        QTest::newRow("about") << QByteArray("GET") << u"/v1/about"_s << 200;
        QTest::newRow("realms") << QByteArray("GET") << u"/v1/realms"_s << 200;
        QTest::newRow("no path") << QByteArray("GET") << u"/v1/none"_s << 404;
        QTest::newRow("no realm") << QByteArray("GET") << u"/v1/realms/x/snapshot"_s << 404;
        QTest::newRow("bad body") << QByteArray("POST") << u"/v1/session"_s << 400;
        QTest::newRow("wrong method") << QByteArray("PUT") << u"/v1/about"_s << 405;
        QTest::newRow("open data") << QByteArray("GET") << u"/ogc"_s << 200;
        QTest::newRow("sign-out") << QByteArray("DELETE") << u"/v1/session"_s << 204;
    }
    void everyAnswerSaysTheTime()
    {
        QFETCH(const QByteArray, verb);
        QFETCH(const QString, path);
        QFETCH(const int, status);
        Hall hall;
        hall.start();
        const auto client = hall.clientOf(u"anna"_s);
        hall.clock.advance(1234ms);
        const Answered answered = client->send(verb, path);
        QCOMPARE(answered.status, status);
        QCOMPARE(answered.headers.value("Leeward-Time").toLongLong(), toMs(hall.clock.now()));
        QCOMPARE(answered.headers.values("Leeward-Time").size(), 1);
    }

    void realmsSayHowFarTheyAre()
    {
        Hall hall;
        hall.start();
        const auto anna = hall.clientOf(u"anna"_s);
        const auto about = [&] { return anna->list(u"/v1/realms"_s)[0].toObject(); };
        QCOMPARE(about().value(u"first"_s).toInt(), 1);
        QCOMPARE(about().value(u"head"_s).toInt(-1), 0);
        Maker maker(1, u"anna"_s, Hall::deskOf(u"anna"_s));
        std::vector<Operation> operations;
        for (int i = 0; i < 3; ++i)
            operations.push_back(maker.report(maker.ids().make<IncidentId>()));
        (void) anna->exchange({.submissions = sync::asSubmissions(operations), .cursor = {}});
        QCOMPARE(about().value(u"first"_s).toInt(), 1);
        QCOMPARE(about().value(u"head"_s).toInt(), 3);
    }
};

QTEST_GUILESS_MAIN(TestAdmin)
#include "tst_admin.moc"
