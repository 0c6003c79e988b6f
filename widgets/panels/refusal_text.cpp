#include "widgets/panels/refusal_text.h"

#include "models/domain/role.h"
#include "models/domain/words.h"

#include <QJsonArray>

namespace leeward::widgets {

using namespace Qt::StringLiterals;

namespace {

Words tableWords(const QString &table)
{
    if (table == "incident"_L1)
        return {u"事件"_s, u"incident"_s};
    if (table == "assignment"_L1)
        return {u"任务"_s, u"task"_s};
    if (table == "assignment_event"_L1)
        return {u"任务步骤"_s, u"step of the task"_s};
    if (table == "team_override"_L1)
        return {u"停用登记"_s, u"note of unavailability"_s};
    if (const RegisterSpec *spec = findRegister(table))
        return {spec->one.zh, spec->one.en.toLower()};
    return {u"记录"_s, u"record"_s};
}

Words argumentWords(const QString &argument)
{
    static const QHash<QString, Words> known = {
        {u"task_type"_s, {u"任务类型"_s, u"the type of task"_s}},
        {u"task"_s, {u"任务内容（过长）"_s, u"the task (too long)"_s}},
        {u"to"_s, {u"目标状态"_s, u"the new state"_s}},
        {u"reason"_s, {u"原因（过长）"_s, u"the reason (too long)"_s}},
        {u"text"_s, {u"内容（空白或过长）"_s, u"the text (empty or too long)"_s}},
        {u"until"_s, {u"截止时间（已过去）"_s, u"the end (already past)"_s}},
        {u"level"_s, {u"级别或人数"_s, u"the level or the number of people"_s}},
        {u"flag"_s, {u"标记"_s, u"the flag"_s}},
        {u"occurred_at"_s, {u"发生时间"_s, u"the time it happened"_s}},
        {u"table"_s, {u"台账"_s, u"the register"_s}},
        {u"incident"_s, {u"事件"_s, u"the incident"_s}},
    };
    return known.value(argument, {u"其中一项内容"_s, u"one of its values"_s});
}

// One refusal put into words. Each function is one reason: why, by whom, what now.
class Teller
{
public:
    Teller(const Refusal &refusal, Language language, const items::TableCache &cache)
        : m_facts(refusal.facts)
        , m_language(language)
        , m_cache(cache)
    {
    }

