#pragma once

#include "models/store/connection.h"

#include <sqlite3.h>

#include <vector>

// The bytes of a changeset: what is shared by the ones that make, read and apply them.
namespace leeward::store::changeset {

struct Header
{
    qsizetype columns = 0;
    QByteArrayView keys; // one byte a column, not 0 = part of the primary key
    QByteArrayView name;
};

struct Record
{
    char what = 0;        // SQLITE_INSERT, SQLITE_DELETE, SQLITE_UPDATE
    char indirect = 0;    // made by a trigger
    QByteArrayView *rows; // what stood, what stands: one or two times `columns` values
};

// Walks the bytes of a changeset as SQLite lays them out (the comment at the top of its
// sqlite3session.c):
//
//   'T' columns(varint) keys(columns bytes) name '\0'     then records of this table:
//   what(1) indirect(1) value × columns                   INSERT: new; DELETE: old
//   what(1) indirect(1) value × columns × 2               UPDATE: old, new
//   value: type(1), then 8 bytes, or length(varint) and so many bytes, or nothing
//
// Never reads beyond the bytes. SQLite 3.46 itself looks for the end of a table's name for ever
// when the bytes end first.
class Walker
{
public:
    explicit Walker(const QByteArray &bytes)
        : m_bytes(bytes)
    {
    }

    // Calls onHeader(const Header &) and onRecord(const Header &, const Record &) for each part;
    // false when a part is not there whole, or when a call answers false.
    template <class OnHeader, class OnRecord>
    [[nodiscard]] bool walk(OnHeader onHeader, OnRecord onRecord)
    {
        Header table;
        std::vector<QByteArrayView> values;
        while (m_ok && m_at < m_bytes.size()) {
            const int what = byte();
            if (what == 'T') {
                table = header();
                m_ok = m_ok && onHeader(table);
            } else if (table.columns > 0 &&
                       (what == SQLITE_INSERT || what == SQLITE_DELETE || what == SQLITE_UPDATE)) {
                const auto indirect = static_cast<char>(byte());
                values.clear();
                for (qint64 i = (what == SQLITE_UPDATE ? 2 : 1) * table.columns; m_ok && i > 0; --i)
                    values.push_back(value());
                m_ok = m_ok &&
                       onRecord(table, Record{static_cast<char>(what), indirect, values.data()});
            } else {
                m_ok = false;
            }
        }
        return m_ok;
    }

private:
    int byte()
    {
        m_ok = m_ok && m_at < m_bytes.size();
        return m_ok ? static_cast<unsigned char>(m_bytes[m_at++]) : 0;
    }
    QByteArrayView take(qint64 count)
    {
        m_ok = m_ok && count >= 0 && count <= m_bytes.size() - m_at;
        if (!m_ok)
            return {};
        m_at += count;
        return QByteArrayView(m_bytes).sliced(m_at - count, count);
    }
    // Seven bits a byte, the highest first; no length of less than 2 GB takes more than five of
    // them.
    qint64 number()
    {
        qint64 value = 0;
        for (int i = 0; i < 5; ++i) {
            const int next = byte();
            value = (value << 7) | (next & 0x7F);
            if (!(next & 0x80))
                return value;
        }
        m_ok = false;
        return 0;
    }
    Header header()
    {
        Header table;
        table.columns = number();
        table.keys = take(table.columns);
        const qsizetype end = m_ok ? m_bytes.indexOf('\0', m_at) : -1;
        m_ok = m_ok && table.columns > 0 && table.columns < 1000 && end >= 0;
        if (m_ok)
            table.name = take(end - m_at);
        (void) byte();
        return table;
    }
    // With its type.
    QByteArrayView value()
    {
        const qsizetype from = m_at;
        switch (byte()) {
        case 0: // not changed
        case SQLITE_NULL: break;
        case SQLITE_INTEGER:
        case SQLITE_FLOAT: (void) take(8); break;
        case SQLITE_TEXT:
        case SQLITE_BLOB: (void) take(number()); break;
        default: m_ok = false;
        }
        return m_ok ? QByteArrayView(m_bytes).sliced(from, m_at - from) : QByteArrayView();
    }

    const QByteArray &m_bytes;
    qsizetype m_at = 0;
    bool m_ok = true;
};

// One value as it stands in a changeset, at the end of `bytes`.
void append(QByteArray &bytes, sqlite3_value *value);
void append(QByteArray &bytes, sqlite3_stmt *row, int column);
void appendNumber(QByteArray &bytes, quint32 number);

// How many bytes the first value of `bytes`, which is whole, takes.
[[nodiscard]] qsizetype lengthOf(QByteArrayView bytes);

// Of a value that is a SQLITE_FLOAT.
[[nodiscard]] double real(QByteArrayView value);

// `value` has its type in front. Its bytes must stay until the statement is reset.
void bind(sqlite3_stmt *statement, int index, QByteArrayView value);

} // namespace leeward::store::changeset
