#pragma once

#include <QString>

#include <atomic>
#include <thread>

namespace leeward::test {

// Stands between a client and a server on a Unix socket, on loopback, and can spoil the talk.
class Tap
{
public:
    enum class Mode
    {
        Pass,
        LoseAnswer,  // what the client says arrives; the answer does not, and the line is cut
        LoseRequest, // what the client says does not arrive, and the line is cut
        Swallow,     // nothing arrives and nobody is told
    };
    explicit Tap(QString socket);
    ~Tap();
    Tap(const Tap &) = delete;
    Tap &operator=(const Tap &) = delete;

    // For connections there are and those to come. After it has cut one, back to Pass.
    void set(Mode mode) { m_mode = mode; }
    [[nodiscard]] QString url() const;

private:
    void work();

    QString m_socket;
    int m_listening = -1;
    int m_stop = -1;
    quint16 m_port = 0;
    std::atomic<Mode> m_mode = Mode::Pass;
    std::thread m_thread;
};

} // namespace leeward::test
