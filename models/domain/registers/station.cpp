#include "models/domain/registers.h"

namespace leeward {

using namespace Qt::StringLiterals;

const RegisterSpec &stationRegister()
{
    static const RegisterSpec spec = {
        .key = u"station"_s,
        .one = {u"救援站"_s, u"Station"_s},
        .many = {u"基层救援站"_s, u"Stations"_s},
        .fields = {
            fields::code(),
            fields::name(),
            fields::level(),
            {.name = u"kind"_s,
             .type = FieldType::Choice,
             .label = {u"类型"_s, u"Kind"_s},
             .headers = {u"站点类型"_s, u"type"_s},
             .choices = {{u"rescue"_s, {u"应急救援站"_s, u"rescue station"_s}, {u"救援站"_s}},
                         {u"fire"_s, {u"消防站"_s, u"fire station"_s}, {}},
                         {u"service"_s, {u"应急服务站"_s, u"service post"_s}, {u"服务站"_s}},
                         {u"medical"_s, {u"急救站"_s, u"ambulance station"_s}, {}}},
             .inList = true},
            fields::longitude(),
            fields::latitude(),
            fields::divisionCode(),
            fields::address(),
            {.name = u"keeper"_s,
             .label = {u"站长"_s, u"Head"_s},
             .headers = {u"负责人"_s, u"联系人"_s},
             .searchable = true,
             .maxLength = 60},
            fields::phone(u"phone"_s, {u"值班电话"_s, u"Phone"_s}, {u"电话"_s, u"联系电话"_s}),
            fields::note(),
        }};
    return spec;
}

} // namespace leeward
