#include "tests/http/hall.h"

#include <QProcess>
#include <QSet>
#include <QStandardPaths>

using namespace leeward;
using namespace leeward::test;
using namespace Qt::StringLiterals;

namespace {

constexpr int teamCount = 3000;

// A server with a realm full of teams on a grid, some shelters and incidents.
struct OpenHall : Hall
{
    OpenHall()
    {
        start();
        anna = clientOf(u"anna"_s);
        Maker maker(1, u"anna"_s, deskOf(u"anna"_s));
        std::vector<Operation> operations;
        for (int i = 0; i < teamCount; ++i) {
            const TeamId id = maker.ids().make<TeamId>();
            operations.push_back(
                maker.operation(op::CreateRecord{.table = u"team"_s,
                                                 .record = RecordId(id.raw()),
                                                 .values = {{u"code"_s, u"T-%1"_s.arg(i)},
                                                            {u"name"_s, u"队伍 %1"_s.arg(i)},
                                                            {u"kind"_s, u"flood"_s},
                                                            {u"leader"_s, u"王队长"_s},
                                                            {u"duty_phone"_s, u"13800000000"_s},
                                                            {u"headcount"_s, i},
                                                            {u"lon"_s, 121.0 + (i % 60) * 0.01},
                                                            {u"lat"_s, 29.0 + (i / 60) * 0.01}}}));
        }
        const auto shelter = [&](const QString &code, const FieldValues &more) {
            FieldValues values = more;
            values.insert(u"code"_s, code);
            values.insert(u"name"_s, code);
            const auto id = maker.ids().make<RecordId>();
            operations.push_back(maker.operation(
                op::CreateRecord{.table = u"shelter"_s, .record = id, .values = values}));
            return id;
        };
        (void) shelter(u"H-0"_s, {}); // nobody knows where
        (void) shelter(u"H-W"_s, {{u"lon"_s, -179.9}, {u"lat"_s, 10.0}, {u"flood_safe"_s, 1}});
        (void) shelter(u"H-E"_s, {{u"lon"_s, 179.9}, {u"lat"_s, 10.0}});
        retired = shelter(u"H-X"_s, {{u"lon"_s, 0.0}, {u"lat"_s, 0.0}});
        operations.push_back(maker.operation(
            op::RetireRecord{.table = u"shelter"_s, .record = retired, .reason = u"拆除"_s}));
        for (int hour = 0; hour < 5; ++hour) {
            const Instant at = clock.now() - std::chrono::hours(hour);
            incidents.push_back(maker.ids().make<IncidentId>());
            operations.push_back(maker.operation(op::ReportIncident{.incident = incidents.back(),
                                                                    .type = u"flood"_s,
                                                                    .title = u"内涝 %1"_s.arg(hour),
                                                                    .place = LonLat{121.5, 29.9},
                                                                    .source = u"phone"_s,
                                                                    .caller = u"李某"_s,
                                                                    .callerPhone = u"139"_s},
                                                 at));
        }
        for (size_t from = 0; from < operations.size(); from += 1000) {
            const auto upTo = std::min(operations.size(), from + 1000);
            const auto begin = operations.begin();
            const auto head = anna->exchange(
                {.submissions = sync::asSubmissions(
                     {begin + static_cast<qsizetype>(from), begin + static_cast<qsizetype>(upTo)}),
                 .cursor = {}});
            if (!head.refused.empty())
                qFatal("refused: %s", qPrintable(refusalName(head.refused.front().second.reason)));
        }
        key = must(ask<QByteArray>([this](server::Accounts &accounts) {
            return accounts.createAppKey(root, {.name = u"qgis"_s});
        }));
        client = std::make_unique<HttpClient>(server->port());
        client->token = key;
    }
    [[nodiscard]] QJsonObject json(const QString &path)
    {
        const Answered answered = client->get(path);
        if (answered.status != 200)
            qFatal("%s: %d %s", qPrintable(path), answered.status, answered.body.constData());
        return answered.json();
    }
    [[nodiscard]] QStringList codes(const QString &path)
    {
        QStringList all;
        for (const auto &feature : json(path).value(u"features"_s).toArray())
            all += feature[u"properties"_s][u"code"_s].toString();
        return all;
    }
    std::unique_ptr<HttpClient> anna;
    std::unique_ptr<HttpClient> client; // with the app key
    QByteArray key;
    RecordId retired;
    std::vector<IncidentId> incidents;
};

QString linkOf(const QJsonObject &object, const QString &rel)
{
    for (const auto &item : object.value(u"links"_s).toArray()) {
        if (item[u"rel"_s].toString() == rel)
            return item[u"href"_s].toString();
    }
    return {};
}

QString pathOf(const QString &href, const HttpClient &client)
{
    if (!href.startsWith(client.base()))
        qFatal("a link elsewhere: %s", qPrintable(href));
    return href.sliced(client.base().size());
}

// A program of GDAL against the server of this process, whose event loop goes on meanwhile.
struct Ran
{
    int code = -1;
    QByteArray out;
};
Ran runGdal(const QString &program, const QStringList &words)
{
    QProcess process;
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.remove(u"http_proxy"_s);
    environment.remove(u"HTTP_PROXY"_s);
    process.setProcessEnvironment(environment);
    process.setProcessChannelMode(QProcess::MergedChannels);
    QSignalSpy finished(&process, &QProcess::finished);
    process.start(program, words);
    if (!finished.wait(60'000)) {
        process.kill();
        process.waitForFinished();
        return {};
    }
    return {process.exitCode(), process.readAll()};
}

} // namespace

class TestOpenData : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { m_hall = std::make_unique<OpenHall>(); }
    void cleanupTestCase() { m_hall.reset(); }

