#pragma once

#include <QQuickImageProvider>

namespace leeward::view {

// "image://symbols/CODE/THEME": the symbol of SymbolKey::code() for QML.
class SymbolImages : public QQuickImageProvider
{
public:
    SymbolImages()
        : QQuickImageProvider(QQuickImageProvider::Image)
    {
    }

    QImage requestImage(const QString &id, QSize *size, const QSize &requested) override;
};

} // namespace leeward::view
