#include "sync/remote/remote_link.h"

#include "sync/backoff.h"
#include "sync/remote/net_thread.h"
#include "sync/remote/remote_stream.h"

#include <QDeadlineTimer>
#include <QLoggingCategory>
#include <QRandomGenerator>
#include <QTimer>

#include <set>

namespace leeward::sync {

using namespace Qt::StringLiterals;
using State = Connection::State;

namespace {

Q_LOGGING_CATEGORY(lcRemote, "leeward.sync.remote")

// A stream that lived as long was a good one: the next pause is a short one.
constexpr Duration goodStream = std::chrono::seconds(30);
constexpr Duration noteworthyMove = std::chrono::seconds(1);

QString realmPath(const QString &realm, const QString &rest)
{
    return u"/v1/realms/"_s + realm + u'/' + rest;
}

} // namespace

QString stateName(State state)
{
    switch (state) {
    case State::Connecting: return u"connecting"_s;
    case State::Connected: return u"connected"_s;
    case State::Offline: return u"offline"_s;
    case State::Unavailable: return u"unavailable"_s;
    case State::NotSignedIn: return u"not-signed-in"_s;
    case State::LockedOut: return u"locked-out"_s;
    case State::NotPermitted: return u"not-permitted"_s;
    case State::NoRealm: return u"no-realm"_s;
    case State::Untrusted: return u"untrusted"_s;
    case State::TooOld: return u"too-old"_s;
    }
    return {};
}

// Everything of the link that runs on its thread.
class RemoteLink::Worker : public QObject
{
public:
    using Done = std::function<void(Result<Reply>)>;

    Worker(RemoteLink &link, const Peer &peer, const QString &realm, TokenSource tokens)
        : m_link(link)
        , m_exchangePath(realmPath(realm, u"exchange"_s))
        , m_caller(peer, std::move(tokens), link.m_clock)
        , m_stream(peer, realmPath(realm, u"stream"_s))
    {
        m_again.setSingleShot(true);
        connect(&m_again, &QTimer::timeout, this, &Worker::openStream);
        connect(&m_stream, &RemoteStream::opened, this, &Worker::streamOpened);
        connect(&m_stream, &RemoteStream::frameCame, this, &Worker::take);
        connect(&m_stream, &RemoteStream::lost, this, &Worker::streamLost);
    }
    ~Worker() override
    {
        const auto jobs = m_jobs;
        for (const auto &job : jobs)
            finish(job, fail(Errc::Network, u"the link was closed"_s));
    }

    void exchange(Ask ask, Done done);
    void listen(std::function<void(std::vector<store::Entry>)> listener);
    void show(wire::Presence presence);
    void tryNow();
    void startAnew();

private:
    struct Job
    {
        Ask ask;
        Done done;        // taken when called
        bool cut = false; // not all of the submissions go this time
    };
    using JobPtr = std::shared_ptr<Job>;

    void send(const JobPtr &job);
    void answered(const JobPtr &job, std::expected<HttpAnswer, CallFailure> answer);
    void refused(const JobPtr &job, const HttpAnswer &answer);
    void finish(const JobPtr &job, Result<Reply> reply);
    void fails(const CallFailure &failure);
    void compareClocks(const HttpAnswer &answer);

    void openStream();
    void streamOpened();
    void streamLost(bool notSignedIn, const QString &why);
    void take(const wire::Frame &frame);
    void set(State state, const QString &detail = {}) { m_link.setConnection(state, detail); }
    [[nodiscard]] bool isTooOld() const { return m_link.connection().state == State::TooOld; }

    RemoteLink &m_link;
    QString m_exchangePath;
    SignedCaller m_caller;
    RemoteStream m_stream;
    std::set<JobPtr> m_jobs; // not answered yet
    std::function<void(std::vector<store::Entry>)> m_listener;
    QDeadlineTimer m_notBefore{0}; // the server asked for a pause
    std::optional<ClockOffset> m_offset;

    // What the desk has, as far as can be told from here; nothing when not.
    std::optional<store::Head> m_here;
    bool m_exchangeWorks = true; // the last one; the stream's failures mean nothing otherwise

