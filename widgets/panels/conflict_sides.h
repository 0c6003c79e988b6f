#pragma once

#include "models/desk/waiting.h"
#include "models/items/table_cache.h"
#include "widgets/panels/reason_list.h"

namespace leeward::widgets {

struct ThemeColours;

// The fields of one edit that waits, one a row: before, mine, theirs, which of the two stays, and
// on a line below who wrote theirs and when. Space turns a row, M takes mine, T theirs, Enter says
// that the choice is made. Nothing is chosen for a person: at first theirs stays, because it is
// what stands.
class ConflictSides : public ReasonList
{
    Q_OBJECT
public:
    explicit ConflictSides(const items::TableCache &cache, QWidget *parent = nullptr);

    // Hides itself when there are no fields to show.
    void showSides(const desk::Waiting &waiting, Language language, const ThemeColours &colours);
    void clearSides();
    // What is to be written now: fields where mine was chosen, over what stands there; and those
    // that nobody else has touched. Empty when theirs stays everywhere.
    [[nodiscard]] std::vector<op::FieldChange> chosen() const;
    // The same with mine everywhere.
    [[nodiscard]] std::vector<op::FieldChange> mine() const;
    // Whether there is anything to choose between.
    [[nodiscard]] bool hasClash() const;
    void turn(bool mine); // the current row
    void retranslate();

Q_SIGNALS:
    void settled(); // Enter
    void turned();

protected:
    void keyPressEvent(QKeyEvent *event) override;

private:
    void fillRow(int row);
    [[nodiscard]] std::vector<op::FieldChange> changes(bool all) const;
    [[nodiscard]] QString shown(const FieldSpec &field, const QVariant &value) const;

    const items::TableCache &m_cache;
    std::vector<desk::WaitingField> m_fields;
    std::vector<bool> m_mine; // by row
    QString m_table;
    QString m_of; // the operation that is shown, so that a choice outlives a refresh
    Language m_language = Language::Chinese;
};

} // namespace leeward::widgets
