#pragma once

#include "models/desk/desk.h"
#include "models/domain/operation.h"
#include "models/items/table_cache.h"

namespace leeward::widgets {

// What an operation does, in one line for the log: "指令 2026-0012：第三支队 → 到场". Every kind
// has words; one that this Leeward does not know is named as it is.
[[nodiscard]] QString operationText(const Operation &operation, Language language,
                                    const items::TableCache &cache);
// The kind alone: "调派", "编辑".
[[nodiscard]] QString operationKindText(const QString &kind, Language language);

// One line of an incident's history, without its time and author: "第三支队 到场".
[[nodiscard]] QString timelineText(const desk::TimelineEvent &event, Language language);
// One sign for its kind.
[[nodiscard]] QString timelineShape(const desk::TimelineEvent &event);

} // namespace leeward::widgets
