#include "app/demo/checks.h"

#include "app/demo/script.h"

#include <QAbstractItemView>
#include <QComboBox>
#include <QTest>

namespace leeward::demo {

using namespace Qt::StringLiterals;

QString need(bool held, const QString &what)
{
    return held ? QString() : what;
}

QString first(std::initializer_list<QString> complaints)
{
    for (const QString &complaint : complaints) {
        if (!complaint.isEmpty())
            return complaint;
    }
    return {};
}

int rowsOf(const QString &objectName)
{
    const auto *view = widgetAs<QAbstractItemView>(objectName);
    return view && view->model() ? view->model()->rowCount() : -1;
}

int rowShowing(const QString &objectName, const QString &text)
{
    const auto *view = widgetAs<QAbstractItemView>(objectName);
    for (int row = 0; view && row < view->model()->rowCount(); ++row) {
        for (int column = 0; column < view->model()->columnCount(); ++column) {
            if (view->model()->index(row, column).data().toString().contains(text))
                return row;
        }
    }
    return -1;
}

void chooseIncidentType(const QString &code)
{
    auto *types = widgetAs<QComboBox>(u"incidentForm.type"_s);
    if (!types)
        return;
    types->setFocus();
    const int wanted = types->findData(code);
    while (types->currentIndex() != wanted && wanted >= 0)
        QTest::keyClick(types, types->currentIndex() < wanted ? Qt::Key_Down : Qt::Key_Up);
}

} // namespace leeward::demo
