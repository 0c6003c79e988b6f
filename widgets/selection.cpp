#include "widgets/selection.h"

namespace leeward::widgets {

void Selection::set(const QString &table, const QString &id)
{
    const QString keptTable = id.isEmpty() ? QString() : table;
    if (m_table == keptTable && m_id == id)
        return;
    m_table = keptTable;
    m_id = id;
    Q_EMIT changed(m_table, m_id);
}

} // namespace leeward::widgets
