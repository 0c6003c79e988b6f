#include "widgets/panels/prints.h"

#include "models/domain/coordinates.h"
#include "models/domain/words.h"
#include "models/items/row_model.h"
#include "widgets/panels/operation_text.h"

#include <QFontMetricsF>
#include <QRegularExpression>

#include <array>
#include <cmath>
#include <map>

namespace leeward::widgets {

using namespace Qt::StringLiterals;

namespace {

QString fullTime(Instant at)
{
    return toUtcDateTime(at + chinaOffset).toString(u"yyyy-MM-dd HH:mm:ss"_s);
}
QString dayTime(Instant at)
{
    return toUtcDateTime(at + chinaOffset).toString(u"MM-dd HH:mm"_s);
}

QString typeWord(const QString &code, Language language)
{
    const IncidentType *type = findIncidentType(code);
    return type ? type->words.in(language) : code;
}

QString levelWord(int level, Language language)
{
    static const std::array<Words, 5> levels = {{{u"未定级"_s, u"not set"_s},
                                                 {u"Ⅰ级（特别重大）"_s, u"I (extremely serious)"_s},
                                                 {u"Ⅱ级（重大）"_s, u"II (serious)"_s},
                                                 {u"Ⅲ级（较大）"_s, u"III (considerable)"_s},
                                                 {u"Ⅳ级（一般）"_s, u"IV (ordinary)"_s}}};
    return levels[static_cast<size_t>(std::clamp(level, 0, 4))].in(language);
}

QString kilometres(qint64 metres, Language language)
{
    return QString::number(static_cast<double>(metres) / 1000, 'f', 1) +
           (language == Language::Chinese ? u" 公里"_s : u" km"_s);
}

QString minutes(qint64 seconds, Language language)
{
    const qint64 rounded = (seconds + 59) / 60;
    return language == Language::Chinese ? u"%1 分钟"_s.arg(rounded) : u"%1 min"_s.arg(rounded);
}

QString dms(LonLat place, Language language)
{
    return formatCoordinates(place, Notation::DegreesMinutesSeconds, language);
}

// HTML made of cells; every text is escaped.
class Sheet
{
public:
    explicit Sheet(Language language)
        : m_language(language)
    {
        m_html = u"<html><head><style>"
                 "h1{font-size:20pt;margin:0 0 2pt 0;} h2{font-size:12pt;margin:12pt 0 4pt 0;}"
                 "p{margin:3pt 0;} th{text-align:left;background-color:#eeeeee;}"
                 ".ruled td,.ruled th{padding:5px 7px;border:1px solid #777777;}"
                 ".narrow td,.narrow th{padding:5px 4px;} .narrow th{font-size:8pt;}"
                 "</style></head><body>"_s;
    }

    [[nodiscard]] QString say(const QString &chinese, const QString &english) const
    {
        return m_language == Language::Chinese ? chinese : english;
    }
    void title(const QString &text, const QString &under)
    {
        m_html += u"<h1 align='center'>"_s + text.toHtmlEscaped() + u"</h1>"_s;
        if (!under.isEmpty())
            m_html += u"<p align='center'>"_s + under.toHtmlEscaped() + u"</p>"_s;
    }
    void heading(const QString &text) { m_html += u"<h2>"_s + text.toHtmlEscaped() + u"</h2>"_s; }
    void paragraph(const QString &text) { m_html += u"<p>"_s + cell(text) + u"</p>"_s; }
    void gap() { m_html += u"<p style='font-size:6pt'>&nbsp;</p>"_s; }

