#pragma once

#include "analysis/roads/builder.h"

#include <numeric>
#include <random>

namespace leeward::roads::test {

// A town of `side` × `side` junctions about `spacing` degrees apart, jittered, with some one-ways,
// missing blocks and forbidden turns. The same seed gives the same town.
inline GraphBuilder makeTown(int side, double spacing, quint32 seed, int forbiddenTurns = 0)
{
    std::mt19937 random(seed);
    std::uniform_real_distribution<double> jitter(-0.3 * spacing, 0.3 * spacing);
    std::uniform_int_distribution<int> percent(0, 99);
    std::uniform_int_distribution<quint32> ms(200, 60'000);
    GraphBuilder builder;
    const quint8 kind = builder.kind("residential");
    std::vector<FixedPoint> places;
    for (int y = 0; y < side; ++y) {
        for (int x = 0; x < side; ++x) {
            builder.addNode();
            places.push_back(
                toFixed({120 + x * spacing + jitter(random), 30 + y * spacing + jitter(random)}));
        }
    }
    const auto add = [&](int a, int b) {
        const int dice = percent(random);
        if (dice < 8)
            return;
        GraphBuilder::Piece piece;
        piece.from = static_cast<quint32>(a);
        piece.to = static_cast<quint32>(b);
        piece.kind = kind;
        piece.forwardMs = dice < 14 ? noTime : ms(random);
        piece.backwardMs = dice > 90 ? noTime : ms(random);
        const FixedPoint from = places[static_cast<size_t>(a)];
        const FixedPoint to = places[static_cast<size_t>(b)];
        const FixedPoint bend{std::midpoint(from.lon, to.lon) + 500,
                              std::midpoint(from.lat, to.lat) - 300};
        builder.addPiece(piece, std::vector{from, bend, to});
    };
    for (int y = 0; y < side; ++y) {
        for (int x = 0; x < side; ++x) {
            if (x + 1 < side)
                add(y * side + x, y * side + x + 1);
            if (y + 1 < side)
                add(y * side + x, (y + 1) * side + x);
        }
    }
    std::uniform_int_distribution<quint32> any(0, builder.pieceCount() * 2 - 1);
    for (int i = 0; i < forbiddenTurns; ++i)
        builder.forbid(any(random), any(random)); // most do not meet; those that do are kept
    // and some that surely meet: from a piece into any other at its end
    for (int i = 0; i < forbiddenTurns; ++i) {
        const quint32 in = any(random) / 2;
        for (quint32 out = 0; out < builder.pieceCount(); ++out) {
            if (out != in && builder.piece(out).from == builder.piece(in).to) {
                builder.forbid(forwardArc(in), forwardArc(out));
                break;
            }
        }
    }
    return builder;
}

} // namespace leeward::roads::test
