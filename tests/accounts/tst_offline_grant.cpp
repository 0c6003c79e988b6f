#include "sync/offline_grant.h"
#include "tests/support/makers.h"

#include <QCborMap>
#include <QCborValue>
#include <QTest>

#include <random>

using namespace leeward;
using namespace leeward::sync;
using namespace std::chrono_literals;
using namespace Qt::StringLiterals;

namespace {

const QString password = u"台风眼里喝工夫茶07"_s;
const QString deviceId = u"device-0123456789"_s;
constexpr Instant start = instantFromMs(test::FakeClock::startMs);
constexpr Duration grace = 72h;

// A desk that has signed in at `start` by the server's clock, its own being `offset` behind.
struct Desk
{
    explicit Desk(Duration behind = {})
    {
        verifier = test::must(makeVerifier(u"zhang"_s, password, cheapestHashLimits()));
        secret = test::must(keepGrant(signedGrant(), server.publicKey, verifier, start - behind));
    }
    [[nodiscard]] Grant grant() const
    {
        return {.server = u"市应急指挥中心"_s,
                .user = u"zhang"_s,
                .displayName = u"张敏"_s,
                .roles = {Role::Dispatcher, Role::Administrator},
                .areas = {u"330203"_s, u"*"_s},
                .device = deviceId,
                .desk = u"1号台"_s,
                .issuedAt = start,
                .validUntil = start + grace};
    }
    [[nodiscard]] QByteArray signedGrant() const
    {
        return test::must(signGrant(grant(), server.secretKey));
    }
    OfflineAnswer tries(Instant now, const QString &typed = password,
                        const QString &user = u"zhang"_s)
    {
        // Through the key store every time.
        secret = test::must(offlineSecretFrom(toBytes(secret)));
        last = signInOffline(secret, user, typed, deviceId, now);
        secret = last.secret;
        return last.answer;
    }
    SystemRandom random;
    KeyPair server = makeKeyPair(random);
    PasswordVerifier verifier;
    OfflineSecret secret;
    OfflineSignIn last;
};

} // namespace

