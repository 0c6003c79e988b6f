#include "sync/remote/snapshot_loader.h"

#include "sync/backoff.h"
#include "sync/remote/net_thread.h"
#include "sync/remote/snapshot_file.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QRandomGenerator>
#include <QStorageInfo>

#include <condition_variable>

namespace leeward::sync {

using namespace Qt::StringLiterals;

namespace {

constexpr int triesOfAChunk = 4; // in a row, without a good one between
constexpr qint64 manyEntries = 5000;
constexpr qint64 largestChunk = 8LL * 1024 * 1024;
constexpr qint64 largestFile = 64LL * 1024 * 1024 * 1024;
constexpr auto lookAround = std::chrono::milliseconds(50);

QString manifestPath(const QString &path)
{
    return path + u".manifest"_s;
}
QString packedPath(const QString &path)
{
    return path + u".packed"_s;
}

Error errorOf(const HttpAnswer &answer)
{
    const HttpRefusal refusal = refusalOf(answer);
    const QString what = u"%1 %2: %3"_s.arg(answer.status).arg(refusal.name, refusal.detail);
    switch (answer.status) {
    case 400: return {Errc::InvalidArgument, what};
    case 401:
    case 403: return {Errc::Refused, what};
    case 404:
    case 410: return {Errc::NotFound, what};
    case 426: return {Errc::Unsupported, what};
    default: return {Errc::Network, what};
    }
}

} // namespace

bool wantsSnapshot(qint64 cursor, qint64 first, qint64 head)
{
    return cursor + 1 < first || (cursor == 0 && head > manyEntries);
}

Result<SnapshotManifest> manifestFrom(const QByteArray &json)
{
    const QJsonObject object = QJsonDocument::fromJson(json).object();
    const auto number = [&object](QLatin1StringView key) {
        return object.value(key).toInteger(-1);
    };
    SnapshotManifest manifest{
        .id = object.value("id"_L1).toString(),
        .seq = number("seq"_L1),
        .hash = QByteArray::fromHex(object.value("hash"_L1).toString().toLatin1()),
        .epoch = object.value("epoch"_L1).toString(),
        .size = number("size"_L1),
        .packed = number("packed"_L1),
        .chunk = number("chunk"_L1),
        .sha256 = {},
        .schema = static_cast<int>(number("schema"_L1))};
    for (const auto &item : object.value("sha256"_L1).toArray())
        manifest.sha256.push_back(QByteArray::fromHex(item.toString().toLatin1()));
    const auto plain = [](QChar c) {
        return c.unicode() < 128 && (c.isLetterOrNumber() || c == u'-');
    };
    const bool named = !manifest.id.isEmpty() && manifest.id.size() <= 100 &&
                       std::ranges::all_of(manifest.id, plain); // it becomes part of a path
    const bool sized = manifest.size > 0 && manifest.size <= largestFile && manifest.packed > 0 &&
                       manifest.packed <= largestFile && manifest.chunk > 0 &&
                       manifest.chunk <= largestChunk;
    const auto hashed = [](const QByteArray &hash) { return hash.size() == 32; };
    if (!named || !sized || manifest.seq < 0 || manifest.schema < 1 || !hashed(manifest.hash) ||
        !std::ranges::all_of(manifest.sha256, hashed) ||
        static_cast<qint64>(manifest.sha256.size()) !=
            (manifest.packed + manifest.chunk - 1) / manifest.chunk)
        return fail(Errc::FileMalformed, u"the server's answer describes no snapshot"_s);
    return manifest;
}

// Requests from a thread that waits for the answer.
class SnapshotLoader::Fetcher
{
public:
    Fetcher(const Peer &peer, const TokenSource &tokens, const Clock &clock)
    {
        m_thread.runAndWait([&] { m_caller = new SignedCaller(peer, tokens, clock); });
    }
    ~Fetcher()
    {
        m_thread.runAndWait([this] { delete m_caller; });
    }
    Fetcher(const Fetcher &) = delete;
    Fetcher &operator=(const Fetcher &) = delete;

