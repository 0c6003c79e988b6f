#include "models/domain/result.h"

namespace leeward {

using namespace Qt::StringLiterals;

QString errcName(Errc code)
{
    switch (code) {
    case Errc::InvalidArgument: return u"invalid-argument"_s;
    case Errc::NotFound: return u"not-found"_s;
    case Errc::AlreadyExists: return u"already-exists"_s;
    case Errc::Refused: return u"refused"_s;
    case Errc::FileMissing: return u"file-missing"_s;
    case Errc::FileUnreadable: return u"file-unreadable"_s;
    case Errc::FileUnwritable: return u"file-unwritable"_s;
    case Errc::FileMalformed: return u"file-malformed"_s;
    case Errc::DiskFull: return u"disk-full"_s;
    case Errc::SchemaTooNew: return u"schema-too-new"_s;
    case Errc::CacheInUse: return u"cache-in-use"_s;
    case Errc::Corrupt: return u"corrupt"_s;
    case Errc::Unsupported: return u"unsupported"_s;
    case Errc::Cancelled: return u"cancelled"_s;
    case Errc::Network: return u"network"_s;
    case Errc::Internal: return u"internal"_s;
    }
    return u"internal"_s;
}

} // namespace leeward
