#pragma once

#include "models/domain/result.h"

#include <QHash>
#include <QString>
#include <QStringList>
#include <QVariant>

#include <optional>
#include <span>
#include <vector>

namespace leeward {

// A register 台账 is a list of things a city keeps: teams, stations, shelters, landing points,
// depots, stock. One RegisterSpec describes one register; the table, the form, the list, the import
// mapping, the export and the search are all driven by it. To add a register: one file in
// registers/, one migration, one line in allRegisters().

enum class Language
{
    Chinese,
    English
};

// A word in both of the product's languages.
struct Words
{
    QString zh;
    QString en;
    [[nodiscard]] const QString &in(Language language) const
    {
        return language == Language::Chinese ? zh : en;
    }
};

enum class FieldType
{
    Text,     // one line
    LongText, // several lines
    Integer,  // 64 bit
    Real,     // double
    Boolean,  // stored 0 / 1
    Date,     // stored as text yyyy-MM-dd
    Hours,  // stored as text "HH:mm-HH:mm", several joined by ','; local time of the city; may pass
            // midnight
    Choice, // stored as the choice's value
    ChoiceList, // stored as the values joined by ','
    Reference,  // stored as the code of a row of another register
};

struct Choice
{
    QString value; // what is stored and travels; never translated
    Words words;
    QStringList synonyms; // further spellings accepted at import
};

struct FieldSpec
{
    QString name; // column name, lower_snake_case
    FieldType type = FieldType::Text;
    Words label;
    QStringList headers = {};         // further column headers accepted at import
    std::vector<Choice> choices = {}; // Choice, ChoiceList
    QString refersTo = {};            // Reference: the register's key
    QString unit = {};                // shown after the value: m, km/h, 人
    bool required = false;
    bool inList = false;     // a column of the list by default
    bool searchable = false; // part of the full-text search
    std::optional<double> least = {};
    std::optional<double> most = {};
    int maxLength = 500; // Text and LongText, characters
};

struct RegisterSpec
{
    QString key;                   // table name and name in operations: "team"
    Words one;                     // 队伍 / Team
    Words many;                    // 队伍 / Teams
    bool hasPlace = true;          // has the fields lon and lat, is drawn on the map
    std::vector<FieldSpec> fields; // in the order of the form; "code" and "name" first

    [[nodiscard]] const FieldSpec *field(QStringView name) const;
    [[nodiscard]] int indexOf(QStringView name) const; // -1 when there is none
};

// A register row by field name. Absent = NULL.
using FieldValues = QHash<QString, QVariant>;

// Why a value was not taken. The words are made from `what` and the spec.
struct FieldFault
{
    enum class What
    {
        Missing,
        NotANumber,
        NotWhole,
        TooSmall,
        TooLarge,
        TooLong,
        NotADate,
        NotHours,
        NotYesOrNo,
        UnknownChoice,
        NoSuchRow,
        ControlCharacter,
    };
    What what;
    QString field;
    QString value;
    friend bool operator==(const FieldFault &, const FieldFault &) = default;
};

// Text as a person or a file wrote it → the value that is stored (null for empty). Accepts Chinese
// and English choice words, full-width digits, thousands separators, 是/否/有/无/yes/no, dates as
// 2026-08-12, 2026/8/12, 20260812, 2026年8月12日.
[[nodiscard]] std::expected<QVariant, FieldFault> parseField(const FieldSpec &field,
                                                             const QString &text);

// The rules a stored value must hold: type, bounds, choice, length. The same on every desk and on
// the server.
[[nodiscard]] std::optional<FieldFault> checkField(const FieldSpec &field, const QVariant &value);

// A stored value as a person reads it, without the unit.
[[nodiscard]] QString formatField(const FieldSpec &field, const QVariant &value, Language language);

// One line on a fault in the given language, naming the field by its label.
[[nodiscard]] QString describe(const FieldFault &fault, const RegisterSpec &spec,
                               Language language);

// The registers of this Leeward, in the order in which they may be imported (references before
// referrers).
[[nodiscard]] std::span<const RegisterSpec *const> allRegisters();
[[nodiscard]] const RegisterSpec *findRegister(QStringView key);

[[nodiscard]] const RegisterSpec &stationRegister();
[[nodiscard]] const RegisterSpec &teamRegister();
[[nodiscard]] const RegisterSpec &shelterRegister();
[[nodiscard]] const RegisterSpec &landingPointRegister();
[[nodiscard]] const RegisterSpec &depotRegister();
[[nodiscard]] const RegisterSpec &stockRegister();

// Fields and choices that several registers share.
namespace fields {
[[nodiscard]] FieldSpec code();
[[nodiscard]] FieldSpec name();
[[nodiscard]] FieldSpec longitude();
[[nodiscard]] FieldSpec latitude();
[[nodiscard]] FieldSpec divisionCode(); // 9 or 12 digits of the statistical division code
[[nodiscard]] FieldSpec address();
[[nodiscard]] FieldSpec phone(QString name, Words label, QStringList headers);
[[nodiscard]] FieldSpec level();
[[nodiscard]] FieldSpec note();
} // namespace fields

} // namespace leeward
