#pragma once

#include "maps/tiles/blockqueue.h"

#include <QCache>
#include <QJsonObject>
#include <QTcpServer>
#include <QTcpSocket>

#include <map>
#include <mutex>
#include <set>

namespace leeward::tiles {

// The maps that are answered right now: which source each style name comes from. Swapped as a
// whole.
struct OpenMaps
{
    std::shared_ptr<OpenMap> base;
    std::shared_ptr<OpenMap> imagery; // may be null
};

// The loopback HTTP/1.1 side of the tile service: GET and HEAD, one answer at a time per
// connection. Lives on the service's thread; `setMaps` may come from any thread.
//
//   /TOKEN/providers/NAME            provider description for Qt Location's osm plug-in
//   /TOKEN/tiles/STYLE/Z/X/Y.png     one tile; Y@2x.png on twice the pixels
//
// 200 with a hatched tile = the map has no ground there; 400 malformed, 404 unknown (wrong token,
// style, zoom beyond the map's), 405, 413, 414, 431 by their names, 500 the source failed, 503 too
// much at once.
class TileServer : public QObject
{
public:
    TileServer(QByteArray token, int threads, qint64 memoryBytes);
    ~TileServer() override;

    // Binds 127.0.0.1 on a free port. Errors: Network.
    [[nodiscard]] Result<quint16> listen();
    void setMaps(OpenMaps maps);

private:
    struct Connection;
    struct Request
    {
        QByteArray method;
        QByteArray path;
        bool keepAlive = true;
    };
    struct Found // the map and its own style name behind a style of the address
    {
        std::shared_ptr<OpenMap> map;
        QString style;
    };

    void accept();
    void read(Connection &connection);
    void handle(Connection &connection, const Request &request);
    void handleProvider(Connection &connection, const QByteArray &name);
    void handleTile(Connection &connection, const QList<QByteArray> &words);
    void sendTile(Connection &connection, const QString &style, const Result<Tile> &tile);
    void send(Connection &connection, int status, const QByteArray &type, const QByteArray &body,
              const QByteArray &extra = {});
    void refuse(Connection &connection, int status, const QByteArray &why);
    void close(quint64 id);

    [[nodiscard]] OpenMaps maps() const;
    [[nodiscard]] std::optional<Found> find(const QString &style) const;
    [[nodiscard]] static QString memoryKey(const OpenMap *map, const QString &style,
                                           TileAddress address);
    void remember(const std::shared_ptr<OpenMap> &map, const QString &style,
                  const std::vector<Tile> &tiles);

    QByteArray m_token;
    QTcpServer m_server;
    std::map<quint64, std::unique_ptr<Connection>> m_connections;
    quint64 m_lastConnection = 0;
    mutable std::mutex m_mutex; // guards the two below
    OpenMaps m_maps;
    QCache<QString, Tile> m_memory; // cost = bytes
    BlockQueue m_queue;             // last: its threads end before the rest goes
};

} // namespace leeward::tiles
