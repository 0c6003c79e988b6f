#include "widgets/icon_theme.h"

#include "widgets/theme_controller.h"

#include <QFile>
#include <QIconEngine>
#include <QPainter>
#include <QSvgRenderer>

namespace leeward::widgets {

using namespace Qt::StringLiterals;

namespace {

// Draws a drawing at any size in two colours: as given, and faint when disabled.
class TintedEngine : public QIconEngine
{
public:
    TintedEngine(QByteArray drawing, QColor colour, QColor faint)
        : m_drawing(std::move(drawing))
        , m_colour(std::move(colour))
        , m_faint(std::move(faint))
    {
    }

    void paint(QPainter *painter, const QRect &rect, QIcon::Mode mode, QIcon::State) override
    {
        QByteArray tinted = m_drawing;
        tinted.replace("#000", (mode == QIcon::Disabled ? m_faint : m_colour).name().toLatin1());
        QSvgRenderer renderer(tinted);
        renderer.setAspectRatioMode(Qt::KeepAspectRatio);
        renderer.render(painter, QRectF(rect));
    }

    QPixmap pixmap(const QSize &size, QIcon::Mode mode, QIcon::State state) override
    {
        return scaledPixmap(size, mode, state, 1);
    }

    QPixmap scaledPixmap(const QSize &size, QIcon::Mode mode, QIcon::State state, qreal) override
    {
        QPixmap picture(size);
        picture.fill(Qt::transparent);
        QPainter painter(&picture);
        paint(&painter, QRect(QPoint(), size), mode, state);
        return picture;
    }

    QIconEngine *clone() const override { return new TintedEngine(m_drawing, m_colour, m_faint); }

private:
    QByteArray m_drawing;
    QColor m_colour;
    QColor m_faint;
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
    return QIcon(new TintedEngine(file.readAll(), colour.isValid() ? colour : m_theme.colours().text,
                                  m_theme.colours().faint));
}

} // namespace leeward::widgets
