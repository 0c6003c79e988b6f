#pragma once

#include "models/domain/registers.h"

#include <QLineEdit>

namespace leeward::widgets {

// What was understood of a line of needs.
struct ReadNeeds
{
    QString needs;       // formatNeeds(); the same capability named twice is added up
    QStringList unknown; // words that name no capability, as typed
};
// "水上搜救 2、排涝", "water rescue 2, pumping", "water_rescue:2,pumping:1", mixed; a name may be
// shortened as long as only one begins so. Without a number: one.
[[nodiscard]] ReadNeeds readNeeds(const QString &text);

// A line to say what an incident needs, in words: names are offered while typing, in either
// language.
class NeedsEdit : public QLineEdit
{
    Q_OBJECT
public:
    NeedsEdit(Language language, QWidget *parent);

    void setLanguage(Language language); // what is understood is written anew in its words
    void setNeeds(const QString &needs); // as formatNeeds() writes it
    [[nodiscard]] ReadNeeds needs() const { return readNeeds(text()); }
    // One more of it.
    void add(const QString &capability);

private:
    Language m_language;
};

} // namespace leeward::widgets
