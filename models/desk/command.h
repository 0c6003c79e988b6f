#pragma once

#include "models/domain/clock.h"
#include "models/domain/lifecycle.h"
#include "models/domain/registers.h"

#include <QStringList>
#include <QTime>

#include <expected>
#include <optional>
#include <span>
#include <variant>
#include <vector>

namespace leeward::command {

// The grammar of everything that can be typed, English and Chinese. Pure: text in, a typed command
// or a precise error out; nothing is looked up. Teams and orders stay as they were written ("5",
// "5@7" = team 5 in incident 7, "2026-0012", a name) and are looked up by findTeam() and
// findAssignment().

// An incident's number; 0 = the one that is selected, typed as "." or left out where nothing
// follows.
using IncidentRef = int;

struct Dispatch // dispatch 7 3,5 [task]; propose 7 3,5 [task]
{
    IncidentRef incident = 0;
    QStringList teams;
    QString task;
    bool ordered = true;
    friend bool operator==(const Dispatch &, const Dispatch &) = default;
};
struct Step // onscene 5,6 [reason]; no team = the selected assignment
{
    AssignmentState to = AssignmentState::Delivered;
    QStringList teams;
    QString reason;
    friend bool operator==(const Step &, const Step &) = default;
};
struct Divert // divert 5 9 reason
{
    QString team;
    IncidentRef incident = 0;
    QString reason;
    friend bool operator==(const Divert &, const Divert &) = default;
};
struct HandOver // handover 5 8 reason
{
    QString from;
    QString to;
    QString reason;
    friend bool operator==(const HandOver &, const HandOver &) = default;
};
struct Undo // undo 5 [reason]
{
    QStringList teams;
    QString reason;
    friend bool operator==(const Undo &, const Undo &) = default;
};
struct Flag // suspend 5 [reason]; resume 5; no team = the selected assignment
{
    AssignmentFlag flag = AssignmentFlag::Suspended;
    bool on = true;
    QStringList teams;
    QString reason;
    friend bool operator==(const Flag &, const Flag &) = default;
};
struct Note // note 7 text
{
    IncidentRef incident = 0;
    QString text;
    friend bool operator==(const Note &, const Note &) = default;
};
struct MoveIncident // close 7; duplicate 7 of 3 [reason]; reopen 7 reason
{
    IncidentRef incident = 0;
    IncidentState to = IncidentState::Verified;
    int duplicateOf = 0;
    QString reason;
    friend bool operator==(const MoveIncident &, const MoveIncident &) = default;
};
struct GoTo // goto place or coordinates
{
    QString where;
    friend bool operator==(const GoTo &, const GoTo &) = default;
};
struct NewIncident // new [type] [title]; "-" = no type, when the title begins with the name of one
{
    QString type; // IncidentType::code; empty = to be chosen
    QString title;
    friend bool operator==(const NewIncident &, const NewIncident &) = default;
};
struct Unavailable // unavailable 5 2h reason
{
    QStringList teams;
    std::chrono::minutes span{0};
    QString reason;
    friend bool operator==(const Unavailable &, const Unavailable &) = default;
};
struct Available // available 5
{
    QStringList teams;
    friend bool operator==(const Available &, const Available &) = default;
};
struct Ui // what the window does by itself
{
    enum class What
    {
        Theme,    // argument: dark, light
        Language, // argument: zh, en
        Wall,
        Import,      // argument: register key or empty
        Export,      // argument: register key
        PrintRecord, // argument: incident number; "0" = the selected one
        PrintOrder,  // argument: team as written; empty = the selected assignment
        Recommend,   // argument: incident number; "0" = the selected one
        Queue,
        Packages,
        LoadCopy,
        Password,
        Log,
        Board,
        Help,
    };
    What what = What::Help;
    QString argument;
    friend bool operator==(const Ui &, const Ui &) = default;
};

using Body = std::variant<Dispatch, Step, Divert, HandOver, Undo, Flag, Note, MoveIncident, GoTo,
                          NewIncident, Unavailable, Available, Ui>;

struct Command
{
    std::optional<QTime> at; // "at 14:05 …": when it happened, local time of the city
    Body body;
    friend bool operator==(const Command &, const Command &) = default;
};

// What was expected at a place of the line.
enum class Expected
{
    Command,
    Time,     // 14:05
    Incident, // a number or "."
    Team,     // a code, number or name
    Text,     // the words of a note
    Reason,
    Span, // 30m, 2h, 1d
    Place,
    Theme,        // dark, light
    LanguageName, // zh, en
    Register,
    Of,      // of (duplicate 7 of 3)
    Nothing, // the command was complete
};

struct ParseError
{
    int position = 0; // in the text as given; its length = at the end
    int length = 0;   // of the word that did not fit; 0 = something is missing
    Expected expected = Expected::Command;
    QStringList candidates; // words that would fit, in both languages where they are few
    friend bool operator==(const ParseError &, const ParseError &) = default;
};

[[nodiscard]] std::expected<Command, ParseError> parse(const QString &text);
// The command as a person types it; parse() reads it back to the same command.
[[nodiscard]] QString format(const Command &command, Language language);
// "在第 4 字处：需要队伍编号……" / "At 4: a team is expected …"
[[nodiscard]] QString describe(const ParseError &error, const QString &text, Language language);

// One verb, for help and completion.
struct Usage
{
    QString verb;    // as typed in this language
    QString pattern; // "派遣 事件号 队伍[,队伍] [任务]"
    QString help;    // one line
};
[[nodiscard]] std::vector<Usage> usages(Language language);

struct Completion
{
    QString text; // the whole line as it would stand
    QString pattern;
    QString help;
};
// What the line may become, best first: verbs that begin with what is typed (either language, and
// pinyin initials), then the fixed words of the argument under the cursor. At most `limit`.
[[nodiscard]] std::vector<Completion> complete(const QString &partial, Language language,
                                               int limit = 8);

// The latest moment not after `now` at which the city's clocks show `at`.
[[nodiscard]] Instant momentOf(QTime at, Instant now, std::chrono::minutes utcOffset);

// --- looking up
// -----------------------------------------------------------------------------------------------------

struct TeamName
{
    QString id;
    QString code;
    QString name;
    QString pinyin; // store::pinyinKeys(name)
};
struct OpenOrder
{
    QString id;
    QString team;     // id
    int incident = 0; // number
    QString number;
};

// Why a name does not stand for exactly one thing.
struct LookupFault
{
    enum class What
    {
        Unknown,
        Ambiguous,
        NoOpenOrder
    } what = What::Unknown;
    QString written;
    QStringList candidates; // what it could mean
    friend bool operator==(const LookupFault &, const LookupFault &) = default;
};
[[nodiscard]] QString describe(const LookupFault &fault, Language language);

// The team written as its code, its whole name, the number its code ends with, or a part of its
// name or pinyin; each way only when the ones before find none, and only when it fits one team.
[[nodiscard]] std::expected<QString, LookupFault> findTeam(const QString &written,
                                                           std::span<const TeamName> teams);
// The open assignment written as an order number, a team, or team@incident.
[[nodiscard]] std::expected<QString, LookupFault> findAssignment(const QString &written,
                                                                 std::span<const TeamName> teams,
                                                                 std::span<const OpenOrder> open);

} // namespace leeward::command
