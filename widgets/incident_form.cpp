#include "widgets/incident_form.h"

#include "models/domain/coordinates.h"
#include "models/domain/words.h"
#include "widgets/icon_theme.h"
#include "widgets/needs_edit.h"
#include "widgets/place_field.h"
#include "widgets/submit.h"

#include <QComboBox>
#include <QGridLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QMenu>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSpinBox>
#include <QToolButton>

#include <array>

namespace leeward::widgets {

using namespace Qt::StringLiterals;

IncidentForm::IncidentForm(const Shell &shell, QWidget *parent)
    : QScrollArea(parent)
    , m_shell(shell)
{
    setObjectName(u"incidentForm"_s);
    setFrameShape(QFrame::NoFrame);
    setWidgetResizable(true);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    build();
    m_search.setSingleShot(true);
    m_search.setInterval(180);
    connect(&m_search, &QTimer::timeout, this, &IncidentForm::searchPlace);
    clear();
    retranslate();
}

QLabel *IncidentForm::addRow(QGridLayout *grid, QWidget *field)
{
    auto *label = new QLabel(widget());
    setRole(label, "label");
    const int row = grid->rowCount();
    label->setContentsMargins(0, 5, 0, 0);
    grid->addWidget(label, row, 0, Qt::AlignTop);
    grid->addWidget(field, row, 1);
    m_labels += label;
    field->installEventFilter(this);
    return label;
}

void IncidentForm::build()
{
    auto *body = new QWidget;
    setWidget(body);
    m_head = new QLabel(body);
    setRole(m_head, "title");
    auto *grid = new QGridLayout;
    grid->setHorizontalSpacing(10);
    grid->setVerticalSpacing(6);
    grid->setColumnStretch(1, 1);
    m_type = new QComboBox(body);
    m_type->setObjectName(u"incidentForm.type"_s);
    m_title = new QLineEdit(body);
    m_title->setObjectName(u"incidentForm.title"_s);
    m_title->setMaxLength(120);
    m_level = new QComboBox(body);
    m_level->setObjectName(u"incidentForm.level"_s);
    m_source = new QComboBox(body);
    m_source->setObjectName(u"incidentForm.source"_s);
    m_caller = new QLineEdit(body);
    m_caller->setObjectName(u"incidentForm.caller"_s);
    m_caller->setMaxLength(60);
    m_phone = new QLineEdit(body);
    m_phone->setObjectName(u"incidentForm.phone"_s);
    m_phone->setMaxLength(60);
    m_division = new QLineEdit(body);
    m_division->setObjectName(u"incidentForm.division"_s);
    m_division->setMaxLength(incidentFields().field(u"division_code")->maxLength);
    m_people = new QSpinBox(body);
    m_people->setObjectName(u"incidentForm.people"_s);
    m_people->setRange(0, 10000000);
    m_people->setButtonSymbols(QSpinBox::NoButtons);
    m_description = new QPlainTextEdit(body);
    m_description->setObjectName(u"incidentForm.description"_s);
    m_description->setTabChangesFocus(true);
    m_description->setFixedHeight(fontMetrics().height() * 3 + 12);

    addRow(grid, m_type);
    buildPlace(grid);
    addRow(grid, m_title);
    addRow(grid, m_people);
    buildNeeds(grid);
    addRow(grid, m_description);
    addRow(grid, m_caller);
    addRow(grid, m_phone);
    addRow(grid, m_source);
    addRow(grid, m_level);
    addRow(grid, m_division);

    auto *column = new QVBoxLayout(body);
    column->setContentsMargins(12, 10, 12, 12);
    column->addWidget(m_head);
    column->addLayout(grid);
    column->addStretch(1);
    buildFoot();
    const std::array<QWidget *, 17> walk = {
        m_type,   m_place, m_hits,     m_coordinates, m_pick,   m_title,
        m_people, m_needs, m_addNeed,  m_description, m_caller, m_phone,
        m_source, m_level, m_division, m_submit,      m_later};
    for (size_t i = 1; i < walk.size(); ++i)
        setTabOrder(walk.at(i - 1), walk.at(i));
    setTabOrder(m_later, m_discard);

    connect(m_type, &QComboBox::currentIndexChanged, this, &IncidentForm::typeChanged);
    connect(m_title, &QLineEdit::textEdited, this, [this](const QString &text) {
        m_titleByHand = !text.isEmpty();
        validate();
    });
    connect(m_title, &QLineEdit::textChanged, this, &IncidentForm::validate);
    connect(m_submit, &QPushButton::clicked, this, &IncidentForm::submit);
    connect(m_later, &QPushButton::clicked, this, &IncidentForm::left);
    connect(m_discard, &QPushButton::clicked, this, [this] {
        clear();
        Q_EMIT left();
    });
}

void IncidentForm::buildFoot()
{
    m_foot = new QWidget(this);
    m_fault = new QLabel(m_foot);
    m_fault->setObjectName(u"incidentForm.fault"_s);
    m_fault->setWordWrap(true);
    m_fault->setMinimumHeight(fontMetrics().height() * 2);
    m_fault->setAlignment(Qt::AlignBottom | Qt::AlignLeft);
    setRole(m_fault, "muted");
    m_submit = new QPushButton(m_foot);
    m_submit->setObjectName(u"incidentForm.submit"_s);
    m_submit->setProperty("primary", true);
    m_later = new QPushButton(m_foot);
    m_later->setObjectName(u"incidentForm.later"_s);
    m_discard = new QPushButton(m_foot);
    m_discard->setObjectName(u"incidentForm.discard"_s);
    auto *buttons = new QHBoxLayout;
    buttons->addWidget(m_submit, 1);
    buttons->addWidget(m_later);
    buttons->addWidget(m_discard);
    auto *column = new QVBoxLayout(m_foot);
    column->setContentsMargins(12, 6, 12, 10);
    column->addWidget(m_fault);
    column->addLayout(buttons);
}

void IncidentForm::resizeEvent(QResizeEvent *event)
{
    QScrollArea::resizeEvent(event);
    const int height =
        std::max(m_foot->heightForWidth(width()), m_foot->minimumSizeHint().height());
    setViewportMargins(0, 0, 0, height);
    m_foot->setGeometry(0, this->height() - height, width(), height);
}

void IncidentForm::buildPlace(QGridLayout *grid)
{
    m_place = new QLineEdit(widget());
    m_place->setObjectName(u"incidentForm.place"_s);
    m_place->setMaxLength(200);
    addRow(grid, m_place);
    m_hits = new QListWidget(widget());
    m_hits->setObjectName(u"incidentForm.placeHits"_s);
    m_hits->installEventFilter(this);
    m_hits->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_hits->hide();
    grid->addWidget(m_hits, grid->rowCount(), 1);
    auto *line = new QWidget(widget());
    m_coordinates = new QLineEdit(line);
    m_coordinates->setObjectName(u"incidentForm.coordinates"_s);
    m_coordinates->installEventFilter(this);
    m_pick = new QPushButton(line);
    m_pick->setObjectName(u"incidentForm.pick"_s);
    auto *row = new QHBoxLayout(line);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(6);
    row->addWidget(m_coordinates, 1);
    row->addWidget(m_pick);
    addRow(grid, line);
    m_understood = new QLabel(widget());
    m_understood->setObjectName(u"incidentForm.understood"_s);
    m_understood->setWordWrap(true);
    grid->addWidget(m_understood, grid->rowCount(), 1);
    connect(m_place, &QLineEdit::textEdited, this, [this] {
        m_search.start();
        proposeTitle();
    });
    connect(m_hits, &QListWidget::itemClicked, this,
            [this](QListWidgetItem *item) { choosePlace(m_hits->row(item)); });
    connect(m_hits, &QListWidget::itemActivated, this,
            [this](QListWidgetItem *item) { choosePlace(m_hits->row(item)); });
    connect(m_coordinates, &QLineEdit::textChanged, this, &IncidentForm::understand);
    connect(m_pick, &QPushButton::clicked, this, [this] {
        if (m_shell.pickPlace)
            m_shell.pickPlace(this, [this](LonLat place) { setPlace(place); });
    });
}

void IncidentForm::buildNeeds(QGridLayout *grid)
{
    auto *line = new QWidget(widget());
    m_needs = new NeedsEdit(m_shell.language(), line);
    m_needs->setObjectName(u"incidentForm.needs"_s);
    m_needs->installEventFilter(this);
    m_addNeed = new QToolButton(line);
    m_addNeed->setObjectName(u"incidentForm.addNeed"_s);
    auto *row = new QHBoxLayout(line);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(6);
    row->addWidget(m_needs, 1);
    row->addWidget(m_addNeed);
    addRow(grid, line);
    m_needsText = new QLabel(widget());
    m_needsText->setObjectName(u"incidentForm.needsUnderstood"_s);
    m_needsText->setWordWrap(true);
    grid->addWidget(m_needsText, grid->rowCount(), 1);
    connect(m_needs, &QLineEdit::textEdited, this, [this] { m_needsByHand = true; });
    connect(m_needs, &QLineEdit::textChanged, this, &IncidentForm::validate);
    connect(m_addNeed, &QToolButton::clicked, this, &IncidentForm::offerNeeds);
}

void IncidentForm::offerNeeds()
{
    auto *menu = new QMenu(m_addNeed);
    menu->setObjectName(u"incidentForm.needMenu"_s);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    for (const Choice &capability : teamRegister().field(u"capabilities"_s)->choices)
        menu->addAction(capability.words.in(m_shell.language()), this,
                        [this, code = capability.value] {
                            m_needsByHand = true;
                            m_needs->add(code);
                        });
    menu->popup(m_addNeed->mapToGlobal(QPoint(0, m_addNeed->height())));
}

void IncidentForm::open(const QString &type, const QString &title)
{
    if (!type.isEmpty())
        m_type->setCurrentIndex(m_type->findData(type));
    if (!title.isEmpty()) {
        m_title->setText(title);
        m_titleByHand = true;
    }
    m_type->setFocus(Qt::ShortcutFocusReason);
    validate();
}

void IncidentForm::setPlace(LonLat place, const QString &name)
{
    m_coordinates->setText(formatCoordinates(place, Notation::Decimal));
    if (!name.isEmpty())
        m_place->setText(name);
    proposeTitle();
    if (m_shell.showOnMap && !name.isEmpty())
        m_shell.showOnMap(place);
}

bool IncidentForm::hasDraft() const
{
    return m_titleByHand || !m_place->text().isEmpty() || m_at ||
           !m_description->toPlainText().isEmpty() || !m_caller->text().isEmpty() ||
           !m_phone->text().isEmpty() || !m_division->text().isEmpty() || m_people->value() > 0;
}

bool IncidentForm::eventFilter(QObject *watched, QEvent *event)
{
    if (event->type() != QEvent::KeyPress)
        return QScrollArea::eventFilter(watched, event);
    const auto *key = static_cast<QKeyEvent *>(event);
    const bool enter = key->key() == Qt::Key_Return || key->key() == Qt::Key_Enter;
    if (enter && key->modifiers().testFlag(Qt::ControlModifier)) {
        submit();
        return true;
    }
    if (key->key() == Qt::Key_Escape) {
        if (watched == m_hits || (watched == m_place && m_hits->isVisible())) {
            m_hits->hide();
            m_place->setFocus();
        } else {
            Q_EMIT left();
        }
        return true;
    }
    if (watched == m_place && m_hits->isVisible() && (key->key() == Qt::Key_Down || enter)) {
        m_hits->setFocus();
        m_hits->setCurrentRow(0);
        if (enter)
            choosePlace(0);
        return true;
    }
    return false;
}

void IncidentForm::typeChanged()
{
    const IncidentType *type = findIncidentType(m_type->currentData().toString());
    if (type && !m_needsByHand)
        m_needs->setNeeds(formatNeeds(type->needs));
    proposeTitle();
    validate();
}

void IncidentForm::proposeTitle()
{
    if (m_titleByHand || m_quiet)
        return;
    const IncidentType *type = findIncidentType(m_type->currentData().toString());
    const QString place = m_place->text().trimmed();
    if (!type || place.isEmpty()) {
        m_title->clear();
        return;
    }
    m_title->setText(m_shell.language() == Language::Chinese
                         ? QString(place + type->words.zh)
                         : QString(type->words.en + u", "_s + place));
}

void IncidentForm::searchPlace()
{
    const QString text = m_place->text().trimmed();
    const int token = ++m_token;
    if (text.isEmpty() || !m_shell.services.findPlace) {
        m_hits->hide();
        return;
    }
    m_shell.services.findPlace(text, 6).then(this, [this,
                                                    token](const std::vector<NamedPlace> &places) {
        if (token != m_token)
            return;
        m_found = places;
        m_hits->clear();
        for (const NamedPlace &place : places)
            m_hits->addItem(place.name + u"   "_s + formatCoordinates(place.at, Notation::Decimal));
        const int rows = int(std::min<size_t>(places.size(), 5));
        m_hits->setFixedHeight(rows * (m_hits->sizeHintForRow(0) + 2) + 6);
        m_hits->setVisible(!places.empty());
    });
}

void IncidentForm::choosePlace(int row)
{
    if (row < 0 || row >= int(m_found.size()))
        return;
    ++m_token;
    m_search.stop();
    m_hits->hide();
    setPlace(m_found[size_t(row)].at, m_found[size_t(row)].name);
    m_coordinates->setFocus();
}

void IncidentForm::understand()
{
    const Understood read = understandPlace(m_coordinates->text(), m_shell.home);
    m_at = read.place;
    m_understood->setText(read.text);
    m_understood->setVisible(!read.text.isEmpty());
    setRole(m_understood, read.place || read.text.isEmpty() ? "good" : "bad");
    validate();
}

void IncidentForm::validate()
{
    QStringList missing;
    if (m_type->currentData().toString().isEmpty())
        missing += tr("type");
    if (m_title->text().trimmed().isEmpty())
        missing += tr("title");
    QString text;
    if (!missing.isEmpty())
        text = tr("Still needed: %1.")
                   .arg(missing.join(m_shell.language() == Language::Chinese ? u"、"_s : u", "_s));
    else if (!m_at && !m_coordinates->text().trimmed().isEmpty())
        text = tr("The coordinates can not be read.");
    else if (!m_at)
        text = tr("Without a place no recommendation can be made; it can be added later.");
    const bool readable = m_at || m_coordinates->text().trimmed().isEmpty();
    m_fault->setText(text);
    const ReadNeeds needs = m_needs->needs();
    const bool chinese = m_shell.language() == Language::Chinese;
    const QString understood = needsText(needs.needs, m_shell.language());
    m_needsText->setText(needs.unknown.isEmpty()
                             ? understood
                             : tr("No capability has this name: %1")
                                   .arg(needs.unknown.join(chinese ? u"、"_s : u", "_s)));
    m_needsText->setVisible(!needs.unknown.isEmpty() || understood != m_needs->text());
    setRole(m_needsText, needs.unknown.isEmpty() ? "muted" : "bad");
    m_submit->setEnabled(missing.isEmpty() && readable && needs.unknown.isEmpty());
}

void IncidentForm::submit()
{
    validate();
    if (!m_submit->isEnabled())
        return;
    op::ReportIncident body;
    body.incident = m_shell.desk.newId<IncidentId>();
    body.type = m_type->currentData().toString();
    body.title = m_title->text().trimmed();
    body.level = m_level->currentData().toInt();
    body.place = m_at;
    body.address = m_place->text().trimmed();
    body.source = m_source->currentData().toString();
    body.caller = m_caller->text().trimmed();
    body.callerPhone = m_phone->text().trimmed();
    body.divisionCode = m_division->text().trimmed();
    body.peopleAtRisk = m_people->value();
    body.description = m_description->toPlainText().trimmed();
    body.needs = m_needs->needs().needs;
    m_submit->setEnabled(false);
    submitAndTell(
        m_shell, this, body, tr("Incident registered: %1").arg(body.title),
        [this, id = body.incident.text()] {
            clear();
            Q_EMIT registered(id);
        },
        [this](const desk::Failure &) {
            validate();
            return false;
        });
}

void IncidentForm::clear()
{
    m_quiet = true;
    m_titleByHand = false;
    m_needsByHand = false;
    m_at.reset();
    ++m_token;
    m_hits->hide();
    for (QLineEdit *line : {m_title, m_place, m_coordinates, m_caller, m_phone, m_division})
        line->clear();
    m_needs->clear();
    m_description->clear();
    m_people->setValue(0);
    m_type->setCurrentIndex(0);
    m_level->setCurrentIndex(0);
    m_source->setCurrentIndex(0);
    m_quiet = false;
}

void IncidentForm::changeEvent(QEvent *event)
{
    if (event->type() == QEvent::LanguageChange)
        retranslate();
    QScrollArea::changeEvent(event);
}

void IncidentForm::retranslate()
{
    const Language language = m_shell.language();
    m_quiet = true;
    const auto fill = [&](QComboBox *box, const QString &field, bool blank) {
        const QVariant kept = box->currentData();
        const QSignalBlocker quiet(box);
        box->clear();
        if (blank)
            box->addItem(tr("Choose …"), QString());
        for (const Choice &choice : incidentFields().field(field)->choices)
            box->addItem(choice.words.in(language), choice.value);
        box->setCurrentIndex(std::max(0, box->findData(kept)));
    };
    fill(m_type, u"type"_s, true);
    fill(m_level, u"level"_s, false);
    fill(m_source, u"source"_s, false);
    m_quiet = false;
    m_head->setText(tr("New incident"));
    const QStringList words = {
        tr("Type"),           tr("Place"),
        tr("Coordinates"),    tr("Title"),
        tr("People at risk"), tr("Needs"),
        tr("Situation"),      tr("Caller"),
        tr("Phone"),          tr("Source"),
        tr("Level"),          incidentFields().field(u"division_code")->label.in(language)};
    for (qsizetype i = 0; i < m_labels.size(); ++i)
        m_labels[i]->setText(words[i]);
    const QList<QWidget *> fields = {m_type,   m_place,  m_coordinates, m_title,
                                     m_people, m_needs,  m_description, m_caller,
                                     m_phone,  m_source, m_level,       m_division};
    for (qsizetype i = 0; i < fields.size(); ++i)
        fields[i]->setAccessibleName(words[i]);
    m_hits->setAccessibleName(tr("Places found"));
    m_place->setPlaceholderText(tr("Name of a place, or an address"));
    m_coordinates->setPlaceholderText(tr("Any notation"));
    m_needs->setLanguage(language);
    m_needs->setPlaceholderText(tr("e.g. water rescue 1, pumping 2"));
    m_addNeed->setIcon(m_shell.icons.icon(u"list-add"_s));
    m_addNeed->setToolTip(tr("Add what is needed"));
    m_addNeed->setAccessibleName(m_addNeed->toolTip());
    m_pick->setText(tr("Pick"));
    m_pick->setToolTip(tr("Pick the place on the map"));
    m_pick->setAccessibleName(m_pick->toolTip());
    m_pick->setIcon(m_shell.icons.icon(u"mark-location"_s));
    m_submit->setText(tr("Register (Ctrl+Enter)"));
    m_submit->setAccessibleName(tr("Register the incident"));
    m_later->setText(tr("Later"));
    m_later->setToolTip(tr("Esc keeps the draft, Ctrl+N brings it back"));
    m_later->setAccessibleName(tr("Keep the draft for later"));
    m_discard->setText(tr("Discard"));
    m_discard->setAccessibleName(tr("Discard the draft"));
    proposeTitle();
    understand();
}

} // namespace leeward::widgets
