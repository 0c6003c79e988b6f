#pragma once

#include <QObject>
#include <QSocketNotifier>

#include <memory>

namespace leeward::app {

// SIGTERM and SIGINT as a Qt signal, once; the second ends the process as it always has. One of it
// a process.
class StopSignal : public QObject
{
    Q_OBJECT
public:
    explicit StopSignal(QObject *parent = nullptr);
    ~StopSignal() override;

Q_SIGNALS:
    void asked();

private:
    int m_pipe[2] = {-1, -1};
    std::unique_ptr<QSocketNotifier> m_notifier;
};

} // namespace leeward::app
