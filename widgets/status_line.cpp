#include "widgets/status_line.h"

#include "maps/view/mapview.h"
#include "models/domain/coordinates.h"
#include "widgets/link_words.h"
#include "widgets/pending_marks.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>

#include <cmath>
#include <numbers>

namespace leeward::widgets {

using namespace Qt::StringLiterals;

StatusLine::StatusLine(const Shell &shell, QWidget *parent)
    : QWidget(parent)
    , m_shell(shell)
    , m_pointer(new QLabel(this))
    , m_scale(new QLabel(this))
    , m_link(new QLabel(this))
    , m_base(new QLabel(this))
    , m_entry(new QLabel(this))
{
    setObjectName(u"status"_s);
    setAttribute(Qt::WA_StyledBackground);
    m_pointer->setObjectName(u"status.pointer"_s);
    m_scale->setObjectName(u"status.scale"_s);
    m_link->setObjectName(u"status.link"_s);
    m_base->setObjectName(u"status.baseMap"_s);
    m_entry->setObjectName(u"status.entry"_s);
    auto *line = new QHBoxLayout(this);
    line->setContentsMargins(10, 2, 10, 2);
    line->setSpacing(18);
    line->addWidget(m_pointer);
    line->addWidget(m_scale);
    line->addStretch(1);
    line->addWidget(m_link);
    line->addWidget(m_base);
    line->addWidget(m_entry);
    for (QLabel *label : {m_pointer, m_scale, m_link, m_base, m_entry})
        label->setFont(ThemeController::tabular(label->font()));
    m_pointer->setMinimumWidth(m_pointer->fontMetrics().horizontalAdvance(
        u"120.000000, 36.000000   36°00′00.00″N 120°00′00.00″E "_s));
    connect(&shell.pending, &PendingMarks::queueChanged, this, &StatusLine::retranslate);
    connect(&shell.link, &LinkModel::changed, this, &StatusLine::retranslate);
    retranslate();
}

void StatusLine::setPointer(const std::optional<LonLat> &place)
{
    m_place = place;
    if (!place) {
        m_pointer->setText(tr("Pointer outside the map"));
        return;
    }
    m_pointer->setText(formatCoordinates(*place, Notation::Decimal) + u"   "_s +
                       formatCoordinates(*place, Notation::DegreesMinutesSeconds));
}

void StatusLine::setZoom(double zoom, double latitude)
{
    m_zoom = zoom;
    m_latitude = latitude;
    // Web Mercator: equator / (256 · 2^zoom) metres a pixel, on a screen of 96 pixels an inch.
    const double metres = 2 * std::numbers::pi * 6378137.0 *
                          std::cos(latitude * std::numbers::pi / 180) / (256 * std::exp2(zoom));
    const double scale = metres * 96 / 0.0254;
    const double magnitude = std::pow(10, std::max(0.0, std::floor(std::log10(scale)) - 1));
    m_scale->setText(
        tr("1 : %1 · zoom %2")
            .arg(QLocale::c().toString(qlonglong(std::round(scale / magnitude) * magnitude)))
            .arg(zoom, 0, 'f', 1));
}

void StatusLine::setBaseMap(const QString &date, const QString &reviewNumber, bool present)
{
    m_date = date;
    m_review = reviewNumber;
    m_present = present;
    retranslate();
}

void StatusLine::changeEvent(QEvent *event)
{
    if (event->type() == QEvent::LanguageChange)
        retranslate();
    QWidget::changeEvent(event);
}

void StatusLine::retranslate()
{
    setPointer(m_place);
    setZoom(m_zoom, m_latitude);
    QStringList parts;
    if (!m_present)
        parts += tr("No base map");
    else
        parts += m_date.isEmpty() ? tr("Base map of unknown date") : tr("Base map %1").arg(m_date);
    parts += view::reviewWords(m_review);
    m_base->setText(parts.join(u" · "_s));
    const LinkWords words = linkWords(m_shell.link.status(), m_shell.pending.queue().queued,
                                      m_shell.desk.now(), m_shell.language());
    m_link->setText(words.line);
    m_link->setToolTip(words.sentence);
    m_link->setVisible(m_shell.link.isAtServer());
    m_link->setAccessibleName(tr("Link with the server"));
    m_entry->setText(tr("Entry %1").arg(m_shell.pending.queue().cursor));
    m_pointer->setAccessibleName(tr("Coordinates under the pointer"));
    m_scale->setAccessibleName(tr("Scale of the map"));
    m_base->setAccessibleName(tr("Base map"));
    m_entry->setAccessibleName(tr("Newest journal entry here"));
}

} // namespace leeward::widgets
