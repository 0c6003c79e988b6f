#include "maps/view/symbolimages.h"

#include "maps/view/symbolpainter.h"

#include <QPainter>

namespace leeward::view {

QImage SymbolImages::requestImage(const QString &id, QSize *size, const QSize &requested)
{
    const QSize side = requested.isValid() ? requested : QSize(32, 32);
    QImage image(side, QImage::Format_ARGB32_Premultiplied);
    image.fill(Qt::transparent);
    const Theme theme =
        id.section(u'/', 1, 1).toInt() == int(Theme::Dark) ? Theme::Dark : Theme::Light;
    QPainter painter(&image);
    SymbolPainter::paint(painter, SymbolKey::fromCode(id.section(u'/', 0, 0).toUInt()),
                         image.rect(), theme);
    if (size)
        *size = side;
    return image;
}

} // namespace leeward::view
