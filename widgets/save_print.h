#pragma once

#include "widgets/panels/prints.h"
#include "widgets/shell.h"

namespace leeward::widgets {

// Asks where to, writes the print there on another thread, and tells in the notice bar that it is
// being written, that it is there, or why not. Nothing more is told once `asking` is gone; the file
// is written all the same.
void savePrint(const Shell &shell, QWidget *asking, const QString &title, const Print &print);

} // namespace leeward::widgets
