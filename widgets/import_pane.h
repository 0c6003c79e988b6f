#pragma once

#include "widgets/shell.h"

#include <QScrollArea>

#include <memory>

class QComboBox;
class QLabel;
class QPlainTextEdit;
class QProgressBar;
class QPushButton;

namespace leeward::widgets {

// A file into a register: choose, look at what would come in and what not and why, then apply as
// one operation.
class ImportPane : public QScrollArea
{
    Q_OBJECT
public:
    explicit ImportPane(const Shell &shell, QWidget *parent = nullptr);
    ~ImportPane() override;

    void setRegister(const QString &key);

Q_SIGNALS:
    void left();
    void imported(const QString &table);

protected:
    void changeEvent(QEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;

private:
    void build();
    void retranslate();
    void chooseFile();
    void read();
    void showPreview(const ImportPreview &preview);
    void apply();
    void setBusy(bool busy);
    void forget();

    const Shell &m_shell;
    QLabel *m_title;
    QLabel *m_hint;
    QComboBox *m_register;
    QComboBox *m_datum;
    QPushButton *m_file;
    QLabel *m_fileName;
    QProgressBar *m_bar;
    QPushButton *m_cancel;
    QLabel *m_summary;
    QPlainTextEdit *m_report;
    QPushButton *m_apply;
    QPushButton *m_close;
    QString m_path;
    std::optional<ImportPreview> m_preview;
    std::shared_ptr<Progress> m_progress;
    int m_token = 0;
};

} // namespace leeward::widgets
