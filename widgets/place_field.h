#pragma once

#include "widgets/shell.h"

#include <QWidget>

class QLabel;
class QLineEdit;
class QPushButton;

namespace leeward::widgets {

// The place of a row: shown in degrees and in degrees-minutes-seconds, changed by pointing at the
// map or by typing in any notation.
class PlaceField : public QWidget
{
    Q_OBJECT
public:
    PlaceField(const Shell &shell, QWidget *parent = nullptr);
    void showRow(const QString &table, const QString &id);

protected:
    void changeEvent(QEvent *event) override;

private:
    void refresh();
    void understand();
    void write(LonLat place);

    const Shell &m_shell;
    QLabel *m_text;
    QLineEdit *m_edit;
    QLabel *m_understood;
    QPushButton *m_pick;
    QPushButton *m_show;
    QString m_table;
    QString m_id;
    bool m_typing = false; // other desks are told
};

// "读作 36°04′12″N 120°22′48″E" or why the text is no place; empty text gives an empty answer.
struct Understood
{
    std::optional<LonLat> place;
    QString text;
};
[[nodiscard]] Understood understandPlace(const QString &text, LonLat nearTo);

} // namespace leeward::widgets
