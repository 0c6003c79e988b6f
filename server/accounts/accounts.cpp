#include "server/accounts/accounts.h"

#include <QCryptographicHash>
#include <QHostAddress>

#include <algorithm>

namespace leeward::server {

using namespace Qt::StringLiterals;

namespace {

constexpr Duration attemptLife = std::chrono::minutes(1);
constexpr Duration expiredKept =
    std::chrono::days(1); // so that "expired" can be told from "unknown"

QByteArray hashOf(const QByteArray &token)
{
    return QCryptographicHash::hash(token, QCryptographicHash::Sha256);
}

// Strikes are kept under hashes: a password typed into the field of the name is not on the disk.
QByteArray strikeKey(const char *kind, const QString &a, const QString &b = {})
{
    return hashOf(QByteArray(kind) + '\0' + a.toUtf8() + '\0' + b.toUtf8());
}

bool isWhole(const SignInRequest &request)
{
    const bool plainId = std::ranges::all_of(
        request.deviceId, [](QChar c) { return c > u' ' && c.unicode() < 0x7f; });
    const bool plainDesk = std::ranges::all_of(request.desk, [](QChar c) { return c.isPrint(); });
    return plainId && request.deviceId.size() >= 16 && request.deviceId.size() <= 128 &&
           request.deviceKey.size() == sync::publicKeySize && plainDesk &&
           !request.desk.trimmed().isEmpty() && request.desk.size() <= 200;
}

Principal principalFrom(const UserRow &user, const DeviceRow &device, const QStringList &former)
{
    return {.userName = user.name,
            .displayName = user.displayName,
            .roles = user.roles,
            .areas = user.areas,
            .desk = device.desk,
            .formerNames = former};
}

} // namespace

QString nameKey(const QString &name)
{
    const QString key = name.normalized(QString::NormalizationForm_KC)
                            .toCaseFolded()
                            .normalized(QString::NormalizationForm_KC);
    const auto characters = key.toUcs4();
    const bool fine = std::ranges::all_of(characters, [](char32_t c) {
        return QChar::isLetterOrNumber(c) || c == U'.' || c == U'_' || c == U'-' || c == U'@';
    });
    return fine && !key.isEmpty() && characters.size() <= 64 ? key : QString();
}

QString countedAddress(const QString &address)
{
    const QHostAddress host(address);
    bool isV4 = false;
    const quint32 v4 = host.toIPv4Address(&isV4); // also of ::ffff:1.2.3.4
    if (isV4)
        return QHostAddress(v4).toString();
    if (host.protocol() != QHostAddress::IPv6Protocol)
        return address;
    Q_IPV6ADDR bytes = host.toIPv6Address();
    std::fill(std::begin(bytes.c) + 8, std::end(bytes.c), quint8(0));
    return QHostAddress(bytes).toString() + u"/64"_s;
}

Accounts::Accounts(AccountStore &store, const Clock &clock, sync::RandomSource &random,
                   QString serverName, AccountRules rules)
    : m_store(store)
    , m_clock(clock)
    , m_random(random)
    , m_server(std::move(serverName))
    , m_rules(rules)
{
}

Result<std::unique_ptr<Accounts>> Accounts::create(AccountStore &store, const Clock &clock,
                                                   sync::RandomSource &random, QString serverName,
                                                   AccountRules rules)
{
    std::unique_ptr<Accounts> accounts(
        new Accounts(store, clock, random, std::move(serverName), rules));
    TRY(accounts->load());
    return accounts;
}

Result<> Accounts::load()
{
    TRY_ASSIGN(m_nobody, sync::makeVerifier({}, QString::fromLatin1(randomToken()), m_rules.hash));
    TRY_ASSIGN(m_keys.publicKey, m_store.fact(u"grant_public"_s));
    TRY_ASSIGN(m_keys.secretKey, m_store.fact(u"grant_secret"_s));
    TRY_ASSIGN(m_sealKey, m_store.fact(u"seal_secret"_s));
    if (!m_keys.secretKey.isEmpty() && !m_sealKey.isEmpty())
        return {};
    return m_store.atomically([&]() -> Result<> {
        // Another process on the same store may have made them meanwhile.
        TRY_ASSIGN(m_sealKey, m_store.fact(u"seal_secret"_s));
        if (m_sealKey.isEmpty()) { // also of accounts that are older than seals
            m_sealKey = m_random.bytes(32);
            TRY(m_store.setFact(u"seal_secret"_s, m_sealKey));
        }
        TRY_ASSIGN(m_keys.publicKey, m_store.fact(u"grant_public"_s));
        TRY_ASSIGN(m_keys.secretKey, m_store.fact(u"grant_secret"_s));
        if (!m_keys.secretKey.isEmpty())
            return {};
        m_keys = sync::makeKeyPair(m_random);
        TRY(m_store.setFact(u"grant_public"_s, m_keys.publicKey));
        return m_store.setFact(u"grant_secret"_s, m_keys.secretKey);
    });
}

Result<> Accounts::log(const char *what, const QString &who, const QString &subject,
                       const QString &from, const QString &detail)
{
    return m_store.audit({.at = m_clock.now(),
                          .what = QString(QLatin1StringView(what)),
                          .who = who,
                          .subject = subject,
                          .from = from,
                          .detail = detail});
}

QString Accounts::randomId()
{
    return QString::fromLatin1(m_random.bytes(16).toHex());
}

QByteArray Accounts::randomToken()
{
    return m_random.bytes(32).toBase64(QByteArray::Base64UrlEncoding |
                                       QByteArray::OmitTrailingEquals);
}

QByteArray Accounts::personKey(const QString &nameKey)
{
    return strikeKey("user", nameKey);
}

QByteArray Accounts::deskKey(const QString &userId, const QString &device)
{
    return strikeKey("desk", userId, device);
}

// --- strikes
// --------------------------------------------------------------------------------------------------------

Duration Accounts::waitOf(const StrikesRow &row) const
{
    // However far away a clock set back makes the end look, a lock is no longer than the longest.
    const Instant now = m_clock.now();
    return std::clamp(row.lockedUntil - now, Duration(0), m_rules.longestLock);
}

Result<Duration> Accounts::longestWait(const std::vector<QByteArray> &keys)
{
    Duration longest(0);
    for (const QByteArray &key : keys) {
        TRY_ASSIGN(const StrikesRow row, m_store.strikes(key));
        longest = std::max(longest, waitOf(row));
    }
    return longest;
}

// Before the password is looked at: many at once count like many after one another, and a server
// that is killed meanwhile forgets none.
Result<> Accounts::strike(const std::vector<QByteArray> &keys)
{
    const Instant now = m_clock.now();
    for (const QByteArray &key : keys) {
        TRY_ASSIGN(StrikesRow row, m_store.strikes(key));
        if (row.lastAt + m_rules.strikesForgotten < now)
            row = {.key = key};
        row.lastAt = now;
        ++row.count;
        if (row.count >= m_rules.freeTries) {
            Duration lock = m_rules.firstLock;
            for (int i = m_rules.freeTries; i < row.count && lock < m_rules.longestLock; ++i)
                lock *= 2;
            row.lockedUntil = now + std::min(lock, m_rules.longestLock);
        }
        TRY(m_store.putStrikes(row));
    }
    return {};
}

// After a right password. What was counted for the person is forgotten; an address only gets the
// one strike back, or whoever has one account could guess at others for ever.
Result<> Accounts::forgive(const OpenAttempt &open)
{
    for (size_t i = 0; i < open.keys.size(); ++i) {
        const bool ofPerson = i == 0;
        TRY_ASSIGN(StrikesRow row, m_store.strikes(open.keys[i]));
        row.count = ofPerson ? 0 : std::max(row.count - 1, 0);
        if (row.count < m_rules.freeTries)
            row.lockedUntil = {};
        TRY(m_store.putStrikes(row));
    }
    return {};
}

// --- sign-in
// --------------------------------------------------------------------------------------------------------

Result<std::expected<SignInAttempt, SignInRefusal>>
Accounts::beginSignIn(const SignInRequest &request)
{
    using Answer = std::expected<SignInAttempt, SignInRefusal>;
    using enum SignInRefusal::Why;
    const auto refused = [](SignInRefusal::Why why, Duration wait = {}) {
        return Answer(std::unexpected(SignInRefusal{why, wait}));
    };
    if (!isWhole(request))
        return refused(BadRequest);
    const Instant now = m_clock.now();
    m_open.removeIf([&](const auto &it) {
        return it.value().begun + attemptLife < now || now + attemptLife < it.value().begun;
    });

    // A name that nobody can have is counted as it is typed.
    const QString key = nameKey(request.user);
    const QString counted = key.isEmpty() ? request.user.left(200) : key;
    TRY_ASSIGN(const auto user, m_store.userByKey(key));
    OpenAttempt open{.begun = now, .userId = user ? user->id : QString()};
    if (user) {
        TRY_ASSIGN(open.familiar, m_store.isFamiliar(user->id, request.deviceId));
    }
    // A device that the person has used before counts by itself, so that nobody elsewhere can lock
    // them out of their own desk; all others count by person and by address.
    open.keys = open.familiar ? std::vector{deskKey(user->id, request.deviceId)}
                              : std::vector{personKey(counted),
                                            strikeKey("from", countedAddress(request.from))};
    TRY_ASSIGN(const Duration wait, longestWait(open.keys));
    if (wait > Duration(0))
        return refused(TooMany, wait);
    const auto running = std::ranges::count(m_open, open.familiar, &OpenAttempt::familiar);
    if (running >= m_rules.checksAtOnce)
        return refused(Busy, std::chrono::seconds(1));
    Duration lockedMeanwhile(0); // by another process on the same store
    const Result<> stored = m_store.atomically([&]() -> Result<> {
        TRY(m_store.dropStrikesBefore(now - m_rules.strikesForgotten - m_rules.longestLock));
        TRY_ASSIGN(lockedMeanwhile, longestWait(open.keys));
        return lockedMeanwhile > Duration(0) ? Result<>() : strike(open.keys);
    });
    TRY(stored);
    if (lockedMeanwhile > Duration(0))
        return refused(TooMany, lockedMeanwhile);
    SignInAttempt attempt{.number = ++m_lastAttempt,
                          .request = request,
                          .verifier = user ? user->password : m_nobody};
    m_open.insert(attempt.number, std::move(open));
    return Answer(std::move(attempt));
}

Result<Accounts::OpenAttempt> Accounts::takeAttempt(const SignInAttempt &attempt)
{
    const auto found = m_open.constFind(attempt.number);
    if (found == m_open.constEnd())
        return fail(Errc::InvalidArgument, u"no such sign-in is open"_s);
    OpenAttempt open = *found;
    m_open.erase(found);
    if (open.begun + attemptLife < m_clock.now())
        return fail(Errc::InvalidArgument, u"the sign-in took too long"_s);
    return open;
}

// Inside a transaction. A wrong answer is logged here; a right one by the caller.
Result<std::expected<Accounts::Checked, SignInRefusal>>
Accounts::checkAttempt(const SignInAttempt &attempt, const OpenAttempt &open, bool right)
{
    using Answer = std::expected<Checked, SignInRefusal>;
    using enum SignInRefusal::Why;
    const SignInRequest &request = attempt.request;
    const auto refused = [](SignInRefusal::Why why) {
        return Answer(std::unexpected(SignInRefusal{why, {}}));
    };
    std::optional<UserRow> user;
    if (!open.userId.isEmpty()) {
        TRY_ASSIGN(user, m_store.userById(open.userId));
    }
    // Checked against a password that has been changed meanwhile: not checked.
    if (!right || !user || user->password != attempt.verifier) {
        TRY_ASSIGN(const Duration wait, longestWait(open.keys));
        // The name as typed is not written down: it may be a password.
        TRY(log("sign-in.wrong", {}, user ? user->name : u"?"_s, request.from,
                wait > Duration(0) ? u"locked for %1 s"_s.arg(wait.count() / 1000) : QString()));
        return refused(WrongPassword);
    }
    TRY(forgive(open));
    const auto denied = [&](SignInRefusal::Why why, const char *what) -> Result<Answer> {
        TRY(log(what, user->name, request.deviceId, request.from, request.desk));
        return refused(why);
    };
    if (user->disabled)
        return denied(Disabled, "sign-in.disabled");
    TRY_ASSIGN(const auto device, m_store.device(request.deviceId));
    if (device && device->revoked)
        return denied(DeviceRevoked, "sign-in.device-revoked");
    if (device && device->publicKey != request.deviceKey)
        return denied(OtherDevice, "sign-in.other-device");
    Checked checked{.user = *user, .newDevice = !device};
    checked.device = device.value_or(DeviceRow{.id = request.deviceId,
                                               .publicKey = request.deviceKey,
                                               .desk = request.desk,
                                               .firstSeen = m_clock.now()});
    checked.otherDesk = checked.device.desk != request.desk;
    checked.device.desk = request.desk;
    checked.device.lastSeen = m_clock.now();
    return Answer(std::move(checked));
}

Result<std::expected<SignedIn, SignInRefusal>> Accounts::finishSignIn(const SignInAttempt &attempt,
                                                                      bool right)
{
    using Answer = std::expected<SignedIn, SignInRefusal>;
    TRY_ASSIGN(const OpenAttempt open, takeAttempt(attempt));
    Answer answer;
    const Result<> stored = m_store.atomically([&]() -> Result<> {
        TRY_ASSIGN(const auto checked, checkAttempt(attempt, open, right));
        if (!checked) {
            answer = std::unexpected(checked.error());
            return {};
        }
        const SignInRequest &request = attempt.request;
        const UserRow &user = checked->user;
        TRY(m_store.dropExpired(m_clock.now() - expiredKept));
        TRY(m_store.putDevice(checked->device));
        TRY(m_store.putFamiliar(user.id, request.deviceId));
        if (checked->newDevice)
            TRY(log("device.new", user.name, request.deviceId, request.from, request.desk));
        if (checked->otherDesk)
            TRY(log("device.desk", user.name, request.deviceId, request.from, request.desk));
        const FamilyRow family{.id = randomId(),
                               .user = user.id,
                               .device = request.deviceId,
                               .startedAt = m_clock.now()};
        TRY(m_store.putFamily(family));
        TRY(log("sign-in", user.name, request.deviceId, request.from, request.desk));
        TRY_ASSIGN(SignedIn given, give(user, checked->device, family.id));
        answer = std::move(given);
        return {};
    });
    TRY(stored);
    return answer;
}

Result<std::expected<SignedIn, SignInRefusal>> Accounts::signIn(const SignInRequest &request,
                                                                const QString &password)
{
    TRY_ASSIGN(const auto attempt, beginSignIn(request));
    if (!attempt)
        return std::expected<SignedIn, SignInRefusal>(std::unexpected(attempt.error()));
    return finishSignIn(*attempt, sync::fits(attempt->verifier, password));
}

Result<std::expected<void, SignInRefusal>>
Accounts::finishPasswordChange(const SignInAttempt &attempt, bool right,
                               const sync::PasswordVerifier &changed)
{
    using Answer = std::expected<void, SignInRefusal>;
    TRY_ASSIGN(const OpenAttempt open, takeAttempt(attempt));
    Answer answer;
    const Result<> stored = m_store.atomically([&]() -> Result<> {
        TRY_ASSIGN(const auto checked, checkAttempt(attempt, open, right));
        if (!checked) {
            answer = std::unexpected(checked.error());
            return {};
        }
        UserRow user = checked->user;
        user.password = changed;
        TRY(m_store.putUser(user));
        TRY(m_store.revokeFamilies(user.id, {}));
        return log("password.changed", user.name, user.name, attempt.request.from);
    });
    TRY(stored);
    return answer;
}

// --- tokens
// ---------------------------------------------------------------------------------------------------------

Result<Principal> Accounts::principalOf(const UserRow &user, const DeviceRow &device)
{
    TRY_ASSIGN(const QStringList former, m_store.formerNames(user.id));
    return principalFrom(user, device, former);
}

Result<SignedIn> Accounts::give(const UserRow &user, const DeviceRow &device, const QString &family)
{
    const Instant now = m_clock.now();
    SignedIn given{.accessToken = randomToken(),
                   .accessUntil = now + m_rules.accessLife,
                   .refreshToken = randomToken(),
                   .refreshUntil = now + m_rules.refreshLife};
    TRY_ASSIGN(given.principal, principalOf(user, device));
    TRY_ASSIGN(given.offlineGrant, sync::signGrant({.server = m_server,
                                                    .user = user.name,
                                                    .displayName = user.displayName,
                                                    .roles = user.roles,
                                                    .areas = user.areas,
                                                    .device = device.id,
                                                    .desk = device.desk,
                                                    .issuedAt = now,
                                                    .validUntil = now + m_rules.offlineGrace},
                                                   m_keys.secretKey));
    TRY(m_store.putToken({.hash = hashOf(given.accessToken),
                          .kind = TokenRow::Kind::Access,
                          .family = family,
                          .expiresAt = given.accessUntil}));
    TRY(m_store.putToken({.hash = hashOf(given.refreshToken),
                          .kind = TokenRow::Kind::Refresh,
                          .family = family,
                          .expiresAt = given.refreshUntil}));
    return given;
}

std::expected<Session, TokenRefusal> Accounts::sessionOf(const TokenOwner &owner) const
{
    if (owner.user.disabled)
        return std::unexpected(TokenRefusal::Disabled);
    if (owner.family.revoked || owner.device.revoked)
        return std::unexpected(TokenRefusal::Revoked);
    return Session{.principal = principalFrom(owner.user, owner.device, owner.formerNames),
                   .deviceId = owner.device.id,
                   .deviceKey = owner.device.publicKey,
                   .family = owner.family.id};
}

Result<std::optional<Principal>> Accounts::authorAt(const QString &userName,
                                                    const QByteArray &deviceKey)
{
    TRY_ASSIGN(const auto devices, m_store.devices());
    const auto device = std::ranges::find(devices, deviceKey, &DeviceRow::publicKey);
    if (device == devices.end() || device->revoked)
        return std::nullopt;
    TRY_ASSIGN(auto user, m_store.userByKey(nameKey(userName)));
    if (!user) {
        TRY_ASSIGN(const QString owner, m_store.formerOwner(nameKey(userName)));
        TRY_ASSIGN(user, m_store.userById(owner));
    }
    if (!user || user->disabled)
        return std::nullopt;
    TRY_ASSIGN(const bool familiar, m_store.isFamiliar(user->id, device->id));
    if (!familiar)
        return std::nullopt;
    TRY_ASSIGN(Principal author, principalOf(*user, *device));
    return author;
}

Result<std::expected<Session, TokenRefusal>> Accounts::authenticate(const QByteArray &accessToken)
{
    using Answer = std::expected<Session, TokenRefusal>;
    TRY_ASSIGN(const auto owner, m_store.ownerOf(hashOf(accessToken)));
    if (!owner || owner->token.kind != TokenRow::Kind::Access)
        return Answer(std::unexpected(TokenRefusal::Unknown));
    if (owner->token.expiresAt <= m_clock.now())
        return Answer(std::unexpected(TokenRefusal::Expired));
    Answer session = sessionOf(*owner);
    // It has arrived, so the answer that gave it was not lost. Later that is of no interest; and a
    // disk that is full turns nobody away.
    const Instant given = owner->token.expiresAt - m_rules.accessLife;
    if (session && !owner->token.used && m_clock.now() <= given + m_rules.refreshGrace) {
        (void) m_store.atomically([&]() -> Result<> {
            // Read again: it may have been taken back meanwhile, and stays so.
            TRY_ASSIGN(auto token, m_store.token(owner->token.hash));
            if (!token || token->used)
                return {};
            token->used = true;
            return m_store.putToken(*token);
        });
    }
    return session;
}

// A refresh token for the second time. True when its answer may have been lost: shortly after, and
// neither of the tokens given has been seen. What was given is then void. In the transaction.
Result<bool> Accounts::takeBackLostAnswer(const TokenRow &token)
{
    const Instant now = m_clock.now();
    const Duration since = now > token.usedAt ? now - token.usedAt : token.usedAt - now;
    constexpr qsizetype hashSize = 32;
    if (since > m_rules.refreshGrace || token.heirs.size() != 2 * hashSize)
        return false;
    TRY_ASSIGN(auto refresh, m_store.token(token.heirs.first(hashSize)));
    TRY_ASSIGN(auto access, m_store.token(token.heirs.sliced(hashSize)));
    if (!refresh || !access || refresh->used || access->used)
        return false;
    refresh->used = true; // and whoever has it after all betrays itself: it has no heirs
    access->expiresAt = now;
    TRY(m_store.putToken(*refresh));
    TRY(m_store.putToken(*access));
    return true;
}

Result<std::expected<SignedIn, TokenRefusal>> Accounts::refresh(const RefreshRequest &request)
{
    using Answer = std::expected<SignedIn, TokenRefusal>;
    Answer answer = std::unexpected(TokenRefusal::Unknown);
    const Result<> stored = m_store.atomically([&]() -> Result<> {
        TRY_ASSIGN(auto owner, m_store.ownerOf(hashOf(request.refreshToken)));
        if (!owner || owner->token.kind != TokenRow::Kind::Refresh)
            return {};
        TokenRow &token = owner->token;
        FamilyRow &family = owner->family;
        const auto session = sessionOf(*owner);
        if (!session) {
            answer = std::unexpected(session.error());
            return {};
        }
        // Somebody else has this token: nobody keeps what came of it.
        const auto betrayed = [&](TokenRefusal why, const char *what) -> Result<> {
            family.revoked = true;
            TRY(m_store.putFamily(family));
            answer = std::unexpected(why);
            return log(what, session->principal.userName, family.device, request.from,
                       session->principal.desk);
        };
        const bool signedBy =
            request.deviceId == family.device &&
            sync::isSignedBy(session->deviceKey,
                             sync::refreshMessage(request.deviceId, request.refreshToken),
                             request.signature);
        const bool again = token.used;
        if (again) {
            TRY_ASSIGN(const bool lost, signedBy ? takeBackLostAnswer(token) : Result<bool>(false));
            if (!lost)
                return betrayed(TokenRefusal::Reused, "token.reused");
        }
        if (token.expiresAt <= m_clock.now()) {
            answer = std::unexpected(TokenRefusal::Expired);
            return {};
        }
        if (!signedBy)
            return betrayed(TokenRefusal::WrongDevice, "token.wrong-device");
        TRY_ASSIGN(SignedIn given, give(owner->user, owner->device, family.id));
        token.usedAt = again ? token.usedAt : m_clock.now(); // the grace grows no longer
        token.used = true;
        token.heirs = hashOf(given.refreshToken) + hashOf(given.accessToken);
        TRY(m_store.putToken(token));
        if (again)
            TRY(log("token.again", session->principal.userName, family.device, request.from,
                    session->principal.desk));
        answer = std::move(given);
        return {};
    });
    TRY(stored);
    return answer;
}

Result<> Accounts::signOut(const QByteArray &accessToken, const QString &from)
{
    return m_store.atomically([&]() -> Result<> {
        // Also with a token that has just expired: who says goodbye means it.
        TRY_ASSIGN(const auto token, m_store.token(hashOf(accessToken)));
        if (!token || token->kind != TokenRow::Kind::Access)
            return {};
        TRY_ASSIGN(auto family, m_store.family(token->family));
        if (!family || family->revoked)
            return {};
        family->revoked = true;
        TRY(m_store.putFamily(*family));
        TRY_ASSIGN(const auto user, m_store.userById(family->user));
        return log("sign-out", user ? user->name : QString(), family->device, from);
    });
}

} // namespace leeward::server
