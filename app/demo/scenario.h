#pragma once

#include "models/domain/coordinates.h"
#include "models/domain/result.h"

namespace leeward::demo {

// The caller and the place of the story, from the demo city's scenario.json.
struct Scenario
{
    QString type;
    QString title;
    QString caller;
    QString callerPhone;
    QString placeName;
    LonLat place;
    int people = 0;

    [[nodiscard]] static Result<Scenario> load(const QString &path);
};

} // namespace leeward::demo
