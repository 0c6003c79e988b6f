#include "simulation/chronicle.h"

namespace leeward::simulation {

using namespace Qt::StringLiterals;

namespace {
constexpr size_t storyLength = 60;
} // namespace

void Chronicle::tell(const QString &line)
{
    ++m_steps;
    const QString whole = toIso(m_now) + u' ' + line;
    m_hash.addData((whole + u'\n').toUtf8());
    m_last.push_back(whole);
    if (m_last.size() > storyLength)
        m_last.pop_front();
}

void Chronicle::inject(Fault fault, const QString &line)
{
    ++m_injected[static_cast<size_t>(fault)];
    tell(u"! "_s + faultName(fault) + (line.isEmpty() ? QString() : u": "_s + line));
}

void Chronicle::break_(const QString &check, const QString &what)
{
    if (m_violation)
        return;
    tell(u"BROKEN "_s + check + u": "_s + what);
    m_violation = Violation{
        .check = check, .what = what, .step = m_steps, .story = {m_last.begin(), m_last.end()}};
}

} // namespace leeward::simulation