    // Label and value, two pairs a row; a single pair takes the whole row.
    void facts(const std::vector<std::vector<std::pair<QString, QString>>> &rows)
    {
        openTable(u"ruled"_s);
        for (const auto &row : rows) {
            m_html += u"<tr>"_s;
            const bool alone = row.size() == 1;
            for (const auto &[label, value] : row) {
                m_html += u"<th width='16%'>"_s + cell(label) + u"</th><td"_s;
                m_html += alone ? u" colspan='3'>"_s : u" width='34%'>"_s;
                m_html += cell(value) + u"</td>"_s;
            }
            m_html += u"</tr>"_s;
        }
        m_html += u"</table>"_s;
    }
    void table(const QStringList &headers, const std::vector<QStringList> &rows,
               const QStringList &widths, const std::vector<bool> &struck = {})
    {
        openTable(u"ruled"_s);
        addRows(headers, rows, widths, struck);
    }
    // A table of many columns: each is as wide as its longest word needs, so that none breaks
    // inside one, and the column `wide` has what is left.
    void narrowTable(const QStringList &headers, const std::vector<QStringList> &rows,
                     qsizetype wide)
    {
        QStringList widths;
        for (qsizetype column = 0; column < headers.size(); ++column) {
            double points = longestWord(headers[column], narrowHeadPoints, true);
            for (const QStringList &row : rows)
                points = std::max(points, longestWord(row.value(column), bodyPoints, false));
            widths +=
                column == wide
                    ? QString()
                    : u"%1%"_s.arg(std::ceil(100 * (points + narrowPadding) / textWidthPoints));
        }
        openTable(u"ruled narrow"_s);
        addRows(headers, rows, widths, {});
    }
    void signatures(const QStringList &labels)
    {
        m_html += u"<p style='font-size:14pt'>&nbsp;</p><table width='100%' cellspacing='0'><tr>"_s;
        for (const QString &label : labels)
            m_html += u"<td width='50%'>"_s + cell(label) + u" ______________________</td>"_s;
        m_html += u"</tr></table>"_s;
    }
    [[nodiscard]] QString html() const { return m_html + u"</body></html>"_s; }

private:
    static constexpr double bodyPoints = 10;
    static constexpr double narrowHeadPoints = 8;
    static constexpr double narrowPadding = 8;     // 4 px of 96 an inch on both sides, and the rule
    static constexpr double textWidthPoints = 493; // A4 less its margins

