#include "models/store/changeset_bytes.h"

#include <QtEndian>

#include <bit>

namespace leeward::store::changeset {

namespace {

void appendEight(QByteArray &bytes, quint64 number)
{
    const quint64 big = qToBigEndian(number);
    bytes.append(reinterpret_cast<const char *>(&big), sizeof big);
}

quint64 eight(QByteArrayView bytes)
{
    return qFromBigEndian<quint64>(bytes.data());
}

void appendLong(QByteArray &bytes, const void *data, int size)
{
    appendNumber(bytes, static_cast<quint32>(size));
    bytes.append(static_cast<const char *>(data), size);
}

} // namespace

// The highest seven bits first, each byte but the last with the top bit set.
void appendNumber(QByteArray &bytes, quint32 number)
{
    int shift = 0;
    while (shift < 28 && (number >> (shift + 7)) != 0)
        shift += 7;
    for (; shift > 0; shift -= 7)
        bytes += static_cast<char>(0x80 | ((number >> shift) & 0x7F));
    bytes += static_cast<char>(number & 0x7F);
}

void append(QByteArray &bytes, sqlite3_value *value)
{
    const int type = sqlite3_value_type(value);
    bytes += static_cast<char>(type);
    if (type == SQLITE_INTEGER) {
        appendEight(bytes, static_cast<quint64>(sqlite3_value_int64(value)));
    } else if (type == SQLITE_FLOAT) {
        appendEight(bytes, std::bit_cast<quint64>(sqlite3_value_double(value)));
    } else if (type == SQLITE_TEXT) {
        const void *data = sqlite3_value_text(value); // before its length is asked for
        appendLong(bytes, data, sqlite3_value_bytes(value));
    } else if (type == SQLITE_BLOB) {
        const void *data = sqlite3_value_blob(value);
        appendLong(bytes, data, sqlite3_value_bytes(value));
    }
}

void append(QByteArray &bytes, sqlite3_stmt *row, int column)
{
    const int type = sqlite3_column_type(row, column);
    bytes += static_cast<char>(type);
    if (type == SQLITE_INTEGER) {
        appendEight(bytes, static_cast<quint64>(sqlite3_column_int64(row, column)));
    } else if (type == SQLITE_FLOAT) {
        appendEight(bytes, std::bit_cast<quint64>(sqlite3_column_double(row, column)));
    } else if (type == SQLITE_TEXT) {
        const void *data = sqlite3_column_text(row, column);
        appendLong(bytes, data, sqlite3_column_bytes(row, column));
    } else if (type == SQLITE_BLOB) {
        const void *data = sqlite3_column_blob(row, column);
        appendLong(bytes, data, sqlite3_column_bytes(row, column));
    }
}

namespace {

// Where the text of a value begins, and its length.
std::pair<qsizetype, qsizetype> textIn(QByteArrayView value)
{
    qsizetype at = 1;
    qsizetype size = 0;
    while (true) {
        const auto next = static_cast<unsigned char>(value[at++]);
        size = (size << 7) | (next & 0x7F);
        if (!(next & 0x80))
            return {at, size};
    }
}

} // namespace

qsizetype lengthOf(QByteArrayView bytes)
{
    switch (bytes.front()) {
    case SQLITE_INTEGER:
    case SQLITE_FLOAT: return 9;
    case SQLITE_TEXT:
    case SQLITE_BLOB: {
        const auto [at, size] = textIn(bytes);
        return at + size;
    }
    default: return 1;
    }
}

double real(QByteArrayView value)
{
    return std::bit_cast<double>(eight(value.sliced(1)));
}

void bind(sqlite3_stmt *statement, int index, QByteArrayView value)
{
    const char type = value.front();
    if (type == SQLITE_INTEGER) {
        sqlite3_bind_int64(statement, index, static_cast<qint64>(eight(value.sliced(1))));
    } else if (type == SQLITE_FLOAT) {
        sqlite3_bind_double(statement, index, real(value));
    } else if (type == SQLITE_TEXT || type == SQLITE_BLOB) {
        const auto [at, size] = textIn(value);
        const char *data = value.data() + at;
        if (type == SQLITE_TEXT)
            sqlite3_bind_text(statement, index, data, static_cast<int>(size), SQLITE_STATIC);
        else
            sqlite3_bind_blob(statement, index, data, static_cast<int>(size), SQLITE_STATIC);
    } else {
        sqlite3_bind_null(statement, index);
    }
}

} // namespace leeward::store::changeset
