#pragma once

#include "models/domain/operation.h"

#include <algorithm>
#include <string_view>

namespace leeward {

// Turns the structs of op:: into the arguments of an Operation and back. Reading is strict: a wrong
// type or an unknown or missing key names itself, because the bytes may come from another program.

namespace codec {

[[nodiscard]] QJsonValue write(const QString &value);
[[nodiscard]] QJsonValue write(int value);
[[nodiscard]] QJsonValue write(qint64 value);
[[nodiscard]] QJsonValue write(bool value);
[[nodiscard]] QJsonValue write(Instant value);
[[nodiscard]] QJsonValue write(const std::optional<LonLat> &value);
[[nodiscard]] QJsonValue write(const std::optional<Instant> &value);
[[nodiscard]] QJsonValue write(const FieldValues &value);
[[nodiscard]] QJsonValue write(const std::vector<op::FieldChange> &value);
[[nodiscard]] QJsonValue write(const std::vector<op::ImportRecords::Row> &value);
template <class Tag>
[[nodiscard]] QJsonValue write(Id<Tag> value)
{
    return value.isValid() ? QJsonValue(value.text()) : QJsonValue();
}

[[nodiscard]] bool read(const QJsonValue &json, QString &value);
[[nodiscard]] bool read(const QJsonValue &json, int &value);
[[nodiscard]] bool read(const QJsonValue &json, qint64 &value);
[[nodiscard]] bool read(const QJsonValue &json, bool &value);
[[nodiscard]] bool read(const QJsonValue &json, Instant &value);
[[nodiscard]] bool read(const QJsonValue &json, std::optional<LonLat> &value);
[[nodiscard]] bool read(const QJsonValue &json, std::optional<Instant> &value);
[[nodiscard]] bool read(const QJsonValue &json, FieldValues &value);
[[nodiscard]] bool read(const QJsonValue &json, std::vector<op::FieldChange> &value);
[[nodiscard]] bool read(const QJsonValue &json, std::vector<op::ImportRecords::Row> &value);
template <class Tag>
[[nodiscard]] bool read(const QJsonValue &json, Id<Tag> &value)
{
    if (json.isNull()) {
        value = {};
        return true;
    }
    if (!json.isString())
        return false;
    value = Id<Tag>::fromText(json.toString());
    return value.isValid();
}

} // namespace codec

namespace codec {

// Whether the arguments of a Body may be without this one.
template <class Body>
[[nodiscard]] bool mayLack(const char *name)
{
    if constexpr (requires { Body::laterFields; })
        return std::ranges::contains(Body::laterFields, std::string_view(name));
    return false;
}

} // namespace codec

template <class Body>
[[nodiscard]] QJsonObject toArgs(const Body &body)
{
    QJsonObject args;
    Body::fields(body, [&](const char *name, const auto &value) {
        const QJsonValue written = codec::write(value);
        if (!codec::mayLack<Body>(name) || !written.toString().isEmpty())
            args.insert(QLatin1StringView(name), written);
    });
    return args;
}

// The name of the first argument that is missing, of a wrong type or not known is the error's
// detail.
template <class Body>
[[nodiscard]] Result<Body> readArgs(const QJsonObject &args)
{
    Body body;
    QString wrong;
    qsizetype known = 0;
    Body::fields(body, [&](const char *name, auto &value) {
        const auto found = args.constFind(QLatin1StringView(name));
        if (found != args.constEnd())
            ++known;
        const bool fine =
            found == args.constEnd() ? codec::mayLack<Body>(name) : codec::read(*found, value);
        if (wrong.isEmpty() && !fine)
            wrong = QLatin1StringView(name);
    });
    if (!wrong.isEmpty())
        return fail(Errc::InvalidArgument, wrong);
    if (known != args.size())
        return fail(Errc::InvalidArgument, QStringLiteral("unknown argument"));
    return body;
}

// A complete operation around `body`.
template <class Body>
[[nodiscard]] Operation makeOperation(const Body &body, OperationId id, QString author,
                                      QString desk, Instant occurredAt, Instant recordedAt)
{
    return {id,
            QString(QLatin1StringView(Body::kind)),
            toArgs(body),
            std::move(author),
            std::move(desk),
            occurredAt,
            recordedAt};
}

} // namespace leeward
