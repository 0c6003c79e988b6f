#pragma once

#include <QByteArray>
#include <QString>
#include <QUuid>

#include <span>
#include <vector>

namespace leeward::server {

// A parameter of a statement in PostgreSQL's binary form. Only the types the journal needs.
struct PgValue
{
    unsigned type = 0; // object id of the type
    QByteArray bytes;

    [[nodiscard]] static PgValue of(qint64 value);
    [[nodiscard]] static PgValue of(int value);
    // PostgreSQL's text can not hold U+0000; U+FFFD stands for it.
    [[nodiscard]] static PgValue of(const QString &value);
    [[nodiscard]] static PgValue of(const QByteArray &value);
    [[nodiscard]] static PgValue of(QUuid value);
    // One-dimensional arrays, for unnest() and any().
    [[nodiscard]] static PgValue of(std::span<const qint64> values);
    [[nodiscard]] static PgValue of(std::span<const int> values);
    [[nodiscard]] static PgValue of(std::span<const QString> values);
    [[nodiscard]] static PgValue of(std::span<const QByteArray> values);
    [[nodiscard]] static PgValue of(std::span<const QUuid> values);
};

using PgValues = std::vector<PgValue>;

} // namespace leeward::server