    // An answer with 2xx. Ends at once when cancelled.
    Result<HttpAnswer> get(const QString &path, const QByteArray &range, const QByteArray &wanted,
                           qint64 limit, const Progress &progress)
    {
        const auto state = std::make_shared<State>();
        const HttpRequest request{.method = "GET",
                                  .path = path,
                                  .body = {},
                                  .bodyType = {},
                                  .token = {},
                                  .range = range,
                                  .wanted = wanted,
                                  .limit = limit};
        m_thread.post([this, request, state] {
            m_caller->call(request, [state](std::expected<HttpAnswer, CallFailure> answer) {
                const std::lock_guard lock(state->mutex);
                state->answer = std::move(answer);
                state->came.notify_all();
            });
        });
        std::unique_lock lock(state->mutex);
        while (!state->answer) {
            if (progress.isCancelled())
                return fail(Errc::Cancelled, path);
            state->came.wait_for(lock, lookAround);
        }
        if (!*state->answer) {
            const CallFailure &failure = state->answer->error();
            return fail(failure.notSignedIn ? Errc::Refused : failure.error.code,
                        failure.error.detail);
        }
        if ((*state->answer)->status >= 300)
            return std::unexpected(errorOf(**state->answer));
        return std::move(**state->answer);
    }

    // As get(), again and again with pauses while the network fails.
    Result<HttpAnswer> getPatiently(const QString &path, const QByteArray &range,
                                    const QByteArray &wanted, qint64 limit,
                                    const Progress &progress)
    {
        Backoff backoff;
        for (int tries = 1;; ++tries) {
            auto answer = get(path, range, wanted, limit, progress);
            if (answer || answer.error().code != Errc::Network || tries == triesOfAChunk)
                return answer;
            TRY(pause(backoff.next(QRandomGenerator::global()->generateDouble()), progress));
        }
    }

private:
    struct State
    {
        std::mutex mutex;
        std::condition_variable came;
        std::optional<std::expected<HttpAnswer, CallFailure>> answer;
    };

    static Result<> pause(Duration length, const Progress &progress)
    {
        for (Duration left = length; left > Duration(0); left -= lookAround) {
            if (progress.isCancelled())
                return fail(Errc::Cancelled, u"while waiting for the network"_s);
            QThread::sleep(std::min<Duration>(left, lookAround));
        }
        return {};
    }

