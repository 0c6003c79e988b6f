#include "maps/view/spriteatlas.h"

#include <QPainter>

#include <algorithm>

namespace leeward::view {

namespace {

constexpr int gutter = 1; // keeps a neighbour's pixels out when a picture is drawn between pixels

// What is not wholly transparent; one pixel when all is.
QRect inked(const QImage &image)
{
    const QImage plain =
        image.convertToFormat(QImage::Format_ARGB32_Premultiplied); // no copy when it is so already
    int left = plain.width();
    int right = -1;
    int top = plain.height();
    int bottom = -1;
    for (int y = 0; y < plain.height(); ++y) {
        const auto *line = reinterpret_cast<const QRgb *>(plain.constScanLine(y));
        const auto *end = line + plain.width();
        const auto isInked = [](QRgb pixel) { return qAlpha(pixel) > 0; };
        const auto *first = std::find_if(line, end, isInked);
        if (first == end)
            continue;
        const auto *last = end;
        while (!isInked(last[-1]))
            --last;
        left = std::min(left, static_cast<int>(first - line));
        right = std::max(right, static_cast<int>(last - line) - 1);
        top = std::min(top, y);
        bottom = y;
    }
    return right < 0 ? QRect(0, 0, 1, 1) : QRect(QPoint(left, top), QPoint(right, bottom));
}

} // namespace

std::optional<SpriteAtlas::Sprite> SpriteAtlas::find(quint64 key) const
{
    const auto found = m_sprites.constFind(key);
    return found == m_sprites.cend() ? std::nullopt : std::optional(*found);
}

SpriteAtlas::Sprite SpriteAtlas::add(quint64 key, const QImage &image)
{
    const int room = m_side - 2 * gutter;
    const QImage fitting =
        image.width() > room || image.height() > room
            ? image.scaled(room, room, Qt::KeepAspectRatio, Qt::SmoothTransformation)
            : image;
    const QRect kept = inked(fitting);
    const QSize size = kept.size();
    if (!m_pages.empty()) {
        Page &page = m_pages.back();
        if (page.x + size.width() + gutter > m_side) {
            page.x = gutter;
            page.y += page.shelf + gutter;
            page.shelf = 0;
        }
    }
    if (m_pages.empty() || m_pages.back().y + size.height() + gutter > m_side) {
        Page page;
        page.image = QImage(m_side, m_side, QImage::Format_RGBA8888_Premultiplied);
        page.image.fill(Qt::transparent);
        page.x = page.y = gutter;
        m_pages.push_back(page);
    }
    Page &page = m_pages.back();
    const Sprite sprite{int(m_pages.size()) - 1, QRect(QPoint(page.x, page.y), size),
                        kept.topLeft(), fitting.size()};
    QPainter painter(&page.image);
    painter.setCompositionMode(QPainter::CompositionMode_Source);
    painter.drawImage(sprite.at, fitting, kept);
    painter.end();
    page.x += size.width() + gutter;
    page.shelf = qMax(page.shelf, size.height());
    page.revision = ++m_counter;
    m_sprites.insert(key, sprite);
    return sprite;
}

void SpriteAtlas::clear()
{
    m_pages.clear();
    m_sprites.clear();
}

} // namespace leeward::view
