#include "models/domain/registers.h"

namespace leeward {

using namespace Qt::StringLiterals;

namespace {

FieldSpec metres(QString name, Words label, QStringList headers, double most)
{
    return {.name = std::move(name),
            .type = FieldType::Real,
            .label = std::move(label),
            .headers = std::move(headers),
            .unit = u"m"_s,
            .least = 0,
            .most = most};
}

} // namespace

const RegisterSpec &landingPointRegister()
{
    static const RegisterSpec spec = {
        .key = u"landing_point"_s,
        .one = {u"起降点"_s, u"Landing point"_s},
        .many = {u"直升机起降点"_s, u"Landing points"_s},
        .fields = {
            fields::code(),
            fields::name(),
            {.name = u"kind"_s,
             .type = FieldType::Choice,
             .label = {u"类型"_s, u"Kind"_s},
             .headers = {u"起降点类型"_s, u"type"_s},
             .choices = {{u"surface"_s, {u"表面"_s, u"surface"_s}, {u"地面"_s}},
                         {u"elevated"_s, {u"高架"_s, u"elevated"_s}, {u"楼顶"_s}},
                         {u"water"_s, {u"水上"_s, u"on water"_s}, {}},
                         {u"temporary"_s, {u"临时"_s, u"temporary"_s}, {u"临时起降点"_s}}},
             .inList = true},
            {.name = u"build_state"_s,
             .type = FieldType::Choice,
             .label = {u"建设状态"_s, u"Build state"_s},
             .headers = {u"建设进度"_s},
             .choices = {{u"planned"_s, {u"规划"_s, u"planned"_s}, {}},
                         {u"building"_s, {u"在建"_s, u"being built"_s}, {}},
                         {u"built"_s, {u"建成"_s, u"built"_s}, {}},
                         {u"usable"_s, {u"可用"_s, u"usable"_s}, {}},
                         {u"closed"_s, {u"停用"_s, u"closed"_s}, {}}},
             .inList = true},
            {.name = u"due_date"_s,
             .type = FieldType::Date,
             .label = {u"计划完成"_s, u"Due"_s},
             .headers = {u"完成期限"_s}},
            {.name = u"usable"_s,
             .type = FieldType::Boolean,
             .label = {u"当前可用"_s, u"Usable now"_s},
             .headers = {u"是否可用"_s},
             .inList = true},
            {.name = u"unusable_reason"_s,
             .label = {u"不可用原因"_s, u"Why not"_s},
             .maxLength = 200},
            fields::longitude(),
            fields::latitude(),
            metres(u"elevation_m"_s, {u"高程"_s, u"Elevation"_s}, {u"海拔"_s}, 9000),
            metres(u"pad_length_m"_s, {u"坪长"_s, u"Pad length"_s}, {u"起降坪长"_s, u"直径"_s}, 1000),
            metres(u"pad_width_m"_s, {u"坪宽"_s, u"Pad width"_s}, {u"起降坪宽"_s}, 1000),
            metres(u"safety_area_m"_s, {u"安全区直径"_s, u"Safety area"_s}, {u"安全区"_s}, 2000),
            {.name = u"slope_deg"_s,
             .type = FieldType::Real,
             .label = {u"坡度"_s, u"Slope"_s},
             .unit = u"°"_s,
             .least = 0,
             .most = 45},
            {.name = u"surface"_s,
             .type = FieldType::Choice,
             .label = {u"道面"_s, u"Surface"_s},
             .headers = {u"地面类型"_s},
             .choices = {{u"concrete"_s, {u"混凝土"_s, u"concrete"_s}, {u"水泥"_s}},
                         {u"asphalt"_s, {u"沥青"_s, u"asphalt"_s}, {}},
                         {u"earth"_s, {u"夯土"_s, u"rammed earth"_s}, {}},
                         {u"grass"_s, {u"草地"_s, u"grass"_s}, {}},
                         {u"sports_field"_s, {u"操场"_s, u"sports field"_s}, {}}},
             .inList = true},
            {.name = u"max_mass_t"_s,
             .type = FieldType::Real,
             .label = {u"承重"_s, u"Bears"_s},
             .headers = {u"最大承重"_s},
             .unit = u"t"_s,
             .least = 0,
             .most = 200},
            metres(u"max_d_m"_s, {u"最大D值"_s, u"Largest D-value"_s}, {u"D值"_s}, 100),
            {.name = u"lights"_s,
             .type = FieldType::Boolean,
             .label = {u"夜航灯光"_s, u"Lights"_s},
             .headers = {u"灯光"_s, u"夜航"_s},
             .inList = true},
            {.name = u"approach"_s,
             .label = {u"进近方向"_s, u"Approach bearings"_s},
             .maxLength = 80},
            {.name = u"obstacles"_s,
             .type = FieldType::LongText,
             .label = {u"障碍物"_s, u"Obstacles"_s},
             .maxLength = 1000},
            {.name = u"fuel"_s,
             .label = {u"油料"_s, u"Fuel"_s},
             .maxLength = 80},
            {.name = u"last_survey"_s,
             .type = FieldType::Date,
             .label = {u"最近勘察"_s, u"Last survey"_s},
             .headers = {u"检查日期"_s}},
            {.name = u"manager"_s,
             .label = {u"管理员"_s, u"Manager"_s},
             .headers = {u"负责人"_s, u"联系人"_s},
             .searchable = true,
             .maxLength = 60},
            fields::phone(u"phone"_s, {u"电话"_s, u"Phone"_s}, {u"联系电话"_s}),
            fields::divisionCode(),
            fields::address(),
            fields::note(),
        }};
    return spec;
}

} // namespace leeward
