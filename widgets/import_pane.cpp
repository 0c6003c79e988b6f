#include "widgets/import_pane.h"

#include "widgets/icon_theme.h"
#include "widgets/submit.h"

#include <QComboBox>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QPlainTextEdit>
#include <QPointer>
#include <QProgressBar>
#include <QPushButton>

namespace leeward::widgets {

using namespace Qt::StringLiterals;

ImportPane::ImportPane(const Shell &shell, QWidget *parent)
    : QScrollArea(parent)
    , m_shell(shell)
{
    setObjectName(u"importPane"_s);
    setFrameShape(QFrame::NoFrame);
    setWidgetResizable(true);
    build();
    retranslate();
    forget();
}

ImportPane::~ImportPane()
{
    if (m_progress)
        m_progress->cancel();
}

void ImportPane::build()
{
    auto *body = new QWidget;
    setWidget(body);
    m_title = new QLabel(body);
    setRole(m_title, "title");
    m_hint = new QLabel(body);
    m_hint->setWordWrap(true);
    setRole(m_hint, "muted");
    m_register = new QComboBox(body);
    m_register->setObjectName(u"importPane.register"_s);
    m_datum = new QComboBox(body);
    m_datum->setObjectName(u"importPane.datum"_s);
    m_file = new QPushButton(body);
    m_file->setObjectName(u"importPane.file"_s);
    m_fileName = new QLabel(body);
    m_fileName->setWordWrap(true);
    m_bar = new QProgressBar(body);
    m_bar->setObjectName(u"importPane.progress"_s);
    m_cancel = new QPushButton(body);
    m_cancel->setObjectName(u"importPane.cancel"_s);
    m_summary = new QLabel(body);
    m_summary->setObjectName(u"importPane.summary"_s);
    m_summary->setWordWrap(true);
    m_report = new QPlainTextEdit(body);
    m_report->setObjectName(u"importPane.report"_s);
    m_report->setReadOnly(true);
    m_report->setTabChangesFocus(true);
    m_apply = new QPushButton(body);
    m_apply->setObjectName(u"importPane.apply"_s);
    m_apply->setProperty("primary", true);
    m_close = new QPushButton(body);
    m_close->setObjectName(u"importPane.close"_s);
    auto *working = new QHBoxLayout;
    working->addWidget(m_bar, 1);
    working->addWidget(m_cancel);
    auto *buttons = new QHBoxLayout;
    buttons->addWidget(m_apply, 1);
    buttons->addWidget(m_close);
    auto *column = new QVBoxLayout(body);
    column->setContentsMargins(12, 10, 12, 12);
    column->addWidget(m_title);
    column->addWidget(m_hint);
    column->addWidget(m_register);
    column->addWidget(m_datum);
    column->addWidget(m_file);
    column->addWidget(m_fileName);
    column->addLayout(working);
    column->addWidget(m_summary);
    column->addWidget(m_report, 1);
    column->addLayout(buttons);
    connect(m_file, &QPushButton::clicked, this, &ImportPane::chooseFile);
    connect(m_cancel, &QPushButton::clicked, this, [this] {
        if (m_progress)
            m_progress->cancel();
    });
    connect(m_apply, &QPushButton::clicked, this, &ImportPane::apply);
    connect(m_close, &QPushButton::clicked, this, &ImportPane::left);
    connect(m_register, &QComboBox::activated, this, &ImportPane::read);
    connect(m_datum, &QComboBox::activated, this, &ImportPane::read);
}

void ImportPane::setRegister(const QString &key)
{
    if (const int at = m_register->findData(key); at >= 0)
        m_register->setCurrentIndex(at);
    m_file->setFocus();
}

void ImportPane::chooseFile()
{
    m_shell.prompter.askOpenFile(
        this, tr("Import a file"),
        tr("Tables and maps (*.csv *.tsv *.txt *.geojson *.json *.gpkg *.kml *.shp)"),
        [self = QPointer(this)](const QString &file) {
            if (!self)
                return;
            self->m_path = file;
            self->read();
        });
}

void ImportPane::read()
{
    if (m_path.isEmpty() || !m_shell.services.readImport)
        return;
    const int token = ++m_token;
    if (m_progress)
        m_progress->cancel();
    m_preview.reset();
    m_fileName->setText(QFileInfo(m_path).fileName());
    const QPointer self(this);
    m_progress =
        std::make_shared<Progress>([self, token](qint64 done, qint64 total, const QString &) {
            // On the worker's thread: only hand it over.
            QMetaObject::invokeMethod(qApp, [self, token, done, total] {
                if (!self || self->m_token != token)
                    return;
                self->m_bar->setRange(0, total > 0 ? 1000 : 0);
                self->m_bar->setValue(total > 0 ? int(done * 1000 / total) : 0);
            });
        });
    setBusy(true);
    m_shell.services
        .readImport(m_path, m_register->currentData().toString(), m_datum->currentData().toString(),
                    m_shell.language(), m_progress)
        .then(this, [this, token](const Result<ImportPreview> &preview) {
            if (token != m_token)
                return;
            setBusy(false);
            if (preview) {
                showPreview(*preview);
                return;
            }
            m_summary->setText(preview.error().code == Errc::Cancelled
                                   ? tr("Stopped. Nothing was changed.")
                                   : errorText(preview.error(), m_shell.language()));
            setRole(m_summary, preview.error().code == Errc::Cancelled ? "muted" : "bad");
            m_report->clear();
        });
}

void ImportPane::showPreview(const ImportPreview &preview)
{
    m_preview = preview;
    const int good = int(preview.good.size());
    m_summary->setText(tr("%1 of %n row(s) can come in.", nullptr, preview.rows).arg(good));
    setRole(m_summary, good == preview.rows ? "good" : good == 0 ? "bad" : "");
    QStringList report;
    const auto section = [&](const QString &title, const QStringList &lines) {
        if (!lines.isEmpty())
            report << title << lines << QString();
    };
    section(tr("Not coming in:"), preview.problems);
    section(tr("Mind:"), preview.warnings);
    section(tr("Columns used:"), preview.mapping);
    section(tr("Columns not used:"), preview.unusedColumns);
    m_report->setPlainText(report.join(u'\n'));
    m_apply->setEnabled(good > 0);
    m_apply->setText(tr("Bring in %n row(s)", nullptr, good));
    m_apply->setFocus();
}

void ImportPane::apply()
{
    if (!m_preview || !m_preview->spec)
        return;
    const QString table = m_preview->spec->key;
    op::ImportRecords body{table, QFileInfo(m_preview->file).fileName(), m_preview->good};
    for (op::ImportRecords::Row &row : body.rows) {
        if (!row.record.isValid())
            row.record = m_shell.desk.newId<RecordId>();
    }
    m_apply->setEnabled(false);
    const QString done =
        tr("%n row(s) brought in from %1.", nullptr, int(body.rows.size())).arg(body.source);
    submitAndTell(
        m_shell, this, body, done,
        [this, table, done] {
            forget();
            m_summary->setText(done);
            setRole(m_summary, "good");
            Q_EMIT imported(table);
        },
        [this](const desk::Failure &) {
            m_apply->setEnabled(true);
            return false;
        });
}

void ImportPane::setBusy(bool busy)
{
    m_bar->setVisible(busy);
    m_bar->setRange(0, 0);
    m_cancel->setVisible(busy);
    m_apply->setEnabled(false);
    if (busy)
        m_summary->setText(tr("Reading …"));
}

void ImportPane::forget()
{
    m_preview.reset();
    m_path.clear();
    m_fileName->clear();
    m_report->clear();
    m_summary->clear();
    setBusy(false);
}

void ImportPane::changeEvent(QEvent *event)
{
    if (event->type() == QEvent::LanguageChange) {
        retranslate();
        if (m_preview)
            read(); // the report is in the file reader's words
    }
    QScrollArea::changeEvent(event);
}

void ImportPane::keyPressEvent(QKeyEvent *event)
{
    if (event->key() == Qt::Key_Escape)
        Q_EMIT left();
    else
        QScrollArea::keyPressEvent(event);
}

void ImportPane::retranslate()
{
    m_title->setText(tr("Import into a register"));
    m_hint->setText(tr("Rows whose code is there already are changed, others are added. Nothing is "
                       "written before you "
                       "press the last button."));
    const QVariant chosen = m_register->currentData();
    m_register->clear();
    for (const RegisterSpec *spec : allRegisters())
        m_register->addItem(spec->many.in(m_shell.language()), spec->key);
    m_register->setCurrentIndex(std::max(0, m_register->findData(chosen)));
    m_register->setAccessibleName(tr("Register"));
    const int datum = std::max(0, m_datum->currentIndex());
    m_datum->clear();
    m_datum->addItem(tr("Coordinates are WGS 84 or CGCS2000"), u"wgs84"_s);
    m_datum->addItem(tr("Coordinates are GCJ-02 (public maps)"), u"gcj02"_s);
    m_datum->addItem(tr("Coordinates are BD-09 (Baidu)"), u"bd09"_s);
    m_datum->setCurrentIndex(datum);
    m_datum->setAccessibleName(tr("Datum of the coordinates"));
    m_file->setText(tr("Choose a file …"));
    m_file->setAccessibleName(tr("Choose a file"));
    m_file->setIcon(m_shell.icons.icon(u"document-import"_s));
    m_cancel->setText(tr("Stop"));
    m_cancel->setAccessibleName(tr("Stop reading"));
    m_report->setAccessibleName(tr("What comes in and what not"));
    m_bar->setAccessibleName(tr("Progress"));
    m_apply->setText(m_preview ? tr("Bring in %n row(s)", nullptr, int(m_preview->good.size()))
                               : tr("Bring in"));
    m_apply->setAccessibleName(tr("Bring the rows in"));
    m_close->setText(tr("Close"));
    m_close->setAccessibleName(tr("Close the import"));
}

} // namespace leeward::widgets
