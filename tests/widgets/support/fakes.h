#pragma once

#include "models/domain/clock.h"
#include "widgets/prompter.h"

#include <QStringList>

#include <atomic>

namespace leeward::test {

// A clock that a test moves.
class FakeClock final : public Clock
{
public:
    [[nodiscard]] Instant now() const override { return m_now; }
    void set(Instant now) { m_now = now; }
    void advance(Duration span) { m_now = m_now.load() + span; }

private:
    std::atomic<Instant> m_now = instantFromMs(1786471327000); // 2026-08-12 02:02:07 in the city
};

// Answers by itself and keeps what it was asked.
class FakePrompter final : public widgets::Prompter
{
public:
    void confirm(QWidget *, const QString &, const QString &text, const QString &,
                 std::function<void()> yes) override
    {
        asked += text;
        if (sayYes)
            yes();
    }
    void askText(QWidget *, const QString &, const QString &label,
                 std::function<void(QString)> done) override
    {
        asked += label;
        if (!answer.isEmpty())
            done(answer);
    }
    void askOpenFile(QWidget *, const QString &title, const QString &,
                     std::function<void(QString)> done) override
    {
        asked += title;
        if (!file.isEmpty())
            done(file);
    }
    void askSaveFile(QWidget *, const QString &title, const QString &, const QString &,
                     std::function<void(QString)> done) override
    {
        asked += title;
        if (!file.isEmpty())
            done(file);
    }

    bool sayYes = true;
    QString answer;
    QString file;
    QStringList asked;
};

} // namespace leeward::test