    QTimer m_again;
    Backoff m_backoff;
    QElapsedTimer m_streamAge;
    bool m_streamWanted = false;
    bool m_opening = false;
    QByteArray m_streamToken;
    QByteArray m_staleToken;
    std::optional<wire::Presence> m_presence;
};

// --- exchange

void RemoteLink::Worker::exchange(Ask ask, Done done)
{
    const auto job = std::make_shared<Job>(Job{std::move(ask), std::move(done), false});
    m_jobs.insert(job);
    if (isTooOld())
        finish(job, fail(Errc::Network, u"this program is too old for its server"_s));
    else if (!m_notBefore.hasExpired())
        finish(job, fail(Errc::Network, u"the server asked for a pause"_s));
    else
        send(job);
}

void RemoteLink::Worker::send(const JobPtr &job)
{
    QByteArray body = wire::toBytes(job->ask);
    while (body.size() > wire::largestMessage / 2 && job->ask.submissions.size() > 1) {
        job->ask.submissions.resize(job->ask.submissions.size() / 2);
        job->cut = true;
        body = wire::toBytes(job->ask);
    }
    m_here = job->ask.cursor;
    const HttpRequest request{.method = "POST",
                              .path = m_exchangePath,
                              .body = body,
                              .bodyType = "application/cbor",
                              .token = {},
                              .range = {},
                              .wanted = "application/cbor",
                              .limit = wire::largestMessage,
                              .packed = true};
    m_caller.call(request, [this, job](auto answer) { answered(job, std::move(answer)); });
}

void RemoteLink::Worker::answered(const JobPtr &job, std::expected<HttpAnswer, CallFailure> answer)
{
    if (!answer) {
        fails(answer.error());
        const Error &error = answer.error().error;
        finish(job, answer.error().notSignedIn ? fail(Errc::Network, error.detail)
                                               : std::unexpected(error));
        return;
    }
    compareClocks(*answer);
    if (answer->status != 200) {
        refused(job, *answer);
        return;
    }
    Result<Reply> reply = wire::replyFrom(answer->body);
    m_exchangeWorks = reply.has_value();
    if (reply) {
        reply->more |= job->cut;
        if (!reply->entries.empty())
            m_here = {reply->entries.back().seq, reply->entries.back().hash};
        set(State::Connected);
    }
    finish(job, std::move(reply));
}

void RemoteLink::Worker::refused(const JobPtr &job, const HttpAnswer &answer)
{
    const HttpRefusal refusal = refusalOf(answer);
    const QString what = u"%1 %2: %3"_s.arg(answer.status).arg(refusal.name, refusal.detail);
    m_exchangeWorks = false;
    if (refusal.retryAfter.count() > 0)
        m_notBefore = QDeadlineTimer(refusal.retryAfter);
    Errc code = Errc::Network;
    switch (answer.status) {
    case 401: set(State::NotSignedIn, what); break;
    case 403: set(State::NotPermitted, what); break;
    case 404: set(State::NoRealm, what); break;
    case 423: set(State::LockedOut, what); break;
    case 426:
        set(State::TooOld, what);
        m_again.stop();
        m_stream.close();
        break;
    case 413:
        if (job->ask.submissions.size() > 1) {
            job->ask.submissions.resize(job->ask.submissions.size() / 2);
            job->cut = true;
            send(job);
            return;
        }
        [[fallthrough]];
    case 400:
        set(State::Connected);
        code = Errc::InvalidArgument;
        break;
    default: set(State::Unavailable, what); break;
    }
    finish(job, fail(code, what));
}

void RemoteLink::Worker::finish(const JobPtr &job, Result<Reply> reply)
{
    m_jobs.erase(job);
    if (!reply)
        qCInfo(lcRemote) << "exchange:" << errcName(reply.error().code) << reply.error().detail;
    if (const auto done = std::exchange(job->done, nullptr))
        done(std::move(reply));
}

void RemoteLink::Worker::fails(const CallFailure &failure)
{
    m_exchangeWorks = false;
    if (failure.notSignedIn)
        set(State::NotSignedIn, failure.error.detail);
    else
        set(failure.untrusted ? State::Untrusted : State::Offline, failure.error.detail);
}

void RemoteLink::Worker::compareClocks(const HttpAnswer &answer)
{
    if (!answer.offset)
        return;
    const ClockOffset now{*answer.offset, std::chrono::abs(*answer.offset) > tolerableOffset};
    if (m_offset && m_offset->farOff == now.farOff &&
        std::chrono::abs(m_offset->offset - now.offset) < noteworthyMove)
        return;
    m_offset = now;
    Q_EMIT m_link.clockCompared(now);
}

// --- stream

void RemoteLink::Worker::listen(std::function<void(std::vector<store::Entry>)> listener)
{
    m_listener = std::move(listener);
    if (std::exchange(m_streamWanted, true))
        return;
    openStream();
}

void RemoteLink::Worker::openStream()
{
    if (isTooOld() || m_opening)
        return;
    m_opening = true;
    m_caller.askToken(std::exchange(m_staleToken, {}), [this](Result<QByteArray> token) {
        m_opening = false;
        if (token) {
            m_streamToken = *token;
            m_streamAge.start();
            m_stream.open(*token);
            return;
        }
        fails({.error = token.error(), .notSignedIn = token.error().code != Errc::Network});
        m_again.start(m_backoff.next(QRandomGenerator::global()->generateDouble()));
    });
}

void RemoteLink::Worker::streamOpened()
{
    m_exchangeWorks = true; // to be tried at least
    if (m_presence)
        show(*m_presence);
    Q_EMIT m_link.wanted(); // what is queued goes now, not when the courier's pause is over
}

void RemoteLink::Worker::streamLost(bool notSignedIn, const QString &why)
{
    qCInfo(lcRemote) << "stream:" << why;
    if (notSignedIn)
        m_staleToken = m_streamToken;
    if (Duration(m_streamAge.elapsed()) >= goodStream)
        m_backoff.reset();
    m_again.start(m_backoff.next(QRandomGenerator::global()->generateDouble()));
    // Nobody tells now what is new: ask, as long as asking works. What is wrong shows itself there.
    if (m_exchangeWorks)
        Q_EMIT m_link.wanted();
}

void RemoteLink::Worker::take(const wire::Frame &frame)
{
    switch (frame.kind) {
    case wire::Frame::Kind::Entries:
        if (frame.entries.empty())
            return;
        m_here = {frame.entries.back().seq, frame.entries.back().hash};
        if (m_listener)
            m_listener(frame.entries);
        return;
    case wire::Frame::Kind::Head:
        // Also one that is older than ours: then the server has lost something.
        if (m_here != frame.head)
            Q_EMIT m_link.wanted();
        return;
    case wire::Frame::Kind::Presence: Q_EMIT m_link.presenceCame(frame.presence); return;
    case wire::Frame::Kind::Positions: Q_EMIT m_link.positionsCame(frame.positions); return;
    case wire::Frame::Kind::Bye:
        m_stream.close();
        streamLost(false, u"the server stops"_s);
        return;
    }
}

void RemoteLink::Worker::show(wire::Presence presence)
{
    m_presence = std::move(presence);
    m_stream.send({.kind = wire::Frame::Kind::Presence, .presence = {*m_presence}});
}

void RemoteLink::Worker::tryNow()
{
    m_notBefore = QDeadlineTimer(0);
    if (isTooOld())
        return;
    m_exchangeWorks = true;
    m_backoff.reset();
    if (m_streamWanted && m_again.isActive()) {
        m_again.stop();
        openStream();
    }
    Q_EMIT m_link.wanted();
}

void RemoteLink::Worker::startAnew()
{
    m_stream.close();
    if (m_streamWanted && !m_again.isActive())
        m_again.start(0);
    tryNow();
}

// --- the link: everything goes to its thread

RemoteLink::RemoteLink(Peer peer, const QString &realm, TokenSource tokens, const Clock &clock,
                       QObject *parent)
    : QObject(parent)
    , m_clock(clock)
    , m_connection{.state = State::Connecting, .since = clock.now(), .detail = {}}
    , m_thread(std::make_unique<NetThread>())
{
    m_thread->runAndWait([&] { m_worker = new Worker(*this, peer, realm, std::move(tokens)); });
}

RemoteLink::~RemoteLink()
{
    m_thread->runAndWait([this] { delete m_worker; });
    m_thread.reset();
}

void RemoteLink::exchange(Ask ask, std::function<void(Result<Reply>)> done)
{
    m_thread->post([worker = m_worker, ask = std::move(ask), done = std::move(done)]() mutable {
        worker->exchange(std::move(ask), std::move(done));
    });
}

void RemoteLink::listen(std::function<void(std::vector<store::Entry>)> listener)
{
    m_thread->post([worker = m_worker, listener = std::move(listener)]() mutable {
        worker->listen(std::move(listener));
    });
}

void RemoteLink::showPresence(wire::Presence presence)
{
    m_thread->post([worker = m_worker, presence = std::move(presence)]() mutable {
        worker->show(std::move(presence));
    });
}

void RemoteLink::tryNow()
{
    m_thread->post([worker = m_worker] { worker->tryNow(); });
}

void RemoteLink::startAnew()
{
    m_thread->post([worker = m_worker] { worker->startAnew(); });
}

Connection RemoteLink::connection() const
{
    const std::lock_guard lock(m_mutex);
    return m_connection;
}

void RemoteLink::setConnection(State state, const QString &detail)
{
    Connection now;
    {
        const std::lock_guard lock(m_mutex);
        if (m_connection.state == state || m_connection.state == State::TooOld)
            return;
        m_connection = {.state = state, .since = m_clock.now(), .detail = detail};
        now = m_connection;
    }
    qCInfo(lcRemote) << stateName(state) << detail;
    Q_EMIT connectionChanged(now);
}

} // namespace leeward::sync
