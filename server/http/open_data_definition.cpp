#include "server/http/open_data_definition.h"

#include <QJsonArray>

#include <algorithm>
#include <array>

namespace leeward::server {

using namespace Qt::StringLiterals;

namespace {

// People and how to reach them, and texts in which they are named.
constexpr std::array personal = {"keeper"_L1,      "phone"_L1,      "leader"_L1,
                                 "duty_phone"_L1,  "manager"_L1,    "keys_holder"_L1,
                                 "note"_L1,        "caller"_L1,     "caller_phone"_L1,
                                 "description"_L1, "created_by"_L1, "changed_by"_L1};

bool isPersonal(const QString &name)
{
    return std::ranges::any_of(personal, [&name](QLatin1StringView one) { return one == name; });
}

OpenField plain(const char *name, FieldType type, const char *title)
{
    return {.name = QString::fromLatin1(name),
            .type = type,
            .isPersonal = isPersonal(QString::fromLatin1(name)),
            .title = QString::fromUtf8(title)};
}

OpenField instant(const char *name, const char *title)
{
    OpenField field = plain(name, FieldType::Text, title);
    field.isInstant = true;
    return field;
}

OpenCollection registerCollection(const QString &id, const RegisterSpec &spec)
{
    OpenCollection collection{.id = id,
                              .table = spec.key,
                              .title = spec.many.en + u" "_s + spec.many.zh,
                              .description = {},
                              .fields = {}};
    collection.description = u"The register of "_s + spec.many.en.toLower() + u"."_s;
    for (const FieldSpec &field : spec.fields) {
        if (field.name == "lon"_L1 || field.name == "lat"_L1)
            continue; // the geometry
        collection.fields.push_back({.name = field.name,
                                     .type = field.type,
                                     .isPersonal = isPersonal(field.name),
                                     .title = field.label.en + u" "_s + field.label.zh});
    }
    collection.fields.push_back(instant("changed_at", "Changed at 更改时间"));
    collection.fields.push_back(plain("changed_by", FieldType::Text, "Changed by 更改人"));
    return collection;
}

OpenCollection incidents()
{
    using enum FieldType;
    return {
        .id = u"incidents"_s,
        .table = u"incident"_s,
        .title = u"Incidents 突发事件"_s,
        .description = u"What has been reported, with its state. Its time is when it was "
                       "reported."_s,
        .hasTime = true,
        .fields = {
            plain("number", Integer, "Number 编号"), plain("state", Text, "State 状态"),
            instant("state_since", "State since 状态起始"), plain("type", Text, "Type 类型"),
            plain("title", Text, "Title 标题"), plain("level", Integer, "Level 级别"),
            plain("address", Text, "Address 地址"),
            plain("division_code", Text, "Division 行政区划"), plain("source", Text, "Source 来源"),
            instant("reported_at", "Reported at 报告时间"),
            plain("people_at_risk", Integer, "People at risk 受困人数"),
            plain("needs", Text, "Needs 需求"), plain("duplicate_of", Text, "Duplicate of 重复于"),
            plain("caller", Text, "Caller 报告人"),
            plain("caller_phone", Text, "Caller's phone 报告人电话"),
            plain("description", Text, "Description 描述"),
            plain("created_by", Text, "Entered by 录入人"),
            instant("changed_at", "Changed at 更改时间"),
            plain("changed_by", Text, "Changed by 更改人")}};
}

QJsonObject schemaOf(const OpenField &field)
{
    QJsonObject schema = {{u"title"_s, field.title}};
    if (field.isInstant) {
        schema.insert(u"type"_s, u"string"_s);
        schema.insert(u"format"_s, u"date-time"_s);
        return schema;
    }
    switch (field.type) {
    case FieldType::Integer: schema.insert(u"type"_s, u"integer"_s); break;
    case FieldType::Real: schema.insert(u"type"_s, u"number"_s); break;
    case FieldType::Boolean: schema.insert(u"type"_s, u"boolean"_s); break;
    case FieldType::Text:
    case FieldType::LongText:
    case FieldType::Date:
    case FieldType::Hours:
    case FieldType::Choice:
    case FieldType::ChoiceList:
    case FieldType::Reference: schema.insert(u"type"_s, u"string"_s); break;
    }
    return schema;
}

QJsonObject parameter(const QString &name, const QString &description, const QJsonObject &schema,
                      bool list = false)
{
    QJsonObject made = {{u"name"_s, name},
                        {u"in"_s, u"query"_s},
                        {u"required"_s, false},
                        {u"description"_s, description},
                        {u"schema"_s, schema}};
    if (list) {
        made.insert(u"style"_s, u"form"_s);
        made.insert(u"explode"_s, false);
    }
    return made;
}

QJsonObject answered(const QString &description, const QString &type, const QJsonObject &schema)
{
    return {{u"description"_s, description},
            {u"content"_s, QJsonObject{{type, QJsonObject{{u"schema"_s, schema}}}}}};
}

QJsonObject operation(const QString &id, const QString &summary, const QString &type,
                      const QJsonArray &parameters,
                      const QJsonObject &schema = {{u"type"_s, u"object"_s}})
{
    const QJsonObject refused = {{u"$ref"_s, u"#/components/responses/refused"_s}};
    QJsonObject get = {{u"operationId"_s, id},
                       {u"summary"_s, summary},
                       {u"responses"_s, QJsonObject{{u"200"_s, answered(summary, type, schema)},
                                                    {u"400"_s, refused},
                                                    {u"401"_s, refused},
                                                    {u"404"_s, refused},
                                                    {u"503"_s, refused}}}};
    if (!parameters.isEmpty())
        get.insert(u"parameters"_s, parameters);
    return {{u"get"_s, get}};
}

QJsonObject featureSchema(const OpenCollection &collection)
{
    QJsonObject properties;
    for (const OpenField &field : collection.fields)
        properties.insert(field.name, schemaOf(field));
    properties.insert(u"realm_mark"_s, QJsonObject{{u"type"_s, u"string"_s},
                                                   {u"title"_s, u"Mark of a drill 演练标记"_s}});
    return {{u"type"_s, u"object"_s},
            {u"required"_s, QJsonArray{u"type"_s, u"id"_s, u"geometry"_s, u"properties"_s}},
            {u"properties"_s,
             QJsonObject{{u"type"_s, QJsonObject{{u"type"_s, u"string"_s},
                                                 {u"enum"_s, QJsonArray{u"Feature"_s}}}},
                         {u"id"_s, QJsonObject{{u"type"_s, u"string"_s}, {u"format"_s, u"uuid"_s}}},
                         {u"geometry"_s,
                          QJsonObject{{u"$ref"_s, u"https://geojson.org/schema/Point.json"_s},
                                      {u"nullable"_s, true}}},
                         {u"properties"_s,
                          QJsonObject{{u"type"_s, u"object"_s}, {u"properties"_s, properties}}}}}};
}

QJsonArray itemParameters()
{
    const QJsonObject number = {{u"type"_s, u"number"_s}};
    return {
        parameter(u"limit"_s, u"Features of one page."_s,
                  {{u"type"_s, u"integer"_s},
                   {u"minimum"_s, 1},
                   {u"maximum"_s, mostFeatures},
                   {u"default"_s, usualFeatures}}),
        parameter(
            u"bbox"_s,
            u"West, south, east, north in degrees, CRS84; with heights six numbers. West "
            "beyond east crosses the date line."_s,
            {{u"type"_s, u"array"_s}, {u"items"_s, number}, {u"minItems"_s, 4}, {u"maxItems"_s, 6}},
            true),
        parameter(u"datetime"_s,
                  u"An instant or an interval, a/b, a/.. or ../b (RFC 3339); features without "
                  "a time are not held against it."_s,
                  {{u"type"_s, u"string"_s}}),
        parameter(u"after"_s, u"Of next links: the feature that the page before ended with."_s,
                  {{u"type"_s, u"string"_s}})};
}

} // namespace

std::span<const OpenCollection> openCollections()
{
    static const std::vector<OpenCollection> all = {
        registerCollection(u"teams"_s, teamRegister()),
        registerCollection(u"stations"_s, stationRegister()),
        registerCollection(u"shelters"_s, shelterRegister()),
        registerCollection(u"landing-points"_s, landingPointRegister()),
        registerCollection(u"depots"_s, depotRegister()),
        incidents(),
    };
    return all;
}

const OpenCollection *findOpenCollection(QStringView id)
{
    const auto all = openCollections();
    const auto found = std::ranges::find_if(all, [id](const auto &one) { return one.id == id; });
    return found == all.end() ? nullptr : &*found;
}

QJsonObject openDataDefinition(const QString &base, const QString &title)
{
    const QString json = u"application/json"_s;
    const QString geoJson = u"application/geo+json"_s;
    QJsonObject paths = {
        {u"/"_s, operation(u"landing"_s, u"Landing page"_s, json, {})},
        {u"/conformance"_s, operation(u"conformance"_s, u"Conformance classes"_s, json, {})},
        {u"/api"_s, operation(u"api"_s, u"This definition"_s,
                              u"application/vnd.oai.openapi+json;version=3.0"_s, {})},
        {u"/collections"_s, operation(u"collections"_s, u"Collections"_s, json, {})},
    };
    QJsonObject schemas;
    for (const OpenCollection &one : openCollections()) {
        const QString path = u"/collections/"_s + one.id;
        const QJsonObject feature = {{u"$ref"_s, QString(u"#/components/schemas/"_s + one.table)}};
        schemas.insert(one.table, featureSchema(one));
        paths.insert(path, operation(u"describe-"_s + one.id, one.title, json, {}));
        paths.insert(
            QString(path + u"/items"_s),
            operation(u"items-"_s + one.id, one.title, geoJson, itemParameters(),
                      {{u"type"_s, u"object"_s},
                       {u"properties"_s,
                        QJsonObject{{u"features"_s, QJsonObject{{u"type"_s, u"array"_s},
                                                                {u"items"_s, feature}}}}}}));
        QJsonObject id =
            parameter(u"featureId"_s, u"Id of the feature."_s, {{u"type"_s, u"string"_s}});
        id.insert(u"in"_s, u"path"_s);
        id.insert(u"required"_s, true);
        paths.insert(QString(path + u"/items/{featureId}"_s),
                     operation(u"item-"_s + one.id, one.title, geoJson, {id}, feature));
    }
    const QJsonObject basic = {{u"type"_s, u"http"_s}, {u"scheme"_s, u"basic"_s}};
    const QJsonObject bearer = {{u"type"_s, u"http"_s}, {u"scheme"_s, u"bearer"_s}};
    const QJsonObject refusal = {
        {u"type"_s, u"object"_s},
        {u"required"_s, QJsonArray{u"code"_s}},
        {u"properties"_s, QJsonObject{{u"code"_s, QJsonObject{{u"type"_s, u"string"_s}}},
                                      {u"description"_s, QJsonObject{{u"type"_s, u"string"_s}}}}}};
    return {{u"openapi"_s, u"3.0.3"_s},
            {u"info"_s, QJsonObject{{u"title"_s, title}, {u"version"_s, u"1"_s}}},
            {u"servers"_s, QJsonArray{QJsonObject{{u"url"_s, base}}}},
            {u"security"_s, QJsonArray{QJsonObject{{u"appKey"_s, QJsonArray()}},
                                       QJsonObject{{u"token"_s, QJsonArray()}}}},
            {u"paths"_s, paths},
            {u"components"_s,
             QJsonObject{
                 {u"schemas"_s, schemas},
                 {u"responses"_s,
                  QJsonObject{{u"refused"_s, answered(u"Why not, in words."_s, json, refusal)}}},
                 {u"securitySchemes"_s, QJsonObject{{u"appKey"_s, basic}, {u"token"_s, bearer}}}}}};
}

} // namespace leeward::server
