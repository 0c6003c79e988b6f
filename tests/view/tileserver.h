#pragma once

#include <QBuffer>
#include <QColor>
#include <QHash>
#include <QImage>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTcpServer>
#include <QTcpSocket>
#include <QUrl>

// A loopback tile service of flat colours: street light, night dark, terrain green. For tests.
class TileServer : public QTcpServer
{
public:
    TileServer()
    {
        listen(QHostAddress::LocalHost);
        connect(this, &QTcpServer::newConnection, this, [this] {
            while (QTcpSocket *socket = nextPendingConnection()) {
                connect(socket, &QTcpSocket::readyRead, this, [this, socket] { serve(*socket); });
                connect(socket, &QTcpSocket::disconnected, socket, &QObject::deleteLater);
            }
        });
    }

    [[nodiscard]] QUrl providers() const
    {
        return QUrl(QStringLiteral("http://127.0.0.1:%1/token/providers/").arg(serverPort()));
    }
    [[nodiscard]] static QColor colour(const QString &style)
    {
        return style.contains(QLatin1String("night"))     ? QColor(30, 38, 48)
               : style.contains(QLatin1String("terrain")) ? QColor(190, 214, 170)
                                                          : QColor(232, 228, 216);
    }
    [[nodiscard]] int tilesServed() const { return m_tiles; }

private:
    void serve(QTcpSocket &socket)
    {
        QByteArray &pending = m_pending[&socket];
        pending += socket.readAll();
        qsizetype end;
        while ((end = pending.indexOf("\r\n\r\n")) >= 0) {
            const QString path =
                QString::fromLatin1(pending.left(pending.indexOf("\r\n")).split(' ').value(1));
            pending.remove(0, end + 4);
            const QStringList parts = path.split(QLatin1Char('/'), Qt::SkipEmptyParts);
            if (parts.value(1) == QLatin1String("providers"))
                answer(socket, "application/json", provider(parts.value(2)));
            else
                answer(socket, "image/png", tile(parts.value(2)));
        }
    }
    QByteArray provider(const QString &style) const
    {
        const QString tiles = QStringLiteral("http://127.0.0.1:%1/token/tiles/%2/%z/%x/%y.png");
        return QJsonDocument(
                   QJsonObject{
                       {QStringLiteral("UrlTemplate"),
                        QString(tiles)
                            .replace(QLatin1String("%1"), QString::number(serverPort()))
                            .replace(QLatin1String("%2"), style)},
                       {QStringLiteral("ImageFormat"), QStringLiteral("png")},
                       {QStringLiteral("MapCopyRight"), QStringLiteral("test")},
                       {QStringLiteral("DataCopyRight"), QStringLiteral("test")},
                       {QStringLiteral("StyleCopyRight"), QStringLiteral("test")},
                       {QStringLiteral("MinimumZoomLevel"), 0},
                       {QStringLiteral("MaximumZoomLevel"), 20},
                       {QStringLiteral("Timestamp"), QStringLiteral("2026-01-01T00:00:00")}})
            .toJson();
    }
    QByteArray tile(const QString &style)
    {
        ++m_tiles;
        QByteArray &png = m_png[style];
        if (png.isEmpty()) {
            QImage image(256, 256, QImage::Format_RGB32);
            image.fill(colour(style));
            QBuffer buffer(&png);
            buffer.open(QIODevice::WriteOnly);
            image.save(&buffer, "PNG");
        }
        return png;
    }
    static void answer(QTcpSocket &socket, const QByteArray &type, const QByteArray &body)
    {
        socket.write("HTTP/1.1 200 OK\r\nContent-Type: " + type +
                     "\r\nContent-Length: " + QByteArray::number(body.size()) + "\r\n\r\n" + body);
    }

    QHash<QTcpSocket *, QByteArray> m_pending;
    QHash<QString, QByteArray> m_png;
    int m_tiles = 0;
};
