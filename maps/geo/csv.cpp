#include "maps/geo/csv.h"

#include "maps/geo/records.h"
#include "maps/geo/textcodec.h"

#include <algorithm>
#include <array>

namespace leeward::geo {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype mostColumns = 512;
constexpr qsizetype longestCell = 1024 * 1024;

// Which of , ; tab there is most of in the first line that has any; ',' when none does.
QChar separatorOf(const QString &text)
{
    static constexpr std::array<char16_t, 3> candidates = {u',', u'\t', u';'};
    std::array<int, 3> count = {0, 0, 0};
    bool quoted = false;
    for (const QChar c : text) {
        if (c == u'"')
            quoted = !quoted;
        if (quoted)
            continue;
        if ((c == u'\n' || c == u'\r') && std::ranges::max(count) > 0)
            break;
        for (size_t k = 0; k < candidates.size(); ++k)
            count[k] += c == candidates[k] ? 1 : 0;
    }
    return candidates[static_cast<size_t>(std::ranges::max_element(count) - count.begin())];
}

// Records of a text one after the other.
class RecordReader
{
public:
    RecordReader(const QString &text, QChar separator)
        : m_text(text)
        , m_separator(separator)
    {
    }

    [[nodiscard]] bool atEnd() const { return m_at >= m_text.size(); }
    [[nodiscard]] qsizetype position() const { return m_at; }

    Result<Record> next()
    {
        Record record{++m_number, {}};
        while (true) {
            TRY_ASSIGN(QString cell, nextCell());
            record.cells += std::move(cell);
            if (record.cells.size() > mostColumns)
                return fail(Errc::FileMalformed,
                            u"row %1 has more than %2 columns"_s.arg(m_number).arg(mostColumns));
            if (atEnd())
                return record;
            const QChar end = m_text[m_at++];
            if (end == m_separator)
                continue; // at the end of the text one more, empty cell follows
            if (end == u'\r' && !atEnd() && m_text[m_at] == u'\n')
                ++m_at;
            return record;
        }
    }

private:
    [[nodiscard]] bool endsCell(QChar c) const
    {
        return c == m_separator || c == u'\n' || c == u'\r';
    }

    // Up to, not including, what ends the cell.
    Result<QString> nextCell()
    {
        QString cell;
        if (!atEnd() && m_text[m_at] == u'"') {
            ++m_at;
            TRY(quotedPart(cell));
        }
        const qsizetype from = m_at;
        while (!atEnd() && !endsCell(m_text[m_at]))
            ++m_at;
        cell += QStringView(m_text).sliced(from, m_at - from);
        if (cell.size() > longestCell)
            return fail(
                Errc::FileMalformed,
                u"row %1 has a cell of more than %2 characters"_s.arg(m_number).arg(longestCell));
        return cell;
    }

    Result<> quotedPart(QString &cell)
    {
        while (true) {
            const qsizetype quote = m_text.indexOf(u'"', m_at);
            if (quote < 0)
                return fail(Errc::FileMalformed,
                            u"the quote opened in row %1 is never closed"_s.arg(m_number));
            cell += QStringView(m_text).sliced(m_at, quote - m_at);
            m_at = quote + 1;
            if (atEnd() || m_text[m_at] != u'"')
                return {};
            cell += u'"';
            ++m_at;
        }
    }

    const QString &m_text;
    QChar m_separator;
    qsizetype m_at = 0;
    int m_number = 0;
};

Result<std::vector<Record>> readRecords(const QString &text, const ReadOptions &options,
                                        const Progress &progress)
{
    std::vector<Record> records;
    RecordReader reader(text, separatorOf(text));
    while (!reader.atEnd()) {
        TRY_ASSIGN(Record record, reader.next());
        records.push_back(std::move(record));
        if (std::ssize(records) > options.mostRows)
            return fail(Errc::FileMalformed, u"more than %1 rows"_s.arg(options.mostRows));
        if (records.size() % 1024 == 0 && !progress.report(reader.position(), text.size()))
            return fail(Errc::Cancelled, u"reading was cancelled"_s);
    }
    return records;
}

bool isFormulaStart(QChar c)
{
    return QStringView(u"=+-@＝＋－＠").contains(c);
}

// How many apostrophes stand before a character that starts a formula; -1 when none of that
// follows.
qsizetype apostrophesBeforeFormula(const QString &text)
{
    qsizetype at = 0;
    while (at < text.size() && text[at] == u'\'')
        ++at;
    return at < text.size() && isFormulaStart(text[at]) ? at : -1;
}

} // namespace

QString guardFormula(const QString &text)
{
    return apostrophesBeforeFormula(text) >= 0 ? u'\'' + text : text;
}

QString unguardFormula(const QString &text)
{
    return apostrophesBeforeFormula(text) >= 1 ? text.sliced(1) : text;
}

QString csvCell(const QString &text)
{
    static constexpr QStringView special = u",;\t\"\r\n";
    const bool quoted = std::ranges::any_of(text, [](QChar c) { return special.contains(c); }) ||
                        (!text.isEmpty() && (text.front().isSpace() || text.back().isSpace()));
    if (!quoted)
        return text;
    QString doubled = text;
    doubled.replace(u'"', u"\"\""_s);
    return u'"' + doubled + u'"';
}

Result<SourceTable> readCsv(const QByteArray &bytes, const ReadOptions &options,
                            const Progress &progress)
{
    auto decoded = decodeText(bytes);
    if (!decoded)
        return fail(Errc::FileMalformed, u"neither UTF-8 nor GB18030 text"_s);
    if (const auto zero = decoded->text.indexOf(QChar(u'\0')); zero >= 0)
        return fail(Errc::FileMalformed, u"a zero byte in line %1; not a text table"_s.arg(
                                             decoded->text.first(zero).count(u'\n') + 1));
    TRY_ASSIGN(std::vector<Record> records, readRecords(decoded->text, options, progress));
    for (Record &record : records) {
        for (QString &cell : record.cells)
            cell = cell.isEmpty() ? QString() : unguardFormula(cell);
    }
    SourceTable table;
    table.format = u"CSV"_s;
    table.encoding = decoded->encoding;
    TRY(fillFromRecords(table, std::move(records)));
    return table;
}

} // namespace leeward::geo
