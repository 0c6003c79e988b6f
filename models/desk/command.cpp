#include "models/desk/command.h"

#include "models/desk/command_verbs.h"

#include <QRegularExpression>

namespace leeward::command {

using namespace Qt::StringLiterals;

namespace {

bool isSeparator(QChar c)
{
    return c == u',' || c == u'，' || c == u'、' || c == u';' || c == u'；';
}
bool opensQuote(QChar c)
{
    return c == u'"' || c == u'“';
}

// Full-width digits and letters as the keyboard's own.
QString plain(QStringView word)
{
    return word.toString().normalized(QString::NormalizationForm_KC);
}

std::optional<int> numberOf(QStringView word)
{
    bool ok = false;
    const int number = plain(word).toInt(&ok);
    return ok && number > 0 ? std::optional(number) : std::nullopt;
}

bool isSelected(QStringView word)
{
    return word == u"." || word == u"。";
}

std::optional<QTime> timeOf(QStringView word)
{
    const QString text = plain(word);
    for (const QString &pattern : {u"H:m"_s, u"H:m:s"_s}) {
        const QTime time = QTime::fromString(text, pattern);
        if (time.isValid() && text.section(u':', 1, 1).size() == 2)
            return time;
    }
    return std::nullopt;
}

std::optional<std::chrono::minutes> spanOf(QStringView word)
{
    static const QRegularExpression form(u"^(\\d{1,5})(m|min|分钟|分|h|小时|时|d|天|日)$"_s,
                                         QRegularExpression::CaseInsensitiveOption);
    const auto match = form.match(plain(word));
    if (!match.hasMatch())
        return std::nullopt;
    const QString unit = match.captured(2).toLower();
    const int factor = unit == "d"_L1 || unit == u"天" || unit == u"日"     ? 1440
                       : unit == "h"_L1 || unit == u"小时" || unit == u"时" ? 60
                                                                            : 1;
    const std::chrono::minutes span(match.captured(1).toInt() * factor);
    if (span.count() < 1 || span > std::chrono::days(60))
        return std::nullopt;
    return span;
}

QString spanText(std::chrono::minutes span, Language language)
{
    const bool zh = language == Language::Chinese;
    const qint64 minutes = span.count();
    if (minutes % 1440 == 0)
        return QString::number(minutes / 1440) + (zh ? u"天"_s : u"d"_s);
    if (minutes % 60 == 0)
        return QString::number(minutes / 60) + (zh ? u"小时"_s : u"h"_s);
    return QString::number(minutes) + (zh ? u"分钟"_s : u"m"_s);
}

QString themeOf(QStringView word)
{
    if (word.compare(u"dark", Qt::CaseInsensitive) == 0 || word == u"深色" || word == u"夜间")
        return u"dark"_s;
    if (word.compare(u"light", Qt::CaseInsensitive) == 0 || word == u"浅色" || word == u"日间")
        return u"light"_s;
    return {};
}

QString languageOf(QStringView word)
{
    if (word.compare(u"zh", Qt::CaseInsensitive) == 0 || word == u"中文")
        return u"zh"_s;
    if (word.compare(u"en", Qt::CaseInsensitive) == 0 || word == u"英文" ||
        word.compare(u"english", Qt::CaseInsensitive) == 0)
        return u"en"_s;
    return {};
}

class Parser
{
public:
    explicit Parser(const QString &text)
        : m_text(text)
    {
    }

    std::expected<Command, ParseError> run()
    {
        Command command;
        skip();
        if (!readTime(command))
            return std::unexpected(m_error);
        skip();
        const VerbMatch match = matchVerb(m_text, m_at);
        if (!match.verb)
            return std::unexpected(errorHere(Expected::Command));
        m_at += match.length;
        Slots values;
        for (const Arg arg : match.verb->args) {
            skip();
            if (!read(arg, values))
                return std::unexpected(m_error);
        }
        skip();
        if (!atEnd())
            return std::unexpected(errorHere(Expected::Nothing));
        command.body = makeBody(*match.verb, values);
        if (!check(command.body, values))
            return std::unexpected(m_error);
        return command;
    }

private:
    [[nodiscard]] bool atEnd() const { return m_at >= m_text.size(); }
    void skip()
    {
        while (!atEnd() && m_text[m_at].isSpace())
            ++m_at;
    }
    [[nodiscard]] QStringView word() const
    {
        int end = m_at;
        while (end < m_text.size() && !m_text[end].isSpace())
            ++end;
        return QStringView(m_text).sliced(m_at, end - m_at);
    }
    void take(QStringView word) { m_at += static_cast<int>(word.size()); }

