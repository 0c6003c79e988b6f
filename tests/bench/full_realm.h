#pragma once

#include <QString>

namespace leeward::bench {

// Writes a realm of the demo city's size at `path`: 56 stations, 480 teams, 122 shelters, 181
// landing points, 118 depots with 3 000 rows of stock, 40 incidents and 60 ordered assignments, all
// through the rules and into the journal. Ends the program when it can not.
void writeFullRealm(const QString &path);

} // namespace leeward::bench
