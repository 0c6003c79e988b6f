#include "sync/password.h"

#include "sync/random_source.h"
#include "sync/sodium.h"

#include <QStringList>

#include <algorithm>
#include <array>

namespace leeward::sync {

using namespace Qt::StringLiterals;

namespace {

// The same letters typed on another keyboard are the same password.
QByteArray bytesOf(const QString &password)
{
    return password.normalized(QString::NormalizationForm_C).toUtf8();
}

QString folded(const QString &text)
{
    return text.normalized(QString::NormalizationForm_KC).toCaseFolded();
}

bool isCommon(const QString &password)
{
    // What is tried first against a hall. Long lists belong to an online check that a hall without
    // the internet has not got.
    static const QStringList words = {
        u"password"_s,      u"passw0rd"_s,  u"p@ssw0rd"_s, u"p@ssword"_s, u"admin"_s,
        u"administrator"_s, u"root"_s,      u"leeward"_s,  u"changeme"_s, u"welcome"_s,
        u"letmein"_s,       u"qwerty"_s,    u"mima"_s,     u"yingji"_s,   u"woaini"_s,
        u"zhihui"_s,        u"iloveyou"_s,  u"避风"_s,     u"test"_s,     u"default"_s,
        u"qwertyuiop"_s,    u"asdfghjkl"_s, u"zxcvbnm"_s,  u"1qaz2wsx"_s, u"1q2w3e4r"_s,
        u"abc123"_s,        u"a123456"_s};
    static const QStringList runs = {
        u"012345678901234567890123456789"_s, u"987654321098765432109876543210"_s,
        u"abcdefghijklmnopqrstuvwxyz"_s, u"qwertyuiopasdfghjklzxcvbnm"_s};
    const QString text = folded(password);
    if (std::ranges::all_of(text, [&](QChar c) { return c == text.front(); }))
        return true;
    if (std::ranges::any_of(runs, [&](const QString &run) { return run.contains(text); }))
        return true;
    // A common word with digits and signs around it, or twice.
    QString letters = text;
    while (!letters.isEmpty() && !letters.back().isLetter())
        letters.chop(1);
    while (!letters.isEmpty() && !letters.front().isLetter())
        letters.remove(0, 1);
    return words.contains(text) || words.contains(letters) ||
           std::ranges::any_of(words, [&](const QString &word) {
               return word.size() >= 4 && QString(text).remove(word).size() <= text.size() / 4;
           });
}

} // namespace

QByteArray SystemRandom::bytes(int count)
{
    sodiumReady();
    QByteArray made(count, Qt::Uninitialized);
    randombytes_buf(made.data(), static_cast<size_t>(count));
    return made;
}

HashLimits usualHashLimits()
{
    return {crypto_pwhash_OPSLIMIT_MODERATE, crypto_pwhash_MEMLIMIT_MODERATE};
}

HashLimits cheapestHashLimits()
{
    return {crypto_pwhash_OPSLIMIT_MIN, crypto_pwhash_MEMLIMIT_MIN};
}

std::optional<PasswordFault> passwordFault(const QString &userName, const QString &password)
{
    const qsizetype length = password.toUcs4().size();
    if (length < shortestPassword)
        return PasswordFault::TooShort;
    if (length > longestPassword)
        return PasswordFault::TooLong;
    const QString name = folded(userName);
    // The name with three more characters is still the name.
    if (!name.isEmpty() && folded(password).remove(name).size() <= 3)
        return PasswordFault::IsName;
    if (isCommon(password))
        return PasswordFault::TooCommon;
    return std::nullopt;
}

Result<PasswordVerifier> makeVerifier(const QString &userName, const QString &password,
                                      const HashLimits &limits)
{
    if (const auto fault = passwordFault(userName, password))
        return fail(Errc::InvalidArgument, u"password: rule %1"_s.arg(static_cast<int>(*fault)));
    sodiumReady();
    QByteArray secret = bytesOf(password);
    std::array<char, crypto_pwhash_STRBYTES> text = {};
    const int result =
        crypto_pwhash_str(text.data(), secret.constData(), static_cast<size_t>(secret.size()),
                          limits.operations, limits.memoryBytes);
    sodium_memzero(secret.data(), static_cast<size_t>(secret.size()));
    if (result != 0)
        return fail(Errc::Internal, u"no memory to hash a password"_s);
    return PasswordVerifier{QByteArray(text.data())};
}

bool fits(const PasswordVerifier &verifier, const QString &password)
{
    sodiumReady();
    // libsodium reads a whole array of this size.
    if (verifier.text.size() >= static_cast<qsizetype>(crypto_pwhash_STRBYTES) ||
        password.size() > 2 * longestPassword)
        return false;
    QByteArray padded = verifier.text;
    padded.resize(crypto_pwhash_STRBYTES, '\0');
    QByteArray secret = bytesOf(password);
    const int result = crypto_pwhash_str_verify(padded.constData(), secret.constData(),
                                                static_cast<size_t>(secret.size()));
    sodium_memzero(secret.data(), static_cast<size_t>(secret.size()));
    return result == 0;
}

} // namespace leeward::sync
