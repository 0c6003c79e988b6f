#pragma once

#include <QByteArray>

namespace leeward::sync {

// Where keys, tokens and salts come from. Injected, so that tests know them.
class RandomSource
{
public:
    virtual ~RandomSource() = default;
    [[nodiscard]] virtual QByteArray bytes(int count) = 0;
};

// The system's, through libsodium. Any thread.
class SystemRandom final : public RandomSource
{
public:
    [[nodiscard]] QByteArray bytes(int count) override;
};

} // namespace leeward::sync
