#include "widgets/notices.h"

#include "widgets/icon_theme.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QStyle>
#include <QTimer>
#include <QToolButton>

namespace leeward::widgets {

using namespace Qt::StringLiterals;

Notices::Notices(const IconTheme &icons, QWidget *parent)
    : QWidget(parent)
    , m_icons(icons)
    , m_mark(new QLabel(this))
    , m_text(new QLabel(this))
    , m_more(new QLabel(this))
    , m_close(new QToolButton(this))
    , m_timer(new QTimer(this))
{
    setObjectName(u"notice"_s);
    setAttribute(Qt::WA_StyledBackground);
    m_text->setObjectName(u"notice.text"_s);
    m_text->setWordWrap(true);
    m_text->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_more->setProperty("role", u"muted"_s);
    m_close->setObjectName(u"notice.dismiss"_s);
    auto *line = new QHBoxLayout(this);
    line->setContentsMargins(10, 4, 6, 4);
    line->addWidget(m_mark);
    line->addWidget(m_text, 1);
    line->addWidget(m_more);
    line->addWidget(m_close);
    m_timer->setSingleShot(true);
    m_timer->setInterval(8000);
    connect(m_timer, &QTimer::timeout, this, &Notices::dismiss);
    connect(m_close, &QToolButton::clicked, this, &Notices::dismiss);
    connect(&icons, &IconTheme::iconsChanged, this, &Notices::redress);
    retranslate();
    redress();
    hide();
}

void Notices::tell(const QString &text)
{
    if (!m_error)
        showLine(text, false);
}

void Notices::complain(const QString &text)
{
    if (m_error && isVisibleTo(parentWidget())) {
        if (text != m_text->text() && !m_waiting.contains(text))
            m_waiting += text;
        retranslate();
        return;
    }
    showLine(text, true);
}

QString Notices::shown() const
{
    return isHidden() ? QString() : m_text->text();
}

void Notices::changeEvent(QEvent *event)
{
    if (event->type() == QEvent::LanguageChange)
        retranslate();
    QWidget::changeEvent(event);
}

void Notices::keyPressEvent(QKeyEvent *event)
{
    if (event->key() == Qt::Key_Escape)
        dismiss();
    else
        QWidget::keyPressEvent(event);
}

void Notices::showLine(const QString &text, bool error)
{
    m_error = error;
    m_text->setText(text);
    setProperty("error", error);
    style()->unpolish(this);
    style()->polish(this);
    redress();
    retranslate();
    show();
    if (error)
        m_timer->stop();
    else
        m_timer->start();
}

void Notices::dismiss()
{
    m_timer->stop();
    if (m_waiting.isEmpty()) {
        m_error = false;
        hide();
        return;
    }
    showLine(m_waiting.takeFirst(), true);
}

void Notices::redress()
{
    m_mark->setPixmap(m_icons.icon(m_error ? u"dialog-error"_s : u"dialog-information"_s)
                          .pixmap(QSize(18, 18), devicePixelRatio()));
    m_close->setIcon(m_icons.icon(u"window-close"_s));
}

void Notices::retranslate()
{
    m_close->setToolTip(tr("Dismiss"));
    m_close->setAccessibleName(tr("Dismiss the message"));
    m_text->setAccessibleName(tr("Message"));
    m_more->setText(m_waiting.isEmpty() ? QString()
                                        : tr("%n more", nullptr, int(m_waiting.size())));
}

} // namespace leeward::widgets
