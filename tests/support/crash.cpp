#include "tests/support/crash.h"

#include <sys/wait.h>
#include <unistd.h>

namespace leeward::test {

bool diesAt(int nth, const std::function<void(const Progress &)> &work)
{
    constexpr int died = 77;
    const pid_t child = fork();
    if (child == 0) {
        int reports = 0;
        work(Progress([&](qint64, qint64, const QString &) {
            if (++reports == nth)
                _exit(died);
        }));
        _exit(0);
    }
    int status = 0;
    if (child < 0 || waitpid(child, &status, 0) != child || !WIFEXITED(status))
        qFatal("the child that was to die ended otherwise: %d", status);
    if (WEXITSTATUS(status) != died && WEXITSTATUS(status) != 0)
        qFatal("the child that was to die left with %d", WEXITSTATUS(status));
    return WEXITSTATUS(status) == died;
}

} // namespace leeward::test
