#include "models/domain/operation.h"

#include "models/domain/operation_codec.h"

#include <QJsonDocument>

#include <cmath>

namespace leeward {

using namespace Qt::StringLiterals;

QByteArray toBytes(const Operation &operation)
{
    const QJsonObject object = {
        {u"id"_s, operation.id.text()},
        {u"kind"_s, operation.kind},
        {u"args"_s, operation.args},
        {u"author"_s, operation.author},
        {u"desk"_s, operation.desk},
        {u"occurred_at"_s, toMs(operation.occurredAt)},
        {u"recorded_at"_s, toMs(operation.recordedAt)},
    };
    return QJsonDocument(object).toJson(QJsonDocument::Compact);
}

Result<Operation> operationFrom(const QByteArray &bytes)
{
    QJsonParseError parse;
    const QJsonDocument document = QJsonDocument::fromJson(bytes, &parse);
    if (parse.error != QJsonParseError::NoError || !document.isObject())
        return fail(Errc::FileMalformed, u"operation: "_s + parse.errorString());
    const QJsonObject object = document.object();
    Operation operation;
    const auto take = [&](QLatin1StringView name, auto &value) {
        return codec::read(object.value(name), value);
    };
    if (!take("id"_L1, operation.id) || !operation.id.isValid())
        return fail(Errc::FileMalformed, u"operation: id"_s);
    if (!take("kind"_L1, operation.kind) || !take("author"_L1, operation.author) ||
        !take("desk"_L1, operation.desk) || !take("occurred_at"_L1, operation.occurredAt) ||
        !take("recorded_at"_L1, operation.recordedAt) || !object.value("args"_L1).isObject()) {
        return fail(Errc::FileMalformed, u"operation: a field is missing or of a wrong type"_s);
    }
    operation.args = object.value("args"_L1).toObject();
    return operation;
}

namespace codec {

QJsonValue write(const QString &value)
{
    return value;
}
QJsonValue write(int value)
{
    return value;
}
QJsonValue write(qint64 value)
{
    return value;
}
QJsonValue write(bool value)
{
    return value;
}
QJsonValue write(Instant value)
{
    return toMs(value);
}

QJsonValue write(const std::optional<LonLat> &value)
{
    return value ? QJsonValue(QJsonArray{value->lon, value->lat}) : QJsonValue();
}

QJsonValue write(const std::optional<Instant> &value)
{
    return value ? QJsonValue(toMs(*value)) : QJsonValue();
}

namespace {

// Qt 6.8.2 compares a null key with a non-ASCII one beside it by reading from address 0. An empty
// key that was read from bytes is null too.
QString nameOf(const QString &key)
{
    return key.isNull() ? u""_s : key;
}

} // namespace

QJsonValue write(const FieldValues &value)
{
    QJsonObject object;
    for (auto it = value.begin(); it != value.end(); ++it)
        object.insert(nameOf(it.key()), QJsonValue::fromVariant(it.value()));
    return object;
}

QJsonValue write(const std::vector<op::FieldChange> &value)
{
    QJsonArray array;
    for (const op::FieldChange &change : value) {
        array.append(QJsonObject{{u"field"_s, change.field},
                                 {u"before"_s, QJsonValue::fromVariant(change.before)},
                                 {u"after"_s, QJsonValue::fromVariant(change.after)}});
    }
    return array;
}

QJsonValue write(const std::vector<op::ImportRecords::Row> &value)
{
    QJsonArray array;
    for (const auto &row : value)
        array.append(
            QJsonObject{{u"record"_s, write(row.record)}, {u"values"_s, write(row.values)}});
    return array;
}

bool read(const QJsonValue &json, QString &value)
{
    value = json.toString();
    return json.isString();
}

bool read(const QJsonValue &json, qint64 &value)
{
    if (!json.isDouble())
        return false;
    const double real = json.toDouble();
    value = json.toInteger();
    return real == std::floor(real) && std::abs(real) < 9.007199254740992e15;
}

bool read(const QJsonValue &json, int &value)
{
    qint64 wide = 0;
    if (!read(json, wide) || wide > INT_MAX || wide < INT_MIN)
        return false;
    value = static_cast<int>(wide);
    return true;
}

bool read(const QJsonValue &json, bool &value)
{
    value = json.toBool();
    return json.isBool();
}

bool read(const QJsonValue &json, Instant &value)
{
    qint64 ms = 0;
    if (!read(json, ms))
        return false;
    value = instantFromMs(ms);
    return true;
}

bool read(const QJsonValue &json, std::optional<LonLat> &value)
{
    value.reset();
    if (json.isNull())
        return true;
    const QJsonArray pair = json.toArray();
    if (pair.size() != 2 || !pair[0].isDouble() || !pair[1].isDouble())
        return false;
    value = LonLat{pair[0].toDouble(), pair[1].toDouble()};
    return value->isValid();
}

bool read(const QJsonValue &json, std::optional<Instant> &value)
{
    value.reset();
    if (json.isNull())
        return true;
    Instant at;
    if (!read(json, at))
        return false;
    value = at;
    return true;
}

namespace {

// Scalars only; a whole number comes back as qlonglong so that 5 equals 5 whichever way it
// travelled.
bool readScalar(const QJsonValue &json, QVariant &value)
{
    switch (json.type()) {
    case QJsonValue::Null: value = QVariant(); return true;
    case QJsonValue::Bool: value = json.toBool() ? 1LL : 0LL; return true;
    case QJsonValue::String: value = json.toString(); return true;
    case QJsonValue::Double: {
        const double real = json.toDouble();
        if (real == std::floor(real) && std::abs(real) < 9e15)
            value = json.toInteger();
        else
            value = real;
        return true;
    }
    case QJsonValue::Array:
    case QJsonValue::Object:
    case QJsonValue::Undefined: return false;
    }
    return false;
}

} // namespace

bool read(const QJsonValue &json, FieldValues &value)
{
    value.clear();
    if (!json.isObject())
        return false;
    const QJsonObject object = json.toObject();
    for (auto it = object.begin(); it != object.end(); ++it) {
        if (!readScalar(it.value(), value[nameOf(it.key())]))
            return false;
    }
    return true;
}

bool read(const QJsonValue &json, std::vector<op::FieldChange> &value)
{
    value.clear();
    if (!json.isArray())
        return false;
    for (const QJsonValue &entry : json.toArray()) {
        op::FieldChange change;
        if (!read(entry["field"_L1], change.field) ||
            !readScalar(entry["before"_L1], change.before) ||
            !readScalar(entry["after"_L1], change.after)) {
            return false;
        }
        value.push_back(std::move(change));
    }
    return true;
}

bool read(const QJsonValue &json, std::vector<op::ImportRecords::Row> &value)
{
    value.clear();
    if (!json.isArray())
        return false;
    const QJsonArray array = json.toArray();
    value.reserve(static_cast<size_t>(array.size()));
    for (const QJsonValue &entry : array) {
        op::ImportRecords::Row row;
        if (!read(entry["record"_L1], row.record) || !row.record.isValid() ||
            !read(entry["values"_L1], row.values)) {
            return false;
        }
        value.push_back(std::move(row));
    }
    return true;
}

} // namespace codec
} // namespace leeward
