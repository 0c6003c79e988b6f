#pragma once

#include "widgets/shell.h"

#include <QScrollArea>
#include <QTimer>

class QLabel;
class QVBoxLayout;

namespace leeward::widgets {

// The common part of all cards: a head that stays in sight (symbol, name, state, who changed it
// last and how long ago, who else looks at it or edits it) over a column to fill that scrolls.
class Card : public QScrollArea
{
    Q_OBJECT
public:
    Card(const Shell &shell, const QString &name, QWidget *parent);

    void showRow(const QString &table, const QString &id);
    [[nodiscard]] QString id() const { return m_id; }
    [[nodiscard]] QString table() const { return m_table; }

protected:
    void changeEvent(QEvent *event) override;
    bool event(QEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    // Shows the row anew: after a change of it or of anything it shows. The base class does the
    // head.
    virtual void refresh();
    virtual void retranslate() = 0;
    // Once a second while the card is seen: ages.
    virtual void tick() {}
    // Whether a change elsewhere bears on this card.
    [[nodiscard]] virtual bool concerns(const RowChange &change) const;

    [[nodiscard]] const Shell &shell() const { return m_shell; }
    [[nodiscard]] QVBoxLayout *column() const { return m_column; }
    [[nodiscard]] QWidget *body() const { return widget(); }
    [[nodiscard]] const FieldValues *row() const { return m_shell.cache.row(m_table, m_id); }
    QLabel *addSection(); // a title line; its text is set in retranslate()

private:
    void buildHead();
    void showAge();
    void showPresence();
    void placeHead(); // as high as its words need

    const Shell &m_shell;
    QString m_table;
    QString m_id;
    QWidget *m_head;
    QVBoxLayout *m_column;
    QLabel *m_symbol;
    QLabel *m_title;
    QLabel *m_state;
    QLabel *m_age;
    QLabel *m_presence; // who else has it before them
    QTimer m_timer;
    QTimer m_later; // many changes, one refresh
};

} // namespace leeward::widgets
