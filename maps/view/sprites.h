#pragma once

#include "maps/view/spriteatlas.h"
#include "maps/view/symbolkey.h"

#include <QFont>
#include <QSizeF>

namespace leeward::view {

// Draws what the layer needs onto two atlases, when first asked for: symbols, clusters, digits and
// rings on one, names on the other. For one thread; fonts are used, so the GUI thread.
class Sprites
{
public:
    enum class Ring
    {
        Selected,
        Hovered,
        Flash
    };

    Sprites();

    // Starts anew when one of them changes; true if so.
    bool setLook(Theme theme, qreal devicePixelRatio, double scale);

    [[nodiscard]] SpriteAtlas::Sprite symbol(SymbolKey key);
    [[nodiscard]] SpriteAtlas::Sprite cluster(SymbolKind dominant, SymbolState worst, bool overdue);
    [[nodiscard]] SpriteAtlas::Sprite digit(QChar c); // '0' to '9', 'k', '.', '+'
    // Always on the first page of symbols().
    [[nodiscard]] SpriteAtlas::Sprite ring(Ring kind);
    // A name with a rim that sets it off from the map; long ones are shortened. `fresh` counts down
    // with each name drawn for the first time; none is drawn at 0.
    [[nodiscard]] std::optional<SpriteAtlas::Sprite> label(const QString &text, int &fresh);
    // Forgets the names when they fill many pages; true if so.
    bool trimLabels();

    // Side of a symbol in logical pixels.
    [[nodiscard]] double symbolSide(SymbolKind kind) const;
    [[nodiscard]] double clusterSide() const { return 44 * m_scale; }
    [[nodiscard]] double ringSide() const { return 60 * m_scale; } // at rest
    // Of the whole picture, margins included.
    [[nodiscard]] QSizeF logicalSize(const SpriteAtlas::Sprite &sprite) const
    {
        return QSizeF(sprite.full) / m_ratio;
    }
    [[nodiscard]] qreal ratio() const { return m_ratio; }
    [[nodiscard]] const SpriteAtlas &symbols() const { return m_symbols; }
    [[nodiscard]] const SpriteAtlas &labels() const { return m_labels; }

private:
    [[nodiscard]] QImage canvas(double width, double height) const;

    SpriteAtlas m_symbols{1024};
    SpriteAtlas m_labels{512};
    QHash<QString, quint64> m_labelKeys;
    QFont m_font;
    Theme m_theme = Theme::Light;
    qreal m_ratio = 0;
    double m_scale = 1;
};

} // namespace leeward::view
