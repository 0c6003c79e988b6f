#include "models/domain/registers.h"

namespace leeward {

using namespace Qt::StringLiterals;

const RegisterSpec &depotRegister()
{
    static const RegisterSpec spec = {
        .key = u"depot"_s,
        .one = {u"物资库"_s, u"Depot"_s},
        .many = {u"应急物资储备库"_s, u"Supply depots"_s},
        .fields = {
            fields::code(),
            fields::name(),
            fields::level(),
            {.name = u"owner"_s,
             .label = {u"权属单位"_s, u"Owner"_s},
             .headers = {u"所属单位"_s, u"主管单位"_s},
             .inList = true,
             .searchable = true,
             .maxLength = 120},
            {.name = u"kind"_s,
             .type = FieldType::Choice,
             .label = {u"类型"_s, u"Kind"_s},
             .headers = {u"储备类型"_s, u"type"_s},
             .choices = {{u"government"_s, {u"政府储备"_s, u"government"_s}, {}},
                         {u"agreement"_s, {u"协议代储"_s, u"by agreement"_s}, {u"社会代储"_s}},
                         {u"shared"_s, {u"共享装备库"_s, u"shared equipment"_s}, {}}},
             .inList = true},
            fields::longitude(),
            fields::latitude(),
            {.name = u"elevation_m"_s,
             .type = FieldType::Real,
             .label = {u"高程"_s, u"Elevation"_s},
             .headers = {u"海拔"_s},
             .unit = u"m"_s,
             .least = -500,
             .most = 9000},
            fields::divisionCode(),
            fields::address(),
            {.name = u"keeper"_s,
             .label = {u"保管员"_s, u"Keeper"_s},
             .headers = {u"负责人"_s, u"联系人"_s, u"仓管员"_s},
             .searchable = true,
             .maxLength = 60},
            fields::phone(u"phone"_s, {u"电话"_s, u"Phone"_s}, {u"联系电话"_s, u"值班电话"_s}),
            {.name = u"access_24h"_s,
             .type = FieldType::Boolean,
             .label = {u"24小时出库"_s, u"24 h access"_s},
             .inList = true},
            {.name = u"truck_limit_t"_s,
             .type = FieldType::Real,
             .label = {u"车辆限重"_s, u"Truck limit"_s},
             .unit = u"t"_s,
             .least = 0,
             .most = 200},
            {.name = u"area_m2"_s,
             .type = FieldType::Real,
             .label = {u"面积"_s, u"Area"_s},
             .headers = {u"库房面积"_s},
             .unit = u"m²"_s,
             .least = 0},
            fields::note(),
        }};
    return spec;
}

} // namespace leeward
