#include "server/accounts/certificate.h"
#include "tests/support/makers.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QHostAddress>
#include <QSslCertificate>
#include <QSslCertificateExtension>
#include <QSslConfiguration>
#include <QSslKey>
#include <QSslServer>
#include <QSslSocket>
#include <QTemporaryDir>
#include <QTest>
#include <QTimeZone>

using namespace leeward;
using namespace leeward::server;
using namespace std::chrono_literals;
using namespace Qt::StringLiterals;

namespace {

const CertificateNames names{.organisation = u"市应急指挥中心"_s,
                             .hosts = {u"leeward.hall.example"_s, u"应急.example"_s},
                             .addresses = {u"127.0.0.1"_s, u"fd00::1"_s}};

QByteArray content(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

struct Folder
{
    [[nodiscard]] QString path(const QString &name) const
    {
        return folder.filePath(u"tls/"_s + name);
    }
    [[nodiscard]] QString root() const { return folder.filePath(u"tls"_s); }
    QTemporaryDir folder;
};

QSslCertificate certificate(const QString &path)
{
    return QSslCertificate(content(path));
}

// Connects to a server with this folder's pair, trusting `authority` alone; the errors.
QList<QSslError> connectTo(const Folder &folder, const QSslCertificate &authority,
                           const QString &host)
{
    QSslServer server;
    QSslConfiguration ours = QSslConfiguration::defaultConfiguration();
    ours.setLocalCertificate(certificate(folder.path(u"server.pem"_s)));
    ours.setPrivateKey(QSslKey(content(folder.path(u"server.key"_s)), QSsl::Ec));
    server.setSslConfiguration(ours);
    if (!server.listen(QHostAddress::LocalHost))
        qFatal("no port");
    QSslSocket socket;
    QSslConfiguration theirs = QSslConfiguration::defaultConfiguration();
    theirs.setCaCertificates({authority});
    socket.setSslConfiguration(theirs);
    socket.setPeerVerifyMode(QSslSocket::VerifyPeer);
    QList<QSslError> errors;
    QObject::connect(&socket, &QSslSocket::sslErrors, &socket,
                     [&](const QList<QSslError> &found) { errors += found; });
    socket.connectToHostEncrypted(u"127.0.0.1"_s, server.serverPort(), host);
    const bool answered =
        QTest::qWaitFor([&] { return socket.isEncrypted() || !errors.isEmpty(); }, 10'000);
    if (!answered)
        errors += QSslError(QSslError::UnspecifiedError);
    return errors;
}

} // namespace

class TestCertificate : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        QVERIFY2(QSslSocket::supportsSsl(), "Qt without TLS can not test certificates");
    }
    void makesAuthorityAndServer()
    {
        const Folder folder;
        const Instant now = SystemClock().now();
        test::must(makeCertificates(folder.root(), names, now));
        const QSslCertificate ca = certificate(folder.path(u"ca.pem"_s));
        const QSslCertificate server = certificate(folder.path(u"server.pem"_s));
        QVERIFY(!ca.isNull() && !server.isNull());
        QVERIFY(ca.isSelfSigned());
        QCOMPARE(server.issuerInfo(QSslCertificate::CommonName), QStringList{u"Leeward CA"_s});
        QCOMPARE(server.subjectInfo(QSslCertificate::Organization),
                 QStringList{u"市应急指挥中心"_s});
        QCOMPARE(server.publicKey().length(), 256);
        QCOMPARE(server.publicKey().algorithm(), QSsl::Ec);
        const auto alternative = server.subjectAlternativeNames();
        QCOMPARE(alternative.values(QSsl::DnsEntry).size(), 2);
        QVERIFY(alternative.contains(QSsl::DnsEntry, u"leeward.hall.example"_s));
        QVERIFY(alternative.contains(QSsl::IpAddressEntry, u"127.0.0.1"_s));
        const auto days = [](const QSslCertificate &c) {
            return c.effectiveDate().daysTo(c.expiryDate());
        };
        QVERIFY(days(ca) >= 3652 && days(ca) <= 3655);
        // An hour back, for slow clocks.
        QVERIFY(server.effectiveDate() <= toUtcDateTime(now - 59min));
        const QDateTime wanted = toUtcDateTime(now).addYears(authorityYears);
        QVERIFY(std::abs(ca.expiryDate().daysTo(wanted)) <= 2);
        QVERIFY(QSslCertificate::verify({server, ca}).size() >= 1); // nobody trusts it by itself
        const auto kept = test::must(readCertificate(folder.path(u"server.pem"_s)));
        QCOMPARE(kept.names.hosts,
                 (QStringList{u"leeward.hall.example"_s, u"xn--extu8a.example"_s}));
        QCOMPARE(kept.names.addresses, names.addresses);
        QCOMPARE(kept.names.organisation, names.organisation);
        QCOMPARE(
            test::must(fingerprint(folder.path(u"server.pem"_s))),
            QString::fromLatin1(server.digest(QCryptographicHash::Sha256).toHex(':').toUpper()));
    }
    // RFC 5280 4.1.2.5: both ends belong to the period.
    void isNeverLongerThanVerifiersAllow_data()
    {
        QTest::addColumn<QDateTime>("made");
        QTest::newRow("noon") << QDateTime(QDate(2026, 11, 22), QTime(12, 0), QTimeZone::UTC);
        QTest::newRow("just after midnight")
            << QDateTime(QDate(2026, 11, 22), QTime(0, 30), QTimeZone::UTC);
        QTest::newRow("between two seconds")
            << QDateTime(QDate(2026, 11, 22), QTime(23, 59, 59, 999), QTimeZone::UTC);
        QTest::newRow("leap day") << QDateTime(QDate(2028, 2, 29), QTime(1, 0), QTimeZone::UTC);
    }
    void isNeverLongerThanVerifiersAllow()
    {
        QFETCH(const QDateTime, made);
        const Folder folder;
        test::must(makeCertificates(folder.root(), names, instantFromMs(made.toMSecsSinceEpoch())));
        const QSslCertificate server = certificate(folder.path(u"server.pem"_s));
        QCOMPARE(server.effectiveDate().secsTo(server.expiryDate()) + 1,
                 qint64(serverDays) * 24 * 60 * 60);
    }
    void keysAreTheOwnersAlone()
    {
        const Folder folder;
        test::must(makeCertificates(folder.root(), names, SystemClock().now()));
        const auto owner = QFileDevice::ReadOwner | QFileDevice::WriteOwner |
                           QFileDevice::ReadUser | QFileDevice::WriteUser;
        for (const QString &name : {u"ca.key"_s, u"server.key"_s})
            QCOMPARE(QFileInfo(folder.path(name)).permissions() & ~owner,
                     QFileDevice::Permissions());
        QVERIFY(!(QFileInfo(folder.root()).permissions() & QFileDevice::ReadOther));
        QVERIFY(QFileInfo(folder.path(u"ca.pem"_s)).permissions() & QFileDevice::ReadOther);
    }
    void isTrustedByItsAuthorityOnly_data()
    {
        QTest::addColumn<QString>("host");
        QTest::addColumn<bool>("own");
        QTest::addColumn<int>("error"); // -1: none
        QTest::newRow("host") << u"leeward.hall.example"_s << true << -1;
        QTest::newRow("host with Han") << u"应急.example"_s << true << -1;
        QTest::newRow("address") << u"127.0.0.1"_s << true << -1;
        QTest::newRow("wrong host")
            << u"other.hall.example"_s << true << int(QSslError::HostNameMismatch);
        QTest::newRow("its parent")
            << u"hall.example"_s << true << int(QSslError::HostNameMismatch);
        QTest::newRow("below it") << u"x.leeward.hall.example"_s << true
                                  << int(QSslError::HostNameMismatch);
        QTest::newRow("wrong address")
            << u"127.0.0.2"_s << true << int(QSslError::HostNameMismatch);
        QTest::newRow("another authority") << u"leeward.hall.example"_s << false
                                           << int(QSslError::UnableToGetLocalIssuerCertificate);
    }
    void isTrustedByItsAuthorityOnly()
    {
        QFETCH(const QString, host);
        QFETCH(const bool, own);
        QFETCH(const int, error);
        const Folder folder;
        const Folder stranger;
        const Instant now = SystemClock().now();
        test::must(makeCertificates(folder.root(), names, now));
        test::must(makeCertificates(stranger.root(), names, now));
        const auto errors =
            connectTo(folder, certificate((own ? folder : stranger).path(u"ca.pem"_s)), host);
        if (error < 0) {
            QVERIFY2(errors.isEmpty(),
                     errors.isEmpty() ? "" : qPrintable(errors.first().errorString()));
        } else {
            QVERIFY(std::ranges::contains(errors, static_cast<QSslError::SslError>(error),
                                          &QSslError::error));
        }
    }
    void anEndedOneIsRefused()
    {
        const Folder folder;
        test::must(
            makeCertificates(folder.root(), names, SystemClock().now() - std::chrono::days(900)));
        const auto errors =
            connectTo(folder, certificate(folder.path(u"ca.pem"_s)), names.hosts.first());
        QVERIFY(std::ranges::contains(errors, QSslError::CertificateExpired, &QSslError::error));
    }
    void nothingIsOverwritten_data()
    {
        QTest::addColumn<QString>("there");
        for (const char *name : {"ca.key", "ca.pem", "server.key", "server.pem"})
            QTest::newRow(name) << QString::fromLatin1(name);
    }
    void nothingIsOverwritten()
    {
        QFETCH(const QString, there);
        const Folder folder;
        QVERIFY(QDir().mkpath(folder.root()));
        QFile file(folder.path(there));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("precious");
        file.close();
        QCOMPARE(makeCertificates(folder.root(), names, SystemClock().now()).error().code,
                 Errc::AlreadyExists);
        QCOMPARE(content(folder.path(there)), QByteArray("precious"));
        QCOMPARE(QDir(folder.root()).entryList(QDir::Files), QStringList{there});
    }
    void aLinkIsNotFollowed()
    {
        const Folder folder;
        QVERIFY(QDir().mkpath(folder.root()));
        QVERIFY(QFile::link(folder.folder.filePath(u"elsewhere"_s), folder.path(u"ca.key"_s)));
        QCOMPARE(makeCertificates(folder.root(), names, SystemClock().now()).error().code,
                 Errc::AlreadyExists);
        QVERIFY(!QFile::exists(folder.folder.filePath(u"elsewhere"_s)));
    }
    void renews()
    {
        const Folder folder;
        const Instant now = SystemClock().now();
        test::must(makeCertificates(folder.root(), names, now - std::chrono::days(800)));
        const auto old = test::must(readCertificate(folder.path(u"server.pem"_s)));
        const QByteArray oldKey = content(folder.path(u"server.key"_s));
        const QByteArray oldPem = content(folder.path(u"server.pem"_s));
        const QByteArray ca = content(folder.path(u"ca.pem"_s));
        test::must(renewServerCertificate(folder.root(), now));
        const auto fresh = test::must(readCertificate(folder.path(u"server.pem"_s)));
        QVERIFY(fresh.serial != old.serial && fresh.fingerprint != old.fingerprint);
        QCOMPARE(fresh.names.hosts, old.names.hosts);
        QCOMPARE(fresh.names.addresses, old.names.addresses);
        QVERIFY(content(folder.path(u"server.key"_s)) != oldKey);
        QCOMPARE(content(folder.path(u"server.key.before-"_s + old.serial)), oldKey);
        QCOMPARE(content(folder.path(u"server.pem.before-"_s + old.serial)), oldPem);
        QCOMPARE(content(folder.path(u"ca.pem"_s)), ca);
        QVERIFY(connectTo(folder, certificate(folder.path(u"ca.pem"_s)), names.hosts.first())
                    .isEmpty());
    }
    // Stopped between its two last steps: the new key is there, the old certificate still.
    void aRenewalThatStoppedIsRunAgain()
    {
        const Folder folder;
        const Instant now = SystemClock().now();
        test::must(makeCertificates(folder.root(), names, now));
        const QByteArray oldPem = content(folder.path(u"server.pem"_s));
        const QByteArray oldKey = content(folder.path(u"server.key"_s));
        const auto old = test::must(readCertificate(folder.path(u"server.pem"_s)));
        test::must(renewServerCertificate(folder.root(), now));
        QVERIFY(QFile::remove(folder.path(u"server.pem"_s)));
        QVERIFY(
            QFile::link(folder.path(u"server.pem.before-"_s + old.serial), folder.path(u"x"_s)));
        QVERIFY(QFile::copy(folder.path(u"server.pem.before-"_s + old.serial),
                            folder.path(u"server.pem"_s)));
        test::must(renewServerCertificate(folder.root(), now));
        QCOMPARE(content(folder.path(u"server.key.before-"_s + old.serial)), oldKey);
        QCOMPARE(content(folder.path(u"server.pem.before-"_s + old.serial)), oldPem);
        QVERIFY(connectTo(folder, certificate(folder.path(u"ca.pem"_s)), names.hosts.first())
                    .isEmpty());
    }
    void neverOutlivesItsAuthority()
    {
        const Folder folder;
        const Instant now = SystemClock().now();
        test::must(makeCertificates(folder.root(), names, now));
        const auto ca = test::must(readCertificate(folder.path(u"ca.pem"_s)));
        test::must(renewServerCertificate(folder.root(), ca.validUntil - std::chrono::days(100)));
        QCOMPARE(test::must(readCertificate(folder.path(u"server.pem"_s))).validUntil,
                 ca.validUntil);
        QCOMPARE(renewServerCertificate(folder.root(), ca.validUntil).error().code, Errc::Refused);
    }
    void badNames_data()
    {
        QTest::addColumn<QStringList>("hosts");
        QTest::addColumn<QStringList>("addresses");
        const QStringList none;
        QTest::newRow("none") << none << none;
        QTest::newRow("blank") << QStringList{u"a b"_s} << none;
        QTest::newRow("empty") << QStringList{QString()} << none;
        QTest::newRow("two in one") << QStringList{u"a,DNS:b"_s} << none;
        QTest::newRow("wildcard") << QStringList{u"*.example"_s} << none;
        QTest::newRow("address as host") << QStringList{u"10.0.0.1"_s} << none;
        QTest::newRow("zero byte")
            << QStringList{u"good.example"_s + QChar(0) + u".evil"_s} << none;
        QTest::newRow("long label") << QStringList{QString(64, u'a') + u".example"_s} << none;
        QTest::newRow("hyphen") << QStringList{u"-a.example"_s} << none;
        QTest::newRow("host as address") << none << QStringList{u"hall.example"_s};
        QTest::newRow("scoped") << none << QStringList{u"fe80::1%eth0"_s};
        QTest::newRow("range") << none << QStringList{u"10.0.0.0/8"_s};
    }
    void badNames()
    {
        QFETCH(const QStringList, hosts);
        QFETCH(const QStringList, addresses);
        const Folder folder;
        QCOMPARE(makeCertificates(folder.root(), {.hosts = hosts, .addresses = addresses},
                                  SystemClock().now())
                     .error()
                     .code,
                 Errc::InvalidArgument);
        QVERIFY(!QFileInfo::exists(folder.root()));
    }
    void badFiles()
    {
        const Folder folder;
        const Instant now = SystemClock().now();
        QCOMPARE(readCertificate(folder.path(u"x"_s)).error().code, Errc::FileMissing);
        test::must(makeCertificates(folder.root(), names, now));
        QCOMPARE(readCertificate(folder.path(u"ca.key"_s)).error().code, Errc::FileMalformed);
        // Another authority's key beside this certificate.
        const Folder stranger;
        test::must(makeCertificates(stranger.root(), names, now));
        QVERIFY(QFile::remove(folder.path(u"ca.key"_s)));
        QCOMPARE(renewServerCertificate(folder.root(), now).error().code, Errc::FileMissing);
        QVERIFY(QFile::copy(stranger.path(u"ca.key"_s), folder.path(u"ca.key"_s)));
        const QByteArray before = content(folder.path(u"server.pem"_s));
        QCOMPARE(renewServerCertificate(folder.root(), now).error().code, Errc::Corrupt);
        QCOMPARE(content(folder.path(u"server.pem"_s)), before);
        QCOMPARE(makeCertificates(u"/nowhere/at/all"_s, names, now).error().code,
                 Errc::FileUnwritable);
    }
};

QTEST_GUILESS_MAIN(TestCertificate)
#include "tst_certificate.moc"
