#include "widgets/pending_marks.h"

#include <QSet>

namespace leeward::widgets {

using namespace Qt::StringLiterals;

namespace {

constexpr std::chrono::seconds acceptedSeen{6};

QStringList recordsOf(const Operation &operation)
{
    QStringList ids;
    for (const QString &name :
         {u"incident"_s, u"assignment"_s, u"team"_s, u"record"_s, u"successor"_s}) {
        const QString id = operation.args.value(name).toString();
        if (!id.isEmpty())
            ids += id;
    }
    return ids;
}

} // namespace

PendingMarks::PendingMarks(desk::Desk &desk, QObject *parent)
    : QObject(parent)
    , m_desk(desk)
{
    m_delay.setSingleShot(true);
    m_delay.setInterval(60);
    connect(&m_delay, &QTimer::timeout, this, &PendingMarks::ask);
    const auto later = [this] {
        if (!m_delay.isActive())
            m_delay.start();
    };
    connect(&desk.feed(), &store::ChangeFeed::progressed, this, later);
    connect(&desk, &desk::Desk::queued, this, later);
    connect(&desk, &desk::Desk::onTheWayChanged, this, later);
    later();
}

std::optional<desk::RecordState> PendingMarks::of(const QString &id) const
{
    if (const auto found = m_marks.constFind(id); found != m_marks.constEnd())
        return *found;
    return m_accepted.contains(id) ? std::optional(desk::RecordState::Accepted) : std::nullopt;
}

void PendingMarks::ask()
{
    const int token = ++m_token;
    m_desk.queueState().then(this, [this, token](const Result<desk::QueueState> &state) {
        if (!state || token != m_token)
            return;
        m_queue = *state;
        Q_EMIT queueChanged();
        if (m_queue.queued + m_queue.conflicts == 0) {
            take({});
            return;
        }
        m_desk.log(0, 0).then(this, [this, token](const Result<std::vector<desk::LogLine>> &lines) {
            if (lines && token == m_token)
                take(*lines);
        });
    });
}

void PendingMarks::take(std::vector<desk::LogLine> lines)
{
    m_lines = std::move(lines);
    mark();
}

void PendingMarks::mark()
{
    using desk::RecordState;
    QHash<QString, RecordState> marks;
    for (const desk::LogLine &line : m_lines) {
        if (!line.pending)
            continue;
        RecordState state = RecordState::Local;
        switch (*line.pending) {
        case store::Pending::State::Queued:
            if (m_desk.isOnTheWay(line.operation.id))
                state = RecordState::Sending;
            break;
        case store::Pending::State::Conflict: state = RecordState::Conflict; break;
        case store::Pending::State::Refused: state = RecordState::Rejected; break;
        }
        for (const QString &id : recordsOf(line.operation)) {
            const auto there = marks.constFind(id);
            marks.insert(id, there == marks.constEnd() ? state : desk::graver(*there, state));
        }
    }
    QSet<QString> touched;
    for (auto it = marks.begin(); it != marks.end(); ++it) {
        if (!m_marks.contains(it.key()) || m_marks.value(it.key()) != it.value())
            touched.insert(it.key());
    }
    QStringList accepted; // what waits for the authority can not be withdrawn: it has been taken
    for (auto it = m_marks.begin(); it != m_marks.end(); ++it) {
        if (marks.contains(it.key()))
            continue;
        touched.insert(it.key());
        if (*it == RecordState::Local || *it == RecordState::Sending)
            accepted += it.key();
    }
    m_marks = std::move(marks);
    for (const QString &id : accepted)
        ++m_accepted[id];
    if (!accepted.isEmpty())
        QTimer::singleShot(acceptedSeen, this, [this, accepted] { forgetAccepted(accepted); });
    if (!touched.isEmpty())
        Q_EMIT marksChanged(touched.values());
}

void PendingMarks::forgetAccepted(const QStringList &ids)
{
    for (const QString &id : ids) {
        if (--m_accepted[id] <= 0)
            m_accepted.remove(id);
    }
    Q_EMIT marksChanged(ids);
}

} // namespace leeward::widgets