    // In points, whatever it is printed on.
    static double longestWord(const QString &text, double points, bool bold)
    {
        constexpr int big = 100; // pixels, so that no hinting rounds
        QFont font = printFont(points, bold);
        font.setPixelSize(big);
        const QFontMetricsF metrics(font);
        double longest = 0;
        for (const QString &word : text.split(blanks(), Qt::SkipEmptyParts))
            longest = std::max(longest, metrics.horizontalAdvance(word));
        return longest * points / big;
    }
    static const QRegularExpression &blanks()
    {
        static const QRegularExpression any(u"\\s+"_s);
        return any;
    }
    void addRows(const QStringList &headers, const std::vector<QStringList> &rows,
                 const QStringList &widths, const std::vector<bool> &struck)
    {
        m_html += u"<thead><tr>"_s;
        for (qsizetype i = 0; i < headers.size(); ++i)
            m_html += (widths.value(i).isEmpty() ? u"<th>"_s
                                                 : u"<th width='%1'>"_s.arg(widths.value(i))) +
                      cell(headers[i]) + u"</th>"_s;
        m_html += u"</tr></thead>"_s;
        for (size_t row = 0; row < rows.size(); ++row) {
            const bool strike = row < struck.size() && struck[row];
            m_html += u"<tr>"_s;
            for (const QString &text : rows[row])
                m_html += (strike ? u"<td><s>"_s : u"<td>"_s) + cell(text) +
                          (strike ? u"</s></td>"_s : u"</td>"_s);
            m_html += u"</tr>"_s;
        }
        m_html += u"</table>"_s;
    }
    static QString cell(const QString &text)
    {
        return text.toHtmlEscaped().replace(u'\n', u"<br/>"_s);
    }
    void openTable(const QString &look)
    {
        m_html += u"<table class='%1' width='100%' cellspacing='0' border='1' "
                  u"style='border-collapse:collapse;"
                  "border-style:solid;border-color:#777777'>"_s.arg(look);
    }
    Language m_language;
    QString m_html;
};

QString placeText(const Incident &incident, std::optional<LonLat> place, Language language)
{
    QStringList parts;
    if (!incident.address.isEmpty())
        parts += incident.address;
    if (const auto at = place ? place : incident.place)
        parts += dms(*at, language);
    if (parts.isEmpty())
        return language == Language::Chinese ? u"未登记"_s : u"not recorded"_s;
    return parts.join(u'\n');
}

QString incidentTitle(const Incident &incident, Language language)
{
    return (language == Language::Chinese ? u"事件%1 %2"_s : u"Incident %1: %2"_s)
        .arg(incident.number)
        .arg(incident.title);
}

// When the assignment entered a state, by the steps that stand; a correction holds over the first
// word.
QString stepTime(const IncidentSheet &sheet, const QString &assignment, AssignmentState state)
{
    QString time;
    const QString name = stateName(state);
    for (const desk::TimelineEvent &event : sheet.timeline) {
        const bool step = event.kind.endsWith("state"_L1) || event.kind.endsWith("correction"_L1);
        if (event.assignment == assignment && event.toState == name && step && !event.isVoid)
            time = toUtcDateTime(event.occurredAt + chinaOffset).toString(u"HH:mm"_s);
    }
    return time.isEmpty() ? u"–"_s : time;
}

void addAssignments(Sheet &page, const IncidentSheet &sheet, Language language)
{
    using A = AssignmentState;
    constexpr std::array steps = {A::Ordered, A::Acknowledged, A::EnRoute,
                                  A::OnScene, A::Completed,    A::Cleared};
    page.heading(page.say(u"调派任务"_s, u"Tasks"_s));
    if (sheet.assignments.empty()) {
        page.paragraph(page.say(u"没有派出队伍。"_s, u"No team was sent."_s));
        return;
    }
    QStringList headers = {page.say(u"指令"_s, u"Order"_s), page.say(u"队伍"_s, u"Team"_s)};
    for (const A state : steps)
        headers += words(state).in(language);
    headers += page.say(u"现状"_s, u"Now"_s);
    std::vector<QStringList> rows;
    for (const IncidentSheet::Row &row : sheet.assignments) {
        QString who = row.team;
        if (!row.assignment.task.isEmpty())
            who += u'\n' + row.assignment.task;
        QStringList cells = {row.assignment.number.isEmpty() ? u"–"_s : row.assignment.number, who};
        for (const A state : steps)
            cells += stepTime(sheet, row.assignment.id.text(), state);
        cells += words(row.assignment.state).in(language);
        rows.push_back(cells);
    }
    page.narrowTable(headers, rows, 1);
}

void addTimeline(Sheet &page, const IncidentSheet &sheet, Language language)
{
    page.heading(page.say(u"经过"_s, u"Timeline"_s));
    std::vector<QStringList> rows;
    std::vector<bool> struck;
    for (const desk::TimelineEvent &event : sheet.timeline) {
        QString time = dayTime(event.occurredAt);
        if (event.recordedAt - event.occurredAt > std::chrono::seconds(60))
            time +=
                page.say(u"\n（%1 记录）"_s, u"\n(written %1)"_s).arg(dayTime(event.recordedAt));
        rows.push_back({time, timelineText(event, language), event.author + u' ' + event.desk});
        struck.push_back(event.isVoid);
    }
    page.table({page.say(u"时间"_s, u"Time"_s), page.say(u"事项"_s, u"What"_s),
                page.say(u"记录人/席位"_s, u"By / desk"_s)},
               rows, {u"20%"_s, u"60%"_s, u"20%"_s}, struck);
}

void addPeople(Sheet &page, const IncidentSheet &sheet)
{
    std::map<std::pair<QString, QString>, int> counts;
    for (const desk::TimelineEvent &event : sheet.timeline)
        ++counts[{event.author, event.desk}];
    std::vector<QStringList> rows;
    for (const auto &[who, count] : counts)
        rows.push_back({who.first, who.second, QString::number(count)});
    page.heading(page.say(u"参与人员"_s, u"Who took part"_s));
    page.table({page.say(u"人员"_s, u"Person"_s), page.say(u"席位"_s, u"Desk"_s),
                page.say(u"记录条数"_s, u"Lines written"_s)},
               rows, {u"40%"_s, u"40%"_s, u"20%"_s});
}

QString arrivalText(const Assignment &assignment, Language language)
{
    const auto expected = expectedArrival(assignment);
    const QString at = expected ? dayTime(*expected) : QString();
    const bool zh = language == Language::Chinese;
    if (assignment.routeSeconds < 0)
        return zh ? u"未计算（无路网数据）"_s : u"not known (no road data)"_s;
    const QString road = kilometres(assignment.routeMetres, language) +
                         (zh ? u"，行车 "_s : u", drive "_s) +
                         minutes(assignment.routeSeconds, language);
    const QString ready = (zh ? u"，集结 "_s : u", turn-out "_s) +
                          minutes(qint64(assignment.readinessMinutes) * 60, language);
    return road + ready +
           (at.isEmpty() ? QString()
                         : (zh ? u"\n预计 %1 到场"_s : u"\nexpected on scene %1"_s).arg(at));
}

} // namespace

Print Print::order(const OrderSheet &sheet, const PrintHead &head)
{
    const Language language = head.language;
    const Assignment &order = sheet.assignment;
    const Incident &incident = sheet.incident;
    Sheet page(language);
    const auto team = [&](const QString &field) { return sheet.team.value(field).toString(); };
    page.title(page.say(u"应急救援调派指令"_s, u"Emergency dispatch order"_s),
               page.say(u"指令号 %1"_s, u"Order no. %1"_s).arg(order.number));
    page.gap();
    const QString none = u"–"_s;
    const auto or_ = [&](const QString &text) { return text.isEmpty() ? none : text; };
    QString leader = team(u"leader"_s);
    if (!team(u"duty_phone"_s).isEmpty())
        leader += (leader.isEmpty() ? QString() : u"　"_s) + team(u"duty_phone"_s);
    page.facts({
        {{page.say(u"下达时间"_s, u"Ordered"_s),
          order.orderedAt ? fullTime(*order.orderedAt) : none},
         {page.say(u"任务类型"_s, u"Type of task"_s), words(order.taskType).in(language)}},
        {{page.say(u"受令队伍"_s, u"To team"_s), or_(team(u"name"_s))},
         {page.say(u"负责人/电话"_s, u"Leader / phone"_s), or_(leader)}},
        {{page.say(u"事件"_s, u"Incident"_s), incidentTitle(incident, language)},
         {page.say(u"类型/级别"_s, u"Type / level"_s),
          typeWord(incident.type, language) + u" / "_s + levelWord(incident.level, language)}},
        {{page.say(u"地点"_s, u"Place"_s), placeText(incident, order.place, language)}},
        {{page.say(u"任务"_s, u"Task"_s),
          order.task.isEmpty() ? needsText(formatNeeds(incident.needs), language) : order.task}},
        {{page.say(u"路程与到达"_s, u"Road and arrival"_s), arrivalText(order, language)}},
        {{page.say(u"指令全文"_s, u"Order as issued"_s), or_(order.orderText)}},
        {{page.say(u"现场联系"_s, u"Caller"_s),
          or_(QString(incident.caller + u' ' + incident.callerPhone).trimmed())},
         {page.say(u"受困/受威胁"_s, u"People at risk"_s), QString::number(incident.peopleAtRisk)}},
        {{page.say(u"签发人/席位"_s, u"Issued by / desk"_s),
          order.issuer + u" / "_s + order.issuerDesk},
         {page.say(u"审批人"_s, u"Approved by"_s), or_(order.approver)}},
    });
    page.paragraph(
        page.say(u"接令后请立即回复；出动、到场、完成、归建各报一次。"_s,
                 u"Acknowledge at once; report when leaving, on scene, done and back."_s));
    page.signatures({page.say(u"签发人"_s, u"Issued"_s), page.say(u"接令人"_s, u"Received"_s)});
    page.signatures({page.say(u"签发时间"_s, u"Time"_s), page.say(u"接令时间"_s, u"Time"_s)});
    Print print;
    print.m_head = head;
    print.m_title = page.say(u"调派指令 %1"_s, u"Dispatch order %1"_s).arg(order.number);
    print.m_fileName = page.say(u"调派指令-%1.pdf"_s, u"dispatch-order-%1.pdf"_s).arg(order.number);
    print.m_html = page.html();
    return print;
}

Print Print::record(const IncidentSheet &sheet, const PrintHead &head)
{
    const Language language = head.language;
    const Incident &incident = sheet.incident;
    Sheet page(language);
    const QString none = u"–"_s;
    const auto or_ = [&](const QString &text) {
        return text.trimmed().isEmpty() ? none : text.trimmed();
    };
    page.title(page.say(u"突发事件处置记录"_s, u"Incident record"_s),
               incidentTitle(incident, language));
    page.gap();
    page.facts({
        {{page.say(u"事件编号"_s, u"Number"_s), QString::number(incident.number)},
         {page.say(u"状态"_s, u"State"_s),
          words(incident.state).in(language) +
              page.say(u"（自 %1）"_s, u" (since %1)"_s).arg(dayTime(incident.stateSince))}},
        {{page.say(u"类型"_s, u"Type"_s), typeWord(incident.type, language)},
         {page.say(u"事件级别"_s, u"Level"_s), levelWord(incident.level, language)}},
        {{page.say(u"接报时间"_s, u"Reported"_s), fullTime(incident.reportedAt)},
         {page.say(u"来源"_s, u"Source"_s),
          or_(formatField(*incidentFields().field(u"source"), incident.source, language))}},
        {{page.say(u"报告人"_s, u"Caller"_s), or_(incident.caller + u' ' + incident.callerPhone)},
         {page.say(u"受威胁人数"_s, u"People at risk"_s), QString::number(incident.peopleAtRisk)}},
        {{page.say(u"地点"_s, u"Place"_s), placeText(incident, {}, language)}},
        {{page.say(u"情况"_s, u"Description"_s), or_(incident.description)}},
        {{page.say(u"所需力量"_s, u"Needed"_s),
          or_(needsText(formatNeeds(incident.needs), language))}},
        {{page.say(u"登记人/席位"_s, u"Entered by / desk"_s),
          incident.createdBy + u" / "_s + incident.createdDesk},
         {page.say(u"重启次数"_s, u"Reopened"_s), QString::number(incident.reopened)}},
    });
    addAssignments(page, sheet, language);
    addTimeline(page, sheet, language);
    addPeople(page, sheet);
    Print print;
    print.m_head = head;
    print.m_title = page.say(u"事件记录 %1"_s, u"Incident record %1"_s).arg(incident.number);
    print.m_fileName =
        page.say(u"事件记录-%1.pdf"_s, u"incident-record-%1.pdf"_s).arg(incident.number);
    print.m_html = page.html();
    return print;
}

std::optional<OrderSheet> orderSheet(const items::TableCache &cache, const QString &assignment)
{
    const Assignment *found = cache.assignment(assignment);
    const Incident *incident = found ? cache.incident(found->incident.text()) : nullptr;
    const FieldValues *team = found ? cache.row(u"team"_s, found->team.text()) : nullptr;
    if (!incident || !team)
        return std::nullopt;
    return OrderSheet{*found, *incident, *team};
}

std::optional<IncidentSheet> incidentSheet(const items::TableCache &cache, const QString &incident,
                                           std::vector<desk::TimelineEvent> timeline)
{
    const Incident *found = cache.incident(incident);
    if (!found)
        return std::nullopt;
    IncidentSheet sheet{*found, {}, std::move(timeline)};
    for (const Assignment *assignment : cache.assignmentsOfIncident(incident))
        sheet.assignments.push_back({*assignment, cache.name(u"team"_s, assignment->team.text())});
    return sheet;
}

QString composeOrder(const Incident &incident, const QString &teamName, const QString &task,
                     int readinessMinutes, qint64 routeSeconds, qint64 routeMetres, Instant now,
                     Language language)
{
    const bool zh = language == Language::Chinese;
    QStringList where;
    if (!incident.address.isEmpty())
        where += incident.address;
    if (incident.place)
        where += dms(*incident.place, language);
    const QString what = task.isEmpty() ? needsText(formatNeeds(incident.needs), language) : task;
    QString order =
        (zh ? u"%1：请立即赶赴事件%2“%3”"_s : u"%1: go at once to incident %2, \"%3\""_s)
            .arg(teamName)
            .arg(incident.number)
            .arg(incident.title);
    if (!where.isEmpty())
        order += (zh ? u"（%1）"_s : u" (%1)"_s).arg(where.join(zh ? u"，"_s : u", "_s));
    if (!what.isEmpty())
        order += (zh ? u"，任务：%1"_s : u". Task: %1"_s).arg(what);
    order += zh ? u"。"_s : u"."_s;
    if (readinessMinutes > 0)
        order +=
            (zh ? u"接令后%1分钟内出动。"_s : u" Leave within %1 min."_s).arg(readinessMinutes);
    if (routeSeconds >= 0) {
        const qint64 total = routeSeconds + qint64(readinessMinutes) * 60;
        const Instant due = now + std::chrono::seconds(total);
        order += (zh ? u"路程%1，行车约%2，预计%3前到场。"_s
                     : u" The road is %1, about %2; expected on scene by %3."_s)
                     .arg(kilometres(routeMetres, language), minutes(routeSeconds, language),
                          dayTime(due));
    }
    return order + (zh ? u"到场后立即报告。"_s : u" Report when on scene."_s);
}

} // namespace leeward::widgets