    QString tell(RefusalReason reason) const
    {
        switch (reason) {
        case RefusalReason::UnknownOperation:
            return say(u"本程序版本不认识这个操作，未执行。请升级避风。"_s,
                       u"This version of Leeward does not know that operation; nothing was done. "
                       "Update Leeward."_s);
        case RefusalReason::BadArguments: return badArguments();
        case RefusalReason::NotFound: return notFound();
        case RefusalReason::AlreadyExists: return alreadyExists();
        case RefusalReason::IllegalTransition: return illegalTransition();
        case RefusalReason::ReasonNeeded: return reasonNeeded();
        case RefusalReason::TeamBusy: return teamBusy();
        case RefusalReason::TeamUnavailable: return teamUnavailable();
        case RefusalReason::TeamOffDuty: return teamOffDuty();
        case RefusalReason::TeamRetired:
            return say(u"%1已停用，不能派遣。请另选队伍，或先恢复其台账。"_s,
                       u"%1 has been taken out of use and can not be sent. Choose another team, or "
                       "put it back into use first."_s)
                .arg(team());
        case RefusalReason::IncidentNotOpen: return incidentNotOpen();
        case RefusalReason::OpenAssignments: return openAssignments();
        case RefusalReason::FieldConflict: return fieldConflict();
        case RefusalReason::FieldInvalid: return fieldInvalid();
        case RefusalReason::TimeNotMonotone: return timeNotMonotone();
        case RefusalReason::TimerStale:
            return say(u"自动结案已失效：事件在计时期间有变动，未结案。如仍需结案，请人工结案。"_s,
                       u"The automatic closing no longer holds: the incident has changed meanwhile "
                       "and stays open. Close it by hand if it is over."_s);
        case RefusalReason::Retired:
            if (m_facts.contains(u"by"_s))
                return say(u"%1已停用，不能再引用。请另选，或先恢复使用。"_s,
                           u"%1 has been taken out of use and can not be referred to any more. "
                           "Choose another, or put it back into use first."_s)
                    .arg(rowName());
            return say(u"%1已停用，不能修改。请先恢复使用。"_s,
                       u"%1 has been taken out of use and can not be edited. Put it back into use "
                       "first."_s)
                .arg(rowName());
        case RefusalReason::NothingToChange:
            return say(u"%1已是这样，没有可改的。"_s,
                       u"%1 is so already; there is nothing to change."_s)
                .arg(rowName());
        case RefusalReason::StillReferenced: return stillReferenced();
        case RefusalReason::NotRetractable:
            return say(u"%1的最后一步不能撤销：只能撤销最新一步；下达、改派、交接不能撤销，"
                       "请改用撤回或取消。"_s,
                       u"That step of %1 can not be taken back: only the newest one can, and not "
                       u"an "
                       "order, a diversion or a handing over. Recall or cancel instead."_s)
                .arg(assignmentName(text(u"assignment"_s)));
        case RefusalReason::NotYours: return notYours();
        case RefusalReason::NotPermitted: return notPermitted();
        case RefusalReason::OutsideArea: return outsideArea();
        case RefusalReason::RecoveryOver:
            return say(u"服务器曾从备份恢复。%1在%2录入的这项操作当时已被受理，后随旧日志丢失；"
                       "代他人补交的期限已于%3截止。请%1本人在原席位重新连接补交，或重新录入。"_s,
                       u"The server was restored from a backup and has lost this operation, which "
                       u"%1 entered at %2 and which had been accepted. The time for handing it in "
                       "again for others ended at %3. Let %1 connect at that desk, which hands it "
                       "in by itself, or enter it again."_s)
                .arg(text(u"author"_s), text(u"desk"_s), time(u"until"_s));
        }
        return {};
    }

private:
    [[nodiscard]] bool zh() const { return m_language == Language::Chinese; }
    [[nodiscard]] QString say(const QString &chinese, const QString &english) const
    {
        return zh() ? chinese : english;
    }
    [[nodiscard]] QString text(const QString &key) const { return m_facts.value(key).toString(); }
    [[nodiscard]] QString time(const QString &key) const
    {
        return shortTime(instantFromMs(m_facts.value(key).toInteger()), m_cache.now());
    }
    [[nodiscard]] QString team() const
    {
        const QString name = text(u"teamName"_s);
        if (!name.isEmpty())
            return name;
        const QString known = m_cache.name(u"team"_s, text(u"team"_s));
        return known.isEmpty() ? say(u"该队伍"_s, u"The team"_s) : known;
    }
    [[nodiscard]] QString incident() const
    {
        const qint64 number = m_facts.value(u"incidentNumber"_s).toInteger();
        if (number > 0)
            return say(u"事件%1"_s, u"incident %1"_s).arg(number);
        return say(u"该事件"_s, u"the incident"_s);
    }
    [[nodiscard]] QString incidentName(const QString &id) const
    {
        const Incident *found = m_cache.incident(id);
        return found ? say(u"事件%1"_s, u"Incident %1"_s).arg(found->number)
                     : say(u"该事件"_s, u"The incident"_s);
    }
    [[nodiscard]] QString assignmentName(const QString &id) const
    {
        const Assignment *found = m_cache.assignment(id);
        if (!found)
            return say(u"该任务"_s, u"the task"_s);
        const QString who = m_cache.name(u"team"_s, found->team.text());
        return found->number.isEmpty()
                   ? say(u"%1的任务"_s, u"the task of %1"_s).arg(who)
                   : say(u"指令%1（%2）"_s, u"order %1 (%2)"_s).arg(found->number, who);
    }
    // The row the refusal speaks of, by name where it is known.
    [[nodiscard]] QString rowName() const
    {
        const QString table = text(u"table"_s);
        const QString id = text(u"id"_s);
        if (table == "assignment"_L1)
            return capital(assignmentName(id));
        if (table == "incident"_L1)
            return incidentName(id);
        const QString name = m_cache.name(table == "team_override"_L1 ? u"team"_s : table, id);
        const QString kind = tableWords(table).in(m_language);
        if (name.isEmpty())
            return zh() ? QString(u"该"_s + kind) : QString(u"The "_s + kind);
        return name;
    }
    [[nodiscard]] static QString capital(const QString &words)
    {
        return words.isEmpty() ? words : words.first(1).toUpper() + words.sliced(1);
    }
    [[nodiscard]] QString state(const QString &name) const
    {
        if (const auto found = assignmentStateFrom(name))
            return words(*found).in(m_language);
        if (const auto found = incidentStateFrom(name))
            return words(*found).in(m_language);
        if (const auto found = availabilityFrom(name))
            return words(*found).in(m_language);
        if (const auto found = assignmentFlagFrom(name))
            return words(*found).in(m_language);
        return say(u"所选状态"_s, u"that state"_s);
    }

