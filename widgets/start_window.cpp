#include "widgets/start_window.h"

#include "widgets/shell.h"

#include <QCloseEvent>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QLocale>
#include <QProgressBar>
#include <QPushButton>

namespace leeward::widgets {

using namespace Qt::StringLiterals;

StartWindow::StartWindow(QWidget *parent)
    : QWidget(parent)
    , m_title(new QLabel(this))
    , m_text(new QLabel(this))
    , m_bar(new QProgressBar(this))
    , m_stop(new QPushButton(this))
    , m_goOn(new QPushButton(this))
{
    setObjectName(u"start"_s);
    m_title->setObjectName(u"start.title"_s);
    setRole(m_title, "title");
    m_text->setObjectName(u"start.text"_s);
    m_text->setWordWrap(true);
    m_bar->setObjectName(u"start.bar"_s);
    m_bar->setTextVisible(false);
    m_stop->setObjectName(u"start.stop"_s);
    m_goOn->setObjectName(u"start.goOn"_s);
    m_goOn->setProperty("primary", true);
    m_goOn->setDefault(true);
    auto *buttons = new QHBoxLayout;
    buttons->addStretch(1);
    buttons->addWidget(m_stop);
    buttons->addWidget(m_goOn);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(18, 16, 18, 16);
    column->setSpacing(10);
    column->addWidget(m_title);
    column->addWidget(m_text);
    column->addWidget(m_bar);
    column->addStretch(1);
    column->addLayout(buttons);
    setMinimumWidth(fontMetrics().averageCharWidth() * 46);
    connect(m_stop, &QPushButton::clicked, this, &StartWindow::stopWanted);
    connect(m_goOn, &QPushButton::clicked, this, &StartWindow::goOnWanted);
    retranslate();
}

void StartWindow::showPreparing()
{
    m_what = What::Preparing;
    retranslate();
}

void StartWindow::showConnecting(const QString &server)
{
    m_what = What::Connecting;
    m_server = server;
    retranslate();
}

void StartWindow::showLoading(qint64 done, qint64 total, const QString &what)
{
    m_what = What::Loading;
    m_done = done;
    m_total = total;
    m_step = what;
    retranslate();
}

void StartWindow::showFailure(const QString &text)
{
    m_what = What::Failed;
    m_failure = text;
    retranslate();
    m_goOn->setFocus();
}

void StartWindow::changeEvent(QEvent *event)
{
    if (event->type() == QEvent::LanguageChange)
        retranslate();
    QWidget::changeEvent(event);
}

void StartWindow::keyPressEvent(QKeyEvent *event)
{
    if (event->key() == Qt::Key_Escape)
        Q_EMIT stopWanted();
    else if (m_what == What::Failed &&
             (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter))
        Q_EMIT goOnWanted();
    else
        QWidget::keyPressEvent(event);
}

// By the frame of the window: as Stop. Whoever owns it hides it.
void StartWindow::closeEvent(QCloseEvent *event)
{
    event->ignore();
    Q_EMIT stopWanted();
}

void StartWindow::retranslate()
{
    setWindowTitle(tr("Leeward - start"));
    m_bar->setVisible(m_what != What::Failed);
    m_goOn->setVisible(m_what == What::Failed);
    m_stop->setVisible(true);
    m_goOn->setText(tr("Go on with what is here"));
    m_goOn->setAccessibleName(m_goOn->text());
    m_bar->setAccessibleName(tr("How far it is"));
    switch (m_what) {
    case What::Preparing:
        m_title->setText(tr("Opening the key store"));
        m_text->setText(tr("The system may ask for the password of its key store."));
        m_bar->setRange(0, 0);
        m_stop->setText(tr("Quit"));
        break;
    case What::Connecting:
        m_title->setText(tr("Connecting to the server"));
        m_text->setText(tr("%1 is asked whether the last session still holds.").arg(m_server));
        m_bar->setRange(0, 0);
        m_stop->setText(tr("Sign in instead"));
        break;
    case What::Loading:
        m_title->setText(tr("Loading from the server"));
        if (m_step == "unpack"_L1)
            m_text->setText(tr("Unpacking …"));
        else if (m_step == "check"_L1)
            m_text->setText(tr("Checking that nothing is missing …"));
        else if (m_total > 0)
            m_text->setText(tr("%1 of %2. A break loses nothing: the next time it goes on here.")
                                .arg(QLocale::c().formattedDataSize(m_done),
                                     QLocale::c().formattedDataSize(m_total)));
        else
            m_text->setText(tr("Asking what is new …"));
        // A bar counts to 2 147 483 647 only.
        m_bar->setRange(0, m_total > 0 ? 1000 : 0);
        if (m_total > 0)
            m_bar->setValue(static_cast<int>(m_done * 1000 / m_total));
        m_stop->setText(tr("Go on without"));
        break;
    case What::Failed:
        m_title->setText(tr("Not loaded"));
        m_text->setText(m_failure);
        m_stop->setText(tr("Quit"));
        break;
    }
    m_stop->setAccessibleName(m_stop->text());
}

} // namespace leeward::widgets
