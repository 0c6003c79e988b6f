#pragma once

#include <QObject>
#include <QString>

namespace leeward::widgets {

// The one thing that list, map, card, board and timeline show as chosen. An empty table means
// nothing is.
class Selection : public QObject
{
    Q_OBJECT
public:
    using QObject::QObject;

    [[nodiscard]] QString table() const { return m_table; }
    [[nodiscard]] QString id() const { return m_id; }
    [[nodiscard]] bool isEmpty() const { return m_id.isEmpty(); }

    void set(const QString &table, const QString &id);
    void clear() { set({}, {}); }

Q_SIGNALS:
    void changed(const QString &table, const QString &id);

private:
    QString m_table;
    QString m_id;
};

} // namespace leeward::widgets