    [[nodiscard]] QString badArguments() const
    {
        return say(u"操作内容有误，未执行：%1。请更正后重试。"_s,
                   u"The operation was not carried out; wrong: %1. Correct it and try again."_s)
            .arg(argumentWords(text(u"argument"_s)).in(m_language));
    }

    [[nodiscard]] QString notFound() const
    {
        return say(u"找不到这个%1，可能尚未同步到本台。请刷新后再选。"_s,
                   u"That %1 is not known here, perhaps not yet received. Look again and choose anew."_s)
            .arg(tableWords(text(u"table"_s)).in(m_language));
    }

    [[nodiscard]] QString alreadyExists() const
    {
        const QString table = text(u"table"_s);
        const QString kind = tableWords(table).in(m_language);
        const QString code = text(u"code"_s);
        const QString standing = m_cache.name(table, text(u"id"_s));
        if (code.isEmpty()) {
            return say(u"这个%1已经登记过，没有重复登记。"_s,
                       u"That %1 is there already and was not entered twice."_s)
                .arg(kind);
        }
        const QString by =
            standing.isEmpty() ? QString() : say(u"（%1）"_s, u" (%1)"_s).arg(standing);
        return say(u"编号“%1”已被占用%2。请换一个编号，或修改已有的%3。"_s,
                   u"The code \"%1\" is taken%2. Choose another code, or edit the %3 that has it."_s)
            .arg(code, by, kind);
    }

    [[nodiscard]] QString illegalTransition() const
    {
        const QString from = state(text(u"from"_s));
        const QString to = state(text(u"to"_s));
        QString line =
            say(u"%1现为“%2”，不能直接转为“%3”。"_s, u"%1 is \"%2\" and can not become \"%3\"."_s)
                .arg(rowName(), from, to);
        const QString next = nextSteps();
        if (!next.isEmpty())
            line += say(u"下一步可为：%1。"_s, u" It can become: %1."_s).arg(next);
        return line;
    }

    [[nodiscard]] QString nextSteps() const
    {
        QStringList next;
        const QString separator = say(u"、"_s, u", "_s);
        if (text(u"table"_s) == "incident"_L1) {
            const auto from = incidentStateFrom(text(u"from"_s));
            for (const IncidentTransition &row : incidentTransitions()) {
                if (from && row.from == *from)
                    next += words(row.to).in(m_language);
            }
            return next.join(separator);
        }
        const auto from = assignmentStateFrom(text(u"from"_s));
        const Assignment *found = m_cache.assignment(text(u"id"_s));
        const TaskType type =
            taskTypeFrom(text(u"taskType"_s)).value_or(found ? found->taskType : TaskType::Rescue);
        for (const AssignmentTransition &row : assignmentTransitions()) {
            if (from && row.from == *from && row.allowedFor(type))
                next += words(row.to).in(m_language);
        }
        return next.join(separator);
    }

    [[nodiscard]] QString reasonNeeded() const
    {
        const QString to = text(u"to"_s);
        if (to == "correct_time"_L1)
            return say(
                u"更正时间须写明原因（不超过4000字）。请补充后重试。"_s,
                u"Correcting a time needs a reason (at most 4000 characters). Add it and try again."_s);
        return say(u"转为“%1”须写明原因。请补充后重试。"_s,
                   u"\"%1\" needs a reason. Add it and try again."_s)
            .arg(state(to));
    }

    [[nodiscard]] QString teamBusy() const
    {
        const QString desk = text(u"desk"_s);
        const QString issuer = text(u"issuer"_s);
        QString by = issuer.isEmpty() ? desk : issuer;
        if (!desk.isEmpty() && !issuer.isEmpty())
            by = say(u"%1（%2）"_s, u"%1 (%2)"_s).arg(desk, issuer);
        if (by.isEmpty())
            by = say(u"另一席位"_s, u"another desk"_s);
        QString line =
            say(u"%1已由%2派往%3"_s, u"%1 has been sent by %2 to %3"_s).arg(team(), by, incident());
        const QString number = text(u"number"_s);
        QStringList details;
        if (!number.isEmpty())
            details += say(u"指令%1"_s, u"order %1"_s).arg(number);
        details +=
            say(u"%1自%2"_s, u"%1 since %2"_s).arg(state(text(u"state"_s)), time(u"since"_s));
        line += say(u"（"_s, u" ("_s) + details.join(say(u"，"_s, u", "_s)) + say(u"）"_s, u")"_s);
        if (m_facts.contains(u"expectedArrival"_s))
            line +=
                say(u"，预计%1到场"_s, u", expected there at %1"_s).arg(time(u"expectedArrival"_s));
        return line + say(u"。可另选队伍，或改派该队。"_s,
                          u". Choose another team, or divert this one."_s);
    }

