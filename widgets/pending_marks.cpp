#include "widgets/pending_marks.h"

#include <QSet>

namespace leeward::widgets {

using namespace Qt::StringLiterals;

namespace {
constexpr int mostLines = 200; // of the queue that are looked at
}

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
    later();
}

std::optional<store::Pending::State> PendingMarks::of(const QString &id) const
{
    const auto found = m_marks.constFind(id);
    return found == m_marks.constEnd() ? std::nullopt : std::optional(*found);
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
        m_desk.log(0, mostLines)
            .then(this, [this, token](const Result<std::vector<desk::LogLine>> &lines) {
                if (lines && token == m_token)
                    take(*lines);
            });
    });
}

void PendingMarks::take(const std::vector<desk::LogLine> &lines)
{
    QHash<QString, store::Pending::State> marks;
    for (const desk::LogLine &line : lines) {
        if (!line.pending)
            continue;
        for (const QString &name :
             {u"incident"_s, u"assignment"_s, u"team"_s, u"record"_s, u"successor"_s}) {
            const QString id = line.operation.args.value(name).toString();
            if (id.isEmpty())
                continue;
            auto &mark = marks[id];
            if (mark == store::Pending::State::Queued)
                mark = *line.pending; // what waits for a person outweighs what waits for the centre
        }
    }
    QSet<QString> touched;
    for (auto it = marks.begin(); it != marks.end(); ++it) {
        if (!m_marks.contains(it.key()) || m_marks.value(it.key()) != it.value())
            touched.insert(it.key());
    }
    for (auto it = m_marks.begin(); it != m_marks.end(); ++it) {
        if (!marks.contains(it.key()))
            touched.insert(it.key());
    }
    m_marks = std::move(marks);
    if (!touched.isEmpty())
        Q_EMIT marksChanged(touched.values());
}

} // namespace leeward::widgets
