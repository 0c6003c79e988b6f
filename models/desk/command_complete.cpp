#include "models/desk/command.h"
#include "models/desk/command_verbs.h"
#include "models/domain/incident.h"
#include "models/store/search_index.h"

#include <QRegularExpression>

#include <algorithm>

namespace leeward::command {

using namespace Qt::StringLiterals;

namespace {

QString patternOf(const Verb &verb, Language language)
{
    const QString arguments = verb.pattern.in(language);
    return arguments.isEmpty() ? verb.word.in(language) : verb.word.in(language) + u' ' + arguments;
}

const QString &pinyinOf(const Verb &verb)
{
    static const QHash<QString, QString> all = [] {
        QHash<QString, QString> keys;
        for (const Verb &one : verbs())
            keys.insert(one.word.zh, store::pinyinKeys(one.word.zh));
        return keys;
    }();
    return *all.constFind(verb.word.zh);
}

bool hasPinyin(const QString &keys, const QString &typed)
{
    // Full pinyin without blanks and the initials both count.
    const QString folded = keys.section(u' ', 0, -2).remove(u' ');
    return folded.startsWith(typed, Qt::CaseInsensitive) ||
           keys.section(u' ', -1).startsWith(typed, Qt::CaseInsensitive);
}

// 0 = the verb itself begins so, 1 = another spelling, 2 = pinyin; -1 = not at all.
int rankOf(const Verb &verb, const QString &typed, Language language)
{
    if (typed.isEmpty() || verb.word.in(language).startsWith(typed, Qt::CaseInsensitive))
        return 0;
    const auto begins = [&](const QString &spelling) {
        return spelling.startsWith(typed, Qt::CaseInsensitive);
    };
    if (begins(verb.word.zh) || begins(verb.word.en) || std::ranges::any_of(verb.aliases, begins))
        return 1;
    return hasPinyin(pinyinOf(verb), typed) ? 2 : -1;
}

// The fixed words an argument can be.
QStringList fixedWords(Arg arg, Language language)
{
    const bool zh = language == Language::Chinese;
    QStringList words;
    if (arg == Arg::Theme)
        return zh ? QStringList{u"深色"_s, u"浅色"_s} : QStringList{u"dark"_s, u"light"_s};
    if (arg == Arg::LanguageName)
        return zh ? QStringList{u"中文"_s, u"英文"_s} : QStringList{u"zh"_s, u"en"_s};
    if (arg == Arg::Register || arg == Arg::OptionalRegister) {
        for (const RegisterSpec *spec : allRegisters())
            words += zh ? spec->many.zh : spec->key;
    } else if (arg == Arg::Type) {
        for (const IncidentType &type : incidentTypes())
            words += zh ? type.words.zh : type.code;
    }
    return words;
}

int timeLength(const QString &text)
{
    static const QRegularExpression prefix(
        u"^\\s*(?:at\\s+|于\\s*)?\\d{1,2}[:：]\\d{2}(?:[:：]\\d{2})?\\s+"_s,
        QRegularExpression::CaseInsensitiveOption);
    return static_cast<int>(prefix.match(text).capturedLength());
}

std::vector<Completion> completeArgument(const VerbMatch &match, const QString &partial, int from,
                                         Language language)
{
    const Verb &verb = *match.verb;
    const QString help = verb.help.in(language);
    std::vector<Completion> found;
    const QString typed = partial.sliced(from + match.length).trimmed();
    if (!verb.args.empty()) {
        const QString head = partial.first(from + match.length) + u' ';
        for (const QString &word : fixedWords(verb.args.front(), language)) {
            if (word.startsWith(typed, Qt::CaseInsensitive) && word != typed)
                found.push_back({head + word, patternOf(verb, language), help});
        }
    }
    // The verb alone, so that its pattern stays in sight while the rest is typed.
    found.insert(found.begin(), {partial, patternOf(verb, language), help});
    return found;
}

} // namespace

std::vector<Usage> usages(Language language)
{
    std::vector<Usage> all;
    for (const Verb &verb : verbs())
        all.push_back({verb.word.in(language), patternOf(verb, language), verb.help.in(language)});
    return all;
}

std::vector<Completion> complete(const QString &partial, Language language, int limit)
{
    const int from = timeLength(partial);
    const VerbMatch match = matchVerb(partial, from);
    const qsizetype end = from + match.length;
    if (match.verb && end < partial.size()) {
        auto found = completeArgument(match, partial, from, language);
        if (found.size() > static_cast<size_t>(limit))
            found.resize(static_cast<size_t>(limit));
        return found;
    }
    const QString typed = partial.sliced(from).trimmed();
    std::vector<std::pair<int, const Verb *>> ranked;
    for (const Verb &verb : verbs()) {
        if (const int rank = rankOf(verb, typed, language); rank >= 0)
            ranked.emplace_back(match.verb == &verb ? -1 : rank, &verb);
    }
    std::ranges::stable_sort(ranked, {}, [](const auto &entry) { return entry.first; });
    std::vector<Completion> found;
    for (const auto &[rank, verb] : ranked) {
        if (found.size() == static_cast<size_t>(limit))
            break;
        const QString line = partial.first(from) + verb->word.in(language);
        found.push_back({verb->args.empty() ? line : line + u' ', patternOf(*verb, language),
                         verb->help.in(language)});
    }
    return found;
}

// --- looking up
// -----------------------------------------------------------------------------------------------------

namespace {

using Lookup = std::expected<QString, LookupFault>;

Lookup only(const std::vector<const TeamName *> &fitting, const QString &written)
{
    if (fitting.size() == 1)
        return fitting.front()->id;
    LookupFault fault{LookupFault::What::Ambiguous, written, {}};
    for (const TeamName *team : fitting)
        fault.candidates += team->code + u' ' + team->name;
    return std::unexpected(fault);
}

QString trailingDigits(const QString &code)
{
    qsizetype start = code.size();
    while (start > 0 && code[start - 1].isDigit())
        --start;
    return code.sliced(start);
}

QString withoutZeros(const QString &digits)
{
    qsizetype start = 0;
    while (start + 1 < digits.size() && digits[start] == u'0')
        ++start;
    return digits.sliced(start);
}

template <class Fits>
std::vector<const TeamName *> fitting(std::span<const TeamName> teams, Fits fits)
{
    std::vector<const TeamName *> found;
    for (const TeamName &team : teams) {
        if (fits(team))
            found.push_back(&team);
    }
    return found;
}

const TeamName *teamOf(std::span<const TeamName> teams, const QString &id)
{
    const auto found = std::ranges::find(teams, id, &TeamName::id);
    return found == teams.end() ? nullptr : &*found;
}

} // namespace

Lookup findTeam(const QString &written, std::span<const TeamName> teams)
{
    const QString wanted = written.trimmed();
    if (wanted.isEmpty())
        return std::unexpected(LookupFault{LookupFault::What::Unknown, written, {}});
    auto found = fitting(teams, [&](const TeamName &team) {
        return team.code.compare(wanted, Qt::CaseInsensitive) == 0;
    });
    if (found.empty())
        found = fitting(teams, [&](const TeamName &team) { return team.name == wanted; });
    const bool digits = std::ranges::all_of(wanted, [](QChar c) { return c.isDigit(); });
    if (found.empty() && digits) {
        const QString number = withoutZeros(wanted);
        found = fitting(teams, [&](const TeamName &team) {
            const QString end = trailingDigits(team.code);
            return !end.isEmpty() && withoutZeros(end) == number;
        });
    }
    if (found.empty())
        found = fitting(teams, [&](const TeamName &team) {
            return team.name.contains(wanted, Qt::CaseInsensitive) ||
                   (!digits && team.pinyin.contains(wanted, Qt::CaseInsensitive));
        });
    if (found.empty())
        return std::unexpected(LookupFault{LookupFault::What::Unknown, written, {}});
    return only(found, written);
}

Lookup findAssignment(const QString &written, std::span<const TeamName> teams,
                      std::span<const OpenOrder> open)
{
    for (const OpenOrder &order : open) {
        if (!order.number.isEmpty() && order.number == written.trimmed())
            return order.id;
    }
    const qsizetype at = written.lastIndexOf(u'@');
    bool ok = true;
    const int incident = at < 0 ? 0 : written.sliced(at + 1).toInt(&ok);
    const QString name = at < 0 || !ok ? written : written.first(at);
    const Lookup team = findTeam(name, teams);
    if (!team)
        return team;
    std::vector<const OpenOrder *> found;
    for (const OpenOrder &order : open) {
        if (order.team == *team && (at < 0 || !ok || order.incident == incident))
            found.push_back(&order);
    }
    if (found.size() == 1)
        return found.front()->id;
    const TeamName *who = teamOf(teams, *team);
    LookupFault fault{LookupFault::What::NoOpenOrder, written, {}};
    if (!found.empty()) {
        fault.what = LookupFault::What::Ambiguous;
        for (const OpenOrder *order : found)
            fault.candidates += who->code + u'@' + QString::number(order->incident);
    } else if (who) {
        fault.candidates += who->code + u' ' + who->name;
    }
    return std::unexpected(fault);
}

QString describe(const LookupFault &fault, Language language)
{
    const bool zh = language == Language::Chinese;
    constexpr int shown = 5;
    QString list = fault.candidates.first(std::min<qsizetype>(shown, fault.candidates.size()))
                       .join(zh ? u"、"_s : u", "_s);
    if (fault.candidates.size() > shown)
        list += zh ? u"等 %1 支"_s.arg(fault.candidates.size())
                   : u" … %1 in all"_s.arg(fault.candidates.size());
    switch (fault.what) {
    case LookupFault::What::Unknown:
        return zh ? u"没有队伍“%1”。"_s.arg(fault.written)
                  : u"There is no team \"%1\"."_s.arg(fault.written);
    case LookupFault::What::Ambiguous:
        return zh ? u"“%1”不止一个：%2。请写得更具体。"_s.arg(fault.written, list)
                  : u"\"%1\" could be %2. Say which."_s.arg(fault.written, list);
    case LookupFault::What::NoOpenOrder:
        return zh ? u"%1 没有进行中的任务。"_s.arg(list.isEmpty() ? fault.written : list)
                  : u"%1 has no open task."_s.arg(list.isEmpty() ? fault.written : list);
    }
    return {};
}

} // namespace leeward::command
