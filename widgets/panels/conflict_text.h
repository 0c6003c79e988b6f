#pragma once

#include "models/desk/waiting.h"
#include "models/items/table_cache.h"

namespace leeward::widgets {

// Who was first, when and with what: "日志1042：王芳（1号台）02:14 调派 第三支队 → 事件12". Empty
// when no entry is known to have beaten it.
[[nodiscard]] QString beatenText(const desk::Waiting &waiting, Language language,
                                 const items::TableCache &cache);
// The same in as few words as a column has: "王芳（1号台）02:14".
[[nodiscard]] QString beatenBriefly(const desk::Waiting &waiting, Language language,
                                    const items::TableCache &cache);
// Why it can not be withdrawn or changed yet, and what to do.
[[nodiscard]] QString unansweredText(Language language);
// The rule by which it was decided, and what a person can do now.
[[nodiscard]] QString ruleText(const desk::Waiting &waiting, Language language);

} // namespace leeward::widgets
