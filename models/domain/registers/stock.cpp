#include "models/domain/registers.h"

namespace leeward {

using namespace Qt::StringLiterals;

namespace {

FieldSpec quantity(QString name, Words label, QStringList headers, bool inList)
{
    return {.name = std::move(name),
            .type = FieldType::Integer,
            .label = std::move(label),
            .headers = std::move(headers),
            .inList = inList,
            .least = 0,
            .most = 1e9};
}

} // namespace

// Item codes: GB/T 38565-2020, seven digits in four layers; kept as text because each city imports
// its own dictionary.
const RegisterSpec &stockRegister()
{
    static const RegisterSpec spec = {
        .key = u"stock"_s,
        .one = {u"库存"_s, u"Stock item"_s},
        .many = {u"物资库存"_s, u"Stock"_s},
        .hasPlace = false,
        .fields = {
            fields::code(),
            fields::name(),
            {.name = u"depot"_s,
             .type = FieldType::Reference,
             .label = {u"物资库"_s, u"Depot"_s},
             .headers = {u"物资库编号"_s, u"仓库"_s, u"depot_code"_s},
             .refersTo = u"depot"_s,
             .required = true,
             .inList = true},
            {.name = u"category"_s,
             .label = {u"大类"_s, u"Category"_s},
             .headers = {u"类别"_s, u"物资大类"_s},
             .inList = true,
             .searchable = true,
             .maxLength = 60},
            {.name = u"item_code"_s,
             .label = {u"物资编码"_s, u"Item code"_s},
             .headers = {u"物资代码"_s},
             .searchable = true,
             .maxLength = 20},
            {.name = u"model"_s,
             .label = {u"规格型号"_s, u"Specification"_s},
             .headers = {u"规格"_s, u"型号"_s, u"spec"_s},
             .maxLength = 120},
            {.name = u"unit"_s,
             .label = {u"单位"_s, u"Unit"_s},
             .headers = {u"计量单位"_s},
             .inList = true,
             .maxLength = 20},
            quantity(u"on_hand"_s, {u"现存"_s, u"On hand"_s},
                     {u"数量"_s, u"库存数量"_s, u"quantity"_s, u"qty"_s}, true),
            quantity(u"reserved"_s, {u"预占"_s, u"Reserved"_s}, {}, true),
            quantity(u"in_transit"_s, {u"在途"_s, u"In transit"_s}, {}, true),
            quantity(u"min_level"_s, {u"最低库存"_s, u"Minimum"_s}, {u"下限"_s}, false),
            {.name = u"batch"_s,
             .label = {u"批次"_s, u"Batch"_s},
             .headers = {u"批号"_s},
             .maxLength = 60},
            {.name = u"made"_s, .type = FieldType::Date, .label = {u"生产日期"_s, u"Made"_s}},
            {.name = u"expires"_s,
             .type = FieldType::Date,
             .label = {u"有效期至"_s, u"Expires"_s},
             .headers = {u"到期日期"_s, u"过期日期"_s},
             .inList = true},
            fields::note(),
        }};
    return spec;
}

} // namespace leeward
