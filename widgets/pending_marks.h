#pragma once

#include "models/desk/desk.h"

#include <QHash>
#include <QObject>
#include <QTimer>

namespace leeward::widgets {

// Which rows carry a change of this desk that the journal does not have yet, and in what state it
// is.
class PendingMarks : public QObject
{
    Q_OBJECT
public:
    explicit PendingMarks(desk::Desk &desk, QObject *parent = nullptr);

    [[nodiscard]] std::optional<store::Pending::State> of(const QString &id) const;
    [[nodiscard]] const desk::QueueState &queue() const { return m_queue; }

Q_SIGNALS:
    void marksChanged(const QStringList &ids); // those that gained, lost or changed a mark
    void queueChanged();

private:
    void ask();
    void take(const std::vector<desk::LogLine> &lines);

    desk::Desk &m_desk;
    QTimer m_delay;
    QHash<QString, store::Pending::State> m_marks;
    desk::QueueState m_queue;
    int m_token = 0;
};

} // namespace leeward::widgets
