#pragma once

#include "sync/remote/http_caller.h"
#include "sync/wire.h"

#include <QElapsedTimer>
#include <QTimer>
#include <QWebSocket>

#include <memory>

namespace leeward::sync {

// One WebSocket to a realm's stream at a time: frames in, presence out, an end when the peer falls
// silent. Who uses it decides when to open the next one. The thread it was made on.
class RemoteStream : public QObject
{
    Q_OBJECT
public:
    // Frames are small: a server that has more to say says `head`.
    static constexpr qint64 largestFrame = wire::replyCut * 2;

    RemoteStream(const Peer &peer, QString path, QObject *parent = nullptr);
    ~RemoteStream() override;

    // Ends what is open without a word and starts anew.
    void open(const QByteArray &token);
    void close();
    [[nodiscard]] bool isOpen() const;
    // Nothing happens while it is not open.
    void send(const wire::Frame &frame);

Q_SIGNALS:
    void opened();
    void frameCame(const leeward::sync::wire::Frame &frame);
    // Once for each open(), unless close() came first. `notSignedIn`: the token was not taken.
    void lost(bool notSignedIn, const QString &why);

private:
    void heard();
    void received(const QByteArray &bytes);
    void watch();
    void end(bool notSignedIn, const QString &why);

    Peer m_peer;
    QString m_path;
    std::unique_ptr<QWebSocket> m_socket;
    QTimer m_watch;
    QElapsedTimer m_heard;
    QElapsedTimer m_pinged;
};

} // namespace leeward::sync
