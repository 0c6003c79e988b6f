#include "widgets/link_banner.h"

#include "widgets/link_words.h"
#include "widgets/pending_marks.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>

namespace leeward::widgets {

using namespace Qt::StringLiterals;
using State = LinkStatus::State;

namespace {

// So much before the desk turns to looking only, it says so.
constexpr Duration warnBefore = std::chrono::hours(2);

bool signingInHelps(State state)
{
    return state == State::NotSignedIn || state == State::ServerIsBack ||
           state == State::SignedOut || state == State::LockedOut || state == State::NotPermitted;
}

} // namespace

LinkBanner::LinkBanner(const Shell &shell, QWidget *parent)
    : QWidget(parent)
    , m_shell(shell)
    , m_mark(new QLabel(this))
    , m_text(new QLabel(this))
    , m_signIn(new QPushButton(this))
    , m_loadCopy(new QPushButton(this))
    , m_tryNow(new QPushButton(this))
    , m_queue(new QPushButton(this))
{
    setObjectName(u"linkBanner"_s);
    setAttribute(Qt::WA_StyledBackground);
    m_mark->setText(u"▲"_s);
    m_text->setObjectName(u"linkBanner.text"_s);
    m_text->setWordWrap(true);
    m_text->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_signIn->setObjectName(u"linkBanner.signIn"_s);
    m_signIn->setProperty("primary", true);
    m_loadCopy->setObjectName(u"linkBanner.loadCopy"_s);
    m_loadCopy->setProperty("primary", true);
    m_tryNow->setObjectName(u"linkBanner.tryNow"_s);
    m_queue->setObjectName(u"linkBanner.queue"_s);
    auto *line = new QHBoxLayout(this);
    line->setContentsMargins(10, 4, 8, 4);
    line->addWidget(m_mark);
    line->addWidget(m_text, 1);
    line->addWidget(m_signIn);
    line->addWidget(m_loadCopy);
    line->addWidget(m_tryNow);
    line->addWidget(m_queue);
    LinkModel &link = shell.link;
    connect(m_signIn, &QPushButton::clicked, &link, &LinkModel::signInWanted);
    connect(m_loadCopy, &QPushButton::clicked, &link, &LinkModel::copyWanted);
    connect(m_tryNow, &QPushButton::clicked, &link, &LinkModel::tryNowWanted);
    connect(m_queue, &QPushButton::clicked, this, &LinkBanner::queueWanted);
    connect(&link, &LinkModel::changed, this, &LinkBanner::refresh);
    connect(&shell.pending, &PendingMarks::queueChanged, this, &LinkBanner::refresh);
    refresh();
}

void LinkBanner::changeEvent(QEvent *event)
{
    if (event->type() == QEvent::LanguageChange)
        refresh();
    QWidget::changeEvent(event);
}

void LinkBanner::refresh()
{
    const LinkStatus &status = m_shell.link.status();
    const bool ending = status.grace && status.state != State::Connected &&
                        status.state != State::StandAlone && *status.grace < warnBefore;
    setVisible(needsAPerson(status) || ending);
    const desk::QueueState &queue = m_shell.pending.queue();
    m_text->setText(
        linkWords(status, queue.queued + queue.conflicts, m_shell.desk.now(), m_shell.language())
            .sentence);
    m_signIn->setText(tr("Sign in"));
    m_signIn->setAccessibleName(tr("Sign in at the server"));
    m_loadCopy->setText(tr("Load whole copy"));
    m_loadCopy->setAccessibleName(tr("Load a whole copy of the realm from the server"));
    m_tryNow->setText(tr("Try now"));
    m_tryNow->setAccessibleName(tr("Try the server now"));
    m_queue->setText(tr("Queue"));
    m_queue->setAccessibleName(tr("What waits for the server; can be exported"));
    m_signIn->setVisible(signingInHelps(status.state));
    m_loadCopy->setVisible(copyMayBeLoaded(status));
    m_tryNow->setVisible(!signingInHelps(status.state) && status.state != State::TooOld &&
                         !copyMayBeLoaded(status));
    m_queue->setVisible(queue.queued + queue.conflicts > 0);
}

} // namespace leeward::widgets