    // Every link of every document leads somewhere that says what the link promised.
    void everyLinkLeadsSomewhere()
    {
        QStringList open = {u"/ogc"_s};
        QSet<QString> seen(open.begin(), open.end());
        int features = 0;
        while (!open.isEmpty()) {
            const QString path = open.takeFirst();
            const Answered answered = m_hall->client->get(path);
            QVERIFY2(answered.status == 200, qPrintable(path));
            const QJsonObject document = answered.json();
            QVERIFY2(!document.isEmpty(), qPrintable(path));
            features += document.value(u"type"_s).toString() == "FeatureCollection"_L1;
            QJsonArray links = document.value(u"links"_s).toArray();
            for (const auto &one : document.value(u"collections"_s).toArray()) {
                for (const auto &link : one[u"links"_s].toArray())
                    links.append(link);
            }
            for (const auto &link : std::as_const(links)) {
                const QString href = pathOf(link[u"href"_s].toString(), *m_hall->client);
                if (link[u"rel"_s].toString() == "next"_L1 || seen.contains(href))
                    continue; // pages have a test of their own
                seen += href;
                open += href;
                const Answered there = m_hall->client->get(href);
                QCOMPARE(QString::fromLatin1(there.headers.value("Content-Type").toByteArray()),
                         link[u"type"_s].toString());
            }
        }
        QCOMPARE(features, 6);
        const QJsonArray classes =
            m_hall->json(u"/ogc/conformance"_s).value(u"conformsTo"_s).toArray();
        QVERIFY(classes.contains(u"http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core"_s));
    }

    // The definition describes the paths there are and no others, and its references resolve.
    void theDefinitionFits()
    {
        const QJsonObject api = m_hall->json(u"/ogc/api"_s);
        QCOMPARE(api.value(u"openapi"_s).toString(), u"3.0.3"_s);
        const QString base = api[u"servers"_s][0][u"url"_s].toString();
        const QJsonObject paths = api.value(u"paths"_s).toObject();
        QVERIFY(paths.contains(u"/collections/landing-points/items/{featureId}"_s));
        const QString some = m_hall->incidents.front().text();
        for (auto path = paths.begin(); path != paths.end(); ++path) {
            QString real = base + path.key();
            const bool isIncident = real.contains(u"incidents"_s);
            real.replace(u"{featureId}"_s, some);
            const int status = m_hall->client->get(pathOf(real, *m_hall->client)).status;
            const bool elsewhere = path.key().contains(u"{featureId}"_s) && !isIncident;
            QVERIFY2(status == (elsewhere ? 404 : 200), qPrintable(path.key()));
        }
        const QByteArray text = QJsonDocument(api).toJson(QJsonDocument::Compact);
        qsizetype at = 0;
        int references = 0;
        while ((at = text.indexOf("\"#/", at)) >= 0) {
            QJsonValue found(api);
            const QByteArray pointer = text.mid(at + 3, text.indexOf('"', at + 1) - at - 3);
            for (const QByteArray &step : pointer.split('/'))
                found = found.toObject().value(QString::fromUtf8(step));
            QVERIFY2(found.isObject(), pointer.constData());
            ++at;
            ++references;
        }
        QVERIFY(references > 20);
    }