class TestOfflineGrant : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void grantTravels()
    {
        const Desk desk;
        QCOMPARE(test::must(openGrant(desk.signedGrant(), desk.server.publicKey)), desk.grant());
        QCOMPARE(test::must(offlineSecretFrom(toBytes(desk.secret))), desk.secret);
    }
    void noByteOfAGrantCanBeChanged()
    {
        const Desk desk;
        const QByteArray whole = desk.signedGrant();
        for (qsizetype i = 0; i < whole.size(); ++i) {
            for (const char flip : {char(1), char(0x20), char(0x80)}) {
                QByteArray changed = whole;
                changed[i] = static_cast<char>(changed[i] ^ flip);
                const auto opened = openGrant(changed, desk.server.publicKey);
                // The bytes around the signed ones are only packing.
                QVERIFY2(!opened || *opened == desk.grant(), qPrintable(QString::number(i)));
            }
            QVERIFY(!openGrant(whole.first(i), desk.server.publicKey));
        }
        QVERIFY(!openGrant(whole + 'x', desk.server.publicKey));
        SystemRandom random;
        QCOMPARE(openGrant(whole, makeKeyPair(random).publicKey).error().code, Errc::Corrupt);
        QCOMPARE(openGrant(whole, {}).error().code, Errc::Corrupt);
        QCOMPARE(keepGrant(whole, {}, desk.verifier, start).error().code, Errc::Corrupt);
    }
    void aSignatureForAnotherPurposeIsNone()
    {
        const Desk desk;
        const QCborMap map = QCborValue::fromCbor(desk.signedGrant()).toMap();
        const QByteArray payload = map.value(u"grant"_s).toByteArray();
        const QByteArray signature = test::must(signBytes(payload, desk.server.secretKey));
        const QByteArray forged =
            QCborMap{{u"grant"_s, payload}, {u"signature"_s, signature}}.toCborValue().toCbor();
        QCOMPARE(openGrant(forged, desk.server.publicKey).error().code, Errc::Corrupt);
    }
    void badSecrets_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        const QCborMap whole = QCborValue::fromCbor(toBytes(Desk().secret)).toMap();
        QTest::newRow("empty") << QByteArray();
        QTest::newRow("text") << QByteArray("secret");
        QTest::newRow("half") << toBytes(Desk().secret).left(100);
        for (const QString &key : {u"grant"_s, u"key"_s, u"password"_s, u"offset"_s, u"latest"_s,
                                   u"wrong"_s, u"locked"_s}) {
            QCborMap map = whole;
            map.remove(key);
            QTest::addRow("no %s", qPrintable(key)) << map.toCborValue().toCbor();
            map.insert(key, true);
            QTest::addRow("other %s", qPrintable(key)) << map.toCborValue().toCbor();
        }
        QCborMap far = whole;
        far[u"latest"_s] = std::numeric_limits<qint64>::max();
        QTest::newRow("far away") << far.toCborValue().toCbor();
        far[u"latest"_s] = std::numeric_limits<qint64>::min();
        QTest::newRow("long ago") << far.toCborValue().toCbor();
    }
    void badSecrets()
    {
        QFETCH(const QByteArray, bytes);
        QCOMPARE(offlineSecretFrom(bytes).error().code, Errc::FileMalformed);
    }

    void signsInWithinTheGrace_data()
    {
        QTest::addColumn<qint64>("behind"); // the desk's clock, ms
        QTest::newRow("right clock") << qint64(0);
        QTest::newRow("three hours slow") << qint64(3 * 3600 * 1000);
        QTest::newRow("in another year") << qint64(-365LL * 86400 * 1000);
    }
    void signsInWithinTheGrace()
    {
        QFETCH(const qint64, behind);
        Desk desk{Duration(behind)};
        const auto at = [&](Duration later) { return start - Duration(behind) + later; };
        QCOMPARE(desk.tries(at(0ms)), OfflineAnswer::SignedIn);
        QCOMPARE(desk.last.grant, desk.grant());
        QCOMPARE(desk.last.left, grace);
        QVERIFY(!desk.last.clockSetBack);
        QCOMPARE(desk.tries(at(grace - 1ms)), OfflineAnswer::SignedIn);
        QCOMPARE(desk.last.left, Duration(1ms));
        QCOMPARE(desk.tries(at(grace)), OfflineAnswer::ReadOnly);
        QCOMPARE(desk.last.grant.user, u"zhang"_s);
        QCOMPARE(desk.last.left, Duration(0));
        QCOMPARE(desk.tries(at(grace + 24h), u"wrong password"_s), OfflineAnswer::WrongPassword);
    }
    void aClockSetBackGivesNoMoreTime()
    {
        Desk desk;
        QCOMPARE(desk.tries(start + 70h), OfflineAnswer::SignedIn);
        // Back to the beginning: time stands where it was.
        QCOMPARE(desk.tries(start), OfflineAnswer::SignedIn);
        QVERIFY(desk.last.clockSetBack);
        QCOMPARE(desk.last.left, Duration(2h));
        // A little is no fault of anybody's.
        QCOMPARE(desk.tries(start + 70h - 4min), OfflineAnswer::SignedIn);
        QVERIFY(!desk.last.clockSetBack);
        QCOMPARE(desk.last.left, Duration(2h));
        // While it works it counts by a clock that can not be set.
        Duration worked(0);
        while (passed(desk.secret, 1min, start) > Duration(0))
            worked += 1min;
        QCOMPARE(worked, Duration(2h - 1min));
        QCOMPARE(desk.tries(start), OfflineAnswer::ReadOnly);
        QCOMPARE(desk.tries(start - 8760h), OfflineAnswer::ReadOnly);
    }
    // However the clock is set, no desk works for longer than the grace.
    void neverLongerThanTheGrace()
    {
        std::mt19937 random(11);
        for (int run = 0; run < 20; ++run) {
            Desk desk;
            Duration worked(0);
            Instant clock = start;
            for (int i = 0; i < 400; ++i) {
                const auto jump = std::uniform_int_distribution<qint64>(-48 * 60, 12)(random);
                clock += std::chrono::minutes(jump);
                if (i % 40 == 0 && desk.tries(clock) != OfflineAnswer::SignedIn)
                    break;
                const Duration session = std::chrono::minutes(random() % 120);
                clock += session;
                if (passed(desk.secret, session, clock) == Duration(0))
                    break;
                worked += session;
            }
            QVERIFY2(worked <= grace, qPrintable(QString::number(worked.count())));
            QVERIFY(worked > Duration(0));
        }
    }
    void aClockSetForwardUsesItUp()
    {
        Desk desk;
        QCOMPARE(desk.tries(start + 8760h), OfflineAnswer::ReadOnly);
        QCOMPARE(desk.tries(start + 1h), OfflineAnswer::ReadOnly);
        // Until the server has been seen again.
        desk.secret =
            test::must(keepGrant(desk.signedGrant(), desk.server.publicKey, desk.verifier, start));
        QCOMPARE(desk.tries(start + 1h), OfflineAnswer::SignedIn);
    }
    void passedCountsWhatIsLater()
    {
        Desk desk;
        QCOMPARE(passed(desk.secret, 1min, start + 1h), grace - Duration(1h));
        QCOMPARE(passed(desk.secret, -1h, start), grace - Duration(1h));
        desk.secret.signedGrant.clear();
        QCOMPARE(passed(desk.secret, 1min, start), Duration(0));
    }
    void wrongPasswordsLock()
    {
        Desk desk;
        Instant now = start;
        for (int i = 0; i < 5; ++i)
            QCOMPARE(desk.tries(now, u"wrong password"_s), OfflineAnswer::WrongPassword);
        Duration lock = 30s;
        for (int i = 0; i < 7; ++i) {
            QCOMPARE(desk.tries(now), OfflineAnswer::Locked);
            QCOMPARE(desk.last.wait, lock);
            QVERIFY2(desk.tries(now - 1h) == OfflineAnswer::Locked, "setting the clock back");
            now += lock;
            QCOMPARE(desk.tries(now, u"wrong password"_s), OfflineAnswer::WrongPassword);
            lock = std::min<Duration>(lock * 2, 15min);
        }
        now += 15min;
        QCOMPARE(desk.tries(now), OfflineAnswer::SignedIn);
        QCOMPARE(desk.secret.wrong, 0);
    }
    void onlyThatPersonAtThatDesk()
    {
        Desk desk;
        QCOMPARE(desk.tries(start, password, u"li"_s), OfflineAnswer::WrongPassword);
        QVERIFY(desk.last.grant.user.isEmpty());
        QCOMPARE(desk.tries(start, password, u"Zhang"_s), OfflineAnswer::WrongPassword);
        QCOMPARE(
            signInOffline(desk.secret, u"zhang"_s, password, u"device-elsewhere-1"_s, start).answer,
            OfflineAnswer::Broken);
        desk.secret.serverKey[0] = static_cast<char>(desk.secret.serverKey[0] ^ 1);
        QCOMPARE(desk.tries(start), OfflineAnswer::Broken);
    }

    void passwords_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("typed");
        QTest::addColumn<int>("fault"); // -1: none
        const auto row = [](const char *what, const QString &name, const QString &typed,
                            std::optional<PasswordFault> fault) {
            QTest::newRow(what) << name << typed << (fault ? static_cast<int>(*fault) : -1);
        };
        using enum PasswordFault;
        row("empty", u"zhang"_s, {}, TooShort);
        row("nine", u"zhang"_s, u"tk7-Wz2qL"_s, TooShort);
        row("ten", u"zhang"_s, u"tk7-Wz2qLe"_s, {});
        row("nine Han", u"zhang"_s, u"台风眼里喝工夫茶零"_s, TooShort);
        row("ten Han", u"zhang"_s, u"台风眼里喝工夫茶零七"_s, {});
        row("nine beyond the plane", u"zhang"_s, u"𠀀𠀁𠀂𠀃𠀄𠀅𠀆𠀇𠀈"_s, TooShort);
        row("257", u"zhang"_s, u"tk7-Wz2q"_s.repeated(33).left(257), TooLong);
        row("256", u"zhang"_s, u"tk7-Wz2q"_s.repeated(32), {});
        row("the name", u"zhang.minhui"_s, u"Zhang.MinHui"_s, IsName);
        row("the name and a year", u"zhangmin"_s, u"zhangmin26!"_s, IsName);
        row("the name twice", u"zhang"_s, u"zhangzhang"_s, IsName);
        row("the name among much", u"zhang"_s, u"zhang-tk7-Wz2qLe"_s, {});
        row("digits in a row", u"zhang"_s, u"1234567890"_s, TooCommon);
        row("one letter", u"zhang"_s, u"aaaaaaaaaaaa"_s, TooCommon);
        row("keyboard", u"zhang"_s, u"qwertyuiop"_s, TooCommon);
        row("password and digits", u"zhang"_s, u"Password2026!"_s, TooCommon);
        row("full width", u"zhang"_s, u"ｐａｓｓｗｏｒｄ２０２６"_s, TooCommon);
        row("admin and digits", u"zhang"_s, u"admin123456"_s, TooCommon);
        row("twice", u"zhang"_s, u"passwordpassword"_s, TooCommon);
        row("product", u"zhang"_s, u"leeward2026"_s, TooCommon);
        row("a sentence with a common word", u"zhang"_s, u"my password is a heron"_s, {});
    }
    void passwords()
    {
        QFETCH(const QString, name);
        QFETCH(const QString, typed);
        QFETCH(const int, fault);
        const auto found = passwordFault(name, typed);
        QCOMPARE(found ? static_cast<int>(*found) : -1, fault);
        QCOMPARE(makeVerifier(name, typed, cheapestHashLimits()).has_value(), !found);
    }
    void verifiers()
    {
        const auto one = test::must(makeVerifier(u"x"_s, password, cheapestHashLimits()));
        const auto two = test::must(makeVerifier(u"x"_s, password, cheapestHashLimits()));
        QVERIFY(one != two); // salted
        QVERIFY(one.text.startsWith("$argon2id$"));
        QVERIFY(fits(one, password) && fits(two, password));
        QVERIFY(!fits(one, password + u' '));
        QVERIFY(!fits(one, {}));
        QVERIFY(!fits(one, QString(1'000'000, u'x')));
        // é in one piece and in two.
        const auto composed =
            test::must(makeVerifier(u"x"_s, u"caf\u00e9 du port"_s, cheapestHashLimits()));
        QVERIFY(fits(composed, u"cafe\u0301 du port"_s));
        for (const QByteArray &bad : {QByteArray(), QByteArray("x"), one.text.left(40),
                                      QByteArray(500, 'x'), QByteArray("$argon2id$v=19$")})
            QVERIFY(!fits({bad}, password));
    }
    void usualLimitsAreModerate()
    {
        QVERIFY(usualHashLimits().memoryBytes >= 256ull << 20);
        QVERIFY(usualHashLimits().operations >= 3);
    }
    void keysAndSignatures()
    {
        SystemRandom random;
        const KeyPair pair = makeKeyPair(random);
        QVERIFY(pair.publicKey != makeKeyPair(random).publicKey);
        const QByteArray signature = test::must(signBytes("message", pair.secretKey));
        QVERIFY(isSignedBy(pair.publicKey, "message", signature));
        QVERIFY(!isSignedBy(pair.publicKey, "messagf", signature));
        QVERIFY(!isSignedBy(pair.publicKey, "message", signature.left(63)));
        QVERIFY(!isSignedBy(pair.publicKey.left(31), "message", signature));
        QVERIFY(!isSignedBy({}, "message", {}));
        QCOMPARE(signBytes("message", "short").error().code, Errc::InvalidArgument);
        // The zero bytes keep the parts apart.
        QVERIFY(refreshMessage(u"ab"_s, "c") != refreshMessage(u"a"_s, "bc"));
    }
};

QTEST_GUILESS_MAIN(TestOfflineGrant)
#include "tst_offline_grant.moc"
