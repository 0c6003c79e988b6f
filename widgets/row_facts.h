#pragma once

#include "maps/view/feature.h"
#include "models/items/table_cache.h"

#include <QColor>

namespace leeward::widgets {

class PendingMarks;
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

// One row of any list, ready to be drawn.
struct RowFacts
{
    view::SymbolKey symbol;
    QString title;
    QString subtitle;
    StateLook state;
    std::optional<Instant> since;
    bool overdue = false;
    bool faded = false;
};
[[nodiscard]] RowFacts rowFacts(const items::TableCache &cache, const PendingMarks &pending,
                                const QString &table, const QString &id, Language language);

// The symbol of a row: its kind, its state now, its badges.
[[nodiscard]] view::SymbolKey symbolOf(const items::TableCache &cache, const PendingMarks &pending,
                                       const QString &table, const QString &id);
// Where a row is drawn on the map; nullopt for registers that are not.
[[nodiscard]] std::optional<view::Layer> layerOf(const QString &table);
[[nodiscard]] QString tableOf(view::Layer layer); // empty for layers without a register

// Free places of a shelter: capacity − present − inbound − reserved; empty when the capacity is not
// known.
[[nodiscard]] std::optional<int> freePlaces(const FieldValues &shelter);
// What is wrong with a stock row today.
struct StockState
{
    bool below = false;
    bool expired = false;
    bool expiring = false; // within 90 days
};
[[nodiscard]] StockState stockState(const FieldValues &stock, Instant now);

// "Ⅱ级" / "Level II"; "—" when not set.
[[nodiscard]] QString levelText(int level, Language language);

} // namespace leeward::widgets
