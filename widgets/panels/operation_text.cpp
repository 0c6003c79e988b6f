#include "widgets/panels/operation_text.h"

#include "models/domain/operation_codec.h"
#include "models/domain/words.h"
#include "widgets/panels/panel_style.h"
#include "widgets/panels/refusal_text.h"

namespace leeward::widgets {

using namespace Qt::StringLiterals;

namespace {

// Reads the arguments leniently: a line of the log must be shown even when an argument is strange.
class Teller
{
public:
    Teller(const Operation &operation, Language language, const items::TableCache &cache)
        : m_operation(operation)
        , m_language(language)
        , m_cache(cache)
    {
    }

    QString tell() const
    {
        const QString &kind = m_operation.kind;
        const auto is = [&](const char *name) { return kind == QLatin1StringView(name); };
        if (is(op::ReportIncident::kind))
            return join({incident(u"incident"_s, false), text(u"title"_s)});
        if (is(op::AdvanceIncident::kind))
            return advanceIncident();
        if (is(op::SetCloseTimer::kind))
            return closeTimer();
        if (is(op::NoteIncident::kind))
            return pair(incident(u"incident"_s), text(u"text"_s));
        if (is(op::Assign::kind))
            return assign();
        if (is(op::AdvanceAssignment::kind))
            return pair(assignment(), withReason(arrow(state(text(u"to"_s)))));
        if (is(op::TransferAssignment::kind))
            return transfer();
        if (is(op::FlagAssignment::kind))
            return flag();
        if (is(op::RetractStep::kind))
            return pair(assignment(),
                        withReason(say(u"撤销最后一步"_s, u"last step taken back"_s)));
        if (is(op::CorrectTime::kind))
            return correctTime();
        if (is(op::OverrideAvailability::kind))
            return overrideTeam();
        return record();
    }

private:
    [[nodiscard]] bool zh() const { return m_language == Language::Chinese; }
    [[nodiscard]] QString say(const QString &chinese, const QString &english) const
    {
        return zh() ? chinese : english;
    }
    [[nodiscard]] QString text(const QString &key) const
    {
        return m_operation.args.value(key).toString();
    }
    [[nodiscard]] QString pair(const QString &what, const QString &how) const
    {
        return how.isEmpty() ? what : what + say(u"："_s, u": "_s) + how;
    }
    [[nodiscard]] static QString join(const QStringList &parts)
    {
        QStringList some = parts;
        some.removeAll(QString());
        return some.join(u' ');
    }
    [[nodiscard]] static QString arrow(const QString &word) { return u"→ "_s + word; }
    [[nodiscard]] QString withReason(const QString &words) const
    {
        const QString reason = text(u"reason"_s);
        return reason.isEmpty() ? words
                                : words + say(u"（"_s, u" ("_s) + reason + say(u"）"_s, u")"_s);
    }
    [[nodiscard]] QString incidentOf(const QString &id, bool title) const
    {
        const Incident *found = m_cache.incident(id);
        if (!found)
            return say(u"事件"_s, u"incident"_s);
        const QString number = say(u"事件%1"_s, u"incident %1"_s).arg(found->number);
        return title ? number + u' ' + found->title : number;
    }
    [[nodiscard]] QString incident(const QString &key, bool title = true) const
    {
        return incidentOf(text(key), title);
    }
    [[nodiscard]] QString team(const QString &key) const
    {
        const QString name = m_cache.name(u"team"_s, text(key));
        return name.isEmpty() ? say(u"队伍"_s, u"team"_s) : name;
    }
    [[nodiscard]] QString assignment() const
    {
        const Assignment *found = m_cache.assignment(text(u"assignment"_s));
        if (!found)
            return say(u"任务"_s, u"task"_s);
        const QString who = m_cache.name(u"team"_s, found->team.text());
        return found->number.isEmpty()
                   ? who
                   : who + say(u"（指令%1）"_s, u" (order %1)"_s).arg(found->number);
    }
    [[nodiscard]] QString state(const QString &name) const
    {
        if (const auto found = assignmentStateFrom(name))
            return words(*found).in(m_language);
        if (const auto found = incidentStateFrom(name))
            return words(*found).in(m_language);
        return {};
    }
    [[nodiscard]] QString time(const QString &key) const
    {
        // Instants travel as text; older ones as milliseconds.
        Instant at;
        return codec::read(m_operation.args.value(key), at) ? shortTime(at, m_cache.now())
                                                            : QString();
    }

