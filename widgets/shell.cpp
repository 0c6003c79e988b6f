#include "widgets/shell.h"

#include "models/domain/availability.h"

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

QString dateTimeText(Instant at)
{
    return toUtcDateTime(at + chinaOffset).toString(u"yyyy-MM-dd HH:mm"_s);
}

} // namespace leeward::widgets
