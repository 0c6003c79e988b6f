#include "server/postgres/pg_value.h"

#include <QtEndian>

namespace leeward::server {

namespace {

// Object ids of built-in types never change (src/include/catalog/pg_type.dat); libpq ships no
// header for them.
enum TypeId : unsigned
{
    Bytea = 17,
    Int8 = 20,
    Int4 = 23,
    Text = 25,
    Uuid = 2950,
    ByteaArray = 1001,
    Int4Array = 1007,
    TextArray = 1009,
    Int8Array = 1016,
    UuidArray = 2951,
};

template <class Number>
QByteArray bigEndian(Number value)
{
    QByteArray bytes(sizeof value, Qt::Uninitialized);
    qToBigEndian(value, bytes.data());
    return bytes;
}

QByteArray bytesOf(qint64 value)
{
    return bigEndian(value);
}
QByteArray bytesOf(int value)
{
    return bigEndian(static_cast<qint32>(value));
}
QByteArray bytesOf(const QString &value)
{
    if (!value.contains(QChar(u'\0')))
        return value.toUtf8();
    return QString(value).replace(QChar(u'\0'), QChar(QChar::ReplacementCharacter)).toUtf8();
}
QByteArray bytesOf(const QByteArray &value)
{
    return value;
}
QByteArray bytesOf(QUuid value)
{
    return value.toRfc4122();
}

template <class Value>
PgValue arrayOf(TypeId array, TypeId element, std::span<const Value> values)
{
    // Dimensions, whether there are nulls, type; then each dimension's length and lower bound.
    QByteArray bytes = bigEndian<qint32>(values.empty() ? 0 : 1) + bigEndian<qint32>(0) +
                       bigEndian<quint32>(element);
    if (!values.empty())
        bytes += bigEndian(static_cast<qint32>(values.size())) + bigEndian<qint32>(1);
    for (const Value &value : values) {
        const QByteArray item = bytesOf(value);
        bytes += bigEndian(static_cast<qint32>(item.size()));
        bytes += item;
    }
    return {array, bytes};
}

} // namespace

PgValue PgValue::of(qint64 value)
{
    return {Int8, bytesOf(value)};
}
PgValue PgValue::of(int value)
{
    return {Int4, bytesOf(value)};
}
PgValue PgValue::of(const QString &value)
{
    return {Text, bytesOf(value)};
}
PgValue PgValue::of(const QByteArray &value)
{
    return {Bytea, value};
}
PgValue PgValue::of(QUuid value)
{
    return {Uuid, bytesOf(value)};
}
PgValue PgValue::of(std::span<const qint64> values)
{
    return arrayOf(Int8Array, Int8, values);
}
PgValue PgValue::of(std::span<const int> values)
{
    return arrayOf(Int4Array, Int4, values);
}
PgValue PgValue::of(std::span<const QString> values)
{
    return arrayOf(TextArray, Text, values);
}
PgValue PgValue::of(std::span<const QByteArray> values)
{
    return arrayOf(ByteaArray, Bytea, values);
}
PgValue PgValue::of(std::span<const QUuid> values)
{
    return arrayOf(UuidArray, Uuid, values);
}

} // namespace leeward::server