    ParseError errorHere(Expected expected, QStringList candidates = {}) const
    {
        return {m_at, static_cast<int>(word().size()), expected, std::move(candidates)};
    }
    bool wrong(Expected expected, QStringList candidates = {})
    {
        m_error = errorHere(expected, std::move(candidates));
        return false;
    }

    bool readTime(Command &command)
    {
        const QStringView first = word();
        if (const auto time = timeOf(first)) {
            command.at = time;
            take(first);
            return true;
        }
        if (first.compare(u"at", Qt::CaseInsensitive) == 0) {
            take(first);
            skip();
        } else if (first.startsWith(u'于')) {
            ++m_at;
            skip();
        } else {
            return true;
        }
        command.at = timeOf(word());
        if (!command.at)
            return wrong(Expected::Time, {u"14:05"_s});
        take(word());
        return true;
    }

    bool read(Arg arg, Slots &values)
    {
        switch (arg) {
        case Arg::Incident: return readIncident(values.incident);
        case Arg::OptionalIncident: return atEnd() || readIncident(values.incident);
        case Arg::Teams: return readTeams(values.teams, false);
        case Arg::OptionalTeams: return atEnd() || readTeams(values.teams, true);
        case Arg::Team: return readTeam(values.team, true);
        case Arg::OtherTeam: return readTeam(values.otherTeam, false);
        case Arg::Span: return readSpan(values.span);
        case Arg::Of: return readOf(values.other);
        case Arg::Text: return readRest(values.text, Expected::Text);
        case Arg::Reason: return readRest(values.text, Expected::Reason);
        case Arg::Place: return readRest(values.text, Expected::Place);
        case Arg::OptionalText:
        case Arg::OptionalReason: return atEnd() || readRest(values.text, Expected::Text);
        case Arg::Type: return readType(values.type);
        case Arg::Theme:
            return readWord(values.word, themeOf, Expected::Theme,
                            {u"dark"_s, u"light"_s, u"深色"_s, u"浅色"_s});
        case Arg::LanguageName:
            return readWord(values.word, languageOf, Expected::LanguageName,
                            {u"zh"_s, u"en"_s, u"中文"_s, u"英文"_s});
        case Arg::Register: return readRegister(values.word);
        case Arg::OptionalRegister: return atEnd() || readRegister(values.word);
        }
        return false;
    }

    bool readIncident(int &incident)
    {
        QStringView found = word();
        if (found.startsWith(u'#'))
            found = found.sliced(1);
        if (isSelected(found)) {
            incident = 0;
        } else if (const auto number = numberOf(found)) {
            incident = *number;
        } else {
            return wrong(Expected::Incident);
        }
        take(word());
        return true;
    }

    // One name: quoted, or up to a blank or separator.
    bool readName(QString &name)
    {
        if (!atEnd() && opensQuote(m_text[m_at])) {
            const int start = m_at;
            const QChar closing = m_text[start] == u'“' ? u'”' : u'"';
            for (++m_at; !atEnd(); ++m_at) {
                if (m_text[m_at] != closing) {
                    name += m_text[m_at];
                } else if (m_at + 1 < m_text.size() && closing == u'"' &&
                           m_text[m_at + 1] == u'"') {
                    name += m_text[m_at++];
                } else {
                    ++m_at;
                    const bool ends =
                        atEnd() || m_text[m_at].isSpace() || isSeparator(m_text[m_at]);
                    return (ends && !name.isEmpty()) || wrong(Expected::Team);
                }
            }
            m_error = {start, static_cast<int>(m_text.size()) - start, Expected::Team, {}};
            return false;
        }
        const int start = m_at;
        while (!atEnd() && !m_text[m_at].isSpace() && !isSeparator(m_text[m_at]))
            ++m_at;
        name = plain(QStringView(m_text).sliced(start, m_at - start));
        return !name.isEmpty() || wrong(Expected::Team);
    }

    bool readTeams(QStringList &teams, bool maySelect)
    {
        if (maySelect && isSelected(word())) {
            take(word());
            return true;
        }
        for (;;) {
            QString name;
            const int start = m_at;
            const bool bare = atEnd() || !opensQuote(m_text[m_at]);
            if (!readName(name))
                return false;
            if (bare && isSelected(name)) {
                m_at = start;
                return wrong(Expected::Team);
            }
            if (!teams.contains(name))
                teams += name;
            if (atEnd() || !isSeparator(m_text[m_at]))
                break;
            ++m_at;
            skip();
        }
        // "3 , 5": half of it would be taken for the task.
        skip();
        return atEnd() || !isSeparator(m_text[m_at]) || wrong(Expected::Team);
    }

