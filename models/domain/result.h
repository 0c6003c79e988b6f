#pragma once

#include <QString>

#include <expected>

namespace leeward {

// What a caller can branch on. The words a person reads are made in widgets/ and app/, never here.
enum class Errc
{
    InvalidArgument, // the caller's value can not be used
    NotFound,        // the named thing is not there
    AlreadyExists,   // the named thing is there and must not be
    Refused,         // a rule of the rulebook said no (Refusal carries the reason)
    FileMissing,     // no such file or folder
    FileUnreadable,  // there, but can not be opened or read
    FileUnwritable,  // read-only, no permission
    FileMalformed,   // read, but is not what it should be
    DiskFull,        // no space left
    SchemaTooNew,    // written by a newer Leeward
    CacheInUse,      // another console holds it
    Corrupt,         // integrity is broken
    Unsupported,     // known, not possible here
    Cancelled,       // the user asked for it to stop
    Network,         // a peer did not answer
    Internal,        // a bug
};

// A failure. `detail` is untranslated and for the log and scripts; it names the file, row or value.
struct Error
{
    Errc code = Errc::Internal;
    QString detail;

    friend bool operator==(const Error &, const Error &) = default;
};

template <class T = void>
using Result = std::expected<T, Error>;

// Stable name of a code, for logs and JSON.
[[nodiscard]] QString errcName(Errc code);

[[nodiscard]] inline std::unexpected<Error> fail(Errc code, QString detail)
{
    return std::unexpected(Error{code, std::move(detail)});
}

} // namespace leeward

// Leaves the function with the error of `expr`, if it has one; any value of `expr` is dropped.
#define TRY(expr)                                                                                  \
    do {                                                                                           \
        if (auto leewardTryResult = (expr); !leewardTryResult) [[unlikely]]                        \
            return std::unexpected(std::move(leewardTryResult).error());                           \
    } while (false)

#define LEEWARD_CONCAT_(a, b) a##b
#define LEEWARD_CONCAT(a, b) LEEWARD_CONCAT_(a, b)

// Declares `decl` from the value of `expr`, or leaves the function with its error.
#define TRY_ASSIGN(decl, expr)                                                                     \
    auto LEEWARD_CONCAT(leewardTry, __LINE__) = (expr);                                            \
    if (!LEEWARD_CONCAT(leewardTry, __LINE__)) [[unlikely]]                                        \
        return std::unexpected(std::move(LEEWARD_CONCAT(leewardTry, __LINE__)).error());           \
    decl = std::move(*LEEWARD_CONCAT(leewardTry, __LINE__))

// A broken invariant: logged, and the function recovers by `otherwise`; never used to guard input.
#define CHECK(cond, otherwise)                                                                     \
    do {                                                                                           \
        if (!(cond)) [[unlikely]] {                                                                \
            qCritical("leeward: broken invariant %s at %s:%d", #cond, __FILE__, __LINE__);         \
            otherwise;                                                                             \
        }                                                                                          \
    } while (false)
