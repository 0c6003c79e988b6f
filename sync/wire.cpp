#include "sync/wire.h"

#include <QCborArray>
#include <QCborValue>
#include <QJsonDocument>
#include <QJsonObject>

#include <zstd.h>

#include <cmath>

namespace leeward::sync::wire {

using namespace Qt::StringLiterals;

namespace {

std::unexpected<Error> malformed(const QString &what)
{
    return fail(Errc::FileMalformed, u"message: "_s + what);
}

// Reads the members of one map; the first that is missing or of a wrong type is remembered.
class Reader
{
public:
    Reader(const QCborValue &value, const QString &name)
        : m_map(value.toMap())
        , m_name(name)
    {
        if (!value.isMap())
            m_fault = name + u" is no map"_s;
    }

    void read(QLatin1StringView key, QString &into)
    {
        const QCborValue value = member(key);
        if (check(value.isString(), key))
            into = value.toString();
    }
    void read(QLatin1StringView key, QByteArray &into, qsizetype length = -1)
    {
        const QCborValue value = member(key);
        if (check(value.isByteArray() && (length < 0 || value.toByteArray().size() == length), key))
            into = value.toByteArray();
    }
    void read(QLatin1StringView key, qint64 &into)
    {
        const QCborValue value = member(key);
        if (check(value.isInteger(), key))
            into = value.toInteger();
    }
    void read(QLatin1StringView key, Instant &into)
    {
        qint64 ms = 0;
        read(key, ms);
        into = instantFromMs(ms);
    }
    void read(QLatin1StringView key, double &into)
    {
        const QCborValue value = member(key);
        const double number = value.toDouble(qQNaN());
        if (check((value.isDouble() || value.isInteger()) && std::isfinite(number), key))
            into = number;
    }
    void read(QLatin1StringView key, std::optional<double> &into)
    {
        if (has(key))
            read(key, into.emplace());
    }
    [[nodiscard]] bool has(QLatin1StringView key) const { return m_map.contains(key); }
    [[nodiscard]] bool flag(QLatin1StringView key) const { return m_map.value(key).toBool(); }
    [[nodiscard]] QCborValue member(QLatin1StringView key) const { return m_map.value(key); }
    [[nodiscard]] QCborArray list(QLatin1StringView key)
    {
        const QCborValue value = member(key);
        check(value.isArray() || value.isUndefined(), key);
        return value.toArray();
    }
    [[nodiscard]] Result<> done() const
    {
        if (m_fault.isEmpty())
            return {};
        return malformed(m_fault);
    }

private:
    bool check(bool good, QLatin1StringView key)
    {
        if (!good && m_fault.isEmpty())
            m_fault = m_name + u'.' + key + u" is missing or of a wrong type"_s;
        return good;
    }

