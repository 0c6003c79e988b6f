#include "app/console/secret_store.h"

#include <QPromise>
#include <QUrl>

#include <qt6keychain/keychain.h>

#include <memory>

namespace leeward::app {

using namespace Qt::StringLiterals;

namespace {

const QString &service()
{
    static const QString name = u"leeward"_s;
    return name;
}

std::optional<Error> errorOf(const QKeychain::Job *job)
{
    const QString detail = job->key() + u": "_s + job->errorString();
    switch (job->error()) {
    case QKeychain::NoError: return std::nullopt;
    case QKeychain::EntryNotFound: return Error{Errc::NotFound, detail};
    case QKeychain::NoBackendAvailable:
    case QKeychain::NotImplemented:
    case QKeychain::AccessDenied:
    case QKeychain::AccessDeniedByUser:
    // What a desktop without a running key store answers, besides NoBackendAvailable.
    case QKeychain::OtherError: return Error{Errc::Unsupported, detail};
    case QKeychain::CouldNotDeleteEntry: break;
    }
    return Error{Errc::Internal, detail};
}

// Runs a job that deletes itself; `answer` makes the value from the finished job. A future whose
// store goes first is finished as cancelled by its promise.
template <class T, class KeyJob>
QFuture<Result<T>> run(KeyJob *job, const QString &key, QObject *context, auto answer)
{
    auto promise = std::make_shared<QPromise<Result<T>>>();
    promise->start();
    // Plain text in a settings file is no key store.
    job->setInsecureFallback(false);
    job->setKey(key);
    QObject::connect(job, &QKeychain::Job::finished, context,
                     [promise, answer, job](QKeychain::Job *) {
                         promise->addResult(answer(job));
                         promise->finish();
                     });
    job->start();
    return promise->future();
}

template <class T>
QFuture<Result<T>> ready(Result<T> result)
{
    QPromise<Result<T>> promise;
    promise.start();
    promise.addResult(std::move(result));
    promise.finish();
    return promise.future();
}

} // namespace

QString secretKey(const QString &server, const QString &user)
{
    const auto part = [](const QString &text) {
        return QString::fromLatin1(QUrl::toPercentEncoding(text));
    };
    return u"leeward/"_s + part(server) + u'/' + part(user);
}

SystemSecretStore::SystemSecretStore(QObject *parent)
    : QObject(parent)
{
}

QFuture<Result<QByteArray>> SystemSecretStore::read(const QString &key)
{
    auto *job = new QKeychain::ReadPasswordJob(service());
    return run<QByteArray>(job, key, this,
                           [](QKeychain::ReadPasswordJob *done) -> Result<QByteArray> {
                               if (const auto error = errorOf(done))
                                   return std::unexpected(*error);
                               return done->binaryData();
                           });
}

QFuture<Result<>> SystemSecretStore::write(const QString &key, const QByteArray &secret)
{
    auto *job = new QKeychain::WritePasswordJob(service());
    job->setBinaryData(secret);
    return run<void>(job, key, this, [](QKeychain::WritePasswordJob *done) -> Result<> {
        if (const auto error = errorOf(done))
            return std::unexpected(*error);
        return {};
    });
}

QFuture<Result<>> SystemSecretStore::remove(const QString &key)
{
    auto *job = new QKeychain::DeletePasswordJob(service());
    return run<void>(job, key, this, [](QKeychain::DeletePasswordJob *done) -> Result<> {
        const auto error = errorOf(done);
        if (error && error->code != Errc::NotFound)
            return std::unexpected(*error);
        return {};
    });
}

QFuture<Result<QByteArray>> MemorySecretStore::read(const QString &key)
{
    const auto found = m_secrets.constFind(key);
    return ready<QByteArray>(found == m_secrets.constEnd()
                                 ? Result<QByteArray>(fail(Errc::NotFound, key))
                                 : Result<QByteArray>(*found));
}

QFuture<Result<>> MemorySecretStore::write(const QString &key, const QByteArray &secret)
{
    m_secrets.insert(key, secret);
    return ready<void>({});
}

QFuture<Result<>> MemorySecretStore::remove(const QString &key)
{
    m_secrets.remove(key);
    return ready<void>({});
}

} // namespace leeward::app
