#pragma once

#include "models/domain/words.h"
#include "widgets/link_model.h"

namespace leeward::widgets {

// The link in words. Each has a shape of its own in front, so that it is never told by colour
// alone.
struct LinkWords
{
    QString brief;    // "○ 离线 14:02 起", for the header; empty while all is well
    QString line;     // "hall.example · 离线 14:02 起", for the status line
    QString sentence; // why, who, what now
};

// `waiting`: operations that the server does not have yet.
[[nodiscard]] LinkWords linkWords(const LinkStatus &status, int waiting, Instant now,
                                  Language language);

// "2 小时 5 分" of a span, "不到 1 分钟" of none.
[[nodiscard]] QString spanWords(Duration span, Language language);

} // namespace leeward::widgets
