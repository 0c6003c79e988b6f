#include "app/console/dialog_prompter.h"

#include <QFileDialog>
#include <QInputDialog>
#include <QMessageBox>
#include <QPushButton>

namespace leeward::app {

using namespace Qt::StringLiterals;

void DialogPrompter::confirm(QWidget *parent, const QString &title, const QString &text,
                             const QString &action, std::function<void()> yes)
{
    auto *box = new QMessageBox(QMessageBox::Question, title, text, QMessageBox::Cancel, parent);
    box->setObjectName(u"prompt.confirm"_s);
    box->setAttribute(Qt::WA_DeleteOnClose);
    QPushButton *go = box->addButton(action, QMessageBox::AcceptRole);
    go->setObjectName(u"prompt.yes"_s);
    box->setDefaultButton(QMessageBox::Cancel);
    QObject::connect(go, &QPushButton::clicked, box, std::move(yes));
    box->open();
}

void DialogPrompter::askText(QWidget *parent, const QString &title, const QString &label,
                             std::function<void(QString)> done)
{
    auto *dialog = new QInputDialog(parent);
    dialog->setObjectName(u"prompt.text"_s);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setWindowTitle(title);
    dialog->setLabelText(label);
    QObject::connect(dialog, &QInputDialog::textValueSelected, dialog,
                     [done = std::move(done)](const QString &text) {
                         if (const QString trimmed = text.trimmed(); !trimmed.isEmpty())
                             done(trimmed);
                     });
    dialog->open();
}

void DialogPrompter::askOpenFile(QWidget *parent, const QString &title, const QString &filter,
                                 std::function<void(QString)> done)
{
    auto *dialog = new QFileDialog(parent, title, QString(), filter);
    dialog->setObjectName(u"prompt.openFile"_s);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::ExistingFile);
    QObject::connect(dialog, &QFileDialog::fileSelected, dialog, std::move(done));
    dialog->open();
}

void DialogPrompter::askSaveFile(QWidget *parent, const QString &title, const QString &suggestion,
                                 const QString &filter, std::function<void(QString)> done)
{
    auto *dialog = new QFileDialog(parent, title, suggestion, filter);
    dialog->setObjectName(u"prompt.saveFile"_s);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    QObject::connect(dialog, &QFileDialog::fileSelected, dialog, std::move(done));
    dialog->open();
}

} // namespace leeward::app
