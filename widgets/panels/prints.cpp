#include "widgets/panels/prints.h"

#include <QAbstractTextDocumentLayout>
#include <QFileInfo>
#include <QPainter>
#include <QPdfWriter>
#include <QPrinter>
#include <QSaveFile>

namespace leeward::widgets {

using namespace Qt::StringLiterals;

namespace {

constexpr int dotsPerInch = 300;
constexpr double marginMm = 18;
constexpr double headMm = 11; // above the text, on every page
constexpr double footMm = 11;

QString printTime(Instant at)
{
    return toUtcDateTime(at + chinaOffset).toString(u"yyyy-MM-dd HH:mm"_s);
}

struct Page
{
    QRectF all;  // within the margins, device dots
    QRectF text; // between head and foot
};

Page pageOf(const QPagedPaintDevice &device, const QPainter &painter)
{
    const double dotsPerMm = painter.device()->logicalDpiX() / 25.4;
    const QRectF paint(QPointF(0, 0),
                       device.pageLayout().paintRect(QPageLayout::Millimeter).size() * dotsPerMm);
    return {paint, paint.adjusted(0, headMm * dotsPerMm, 0, -footMm * dotsPerMm)};
}

void paintMark(QPainter &painter, const Page &page, const QString &mark)
{
    if (mark.isEmpty())
        return;
    painter.save();
    QFont font = printFont(46, true);
    const double widest = page.all.width() * 1.05;
    const double width = QFontMetricsF(font, painter.device()).horizontalAdvance(mark);
    font.setPointSizeF(46 * std::min(1.0, widest / width));
    painter.setFont(font);
    painter.setPen(QColor(0, 0, 0, 28));
    painter.translate(page.all.center());
    painter.rotate(-38);
    painter.drawText(
        QRectF(-page.all.width(), -page.all.height() / 2, 2 * page.all.width(), page.all.height()),
        Qt::AlignCenter, mark);
    painter.restore();
}

struct Frame
{
    QString left;
    QString right;
    QString foot;
};

void paintFrame(QPainter &painter, const Page &page, const Frame &frame, const QString &mark,
                const QString &number)
{
    painter.save();
    const double line = painter.device()->logicalDpiY() / 25.4;
    QRectF head(page.all.left(), page.all.top(), page.all.width(),
                page.text.top() - page.all.top() - 3 * line);
    painter.setPen(Qt::black);
    painter.setFont(printFont(8.5));
    painter.drawText(head, Qt::AlignLeft | Qt::AlignBottom, frame.left);
    painter.drawText(head, Qt::AlignRight | Qt::AlignBottom, frame.right);
    if (!mark.isEmpty()) {
        painter.setFont(printFont(10, true));
        const QRectF size = painter.boundingRect(head, Qt::AlignHCenter | Qt::AlignBottom, mark);
        painter.setPen(QPen(Qt::black, line * 0.35));
        painter.drawRect(size.adjusted(-1.5 * line, -0.3 * line, 1.5 * line, 0.3 * line));
        painter.drawText(head, Qt::AlignHCenter | Qt::AlignBottom, mark);
    }
    painter.setPen(QPen(QColor(90, 90, 90), line * 0.2));
    const double under = head.bottom() + line;
    painter.drawLine(QPointF(page.all.left(), under), QPointF(page.all.right(), under));
    const QRectF foot(page.all.left(), page.text.bottom() + 3 * line, page.all.width(),
                      page.all.bottom() - page.text.bottom() - 3 * line);
    painter.drawLine(foot.topLeft(), foot.topRight());
    painter.setPen(Qt::black);
    painter.setFont(printFont(8));
    painter.drawText(foot.adjusted(0, line, 0, 0), Qt::AlignLeft | Qt::AlignTop, frame.foot);
    painter.drawText(foot.adjusted(0, line, 0, 0), Qt::AlignRight | Qt::AlignTop, number);
    painter.restore();
}

Error writeError(const QSaveFile &file)
{
    const bool full =
        file.error() == QFileDevice::ResourceError || file.error() == QFileDevice::WriteError;
    return {full ? Errc::DiskFull : Errc::FileUnwritable,
            file.fileName() + u": "_s + file.errorString()};
}

} // namespace

QFont printFont(double points, bool bold)
{
    QFont font;
    font.setFamilies(
        {u"Noto Sans CJK SC"_s, u"Noto Sans SC"_s, u"Source Han Sans SC"_s, u"Microsoft YaHei"_s});
    font.setPointSizeF(points);
    font.setBold(bold);
    font.setHintingPreference(QFont::PreferNoHinting);
    return font;
}

void Print::paint(QPagedPaintDevice &device, QPainter &painter) const
{
    const bool zh = m_head.language == Language::Chinese;
    const Page page = pageOf(device, painter);
    QTextDocument document;
    document.setDefaultFont(printFont(10));
    document.documentLayout()->setPaintDevice(painter.device());
    document.setDocumentMargin(0);
    document.setPageSize(page.text.size());
    document.setHtml(m_html);
    Frame frame;
    frame.left = m_head.city.isEmpty()
                     ? QString()
                     : m_head.city + (zh ? u"应急指挥中心"_s : u" emergency command"_s);
    frame.right = m_title;
    frame.foot = (zh ? u"打印 %1 · %2（%3）"_s : u"Printed %1 · %2 (%3)"_s)
                     .arg(printTime(m_head.printedAt), m_head.printedBy, m_head.desk);
    if (m_head.lastEntry > 0)
        frame.foot +=
            (zh ? u" · 日志至第 %1 条"_s : u" · journal up to entry %1"_s).arg(m_head.lastEntry);
    const int pages = document.pageCount();
    for (int number = 0; number < pages; ++number) {
        if (number > 0)
            device.newPage();
        paintMark(painter, page, m_head.realmMark);
        paintFrame(painter, page, frame, m_head.realmMark,
                   (zh ? u"第 %1/%2 页"_s : u"Page %1/%2"_s).arg(number + 1).arg(pages));
        painter.save();
        const double offset = number * page.text.height();
        painter.translate(page.text.left(), page.text.top() - offset);
        const QRectF visible(0, offset, page.text.width(), page.text.height());
        painter.setClipRect(visible);
        QAbstractTextDocumentLayout::PaintContext context;
        context.clip = visible;
        context.palette.setColor(QPalette::Text, Qt::black);
        document.documentLayout()->draw(&painter, context);
        painter.restore();
    }
}

Result<> Print::writePdf(const QString &path) const
{
    // A device or a folder would be replaced by the file, not written to.
    const QFileInfo there(path);
    if (there.exists() && !there.isFile())
        return fail(Errc::FileUnwritable, path);
    QSaveFile file(path);
    if (!file.open(QIODevice::WriteOnly))
        return fail(Errc::FileUnwritable, path + u": "_s + file.errorString());
    {
        QPdfWriter writer(&file);
        writer.setResolution(dotsPerInch);
        writer.setPageSize(QPageSize(QPageSize::A4));
        writer.setPageMargins(QMarginsF(marginMm, marginMm * 0.6, marginMm, marginMm * 0.6),
                              QPageLayout::Millimeter);
        writer.setTitle(m_title);
        writer.setCreator(u"Leeward"_s);
        QPainter painter;
        if (!painter.begin(&writer))
            return fail(Errc::FileUnwritable, path);
        paint(writer, painter);
        painter.end();
    }
    if (file.error() != QFileDevice::NoError)
        return std::unexpected(writeError(file));
    if (!file.commit())
        return std::unexpected(writeError(file));
    return {};
}

QFuture<Result<>> Print::savePdf(const QString &path) const
{
    return QtFuture::makeReadyVoidFuture().then(
        QtFuture::Launch::Async, [print = *this, path] { return print.writePdf(path); });
}

Result<> Print::print(QPrinter &printer) const
{
    printer.setPageSize(QPageSize(QPageSize::A4));
    printer.setPageMargins(QMarginsF(marginMm, marginMm * 0.6, marginMm, marginMm * 0.6),
                           QPageLayout::Millimeter);
    printer.setDocName(m_title);
    QPainter painter;
    if (!painter.begin(&printer))
        return fail(Errc::FileUnwritable, printer.printerName());
    paint(printer, painter);
    painter.end();
    return printer.printerState() == QPrinter::Error
               ? Result<>(fail(Errc::FileUnwritable, printer.printerName()))
               : Result<>();
}

} // namespace leeward::widgets