    // All teams once each, by next links, however large the pages are, in one order.
    void paging_data()
    {
        QTest::addColumn<int>("limit"); // 0: as the server likes it
        QTest::addColumn<int>("pages");
        QTest::newRow("7") << 700 << 5;
        QTest::newRow("as usual") << 0 << 30;
        QTest::newRow("exactly") << 3000 << 1;
        QTest::newRow("one less") << 2999 << 2;
        QTest::newRow("more than may be") << 2'000'000'000 << 1;
    }
    void paging()
    {
        QFETCH(const int, limit);
        QFETCH(const int, pages);
        QString path =
            u"/ogc/collections/teams/items"_s + (limit > 0 ? u"?limit=%1"_s.arg(limit) : QString());
        QStringList ids;
        int seen = 0;
        while (!path.isEmpty()) {
            const QJsonObject page = m_hall->json(path);
            QCOMPARE(page.value(u"numberMatched"_s).toInt(), teamCount);
            const QJsonArray features = page.value(u"features"_s).toArray();
            QCOMPARE(page.value(u"numberReturned"_s).toInt(), features.size());
            for (const auto &feature : features)
                ids += feature[u"id"_s].toString();
            const QString next = linkOf(page, u"next"_s);
            path = next.isEmpty() ? QString() : pathOf(next, *m_hall->client);
            QVERIFY(++seen <= pages);
        }
        QCOMPARE(seen, pages);
        QCOMPARE(ids.size(), teamCount);
        QVERIFY(std::ranges::is_sorted(ids));
        QCOMPARE(QSet<QString>(ids.begin(), ids.end()).size(), teamCount);
    }

    // The next link keeps what was asked for.
    void pagingKeepsTheQuestion()
    {
        const QJsonObject first =
            m_hall->json(u"/ogc/collections/teams/items?limit=10&bbox=121,29,121.105,29.105"_s);
        QCOMPARE(first.value(u"numberMatched"_s).toInt(), 121);
        int count = 10;
        QString next = linkOf(first, u"next"_s);
        while (!next.isEmpty()) {
            const QJsonObject page = m_hall->json(pathOf(next, *m_hall->client));
            QCOMPARE(page.value(u"numberMatched"_s).toInt(), 121);
            count += page.value(u"numberReturned"_s).toInt();
            next = linkOf(page, u"next"_s);
        }
        QCOMPARE(count, 121);
    }

    void boxes_data()
    {
        QTest::addColumn<QString>("box");
        QTest::addColumn<QStringList>("codes");
        const QStringList both = {u"H-W"_s, u"H-E"_s};
        QTest::newRow("the world") << u"-180,-90,180,90"_s << both;
        QTest::newRow("east") << u"0,0,180,90"_s << QStringList{u"H-E"_s};
        QTest::newRow("across the date line") << u"179,0,-179,20"_s << both;
        QTest::newRow("with heights") << u"-180,-90,-1e3,0,90,9e3"_s << QStringList{u"H-W"_s};
        QTest::newRow("a point") << u"179.9,10,179.9,10"_s << QStringList{u"H-E"_s};
        QTest::newRow("what is retired") << u"-1,-1,1,1"_s << QStringList();
        QTest::newRow("none") << QString() << QStringList{u"H-0"_s, u"H-W"_s, u"H-E"_s};
    }
    void boxes()
    {
        QFETCH(const QString, box);
        QFETCH(const QStringList, codes);
        QCOMPARE(m_hall->codes(u"/ogc/collections/shelters/items"_s +
                               (box.isEmpty() ? QString() : u"?bbox="_s + box)),
                 codes);
    }

