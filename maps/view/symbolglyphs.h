#pragma once

#include "maps/view/symbolkey.h"

#include <QPainterPath>

namespace leeward::view {

// The sign inside a symbol's frame: filled shapes in a box of 100 x 100, drawn with the non-zero
// winding rule unless the path says otherwise.
[[nodiscard]] QPainterPath symbolGlyph(SymbolKind kind);

} // namespace leeward::view
