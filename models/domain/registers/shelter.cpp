#include "models/domain/registers.h"

namespace leeward {

using namespace Qt::StringLiterals;

namespace {

FieldSpec people(QString name, Words label, QStringList headers, bool inList)
{
    return {.name = std::move(name),
            .type = FieldType::Integer,
            .label = std::move(label),
            .headers = std::move(headers),
            .unit = u"人"_s,
            .inList = inList,
            .least = 0,
            .most = 1000000};
}

} // namespace

// Classes and durations: GB/T 44013-2024; the older classes Ⅰ-Ⅳ are kept beside them because cities
// still report them.
const RegisterSpec &shelterRegister()
{
    static const RegisterSpec spec = {
        .key = u"shelter"_s,
        .one = {u"避难场所"_s, u"Shelter"_s},
        .many = {u"应急避难场所"_s, u"Shelters"_s},
        .fields = {
            fields::code(),
            fields::name(),
            {.name = u"state"_s,
             .type = FieldType::Choice,
             .label = {u"状态"_s, u"State"_s},
             .headers = {u"开放状态"_s, u"status"_s},
             .choices = {{u"standby"_s, {u"待用"_s, u"stand-by"_s}, {u"准备"_s, u"关闭待用"_s}},
                         {u"opening"_s, {u"开启中"_s, u"opening"_s}, {}},
                         {u"open"_s, {u"开放"_s, u"open"_s}, {}},
                         {u"near_full"_s, {u"将满"_s, u"nearly full"_s}, {u"限流"_s}},
                         {u"full"_s, {u"已满"_s, u"full"_s}, {}},
                         {u"closing"_s, {u"关闭中"_s, u"closing"_s}, {}},
                         {u"closed"_s, {u"已关闭"_s, u"closed"_s}, {u"关闭"_s}},
                         {u"damaged"_s, {u"受损"_s, u"damaged"_s}, {}}},
             .inList = true},
            {.name = u"old_class"_s,
             .type = FieldType::Choice,
             .label = {u"类别"_s, u"Class"_s},
             .headers = {u"避难场所类别"_s, u"class"_s},
             .choices = {{u"1"_s, {u"Ⅰ类"_s, u"class I"_s}, {u"I类"_s, u"一类"_s}},
                         {u"2"_s, {u"Ⅱ类"_s, u"class II"_s}, {u"II类"_s, u"二类"_s}},
                         {u"3"_s, {u"Ⅲ类"_s, u"class III"_s}, {u"III类"_s, u"三类"_s}},
                         {u"4"_s, {u"Ⅳ类"_s, u"class IV"_s}, {u"IV类"_s, u"四类"_s}}},
             .inList = true},
            {.name = u"duration"_s,
             .type = FieldType::Choice,
             .label = {u"避难时长"_s, u"Duration"_s},
             .choices = {{u"emergency"_s, {u"紧急"_s, u"up to 24 h"_s}, {u"紧急避难"_s}},
                         {u"short"_s, {u"短期"_s, u"up to 15 d"_s}, {u"短期避难"_s}},
                         {u"long"_s, {u"长期"_s, u"over 15 d"_s}, {u"长期避难"_s}}}},
            fields::level(),
            {.name = u"space"_s,
             .type = FieldType::Choice,
             .label = {u"空间类型"_s, u"Space"_s},
             .choices = {{u"indoor"_s, {u"室内"_s, u"indoor"_s}, {}},
                         {u"outdoor"_s, {u"室外"_s, u"outdoor"_s}, {}},
                         {u"both"_s, {u"室内外"_s, u"both"_s}, {}}}},
            people(u"capacity"_s, {u"可容纳人数"_s, u"Capacity"_s},
                   {u"容量"_s, u"可容纳避难人数"_s}, true),
            people(u"present"_s, {u"在场人数"_s, u"Present"_s}, {u"已安置人数"_s, u"occupancy"_s},
                   true),
            people(u"inbound"_s, {u"在途人数"_s, u"Inbound"_s}, {}, false),
            people(u"reserved"_s, {u"预留人数"_s, u"Reserved"_s}, {}, false),
            {.name = u"flood_safe"_s,
             .type = FieldType::Boolean,
             .label = {u"防汛安全"_s, u"Flood-safe"_s},
             .headers = {u"是否防汛安全"_s},
             .inList = true},
            {.name = u"hazards"_s,
             .type = FieldType::ChoiceList,
             .label = {u"适用灾种"_s, u"Suited to"_s},
             .choices = {{u"flood"_s, {u"洪涝"_s, u"flood"_s}, {}},
                         {u"typhoon"_s, {u"台风"_s, u"typhoon"_s}, {}},
                         {u"earthquake"_s, {u"地震"_s, u"earthquake"_s}, {}},
                         {u"other"_s, {u"其他"_s, u"other"_s}, {}}}},
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
            {.name = u"effective_area_m2"_s,
             .type = FieldType::Real,
             .label = {u"有效面积"_s, u"Effective area"_s},
             .headers = {u"有效避难面积"_s},
             .unit = u"m²"_s,
             .least = 0},
            {.name = u"barrier_free"_s,
             .type = FieldType::Boolean,
             .label = {u"无障碍"_s, u"Barrier-free"_s}},
            {.name = u"keys_holder"_s,
             .label = {u"钥匙保管人"_s, u"Keys held by"_s},
             .maxLength = 60},
            {.name = u"manager"_s,
             .label = {u"管理员"_s, u"Manager"_s},
             .headers = {u"负责人"_s, u"联系人"_s},
             .searchable = true,
             .maxLength = 60},
            fields::phone(u"phone"_s, {u"电话"_s, u"Phone"_s}, {u"联系电话"_s, u"值班电话"_s}),
            fields::note(),
        }};
    return spec;
}

} // namespace leeward
