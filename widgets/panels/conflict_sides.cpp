#include "widgets/panels/conflict_sides.h"

#include "models/items/clock_text.h"
#include "widgets/panels/panel_style.h"

#include <QHeaderView>
#include <QKeyEvent>

#include <algorithm>

namespace leeward::widgets {

using namespace Qt::StringLiterals;

namespace {

enum Column
{
    Field,
    Base,
    Mine,
    Theirs,
    By,
    Stays,
    ColumnCount
};

const RegisterSpec *specOf(const QString &table)
{
    return table == "incident"_L1 ? &incidentFields() : findRegister(table);
}

} // namespace

ConflictSides::ConflictSides(const items::TableCache &cache, QWidget *parent)
    : ReasonList(ColumnCount, By, parent)
    , m_cache(cache)
{
    setObjectName(u"queueSides"_s);
    setSelectionMode(QAbstractItemView::SingleSelection);
    header()->setSectionResizeMode(Field, QHeaderView::ResizeToContents);
    for (const Column column : {Base, Mine, Theirs})
        header()->setSectionResizeMode(column, QHeaderView::Stretch);
}

QString ConflictSides::shown(const FieldSpec &field, const QVariant &value) const
{
    QString text = formatField(field, value, m_language);
    if (field.type == FieldType::Reference) {
        const QString name =
            m_cache.name(field.refersTo, m_cache.idOfCode(field.refersTo, value.toString()));
        if (!name.isEmpty())
            text = name;
    }
    return text.isEmpty() ? u"—"_s : text;
}

void ConflictSides::showSides(const desk::Waiting &waiting, Language language,
                              const ThemeColours &colours)
{
    m_language = language;
    m_table = waiting.table;
    const int current = indexOfTopLevelItem(currentItem());
    const QString of = waiting.line.operation.id.text();
    const bool same = of == m_of && m_fields.size() == waiting.fields.size();
    m_of = of;
    m_fields = waiting.fields;
    if (!same)
        m_mine.assign(m_fields.size(), false);
    clear();
    for (size_t row = 0; row < m_fields.size(); ++row) {
        auto *item = new QTreeWidgetItem(this);
        if (m_fields[row].clash)
            item->setForeground(Theirs, colours.warn);
        item->setForeground(By, colours.muted);
        fillRow(int(row));
    }
    setCurrentItem(topLevelItem(same && current >= 0 ? current : 0));
    const int line = fontMetrics().height();
    int height = header()->sizeHint().height() + 4;
    for (const desk::WaitingField &field : m_fields)
        height += line + 10 + (field.by ? line + 6 : 0);
    setFixedHeight(std::min(height, 14 * line));
    setVisible(!m_fields.empty());
}

void ConflictSides::clearSides()
{
    clear();
    m_fields.clear();
    m_mine.clear();
    m_of.clear();
    hide();
}

void ConflictSides::fillRow(int row)
{
    const desk::WaitingField &side = m_fields[size_t(row)];
    QTreeWidgetItem *item = topLevelItem(row);
    const RegisterSpec *spec = specOf(m_table);
    const FieldSpec *field = spec ? spec->field(side.field) : nullptr;
    const auto text = [&](const QVariant &value) {
        return field ? shown(*field, value) : value.toString();
    };
    item->setText(Field, field ? field->label.in(m_language) : side.field);
    item->setText(Base, text(side.base));
    item->setText(Mine, text(side.mine));
    item->setText(Theirs, text(side.theirs));
    QString by;
    if (side.by) {
        const Operation &operation = side.by->operation;
        const Instant at = side.by->acceptedAt.value_or(operation.recordedAt);
        //: %1 person, %2 desk, %3 time
        by = tr("theirs: %1 · %2 · %3")
                 .arg(operation.author, operation.desk, items::clockText(at, m_cache.now()));
    }
    item->setText(By, by);
    QString stays;
    if (!side.clash)
        stays = u"＋ "_s + tr("saved along");
    else if (m_mine[size_t(row)])
        stays = u"◀ "_s + tr("mine");
    else
        stays = u"▶ "_s + tr("theirs");
    item->setText(Stays, stays);
    QStringList spoken;
    for (int column = 0; column < ColumnCount; ++column) {
        item->setToolTip(column, item->text(column));
        spoken += headerItem()->text(column) + u": "_s + item->text(column);
    }
    item->setData(0, Qt::AccessibleTextRole, spoken.join(u", "_s));
}

std::vector<op::FieldChange> ConflictSides::changes(bool all) const
{
    std::vector<op::FieldChange> changes;
    for (size_t row = 0; row < m_fields.size(); ++row) {
        const desk::WaitingField &side = m_fields[row];
        if (side.clash ? all || m_mine[row] : side.theirs.toString() != side.mine.toString())
            changes.push_back({side.field, side.theirs, side.mine});
    }
    return changes;
}

bool ConflictSides::hasClash() const
{
    return std::ranges::any_of(m_fields, &desk::WaitingField::clash);
}

std::vector<op::FieldChange> ConflictSides::chosen() const
{
    return changes(false);
}

std::vector<op::FieldChange> ConflictSides::mine() const
{
    return changes(true);
}

void ConflictSides::turn(bool mine)
{
    const int row = indexOfTopLevelItem(currentItem());
    if (row < 0 || !m_fields[size_t(row)].clash || m_mine[size_t(row)] == mine)
        return;
    m_mine[size_t(row)] = mine;
    fillRow(row);
    Q_EMIT turned();
}

void ConflictSides::keyPressEvent(QKeyEvent *event)
{
    const int row = indexOfTopLevelItem(currentItem());
    switch (event->key()) {
    case Qt::Key_Space:
        if (row >= 0)
            turn(!m_mine[size_t(row)]);
        return;
    case Qt::Key_M: turn(true); return;
    case Qt::Key_T: turn(false); return;
    case Qt::Key_Return:
    case Qt::Key_Enter: Q_EMIT settled(); return;
    default: ReasonList::keyPressEvent(event);
    }
}

void ConflictSides::retranslate()
{
    setHeaderLabels(
        {tr("Field"), tr("Before"), tr("Mine"), tr("Theirs"), tr("Theirs by"), tr("Stays")});
    setAccessibleName(tr("Before, mine and theirs"));
    setToolTip(tr("Space turns a row · M: mine · T: theirs · Enter: save the choice"));
}

} // namespace leeward::widgets
