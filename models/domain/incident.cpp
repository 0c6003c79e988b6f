#include "models/domain/incident.h"

namespace leeward {

using namespace Qt::StringLiterals;

std::vector<Need> parseNeeds(const QString &text)
{
    std::vector<Need> needs;
    for (const QString &part : text.split(u',', Qt::SkipEmptyParts)) {
        const QString capability = part.section(u':', 0, 0).trimmed();
        bool ok = true;
        const QString count = part.section(u':', 1).trimmed();
        const int number = count.isEmpty() ? 1 : count.toInt(&ok);
        if (ok && number > 0 && number < 1000 && !capability.isEmpty())
            needs.push_back({capability, number});
    }
    return needs;
}

QString formatNeeds(const std::vector<Need> &needs)
{
    QStringList parts;
    for (const Need &need : needs)
        parts += need.capability + u':' + QString::number(need.number);
    return parts.join(u',');
}

const std::vector<IncidentType> &incidentTypes()
{
    static const std::vector<IncidentType> types = {
        {u"flood"_s,
         {u"洪涝"_s, u"Flood"_s},
         u"natural"_s,
         {{u"water_rescue"_s, 1}, {u"pumping"_s, 1}}},
        {u"waterlogging"_s, {u"内涝积水"_s, u"Waterlogging"_s}, u"natural"_s, {{u"pumping"_s, 2}}},
        {u"dike"_s, {u"堤防险情"_s, u"Dike in danger"_s}, u"natural"_s, {{u"dike"_s, 2}}},
        {u"typhoon"_s,
         {u"台风灾害"_s, u"Typhoon damage"_s},
         u"natural"_s,
         {{u"search"_s, 1}, {u"road_clearing"_s, 1}}},
        {u"landslide"_s,
         {u"滑坡泥石流"_s, u"Landslide"_s},
         u"natural"_s,
         {{u"search"_s, 2}, {u"road_clearing"_s, 1}, {u"medical"_s, 1}}},
        {u"earthquake"_s,
         {u"地震"_s, u"Earthquake"_s},
         u"natural"_s,
         {{u"collapse"_s, 3}, {u"medical"_s, 2}}},
        {u"forest_fire"_s,
         {u"森林火灾"_s, u"Forest fire"_s},
         u"natural"_s,
         {{u"firefighting"_s, 3}}},
        {u"fire"_s,
         {u"火灾"_s, u"Fire"_s},
         u"accident"_s,
         {{u"firefighting"_s, 2}, {u"medical"_s, 1}}},
        {u"traffic"_s,
         {u"交通事故"_s, u"Traffic accident"_s},
         u"accident"_s,
         {{u"collapse"_s, 1}, {u"medical"_s, 1}}},
        {u"collapse"_s,
         {u"坍塌"_s, u"Structural collapse"_s},
         u"accident"_s,
         {{u"collapse"_s, 2}, {u"medical"_s, 1}}},
        {u"hazmat"_s,
         {u"危化品事故"_s, u"Hazardous materials"_s},
         u"accident"_s,
         {{u"hazmat"_s, 2}, {u"medical"_s, 1}}},
        {u"vessel"_s,
         {u"水上遇险"_s, u"Vessel in distress"_s},
         u"accident"_s,
         {{u"water_rescue"_s, 2}}},
        {u"trapped"_s,
         {u"人员被困"_s, u"People trapped"_s},
         u"accident"_s,
         {{u"search"_s, 1}, {u"medical"_s, 1}}},
        {u"outage"_s,
         {u"停电断网"_s, u"Power or network outage"_s},
         u"accident"_s,
         {{u"power"_s, 1}}},
        {u"health"_s, {u"公共卫生"_s, u"Public health"_s}, u"health"_s, {{u"medical"_s, 2}}},
        {u"security"_s,
         {u"社会安全"_s, u"Public security"_s},
         u"security"_s,
         {{u"evacuation"_s, 1}}},
        {u"other"_s, {u"其他"_s, u"Other"_s}, u"accident"_s, {{u"search"_s, 1}}},
    };
    return types;
}

const IncidentType *findIncidentType(QStringView code)
{
    for (const IncidentType &type : incidentTypes()) {
        if (type.code == code)
            return &type;
    }
    return nullptr;
}

FieldValues toValues(const Incident &incident)
{
    FieldValues values = {
        {u"id"_s, incident.id.text()},
        {u"number"_s, incident.number},
        {u"state"_s, stateName(incident.state)},
        {u"type"_s, incident.type},
        {u"title"_s, incident.title},
        {u"level"_s, incident.level},
        {u"address"_s, incident.address},
        {u"source"_s, incident.source},
        {u"caller"_s, incident.caller},
        {u"caller_phone"_s, incident.callerPhone},
        {u"people_at_risk"_s, incident.peopleAtRisk},
        {u"description"_s, incident.description},
        {u"needs"_s, formatNeeds(incident.needs)},
        {u"reported_at"_s, toMs(incident.reportedAt)},
        {u"state_since"_s, toMs(incident.stateSince)},
        {u"duplicate_of"_s, incident.duplicateOf},
        {u"reopened"_s, incident.reopened},
        {u"close_timer"_s, incident.closeTimer},
        {u"created_by"_s, incident.createdBy},
        {u"created_desk"_s, incident.createdDesk},
    };
    values[u"division_code"_s] =
        incident.divisionCode.isEmpty() ? QVariant() : QVariant(incident.divisionCode);
    values[u"lon"_s] = incident.place ? QVariant(incident.place->lon) : QVariant();
    values[u"lat"_s] = incident.place ? QVariant(incident.place->lat) : QVariant();
    values[u"close_timer_due"_s] =
        incident.closeTimerDue ? QVariant(toMs(*incident.closeTimerDue)) : QVariant();
    return values;
}

Incident incidentFrom(const FieldValues &values)
{
    const auto text = [&](const QString &name) { return values.value(name).toString(); };
    Incident incident;
    incident.id = IncidentId::fromText(text(u"id"_s));
    incident.number = values.value(u"number"_s).toInt();
    incident.state = incidentStateFrom(text(u"state"_s)).value_or(IncidentState::Reported);
    incident.type = text(u"type"_s);
    incident.title = text(u"title"_s);
    incident.level = values.value(u"level"_s).toInt();
    if (!values.value(u"lon"_s).isNull() && !values.value(u"lat"_s).isNull())
        incident.place =
            LonLat{values.value(u"lon"_s).toDouble(), values.value(u"lat"_s).toDouble()};
    incident.address = text(u"address"_s);
    incident.source = text(u"source"_s);
    incident.caller = text(u"caller"_s);
    incident.callerPhone = text(u"caller_phone"_s);
    incident.peopleAtRisk = values.value(u"people_at_risk"_s).toInt();
    incident.description = text(u"description"_s);
    incident.needs = parseNeeds(text(u"needs"_s));
    incident.reportedAt = instantFromMs(values.value(u"reported_at"_s).toLongLong());
    incident.stateSince = instantFromMs(values.value(u"state_since"_s).toLongLong());
    incident.duplicateOf = text(u"duplicate_of"_s);
    incident.reopened = values.value(u"reopened"_s).toInt();
    incident.closeTimer = text(u"close_timer"_s);
    if (const QVariant due = values.value(u"close_timer_due"_s); !due.isNull())
        incident.closeTimerDue = instantFromMs(due.toLongLong());
    incident.createdBy = text(u"created_by"_s);
    incident.createdDesk = text(u"created_desk"_s);
    incident.divisionCode = text(u"division_code"_s);
    return incident;
}

namespace {

std::vector<Choice> typeChoices()
{
    std::vector<Choice> choices;
    for (const IncidentType &type : incidentTypes())
        choices.push_back({type.code, type.words, {}});
    return choices;
}

FieldSpec line(QString name, Words label, int maxLength)
{
    return {.name = std::move(name),
            .label = std::move(label),
            .searchable = true,
            .maxLength = maxLength};
}

} // namespace

const RegisterSpec &incidentFields()
{
    static const RegisterSpec spec = {
        .key = u"incident"_s,
        .one = {u"事件"_s, u"Incident"_s},
        .many = {u"突发事件"_s, u"Incidents"_s},
        .fields = {
            {.name = u"title"_s,
             .label = {u"标题"_s, u"Title"_s},
             .required = true,
             .inList = true,
             .searchable = true,
             .maxLength = 120},
            {.name = u"type"_s,
             .type = FieldType::Choice,
             .label = {u"类型"_s, u"Type"_s},
             .choices = typeChoices(),
             .required = true,
             .inList = true},
            {.name = u"level"_s,
             .type = FieldType::Choice,
             .label = {u"事件等级"_s, u"Event level"_s},
             .choices = {{u"0"_s, {u"未定"_s, u"not set"_s}, {}},
                         {u"1"_s, {u"Ⅰ级 特别重大"_s, u"I extremely serious"_s}, {}},
                         {u"2"_s, {u"Ⅱ级 重大"_s, u"II serious"_s}, {}},
                         {u"3"_s, {u"Ⅲ级 较大"_s, u"III major"_s}, {}},
                         {u"4"_s, {u"Ⅳ级 一般"_s, u"IV ordinary"_s}, {}}},
             .required = true,
             .inList = true},
            line(u"address"_s, {u"地点"_s, u"Place"_s}, 200),
            fields::longitude(),
            fields::latitude(),
            fields::divisionCode(),
            {.name = u"source"_s,
             .type = FieldType::Choice,
             .label = {u"来源"_s, u"Source"_s},
             .choices = {{u"phone"_s, {u"电话"_s, u"phone"_s}, {}},
                         {u"report"_s, {u"下级上报"_s, u"report"_s}, {}},
                         {u"alarm"_s, {u"监测报警"_s, u"alarm"_s}, {}},
                         {u"patrol"_s, {u"巡查"_s, u"patrol"_s}, {}},
                         {u"other"_s, {u"其他"_s, u"other"_s}, {}}}},
            line(u"caller"_s, {u"报告人"_s, u"Caller"_s}, 60),
            fields::phone(u"caller_phone"_s, {u"报告人电话"_s, u"Caller's phone"_s}, {}),
            {.name = u"people_at_risk"_s,
             .type = FieldType::Integer,
             .label = {u"受威胁人数"_s, u"People at risk"_s},
             .unit = u"人"_s,
             .least = 0,
             .most = 10000000},
            {.name = u"needs"_s, .label = {u"力量需求"_s, u"Needs"_s}, .maxLength = 400},
            {.name = u"description"_s,
             .type = FieldType::LongText,
             .label = {u"情况"_s, u"Situation"_s},
             .searchable = true,
             .maxLength = 4000},
        }};
    return spec;
}

} // namespace leeward