    [[nodiscard]] QString teamUnavailable() const
    {
        const QString by = text(u"by"_s);
        const QString reason = text(u"reason"_s);
        QString line =
            say(u"%1不可用至%2"_s, u"%1 is unavailable until %2"_s).arg(team(), time(u"until"_s));
        if (!reason.isEmpty())
            line += say(u"：%1"_s, u": %1"_s).arg(reason);
        if (!by.isEmpty())
            line += say(u"（由%1登记）"_s, u" (noted by %1)"_s).arg(by);
        return line +
               say(u"。请另选队伍；如已恢复，先登记“可用”。"_s,
                   u". Choose another team; if it can go again, note it as available first."_s);
    }

    [[nodiscard]] QString teamOffDuty() const
    {
        return say(u"%1不在备勤时段（%2）。请另选队伍，或经其值班电话确认后仍然下达。"_s,
                   u"%1 is off duty (its hours: %2). Choose another team, or ask by its phone and "
                   u"order "
                   "it all the same."_s)
            .arg(team(), text(u"dutyHours"_s));
    }

    [[nodiscard]] QString incidentNotOpen() const
    {
        const QString now = state(text(u"state"_s));
        return say(u"%1已是“%2”，不能再派队伍。如需继续处置，请先重启事件。"_s,
                   u"%1 is \"%2\" and takes no more teams. Reopen it first if work must go on."_s)
            .arg(capital(incident()), now);
    }

    [[nodiscard]] QString openAssignments() const
    {
        QStringList open;
        for (const QJsonValue &value : m_facts.value(u"assignments"_s).toArray()) {
            const QJsonObject one = value.toObject();
            open += say(u"%1（%2）"_s, u"%1 (%2)"_s)
                        .arg(one.value(u"teamName"_s).toString(),
                             state(one.value(u"state"_s).toString()));
        }
        return say(u"%1还有未结束的任务：%2。请先让这些队伍归建、撤回或取消。"_s,
                   u"%1 still has open tasks: %2. Clear, recall or cancel them first."_s)
            .arg(capital(incident()), open.join(say(u"、"_s, u", "_s)));
    }

    [[nodiscard]] QString value(const FieldSpec *field, const QString &key) const
    {
        const QVariant stored = m_facts.value(key).toVariant();
        const QString shown = field ? formatField(*field, stored, m_language) : stored.toString();
        return shown.isEmpty() ? say(u"空"_s, u"empty"_s) : shown;
    }

    [[nodiscard]] const RegisterSpec *spec() const
    {
        const QString table = text(u"table"_s);
        return table == "incident"_L1 ? &incidentFields() : findRegister(table);
    }

    [[nodiscard]] QString fieldConflict() const
    {
        const FieldSpec *field = spec() ? spec()->field(text(u"field"_s)) : nullptr;
        const QString label = field ? field->label.in(m_language) : say(u"该项"_s, u"That field"_s);
        const QString by =
            text(u"by"_s).isEmpty() ? say(u"另一席位"_s, u"another desk"_s) : text(u"by"_s);
        return say(u"%1的“%2”已由%3于%4改为“%5”（原为“%6”，您要改为“%7”）。请看过后决定保留哪一个。"_s,
                   u"\"%2\" of %1 was changed by %3 at %4 to \"%5\" (it was \"%6\"; you set "
                   u"\"%7\"). "
                   "Look at both and decide which stays."_s)
            .arg(rowName(), label, by, time(u"at"_s), value(field, u"theirs"_s),
                 value(field, u"base"_s), value(field, u"mine"_s));
    }

