#include "app/console/server_choice.h"

#include <QCryptographicHash>
#include <QDir>
#include <QFile>
#include <QSettings>
#include <QSslCertificate>

namespace leeward::app {

using namespace Qt::StringLiterals;

namespace {

QString fileNameOf(const QString &text)
{
    return QString::fromLatin1(QUrl::toPercentEncoding(text, {}, "."));
}

} // namespace

QString serverName(const ServerChoice &choice)
{
    const QUrl url(choice.address);
    if (url.host().isEmpty())
        return choice.address;
    return url.port() < 0 ? url.host() : u"%1:%2"_s.arg(url.host()).arg(url.port());
}

std::optional<ServerChoice> rememberedServer(const QSettings &settings)
{
    const auto text = [&settings](const QString &key) {
        return settings.value(u"server/"_s + key).toString();
    };
    if (text(u"address"_s).isEmpty())
        return std::nullopt;
    return ServerChoice{.address = text(u"address"_s),
                        .realm = settings.value(u"server/realm"_s, u"live"_s).toString(),
                        .caFile = text(u"authority"_s),
                        .insecure = settings.value(u"server/insecure"_s, false).toBool(),
                        .user = text(u"user"_s),
                        .desk = text(u"desk"_s),
                        .mark = text(u"mark"_s)};
}

void rememberServer(QSettings &settings, ServerChoice choice, const QString &folder)
{
    const QString copy = folder + u"/authorities/"_s + fileNameOf(serverName(choice)) + u".pem"_s;
    if (!choice.caFile.isEmpty() && choice.caFile != copy) {
        const QString fresh = copy + u".new"_s;
        QFile::remove(fresh);
        if (QDir().mkpath(folder + u"/authorities"_s) && QFile::copy(choice.caFile, fresh)) {
            QFile::remove(copy);
            if (QFile::rename(fresh, copy))
                choice.caFile = copy;
        }
    }
    settings.setValue(u"server/address"_s, choice.address);
    settings.setValue(u"server/realm"_s, choice.realm);
    settings.setValue(u"server/authority"_s, choice.caFile);
    settings.setValue(u"server/insecure"_s, choice.insecure);
    settings.setValue(u"server/user"_s, choice.user);
    settings.setValue(u"server/desk"_s, choice.desk);
    settings.setValue(u"server/mark"_s, choice.mark);
}

QString serverCachePath(const QString &folder, const ServerChoice &choice)
{
    return folder + u"/servers/"_s + fileNameOf(serverName(choice)) + u'/' +
           fileNameOf(choice.realm) + u".leeward"_s;
}

Result<sync::Peer> peerOf(const ServerChoice &choice, const sync::RemoteTimes &times)
{
    return sync::Peer::create({.server = QUrl(choice.address, QUrl::StrictMode),
                               .caFile = choice.caFile,
                               .insecure = choice.insecure},
                              times);
}

QString authorityFingerprint(const QString &caFile)
{
    if (caFile.isEmpty())
        return {};
    const QList<QSslCertificate> found = QSslCertificate::fromPath(caFile, QSsl::Pem);
    if (found.isEmpty())
        return {};
    return QString::fromLatin1(
        found.first().digest(QCryptographicHash::Sha256).toHex(':').toUpper());
}

} // namespace leeward::app