    void times_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<int>("count"); // of five, one an hour back from the test's now
        const auto hour = [](int back) {
            return toIso(instantFromMs(FakeClock::startMs) - std::chrono::hours(back));
        };
        QTest::newRow("one") << hour(2) << 1;
        QTest::newRow("between") << QString(hour(3) + u'/' + hour(1)) << 3;
        QTest::newRow("from") << QString(hour(1) + u"/.."_s) << 2;
        QTest::newRow("until") << QString(u"../"_s + hour(3)) << 2;
        QTest::newRow("until, short") << QString(u"/"_s + hour(3)) << 2;
        QTest::newRow("none then") << u"2001-01-01T00:00:00Z"_s << 0;
        QTest::newRow("an offset") << u"2001-01-01T00:00:00+08:00/.."_s << 5;
    }
    void times()
    {
        QFETCH(const QString, text);
        QFETCH(const int, count);
        const QString said = QString::fromLatin1(QUrl::toPercentEncoding(text));
        QCOMPARE(m_hall->json(u"/ogc/collections/incidents/items?datetime="_s + said)
                     .value(u"numberMatched"_s)
                     .toInt(),
                 count);
        // Teams have no time: it is not held against them.
        QCOMPARE(m_hall->json(u"/ogc/collections/teams/items?limit=1&datetime="_s + said)
                     .value(u"numberMatched"_s)
                     .toInt(),
                 teamCount);
    }

    void badQuestions_data()
    {
        QTest::addColumn<QString>("path");
        QTest::addColumn<int>("status");
        const QString items = u"/collections/teams/items?"_s;
        for (const char *bad : {"bbox=",
                                "bbox=1,2,3",
                                "bbox=1,2,3,4,5",
                                "bbox=a,b,c,d",
                                "bbox=1,20,2,10",
                                "bbox=-181,0,0,1",
                                "bbox=0,0,0,91",
                                "bbox=nan,0,1,1",
                                "bbox=inf,0,1,1",
                                "bbox=1,2,3,4,5,6,7",
                                "limit=0",
                                "limit=-1",
                                "limit=x",
                                "limit=1e3",
                                "limit=",
                                "datetime=",
                                "datetime=yesterday",
                                "datetime=../..",
                                "datetime=2026-08-12",
                                "datetime=2026-08-12T00:00:00",
                                "datetime=2026-08-12T00:00:00Z/2026-08-11T00:00:00Z",
                                "datetime=a/b/c",
                                "bbox-crs=x",
                                "offset=10",
                                "f=html",
                                "name=%27;drop%20table%20team",
                                "LIMIT=1"})
            QTest::addRow("%s", bad) << QString(items + QString::fromLatin1(bad)) << 400;
        QTest::newRow("a parameter of the landing page") << u"?limit=1"_s << 400;
        QTest::newRow("collection") << u"/collections/none"_s << 404;
        QTest::newRow("its items") << u"/collections/none/items"_s << 404;
        QTest::newRow("a table that is not open") << u"/collections/assignment/items"_s << 404;
        QTest::newRow("a table's name") << u"/collections/team/items"_s << 404;
        QTest::newRow("item") << u"/collections/teams/items/none"_s << 404;
        QTest::newRow("path") << u"/none"_s << 404;
        QTest::newRow("realm") << u"/realms/none"_s << 404;
    }
    void badQuestions()
    {
        QFETCH(const QString, path);
        QFETCH(const int, status);
        const Answered answered = m_hall->client->get(u"/ogc"_s + path);
        QCOMPARE(answered.status, status);
        QVERIFY(!answered.json().value(u"detail"_s).toString().isEmpty());
    }

    void oneFeature()
    {
        const QJsonObject page = m_hall->json(u"/ogc/collections/shelters/items"_s);
        const QJsonObject listed = page.value(u"features"_s).toArray()[1].toObject();
        QJsonObject one =
            m_hall->json(u"/ogc/collections/shelters/items/"_s + listed.value(u"id"_s).toString());
        QCOMPARE(one[u"properties"_s][u"flood_safe"_s], QJsonValue(true));
        QCOMPARE(one[u"geometry"_s][u"coordinates"_s].toArray(), (QJsonArray{-179.9, 10}));
        QVERIFY(!one[u"properties"_s].toObject().contains(u"lon"_s));
        QVERIFY(!one[u"properties"_s].toObject().contains(u"realm_mark"_s));
        one.remove(u"links"_s);
        QCOMPARE(one, listed);
        QVERIFY(page.value(u"features"_s).toArray()[0][u"geometry"_s].isNull());
        QCOMPARE(m_hall->client->get(u"/ogc/collections/shelters/items/"_s + m_hall->retired.text())
                     .status,
                 404);
    }

    // A program sees nobody's name or telephone unless its key says so; a person sees what their
    // console shows.
    void people()
    {
        const QByteArray more = must(m_hall->ask<QByteArray>([this](server::Accounts &accounts) {
            return accounts.createAppKey(m_hall->root,
                                         {.name = u"duty-board"_s, .seesPeople = true});
        }));
        HttpClient knows(m_hall->server->port());
        knows.token = more;
        for (const QString &collection : {u"teams"_s, u"incidents"_s}) {
            const QString path = u"/ogc/collections/%1/items?limit=1"_s.arg(collection);
            const QByteArray phone = collection == "teams"_L1 ? "13800000000" : "\"139\"";
            const QByteArray name = collection == "teams"_L1 ? "王队长" : "李某";
            const QByteArray hidden = m_hall->client->get(path).body;
            QVERIFY(!hidden.contains(phone) && !hidden.contains(name) && !hidden.contains("anna"));
            for (HttpClient *who : {&knows, m_hall->anna.get()}) {
                const QByteArray shown = who->get(path).body;
                QVERIFY(shown.contains(phone) && shown.contains(name));
            }
        }
    }

    // As QGIS and ogrinfo send it.
    void basicScheme()
    {
        HttpClient plain(m_hall->server->port());
        const Answered refused = plain.get(u"/ogc"_s);
        QCOMPARE(refused.status, 401);
        QVERIFY(refused.headers.value("WWW-Authenticate").startsWith("Basic "));
        const auto with = [&plain](const QByteArray &credentials) {
            return plain
                .send("GET", u"/ogc"_s, {}, {{"Authorization", "Basic " + credentials.toBase64()}})
                .status;
        };
        QCOMPARE(with("qgis:" + m_hall->key), 200);
        QCOMPARE(with("anything:" + m_hall->key), 200);
        QCOMPARE(with("qgis:" + m_hall->key.chopped(1)), 401);
        QCOMPARE(with(m_hall->key), 401);
        QCOMPARE(with("anna:" + password().toUtf8()), 401); // people's passwords open nothing here
        QCOMPARE(with(""), 401);
    }

    // A long question holds up no desk: handing in goes on while many read everything.
    void readersHoldNobodyUp()
    {
        std::vector<QNetworkReply *> replies;
        QNetworkAccessManager network;
        for (int i = 0; i < 6; ++i) {
            QNetworkRequest request(
                QUrl(m_hall->client->base() + u"/ogc/collections/teams/items?limit=3000"_s));
            request.setRawHeader("Authorization", "Bearer " + m_hall->key);
            replies.push_back(network.get(request));
        }
        Maker maker(99, u"anna"_s, Hall::deskOf(u"anna"_s));
        const auto reply =
            m_hall->anna->exchange({.submissions = sync::asSubmissions(
                                        {maker.note(m_hall->incidents.front(), u"中间插入"_s)}),
                                    .cursor = {}});
        QCOMPARE(reply.refused.size(), 0U);
        for (QNetworkReply *one : replies) {
            QTRY_VERIFY_WITH_TIMEOUT(one->isFinished(), 30'000);
            QCOMPARE(one->error(), QNetworkReply::NoError);
        }
    }

    // --- GDAL's own client

    void ogrinfo()
    {
        if (QStandardPaths::findExecutable(u"ogrinfo"_s).isEmpty())
            QSKIP("gdal-bin is not installed");
        const QString source = u"OAPIF:"_s + m_hall->client->base() + u"/ogc"_s;
        const QStringList key = {u"-ro"_s, u"-oo"_s,
                                 u"USERPWD=qgis:"_s + QString::fromLatin1(m_hall->key)};
        const Ran layers = runGdal(u"ogrinfo"_s, key + QStringList{source});
        QVERIFY2(layers.code == 0, layers.out.constData());
        for (const char *name :
             {"teams", "stations", "shelters", "landing-points", "depots", "incidents"})
            QVERIFY2(layers.out.contains(name), layers.out.constData());

        const Ran teams =
            runGdal(u"ogrinfo"_s,
                    key + QStringList{u"-so"_s, u"-oo"_s, u"PAGE_SIZE=700"_s, source, u"teams"_s});
        QVERIFY2(teams.code == 0, teams.out.constData());
        QVERIFY2(teams.out.contains("Feature Count: 3000"), teams.out.constData());
        QVERIFY2(teams.out.contains("headcount: Integer"), teams.out.constData());
        QVERIFY2(teams.out.contains("WGS 84"), teams.out.constData());

        // Really fetched, page by page, and the box really asked for.
        const Ran all =
            runGdal(u"ogrinfo"_s, key + QStringList{u"-al"_s, u"-geom=NO"_s, u"-oo"_s,
                                                    u"PAGE_SIZE=700"_s, source, u"teams"_s});
        QCOMPARE(all.out.count("OGRFeature(teams)"), teamCount);
        const Ran some =
            runGdal(u"ogrinfo"_s, key + QStringList{u"-al"_s, u"-spat"_s, u"121"_s, u"29"_s,
                                                    u"121.105"_s, u"29.105"_s, source, u"teams"_s});
        QCOMPARE(some.out.count("OGRFeature(teams)"), 121);
        const Ran incidents =
            runGdal(u"ogrinfo"_s, key + QStringList{u"-al"_s, source, u"incidents"_s});
        QVERIFY2(incidents.out.contains("reported_at (DateTime)"), incidents.out.constData());
        QCOMPARE(incidents.out.count("OGRFeature(incidents)"), 5);
        const Ran stranger = runGdal(u"ogrinfo"_s, {u"-ro"_s, source});
        QVERIFY(stranger.code != 0 && !stranger.out.contains("teams"));
    }

    // --- a drill

    void aDrillSaysSo()
    {
        const auto root = m_hall->clientOf(u"root"_s);
        QCOMPARE(root->post(u"/v1/admin/realms"_s, {{u"name"_s, u"drill-1"_s},
                                                    {u"kind"_s, u"drill"_s},
                                                    {u"mark"_s, u"演练甲"_s}})
                     .status,
                 201);
        Maker maker(5, u"anna"_s, Hall::deskOf(u"anna"_s));
        (void) m_hall->anna->exchange(
            {.submissions = sync::asSubmissions({maker.report(maker.ids().make<IncidentId>())}),
             .cursor = {}},
            u"drill-1"_s);
        const QJsonObject landing = m_hall->json(u"/ogc/realms/drill-1"_s);
        QVERIFY(landing.value(u"title"_s).toString().contains(u"演练甲"_s));
        QVERIFY(landing.value(u"description"_s).toString().contains(u"演练"_s));
        QVERIFY(!m_hall->json(u"/ogc"_s).value(u"title"_s).toString().contains(u"演练"_s));
        for (const auto &one : m_hall->json(pathOf(linkOf(landing, u"data"_s), *m_hall->client))
                                   .value(u"collections"_s)
                                   .toArray())
            QVERIFY(one[u"title"_s].toString().contains(u"演练甲"_s));
        const QJsonObject items =
            m_hall->json(u"/ogc/realms/drill-1/collections/incidents/items"_s);
        QCOMPARE(items.value(u"realm_mark"_s).toString(), u"演练甲"_s);
        QCOMPARE(items.value(u"numberMatched"_s).toInt(), 1);
        QCOMPARE(items[u"features"_s][0][u"properties"_s][u"realm_mark"_s].toString(), u"演练甲"_s);
        const Answered same =
            m_hall->client->get(u"/ogc/realms/live/collections/incidents/items"_s);
        QCOMPARE(same.json().value(u"numberMatched"_s).toInt(), 5);
        QCOMPARE(same.headers.value("Leeward-Realm-Kind").toByteArray(), QByteArray("live"));
    }

private:
    std::unique_ptr<OpenHall> m_hall;
};

QTEST_GUILESS_MAIN(TestOpenData)
#include "tst_open_data.moc"