    [[nodiscard]] QString fieldInvalid() const
    {
        const RegisterSpec *register_ = spec();
        const FieldSpec *field = register_ ? register_->field(text(u"field"_s)) : nullptr;
        if (field && m_facts.contains(u"what"_s)) {
            const FieldFault fault{static_cast<FieldFault::What>(m_facts.value(u"what"_s).toInt()),
                                   field->name, text(u"value"_s)};
            const QString line = describe(fault, *register_, m_language);
            const bool ends = line.endsWith(u'。') || line.endsWith(u'.');
            return line + (ends ? QString() : say(u"。"_s, u"."_s)) +
                   say(u"请更正后再存。"_s, u" Correct it and save again."_s);
        }
        return say(u"“%1”不能是“%2”。请更正后再存。"_s,
                   u"\"%1\" can not be \"%2\". Correct it and save again."_s)
            .arg(field ? field->label.in(m_language) : say(u"该项"_s, u"That field"_s),
                 value(nullptr, u"value"_s));
    }

    [[nodiscard]] QString timeNotMonotone() const
    {
        return say(u"时间%1与相邻一步的时间%2前后颠倒，未记录。请核对发生时间，或先更正前一步的时间。"_s,
                   u"The time %1 does not fit the neighbouring step at %2; nothing was written. "
                   u"Check "
                   "when it happened, or correct the other step first."_s)
            .arg(time(u"at"_s), time(u"after"_s));
    }

    [[nodiscard]] QString stillReferenced() const
    {
        return say(u"%1仍被%2使用，不能停用。请先解除。"_s,
                   u"%1 is still used by a %2 and can not be taken out of use. Release it there first."_s)
            .arg(rowName(), tableWords(text(u"by"_s)).in(m_language));
    }

    [[nodiscard]] QString notYours() const
    {
        return say(u"操作署名为%1（%2），与登录的%3（%4）不符，未执行。请由本人重新登录后办理。"_s,
                   u"It is signed by %1 (%2), but %3 (%4) is signed in; nothing was done. Let %1 "
                   u"sign in and do it."_s)
            .arg(text(u"author"_s), text(u"desk"_s), text(u"user"_s), text(u"userDesk"_s));
    }

    [[nodiscard]] QString roles(const QString &key) const
    {
        QStringList names;
        for (const QJsonValue &value : m_facts.value(key).toArray()) {
            if (const auto role = roleFrom(value.toString()))
                names += words(*role).in(m_language);
        }
        return names.isEmpty() ? say(u"无"_s, u"none"_s) : names.join(say(u"、"_s, u", "_s));
    }

    [[nodiscard]] QString notPermitted() const
    {
        return say(u"您的角色（%1）不能办理此事，未执行。可办理的角色：%2。请交由其办理。"_s,
                   u"Your role (%1) may not do that; nothing was done. Who may: %2. Ask one of "
                   u"them."_s)
            .arg(roles(u"roles"_s), roles(u"needs"_s));
    }

    [[nodiscard]] QString outsideArea() const
    {
        QStringList areas;
        for (const QJsonValue &value : m_facts.value(u"areas"_s).toArray())
            areas += value.toString();
        const QString mine =
            areas.isEmpty() ? say(u"无"_s, u"none"_s) : areas.join(say(u"、"_s, u", "_s));
        const QString division = text(u"division"_s);
        if (division.isEmpty()) {
            return say(u"%1未填行政区划，只有负责全部区域的人员可以办理，未执行。请先请其补填行政区划。"_s,
                       u"%1 has no division and is only for those who answer for everywhere; "
                       u"nothing was done. Ask one of them to fill in its division."_s)
                .arg(rowName());
        }
        const QString line =
            say(u"%1位于行政区划%2，不在您的责任区（%3）内，未执行。请交由该区域的席位办理"_s,
                u"%1 lies in division %2, outside of your area (%3); nothing was done. Ask a desk "
                u"of that area"_s)
                .arg(rowName(), division, mine);
        return line + (text(u"table"_s) == "incident"_L1
                           ? say(u"；新接报可先不填行政区划登记。"_s,
                                 u"; a new report can be entered without a division."_s)
                           : say(u"。"_s, u"."_s));
    }

