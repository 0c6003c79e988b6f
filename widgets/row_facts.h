#pragma once

#include "maps/view/feature.h"
#include "widgets/panels/state_look.h"

namespace leeward::widgets {

class PendingMarks;

// Every state that a row of this table can be shown in, for columns as wide as their words.
[[nodiscard]] std::vector<StateLook> stateLooks(const QString &table, Language language);

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
    StateLook mark = {}; // how far this desk's change of it has come; no word: none
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

// How old the place of something that moves is: "位置 3分前", and beyond placeLost "？失联 42分".
[[nodiscard]] QString placeAge(Duration age, Language language);

// "Ⅱ级" / "Level II"; "—" when not set.
[[nodiscard]] QString levelText(int level, Language language);

} // namespace leeward::widgets