    bool readTeam(QString &team, bool maySelect)
    {
        if (maySelect && isSelected(word())) {
            take(word());
            return true;
        }
        if (isSelected(word()))
            return wrong(Expected::Team);
        return readName(team) && (atEnd() || m_text[m_at].isSpace() || wrong(Expected::Reason));
    }

    bool readSpan(std::chrono::minutes &span)
    {
        const auto found = spanOf(word());
        if (!found)
            return wrong(Expected::Span, {u"30m"_s, u"2h"_s, u"1d"_s});
        span = *found;
        take(word());
        return true;
    }

    bool readOf(int &other)
    {
        const QStringView of = word();
        if (of.compare(u"of", Qt::CaseInsensitive) == 0 || of == u"到" || of == u"入" ||
            of == u"至") {
            take(of);
            skip();
        } else if (!numberOf(of)) {
            return wrong(Expected::Of, {u"of"_s, u"到"_s});
        }
        const auto number = numberOf(word());
        if (!number)
            return wrong(Expected::Incident);
        other = *number;
        take(word());
        return true;
    }

    bool readRest(QString &text, Expected expected)
    {
        text = m_text.sliced(m_at).trimmed();
        if (text.isEmpty())
            return wrong(expected);
        m_at = static_cast<int>(m_text.size());
        return true;
    }

    bool readType(QString &type)
    {
        const QStringView first = word();
        if (first == u"-" || first == u"－") {
            take(first);
            return true;
        }
        type = typeCode(first);
        if (!type.isEmpty())
            take(first);
        return true;
    }

    bool readWord(QString &value, QString (*meaning)(QStringView), Expected expected,
                  const QStringList &candidates)
    {
        value = meaning(word());
        if (value.isEmpty())
            return wrong(expected, candidates);
        take(word());
        return true;
    }

    bool readRegister(QString &key)
    {
        const QString words = m_text.sliced(m_at).simplified();
        key = registerKey(words);
        if (key.isEmpty()) {
            QStringList candidates;
            for (const RegisterSpec *spec : allRegisters())
                candidates << spec->many.zh << spec->key;
            return wrong(Expected::Register, candidates);
        }
        m_at = static_cast<int>(m_text.size());
        return true;
    }

    // What the table of steps knows to need a reason is asked for here, where the place can be
    // shown.
    bool check(const Body &body, const Slots &values)
    {
        if (const auto *move = std::get_if<MoveIncident>(&body)) {
            if (values.text.isEmpty() &&
                (move->to == IncidentState::Reopened || move->to == IncidentState::Unfounded))
                return wrong(Expected::Reason);
            if (move->duplicateOf != 0 && move->duplicateOf == move->incident)
                return wrong(Expected::Incident);
        }
        if (const auto *print = std::get_if<Ui>(&body);
            print && print->what == Ui::What::PrintOrder && values.teams.size() > 1)
            return wrong(Expected::Nothing);
        return true;
    }

