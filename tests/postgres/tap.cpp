#include "tests/postgres/tap.h"

#include <array>
#include <cstring>
#include <netinet/in.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
#include <vector>

namespace leeward::test {

using namespace Qt::StringLiterals;

namespace {

struct Line
{
    int client = -1;
    int server = -1;
};

int connectTo(const QString &path)
{
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    const QByteArray name = path.toLocal8Bit();
    if (static_cast<size_t>(name.size()) >= sizeof address.sun_path)
        qFatal("too long for a socket: %s", name.constData());
    std::memcpy(address.sun_path, name.constData(), static_cast<size_t>(name.size()));
    const int descriptor = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (connect(descriptor, reinterpret_cast<const sockaddr *>(&address), sizeof address) == 0)
        return descriptor;
    close(descriptor);
    return -1;
}

bool sendAll(int descriptor, const char *data, ssize_t size)
{
    while (size > 0) {
        const ssize_t sent = send(descriptor, data, static_cast<size_t>(size), MSG_NOSIGNAL);
        if (sent <= 0)
            return false;
        data += sent;
        size -= sent;
    }
    return true;
}

// One piece one way. False: the line is to be cut.
bool carry(int from, int to, bool isAnswer, Tap::Mode mode)
{
    std::array<char, 65536> bytes{};
    const ssize_t count = recv(from, bytes.data(), bytes.size(), 0);
    if (count <= 0)
        return false;
    switch (mode) {
    case Tap::Mode::Pass: return sendAll(to, bytes.data(), count);
    case Tap::Mode::LoseAnswer: return !isAnswer && sendAll(to, bytes.data(), count);
    case Tap::Mode::LoseRequest: return isAnswer && sendAll(to, bytes.data(), count);
    case Tap::Mode::Swallow: return true;
    }
    return false;
}

} // namespace

Tap::Tap(QString socketPath)
    : m_socket(std::move(socketPath))
    , m_listening(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0))
    , m_stop(eventfd(0, EFD_CLOEXEC))
{
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto *raw = reinterpret_cast<sockaddr *>(&address);
    if (bind(m_listening, raw, size) != 0 || listen(m_listening, 16) != 0 ||
        getsockname(m_listening, raw, &size) != 0)
        qFatal("tap");
    m_port = ntohs(address.sin_port);
    m_thread = std::thread([this] { work(); });
}

Tap::~Tap()
{
    (void) eventfd_write(m_stop, 1);
    m_thread.join();
    close(m_stop);
    close(m_listening);
}

QString Tap::url() const
{
    return u"postgresql://leeward@127.0.0.1:%1/postgres?sslmode=disable&gssencmode=disable"_s.arg(
        m_port);
}

void Tap::work()
{
    std::vector<Line> lines;
    const auto cut = [](const Line &line) {
        close(line.client);
        close(line.server);
    };
    while (true) {
        std::vector<pollfd> items = {{m_stop, POLLIN, 0}, {m_listening, POLLIN, 0}};
        for (const Line &line : lines) {
            items.push_back({line.client, POLLIN, 0});
            items.push_back({line.server, POLLIN, 0});
        }
        if (poll(items.data(), items.size(), -1) < 0)
            continue;
        if (items[0].revents)
            break;
        std::vector<Line> kept;
        for (size_t i = 0; i < lines.size(); ++i) {
            const Line &line = lines[i];
            const Mode mode = m_mode;
            bool whole = true;
            if (items[2 + 2 * i].revents)
                whole = carry(line.client, line.server, false, mode);
            if (whole && items[3 + 2 * i].revents)
                whole = carry(line.server, line.client, true, mode);
            if (whole) {
                kept.push_back(line);
                continue;
            }
            cut(line);
            if (mode == Mode::LoseAnswer || mode == Mode::LoseRequest)
                m_mode = Mode::Pass;
        }
        lines = std::move(kept);
        if (items[1].revents) {
            const int client = accept4(m_listening, nullptr, nullptr, SOCK_CLOEXEC);
            const int server = connectTo(m_socket);
            if (client >= 0 && server >= 0)
                lines.push_back({client, server});
            else
                cut({client, server});
        }
    }
    for (const Line &line : lines)
        cut(line);
}

} // namespace leeward::test
