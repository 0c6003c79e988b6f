#include "widgets/panels/conflict_text.h"

#include "models/items/clock_text.h"
#include "widgets/panels/operation_text.h"

#include <algorithm>

namespace leeward::widgets {

using namespace Qt::StringLiterals;

namespace {

QString say(Language language, const QString &chinese, const QString &english)
{
    return language == Language::Chinese ? chinese : english;
}

QString fieldsRule(const desk::Waiting &waiting, Language language)
{
    const bool all = std::ranges::all_of(waiting.fields, &desk::WaitingField::clash);
    QString text =
        say(language, u"规则：同一字段由两个席位改为不同的值时，先入日志的为准，后到的由人决定。"_s,
            u"Rule: where two desks set one field to different values, the one the journal took "
            u"first stands, and a person decides on the other."_s);
    if (!all)
        text +=
            say(language, u"未被对方改动的字段不冲突，随决定一并保存。"_s,
                u" Fields that the other has not touched are no quarrel and are saved along."_s);
    if (waiting.table == "stock"_L1)
        text += say(language, u"库存数量不合并、不相加：请核对实物后填写实数。"_s,
                    u" Quantities are neither merged nor added: count, and write what is there."_s);
    return text;
}

} // namespace

QString beatenBriefly(const desk::Waiting &waiting, Language language,
                      const items::TableCache &cache)
{
    if (!waiting.beatenBy)
        return {};
    const Operation &by = waiting.beatenBy->operation;
    const Instant at = waiting.beatenBy->acceptedAt.value_or(by.recordedAt);
    return say(language, u"%1（%2）%3"_s, u"%1 (%2) %3"_s)
        .arg(by.author, by.desk, items::clockText(at, cache.now()));
}

QString beatenText(const desk::Waiting &waiting, Language language, const items::TableCache &cache)
{
    if (!waiting.beatenBy)
        return {};
    return say(language, u"先入日志的是第%1条：%2　%3"_s,
               u"The journal took entry %1 first: %2 · %3"_s)
        .arg(waiting.beatenBy->seq)
        .arg(beatenBriefly(waiting, language, cache),
             operationText(waiting.beatenBy->operation, language, cache));
}

QString unansweredText(Language language)
{
    return say(
        language,
        u"服务器的答复还没有取全，本条也许已被收下：请等与服务器连通、答复取全后再作废或改写，"
        "以免同一指令下达两次。"_s,
        u"The server's answer is not complete yet, and it may have taken this: withdraw or "
        u"change it once the server has been reached and all has come, or the same order "
        u"might be given twice."_s);
}

QString ruleText(const desk::Waiting &waiting, Language language)
{
    if (!waiting.line.refusal)
        return {};
    switch (waiting.line.refusal->reason) {
    case RefusalReason::FieldConflict: return fieldsRule(waiting, language);
    case RefusalReason::TeamBusy:
        return say(
            language,
            u"规则：一支队伍同时只执行一项任务，指令先入日志的席位为准；状态不合并。"
            "可另派队伍，或作废本条。"_s,
            u"Rule: a team has one task at a time, and the desk whose order the journal took "
            u"first has it; states are never merged. Send another team, or withdraw this."_s);
    case RefusalReason::TeamUnavailable:
    case RefusalReason::TeamOffDuty:
    case RefusalReason::TeamRetired:
        return say(language, u"规则：能否出动以日志中的登记为准。可另派队伍，或待恢复后再试。"_s,
                   u"Rule: whether a team can go is what the journal says. Send another, or try "
                   u"again when it can."_s);
    case RefusalReason::IllegalTransition:
    case RefusalReason::TimeNotMonotone:
    case RefusalReason::NotRetractable:
    case RefusalReason::NothingToChange:
    case RefusalReason::TimerStale:
        return say(language,
                   u"规则：任务和事件的状态只按步骤推进，先入日志的一步为准；状态不合并。"
                   "请看现状，如仍需要再试，否则作废本条。"_s,
                   u"Rule: states of tasks and incidents move by their steps alone, and the step "
                   u"the journal took first stands; they are never merged. Look at how it is now: "
                   u"try again if it is still wanted, or withdraw this."_s);
    case RefusalReason::IncidentNotOpen:
    case RefusalReason::OpenAssignments:
        return say(language,
                   u"规则：已结束的事件不再派队，有未结任务的事件不能结束，先入日志的为准。"_s,
                   u"Rule: no team goes to an incident that has ended, and none ends over open "
                   u"tasks; what the journal took first stands."_s);
    case RefusalReason::AlreadyExists:
        return say(language, u"规则：编号只归先入日志的记录。请改用其他编号，或修改已有的记录。"_s,
                   u"Rule: a code belongs to the record the journal took first. Use another code, "
                   u"or edit that record."_s);
    case RefusalReason::Retired:
    case RefusalReason::StillReferenced:
        return say(language, u"规则：停用的记录不能修改或引用，被使用的记录不能停用。"_s,
                   u"Rule: what is out of use is neither edited nor referred to, and what is used "
                   u"is not taken out of use."_s);
    case RefusalReason::UnknownOperation:
    case RefusalReason::BadArguments:
    case RefusalReason::NotFound:
    case RefusalReason::ReasonNeeded:
    case RefusalReason::FieldInvalid:
    case RefusalReason::NotYours:
    case RefusalReason::NotPermitted:
    case RefusalReason::OutsideArea:
    case RefusalReason::RecoveryOver: return {};
    }
    return {};
}

} // namespace leeward::widgets