    [[nodiscard]] QString advanceIncident() const
    {
        const auto to = incidentStateFrom(text(u"to"_s));
        QString step = arrow(to ? words(*to).in(m_language) : QString());
        if (const QString other = text(u"duplicate_of"_s); !other.isEmpty())
            step += say(u"，并入"_s, u" of "_s) + incidentOf(other, false);
        if (!text(u"timer"_s).isEmpty())
            step += say(u"（自动）"_s, u" (automatic)"_s);
        return pair(incident(u"incident"_s), withReason(step));
    }
    [[nodiscard]] QString closeTimer() const
    {
        const bool set = !text(u"timer"_s).isEmpty();
        return pair(incident(u"incident"_s),
                    set ? say(u"%1自动结案"_s, u"closes by itself at %1"_s).arg(time(u"due"_s))
                        : say(u"取消自动结案"_s, u"automatic closing called off"_s));
    }
    [[nodiscard]] QString assign() const
    {
        const bool ordered = m_operation.args.value(u"ordered"_s).toBool(true);
        const QString what = ordered ? say(u"下达%1 → %2"_s, u"%1 ordered to %2"_s)
                                     : say(u"拟派%1 → %2"_s, u"%1 proposed for %2"_s);
        QString line = what.arg(team(u"team"_s), incident(u"incident"_s));
        if (m_operation.args.value(u"double_task"_s).toBool())
            line += say(u"（双重任务）"_s, u" (a second task)"_s);
        return pair(line, text(u"task"_s));
    }
    [[nodiscard]] QString transfer() const
    {
        const bool handOver = m_operation.args.value(u"hand_over"_s).toBool();
        const QString what =
            handOver ? say(u"交接给%1"_s, u"handed over to %1"_s).arg(team(u"team"_s))
                     : say(u"改派到%1"_s, u"diverted to %1"_s).arg(incident(u"incident"_s));
        return pair(assignment(), withReason(what));
    }
    [[nodiscard]] QString flag() const
    {
        const auto found = assignmentFlagFrom(text(u"flag"_s));
        const QString word = found ? words(*found).in(m_language) : QString();
        const bool on = m_operation.args.value(u"on"_s).toBool();
        const QString what = on ? say(u"标记“%1”"_s, u"flagged \"%1\""_s)
                                : say(u"解除“%1”"_s, u"flag \"%1\" lifted"_s);
        return pair(assignment(), withReason(what.arg(word)));
    }
    [[nodiscard]] QString correctTime() const
    {
        return pair(
            assignment(),
            withReason(
                say(u"时间更正为%1"_s, u"time corrected to %1"_s).arg(time(u"occurred_at"_s))));
    }
    [[nodiscard]] QString overrideTeam() const
    {
        const bool on = m_operation.args.value(u"on"_s).toBool();
        return pair(
            team(u"team"_s),
            on ? withReason(say(u"不可用至%1"_s, u"unavailable until %1"_s).arg(time(u"until"_s)))
               : say(u"恢复可用"_s, u"available again"_s));
    }

