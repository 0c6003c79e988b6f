#pragma once

#include "models/domain/result.h"

#include <QByteArray>
#include <QString>

#include <expected>

// Passwords: what may be one, and their Argon2id verifiers. Pure functions (the salt is the
// system's); any thread. Making or checking a verifier takes the time and memory of its limits:
// about half a second and 256 MiB for the usual ones, so never on a thread that somebody waits for.
namespace leeward::sync {

struct HashLimits
{
    unsigned long long operations;
    size_t memoryBytes;
    friend bool operator==(const HashLimits &, const HashLimits &) = default;
};
[[nodiscard]] HashLimits usualHashLimits();    // libsodium's "moderate"
[[nodiscard]] HashLimits cheapestHashLimits(); // for tests alone

enum class PasswordFault
{
    TooShort,  // fewer than 10 characters
    TooLong,   // more than 256
    IsName,    // the user's name, or little more than it
    TooCommon, // in the short list, one character repeated, or a run of the keyboard
};
inline constexpr int shortestPassword = 10;
inline constexpr int longestPassword = 256;

[[nodiscard]] std::optional<PasswordFault> passwordFault(const QString &userName,
                                                         const QString &password);

// What is kept of a password: a string of libsodium that carries salt and limits.
struct PasswordVerifier
{
    QByteArray text;
    friend bool operator==(const PasswordVerifier &, const PasswordVerifier &) = default;
};

// InvalidArgument for a password with a fault; Internal when there is no memory for it.
[[nodiscard]] Result<PasswordVerifier>
makeVerifier(const QString &userName, const QString &password, const HashLimits &limits);
// False also for a verifier that is none.
[[nodiscard]] bool fits(const PasswordVerifier &verifier, const QString &password);

} // namespace leeward::sync
