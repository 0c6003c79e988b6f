#include "widgets/place_field.h"

#include "models/domain/coordinates.h"
#include "widgets/icon_theme.h"
#include "widgets/presence_board.h"
#include "widgets/submit.h"

#include <QCoreApplication>
#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>

#include <utility>

namespace leeward::widgets {

using namespace Qt::StringLiterals;

namespace {
struct Tr
{
    Q_DECLARE_TR_FUNCTIONS(leeward::widgets)
};
} // namespace

Understood understandPlace(const QString &text, LonLat nearTo)
{
    if (text.trimmed().isEmpty())
        return {};
    const auto parsed = parseCoordinates(text, {.nearTo = nearTo});
    if (!parsed)
        return {std::nullopt, Tr::tr("No coordinates in any known notation")};
    QString read = formatCoordinates(parsed->place, Notation::DegreesMinutesSeconds);
    read = parsed->orderAssumed ? Tr::tr("Read as %1, longitude first").arg(read)
                                : Tr::tr("Read as %1").arg(read);
    return {parsed->place, read};
}

PlaceField::PlaceField(const Shell &shell, QWidget *parent)
    : QWidget(parent)
    , m_shell(shell)
    , m_text(new QLabel(this))
    , m_edit(new QLineEdit(this))
    , m_understood(new QLabel(this))
    , m_pick(new QPushButton(this))
    , m_show(new QPushButton(this))
{
    m_text->setObjectName(u"place.text"_s);
    m_text->setWordWrap(true);
    m_text->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_text->setFont(ThemeController::tabular(m_text->font()));
    m_edit->setObjectName(u"place.edit"_s);
    m_understood->setObjectName(u"place.understood"_s);
    m_understood->setWordWrap(true);
    m_understood->hide();
    setRole(m_understood, "muted");
    m_pick->setObjectName(u"place.pick"_s);
    m_show->setObjectName(u"place.show"_s);
    auto *buttons = new QHBoxLayout;
    buttons->setSpacing(6);
    buttons->addWidget(m_edit, 1);
    buttons->addWidget(m_pick);
    buttons->addWidget(m_show);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(4);
    column->addWidget(m_text);
    column->addLayout(buttons);
    column->addWidget(m_understood);
    connect(m_edit, &QLineEdit::textChanged, this, &PlaceField::understand);
    connect(m_edit, &QLineEdit::returnPressed, this, [this] {
        if (const Understood read = understandPlace(m_edit->text(), m_shell.home); read.place)
            write(*read.place);
    });
    connect(m_pick, &QPushButton::clicked, this, [this] {
        if (m_shell.pickPlace)
            m_shell.pickPlace(this, [this](LonLat place) { write(place); });
    });
    connect(m_show, &QPushButton::clicked, this, [this] {
        const auto place = m_shell.cache.placeOf(m_table, m_id);
        if (place && m_shell.showOnMap)
            m_shell.showOnMap(*place);
    });
    connect(&shell.cache, &items::TableCache::changed, this, [this](const Changes &changes) {
        for (const RowChange &change : changes) {
            if (change.table == m_table && change.key == m_id)
                refresh();
        }
    });
    refresh();
}

void PlaceField::showRow(const QString &table, const QString &id)
{
    if (m_id != id)
        m_edit->clear();
    m_table = table;
    m_id = id;
    refresh();
}

void PlaceField::changeEvent(QEvent *event)
{
    if (event->type() == QEvent::LanguageChange)
        refresh();
    QWidget::changeEvent(event);
}

void PlaceField::refresh()
{
    const auto place = m_id.isEmpty() ? std::nullopt : m_shell.cache.placeOf(m_table, m_id);
    m_text->setText(place ? formatCoordinates(*place, Notation::Decimal) + u"\n"_s +
                                formatCoordinates(*place, Notation::DegreesMinutesSeconds)
                          : tr("No place yet: point at the map, or type coordinates."));
    m_text->setAccessibleName(tr("Place"));
    m_show->setEnabled(place.has_value());
    m_edit->setPlaceholderText(tr("Coordinates, any notation"));
    m_edit->setAccessibleName(tr("New coordinates"));
    m_pick->setText(tr("Pick"));
    m_pick->setToolTip(tr("Pick the place on the map"));
    m_pick->setAccessibleName(m_pick->toolTip());
    m_pick->setIcon(m_shell.icons.icon(u"mark-location"_s));
    m_show->setText(tr("Show"));
    m_show->setToolTip(tr("Show the place on the map"));
    m_show->setAccessibleName(m_show->toolTip());
    understand();
}

void PlaceField::understand()
{
    const Understood read = understandPlace(m_edit->text(), m_shell.home);
    m_understood->setText(read.place ? tr("%1. Enter writes it.").arg(read.text) : read.text);
    m_understood->setVisible(!read.text.isEmpty());
    setRole(m_understood, read.place || read.text.isEmpty() ? "muted" : "bad");
    const bool typing = !m_edit->text().isEmpty();
    if (typing == std::exchange(m_typing, typing))
        return;
    if (typing)
        m_shell.presence.beginEdit();
    else
        m_shell.presence.endEdit();
}

void PlaceField::write(LonLat place)
{
    const FieldValues *values = m_shell.cache.row(m_table, m_id);
    if (!values)
        return;
    m_edit->clear();
    const op::EditRecord body{m_table,
                              RecordId::fromText(m_id),
                              {{u"lon"_s, values->value(u"lon"_s), place.lon},
                               {u"lat"_s, values->value(u"lat"_s), place.lat}}};
    submitAndTell(m_shell, this, body, tr("Place changed."));
}

} // namespace leeward::widgets
