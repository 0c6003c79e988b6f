#pragma once

#include <QtGlobal>

#include <array>
#include <vector>

namespace leeward::roads {

// What an import met that a person should know of; none of these stops it.
enum class ImportWarning
{
    WayCutAtBorder,         // points outside the extract; the road ends there
    WayWithoutPoints,       // none of its points are there
    UnknownOneway,          // oneway value not understood, taken as two-way
    UnreadableMaxspeed,     // value not understood, the class's speed is used
    UnknownAccess,          // access value not in the table
    UnreadableDuration,     // ferry duration not understood, default speed used
    ConditionalAccess,      // access by time of day or the like is not evaluated
    ConditionalRestriction, // turn restriction by time of day is not enforced
    RestrictionViaWay,      // turn restriction over a way is not enforced
    RestrictionUnknown,     // kind of turn restriction not understood, not enforced
    RestrictionBroken,      // turn restriction whose members are missing or do not meet
};
inline constexpr size_t importWarningCount = 11;

// How often each warning came up, with the OpenStreetMap ids of the first few.
class ImportWarnings
{
public:
    static constexpr size_t exampleCount = 10;
    struct Entry
    {
        qint64 count = 0;
        std::vector<qint64> examples;
    };

    void add(ImportWarning warning, qint64 osmId)
    {
        Entry &entry = m_entries[static_cast<size_t>(warning)];
        ++entry.count;
        if (entry.examples.size() < exampleCount)
            entry.examples.push_back(osmId);
    }
    [[nodiscard]] const Entry &of(ImportWarning warning) const
    {
        return m_entries[static_cast<size_t>(warning)];
    }

private:
    std::array<Entry, importWarningCount> m_entries;
};

} // namespace leeward::roads
