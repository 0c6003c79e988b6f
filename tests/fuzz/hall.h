#pragma once

#include "sync/device_card.h"
#include "sync/random_source.h"
#include "tests/support/makers.h"

#include <random>

// A small realm in memory and the keys of two halls, the same in every run.
namespace leeward::test {

// Not random at all.
class SeededRandom final : public sync::RandomSource
{
public:
    explicit SeededRandom(quint64 seed)
        : m_random(seed)
    {
    }
    [[nodiscard]] QByteArray bytes(int count) override
    {
        QByteArray bytes(count, '\0');
        for (char &byte : bytes)
            byte = static_cast<char>(m_random());
        return bytes;
    }

private:
    std::mt19937_64 m_random;
};

// A realm of one team, one incident, one order and a note, accepted by an authority.
[[nodiscard]] store::Connection smallRealm();
// What a desk that has all of this does next, not yet handed in.
[[nodiscard]] std::vector<Operation> nextOperations();

[[nodiscard]] sync::DeviceKey sendersKey();
[[nodiscard]] sync::DeviceKey readersKey();

} // namespace leeward::test