    QJsonObject m_facts;
    Language m_language;
    const items::TableCache &m_cache;
};

Words errorWords(Errc code)
{
    switch (code) {
    case Errc::InvalidArgument:
        return {u"内容不能使用，未执行。请更正后重试。"_s,
                u"That can not be used; nothing was done. Correct it and try again."_s};
    case Errc::NotFound:
        return {u"要找的内容不存在，可能已被处理。请刷新后重试。"_s,
                u"It is no longer there, perhaps already dealt with. Look again."_s};
    case Errc::AlreadyExists:
        return {u"已经有了，没有覆盖。请换一个名称。"_s,
                u"It is there already and was not overwritten. Choose another name."_s};
    case Errc::Refused:
        return {u"规则不允许，未执行。"_s, u"The rules do not allow it; nothing was done."_s};
    case Errc::FileMissing:
        return {u"找不到文件。请检查路径。"_s, u"There is no such file. Check the path."_s};
    case Errc::FileUnreadable:
        return {u"文件不能读取。请检查权限和磁盘。"_s,
                u"The file can not be read. Check permissions and the disk."_s};
    case Errc::FileUnwritable:
        return {
            u"不能写入：文件或文件夹为只读或没有权限，未保存。请更换位置或开放写权限。"_s,
            u"It can not be written: the file or folder is read-only. Nothing was saved; choose another place or allow writing."_s};
    case Errc::FileMalformed:
        return {u"文件内容不是所需格式，未使用。请检查文件。"_s,
                u"The file is not of the expected form and was not used. Check it."_s};
    case Errc::DiskFull:
        return {
            u"磁盘已满，这一步没有保存；先前的记录都在。请腾出空间后重试。"_s,
            u"The disk is full and this step was not saved; all before it is safe. Free some space and try again."_s};
    case Errc::SchemaTooNew:
        return {
            u"数据由更新版本的避风写入，本版本不打开它。请升级。"_s,
            u"The data was written by a newer Leeward and is left untouched. Update this one."_s};
    case Errc::CacheInUse:
        return {u"数据正被另一个控制台使用。请先关闭它，或以只读方式打开。"_s,
                u"Another console holds the data. Close it, or open read-only."_s};
    case Errc::Corrupt:
        return {
            u"数据已损坏，已停止写入以免扩大。请保留文件并从备份恢复。"_s,
            u"The data is damaged; writing has stopped so that it gets no worse. Keep the file and restore from a backup."_s};
    case Errc::Unsupported: return {u"现在不能这样做。"_s, u"That is not possible now."_s};
    case Errc::Cancelled:
        return {u"已按要求停止，未改动。"_s, u"Stopped as asked; nothing was changed."_s};
    case Errc::Network:
        return {u"对方没有应答。操作已留在本台，恢复后自动送出。"_s,
                u"The other side does not answer. Work stays here and is sent when it is back."_s};
    case Errc::Internal:
        return {
            u"程序内部错误，未执行。请重试，并把日志交给管理员。"_s,
            u"An internal error; nothing was done. Try again, and give the log to the administrator."_s};
    }
    return {};
}

Words closedWords(desk::Closed why)
{
    switch (why) {
    case desk::Closed::SignedOut:
        return {u"未执行：本席位没有人登录。请登录后重做；已在队列中的操作不受影响。"_s,
                u"Nothing was done: nobody is signed in at this desk. Sign in and do it again; "
                "what waits in the queue is untouched."_s};
    case desk::Closed::GraceOver:
        return {u"未执行：与中心服务器断开的时间已超过离线期限，本席位现在只能查看。连上服务器并登"
                "录后即可继续；队列保留。"_s,
                u"Nothing was done: this desk has been without its server for longer than it may, "
                "so it can only look. Reach the server and sign in to go on; the queue is kept."_s};
    case desk::Closed::TooOld:
        return {
            u"未执行：服务器要求更新的版本，本程序现在只能查看。请升级避风；队列保留，可以导出。"_s,
            u"Nothing was done: the server wants a newer Leeward, so this one can only look. "
            "Update it; the queue is kept and can be exported."_s};
    }
    return {};
}

} // namespace

QString refusalText(const desk::Failure &failure, Language language, const items::TableCache &cache)
{
    if (const auto *refusal = std::get_if<Refusal>(&failure))
        return refusalText(*refusal, language, cache);
    if (const auto *closed = std::get_if<desk::Closed>(&failure))
        return closedWords(*closed).in(language);
    return errorText(std::get<Error>(failure), language);
}

QString refusalText(const Refusal &refusal, Language language, const items::TableCache &cache)
{
    return Teller(refusal, language, cache).tell(refusal.reason);
}

QString errorText(const Error &error, Language language)
{
    return errorWords(error.code).in(language);
}

QString shortTime(Instant at, Instant now)
{
    const QDateTime local = toUtcDateTime(at + chinaOffset);
    const QDateTime today = toUtcDateTime(now + chinaOffset);
    if (local.date() == today.date())
        return local.toString(u"HH:mm"_s);
    return local.toString(local.date().year() == today.date().year() ? u"MM-dd HH:mm"_s
                                                                     : u"yyyy-MM-dd HH:mm"_s);
}

} // namespace leeward::widgets
