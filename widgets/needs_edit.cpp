#include "widgets/needs_edit.h"

#include "models/domain/incident.h"
#include "models/domain/words.h"

#include <QCompleter>
#include <QRegularExpression>
#include <QStandardItemModel>

#include <algorithm>

namespace leeward::widgets {

using namespace Qt::StringLiterals;

namespace {

const std::vector<Choice> &capabilities()
{
    return teamRegister().field(u"capabilities"_s)->choices;
}

const QRegularExpression &separators()
{
    static const QRegularExpression marks(u"[,，、;；]"_s);
    return marks;
}

QStringList spellings(const Choice &capability)
{
    return QStringList{capability.value, capability.words.zh, capability.words.en} +
           capability.synonyms;
}

// The code of a capability by its name, or by the beginning of one; empty when none or several fit.
QString capabilityOf(const QString &name)
{
    QStringList begun;
    for (const Choice &capability : capabilities()) {
        for (const QString &spelling : spellings(capability)) {
            if (spelling.compare(name, Qt::CaseInsensitive) == 0)
                return capability.value;
            if (spelling.startsWith(name, Qt::CaseInsensitive) && !begun.contains(capability.value))
                begun += capability.value;
        }
    }
    return begun.size() == 1 ? begun.first() : QString();
}

// Completes the name that is being typed and leaves what stands before it.
class NameCompleter : public QCompleter
{
public:
    using QCompleter::QCompleter;

    QStringList splitPath(const QString &path) const override
    {
        return {path.mid(lastSeparator(path) + 1).trimmed()};
    }
    QString pathFromIndex(const QModelIndex &index) const override
    {
        const auto *line = qobject_cast<const QLineEdit *>(widget());
        const QString text = line ? line->text() : QString();
        QString kept = text.left(lastSeparator(text) + 1);
        if (kept.endsWith(u','))
            kept += u' ';
        return kept + index.data(Qt::UserRole).toString() + u" 1"_s;
    }

private:
    static qsizetype lastSeparator(const QString &text) { return text.lastIndexOf(separators()); }
};

} // namespace

ReadNeeds readNeeds(const QString &text)
{
    static const QRegularExpression shape(u"^(.*?)[\\s:：×*]*(\\d{1,3})?$"_s);
    ReadNeeds read;
    std::vector<Need> needs;
    for (const QString &part : text.split(separators(), Qt::SkipEmptyParts)) {
        const QString typed = part.simplified();
        if (typed.isEmpty())
            continue;
        const QRegularExpressionMatch match = shape.match(typed);
        const QString name = match.captured(1);
        const QString capability = name.isEmpty() ? QString() : capabilityOf(name);
        const int number = match.hasCaptured(2) ? match.captured(2).toInt() : 1;
        if (capability.isEmpty() || number == 0) {
            read.unknown += typed;
            continue;
        }
        const auto same = std::ranges::find(needs, capability, &Need::capability);
        if (same == needs.end())
            needs.push_back({capability, number});
        else
            same->number = std::min(same->number + number, 999);
    }
    read.needs = formatNeeds(needs);
    return read;
}

NeedsEdit::NeedsEdit(Language language, QWidget *parent)
    : QLineEdit(parent)
    , m_language(language)
{
    auto *names = new QStandardItemModel(this);
    for (const Choice &capability : capabilities()) {
        auto *name = new QStandardItem(capability.words.zh + u" · "_s + capability.words.en);
        name->setData(capability.words.in(language), Qt::UserRole);
        names->appendRow(name);
    }
    auto *completer = new NameCompleter(names, this);
    completer->setFilterMode(Qt::MatchContains);
    completer->setCaseSensitivity(Qt::CaseInsensitive);
    setCompleter(completer);
}

void NeedsEdit::setLanguage(Language language)
{
    m_language = language;
    auto *names = qobject_cast<QStandardItemModel *>(completer()->model());
    for (int row = 0; row < names->rowCount(); ++row)
        names->item(row)->setData(capabilities()[size_t(row)].words.in(language), Qt::UserRole);
    if (const ReadNeeds read = needs(); read.unknown.isEmpty())
        setNeeds(read.needs);
}

void NeedsEdit::setNeeds(const QString &needs)
{
    setText(needsText(needs, m_language));
}

void NeedsEdit::add(const QString &capability)
{
    const ReadNeeds read = readNeeds(text() + u',' + capability);
    QString all = needsText(read.needs, m_language);
    for (const QString &unknown : read.unknown)
        all += (m_language == Language::Chinese ? u"、"_s : u", "_s) + unknown;
    setText(all);
}

} // namespace leeward::widgets
