#include "maps/tiles/tileservice.h"
#include "smallcoast.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <QNetworkAccessManager>
#include <QNetworkReply>
#include <QSignalSpy>
#include <QTcpSocket>
#include <QTemporaryDir>
#include <QtTest>

using namespace leeward;
using namespace leeward::tiles;
using namespace Qt::StringLiterals;

namespace {

struct Answer
{
    int status = 0;
    QByteArray type;
    QByteArray body;
    bool noMap = false;
};

} // namespace

class TestService : public QObject
{
    Q_OBJECT

private:
    QTemporaryDir m_dir;
    smallcoast::Places m_at;
    std::unique_ptr<TileService> m_service;
    QNetworkAccessManager m_net;

    TileServiceConfig config(const QString &map) const
    {
        TileServiceConfig c;
        c.baseMap = map.isEmpty() ? QString() : m_dir.filePath(map);
        c.cacheFolder = m_dir.filePath(u"cache"_s);
        return c;
    }
    Answer get(const QUrl &url)
    {
        QNetworkReply *reply = m_net.get(QNetworkRequest(url));
        QSignalSpy done(reply, &QNetworkReply::finished);
        if (!reply->isFinished())
            (void) done.wait(20'000);
        reply->deleteLater();
        return {reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt(),
                reply->header(QNetworkRequest::ContentTypeHeader).toByteArray(), reply->readAll(),
                reply->hasRawHeader("X-Leeward-Tile")};
    }
    QUrl tile(const QString &style, LonLat place, int zoom, const QString &tail = u".png"_s) const
    {
        const TileAddress a = tileAt(place, zoom);
        return m_service->tilesUrl().resolved(
            QUrl(u"%1/%2/%3/%4%5"_s.arg(style).arg(a.zoom).arg(a.x).arg(a.y).arg(tail)));
    }
    // Sends bytes as they are and answers the first line that comes back.
    QByteArray raw(const QByteArray &bytes)
    {
        QTcpSocket socket;
        socket.connectToHost(u"127.0.0.1"_s, quint16(m_service->tilesUrl().port()));
        if (!socket.waitForConnected(5000))
            return "no connection";
        socket.write(bytes);
        QByteArray answer;
        while (!answer.contains("\r\n") && socket.waitForReadyRead(5000))
            answer += socket.readAll();
        return answer.left(answer.indexOf("\r\n"));
    }
    QByteArray token() const { return m_service->tilesUrl().path().split(u'/').at(1).toLatin1(); }

private Q_SLOTS:
    void initTestCase()
    {
        smallcoast::writeExtract(m_dir.filePath(u"coast.osm"_s));
        auto options =
            smallcoast::importOf(m_dir.filePath(u"coast.osm"_s), m_dir.filePath(u"coast"_s));
        options.minZoom = 8;
        options.maxZoom = 17;
        QVERIFY(importBaseMap(options, Progress()));
        smallcoast::writeExtract(m_dir.filePath(u"mute.osm"_s), false);
        QVERIFY(importBaseMap(
            smallcoast::importOf(m_dir.filePath(u"mute.osm"_s), m_dir.filePath(u"mute"_s)),
            Progress()));
    }
    void init()
    {
        auto service = TileService::start(config(u"coast"_s));
        QVERIFY2(service, service ? "" : qPrintable(service.error().detail));
        m_service = std::move(*service);
    }
    void cleanup() { m_service.reset(); }

    void providersDescribeTheMap_data()
    {
        QTest::addColumn<QString>("provider");
        QTest::addColumn<int>("status");
        QTest::addColumn<QString>("tiles");
        QTest::newRow("street") << u"street"_s << 200 << u"tiles/street/%z/%x/%y.png"_s;
        QTest::newRow("night") << u"night-transit"_s << 200 << u"tiles/night/%z/%x/%y.png"_s;
        QTest::newRow("terrain") << u"terrain"_s << 200 << u"tiles/terrain/%z/%x/%y.png"_s;
        QTest::newRow("street for fine screens")
            << u"street-hires"_s << 200 << u"tiles/street/%z/%x/%y@2x.png"_s;
        QTest::newRow("no imagery") << u"satellite"_s << 404 << QString();
        QTest::newRow("no cycle map") << u"cycle"_s << 404 << QString();
        QTest::newRow("unknown") << u"elsewhere"_s << 404 << QString();
    }
    void providersDescribeTheMap()
    {
        QFETCH(const QString, provider);
        QFETCH(const int, status);
        QFETCH(const QString, tiles);
        const Answer answer = get(m_service->providersUrl().resolved(QUrl(provider)));
        QCOMPARE(answer.status, status);
        if (status != 200)
            return;
        const QJsonObject json = QJsonDocument::fromJson(answer.body).object();
        QVERIFY(json["UrlTemplate"_L1].toString().endsWith(tiles));
        QVERIFY(json["UrlTemplate"_L1].toString().startsWith(u"http://127.0.0.1:"_s));
        QCOMPARE(json["ImageFormat"_L1].toString(), u"png"_s);
        QCOMPARE(json["MinimumZoomLevel"_L1].toInt(), 8);
        QCOMPARE(json["MaximumZoomLevel"_L1].toInt(), 17);
        QCOMPARE(json["MapCopyRight"_L1].toString(), u"fictional"_s);
        QCOMPARE(json["DataCopyRight"_L1].toString(), u"none: fictional"_s);
        QCOMPARE(json["Timestamp"_L1].toString(), u"2026-08-02T00:00:00.000Z"_s);
    }

    void tilesAreDrawn()
    {
        const Answer plain = get(tile(u"street"_s, m_at.sea, 13));
        QCOMPARE(plain.status, 200);
        QCOMPARE(plain.type, "image/png");
        const QImage image = QImage::fromData(plain.body);
        QCOMPARE(image.size(), QSize(256, 256));
        QVERIFY(smallcoast::apart(smallcoast::colourAt(image, tileAt(m_at.sea, 13), m_at.sea),
                                  QColor(u"#bcd5e3"_s)) <= 3);
        QCOMPARE(QImage::fromData(get(tile(u"night"_s, m_at.sea, 13, u"@2x.png"_s)).body).size(),
                 QSize(512, 512));
        QCOMPARE(get(tile(u"street"_s, m_at.sea, 13)).body, plain.body); // from memory now
    }

    void tilesComeFromTheDiskCacheAfterARestart()
    {
        const QByteArray before = get(tile(u"street"_s, m_at.town, 15)).body;
        m_service.reset();
        auto again = TileService::start(config(u"coast"_s));
        QVERIFY(again);
        m_service = std::move(*again);
        QCOMPARE(get(tile(u"street"_s, m_at.town, 15)).body, before);
    }

    void answersThatAreNoTiles_data()
    {
        QTest::addColumn<QString>("rest");
        QTest::addColumn<int>("status");
        QTest::newRow("zoom above the map's") << u"street/18/0/0.png"_s << 404;
        QTest::newRow("zoom below the map's") << u"street/2/0/0.png"_s << 404;
        QTest::newRow("x beyond the world") << u"street/8/256/0.png"_s << 404;
        QTest::newRow("negative") << u"street/8/-1/0.png"_s << 404;
        QTest::newRow("unknown style") << u"sepia/8/0/0.png"_s << 404;
        QTest::newRow("no number") << u"street/8/a/0.png"_s << 400;
        QTest::newRow("overflow") << u"street/8/99999999999999/0.png"_s << 400;
        QTest::newRow("no picture") << u"street/8/0/0.txt"_s << 400;
        QTest::newRow("too short") << u"street/8"_s << 404;
    }
    void answersThatAreNoTiles()
    {
        QFETCH(const QString, rest);
        QFETCH(const int, status);
        QCOMPARE(get(m_service->tilesUrl().resolved(QUrl(rest))).status, status);
    }

    void groundBeyondTheMapIsHatched()
    {
        const Answer answer = get(m_service->tilesUrl().resolved(QUrl(u"street/8/0/0.png"_s)));
        QCOMPARE(answer.status, 200);
        QVERIFY(answer.noMap);
        QCOMPARE(QImage::fromData(answer.body).size(), QSize(256, 256));
    }

    void strangersGetNothing_data()
    {
        QTest::addColumn<QByteArray>("request");
        QTest::addColumn<QByteArray>("status");
        QTest::newRow("no token") << QByteArray("GET / HTTP/1.1\r\n\r\n") << QByteArray("404");
        QTest::newRow("wrong token")
            << QByteArray("GET /0123456789abcdef0123456789abcdef/providers/street HTTP/1.1\r\n\r\n")
            << QByteArray("404");
        QTest::newRow("up and away")
            << QByteArray("GET /TOKEN/tiles/../../etc/passwd HTTP/1.1\r\n\r\n")
            << QByteArray("400");
        QTest::newRow("up and away, encoded")
            << QByteArray("GET /TOKEN/tiles/%2e%2e/%2e%2e/etc/passwd HTTP/1.1\r\n\r\n")
            << QByteArray("400");
        QTest::newRow("writing") << QByteArray(
                                        "POST /TOKEN/tiles/street/8/0/0.png HTTP/1.1\r\n\r\n")
                                 << QByteArray("405");
        QTest::newRow("a body")
            << QByteArray("GET /TOKEN/tiles/street/8/0/0.png HTTP/1.1\r\nContent-Length: 5\r\n\r\n")
            << QByteArray("413");
        QTest::newRow("a long address")
            << QByteArray("GET /TOKEN/" + QByteArray(2000, 'a') + " HTTP/1.1\r\n\r\n")
            << QByteArray("414");
        QTest::newRow("an endless head")
            << QByteArray("GET / HTTP/1.1\r\nX: " + QByteArray(20'000, 'a')) << QByteArray("431");
        QTest::newRow("no HTTP") << QByteArray("hello\r\n\r\n") << QByteArray("400");
    }
    void strangersGetNothing()
    {
        QFETCH(QByteArray, request);
        QFETCH(const QByteArray, status);
        const QByteArray answer = raw(request.replace("TOKEN", token()));
        QVERIFY2(answer.startsWith(QByteArray("HTTP/1.1 " + status)), answer.constData());
    }

    void aConnectionIsKeptAndAnsweredInOrder()
    {
        const QByteArray head = "HEAD /" + token() + "/providers/street HTTP/1.1\r\n\r\n";
        const QByteArray last =
            "GET /" + token() + "/providers/cycle HTTP/1.1\r\nConnection: close\r\n\r\n";
        QTcpSocket socket;
        socket.connectToHost(u"127.0.0.1"_s, quint16(m_service->tilesUrl().port()));
        QVERIFY(socket.waitForConnected(5000));
        socket.write(head + head + last);
        QByteArray all;
        while (socket.waitForReadyRead(5000))
            all += socket.readAll();
        QCOMPARE(all.count("HTTP/1.1 200"), 2);
        QCOMPARE(all.count("HTTP/1.1 404"), 1);
        QVERIFY(all.indexOf("404") > all.lastIndexOf("HTTP/1.1 200"));
    }

    void theBaseMapChangesWhileRunning()
    {
        const QString key = m_service->cacheKey();
        const QByteArray before = get(tile(u"street"_s, m_at.town, 13)).body;
        QVERIFY(m_service->setBaseMap(m_dir.filePath(u"mute"_s)));
        QVERIFY(m_service->cacheKey() != key);
        QVERIFY(get(tile(u"street"_s, m_at.town, 13)).body != before); // its name is gone
        QVERIFY(!m_service->setBaseMap(m_dir.filePath(u"none"_s)));
        QCOMPARE(m_service->baseMap().name, u"mute"_s); // the old one stays
        QVERIFY(m_service->setBaseMap({}));
        QVERIFY(get(tile(u"street"_s, m_at.town, 13)).noMap);
    }

    void requestsThatAreGivenUpDoNoHarm()
    {
        QList<QNetworkReply *> replies;
        for (int i = 0; i < 24; ++i)
            replies << m_net.get(
                QNetworkRequest(tile(u"terrain"_s, {120.0 + i * 0.008, 30.1}, 17)));
        for (QNetworkReply *reply : replies) {
            reply->abort();
            reply->deleteLater();
        }
        QCOMPARE(get(tile(u"street"_s, m_at.land, 12)).status, 200);
    }

    void startSaysWhatIsWrong()
    {
        QCOMPARE(TileService::start(config(u"none"_s)).error().code, Errc::FileMissing);
        QVERIFY(TileService::start(config({}))); // a console without a base map still starts
    }

    void onlyThisMachineIsServed()
    {
        QCOMPARE(m_service->providersUrl().host(), u"127.0.0.1"_s);
        auto other = TileService::start(config({}));
        QVERIFY(other);
        QVERIFY((*other)->providersUrl().path() !=
                m_service->providersUrl().path()); // a token of its own
    }
};

QTEST_GUILESS_MAIN(TestService)
#include "tst_service.moc"
