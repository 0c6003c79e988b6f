#include "models/store/migrations.h"
#include "server/http/server.h"
#include "sync/device_card.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonObject>

namespace leeward::server {

using namespace Qt::StringLiterals;
using Method = QHttpServerRequest::Method;
using Access = HttpFront::Access;
namespace wire = sync::wire;

namespace {

constexpr size_t mostOperations = 1000; // of one exchange
constexpr qsizetype readHere = 8 * 1024;
constexpr qint64 largestOperation = 4LL * 1024 * 1024;
constexpr qint64 staleAfter = 2000; // entries; then a new snapshot is made
constexpr int mostEntries = 1000;

// Authors of what a session hands in for others, by name and device key.
using Authors = QHash<std::pair<QString, QByteArray>, Principal>;

// What a session may hand in: its own, and what carries the proof of a device that is known here.
Permit permitOf(const Session &session, const Authors &others)
{
    return [principal = session.principal,
            others](store::Connection &db, const sync::Submission &submission) -> Result<Verdict> {
        if (!submission.proof)
            return mayAccept(db, principal, submission.operation);
        const auto author = others.constFind({submission.operation.author, submission.proof->key});
        if (author == others.constEnd() || !sync::proves(submission))
            return Verdict(
                refuse(RefusalReason::NotYours, {{u"author"_s, submission.operation.author},
                                                 {u"desk"_s, submission.operation.desk},
                                                 {u"user"_s, principal.userName},
                                                 {u"userDesk"_s, principal.desk}}));
        return mayAccept(db, *author, submission.operation);
    };
}

// Looks up who the proofs are of, once for each person and device.
Result<Authors> authorsOf(Accounts &accounts, const std::vector<sync::Submission> &submissions)
{
    Authors authors;
    for (const sync::Submission &submission : submissions) {
        if (!submission.proof)
            continue;
        const std::pair key(submission.operation.author, submission.proof->key);
        if (authors.contains(key))
            continue;
        TRY_ASSIGN(const auto author, accounts.authorAt(key.first, key.second));
        if (author)
            authors.insert(key, *author);
    }
    return authors;
}

QJsonObject manifestOf(const ServedRealm &realm, const Snapshot &snapshot)
{
    QJsonObject manifest = toJson(snapshot);
    manifest.insert(u"realm"_s, realm.name);
    manifest.insert(u"kind"_s, realm.kind());
    manifest.insert(u"mark"_s, realm.mark);
    return manifest;
}

} // namespace

void Server::addRealmRoutes()
{
    m_front->route(Method::Get, u"/v1/realms"_s, Access::SignedIn,
                   [this](const CallPtr &call) { listRealms(call); });
    m_front->route(Method::Post, u"/v1/realms/*/exchange"_s, Access::SignedIn,
                   [this](const CallPtr &call) { exchange(call); });
    m_front->route(Method::Post, u"/v1/realms/*/operations"_s, Access::SignedIn,
                   [this](const CallPtr &call) { takeOperation(call); });
    m_front->route(Method::Get, u"/v1/realms/*/snapshot"_s, Access::SignedIn,
                   [this](const CallPtr &call) { giveSnapshot(call); });
    m_front->route(Method::Get, u"/v1/realms/*/snapshot/*"_s, Access::SignedIn,
                   [this](const CallPtr &call) { giveSnapshotBytes(call); });
    m_front->route(
        Method::Get, u"/v1/realms/*/entries"_s, Access::SignedIn, [this](const CallPtr &call) {
            ServedRealm *realm = find(call);
            if (!realm)
                return;
            const qint64 after = std::max(0LL, call->query.queryItemValue(u"after"_s).toLongLong());
            const int limit =
                std::clamp(call->query.queryItemValue(u"limit"_s).toInt(), 1, mostEntries);
            realm->host->post([call, after, limit](store::Connection &db) {
                auto entries = store::entriesAfter(db, after, limit);
                if (!entries) {
                    call->refuse(entries.error());
                    return;
                }
                const auto base = store::journalBase(db);
                if (base && after < base->seq) { // as an exchange says it
                    call->answerCbor(
                        QCborMap{{u"entries"_s, wire::toCbor(std::vector<store::Entry>())},
                                 {u"more"_s, false},
                                 {u"first"_s, base->seq + 1}}
                            .toCborValue()
                            .toCbor());
                    return;
                }
                const bool more = static_cast<int>(entries->size()) == limit;
                call->answerCbor(QCborMap{{u"entries"_s, wire::toCbor(*entries)}, {u"more"_s, more}}
                                     .toCborValue()
                                     .toCbor());
            });
        });
    m_front->streamRoute(u"/v1/realms/*/stream"_s, [this](std::unique_ptr<QWebSocket> socket,
                                                          const Session &session,
                                                          const QStringList &arguments) {
        const auto found = m_realms.find(arguments.value(0));
        if (found != m_realms.end() && !found->second.retired)
            found->second.hub->add(std::move(socket), session, found->second.positions->latest({}));
    });
}

// Each realm's own thread says where it stands; the last one answers.
void Server::listRealms(const CallPtr &call)
{
    struct Round
    {
        CallPtr call;
        std::mutex mutex;
        std::map<QString, QJsonObject> realms; // by name
        std::optional<Error> error;
        ~Round()
        {
            if (error) {
                call->refuse(*error);
                return;
            }
            QJsonArray list;
            for (const auto &[name, realm] : realms)
                list.append(realm);
            call->answerJson(QJsonDocument(list));
        }
    };
    const auto round = std::make_shared<Round>();
    round->call = call;
    for (const auto &[name, realm] : m_realms) {
        if (realm.retired)
            continue;
        realm.host->post(
            [round, name, mark = realm.mark, kind = realm.kind()](store::Connection &db) {
                const auto head = store::journalHead(db);
                const auto base = store::journalBase(db); // older entries are archived
                const auto epoch = epochOf(db);
                const std::lock_guard lock(round->mutex);
                for (const std::optional<Error> &error :
                     {head ? std::nullopt : std::optional(head.error()),
                      base ? std::nullopt : std::optional(base.error()),
                      epoch ? std::nullopt : std::optional(epoch.error())}) {
                    if (error)
                        round->error = error;
                }
                if (round->error)
                    return;
                round->realms.insert_or_assign(name, QJsonObject{{u"name"_s, name},
                                                                 {u"mark"_s, mark},
                                                                 {u"kind"_s, kind},
                                                                 {u"epoch"_s, *epoch},
                                                                 {u"head"_s, head->seq},
                                                                 {u"first"_s, base->seq + 1},
                                                                 {u"schema"_s, db.userVersion()}});
            });
    }
}

// HTTP thread → pool (decode, unless it is small) → [accounts' thread → HTTP thread] → authority's
// thread → pool (encode) → HTTP thread; the bracket only for what is handed in for others.
void Server::exchange(const CallPtr &call)
{
    ServedRealm *realm = find(call);
    if (!realm)
        return;
    const auto take = [this, call, host = realm->host.get()] {
        const auto bytes = call->content();
        auto ask =
            bytes ? wire::askFrom(*bytes) : Result<sync::Ask>(std::unexpected(bytes.error()));
        if (!ask) {
            call->refuse(ask.error());
            return;
        }
        if (ask->submissions.size() > mostOperations) {
            call->refuse(Call::Status::PayloadTooLarge, u"too-large"_s,
                         u"at most %1 operations at once"_s.arg(mostOperations));
            return;
        }
        const auto handIn = [this, call, host](const sync::Ask &asked, const Authors &others) {
            host->exchange(asked, permitOf(call->session, others),
                           [this, call](Result<sync::Reply> reply) {
                               m_pool.start([call, reply = std::move(reply)] {
                                   if (reply)
                                       call->answerCbor(wire::toBytes(*reply));
                                   else
                                       call->refuse(reply.error());
                               });
                           });
        };
        if (std::ranges::none_of(ask->submissions,
                                 [](const auto &s) { return s.proof.has_value(); })) {
            handIn(*ask, {});
            return;
        }
        m_accounts->ask<Authors>(
            [submissions = ask->submissions](Accounts &accounts) {
                return authorsOf(accounts, submissions);
            },
            m_front.get(),
            [call, handIn, ask = *ask](const Result<Authors> &authors) {
                if (authors)
                    handIn(ask, *authors);
                else
                    call->refuse(authors.error());
            });
    };
    // What most desks hand in most of the time is read sooner than another thread wakes.
    if (call->body.size() <= readHere && !call->isPacked())
        take();
    else
        m_pool.start(take);
}

void Server::takeOperation(const CallPtr &call)
{
    ServedRealm *realm = find(call);
    if (!realm)
        return;
    const auto object = call->object(largestOperation);
    if (!object)
        return;
    const QJsonObject &body = *object;
    const Instant now = m_clock.now();
    const qint64 occurred = body.value("occurred_at"_L1).toInteger(toMs(now));
    Operation operation{.id = OperationId::fromText(body.value("id"_L1).toString()),
                        .kind = body.value("kind"_L1).toString(),
                        .args = body.value("args"_L1).toObject(),
                        .author = call->session.principal.userName,
                        .desk = call->session.principal.desk,
                        .occurredAt = instantFromMs(occurred),
                        .recordedAt = now};
    if (!operation.id.isValid()) {
        call->refuse(Call::Status::BadRequest, u"malformed"_s,
                     u"the body must be an object with id, kind and args"_s);
        return;
    }
    // The cursor is the newest entry there is: the answer need not carry the journal.
    realm->host->post([host = realm->host.get(), call, operation](store::Connection &db) {
        const auto head = store::journalHead(db);
        if (!head) {
            call->refuse(head.error());
            return;
        }
        const auto answered = [call, host, operation](Result<sync::Reply> reply) {
            if (!reply) {
                call->refuse(reply.error());
                return;
            }
            if (!reply->refused.empty()) {
                const Refusal &refusal = reply->refused.front().second;
                call->answerJson(QJsonDocument(QJsonObject{
                    {u"accepted"_s, false},
                    {u"reason"_s, refusalName(refusal.reason)},
                    {u"facts"_s, refusal.facts},
                }));
                return;
            }
            host->post([call, operation](store::Connection &after) {
                const auto number = store::numberOf(after, operation.id);
                if (!number)
                    call->refuse(number.error());
                else
                    call->answerJson(
                        QJsonDocument(QJsonObject{{u"accepted"_s, true}, {u"seq"_s, *number}}));
            });
        };
        host->exchange({.submissions = sync::asSubmissions({operation}), .cursor = *head},
                       permitOf(call->session, {}), answered);
    });
}

// One is made when there is none or the newest is far behind; who asks meanwhile waits for it.
void Server::giveSnapshot(const CallPtr &call)
{
    ServedRealm *realm = find(call);
    if (!realm)
        return;
    realm->waitingForSnapshot.push_back(call);
    if (realm->waitingForSnapshot.size() > 1)
        return;
    const QString folder = m_options.folder + u"/snapshots/"_s + realm->name;
    const auto finish = [this, realm](const Result<Snapshot> &snapshot) {
        if (snapshot) {
            if (realm->snapshot && realm->snapshot->id != snapshot->id)
                QFile::remove(realm->snapshot->path);
            realm->snapshot = *snapshot;
        }
        for (const CallPtr &waiting : std::exchange(realm->waitingForSnapshot, {})) {
            if (snapshot)
                waiting->answerJson(QJsonDocument(manifestOf(*realm, *snapshot)));
            else
                waiting->refuse(snapshot.error());
        }
    };
    realm->host->post(
        [this, realm, folder, finish, known = realm->snapshot](store::Connection &db) {
            const auto head = store::journalHead(db);
            const auto base = store::journalBase(db);
            if (head && base && known && head->seq - known->seq < staleAfter &&
                known->seq >= base->seq && QFile::exists(known->path)) {
                QMetaObject::invokeMethod(
                    m_front.get(), [finish, known] { finish(*known); }, Qt::QueuedConnection);
                return;
            }
            m_pool.start([this, path = realm->host->path(), folder, finish] {
                const Result<Snapshot> made = makeSnapshot(path, folder);
                QMetaObject::invokeMethod(
                    m_front.get(), [finish, made] { finish(made); }, Qt::QueuedConnection);
            });
        });
}

void Server::giveSnapshotBytes(const CallPtr &call)
{
    ServedRealm *realm = find(call);
    if (!realm)
        return;
    if (!realm->snapshot || realm->snapshot->id != call->arguments.value(1)) {
        call->refuse(Call::Status::NotFound, u"not-found"_s,
                     u"this snapshot is gone; ask for the newest"_s);
        return;
    }
    const Snapshot snapshot = *realm->snapshot;
    qint64 from = 0;
    qint64 to = snapshot.packed - 1;
    const QByteArray range =
        call->headers.value(QHttpHeaders::WellKnownHeader::Range).toByteArray();
    if (range.startsWith("bytes=")) {
        const QByteArrayList ends = range.sliced(6).split('-');
        bool good = ends.size() == 2;
        from = good ? ends[0].toLongLong(&good) : 0;
        if (good && !ends[1].isEmpty())
            to = std::min(to, ends[1].toLongLong(&good));
        if (!good || from < 0 || from > to) {
            call->refuse(Call::Status::RequestRangeNotSatisfiable, u"malformed"_s,
                         u"no such range"_s);
            return;
        }
    }
    // Never more than a few chunks at once: a body is held in memory until it is sent.
    to = std::min(to, from + 8 * snapshotChunk - 1);
    m_pool.start([call, snapshot, from, to] {
        QFile file(snapshot.path);
        if (!file.open(QIODevice::ReadOnly) || !file.seek(from)) {
            call->refuse(Call::Status::NotFound, u"not-found"_s, u"this snapshot is gone"_s);
            return;
        }
        const QByteArray bytes = file.read(to - from + 1);
        QHttpHeaders headers;
        headers.append(QHttpHeaders::WellKnownHeader::ContentRange,
                       "bytes " + QByteArray::number(from) + '-' +
                           QByteArray::number(from + bytes.size() - 1) + '/' +
                           QByteArray::number(snapshot.packed));
        headers.append(QHttpHeaders::WellKnownHeader::AcceptRanges, "bytes");
        call->answer(Call::Status::PartialContent, bytes, "application/octet-stream",
                     std::move(headers));
    });
}

} // namespace leeward::server
