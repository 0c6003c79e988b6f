#pragma once

#include <QSortFilterProxyModel>
#include <QStringList>

namespace leeward::items {

// Free text over SearchRole, and chips: states and "show finished".
class ListFilter : public QSortFilterProxyModel
{
    Q_OBJECT
public:
    explicit ListFilter(QObject *parent = nullptr);
    void setWords(const QString &text);
    void setStates(const QStringList &states); // empty: all
    void setShowFaded(bool show);
    [[nodiscard]] QStringList states() const { return m_states; }

protected:
    bool filterAcceptsRow(int row, const QModelIndex &parent) const override;

private:
    QStringList m_words;
    QStringList m_states;
    bool m_showFaded = false;
};

} // namespace leeward::items
