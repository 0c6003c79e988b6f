#pragma once

#include "widgets/shell.h"

#include <QScrollArea>
#include <QTimer>

class QComboBox;
class QGridLayout;
class QLabel;
class QLineEdit;
class QListWidget;
class QPlainTextEdit;
class QPushButton;
class QSpinBox;
class QToolButton;

namespace leeward::widgets {

class NeedsEdit;

// A new incident while the phone is still at the ear: every field reachable by Tab, nothing blocks,
// Ctrl+Enter registers, Esc puts the draft away and Ctrl+N brings it back.
class IncidentForm : public QScrollArea
{
    Q_OBJECT
public:
    explicit IncidentForm(const Shell &shell, QWidget *parent = nullptr);

    // Shows what was begun before, or an empty form. A type or title given replaces what stands
    // there.
    void open(const QString &type = {}, const QString &title = {});
    void setPlace(LonLat place, const QString &name = {});
    [[nodiscard]] bool hasDraft() const;

Q_SIGNALS:
    void registered(const QString &incident);
    void left();

protected:
    void changeEvent(QEvent *event) override;
    bool eventFilter(QObject *watched, QEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;

private:
    void build();
    QLabel *addRow(QGridLayout *grid, QWidget *field);
    void buildFoot();
    void buildPlace(QGridLayout *grid);
    void buildNeeds(QGridLayout *grid);
    void offerNeeds();
    void retranslate();
    void typeChanged();
    void proposeTitle();
    void searchPlace();
    void choosePlace(int row);
    void understand();
    void validate();
    void submit();
    void clear();

    const Shell &m_shell;
    QLabel *m_head;
    QWidget *m_foot; // stays in sight
    QComboBox *m_type;
    QLineEdit *m_title;
    QComboBox *m_level;
    QLineEdit *m_place;
    QListWidget *m_hits;
    QLineEdit *m_coordinates;
    QLabel *m_understood;
    QPushButton *m_pick;
    QComboBox *m_source;
    QLineEdit *m_caller;
    QLineEdit *m_phone;
    QLineEdit *m_division;
    QSpinBox *m_people;
    NeedsEdit *m_needs;
    QToolButton *m_addNeed;
    QLabel *m_needsText;
    QPlainTextEdit *m_description;
    QLabel *m_fault;
    QPushButton *m_submit;
    QPushButton *m_later;
    QPushButton *m_discard;
    QList<QLabel *> m_labels;
    QTimer m_search;
    std::vector<NamedPlace> m_found;
    int m_token = 0;
    bool m_titleByHand = false;
    bool m_needsByHand = false;
    std::optional<LonLat> m_at;
    bool m_quiet = false;
};

} // namespace leeward::widgets