    QString m_text;
    int m_at = 0;
    ParseError m_error;
};

QString quoted(const QString &name)
{
    const bool needs = name.isEmpty() || plain(name) != name || isSelected(name) ||
                       std::any_of(name.begin(), name.end(), [](QChar c) {
                           return c.isSpace() || isSeparator(c) || opensQuote(c) || c == u'”';
                       });
    if (!needs)
        return name;
    QString inner = name;
    inner.replace(u'"', u"\"\""_s);
    return u'"' + inner + u'"';
}

QString joined(const QStringList &teams)
{
    QStringList parts;
    for (const QString &team : teams)
        parts += quoted(team);
    return parts.isEmpty() ? u"."_s : parts.join(u',');
}

QString incidentText(int number)
{
    return number > 0 ? QString::number(number) : u"."_s;
}

QString wordText(const Slots &values, const Verb &verb, Language language)
{
    const bool zh = language == Language::Chinese;
    if (verb.args.front() == Arg::Theme && zh)
        return values.word == "dark"_L1 ? u"深色"_s : u"浅色"_s;
    if (verb.args.front() == Arg::LanguageName && zh)
        return values.word == "zh"_L1 ? u"中文"_s : u"英文"_s;
    const RegisterSpec *spec = findRegister(values.word);
    return zh && spec ? spec->many.zh : values.word;
}

// The argument as typed; empty = left out.
QString argument(Arg arg, const Verb &verb, const Slots &values, Language language)
{
    const bool more = !values.text.isEmpty();
    switch (arg) {
    case Arg::Incident: return incidentText(values.incident);
    case Arg::OptionalIncident:
        return values.incident > 0 || more ? incidentText(values.incident) : QString();
    case Arg::Teams: return joined(values.teams);
    case Arg::OptionalTeams:
        return !values.teams.isEmpty() || more ? joined(values.teams) : QString();
    case Arg::Team: return values.team.isEmpty() ? u"."_s : quoted(values.team);
    case Arg::OtherTeam: return quoted(values.otherTeam);
    case Arg::Span: return spanText(values.span, language);
    case Arg::Of:
        return (language == Language::Chinese ? u"到 "_s : u"of "_s) +
               QString::number(values.other);
    case Arg::Text:
    case Arg::OptionalText:
    case Arg::Reason:
    case Arg::OptionalReason:
    case Arg::Place: return values.text;
    case Arg::Type: {
        if (!values.type.isEmpty())
            return typeWord(values.type, language);
        const QString first = values.text.section(QRegularExpression(u"\\s"_s), 0, 0);
        return first == "-"_L1 || first == u"－" || !typeCode(first).isEmpty() ? u"-"_s : QString();
    }
    case Arg::Theme:
    case Arg::LanguageName:
    case Arg::Register:
    case Arg::OptionalRegister:
        return values.word.isEmpty() ? QString() : wordText(values, verb, language);
    }
    return {};
}

Words expectedWords(Expected expected)
{
    switch (expected) {
    case Expected::Command: return {u"需要一个命令"_s, u"a command is expected"_s};
    case Expected::Time: return {u"需要时刻，如 14:05"_s, u"a time is expected, such as 14:05"_s};
    case Expected::Incident:
        return {u"需要事件号，“.” 为所选事件"_s,
                u"an incident number is expected; \".\" is the selected one"_s};
    case Expected::Team:
        return {u"需要队伍编号或名称，多支以逗号隔开"_s,
                u"a team's code, number or name is expected; several are joined by commas"_s};
    case Expected::Text: return {u"需要内容"_s, u"words are expected"_s};
    case Expected::Reason: return {u"需要原因"_s, u"a reason is expected"_s};
    case Expected::Span:
        return {u"需要时长，如 30m、2h、1d"_s, u"a span is expected: 30m, 2h, 1d"_s};
    case Expected::Place: return {u"需要地名或坐标"_s, u"a place or coordinates are expected"_s};
    case Expected::Theme: return {u"需要 深色 或 浅色"_s, u"dark or light is expected"_s};
    case Expected::LanguageName: return {u"需要 中文 或 英文"_s, u"zh or en is expected"_s};
    case Expected::Register: return {u"需要台账名称"_s, u"the name of a register is expected"_s};
    case Expected::Of:
        return {u"需要“到”和事件号"_s, u"\"of\" and an incident number are expected"_s};
    case Expected::Nothing:
        return {u"命令到此已完整，后面多余"_s, u"the command was complete; this is too much"_s};
    }
    return {};
}

} // namespace

std::expected<Command, ParseError> parse(const QString &text)
{
    return Parser(text).run();
}

QString format(const Command &command, Language language)
{
    const auto [verb, values] = takeApart(command.body);
    if (!verb)
        return {};
    QStringList parts;
    if (command.at) {
        const QString time =
            command.at->toString(command.at->second() ? u"HH:mm:ss"_s : u"HH:mm"_s);
        parts += (language == Language::Chinese ? u"于 "_s : u"at "_s) + time;
    }
    parts += verb->word.in(language);
    for (const Arg arg : verb->args) {
        if (const QString written = argument(arg, *verb, values, language); !written.isEmpty())
            parts += written;
    }
    return parts.join(u' ');
}

QString describe(const ParseError &error, const QString &text, Language language)
{
    const bool zh = language == Language::Chinese;
    const QString what = expectedWords(error.expected).in(language);
    QString line;
    if (error.length == 0) {
        line = zh ? QString(u"命令不完整："_s + what) : QString(u"Incomplete: "_s + what);
    } else {
        const QString word = text.mid(error.position, error.length);
        line = zh ? u"“%1”（第 %2 字）：%3"_s.arg(word).arg(error.position + 1).arg(what)
                  : u"\"%1\" (at %2): %3"_s.arg(word).arg(error.position + 1).arg(what);
    }
    if (!error.candidates.isEmpty() && error.expected == Expected::Register)
        line += (zh ? u"："_s : u": "_s) + error.candidates.join(zh ? u"、"_s : u", "_s);
    return line;
}

Instant momentOf(QTime at, Instant now, std::chrono::minutes utcOffset)
{
    const QDateTime local = toUtcDateTime(now + utcOffset);
    const QDateTime today(local.date(), at, QTimeZone::UTC);
    const QDateTime moment = today > local ? today.addDays(-1) : today;
    return instantFromMs(moment.toMSecsSinceEpoch()) - utcOffset;
}

} // namespace leeward::command
