#pragma once

#include "models/desk/command.h"

namespace leeward::command {

// The table of verbs behind parse(), format() and complete(). Private to this folder.

enum class Arg
{
    Incident,         // 7 or "."
    OptionalIncident, // left out only at the end of the line
    Teams,            // 3,5
    OptionalTeams,    // left out only at the end of the line; "." = the selected one
    Team,             // one; "." = the selected one
    OtherTeam,        // one, named
    Span,
    Of,   // of 3
    Text, // the rest of the line
    OptionalText,
    Reason, // the rest of the line, needed
    OptionalReason,
    Place, // the rest of the line
    Type,  // an incident type, optional
    Theme,
    LanguageName,
    Register, // the rest of the line
    OptionalRegister,
};

enum class Kind
{
    Dispatch,
    Step,
    Divert,
    HandOver,
    Undo,
    Flag,
    Note,
    Move,
    GoTo,
    New,
    Unavailable,
    Available,
    Ui,
};

struct Verb
{
    Kind kind;
    int detail; // Dispatch: ordered; Step, Move: the state; Flag: which, and on; Ui: what
    Words word;
    QStringList aliases; // both languages
    std::vector<Arg> args;
    Words pattern; // of the arguments
    Words help;
};

[[nodiscard]] const std::vector<Verb> &verbs();
[[nodiscard]] const Verb *findVerb(Kind kind, int detail);

// The verb that `text` begins with at `from`, by its longest spelling, and how long that is. A
// Chinese verb may be followed by a number without a blank.
struct VerbMatch
{
    const Verb *verb = nullptr;
    int length = 0;
};
[[nodiscard]] VerbMatch matchVerb(QStringView text, int from);

// What stands behind the verb.
struct Slots
{
    int incident = 0;
    int other = 0;
    QStringList teams;
    QString team;
    QString otherTeam;
    QString text;
    QString type;
    QString word; // theme, language, register
    std::chrono::minutes span{0};
};
[[nodiscard]] Body makeBody(const Verb &verb, const Slots &values);
[[nodiscard]] std::pair<const Verb *, Slots> takeApart(const Body &body);

// Incident type by code or word; null when it is none.
[[nodiscard]] QString typeCode(QStringView word);
[[nodiscard]] QString typeWord(const QString &code, Language language);
// Register key by key, singular or plural in either language.
[[nodiscard]] QString registerKey(QStringView words);

} // namespace leeward::command
