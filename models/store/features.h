#pragma once

#include "models/domain/clock.h"
#include "models/store/tables.h"

namespace leeward::store {

// What lies where, a page at a time, for programs that read a realm from outside.

struct FeatureBox
{
    double west = -180;
    double south = -90;
    double east = 180; // less than west: across the date line
    double north = 90;
    friend bool operator==(const FeatureBox &, const FeatureBox &) = default;
};

struct FeatureQuery
{
    const Table *table = nullptr; // a register's or "incident"
    std::optional<FeatureBox> box;
    // Of incidents: reported in this time, both ends included. Rows of registers have no time.
    std::optional<Instant> from;
    std::optional<Instant> to;
    QString after; // id of the last row of the page before; empty = the first page
    int limit = 100;
};

struct FeaturePage
{
    std::vector<FieldValues> rows; // in order of id, which is the order in which they were made
    qint64 matched = 0;            // on all pages
    bool more = false;
};

// Rows that are not retired. A page after a row that has gone meanwhile goes on where it was.
[[nodiscard]] Result<FeaturePage> findFeatures(Connection &db, const FeatureQuery &query);
// One that is not retired.
[[nodiscard]] Result<std::optional<FieldValues>> findFeature(Connection &db, const Table &table,
                                                             const QString &id);
// What the places of all rows span; nothing when none has one.
[[nodiscard]] Result<std::optional<FeatureBox>> featureExtent(Connection &db, const Table &table);

} // namespace leeward::store
