#include "models/domain/words.h"

#include "models/domain/incident.h"

#include <array>

namespace leeward {

using namespace Qt::StringLiterals;

const Words &words(IncidentState state)
{
    static const std::array<Words, incidentStateCount> all = {{{u"接报"_s, u"reported"_s},
                                                               {u"核实"_s, u"verified"_s},
                                                               {u"误报"_s, u"unfounded"_s},
                                                               {u"并案"_s, u"duplicate"_s},
                                                               {u"响应中"_s, u"responding"_s},
                                                               {u"受控"_s, u"stabilised"_s},
                                                               {u"应急终止"_s, u"terminated"_s},
                                                               {u"结案"_s, u"closed"_s},
                                                               {u"归档"_s, u"archived"_s},
                                                               {u"重启"_s, u"reopened"_s}}};
    return all[static_cast<size_t>(state)];
}

const Words &words(AssignmentState state)
{
    static const std::array<Words, assignmentStateCount> all = {
        {{u"拟派"_s, u"proposed"_s},
         {u"待审批"_s, u"awaiting approval"_s},
         {u"已下达"_s, u"ordered"_s},
         {u"已送达"_s, u"delivered"_s},
         {u"已接令"_s, u"acknowledged"_s},
         {u"集结"_s, u"mustering"_s},
         {u"出动"_s, u"en route"_s},
         {u"前置待命"_s, u"staged"_s},
         {u"到场"_s, u"on scene"_s},
         {u"作业中"_s, u"working"_s},
         {u"已装载"_s, u"loaded"_s},
         {u"转运途中"_s, u"to destination"_s},
         {u"到达目的地"_s, u"at destination"_s},
         {u"完成"_s, u"completed"_s},
         {u"返程"_s, u"returning"_s},
         {u"归建"_s, u"cleared"_s},
         {u"拒接"_s, u"declined"_s},
         {u"撤回"_s, u"recalled"_s},
         {u"取消"_s, u"cancelled"_s},
         {u"改派"_s, u"diverted"_s},
         {u"交接"_s, u"handed over"_s}}};
    return all[static_cast<size_t>(state)];
}

const Words &words(TaskType type)
{
    static const std::array<Words, taskTypeCount> all = {
        {{u"救援"_s, u"rescue"_s}, {u"转运"_s, u"transport"_s}, {u"前置备勤"_s, u"stand-by"_s}}};
    return all[static_cast<size_t>(type)];
}

const Words &words(AssignmentFlag flag)
{
    static const std::array<Words, 3> all = {
        {{u"超时"_s, u"overdue"_s}, {u"失联"_s, u"lost contact"_s}, {u"暂停"_s, u"suspended"_s}}};
    return all[static_cast<size_t>(flag)];
}

const Words &words(Availability availability)
{
    static const std::array<Words, 8> all = {{{u"待命"_s, u"available"_s},
                                              {u"已受令"_s, u"ordered"_s},
                                              {u"途中"_s, u"en route"_s},
                                              {u"前置待命"_s, u"staged"_s},
                                              {u"在场"_s, u"on scene"_s},
                                              {u"返程"_s, u"returning"_s},
                                              {u"休整"_s, u"off duty"_s},
                                              {u"不可用"_s, u"unavailable"_s}}};
    return all[static_cast<size_t>(availability)];
}

QString capabilityName(const QString &capability, Language language)
{
    const FieldSpec *field = teamRegister().field(u"capabilities");
    for (const Choice &choice : field->choices) {
        if (choice.value == capability)
            return choice.words.in(language);
    }
    return capability;
}

QString unitText(const QString &unit, Language language)
{
    struct Known
    {
        QString unit;
        Words words;
    };
    static const std::array<Known, 6> all = {{{u"min"_s, {u"分"_s, u"min"_s}},
                                              {u"人"_s, {u"人"_s, u"people"_s}},
                                              {u"辆"_s, {u"辆"_s, u"vehicles"_s}},
                                              {u"m"_s, {u"米"_s, u"m"_s}},
                                              {u"m²"_s, {u"平方米"_s, u"m²"_s}},
                                              {u"t"_s, {u"吨"_s, u"t"_s}}}};
    for (const Known &known : all) {
        if (known.unit == unit)
            return known.words.in(language);
    }
    return unit; // degrees, and what a register of tomorrow brings
}

QString needsText(const QString &needs, Language language)
{
    QStringList parts;
    for (const Need &need : parseNeeds(needs))
        parts += capabilityName(need.capability, language) + u' ' + QString::number(need.number);
    return parts.join(language == Language::Chinese ? u"、"_s : u", "_s);
}

} // namespace leeward
