#include "widgets/panels/package_panel.h"

#include "widgets/panels/package_text.h"
#include "widgets/panels/panel_style.h"
#include "widgets/panels/refusal_text.h"

#include <QCheckBox>
#include <QCoreApplication>
#include <QDateTime>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QPointer>
#include <QProgressBar>
#include <QPushButton>
#include <QSignalBlocker>
#include <QTimeZone>
#include <QVBoxLayout>

#include <algorithm>

namespace leeward::widgets {

using namespace Qt::StringLiterals;

namespace {
constexpr int shortestPassphrase = 10;
constexpr int longestPassphrase = 200;
} // namespace

PackagePanel::PackagePanel(const PanelContext &context, QWidget *parent)
    : Panel(context, parent)
    , m_own(new QLabel(this))
    , m_give(new QPushButton(this))
    , m_hallsTitle(new QLabel(this))
    , m_halls(new QListWidget(this))
    , m_add(new QPushButton(this))
    , m_passphraseTitle(new QLabel(this))
    , m_passphrase(new QLineEdit(this))
    , m_queueOnly(new QCheckBox(this))
    , m_write(new QPushButton(this))
    , m_read(new QPushButton(this))
    , m_bar(new QProgressBar(this))
    , m_cancel(new QPushButton(this))
    , m_result(new QLabel(this))
    , m_takeOnce(new QPushButton(this))
{
    setObjectName(u"packagePanel"_s);
    build();
    connect(m_give, &QPushButton::clicked, this, &PackagePanel::giveCard);
    connect(m_add, &QPushButton::clicked, this, &PackagePanel::addCard);
    connect(m_write, &QPushButton::clicked, this, &PackagePanel::chooseWhere);
    connect(m_read, &QPushButton::clicked, this, &PackagePanel::chooseWhat);
    connect(m_takeOnce, &QPushButton::clicked, this, [this] { take(m_stranger); });
    connect(m_cancel, &QPushButton::clicked, this, [this] {
        if (m_progress)
            m_progress->cancel();
    });
    connect(m_halls, &QListWidget::itemChanged, this, &PackagePanel::showButtons);
    connect(m_passphrase, &QLineEdit::textChanged, this, &PackagePanel::showButtons);
    retranslate();
}

PackagePanel::~PackagePanel()
{
    if (m_progress)
        m_progress->cancel();
}

void PackagePanel::build()
{
    m_own->setObjectName(u"package.own"_s);
    m_give->setObjectName(u"package.giveCard"_s);
    m_halls->setObjectName(u"package.halls"_s);
    m_add->setObjectName(u"package.addCard"_s);
    m_passphrase->setObjectName(u"package.passphrase"_s);
    m_passphrase->setEchoMode(QLineEdit::Password);
    m_passphrase->setMaxLength(longestPassphrase);
    m_queueOnly->setObjectName(u"package.queueOnly"_s);
    m_write->setObjectName(u"package.write"_s);
    m_read->setObjectName(u"package.read"_s);
    m_bar->setObjectName(u"package.progress"_s);
    m_cancel->setObjectName(u"package.cancel"_s);
    m_result->setObjectName(u"package.result"_s);
    m_takeOnce->setObjectName(u"package.takeOnce"_s);
    for (QLabel *label : {m_own, m_hallsTitle, m_passphraseTitle, m_result}) {
        label->setWordWrap(true);
        label->setTextFormat(Qt::PlainText);
    }
    m_own->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_result->setTextInteractionFlags(Qt::TextSelectableByMouse);
    const auto row = [](std::initializer_list<QWidget *> widgets) {
        auto *line = new QHBoxLayout;
        for (QWidget *widget : widgets)
            line->addWidget(widget);
        line->addStretch();
        return line;
    };
    auto *working = new QHBoxLayout;
    working->addWidget(m_bar, 1);
    working->addWidget(m_cancel);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(12, 6, 12, 12);
    column->setSpacing(6);
    column->addWidget(m_own);
    column->addLayout(row({m_give}));
    column->addWidget(m_hallsTitle);
    column->addWidget(m_halls);
    column->addLayout(row({m_add}));
    column->addWidget(m_passphraseTitle);
    column->addWidget(m_passphrase);
    column->addWidget(m_queueOnly);
    column->addLayout(row({m_write, m_read}));
    column->addLayout(working);
    column->addWidget(m_result);
    column->addLayout(row({m_takeOnce}));
    column->addStretch(1);
    m_bar->hide();
    m_cancel->hide();
    m_takeOnce->hide();
    m_result->hide();
}

void PackagePanel::showEvent(QShowEvent *event)
{
    Panel::showEvent(event);
    refresh();
}

void PackagePanel::refresh()
{
    if (!services().packages.cards)
        return;
    services().packages.cards().then(this, [this](const Result<HallCards> &cards) {
        if (!cards) {
            say(errorText(cards.error(), language()), true);
            return;
        }
        m_cards = *cards;
        showCards();
    });
}

void PackagePanel::showCards()
{
    m_own->setText(
        m_cards.own.key.isEmpty()
            ? tr("This hall's card is being made …")
            : tr("This hall: %1\nfingerprint %2").arg(m_cards.own.name, m_cards.own.fingerprint));
    const std::vector<HallCard> before = ticked();
    {
        const QSignalBlocker quiet(m_halls);
        m_halls->clear();
        for (const HallCard &card : m_cards.trusted) {
            auto *item = new QListWidgetItem(
                tr("%1 · %2 …").arg(card.name, card.fingerprint.left(17)), m_halls);
            item->setToolTip(card.fingerprint);
            item->setFlags(Qt::ItemIsEnabled | Qt::ItemIsSelectable | Qt::ItemIsUserCheckable);
            const bool was = std::ranges::contains(before, card.key, &HallCard::key);
            item->setCheckState(was ? Qt::Checked : Qt::Unchecked);
            item->setData(Qt::UserRole, card.key);
        }
    }
    const int rows = std::clamp(m_halls->count(), 1, 6);
    m_halls->setFixedHeight(rows * (fontMetrics().height() + 8) + 6);
    m_hallsTitle->setText(
        m_cards.trusted.empty()
            ? tr("No hall is known yet. Add the card (*.leewardkey) that the other "
                 "hall has given out.")
            : tr("For these halls (Space ticks):"));
    showButtons();
}

std::vector<HallCard> PackagePanel::ticked() const
{
    std::vector<HallCard> all;
    for (int i = 0; i < m_halls->count(); ++i) {
        const QListWidgetItem *item = m_halls->item(i);
        if (item->checkState() != Qt::Checked)
            continue;
        const auto card = std::ranges::find(m_cards.trusted, item->data(Qt::UserRole).toByteArray(),
                                            &HallCard::key);
        if (card != m_cards.trusted.end())
            all.push_back(*card);
    }
    return all;
}

void PackagePanel::showButtons()
{
    const bool free = !isBusy();
    const QString words = m_passphrase->text();
    const bool long_ = words.size() >= shortestPassphrase;
    const bool ready = (!ticked().empty() && words.isEmpty()) || long_;
    m_write->setEnabled(free && ready);
    m_write->setToolTip(ready ? QString()
                              : tr("Tick a hall, or set a pass-phrase of at least %1 characters.")
                                    .arg(shortestPassphrase));
    m_read->setEnabled(free);
    m_add->setEnabled(free);
    m_give->setEnabled(free && !m_cards.own.key.isEmpty());
    m_takeOnce->setEnabled(free);
    m_bar->setVisible(!free);
    m_cancel->setVisible(!free);
}

void PackagePanel::say(const QString &text, bool bad)
{
    m_bad = bad;
    m_result->setText(text);
    m_result->setVisible(!text.isEmpty());
    const ThemeColours &colours = coloursOf(theme());
    setColour(*m_result, bad ? colours.bad : colours.text);
}

void PackagePanel::begin(const QString &what)
{
    const QPointer self(this);
    m_progress = std::make_shared<Progress>([self](qint64 done, qint64 total, const QString &step) {
        // On the worker's thread: only hand it over.
        QMetaObject::invokeMethod(qApp, [self, done, total, step] {
            if (!self || !self->m_progress)
                return;
            self->m_bar->setRange(0, int(total));
            self->m_bar->setValue(int(done));
            self->m_bar->setFormat(step);
        });
    });
    m_bar->setRange(0, 0);
    m_takeOnce->hide();
    say(what, false);
    showButtons();
}

void PackagePanel::end()
{
    m_progress.reset();
    showButtons();
}

void PackagePanel::giveCard()
{
    prompter().askSaveFile(
        this, tr("Give out this hall's card"), u"hall.leewardkey"_s,
        tr("Cards of halls (*.leewardkey)"), [self = QPointer(this)](const QString &file) {
            if (!self)
                return;
            self->services().packages.writeOwnCard(file).then(
                self.data(), [self, file](const Result<> &done) {
                    self->say(done ? tr("✓ Written: %1. Whoever gets it compares the fingerprint "
                                        "with you by radio or telephone.")
                                         .arg(file)
                                   : errorText(done.error(), self->language()),
                              !done);
                });
        });
}

void PackagePanel::addCard()
{
    prompter().askOpenFile(
        this, tr("Add the card of another hall"), tr("Cards of halls (*.leewardkey)"),
        [self = QPointer(this)](const QString &file) {
            if (!self)
                return;
            self->services().packages.readCard(file).then(
                self.data(), [self](const Result<HallCard> &card) {
                    if (card)
                        self->askTrust(*card);
                    else
                        self->say(errorText(card.error(), self->language()), true);
                });
        });
}

void PackagePanel::askTrust(const HallCard &card)
{
    prompter().confirm(this, tr("Trust this hall?"),
                       tr("%1\n%2\n\nHave the other hall read its fingerprint aloud by radio or "
                          "telephone. Packages "
                          "that it seals will be taken here.")
                           .arg(card.name, card.fingerprint),
                       tr("It is the same"), [self = QPointer(this), card] {
                           if (!self)
                               return;
                           self->services().packages.trust(card).then(
                               self.data(), [self, card](const Result<> &done) {
                                   self->say(done ? tr("✓ %1 is trusted.").arg(card.name)
                                                  : errorText(done.error(), self->language()),
                                             !done);
                                   self->refresh();
                               });
                       });
}

void PackagePanel::chooseWhere()
{
    const QString name =
        QDateTime::fromMSecsSinceEpoch(toMs(cache().now() + chinaOffset), QTimeZone::UTC)
            .toString(u"'leeward-'yyyyMMdd-HHmm'.leewardpkg'"_s);
    prompter().askSaveFile(this, tr("Write a package"), name, tr("Packages (*.leewardpkg)"),
                           [self = QPointer(this)](const QString &file) {
                               if (self && !self->isBusy())
                                   self->write(file);
                           });
}

void PackagePanel::write(const QString &file)
{
    begin(tr("Writing %1 …").arg(file));
    const PackageOrder order{.file = file,
                             .to = ticked(),
                             .passphrase = m_passphrase->text(),
                             .queueOnly = m_queueOnly->isChecked()};
    services()
        .packages.write(order, m_progress)
        .then(this, [this, file](const Result<PackageWritten> &written) {
            end();
            if (written)
                say(packageWrittenText(*written, file, language()), false);
            else if (written.error().code == Errc::Cancelled)
                say(tr("Cancelled; nothing was written."), false);
            else
                say(u"✕ "_s + errorText(written.error(), language()), true);
        });
}

void PackagePanel::chooseWhat()
{
    prompter().askOpenFile(this, tr("Read a package"), tr("Packages (*.leewardpkg)"),
                           [self = QPointer(this)](const QString &file) {
                               if (self && !self->isBusy())
                                   self->look(file);
                           });
}

// First who sealed it: a stranger is shown with the fingerprint, and a person decides.
void PackagePanel::look(const QString &file)
{
    m_file = file;
    m_stranger.clear();
    begin(tr("Looking at %1 …").arg(file));
    services().packages.inspect(file).then(this, [this](const PackageAnswer<PackageSeen> &seen) {
        end();
        if (!seen) {
            say(packageRefusedText(seen.error(), language()), true);
            return;
        }
        if (seen->known) {
            take({});
            return;
        }
        m_stranger = seen->sender.key;
        say(packageSeenText(*seen, cache().now(), language()) + u"\n\n? "_s +
                packageFaultText(u"unknown-sender"_s, language()),
            true);
        m_takeOnce->show();
        m_takeOnce->setFocus();
    });
}

void PackagePanel::take(const QByteArray &trustOnce)
{
    begin(tr("Reading %1 …").arg(m_file));
    services()
        .packages.take(m_file, m_passphrase->text(), trustOnce, m_progress)
        .then(this, [this](const PackageAnswer<PackageTaken> &taken) {
            end();
            if (!taken) {
                say(packageRefusedText(taken.error(), language()),
                    taken.error().error.code != Errc::Cancelled);
                return;
            }
            say(packageTakenText(*taken, cache().now(), language()), false);
            if (taken->operationsInConflict > 0)
                Q_EMIT conflictsCame();
        });
}

void PackagePanel::retranslate()
{
    m_give->setText(tr("Give out this card …"));
    m_halls->setAccessibleName(tr("Halls that can open the package"));
    m_add->setText(tr("Add a card …"));
    m_passphraseTitle->setText(tr("Pass-phrase, for a hall without a card (at least %1 characters)")
                                   .arg(shortestPassphrase));
    m_passphrase->setAccessibleName(m_passphraseTitle->text());
    m_queueOnly->setText(tr("Only what waits, without the journal's entries"));
    m_write->setText(tr("Write a package …"));
    m_read->setText(tr("Read a package …"));
    m_cancel->setText(tr("Cancel"));
    m_takeOnce->setText(tr("The fingerprint is the same: take it this once"));
    m_bar->setAccessibleName(tr("Progress"));
    for (QAbstractButton *button : std::initializer_list<QAbstractButton *>{
             m_give, m_add, m_queueOnly, m_write, m_read, m_cancel, m_takeOnce})
        button->setAccessibleName(button->text());
    showCards();
}

void PackagePanel::themeChanged()
{
    say(m_result->text(), m_bad);
}

} // namespace leeward::widgets
