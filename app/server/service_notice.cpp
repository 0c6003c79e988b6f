#include "app/server/service_notice.h"

#include <algorithm>
#include <cstddef>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace leeward::app {

ServiceNotice::ServiceNotice(QObject *parent)
    : QObject(parent)
    , m_socket(qgetenv("NOTIFY_SOCKET"))
{
    const QByteArray whose = qgetenv("WATCHDOG_PID");
    if (whose.isEmpty() || whose.toLongLong() == getpid())
        m_watchdog = std::chrono::microseconds(qgetenv("WATCHDOG_USEC").toLongLong());
    m_alive.callOnTimeout(this, [this] { say("WATCHDOG=1"); });
}

void ServiceNotice::ready(const QByteArray &status)
{
    say("READY=1\nSTATUS=" + status);
    if (m_watchdog.count() > 0) { // twice in its time, as the manual asks for
        say("WATCHDOG=1");
        m_alive.start(std::chrono::ceil<std::chrono::milliseconds>(m_watchdog / 2));
    }
}

void ServiceNotice::stopping()
{
    say("STOPPING=1");
}

void ServiceNotice::say(const QByteArray &text) const
{
    sockaddr_un address{};
    if (m_socket.isEmpty() || m_socket.size() >= static_cast<qsizetype>(sizeof address.sun_path))
        return;
    address.sun_family = AF_UNIX;
    std::ranges::copy(m_socket, address.sun_path);
    if (m_socket.startsWith('@'))
        address.sun_path[0] = '\0'; // no file: a name of the kernel's own
    const int end = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (end < 0)
        return;
    const auto length = offsetof(sockaddr_un, sun_path) + static_cast<size_t>(m_socket.size());
    // A manager that does not read is not waited for.
    (void) sendto(end, text.constData(), static_cast<size_t>(text.size()), MSG_NOSIGNAL,
                  reinterpret_cast<const sockaddr *>(&address), static_cast<socklen_t>(length));
    close(end);
}

} // namespace leeward::app
