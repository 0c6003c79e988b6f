#include "widgets/icon_theme.h"

#include "widgets/theme_controller.h"

#include <QFile>
#include <QIconEngine>
#include <QPaintEngine>
#include <QPainter>
#include <QPixmapCache>
#include <QPointer>
#include <QSvgRenderer>

namespace leeward::widgets {

using namespace Qt::StringLiterals;

namespace {

// Draws a drawing at any size: in the text colour of the theme in force when it is drawn, or the
// colour given; faint when disabled.
class TintedEngine : public QIconEngine
{
public:
    TintedEngine(QString name, QByteArray drawing, QColor colour, const ThemeController &theme)
        : m_name(std::move(name))
        , m_drawing(std::move(drawing))
        , m_colour(std::move(colour))
        , m_theme(&theme)
    {
    }

    void paint(QPainter *painter, const QRect &rect, QIcon::Mode mode, QIcon::State) override
    {
        if (painter->paintEngine()->type() != QPaintEngine::Raster) {
            render(painter, rect, mode);
            return;
        }
        const double ratio = painter->device()->devicePixelRatio();
        QPixmap picture = kept(rect.size() * ratio, mode);
        picture.setDevicePixelRatio(ratio);
        painter->drawPixmap(rect.topLeft(), picture);
    }

    QPixmap pixmap(const QSize &size, QIcon::Mode mode, QIcon::State) override
    {
        return kept(size, mode);
    }

    QPixmap scaledPixmap(const QSize &size, QIcon::Mode mode, QIcon::State, qreal) override
    {
        return kept(size, mode);
    }

    QIconEngine *clone() const override { return new TintedEngine(*this); }

private:
    [[nodiscard]] QColor colour(QIcon::Mode mode) const
    {
        if (!m_theme)
            return m_colour.isValid() ? m_colour : QColor(Qt::gray);
        const ThemeColours &colours = m_theme->colours();
        if (mode == QIcon::Disabled)
            return colours.faint;
        return m_colour.isValid() ? m_colour : colours.text;
    }

    void render(QPainter *painter, const QRect &rect, QIcon::Mode mode) const
    {
        QByteArray tinted = m_drawing;
        tinted.replace("#000", colour(mode).name().toLatin1());
        QSvgRenderer renderer(tinted);
        renderer.setAspectRatioMode(Qt::KeepAspectRatio);
        renderer.render(painter, QRectF(rect));
    }

    // In device pixels; drawn once and kept for the next who asks.
    [[nodiscard]] QPixmap kept(const QSize &size, QIcon::Mode mode) const
    {
        const QString key = u"icon/%1/%2/%3x%4"_s.arg(m_name, colour(mode).name())
                                .arg(size.width())
                                .arg(size.height());
        QPixmap picture;
        if (QPixmapCache::find(key, &picture))
            return picture;
        picture = QPixmap(size);
        picture.fill(Qt::transparent);
        QPainter painter(&picture);
        render(&painter, QRect(QPoint(), size), mode);
        painter.end();
        QPixmapCache::insert(key, picture);
        return picture;
    }

    QString m_name;
    QByteArray m_drawing;
    QColor m_colour;                         // invalid: the theme's
    QPointer<const ThemeController> m_theme; // an icon may outlive the window it was made for
};

} // namespace

IconTheme::IconTheme(const ThemeController &theme, QObject *parent)
    : QObject(parent)
    , m_theme(theme)
{
    connect(&theme, &ThemeController::themeChanged, this, &IconTheme::iconsChanged);
}

QIcon IconTheme::icon(const QString &name, const QColor &colour) const
{
    QFile file(u":/leeward/icons/"_s + name + u".svg"_s);
    if (!file.open(QIODevice::ReadOnly))
        return {};
    return QIcon(new TintedEngine(name, file.readAll(), colour, m_theme));
}

} // namespace leeward::widgets
