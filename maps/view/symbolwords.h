#pragma once

#include "maps/view/feature.h"

#include <QCoreApplication>
#include <QList>

namespace leeward::view {

struct LegendRow
{
    SymbolKey symbol;
    QString words;
};

struct LegendGroup
{
    QString title;
    QList<LegendRow> rows;
};

// The words for what symbols show, in the language now set.
class SymbolWords
{
    Q_DECLARE_TR_FUNCTIONS(leeward::view::SymbolWords)

public:
    [[nodiscard]] static QString kind(SymbolKind kind);
    [[nodiscard]] static QString state(SymbolState state); // empty for Plain
    [[nodiscard]] static QString badge(Badge badge);
    [[nodiscard]] static QString layer(Layer layer);
    // The symbol that stands for a whole layer.
    [[nodiscard]] static SymbolKey example(Layer layer);
    // Everything a symbol can say, for the legend panel and for prints.
    [[nodiscard]] static QList<LegendGroup> legend();
};

} // namespace leeward::view
