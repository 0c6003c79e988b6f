#include "widgets/shell.h"

#include "models/domain/availability.h"

#include <QGridLayout>
#include <QLabel>
#include <QStyle>
#include <QWidget>

namespace leeward::widgets {

using namespace Qt::StringLiterals;

void setRole(QWidget *widget, const char *role)
{
    const QString name = QString::fromLatin1(role);
    if (widget->property("role").toString() == name)
        return;
    widget->setProperty("role", name);
    if (!widget->testAttribute(Qt::WA_WState_Polished)) // it will be when it is shown
        return;
    widget->style()->unpolish(widget);
    widget->style()->polish(widget);
}

void addFormRow(QGridLayout *grid, QLabel *label, QWidget *field)
{
    const int row = grid->rowCount();
    label->setBuddy(field);
    setRole(label, "label");
    grid->addWidget(label, row, 0);
    grid->addWidget(field, row, 1);
}

QString dateTimeText(Instant at)
{
    return toUtcDateTime(at + chinaOffset).toString(u"yyyy-MM-dd HH:mm"_s);
}

} // namespace leeward::widgets
