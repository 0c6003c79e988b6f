#pragma once

#include <QStringList>

namespace leeward::ctl {

// `leewardctl basemap import|info|picture …`; docs are its --help. The first word is "basemap".
[[nodiscard]] int basemapCommand(const QStringList &words);

} // namespace leeward::ctl