    NetThread m_thread;
    SignedCaller *m_caller = nullptr; // lives on m_thread
};

SnapshotLoader::SnapshotLoader(const Peer &peer, QString realm, TokenSource tokens,
                               const Clock &clock)
    : m_realm(std::move(realm))
    , m_fetcher(std::make_unique<Fetcher>(peer, tokens, clock))
{
}

SnapshotLoader::~SnapshotLoader() = default;

Result<bool> SnapshotLoader::loadIfWanted(const QString &path, const Progress &progress)
{
    TRY_ASSIGN(const qint64 cursor, cursorOf(path));
    TRY_ASSIGN(const HttpAnswer answer,
               m_fetcher->get(u"/v1/realms"_s, {}, "application/json", 1024 * 1024, progress));
    const QJsonArray realms = QJsonDocument::fromJson(answer.body).array();
    for (const auto &item : realms) {
        const QJsonObject realm = item.toObject();
        if (realm.value("name"_L1).toString() != m_realm)
            continue;
        m_mark = realm.value("mark"_L1).toString();
        if (!wantsSnapshot(cursor, realm.value("first"_L1).toInteger(1),
                           realm.value("head"_L1).toInteger())) {
            removeLeftovers(path, {manifestPath(path), packedPath(path)});
            return false;
        }
        TRY(load(path, progress));
        return true;
    }
    return fail(Errc::NotFound, u"the server has no realm '%1'"_s.arg(m_realm));
}

Result<qint64> SnapshotLoader::load(const QString &path, const Progress &progress)
{
    bool fresh = false;
    while (true) {
        TRY_ASSIGN(const SnapshotManifest what, manifest(path, fresh, progress));
        const Result<> fetched = fetchChunks(path, what, progress);
        if (!fetched && fetched.error().code == Errc::NotFound && !fresh) {
            fresh = true; // the one that was begun is gone; a newer one then
            continue;
        }
        TRY(fetched);
        TRY(installSnapshot(path, packedPath(path), what, progress));
        removeLeftovers(path, {manifestPath(path), packedPath(path)});
        return what.seq;
    }
}

// The one that was begun before, when there is one; else what the server offers now.
Result<SnapshotManifest> SnapshotLoader::manifest(const QString &path, bool fresh,
                                                  const Progress &progress)
{
    QFile file(manifestPath(path));
    if (!fresh && file.open(QIODevice::ReadOnly)) {
        if (auto begun = manifestFrom(file.readAll()))
            return *begun;
    }
    file.close();
    TRY_ASSIGN(const HttpAnswer answer,
               m_fetcher->getPatiently(u"/v1/realms/"_s + m_realm + u"/snapshot"_s, {},
                                       "application/json", largestChunk, progress));
    TRY_ASSIGN(const SnapshotManifest manifest, manifestFrom(answer.body));
    // The old chunks first: under a new manifest they would all be wrong.
    if (QFile::exists(packedPath(path)) && !QFile::remove(packedPath(path)))
        return fail(Errc::FileUnwritable, packedPath(path));
    TRY(writeDurably(file, answer.body));
    return manifest;
}

Result<> SnapshotLoader::fetchChunks(const QString &path, const SnapshotManifest &manifest,
                                     const Progress &progress)
{
    QFile file(packedPath(path));
    if (!file.open(QIODevice::ReadWrite))
        return fail(Errc::FileUnwritable, file.fileName() + u": "_s + file.errorString());
    const qint64 still = manifest.packed - std::min(file.size(), manifest.packed) + manifest.size;
    const QStorageInfo disk(path.left(path.lastIndexOf(u'/') + 1));
    if (disk.isValid() && disk.bytesAvailable() < still) {
        return fail(Errc::DiskFull,
                    u"%1 bytes are needed beside %2, %3 are free"_s.arg(still).arg(path).arg(
                        disk.bytesAvailable()));
    }
    const qint64 count = static_cast<qint64>(manifest.sha256.size());
    qint64 number = 0;
    while (number < count && holdsChunk(file, manifest, number))
        ++number;
    for (; number < count; ++number) {
        if (!progress.report(number * manifest.chunk, manifest.packed, u"load"_s))
            return fail(Errc::Cancelled, path);
        TRY_ASSIGN(const QByteArray bytes, fetchChunk(manifest, number, progress));
        if (!file.seek(number * manifest.chunk))
            return fail(Errc::FileUnwritable, file.fileName() + u": "_s + file.errorString());
        TRY(writeAll(file, bytes));
    }
    if (!file.resize(manifest.packed)) // more was there from before
        return fail(Errc::FileUnwritable, file.fileName() + u": "_s + file.errorString());
    return {};
}

Result<QByteArray> SnapshotLoader::fetchChunk(const SnapshotManifest &manifest, qint64 number,
                                              const Progress &progress)
{
    const qint64 from = number * manifest.chunk;
    const qint64 length = std::min(manifest.chunk, manifest.packed - from);
    const QByteArray range =
        "bytes=" + QByteArray::number(from) + '-' + QByteArray::number(from + length - 1);
    for (int tries = 1;; ++tries) {
        TRY_ASSIGN(HttpAnswer answer, m_fetcher->getPatiently(u"/v1/realms/"_s + m_realm +
                                                                  u"/snapshot/"_s + manifest.id,
                                                              range, {}, length, progress));
        if (isChunk(answer.body, manifest, number))
            return std::move(answer.body);
        if (tries == triesOfAChunk) {
            return fail(Errc::Corrupt, u"chunk %1 of snapshot %2 came wrong %3 times"_s.arg(number)
                                           .arg(manifest.id)
                                           .arg(tries));
        }
    }
}

} // namespace leeward::sync
