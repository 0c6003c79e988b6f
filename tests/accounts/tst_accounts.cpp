#include "server/accounts/accounts.h"
#include "tests/accounts/empty_store.h"
#include "tests/accounts/people.h"

#include <QSet>
#include <QTest>

using namespace leeward;
using namespace leeward::server;
using namespace std::chrono_literals;
using namespace Qt::StringLiterals;
using Why = SignInRefusal::Why;
using test::cheapRules;
using test::Device;
using test::rightPassword;
using test::SeededRandom;
using test::verifier;
using test::wrongPassword;

namespace {

// A server with an administrator "root.hall" and a dispatcher "zhang".
struct Hall
{
    Hall()
    {
        const QString code = test::must(accounts->newSetupCode());
        test::must(accounts->createFirstAdministrator(code, {.name = u"root.hall"_s}, verifier(),
                                                      u"10.0.0.9"_s));
        add(u"zhang"_s);
    }
    void add(const QString &name)
    {
        test::must(accounts->createUser(admin, {name, u"张敏"_s, {Role::Dispatcher}, {u"330203"_s}},
                                        verifier()));
    }
    // "in", "wrong", "too many", …
    QString tries(const SignInRequest &request, const QString &password)
    {
        const auto answer = test::must(accounts->signIn(request, password));
        if (answer)
            return u"in"_s;
        wait = answer.error().retryAfter;
        switch (answer.error().why) {
        case Why::WrongPassword: return u"wrong"_s;
        case Why::TooMany: return u"too many"_s;
        case Why::Busy: return u"busy"_s;
        case Why::Disabled: return u"disabled"_s;
        case Why::DeviceRevoked: return u"device revoked"_s;
        case Why::OtherDevice: return u"other device"_s;
        case Why::BadRequest: return u"bad request"_s;
        }
        return {};
    }
    SignedIn enter(const Device &device, const QString &user = u"zhang"_s)
    {
        const auto answer = test::must(accounts->signIn(device.asks(user), rightPassword));
        if (!answer)
            qFatal("not let in: %d", static_cast<int>(answer.error().why));
        return *answer;
    }
    // "valid" or why not
    QString token(const QByteArray &access)
    {
        const auto session = test::must(accounts->authenticate(access));
        return session ? u"valid"_s : name(session.error());
    }
    QString refresh(const RefreshRequest &request, SignedIn *given = nullptr)
    {
        const auto answer = test::must(accounts->refresh(request));
        if (!answer)
            return name(answer.error());
        if (given)
            *given = *answer;
        return u"valid"_s;
    }
    static QString name(TokenRefusal why)
    {
        switch (why) {
        case TokenRefusal::Unknown: return u"unknown"_s;
        case TokenRefusal::Expired: return u"expired"_s;
        case TokenRefusal::Revoked: return u"revoked"_s;
        case TokenRefusal::Reused: return u"reused"_s;
        case TokenRefusal::WrongDevice: return u"wrong device"_s;
        case TokenRefusal::Disabled: return u"disabled"_s;
        }
        return {};
    }
    int audited(const QString &what)
    {
        const auto all = test::must(store->auditAfter(0, 1'000'000));
        return static_cast<int>(std::ranges::count(all, what, &AuditRecord::what));
    }

    test::FakeClock clock;
    SeededRandom random;
    std::unique_ptr<AccountStore> store = test::emptyAccountStore();
    std::unique_ptr<Accounts> accounts =
        test::must(Accounts::create(*store, clock, random, u"市应急指挥中心"_s, cheapRules()));
    By admin{u"root.hall"_s, u"10.0.0.9"_s};
    Device desk{random, u"1号台"_s};
    Device other{random, u"2号台"_s};
    Duration wait = {};
};

} // namespace

