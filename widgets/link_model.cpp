#include "widgets/link_model.h"

namespace leeward::widgets {

bool needsAPerson(const LinkStatus &status)
{
    if (status.needsCopy)
        return true;
    switch (status.state) {
    case LinkStatus::State::StandAlone:
    case LinkStatus::State::Connecting:
    case LinkStatus::State::Connected:
    case LinkStatus::State::Offline:
    case LinkStatus::State::SignedInOffline:
    case LinkStatus::State::Unavailable: return false;
    case LinkStatus::State::ServerIsBack:
    case LinkStatus::State::NotSignedIn:
    case LinkStatus::State::SignedOut:
    case LinkStatus::State::LockedOut:
    case LinkStatus::State::NotPermitted:
    case LinkStatus::State::NoRealm:
    case LinkStatus::State::Untrusted:
    case LinkStatus::State::TooOld: return true;
    }
    return true;
}

bool copyMayBeLoaded(const LinkStatus &status)
{
    return status.needsCopy && status.state == LinkStatus::State::Connected;
}

void LinkModel::setStatus(const LinkStatus &status)
{
    if (status == m_status)
        return;
    m_status = status;
    Q_EMIT changed();
}

} // namespace leeward::widgets
