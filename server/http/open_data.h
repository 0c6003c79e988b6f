#pragma once

#include "server/http/call.h"
#include "server/http/open_data_definition.h"

#include <QThreadPool>

#include <vector>

namespace leeward::server {

// A realm's registers and incidents for programs such as QGIS: OGC API Features, part 1, GeoJSON,
// CRS84, read-only (docs/opendata.md). Every question is answered from a connection of its own that
// can only read, on threads of its own: whoever asks for everything costs no desk a moment.
class OpenData
{
public:
    enum class What
    {
        Landing,
        Conformance,
        Definition,
        Collections,
        Collection,
        Items,
        Item,
    };
    // What is behind which path below the base; a star is an argument of the call.
    [[nodiscard]] static std::vector<std::pair<QString, What>> paths();

    // Which realm, and under which address it is read.
    struct Place
    {
        QString base; // "https://hall.example:7443/ogc"
        QString file; // the realm's
        QString realm;
        QString mark; // of a drill; empty = real
    };

    explicit OpenData(QString serverName);
    ~OpenData(); // answers what was asked

    // HTTP thread.
    void answer(What what, const CallPtr &call, const Place &place);

private:
    QString m_serverName;
    QThreadPool m_pool;
};

} // namespace leeward::server