    QCborMap m_map;
    QString m_name;
    QString m_fault;
};

QCborArray toCbor(const store::Head &head)
{
    return {head.seq, head.hash};
}

Result<store::Head> headFrom(const QCborValue &value)
{
    const QCborArray pair = value.toArray();
    const QByteArray hash = pair.at(1).toByteArray();
    if (pair.size() != 2 || !pair.at(0).isInteger() || pair.at(0).toInteger() < 0 ||
        (hash.size() != store::hashSize && !hash.isEmpty()))
        return malformed(u"a place in the journal is not [number, hash]"_s);
    return store::Head{pair.at(0).toInteger(), hash};
}

Result<QCborValue> parse(const QByteArray &bytes)
{
    if (bytes.size() > largestMessage)
        return malformed(u"%1 bytes are too many"_s.arg(bytes.size()));
    QCborParserError error;
    const QCborValue value = QCborValue::fromCbor(bytes, &error);
    if (error.error != QCborError::NoError)
        return malformed(error.errorString());
    return value;
}

Result<store::Entry> entryFrom(const QCborValue &value, const QByteArray &previousHash)
{
    Reader reader(value, u"entry"_s);
    store::Entry entry;
    entry.previousHash = previousHash;
    reader.read("seq"_L1, entry.seq);
    reader.read("at"_L1, entry.acceptedAt);
    reader.read("op"_L1, entry.operationBytes);
    reader.read("rows"_L1, entry.changeset);
    reader.read("hash"_L1, entry.hash, store::hashSize);
    qint64 rules = 1;
    if (reader.has("rules"_L1))
        reader.read("rules"_L1, rules);
    entry.rules = static_cast<int>(std::clamp<qint64>(rules, 1, 1'000'000));
    if (reader.has("seal"_L1))
        reader.read("seal"_L1, entry.seal, store::sealSize);
    TRY(reader.done());
    TRY_ASSIGN(entry.operation, operationFrom(entry.operationBytes));
    return entry;
}

QCborMap toCbor(const Presence &presence)
{
    return {{u"desk"_s, presence.desk},
            {u"person"_s, presence.person},
            {u"record"_s, presence.record},
            {u"editing"_s, presence.editing}};
}

Result<Presence> presenceFrom(const QCborValue &value)
{
    Reader reader(value, u"presence"_s);
    Presence presence;
    reader.read("desk"_L1, presence.desk);
    reader.read("person"_L1, presence.person);
    reader.read("record"_L1, presence.record);
    presence.editing = reader.flag("editing"_L1);
    TRY(reader.done());
    return presence;
}

constexpr std::array frameNames = {"entries"_L1, "head"_L1, "presence"_L1, "positions"_L1,
                                   "bye"_L1};

} // namespace

QCborMap toCbor(const Submission &submission)
{
    QCborMap map = {{u"op"_s, leeward::toBytes(submission.operation)}};
    if (submission.proof) {
        map.insert(u"key"_s, submission.proof->key);
        map.insert(u"signature"_s, submission.proof->signature);
    }
    if (!submission.seal.isEmpty())
        map.insert(u"seal"_s, submission.seal);
    return map;
}

Result<Submission> submissionFrom(const QCborValue &value)
{
    Reader reader(value, u"submission"_s);
    QByteArray bytes;
    Submission submission;
    reader.read("op"_L1, bytes);
    if (reader.has("key"_L1)) {
        submission.proof.emplace();
        reader.read("key"_L1, submission.proof->key, 32);
        reader.read("signature"_L1, submission.proof->signature, 64);
    }
    if (reader.has("seal"_L1))
        reader.read("seal"_L1, submission.seal, store::sealSize);
    TRY(reader.done());
    TRY_ASSIGN(submission.operation, operationFrom(bytes));
    return submission;
}

QCborValue toCbor(const std::vector<store::Entry> &entries)
{
    QCborArray list;
    for (const store::Entry &entry : entries) {
        QCborMap map = {{u"seq"_s, entry.seq},           {u"at"_s, toMs(entry.acceptedAt)},
                        {u"op"_s, entry.operationBytes}, {u"rows"_s, entry.changeset},
                        {u"hash"_s, entry.hash},         {u"rules"_s, entry.rules}};
        if (!entry.seal.isEmpty())
            map.insert(u"seal"_s, entry.seal);
        list.append(map);
    }
    return QCborMap{{u"after"_s, entries.empty() ? QByteArray() : entries.front().previousHash},
                    {u"list"_s, list}};
}

Result<std::vector<store::Entry>> entriesFrom(const QCborValue &value)
{
    Reader reader(value, u"entries"_s);
    QByteArray previous;
    reader.read("after"_L1, previous);
    const QCborArray list = reader.list("list"_L1);
    TRY(reader.done());
    std::vector<store::Entry> entries;
    for (const QCborValue &item : list) {
        TRY_ASSIGN(store::Entry entry, entryFrom(item, previous));
        previous = entry.hash;
        entries.push_back(std::move(entry));
    }
    return entries;
}

QByteArray toBytes(const Ask &ask)
{
    QCborArray submissions;
    for (const Submission &submission : ask.submissions)
        submissions.append(toCbor(submission));
    QCborArray past;
    for (const store::Head &rung : ask.past)
        past.append(toCbor(rung));
    return QCborMap{
        {u"operations"_s, submissions}, {u"cursor"_s, toCbor(ask.cursor)}, {u"past"_s, past}}
        .toCborValue()
        .toCbor();
}

Result<Ask> askFrom(const QByteArray &bytes)
{
    TRY_ASSIGN(const QCborValue value, parse(bytes));
    Reader reader(value, u"ask"_s);
    Ask ask;
    const QCborArray submissions = reader.list("operations"_L1);
    const QCborArray past = reader.list("past"_L1);
    TRY(reader.done());
    for (const QCborValue &item : submissions) {
        TRY_ASSIGN(Submission submission, submissionFrom(item));
        ask.submissions.push_back(std::move(submission));
    }
    TRY_ASSIGN(ask.cursor, headFrom(reader.member("cursor"_L1)));
    for (const QCborValue &item : past) {
        TRY_ASSIGN(store::Head rung, headFrom(item));
        ask.past.push_back(std::move(rung));
    }
    return ask;
}

QByteArray toBytes(const Reply &reply)
{
    QCborArray refused;
    for (const auto &[id, refusal] : reply.refused) {
        refused.append(
            QCborMap{{u"id"_s, id.text()},
                     {u"reason"_s, refusalName(refusal.reason)},
                     {u"facts"_s, QJsonDocument(refusal.facts).toJson(QJsonDocument::Compact)}});
    }
    QCborMap map = {{u"refused"_s, refused},
                    {u"entries"_s, toCbor(reply.entries)},
                    {u"more"_s, reply.more},
                    {u"epoch"_s, reply.epoch}};
    if (reply.diverged)
        map.insert(u"diverged"_s, true);
    if (reply.retreatTo)
        map.insert(u"retreat_to"_s, *reply.retreatTo);
    if (reply.first > 0)
        map.insert(u"first"_s, reply.first);
    return map.toCborValue().toCbor();
}

Result<Reply> replyFrom(const QByteArray &bytes)
{
    TRY_ASSIGN(const QCborValue value, parse(bytes));
    Reader reader(value, u"reply"_s);
    Reply reply;
    reader.read("epoch"_L1, reply.epoch);
    reply.more = reader.flag("more"_L1);
    reply.diverged = reader.flag("diverged"_L1);
    if (reader.has("retreat_to"_L1))
        reader.read("retreat_to"_L1, reply.retreatTo.emplace());
    if (reader.has("first"_L1))
        reader.read("first"_L1, reply.first);
    const QCborArray refused = reader.list("refused"_L1);
    TRY(reader.done());
    for (const QCborValue &item : refused) {
        Reader answer(item, u"refused"_s);
        QString id;
        QString reason;
        QByteArray facts;
        answer.read("id"_L1, id);
        answer.read("reason"_L1, reason);
        answer.read("facts"_L1, facts);
        TRY(answer.done());
        const auto operation = OperationId::fromText(id);
        if (!operation.isValid())
            return malformed(u"refused.id is no id"_s);
        // A newer server may know reasons that this console does not.
        reply.refused.emplace_back(
            operation, Refusal{refusalFrom(reason).value_or(RefusalReason::BadArguments),
                               QJsonDocument::fromJson(facts).object()});
    }
    TRY_ASSIGN(reply.entries, entriesFrom(reader.member("entries"_L1)));
    return reply;
}

QCborMap toCbor(const UnitPosition &position)
{
    QCborMap map = {{u"source"_s, position.source},
                    {u"kind"_s, position.kind},
                    {u"lon"_s, position.lon},
                    {u"lat"_s, position.lat},
                    {u"device_at"_s, toMs(position.deviceAt)},
                    {u"received_at"_s, toMs(position.receivedAt)}};
    if (!position.team.isEmpty())
        map.insert(u"team"_s, position.team);
    if (!position.label.isEmpty())
        map.insert(u"label"_s, position.label);
    if (position.speed)
        map.insert(u"speed"_s, *position.speed);
    if (position.heading)
        map.insert(u"heading"_s, *position.heading);
    if (position.accuracy)
        map.insert(u"accuracy"_s, *position.accuracy);
    return map;
}

Result<UnitPosition> unitPositionFrom(const QCborValue &value)
{
    Reader reader(value, u"position"_s);
    UnitPosition position;
    reader.read("source"_L1, position.source);
    reader.read("kind"_L1, position.kind);
    if (reader.has("team"_L1))
        reader.read("team"_L1, position.team);
    if (reader.has("label"_L1))
        reader.read("label"_L1, position.label);
    reader.read("lon"_L1, position.lon);
    reader.read("lat"_L1, position.lat);
    reader.read("device_at"_L1, position.deviceAt);
    reader.read("received_at"_L1, position.receivedAt);
    reader.read("speed"_L1, position.speed);
    reader.read("heading"_L1, position.heading);
    reader.read("accuracy"_L1, position.accuracy);
    TRY(reader.done());
    return position;
}

QByteArray toBytes(const Frame &frame)
{
    QCborMap map = {{u"frame"_s, frameNames[static_cast<size_t>(frame.kind)]}};
    switch (frame.kind) {
    case Frame::Kind::Entries: map.insert(u"entries"_s, toCbor(frame.entries)); break;
    case Frame::Kind::Head:
        map.insert(u"head"_s, toCbor(frame.head));
        map.insert(u"epoch"_s, frame.epoch);
        break;
    case Frame::Kind::Presence: {
        QCborArray list;
        for (const Presence &presence : frame.presence)
            list.append(toCbor(presence));
        map.insert(u"presence"_s, list);
        break;
    }
    case Frame::Kind::Positions: {
        QCborArray list;
        for (const UnitPosition &position : frame.positions)
            list.append(toCbor(position));
        map.insert(u"positions"_s, list);
        break;
    }
    case Frame::Kind::Bye: break;
    }
    return map.toCborValue().toCbor();
}

Result<Frame> frameFrom(const QByteArray &bytes)
{
    TRY_ASSIGN(const QCborValue value, parse(bytes));
    Reader reader(value, u"frame"_s);
    QString name;
    reader.read("frame"_L1, name);
    const QCborArray presence = reader.list("presence"_L1);
    const QCborArray positions = reader.list("positions"_L1);
    TRY(reader.done());
    const auto known = std::ranges::find(frameNames, name);
    if (known == frameNames.end())
        return fail(Errc::Unsupported, u"frame "_s + name); // from a newer server; passed over
    Frame frame;
    frame.kind = static_cast<Frame::Kind>(known - frameNames.begin());
    switch (frame.kind) {
    case Frame::Kind::Entries: {
        TRY_ASSIGN(frame.entries, entriesFrom(reader.member("entries"_L1)));
        break;
    }
    case Frame::Kind::Head: {
        reader.read("epoch"_L1, frame.epoch);
        TRY(reader.done());
        TRY_ASSIGN(frame.head, headFrom(reader.member("head"_L1)));
        break;
    }
    case Frame::Kind::Presence:
        for (const QCborValue &item : presence) {
            TRY_ASSIGN(Presence one, presenceFrom(item));
            frame.presence.push_back(std::move(one));
        }
        break;
    case Frame::Kind::Positions:
        for (const QCborValue &item : positions) {
            TRY_ASSIGN(UnitPosition one, unitPositionFrom(item));
            frame.positions.push_back(std::move(one));
        }
        break;
    case Frame::Kind::Bye: break;
    }
    return frame;
}

QByteArray pack(const QByteArray &bytes, int level)
{
    QByteArray packed(static_cast<qsizetype>(ZSTD_compressBound(static_cast<size_t>(bytes.size()))),
                      Qt::Uninitialized);
    const size_t size = ZSTD_compress(packed.data(), static_cast<size_t>(packed.size()),
                                      bytes.constData(), static_cast<size_t>(bytes.size()), level);
    packed.resize(ZSTD_isError(size) ? 0 : static_cast<qsizetype>(size)); // the bound rules it out
    return packed;
}

Result<QByteArray> unpack(const QByteArray &bytes, qint64 limit)
{
    const std::unique_ptr<ZSTD_DCtx, decltype(&ZSTD_freeDCtx)> context(ZSTD_createDCtx(),
                                                                       &ZSTD_freeDCtx);
    if (!context)
        return fail(Errc::Internal, u"no memory to unpack"_s);
    QByteArray out;
    QByteArray chunk(static_cast<qsizetype>(ZSTD_DStreamOutSize()), Qt::Uninitialized);
    ZSTD_inBuffer in{bytes.constData(), static_cast<size_t>(bytes.size()), 0};
    size_t more = 1;
    while (more != 0) {
        ZSTD_outBuffer piece{chunk.data(), static_cast<size_t>(chunk.size()), 0};
        more = ZSTD_decompressStream(context.get(), &piece, &in);
        if (ZSTD_isError(more))
            return malformed(QString::fromLatin1(ZSTD_getErrorName(more)));
        if (out.size() + static_cast<qsizetype>(piece.pos) > limit)
            return malformed(u"unpacks to more than %1 bytes"_s.arg(limit));
        out.append(chunk.constData(), static_cast<qsizetype>(piece.pos));
        if (more != 0 && in.pos == in.size && piece.pos < piece.size)
            return malformed(u"ends in the middle"_s);
    }
    if (in.pos != in.size)
        return malformed(u"has something behind its end"_s);
    return out;
}

} // namespace leeward::sync::wire
