#pragma once

#include "widgets/shell.h"

#include <QTimer>
#include <QWidget>

#include <memory>
#include <vector>

class QButtonGroup;
class QLabel;
class QLineEdit;
class QPushButton;
class QStackedWidget;
class QTreeView;

namespace leeward::items {
class RowModel;
}

namespace leeward::widgets {

class PaneFilter;

// One list of the console: filter field, chips by state with their counts, rows, a line that
// counts. Typing filters, Up, Down, Home, End walk, Enter opens, Esc empties the filter and then
// goes back to the map. Chooses in Selection and follows it.
class ListPane : public QWidget
{
    Q_OBJECT
public:
    // `tables`: "incident" or register keys; with more than one a switch is shown. `name` begins
    // the object names.
    ListPane(const Shell &shell, const QStringList &tables, const QString &name,
             QWidget *parent = nullptr);
    ~ListPane() override;

    [[nodiscard]] QString table() const;
    void showTable(const QString &table);
    [[nodiscard]] QTreeView *view() const;
    [[nodiscard]] bool holds(const QString &table) const;
    void focusRows();
    // Takes up its rows. A pane sleeps until it is first shown or told to wake. False when it was
    // awake already.
    bool wake();

Q_SIGNALS:
    void opened(const QString &table, const QString &id); // Enter, double click
    void left();                                          // Esc
    void createWanted(const QString &table);
    void importWanted(const QString &table);

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;
    void changeEvent(QEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void showEvent(QShowEvent *event) override;

private:
    struct Page;

    void addPage(const QString &table);
    void buildHead();
    [[nodiscard]] Page &page() const;
    void retranslate();
    void recount();
    void showChips();
    void fitColumns(Page &page);
    void showSelection();
    void currentMoved(const QModelIndex &index);
    void refreshAges();
    void standOnFirst();
    [[nodiscard]] QString emptyText() const;

    const Shell &m_shell;
    QString m_name;
    std::vector<std::unique_ptr<Page>> m_pages;
    QStackedWidget *m_stack;
    QWidget *m_switch;
    QButtonGroup *m_switchGroup;
    QLineEdit *m_search;
    QPushButton *m_create;
    QWidget *m_chips;
    QLabel *m_count;
    QTimer m_recount;
    QTimer m_ages;
    bool m_quiet = false;
};

} // namespace leeward::widgets