    [[nodiscard]] QString record() const
    {
        const QString table = text(u"table"_s);
        const bool isIncident = table == "incident"_L1;
        const RegisterSpec *spec = isIncident ? &incidentFields() : findRegister(table);
        if (!spec)
            return m_operation.kind;
        const QString id = text(u"record"_s);
        QString name = isIncident ? incidentOf(id, true) : m_cache.name(table, id);
        if (name.isEmpty())
            name = m_operation.args.value(u"values"_s).toObject().value(u"name"_s).toString();
        const QString what = isIncident ? name : join({spec->one.in(m_language), name});
        if (m_operation.kind == QLatin1StringView(op::EditRecord::kind))
            return pair(what, edits(*spec));
        if (m_operation.kind == QLatin1StringView(op::RetireRecord::kind)) {
            const bool retired = m_operation.args.value(u"retired"_s).toBool(true);
            return pair(what, withReason(retired ? say(u"停用"_s, u"taken out of use"_s)
                                                 : say(u"恢复使用"_s, u"back in use"_s)));
        }
        if (m_operation.kind == QLatin1StringView(op::ImportRecords::kind)) {
            const qsizetype rows = m_operation.args.value(u"rows"_s).toArray().size();
            return pair(spec->many.in(m_language),
                        say(u"%1 行，来自“%2”"_s, u"%1 rows from \"%2\""_s)
                            .arg(rows)
                            .arg(text(u"source"_s)));
        }
        if (m_operation.kind == QLatin1StringView(op::CreateRecord::kind))
            return what;
        return m_operation.kind;
    }
    [[nodiscard]] QString edits(const RegisterSpec &spec) const
    {
        std::vector<op::FieldChange> changes;
        if (!codec::read(m_operation.args.value(u"changes"_s), changes))
            return {};
        QStringList parts;
        for (const op::FieldChange &change : changes) {
            const FieldSpec *field = spec.field(change.field);
            if (!field)
                continue;
            const auto shown = [&](const QVariant &value) {
                const QString words = formatField(*field, value, m_language);
                return words.isEmpty() ? say(u"空"_s, u"empty"_s) : words;
            };
            parts += field->label.in(m_language) + u' ' + shown(change.before) + u" → "_s +
                     shown(change.after);
        }
        return parts.join(say(u"；"_s, u"; "_s));
    }

