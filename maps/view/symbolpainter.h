#pragma once

#include "maps/view/symbolkey.h"

#include <QColor>
#include <QIcon>
#include <QPainterPath>
#include <QPixmap>
#include <QRectF>

class QPainter;

namespace leeward::view {

// Leeward's own symbols, drawn as vectors. What a thing is shows in the frame (square: incident,
// circle: team, shield: station, house: shelter, hexagon: landing point, crate: depot) and the
// glyph inside; what it does shows in the fill pattern, the tone and a mark at the lower right.
// Nothing is told by colour alone. Thread-safe: no state.
namespace SymbolPainter {

// Draws the symbol into the largest square centred in `target`. Readable from 16 px up; corner
// marks are left out below 20 px, badges are not.
void paint(QPainter &painter, SymbolKey key, const QRectF &target, Theme theme);

// Disc for several things drawn as one: dominant kind above, room for a number below, rim by the
// worst state (dashed for lost contact, doubled for damaged or full), a clock when one is overdue.
void paintCluster(QPainter &painter, SymbolKind dominant, SymbolState worst, bool overdue,
                  const QRectF &target, Theme theme);

// Outline of the frame in the unit square, for hit tests and rings.
[[nodiscard]] QPainterPath frame(SymbolKind kind);

// Main colour of a kind in a state, e.g. for a chip beside a word.
[[nodiscard]] QColor tone(SymbolKind kind, SymbolState state, quint8 level, Theme theme);
[[nodiscard]] QColor paper(Theme theme);
[[nodiscard]] QColor ink(Theme theme);

} // namespace SymbolPainter

// The symbol in a square of `side` logical pixels, drawn once and kept for the next who asks. For
// the GUI thread.
[[nodiscard]] QPixmap symbolPixmap(SymbolKey key, int side, double devicePixelRatio, Theme theme);

// The symbol as an icon that stays sharp at any size and device pixel ratio.
[[nodiscard]] QIcon symbolIcon(SymbolKey key, Theme theme);

} // namespace leeward::view
