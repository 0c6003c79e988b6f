#pragma once

#include "app/console/console.h"

#include <QCommandLineParser>

namespace leeward::app {

// The options that the console and its guided demo share.
void addConsoleOptions(QCommandLineParser &parser);
// InvalidArgument names the option that can not be used.
[[nodiscard]] Result<ConsoleOptions> readConsoleOptions(const QCommandLineParser &parser);

// The sentence a person reads when a realm file can not be opened: what is wrong and what to do.
[[nodiscard]] QString openingFailure(const Error &error, Language language);

} // namespace leeward::app
