#pragma once

#include "drills/democity/rng.h"
#include "models/domain/result.h"

#include <QString>

#include <set>
#include <vector>

namespace leeward::democity {

// A name in Chinese and its Latin spelling.
struct Name
{
    QString zh;
    QString en;
};

// Invents names from the syllables in resources/democity/names.json; no name of one kind is given
// twice.
class Names
{
public:
    [[nodiscard]] static Result<Names> create(quint64 seed);

    [[nodiscard]] const Name &city() const { return m_city; }
    [[nodiscard]] const std::vector<Name> &districts() const { return m_districts; }
    [[nodiscard]] const Name &notice() const { return m_notice; }

    [[nodiscard]] Name town(bool urban);    // 岚湾镇 / 清溪街道
    [[nodiscard]] Name village(bool urban); // 王家庄 / 晴川社区
    [[nodiscard]] Name street(bool major);
    [[nodiscard]] Name highway(const Name &from, const Name &to); // 岚溪公路
    [[nodiscard]] Name river(bool great);
    [[nodiscard]] Name island();
    [[nodiscard]] Name lake(bool reservoir);
    [[nodiscard]] Name pair(); // two syllables, no suffix
    [[nodiscard]] QString person();

private:
    explicit Names(quint64 seed)
        : m_random(seed, u"names")
    {
    }
    [[nodiscard]] Name root();
    [[nodiscard]] Name fresh(const std::vector<Name> &tails, bool separate);

    Random m_random;
    Name m_city;
    Name m_notice;
    std::vector<Name> m_districts, m_heads, m_tails, m_surnames, m_given, m_villageTails,
        m_villagePlaces, m_roadTails, m_laneTails, m_riverTails;
    std::set<QString> m_used;
};

// Name without its suffix of rank: 岚湾镇 → 岚湾.
[[nodiscard]] QString stem(const QString &name);

} // namespace leeward::democity
