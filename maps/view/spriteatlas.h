#pragma once

#include <QHash>
#include <QImage>
#include <QRect>

#include <optional>
#include <vector>

namespace leeward::view {

// Small pictures packed on few large ones, so that many are drawn with one call. Sizes are device
// pixels. Transparent margins are not kept, because a software rasteriser pays for every pixel.
// Nothing is freed but everything at once. For one thread.
class SpriteAtlas
{
public:
    struct Sprite
    {
        int page = 0;
        QRect at;     // on the page, without its transparent margins
        QPoint inset; // of `at` in the picture
        QSize full;   // of the picture
    };

    explicit SpriteAtlas(int side)
        : m_side(side)
    {
    }

    [[nodiscard]] std::optional<Sprite> find(quint64 key) const;
    // Adds under a key that is not there yet; pictures larger than a page are scaled down to fit.
    Sprite add(quint64 key, const QImage &image);

    [[nodiscard]] int pageCount() const { return int(m_pages.size()); }
    [[nodiscard]] int side() const { return m_side; }
    [[nodiscard]] const QImage &page(int index) const { return m_pages[size_t(index)].image; }
    // Changes whenever the page's picture does, also across clear().
    [[nodiscard]] quint64 revision(int index) const { return m_pages[size_t(index)].revision; }
    void clear();

private:
    struct Page
    {
        QImage image;
        quint64 revision = 0;
        int x = 0;
        int y = 0;
        int shelf = 0; // height of the row being filled
    };

    int m_side;
    quint64 m_counter = 0;
    std::vector<Page> m_pages;
    QHash<quint64, Sprite> m_sprites;
};

} // namespace leeward::view
