#pragma once

#include "models/desk/desk.h"
#include "models/items/table_cache.h"
#include "widgets/prompter.h"
#include "widgets/services.h"

namespace leeward::widgets {

// What every panel works with. All of it outlives the panel.
struct PanelContext
{
    desk::Desk &desk;
    items::TableCache &cache;
    const Services &services;
    Prompter &prompter;
};

} // namespace leeward::widgets
