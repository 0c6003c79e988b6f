#pragma once

#include "models/desk/desk.h"
#include "models/domain/assignment.h"
#include "models/domain/incident.h"

#include <QFuture>
#include <QTextDocument>

#include <memory>

class QPrinter;

namespace leeward::items {
class TableCache;
}

namespace leeward::widgets {

// What stands on every sheet.
struct PrintHead
{
    Language language = Language::Chinese;
    QString city;
    QString realmMark; // "演练 / EXERCISE" on every page, or empty
    QString printedBy; // user
    QString desk;
    Instant printedAt;
    qint64 lastEntry = 0; // number of the newest journal entry known here
};

// 应急救援调派指令: one order of one team.
struct OrderSheet
{
    Assignment assignment;
    Incident incident;
    FieldValues team;
};

// The record of one incident: facts, all assignments with their times, the whole timeline.
struct IncidentSheet
{
    struct Row
    {
        Assignment assignment;
        QString team;
    };
    Incident incident;
    std::vector<Row> assignments;
    std::vector<desk::TimelineEvent> timeline;
};

// A finished document of A4 pages with head, mark and page numbers.
class Print
{
public:
    static Print order(const OrderSheet &sheet, const PrintHead &head);
    static Print record(const IncidentSheet &sheet, const PrintHead &head);

    [[nodiscard]] QString title() const { return m_title; }
    // Suggested file name without folder, with ".pdf".
    [[nodiscard]] QString fileName() const { return m_fileName; }
    // Any thread. FileUnwritable, DiskFull: the file there before is kept, no half file is left.
    [[nodiscard]] Result<> writePdf(const QString &path) const;
    // The same on a thread of Qt's pool, for the UI thread.
    [[nodiscard]] QFuture<Result<>> savePdf(const QString &path) const;
    // Onto paper; the caller has shown a print dialog.
    [[nodiscard]] Result<> print(QPrinter &printer) const;

private:
    Print() = default;
    void paint(QPagedPaintDevice &device, QPainter &painter) const;

    QString m_title;
    QString m_fileName;
    QString m_html;
    PrintHead m_head;
};

// What all prints are set in.
[[nodiscard]] QFont printFont(double points, bool bold = false);

// Gathers a sheet from what the screen knows. Empty when the row is not there.
[[nodiscard]] std::optional<OrderSheet> orderSheet(const items::TableCache &cache,
                                                   const QString &assignment);
[[nodiscard]] std::optional<IncidentSheet> incidentSheet(const items::TableCache &cache,
                                                         const QString &incident,
                                                         std::vector<desk::TimelineEvent> timeline);

// The text of an order: who goes where for what, how long the road is, when they are expected.
// Frozen with the order.
[[nodiscard]] QString composeOrder(const Incident &incident, const QString &teamName,
                                   const QString &task, int readinessMinutes, qint64 routeSeconds,
                                   qint64 routeMetres, Instant now, Language language);

} // namespace leeward::widgets
