#pragma once

#include "widgets/sign_in_text.h"

#include <functional>
#include <optional>

namespace leeward::widgets {

// What is wrong with a password that somebody chooses.
enum class PasswordFlaw
{
    TooShort,
    TooLong,
    IsName,    // the user's, or little more than it
    TooCommon, // often used, one character repeated, or a run of the keyboard
    Unchanged, // the one of now
};

// What a password may be. Whoever knows it says it before anything is typed.
struct PasswordRules
{
    int shortest = 1; // characters
    int longest = 256;
    // Of one for this user; nothing: it may be used. Fast enough to be called at every key.
    std::function<std::optional<PasswordFlaw>(const QString &user, const QString &password)> flaw;
};

// All the rules in a sentence or two.
[[nodiscard]] QString rulesText(const PasswordRules &rules, Language language);
[[nodiscard]] QString flawText(PasswordFlaw flaw, const PasswordRules &rules, Language language);

// Why a password was not changed: why, by whom, what now. `now`: for "until 14:05".
[[nodiscard]] QString passwordText(const SignInTrouble &trouble, Instant now, Language language);
// Of a desk whose server can not be asked: why that does not work.
[[nodiscard]] QString passwordOfflineText(const QString &server, Language language);

} // namespace leeward::widgets
