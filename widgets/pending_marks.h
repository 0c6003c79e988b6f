#pragma once

#include "models/desk/desk.h"

#include <QHash>
#include <QObject>
#include <QTimer>

namespace leeward::widgets {

// Which rows carry a change of this desk, and how far it has come: kept here, sending, refused, in
// conflict; and for a moment after, that it was accepted.
class PendingMarks : public QObject
{
    Q_OBJECT
public:
    explicit PendingMarks(desk::Desk &desk, QObject *parent = nullptr);

    [[nodiscard]] std::optional<desk::RecordState> of(const QString &id) const;
    [[nodiscard]] const desk::QueueState &queue() const { return m_queue; }

Q_SIGNALS:
    void marksChanged(const QStringList &ids); // those that gained, lost or changed a mark
    void queueChanged();

private:
    void ask();
    void take(std::vector<desk::LogLine> lines);
    void mark();
    void forgetAccepted(const QStringList &ids);

    desk::Desk &m_desk;
    QTimer m_delay;
    std::vector<desk::LogLine> m_lines; // the queue
    QHash<QString, desk::RecordState> m_marks;
    QHash<QString, int> m_accepted; // until nobody says so any more; how often
    desk::QueueState m_queue;
    int m_token = 0;
};

} // namespace leeward::widgets
