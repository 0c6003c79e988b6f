#pragma once

#include "maps/view/symbolkey.h"
#include "models/desk/log_line.h"
#include "models/items/table_cache.h"

#include <QColor>

namespace leeward::widgets {

struct ThemeColours;

// How urgent a state is; decides its colour, never alone.
enum class Tone
{
    Plain,
    Faint,
    Good,
    Busy,
    Warn,
    Bad
};
[[nodiscard]] QColor toneColour(Tone tone, const ThemeColours &colours);

// A state as it is shown everywhere: shape, word, tone.
struct StateLook
{
    QString shape; // one sign
    QString word;
    Tone tone = Tone::Plain;
    int order = 0; // how lists sort it
};
// By the state names of items::StateRole.
[[nodiscard]] StateLook stateLook(const QString &table, const QString &state, Language language);
[[nodiscard]] StateLook stateLook(AssignmentState state, Language language);
[[nodiscard]] StateLook stateLook(IncidentState state, Language language);
[[nodiscard]] StateLook stateLook(Availability availability, Language language);

// How far a change of this desk has come.
[[nodiscard]] StateLook recordLook(desk::RecordState state, Language language);

// The map's symbol of a row: its kind, its state now, whether it is overdue; of a row that is not
// there, the kind alone. What only this desk knows (not yet sent, refused) row_facts.h adds.
[[nodiscard]] view::SymbolKey symbolOf(const items::TableCache &cache, const QString &table,
                                       const QString &id);

} // namespace leeward::widgets
