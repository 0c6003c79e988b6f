#include "server/local_authority.h"

#include <QFileInfo>

namespace leeward::server {

using namespace Qt::StringLiterals;

LocalAuthority::LocalAuthority(store::CacheFile file, const Clock &clock)
    : m_file(std::move(file))
    , m_clock(clock)
    , m_thread(m_file.takeConnection(), u"leeward-authority"_s)
{
}

LocalAuthority::~LocalAuthority() = default;

Result<std::unique_ptr<LocalAuthority>> LocalAuthority::open(const QString &journalPath,
                                                             const Clock &clock)
{
    TRY_ASSIGN(store::CacheFile file, store::CacheFile::open(journalPath));
    return std::unique_ptr<LocalAuthority>(new LocalAuthority(std::move(file), clock));
}

void LocalAuthority::exchange(std::vector<Operation> operations, qint64 cursor,
                              std::function<void(Result<sync::Reply>)> done)
{
    m_thread.post([this, operations = std::move(operations), cursor,
                   done = std::move(done)](store::Connection &db) {
        done(Authority(db, m_clock).exchange(operations, cursor));
    });
}

QString journalPathFor(const QString &cachePath)
{
    const QFileInfo info(cachePath);
    return info.path() + u'/' + info.completeBaseName() + u".journal"_s;
}

} // namespace leeward::server
