#pragma once

#include "app/realm/realm.h"
#include "widgets/panels/package_service.h"

namespace leeward::app {

// Sealed packages of an open realm for the screen. Key and trusted cards lie beside the realm's
// file, where leewardctl has them, too. Files and keys on threads of Qt's pool; what a package
// changes, on the store thread, told to the screen like everything else, and then handed in.
// `realm` and `clock` must outlive every answer; `name`: what a new key's card calls this hall.
[[nodiscard]] widgets::PackageServices packageServices(Realm &realm, const Clock &clock,
                                                       const QString &name);

} // namespace leeward::app
