#pragma once

#include "models/domain/clock.h"
#include "models/domain/result.h"

#include <QJsonObject>
#include <QNetworkAccessManager>
#include <QNetworkRequest>
#include <QSslConfiguration>
#include <QUrl>

#include <functional>

namespace leeward::sync {

// Where a central server is and how it is known.
struct Endpoint
{
    QUrl server;           // "https://hall.example:7443"
    QString caFile;        // PEM of the authority that signed the server's certificate; only it is
                           // believed. Empty: those that the system believes
    bool insecure = false; // plain http elsewhere than on this machine
};

// How long a peer may keep us waiting.
struct RemoteTimes
{
    Duration quiet = std::chrono::seconds(10); // without a byte, either way
    Duration whole = std::chrono::seconds(60); // a request; more for a large body
    Duration token = std::chrono::seconds(30); // the token source
    Duration ping = std::chrono::seconds(20);  // of a stream
    Duration silence = std::chrono::seconds(50);
};

// One request to the server. Paths start with "/v1/".
struct HttpRequest
{
    QByteArray method;
    QString path;
    QByteArray body;
    QByteArray bodyType;
    QByteArray token;                       // bearer; empty = none
    QByteArray range;                       // "bytes=0-99"
    QByteArray wanted = "application/json"; // type of a good answer
    qint64 limit = 1024 * 1024;             // bytes of an answer, unpacked
    bool packed = false;                    // the body may go packed and come back so
    // Never sent again by itself: a connection that the server has ended is otherwise taken for a
    // stale one, and the request goes once more on a new one.
    bool once = false;
};

struct HttpAnswer
{
    int status = 0;
    QByteArray type;  // without parameters
    QByteArray body;  // unpacked
    QByteArray range; // Content-Range
    // The server's clock less this machine's, of half the way there and back; when it said.
    std::optional<Duration> offset;
};

// What the server said with a status that is not 2xx.
struct HttpRefusal
{
    QString name; // "too-old"; empty when it is not an answer of this protocol
    QString detail;
    QString why; // a finer reason, for programs; usually empty
    std::chrono::seconds retryAfter{0};
};
[[nodiscard]] HttpRefusal refusalOf(const HttpAnswer &answer);

// Nobody answered in a way that counts. `untrusted`: somebody did, who could not show to be the
// server. `notSignedIn`: nobody was asked, for want of a token.
struct CallFailure
{
    Error error; // Network; FileMalformed for an answer that is none
    bool untrusted = false;
    bool notSignedIn = false;
};

// How to reach the endpoint; made once.
struct Peer
{
    Endpoint endpoint;
    RemoteTimes times;
    QSslConfiguration tls;

    // Reads the CA file. InvalidArgument for an address that is none, or plain http to another
    // machine; FileMissing, FileUnreadable, FileMalformed for the CA file.
    [[nodiscard]] static Result<Peer> create(const Endpoint &endpoint, const RemoteTimes &times);
    [[nodiscard]] QNetworkRequest request(const QString &path, const QByteArray &token) const;
};

// Requests to one server: time-outs, TLS, sizes, packing. The thread it was made on; nothing
// blocks.
class HttpCaller : public QObject
{
    Q_OBJECT
public:
    using Done = std::function<void(std::expected<HttpAnswer, CallFailure>)>;

    // `clock` must outlive it.
    HttpCaller(Peer peer, const Clock &clock, QObject *parent = nullptr);

    // `done` is called once, later, from the event loop; not at all once the caller has gone.
    // Answers of any status come as such; those with 2xx are of the type that was wanted.
    void call(const HttpRequest &request, Done done);
    [[nodiscard]] const Peer &peer() const { return m_peer; }

private:
    Peer m_peer;
    const Clock &m_clock;
    QNetworkAccessManager m_manager;
};

} // namespace leeward::sync
