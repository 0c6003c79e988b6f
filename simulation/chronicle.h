#pragma once

#include "models/domain/clock.h"
#include "simulation/options.h"

#include <QCryptographicHash>

#include <deque>
#include <map>

namespace leeward::simulation {

// What the first broken promise of a run was.
struct Violation
{
    QString check;     // which promise
    QString what;      // how it is broken
    int step = 0;      // events until then
    QStringList story; // the last of them
};

// What happened in a run, in order: every line goes into a hash, the last ones are kept for a
// person. And what was promised: each claim that was looked at is counted, the first that does not
// hold ends the run.
class Chronicle
{
public:
    explicit Chronicle(const Instant &now)
        : m_now(now)
        , m_hash(QCryptographicHash::Sha256)
    {
    }

    void tell(const QString &line);
    void inject(Fault fault, const QString &line);
    void count(const QString &what, int by = 1) { m_counts[what] += by; }

    // `how` is only asked when it does not hold.
    template <class How>
    bool claim(const char *check, bool holds, How how)
    {
        ++m_checked[QString::fromLatin1(check)];
        if (!holds)
            break_(QString::fromLatin1(check), how());
        return holds;
    }
    [[nodiscard]] bool isBroken() const { return m_violation.has_value(); }
    [[nodiscard]] const std::optional<Violation> &violation() const { return m_violation; }

    [[nodiscard]] int steps() const { return m_steps; }
    [[nodiscard]] QByteArray hash() const { return m_hash.result(); }
    [[nodiscard]] const std::array<int, faultCount> &injected() const { return m_injected; }
    [[nodiscard]] const std::map<QString, int> &checked() const { return m_checked; }
    [[nodiscard]] const std::map<QString, int> &counts() const { return m_counts; }

private:
    void break_(const QString &check, const QString &what);

    const Instant &m_now;
    QCryptographicHash m_hash;
    std::deque<QString> m_last;
    int m_steps = 0;
    std::array<int, faultCount> m_injected{};
    std::map<QString, int> m_checked;
    std::map<QString, int> m_counts;
    std::optional<Violation> m_violation;
};

} // namespace leeward::simulation