    const Operation &m_operation;
    Language m_language;
    const items::TableCache &m_cache;
};

} // namespace

QString operationText(const Operation &operation, Language language, const items::TableCache &cache)
{
    return Teller(operation, language, cache).tell();
}

QString operationKindText(const QString &kind, Language language)
{
    static const QHash<QString, Words> known = {
        {u"incident.report"_s, {u"接报"_s, u"report"_s}},
        {u"incident.advance"_s, {u"事件状态"_s, u"incident state"_s}},
        {u"incident.close_timer"_s, {u"自动结案"_s, u"closing timer"_s}},
        {u"incident.note"_s, {u"备注"_s, u"note"_s}},
        {u"assignment.assign"_s, {u"调派"_s, u"dispatch"_s}},
        {u"assignment.advance"_s, {u"任务状态"_s, u"task state"_s}},
        {u"assignment.transfer"_s, {u"改派交接"_s, u"transfer"_s}},
        {u"assignment.flag"_s, {u"任务标记"_s, u"task flag"_s}},
        {u"assignment.retract"_s, {u"撤销"_s, u"take back"_s}},
        {u"assignment.correct_time"_s, {u"更正时间"_s, u"time corrected"_s}},
        {u"record.edit"_s, {u"修改"_s, u"edit"_s}},
        {u"record.create"_s, {u"新增"_s, u"create"_s}},
        {u"record.retire"_s, {u"停用恢复"_s, u"in or out of use"_s}},
        {u"record.import"_s, {u"导入"_s, u"import"_s}},
        {u"team.override"_s, {u"队伍可用性"_s, u"availability"_s}},
    };
    const auto found = known.constFind(kind);
    return found == known.constEnd() ? kind : found->in(language);
}

namespace {

QString stateWord(const QString &name, bool ofAssignment, Language language)
{
    if (ofAssignment) {
        if (const auto state = assignmentStateFrom(name))
            return words(*state).in(language);
        if (const auto flag = assignmentFlagFrom(name))
            return words(*flag).in(language);
    } else if (const auto state = incidentStateFrom(name)) {
        return words(*state).in(language);
    }
    return {};
}

// The journal keeps the names of edited fields; a person reads their labels.
QString editedFields(const QString &names, Language language)
{
    QStringList labels;
    for (const QString &name : names.split(u',', Qt::SkipEmptyParts)) {
        if (const FieldSpec *field = incidentFields().field(name))
            labels += field->label.in(language);
    }
    return labels.join(language == Language::Chinese ? u"、"_s : u", "_s);
}

QString incidentEventText(const desk::TimelineEvent &event, Language language)
{
    const bool zh = language == Language::Chinese;
    const QString to = stateWord(event.toState, false, language);
    const QString colon = zh ? u"："_s : u": "_s;
    if (event.kind == "report"_L1)
        return (zh ? u"接报"_s : u"reported"_s) +
               (event.text.isEmpty() ? QString() : colon + event.text);
    if (event.kind == "note"_L1)
        return (zh ? u"备注"_s : u"note"_s) + colon + event.text;
    if (event.kind == "edit"_L1)
        return (zh ? u"修改"_s : u"edited"_s) + colon + editedFields(event.text, language);
    if (event.kind == "timer"_L1) {
        const QDateTime due = QDateTime::fromString(event.text, Qt::ISODateWithMs);
        if (!due.isValid())
            return zh ? u"取消自动结案"_s : u"automatic closing called off"_s;
        const QString time = due.toUTC().addSecs(8 * 3600).toString(u"MM-dd HH:mm"_s);
        return (zh ? u"定于%1自动结案"_s : u"closes by itself at %1"_s).arg(time);
    }
    const QString reason = event.text.isEmpty() ? QString() : colon + event.text;
    return (zh ? u"事件状态 → %1"_s : u"incident → %1"_s).arg(to) + reason;
}

} // namespace

QString timelineText(const desk::TimelineEvent &event, Language language)
{
    if (event.assignment.isEmpty())
        return incidentEventText(event, language);
    const bool zh = language == Language::Chinese;
    const QString from = stateWord(event.fromState, true, language);
    const QString to = stateWord(event.toState, true, language);
    QString line = event.teamName;
    if (!event.assignmentNumber.isEmpty())
        line += (zh ? u"（%1）"_s : u" (%1)"_s).arg(event.assignmentNumber);
    line += u' ';
    if (event.kind.endsWith("flag"_L1))
        line += to.isEmpty() ? (zh ? u"解除“%1”"_s : u"no longer %1"_s).arg(from)
                             : (zh ? u"标记“%1”"_s : u"flagged %1"_s).arg(to);
    else if (event.kind.endsWith("correction"_L1))
        line += (zh ? u"更正“%1”的时间"_s : u"time of \"%1\" corrected"_s).arg(to);
    else if (event.kind.endsWith("retraction"_L1))
        line +=
            (zh ? u"撤销“%1”，恢复为“%2”"_s : u"\"%1\" taken back, again \"%2\""_s).arg(from, to);
    else
        line += u"→ "_s + to;
    if (!event.text.isEmpty())
        line += (zh ? u"："_s : u": "_s) + event.text;
    return line;
}

QString timelineShape(const desk::TimelineEvent &event)
{
    if (!event.assignment.isEmpty()) {
        if (event.kind.endsWith("flag"_L1))
            return u"★"_s;
        if (event.kind.endsWith("correction"_L1))
            return u"※"_s;
        if (event.kind.endsWith("retraction"_L1))
            return u"←"_s;
        const auto state = assignmentStateFrom(event.toState);
        return state ? shapeOf(*state) : u"·"_s;
    }
    if (event.kind == "report"_L1)
        return u"▲"_s;
    if (event.kind == "note"_L1)
        return u"※"_s;
    if (event.kind == "edit"_L1)
        return u"≡"_s;
    if (event.kind == "timer"_L1)
        return u"◷"_s;
    return u"■"_s;
}

} // namespace leeward::widgets
