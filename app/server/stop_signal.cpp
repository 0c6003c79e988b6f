#include "app/server/stop_signal.h"

#include <csignal>
#include <fcntl.h>
#include <unistd.h>

namespace leeward::app {

namespace {

// All that a signal handler may do is write to a pipe; it has no other way to find it.
volatile sig_atomic_t pipeEnd = -1;

extern "C" void onStop(int)
{
    const char byte = 0;
    if (pipeEnd >= 0)
        (void) !write(pipeEnd, &byte, 1);
}

} // namespace

StopSignal::StopSignal(QObject *parent)
    : QObject(parent)
{
    if (pipe2(m_pipe, O_CLOEXEC | O_NONBLOCK) != 0)
        return;
    pipeEnd = m_pipe[1];
    m_notifier = std::make_unique<QSocketNotifier>(m_pipe[0], QSocketNotifier::Read);
    connect(m_notifier.get(), &QSocketNotifier::activated, this, [this] {
        m_notifier->setEnabled(false);
        Q_EMIT asked();
    });
    struct sigaction action = {};
    action.sa_handler = onStop;
    action.sa_flags = static_cast<int>(SA_RESTART | SA_RESETHAND);
    sigaction(SIGTERM, &action, nullptr);
    sigaction(SIGINT, &action, nullptr);
}

StopSignal::~StopSignal()
{
    pipeEnd = -1;
    m_notifier.reset();
    for (const int end : m_pipe) {
        if (end >= 0)
            close(end);
    }
}

} // namespace leeward::app
