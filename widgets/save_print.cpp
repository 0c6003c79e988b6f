#include "widgets/save_print.h"

#include "widgets/notices.h"
#include "widgets/panels/refusal_text.h"

#include <QCoreApplication>
#include <QPointer>
#include <QWidget>

namespace leeward::widgets {

using namespace Qt::StringLiterals;

namespace {
struct Tr
{
    Q_DECLARE_TR_FUNCTIONS(leeward::widgets)
};
} // namespace

void savePrint(const Shell &shell, QWidget *asking, const QString &title, const Print &print)
{
    const auto write = [&shell, context = QPointer(asking), print](const QString &file) {
        if (!context)
            return;
        shell.notices.tell(Tr::tr("Writing %1 …").arg(file));
        print.savePdf(file).then(context.data(), [&shell, file](const Result<> &done) {
            if (done)
                shell.notices.tell(Tr::tr("Written: %1").arg(file));
            else
                shell.notices.complain(errorText(done.error(), shell.language()));
        });
    };
    shell.prompter.askSaveFile(asking, title, print.fileName(), Tr::tr("PDF (*.pdf)"), write);
}

} // namespace leeward::widgets