class TestAccounts : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    // --- the first administrator
    void theFirstAdministratorNeedsTheCode()
    {
        test::FakeClock clock;
        SeededRandom random;
        const auto store = test::emptyAccountStore();
        const auto accounts =
            test::must(Accounts::create(*store, clock, random, u"s"_s, cheapRules()));
        const NewUser user{.name = u"li"_s, .areas = {u"*"_s}};
        QVERIFY(test::must(accounts->needsFirstAdministrator()));
        // No code was made: nothing fits, nor does nothing.
        QCOMPARE(
            accounts->createFirstAdministrator({}, user, verifier(), u"1.1.1.1"_s).error().code,
            Errc::Refused);
        const QString first = test::must(accounts->newSetupCode());
        const QString code = test::must(accounts->newSetupCode());
        QVERIFY(first != code);
        QCOMPARE(code.size(), 23);
        QVERIFY2(!accounts->createFirstAdministrator(first, user, verifier(), u"1.1.1.2"_s),
                 "an earlier code is void");
        QCOMPARE(
            accounts->createFirstAdministrator(code, {.name = u"a b"_s}, verifier(), u"1.1.1.2"_s)
                .error()
                .code,
            Errc::InvalidArgument);
        QVERIFY(test::must(accounts->needsFirstAdministrator()));
        // As it is read aloud.
        const QString spoken = code.toLower().replace(u'-', u' ');
        test::must(accounts->createFirstAdministrator(spoken, user, verifier(), u"1.1.1.2"_s));
        QVERIFY(!test::must(accounts->needsFirstAdministrator()));
        QCOMPARE(accounts->newSetupCode().error().code, Errc::Refused);
        QCOMPARE(
            accounts->createFirstAdministrator(code, {.name = u"wang"_s}, verifier(), u"1.1.1.2"_s)
                .error()
                .code,
            Errc::Refused);
        const auto users = test::must(accounts->users({u"li"_s, {}}));
        QCOMPARE(users.size(), size_t(1));
        QCOMPARE(users.front().roles, std::vector{Role::Administrator});
    }
    void theCodeIsNotGuessed()
    {
        test::FakeClock clock;
        SeededRandom random;
        const auto store = test::emptyAccountStore();
        const auto accounts =
            test::must(Accounts::create(*store, clock, random, u"s"_s, cheapRules()));
        const QString code = test::must(accounts->newSetupCode());
        // Asking first is a guess as well; a right one costs nothing.
        for (int i = 0; i < 2; ++i)
            QVERIFY(!accounts->checkSetupCode(u"guess"_s, u"1.1.1.1"_s));
        test::must(accounts->checkSetupCode(code, u"1.1.1.1"_s));
        for (int i = 0; i < 3; ++i)
            QVERIFY(!accounts->createFirstAdministrator(u"guess"_s, {.name = u"li"_s}, verifier(),
                                                        u"1.1.1.1"_s));
        QVERIFY2(!accounts->checkSetupCode(code, u"1.1.1.1"_s), "the address is locked");
        QVERIFY2(
            !accounts->createFirstAdministrator(code, {.name = u"li"_s}, verifier(), u"1.1.1.1"_s),
            "the address is locked");
        test::must(
            accounts->createFirstAdministrator(code, {.name = u"li"_s}, verifier(), u"1.1.1.2"_s));
    }
    void somebodyAlwaysAdministers()
    {
        // Taking the role from the last administrator would be the way to a second set-up.
        Hall hall;
        QCOMPARE(hall.accounts->setRights(hall.admin, u"root.hall"_s, {}, {}).error().code,
                 Errc::Refused);
        QCOMPARE(hall.accounts->setDisabled(hall.admin, u"root.hall"_s, true).error().code,
                 Errc::Refused);
        test::must(hall.accounts->setRights(hall.admin, u"zhang"_s, {Role::Administrator}, {}));
        test::must(hall.accounts->setDisabled(hall.admin, u"root.hall"_s, true));
        QCOMPARE(hall.accounts->setRights({u"zhang"_s, {}}, u"zhang"_s, {Role::Observer}, {})
                     .error()
                     .code,
                 Errc::Refused);
        QCOMPARE(hall.accounts->newSetupCode().error().code, Errc::Refused);
    }

    // --- sign-in
    void signsIn()
    {
        Hall hall;
        const SignedIn in = hall.enter(hall.desk);
        QCOMPARE(in.principal, (Principal{.userName = u"zhang"_s,
                                          .displayName = u"张敏"_s,
                                          .roles = {Role::Dispatcher},
                                          .areas = {u"330203"_s},
                                          .desk = u"1号台"_s}));
        QCOMPARE(in.accessUntil - hall.clock.now(), Duration(15min));
        QCOMPARE(in.refreshUntil - hall.clock.now(), Duration(std::chrono::days(30)));
        const auto session = test::must(hall.accounts->authenticate(in.accessToken));
        QVERIFY(session);
        QCOMPARE(session->principal, in.principal);
        QCOMPARE(session->deviceKey, hall.desk.key.publicKey);
        const sync::Grant grant =
            test::must(sync::openGrant(in.offlineGrant, hall.accounts->grantKey()));
        QCOMPARE(grant.user, u"zhang"_s);
        QCOMPARE(grant.validUntil - grant.issuedAt, Duration(72h));
        QCOMPARE(hall.audited(u"sign-in"_s), 1);
        QCOMPARE(hall.audited(u"device.new"_s), 1);
        // A name in another form of the same letters.
        QCOMPARE(hall.tries(hall.desk.asks(u"ＺＨＡＮＧ"_s), rightPassword), u"in"_s);
    }
    void badRequests_data()
    {
        QTest::addColumn<QString>("id");
        QTest::addColumn<int>("keySize");
        QTest::addColumn<QString>("desk");
        QTest::newRow("short id") << u"abc"_s << 32 << u"1"_s;
        QTest::newRow("long id") << QString(129, u'a') << 32 << u"1"_s;
        QTest::newRow("id with a blank") << u"0123456789 abcdef"_s << 32 << u"1"_s;
        QTest::newRow("id with Han") << u"0123456789台台台台台台"_s << 32 << u"1"_s;
        QTest::newRow("no key") << u"0123456789abcdef"_s << 0 << u"1"_s;
        QTest::newRow("long key") << u"0123456789abcdef"_s << 33 << u"1"_s;
        QTest::newRow("no desk") << u"0123456789abcdef"_s << 32 << u"  "_s;
        QTest::newRow("desk of two lines") << u"0123456789abcdef"_s << 32 << u"a\nb"_s;
        QTest::newRow("long desk") << u"0123456789abcdef"_s << 32 << QString(201, u'a');
    }
    void badRequests()
    {
        QFETCH(const QString, id);
        QFETCH(const int, keySize);
        QFETCH(const QString, desk);
        Hall hall;
        QCOMPARE(hall.tries({.user = u"zhang"_s,
                             .deviceId = id,
                             .deviceKey = QByteArray(keySize, 'k'),
                             .desk = desk,
                             .from = {}},
                            rightPassword),
                 u"bad request"_s);
    }
    void sameAnswerForNobody()
    {
        Hall hall;
        const auto known = test::must(hall.accounts->beginSignIn(hall.desk.asks(u"zhang"_s)));
        const auto unknown = test::must(hall.accounts->beginSignIn(hall.desk.asks(u"nobody"_s)));
        QVERIFY(known && unknown);
        // As dear to check: the same algorithm and limits, which stand before the salt.
        const auto limits = [](const sync::PasswordVerifier &v) {
            return v.text.left(v.text.indexOf("p=") + 3);
        };
        QVERIFY(limits(known->verifier).startsWith("$argon2id$"));
        QCOMPARE(limits(unknown->verifier), limits(known->verifier));
        QCOMPARE(test::must(hall.accounts->finishSignIn(*known, false)).error(),
                 test::must(hall.accounts->finishSignIn(*unknown, false)).error());
        // Even were a password to fit nobody's verifier, there is nobody to let in.
        const auto again = test::must(hall.accounts->beginSignIn(hall.desk.asks(u"nobody"_s)));
        QCOMPARE(test::must(hall.accounts->finishSignIn(*again, true)).error().why,
                 Why::WrongPassword);
    }
    void locksAlike_data()
    {
        QTest::addColumn<QString>("user");
        QTest::newRow("somebody") << u"zhang"_s;
        QTest::newRow("nobody") << u"nobody"_s;
        QTest::newRow("no name") << u"a password typed here!"_s;
        QTest::newRow("empty") << QString();
    }
    void locksAlike()
    {
        QFETCH(const QString, user);
        Hall hall;
        const SignInRequest request = hall.desk.asks(user);
        for (int i = 0; i < 5; ++i)
            QCOMPARE(hall.tries(request, wrongPassword), u"wrong"_s);
        Duration lock = 30s;
        for (int i = 0; i < 8; ++i) {
            QCOMPARE(hall.tries(request, rightPassword), u"too many"_s);
            QCOMPARE(hall.wait, lock);
            hall.clock.advance(lock - 1ms);
            QCOMPARE(hall.tries(request, rightPassword), u"too many"_s);
            hall.clock.advance(1ms);
            QCOMPARE(hall.tries(request, wrongPassword), u"wrong"_s);
            lock = std::min<Duration>(lock * 2, 15min);
        }
        hall.clock.advance(2h);
        QCOMPARE(hall.tries(request, wrongPassword), u"wrong"_s);
        QCOMPARE(hall.tries(request, wrongPassword), u"wrong"_s);
        // What was typed as a name is nowhere in the audit.
        for (const AuditRecord &record : test::must(hall.store->auditAfter(0, 1000))) {
            for (const QString &text : {record.who, record.subject, record.detail})
                QVERIFY(!text.contains(u"password typed"_s));
        }
    }
    void tenThousandWrongPasswords()
    {
        Hall hall;
        hall.add(u"li"_s);
        (void) hall.enter(hall.other); // zhang's own desk, used before
        const Device stranger(hall.random, u"stranger"_s);
        int checks = 0;
        int refused = 0;
        for (int i = 0; i < 10'000; ++i) {
            const QString user = i % 3 ? u"zhang"_s : u"li"_s;
            const auto begun =
                test::must(hall.accounts->beginSignIn(stranger.asks(user, u"203.0.113.7"_s)));
            if (begun) {
                ++checks;
                QVERIFY(!test::must(hall.accounts->finishSignIn(
                    *begun, sync::fits(begun->verifier, u"guess number %1"_s.arg(i)))));
            } else {
                ++refused;
                QCOMPARE(begun.error().why, Why::TooMany);
                QVERIFY(begun.error().retryAfter > Duration(0));
            }
            hall.clock.advance(10ms); // a hundred a second
        }
        QCOMPARE(checks + refused, 10'000);
        // In 100 s: five at once, then after 30 and 60 s.
        QVERIFY2(checks >= 5 && checks <= 8, qPrintable(QString::number(checks)));
        QCOMPARE(hall.audited(u"sign-in.wrong"_s), checks); // and a line each, not ten thousand
        // The person at a desk of their own, and everybody elsewhere, gets in meanwhile.
        QCOMPARE(hall.tries(hall.other.asks(u"zhang"_s, u"203.0.113.7"_s), rightPassword), u"in"_s);
        QCOMPARE(hall.tries(hall.desk.asks(u"root.hall"_s, u"10.0.0.2"_s), rightPassword), u"in"_s);
        // Not from there, not even with the right one.
        QCOMPARE(hall.tries(stranger.asks(u"root.hall"_s, u"203.0.113.7"_s), rightPassword),
                 u"too many"_s);
    }
    void manyAddressesDoNotHelp()
    {
        Hall hall;
        int checks = 0;
        for (int i = 0; i < 2000; ++i) {
            const Device stranger(hall.random, u"s%1"_s.arg(i));
            const auto begun = test::must(hall.accounts->beginSignIn(
                stranger.asks(u"zhang"_s, u"2001:db8:%1::7"_s.arg(i, 0, 16))));
            if (begun) {
                ++checks;
                QVERIFY(!test::must(hall.accounts->finishSignIn(*begun, false)));
            }
        }
        QCOMPARE(checks, 5);
    }
    void manyNamesDoNotHelp()
    {
        Hall hall;
        int checks = 0;
        for (int i = 0; i < 2000; ++i) {
            // Another address of the same network each time.
            const auto begun = test::must(hall.accounts->beginSignIn(
                hall.desk.asks(u"user%1"_s.arg(i), u"2001:db8::%1"_s.arg(i, 0, 16))));
            if (begun) {
                ++checks;
                QVERIFY(!test::must(hall.accounts->finishSignIn(*begun, false)));
            }
        }
        QCOMPARE(checks, 5);
    }
    // Whoever has an account can not use it to guess at others' for ever.
    void aRightOneBetweenDoesNotHelp()
    {
        Hall hall;
        hall.add(u"mallory"_s);
        int checks = 0;
        for (int i = 0; i < 100; ++i) {
            const Device fresh(hall.random, u"f%1"_s.arg(i));
            (void) hall.tries(fresh.asks(u"mallory"_s, u"203.0.113.7"_s), rightPassword);
            const auto begun = test::must(
                hall.accounts->beginSignIn(fresh.asks(u"name%1"_s.arg(i), u"203.0.113.7"_s)));
            if (begun) {
                ++checks;
                QVERIFY(!test::must(hall.accounts->finishSignIn(*begun, false)));
            }
        }
        QVERIFY2(checks <= 5, qPrintable(QString::number(checks)));
    }
    void ownDeskCountsByItself()
    {
        Hall hall;
        (void) hall.enter(hall.desk);
        for (int i = 0; i < 5; ++i)
            QCOMPARE(hall.tries(hall.desk.asks(u"zhang"_s), wrongPassword), u"wrong"_s);
        QCOMPARE(hall.tries(hall.desk.asks(u"zhang"_s), rightPassword), u"too many"_s);
        // The colleague of the next shift is not locked out with them.
        QCOMPARE(hall.tries(hall.desk.asks(u"root.hall"_s), rightPassword), u"in"_s);
        hall.clock.advance(30s);
        QCOMPARE(hall.tries(hall.desk.asks(u"zhang"_s), rightPassword), u"in"_s);
        QCOMPARE(hall.tries(hall.desk.asks(u"zhang"_s), wrongPassword), u"wrong"_s);
        QCOMPARE(hall.tries(hall.desk.asks(u"zhang"_s), rightPassword), u"in"_s);
    }
    void parallelGuessesCountBeforeTheyAreChecked()
    {
        Hall hall;
        std::vector<SignInAttempt> open;
        int busy = 0;
        for (int i = 0; i < 100; ++i) {
            const auto begun = test::must(hall.accounts->beginSignIn(hall.desk.asks(u"zhang"_s)));
            if (begun)
                open.push_back(*begun);
            else if (begun.error().why == Why::Busy)
                ++busy;
        }
        QCOMPARE(open.size(), size_t(2)); // checks at once
        QCOMPARE(busy, 98);
        // Places are kept for those at desks they have used.
        QVERIFY(!test::must(hall.accounts->finishSignIn(open[0], false)));
        const SignedIn in = hall.enter(hall.other, u"root.hall"_s);
        const auto third = test::must(hall.accounts->beginSignIn(hall.desk.asks(u"zhang"_s)));
        QVERIFY(third);
        QCOMPARE(hall.tries(hall.other.asks(u"root.hall"_s), rightPassword), u"in"_s);
        // An attempt is finished once, and given up after a minute.
        QCOMPARE(hall.accounts->finishSignIn(open[0], true).error().code, Errc::InvalidArgument);
        QCOMPARE(hall.accounts->finishSignIn({.number = 999}, true).error().code,
                 Errc::InvalidArgument);
        hall.clock.advance(61s);
        QCOMPARE(hall.accounts->finishSignIn(open[1], true).error().code, Errc::InvalidArgument);
        QCOMPARE(hall.tries(hall.desk.asks(u"zhang"_s), rightPassword), u"in"_s);
    }
    void clockSetBackLocksNobodyForEver()
    {
        Hall hall;
        for (int i = 0; i < 5; ++i)
            (void) hall.tries(hall.desk.asks(u"zhang"_s), wrongPassword);
        hall.clock.advance(-24h);
        QCOMPARE(hall.tries(hall.desk.asks(u"zhang"_s), rightPassword), u"too many"_s);
        QCOMPARE(hall.wait, Duration(15min));
    }
    void changedWhileItWasChecked()
    {
        Hall hall;
        const auto begun = test::must(hall.accounts->beginSignIn(hall.desk.asks(u"zhang"_s)));
        test::must(
            hall.accounts->setPassword(hall.admin, u"zhang"_s, verifier(u"another long one"_s)));
        QCOMPARE(test::must(hall.accounts->finishSignIn(*begun, true)).error().why,
                 Why::WrongPassword);
        const auto next = test::must(hall.accounts->beginSignIn(hall.desk.asks(u"zhang"_s)));
        test::must(hall.accounts->setDisabled(hall.admin, u"zhang"_s, true));
        QCOMPARE(test::must(hall.accounts->finishSignIn(*next, true)).error().why, Why::Disabled);
    }

    // --- tokens
    void accessTokenIsShort()
    {
        Hall hall;
        const SignedIn in = hall.enter(hall.desk);
        hall.clock.advance(15min - 1ms);
        QCOMPARE(hall.token(in.accessToken), u"valid"_s);
        hall.clock.advance(1ms);
        QCOMPARE(hall.token(in.accessToken), u"expired"_s);
        QCOMPARE(hall.token(in.refreshToken), u"unknown"_s);
        QCOMPARE(hall.token({}), u"unknown"_s);
        QCOMPARE(hall.token(in.accessToken.left(42)), u"unknown"_s);
        // Reading is a matter of the time, not of a clean-up.
        QCOMPARE(hall.refresh({.refreshToken = in.accessToken, .deviceId = hall.desk.id}),
                 u"unknown"_s);
    }
    void refreshRotates()
    {
        Hall hall;
        SignedIn last = hall.enter(hall.desk);
        QSet<QByteArray> seen = {last.accessToken, last.refreshToken};
        for (int i = 1; i <= 5; ++i) {
            hall.clock.advance(14min);
            SignedIn next;
            QCOMPARE(hall.refresh(hall.desk.refreshes(last.refreshToken), &next), u"valid"_s);
            QCOMPARE(hall.token(next.accessToken), u"valid"_s);
            seen += {next.accessToken, next.refreshToken};
            QCOMPARE(seen.size(), 2 + 2 * i);
            last = next;
        }
        hall.clock.advance(std::chrono::days(30));
        QCOMPARE(hall.refresh(hall.desk.refreshes(last.refreshToken)), u"expired"_s);
    }
    // The answer to a refresh was lost on the way: asked once more, shortly after, by the device
    // itself, and with nothing of it seen, it is given again. Else somebody has a copy.
    void aLostAnswerIsGivenAgain_data()
    {
        QTest::addColumn<int>("afterMs");
        QTest::addColumn<QString>("seen"); // of the first answer
        QTest::addColumn<bool>("byDevice");
        QTest::addColumn<QString>("answer");
        const QString none;
        QTest::newRow("at once") << 0 << none << true << u"valid"_s;
        QTest::newRow("last moment") << 60'000 << none << true << u"valid"_s;
        QTest::newRow("clock set back") << -5'000 << none << true << u"valid"_s;
        QTest::newRow("too late") << 60'001 << none << true << u"reused"_s;
        QTest::newRow("clock set back far") << -60'001 << none << true << u"reused"_s;
        QTest::newRow("access token seen") << 1'000 << u"access"_s << true << u"reused"_s;
        QTest::newRow("refresh token seen") << 1'000 << u"refresh"_s << true << u"reused"_s;
        QTest::newRow("another device") << 1'000 << none << false << u"reused"_s;
    }
    void aLostAnswerIsGivenAgain()
    {
        QFETCH(const int, afterMs);
        QFETCH(const QString, seen);
        QFETCH(const bool, byDevice);
        QFETCH(const QString, answer);
        Hall hall;
        const SignedIn first = hall.enter(hall.desk);
        SignedIn lost;
        QCOMPARE(hall.refresh(hall.desk.refreshes(first.refreshToken), &lost), u"valid"_s);
        if (seen == "access"_L1)
            QCOMPARE(hall.token(lost.accessToken), u"valid"_s);
        if (seen == "refresh"_L1)
            QCOMPARE(hall.refresh(hall.desk.refreshes(lost.refreshToken)), u"valid"_s);
        hall.clock.advance(std::chrono::milliseconds(afterMs));
        const Device &by = byDevice ? hall.desk : hall.other;
        SignedIn again;
        QCOMPARE(hall.refresh(by.refreshes(first.refreshToken), &again), answer);
        const bool good = answer == "valid"_L1;
        QCOMPARE(hall.audited(u"token.again"_s), good ? 1 : 0);
        QCOMPARE(hall.audited(u"token.reused"_s), good ? 0 : 1);
        if (!good) { // the family has ended
            QCOMPARE(hall.token(lost.accessToken), u"revoked"_s);
            return;
        }
        QCOMPARE(hall.token(lost.accessToken), u"expired"_s); // void
        QCOMPARE(hall.token(again.accessToken), u"valid"_s);
        SignedIn next;
        QCOMPARE(hall.refresh(hall.desk.refreshes(again.refreshToken), &next), u"valid"_s);
        // what was lost and turns up after all is somebody's copy
        QCOMPARE(hall.refresh(hall.desk.refreshes(lost.refreshToken)), u"reused"_s);
        QCOMPARE(hall.token(next.accessToken), u"revoked"_s);
    }
    // The answer may be lost twice, but the time counts from the first.
    void theGraceDoesNotGrow()
    {
        Hall hall;
        const SignedIn first = hall.enter(hall.desk);
        for (int i = 0; i < 3; ++i) {
            QCOMPARE(hall.refresh(hall.desk.refreshes(first.refreshToken)), u"valid"_s);
            hall.clock.advance(25s);
        }
        QCOMPARE(hall.refresh(hall.desk.refreshes(first.refreshToken)), u"reused"_s);
    }
    void aReplayedTokenEndsItsFamily()
    {
        Hall hall;
        const SignedIn stays = hall.enter(hall.other);
        const SignedIn first = hall.enter(hall.desk);
        SignedIn second;
        QCOMPARE(hall.refresh(hall.desk.refreshes(first.refreshToken), &second), u"valid"_s);
        QCOMPARE(hall.token(second.accessToken), u"valid"_s); // it has arrived
        QCOMPARE(hall.refresh(hall.desk.refreshes(first.refreshToken)), u"reused"_s);
        QCOMPARE(hall.audited(u"token.reused"_s), 1);
        for (const QByteArray &token : {first.accessToken, second.accessToken})
            QCOMPARE(hall.token(token), u"revoked"_s);
        QCOMPARE(hall.refresh(hall.desk.refreshes(second.refreshToken)), u"revoked"_s);
        QCOMPARE(hall.refresh(hall.desk.refreshes(first.refreshToken)), u"revoked"_s);
        QCOMPARE(hall.token(stays.accessToken), u"valid"_s);
        QCOMPARE(hall.tries(hall.desk.asks(u"zhang"_s), rightPassword), u"in"_s);
    }
    void tokensAreBoundToTheirDevice_data()
    {
        QTest::addColumn<int>("fake");
        QTest::newRow("another device's name and key") << 0;
        QTest::newRow("another key") << 1;
        QTest::newRow("no signature") << 2;
        QTest::newRow("a signature of another token") << 3;
    }
    void tokensAreBoundToTheirDevice()
    {
        QFETCH(const int, fake);
        Hall hall;
        const SignedIn older = hall.enter(hall.desk);
        const SignedIn in = hall.enter(hall.desk);
        RefreshRequest request = hall.desk.refreshes(in.refreshToken);
        switch (fake) {
        case 0: request = hall.other.refreshes(in.refreshToken); break;
        case 1:
            request.signature = test::must(sync::signBytes(
                sync::refreshMessage(hall.desk.id, in.refreshToken), hall.other.key.secretKey));
            break;
        case 2: request.signature.clear(); break;
        case 3: request.signature = hall.desk.refreshes(older.refreshToken).signature; break;
        }
        QCOMPARE(hall.refresh(request), u"wrong device"_s);
        QCOMPARE(hall.refresh(hall.desk.refreshes(in.refreshToken)), u"revoked"_s);
        QCOMPARE(hall.audited(u"token.wrong-device"_s), 1);
        QCOMPARE(hall.token(older.accessToken), u"valid"_s);
    }
    void anotherKeyUnderAKnownDeviceIsRefused()
    {
        Hall hall;
        (void) hall.enter(hall.desk);
        SignInRequest request = hall.desk.asks(u"zhang"_s);
        request.deviceKey = hall.other.key.publicKey;
        QCOMPARE(hall.tries(request, rightPassword), u"other device"_s);
        QCOMPARE(hall.audited(u"sign-in.other-device"_s), 1);
    }
    void whatEndsASession_data()
    {
        QTest::addColumn<int>("what");
        QTest::addColumn<QString>("answer");
        QTest::addColumn<QString>("otherDesk");
        QTest::newRow("signing out") << 0 << u"revoked"_s << u"valid"_s;
        QTest::newRow("disabled") << 1 << u"disabled"_s << u"disabled"_s;
        QTest::newRow("password set") << 2 << u"revoked"_s << u"revoked"_s;
        QTest::newRow("device revoked") << 3 << u"revoked"_s << u"valid"_s;
        QTest::newRow("password changed") << 4 << u"revoked"_s << u"revoked"_s;
    }
    void whatEndsASession()
    {
        QFETCH(const int, what);
        QFETCH(const QString, answer);
        QFETCH(const QString, otherDesk);
        Hall hall;
        const SignedIn in = hall.enter(hall.desk);
        const SignedIn elsewhere = hall.enter(hall.other);
        switch (what) {
        case 0: test::must(hall.accounts->signOut(in.accessToken, u"10.0.0.1"_s)); break;
        case 1: test::must(hall.accounts->setDisabled(hall.admin, u"zhang"_s, true)); break;
        case 2: test::must(hall.accounts->setPassword(hall.admin, u"zhang"_s, verifier())); break;
        case 3: test::must(hall.accounts->revokeDevice(hall.admin, hall.desk.id)); break;
        case 4: {
            const auto begun = test::must(hall.accounts->beginSignIn(hall.desk.asks(u"zhang"_s)));
            QVERIFY(test::must(hall.accounts->finishPasswordChange(*begun, true, verifier())));
            break;
        }
        }
        QCOMPARE(hall.token(in.accessToken), answer);
        QCOMPARE(hall.refresh(hall.desk.refreshes(in.refreshToken)), answer);
        QCOMPARE(hall.token(elsewhere.accessToken), otherDesk);
        const QStringList after = {u"in"_s, u"disabled"_s, u"in"_s, u"device revoked"_s, u"in"_s};
        QCOMPARE(hall.tries(hall.desk.asks(u"zhang"_s), rightPassword), after[what]);
        if (what == 1) { // enabling does not bring the sessions back
            test::must(hall.accounts->setDisabled(hall.admin, u"zhang"_s, false));
            QCOMPARE(hall.token(in.accessToken), u"revoked"_s);
        }
    }
    void changingThePasswordNeedsTheOldOne()
    {
        Hall hall;
        const auto begun = test::must(hall.accounts->beginSignIn(hall.desk.asks(u"zhang"_s)));
        QCOMPARE(test::must(hall.accounts->finishPasswordChange(*begun, false,
                                                                verifier(u"mallory's own one"_s)))
                     .error()
                     .why,
                 Why::WrongPassword);
        QCOMPARE(hall.tries(hall.desk.asks(u"zhang"_s), rightPassword), u"in"_s);
    }
    void rightsCountAtOnce()
    {
        Hall hall;
        const SignedIn in = hall.enter(hall.desk);
        test::must(
            hall.accounts->setRights(hall.admin, u"zhang"_s, {Role::Observer}, {u"330200"_s}));
        const auto session = test::must(hall.accounts->authenticate(in.accessToken));
        QCOMPARE(session->principal.roles, std::vector{Role::Observer});
        QCOMPARE(session->principal.areas, QStringList{u"3302"_s});
    }

    // --- people
    void onlyAnAdministratorKeepsAccounts_data()
    {
        QTest::addColumn<QString>("who");
        QTest::newRow("a dispatcher") << u"zhang"_s;
        QTest::newRow("nobody") << QString();
        QTest::newRow("unknown") << u"mallory"_s;
        QTest::newRow("a disabled administrator") << u"former"_s;
    }
    void onlyAnAdministratorKeepsAccounts()
    {
        QFETCH(const QString, who);
        Hall hall;
        test::must(hall.accounts->createUser(
            hall.admin, {u"former"_s, {}, {Role::Administrator}, {}}, verifier()));
        test::must(hall.accounts->setDisabled(hall.admin, u"former"_s, true));
        const By by{who, u"10.0.0.3"_s};
        const int before = hall.audited(u"denied"_s);
        Accounts &accounts = *hall.accounts;
        const std::vector<Errc> answers = {
            accounts.createUser(by, {u"x"_s, {}, {Role::Administrator}, {u"*"_s}}, verifier())
                .error()
                .code,
            accounts.renameUser(by, u"zhang"_s, u"y"_s, {}).error().code,
            accounts.setRights(by, u"zhang"_s, {Role::Administrator}, {u"*"_s}).error().code,
            accounts.setDisabled(by, u"zhang"_s, true).error().code,
            accounts.setPassword(by, u"zhang"_s, verifier()).error().code,
            accounts.revokeDevice(by, hall.desk.id).error().code,
            accounts.users(by).error().code,
            accounts.devices(by).error().code,
            accounts.audit(by, 0, 10).error().code,
        };
        QCOMPARE(answers, std::vector<Errc>(9, Errc::Refused));
        QCOMPARE(hall.audited(u"denied"_s), before + 9);
        QCOMPARE(hall.tries(hall.desk.asks(u"zhang"_s), rightPassword), u"in"_s);
    }
    void names_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<int>("answer"); // Errc or -1
        const int bad = static_cast<int>(Errc::InvalidArgument);
        const int taken = static_cast<int>(Errc::AlreadyExists);
        QTest::newRow("Han") << u"李雷"_s << -1;
        QTest::newRow("mail") << u"li.lei@hall.gov"_s << -1;
        QTest::newRow("64") << QString(64, u'a') << -1;
        QTest::newRow("65") << QString(65, u'a') << bad;
        QTest::newRow("empty") << QString() << bad;
        QTest::newRow("blank") << u"li lei"_s << bad;
        QTest::newRow("line") << u"li\nlei"_s << bad;
        QTest::newRow("zero width") << u"zh\u200bang"_s << bad;
        QTest::newRow("right to left") << u"zh\u202eang"_s << bad;
        QTest::newRow("taken") << u"zhang"_s << taken;
        QTest::newRow("taken, other case") << u"ZHANG"_s << taken;
        QTest::newRow("taken, full width") << u"ｚｈａｎｇ"_s << taken;
    }
    void names()
    {
        QFETCH(const QString, name);
        QFETCH(const int, answer);
        Hall hall;
        const auto made = hall.accounts->createUser(hall.admin, {.name = name}, verifier());
        QCOMPARE(made ? -1 : static_cast<int>(made.error().code), answer);
    }
    void whatIsNoAreaIsRefused()
    {
        Hall hall;
        for (const QString &area : {u"3"_s, u"Ningbo"_s, u"00"_s, QString(), u"**"_s})
            QCOMPARE(hall.accounts->setRights(hall.admin, u"zhang"_s, {Role::Dispatcher}, {area})
                         .error()
                         .code,
                     Errc::InvalidArgument);
        QCOMPARE(hall.accounts->setRights(hall.admin, u"wang"_s, {}, {}).error().code,
                 Errc::NotFound);
    }
    void aNameOnceUsedStaysTheirs()
    {
        Hall hall;
        const SignedIn in = hall.enter(hall.desk);
        test::must(hall.accounts->renameUser(hall.admin, u"zhang"_s, u"zhang.min"_s, u"张敏二"_s));
        const auto session = test::must(hall.accounts->authenticate(in.accessToken));
        QCOMPARE(session->principal.userName, u"zhang.min"_s);
        QCOMPARE(session->principal.displayName, u"张敏二"_s);
        QCOMPARE(session->principal.formerNames, QStringList{u"zhang"_s});
        QCOMPARE(
            hall.accounts->createUser(hall.admin, {.name = u"Zhang"_s}, verifier()).error().code,
            Errc::AlreadyExists);
        QCOMPARE(hall.accounts->renameUser(hall.admin, u"root.hall"_s, u"zhang"_s, {}).error().code,
                 Errc::AlreadyExists);
        QCOMPARE(hall.tries(hall.desk.asks(u"zhang"_s), rightPassword), u"wrong"_s);
        QCOMPARE(hall.tries(hall.desk.asks(u"zhang.min"_s), rightPassword), u"in"_s);
        // And back.
        test::must(hall.accounts->renameUser(hall.admin, u"zhang.min"_s, u"zhang"_s, {}));
        const auto back = test::must(hall.accounts->authenticate(in.accessToken));
        QCOMPARE(back->principal.formerNames, QStringList{u"zhang.min"_s});
    }
    void everythingIsInTheAudit()
    {
        Hall hall;
        const SignedIn in = hall.enter(hall.desk);
        test::must(hall.accounts->signOut(in.accessToken, u"10.0.0.1"_s));
        test::must(hall.accounts->revokeDevice(hall.admin, hall.desk.id));
        const auto records = test::must(hall.accounts->audit(hall.admin, 0, 100));
        QStringList what;
        for (const AuditRecord &record : records) {
            QCOMPARE(record.seq, what.size() + 1);
            QCOMPARE(record.at, hall.clock.now());
            what += record.what;
        }
        QCOMPARE(what,
                 (QStringList{u"setup.code"_s, u"setup.done"_s, u"user.created"_s, u"device.new"_s,
                              u"sign-in"_s, u"sign-out"_s, u"device.revoked"_s}));
        QCOMPARE(records[2].who, u"root.hall"_s);
        QCOMPARE(records[2].subject, u"zhang"_s);
        QCOMPARE(records[2].from, u"10.0.0.9"_s);
        QCOMPARE(records[2].detail, u"dispatcher; 330203"_s);
        QCOMPARE(test::must(hall.accounts->audit(hall.admin, 5, 1)).front().what, u"sign-out"_s);
    }

    // --- the doors
    void unlocking()
    {
        Hall hall;
        (void) hall.enter(hall.desk);
        for (const Device *device : {&hall.desk, &hall.other}) {
            for (int i = 0; i < 5; ++i)
                (void) hall.tries(device->asks(u"zhang"_s), wrongPassword);
            QCOMPARE(hall.tries(device->asks(u"zhang"_s), rightPassword), u"too many"_s);
        }
        const auto locked = [&] {
            const auto users = test::must(hall.accounts->users(hall.admin));
            const auto zhang = std::ranges::find(users, u"zhang"_s, &UserRow::name);
            return test::must(hall.accounts->lockOf(*zhang));
        };
        QCOMPARE(locked(), Duration(30s));
        QCOMPARE(hall.accounts->unlock({u"zhang"_s, {}}, u"zhang"_s).error().code, Errc::Refused);
        test::must(hall.accounts->unlock(hall.admin, u"ZHANG"_s));
        QCOMPARE(locked(), Duration(0));
        QCOMPARE(hall.tries(hall.desk.asks(u"zhang"_s), rightPassword), u"in"_s);
        // The address has still been guessing.
        QCOMPARE(hall.tries(hall.other.asks(u"zhang"_s), rightPassword), u"too many"_s);
        QCOMPARE(hall.tries(hall.other.asks(u"zhang"_s, u"10.0.0.77"_s), rightPassword), u"in"_s);
        QCOMPARE(hall.audited(u"user.unlocked"_s), 1);
        QCOMPARE(hall.accounts->unlock(hall.admin, u"nobody"_s).error().code, Errc::NotFound);
    }
    void sessionsAreSeenAndEnded()
    {
        Hall hall;
        const SignedIn first = hall.enter(hall.desk);
        hall.clock.advance(1min);
        const SignedIn second = hall.enter(hall.other);
        SignedIn later;
        QCOMPARE(hall.refresh(hall.other.refreshes(second.refreshToken), &later), u"valid"_s);
        auto open = test::must(hall.accounts->sessions(hall.admin));
        QCOMPARE(open.size(), 2U);
        QCOMPARE(open[0].user, u"zhang"_s);
        QCOMPARE(open[0].desk, u"1号台"_s);
        QCOMPARE(open[0].until, first.refreshUntil);
        QCOMPARE(open[1].device, hall.other.id);
        QCOMPARE(open[1].until, later.refreshUntil);
        QCOMPARE(test::must(hall.accounts->overOf({open[0].id, open[1].id, u"none"_s})),
                 QStringList{u"none"_s});
        QCOMPARE(hall.accounts->endSession({u"zhang"_s, {}}, open[1].id).error().code,
                 Errc::Refused);
        test::must(hall.accounts->endSession(hall.admin, open[1].id));
        QCOMPARE(hall.token(later.accessToken), u"revoked"_s);
        QCOMPARE(hall.token(first.accessToken), u"valid"_s);
        QCOMPARE(hall.accounts->endSession(hall.admin, open[1].id).error().code, Errc::NotFound);
        QCOMPARE(test::must(hall.accounts->overOf({open[0].id, open[1].id})),
                 QStringList{open[1].id});
        test::must(hall.accounts->setDisabled(hall.admin, u"zhang"_s, true));
        QCOMPARE(test::must(hall.accounts->sessions(hall.admin)).size(), 0U);
        QCOMPARE(test::must(hall.accounts->overOf({open[0].id})), QStringList{open[0].id});
        QCOMPARE(hall.audited(u"session.ended"_s), 1);
    }
    void appKeysOnlyLook()
    {
        Hall hall;
        const QByteArray key =
            test::must(hall.accounts->createAppKey(hall.admin, {.name = u"QGIS"_s, .life = 24h}));
        QVERIFY(key.startsWith(appKeyStart) && key.size() > 40);
        const auto session = test::must(hall.accounts->authenticateApp(key));
        QVERIFY(session->isProgram && !session->seesPeople);
        QCOMPARE(session->principal.roles, std::vector{Role::Observer});
        QVERIFY(session->principal.userName.isEmpty()); // hands nothing in: mayAccept()
        QCOMPARE(hall.token(key), u"unknown"_s);        // and is no access token
        const auto app = [&](const QByteArray &bytes) {
            const auto answer = test::must(hall.accounts->authenticateApp(bytes));
            return answer ? u"valid"_s : Hall::name(answer.error());
        };
        QCOMPARE(app(key.chopped(1)), u"unknown"_s);
        QCOMPARE(app({}), u"unknown"_s);
        QCOMPARE(hall.accounts->createAppKey(hall.admin, {.name = u"qgis"_s}).error().code,
                 Errc::AlreadyExists);
        hall.clock.advance(24h);
        QCOMPARE(app(key), u"expired"_s);
        const QByteArray next = test::must(
            hall.accounts->createAppKey(hall.admin, {.name = u"QGIS"_s, .seesPeople = true}));
        QVERIFY(test::must(hall.accounts->authenticateApp(next))->seesPeople);
        const auto all = test::must(hall.accounts->appKeys(hall.admin));
        QCOMPARE(all.size(), 2U);
        test::must(hall.accounts->revokeAppKey(hall.admin, all[1].id));
        QCOMPARE(app(next), u"revoked"_s);
        for (const Duration life : {Duration(0), Duration(-1), longestAppKeyLife + 1ms})
            QCOMPARE(hall.accounts->createAppKey(hall.admin, {.name = u"x"_s, .life = life})
                         .error()
                         .code,
                     Errc::InvalidArgument);
        QCOMPARE(hall.accounts->createAppKey({u"zhang"_s, {}}, {.name = u"x"_s}).error().code,
                 Errc::Refused);
        QCOMPARE(hall.accounts->appKeys({u"zhang"_s, {}}).error().code, Errc::Refused);
        QCOMPARE(hall.audited(u"app-key.created"_s), 2);
        QCOMPARE(hall.audited(u"app-key.revoked"_s), 1);
    }
    void realmNames_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<int>("answer"); // Errc or -1
        const int bad = static_cast<int>(Errc::InvalidArgument);
        const int taken = static_cast<int>(Errc::AlreadyExists);
        QTest::newRow("good") << u"typhoon-2026"_s << -1;
        QTest::newRow("a digit") << u"1"_s << -1;
        QTest::newRow("empty") << QString() << bad;
        QTest::newRow("another folder") << u"../x"_s << bad;
        QTest::newRow("a dot") << u"x.y"_s << bad;
        QTest::newRow("an end of line") << u"x\n"_s << bad;
        QTest::newRow("capitals") << u"Live"_s << bad;
        QTest::newRow("like an option") << u"-x"_s << bad;
        QTest::newRow("long") << QString(41, u'a') << bad;
        QTest::newRow("live") << u"live"_s << taken;
        QTest::newRow("there") << u"drill-1"_s << taken;
        QTest::newRow("retired") << u"drill-2"_s << taken;
    }
    void realmNames()
    {
        QFETCH(const QString, name);
        QFETCH(const int, answer);
        Hall hall;
        for (const QString &there : {u"drill-1"_s, u"drill-2"_s})
            test::must(hall.accounts->createRealm(hall.admin, {there, u"演练"_s}));
        RealmRow second{.name = u"drill-2"_s};
        second = test::must(hall.accounts->setRealmRetired(hall.admin, second, true));
        QCOMPARE(second.mark, u"演练"_s); // as it was made, not as it was said
        const auto made = hall.accounts->createRealm(hall.admin, {name, {}});
        QCOMPARE(made ? -1 : static_cast<int>(made.error().code), answer);
        QCOMPARE(hall.accounts->createRealm({u"zhang"_s, {}}, {u"mine"_s, {}}).error().code,
                 Errc::Refused);
        QCOMPARE(hall.accounts->setRealmRetired(hall.admin, {.name = u"live"_s}, true).error().code,
                 Errc::Refused);
        const auto all = test::must(hall.accounts->realms());
        QCOMPARE(all.size(), made ? 3U : 2U);
        QCOMPARE(hall.audited(u"realm.created"_s), made ? 3 : 2);
        QCOMPARE(hall.audited(u"realm.retired"_s), 1);
    }

    // --- what stays
    void strikesSurviveARestart()
    {
        Hall hall;
        for (int i = 0; i < 5; ++i)
            (void) hall.tries(hall.desk.asks(u"zhang"_s), wrongPassword);
        hall.accounts = test::must(
            Accounts::create(*hall.store, hall.clock, hall.random, u"s"_s, cheapRules()));
        QCOMPARE(hall.tries(hall.desk.asks(u"zhang"_s), rightPassword), u"too many"_s);
    }
    void theGraceSurvivesARestart()
    {
        Hall hall;
        const SignedIn first = hall.enter(hall.desk);
        QCOMPARE(hall.refresh(hall.desk.refreshes(first.refreshToken)), u"valid"_s);
        hall.accounts = test::must(
            Accounts::create(*hall.store, hall.clock, hall.random, u"s"_s, cheapRules()));
        QCOMPARE(hall.refresh(hall.desk.refreshes(first.refreshToken)), u"valid"_s);
    }
    void addresses_data()
    {
        QTest::addColumn<QString>("address");
        QTest::addColumn<QString>("counted");
        QTest::newRow("v4") << u"10.0.0.1"_s << u"10.0.0.1"_s;
        QTest::newRow("v4 in v6") << u"::ffff:10.0.0.1"_s << u"10.0.0.1"_s;
        QTest::newRow("v6") << u"2001:db8:1:2:3:4:5:6"_s << u"2001:db8:1:2::/64"_s;
        QTest::newRow("its neighbour") << u"2001:db8:1:2::1"_s << u"2001:db8:1:2::/64"_s;
        QTest::newRow("none") << QString() << QString();
    }
    void addresses()
    {
        QFETCH(const QString, address);
        QFETCH(const QString, counted);
        QCOMPARE(countedAddress(address), counted);
    }
};

QTEST_GUILESS_MAIN(TestAccounts)
#include "tst_accounts.moc"
