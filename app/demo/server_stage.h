#pragma once

#include "models/domain/result.h"

#include <QJsonObject>
#include <QProcess>

namespace leeward::demo {

// A person of the demo's server.
struct StagePerson
{
    QString user;
    QString name;
    QStringList roles;
};

// A central server in a process of its own, set up the way an operator does it: a certificate made,
// the code of the first start used, people added by the administrator over the protocol. Ends with
// the object. Waits; for a program without a window.
class ServerStage
{
public:
    // `program`: leeward-server. `folder`: fresh. `journal`: a realm's journal to begin with.
    [[nodiscard]] static Result<std::unique_ptr<ServerStage>>
    open(const QString &program, const QString &folder, const QString &journal,
         const std::vector<StagePerson> &people, const QString &password);
    ~ServerStage();

    [[nodiscard]] QString address() const; // "https://127.0.0.1:PORT"
    [[nodiscard]] QString caFile() const { return m_folder + QStringLiteral("/tls/ca.pem"); }
    // What GET answers, without signing in.
    [[nodiscard]] Result<QJsonObject> ask(const QString &path);
    // SIGTERM, then waits for the end; its exit code, or -1.
    [[nodiscard]] int stop();

private:
    struct Reply
    {
        int status = 0;
        QJsonObject body;
    };
    explicit ServerStage(QString folder)
        : m_folder(std::move(folder))
    {
    }
    [[nodiscard]] Result<> start(const QString &program);
    [[nodiscard]] Result<> populate(const std::vector<StagePerson> &people,
                                    const QString &password);
    [[nodiscard]] Result<Reply> call(const QByteArray &method, const QString &path,
                                     const QJsonObject &body, const QByteArray &token = {});

    QString m_folder;
    QProcess m_process;
    QString m_code;
    int m_port = 0;
};

} // namespace leeward::demo
