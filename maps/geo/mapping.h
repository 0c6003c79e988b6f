#pragma once

#include "models/domain/registers.h"

#include <QList>
#include <QStringList>

namespace leeward::geo {

// Which column of a source feeds which field of a register.
struct ColumnMapping
{
    QList<int> columnOf;        // by index of RegisterSpec::fields; -1 = no column
    int coordinates = -1;       // a column that holds both coordinates in one text; -1 = none
    bool latitudeFirst = false; // that column's header says so: 纬经度, lat/lon
    QList<int> unmatched;       // columns with a header that nothing wants

    struct Rival // a column that would fit a field too, which a better one has already; also in
                 // `unmatched`
    {
        int column = -1;
        int field = -1;
        friend bool operator==(const Rival &, const Rival &) = default;
    };
    QList<Rival> rivals;

    friend bool operator==(const ColumnMapping &, const ColumnMapping &) = default;
    // The column of a field by name, -1 when there is none.
    [[nodiscard]] int column(const RegisterSpec &spec, QStringView field) const;
};

// A proposal from the headers: a field's name, its Chinese or English label, its further headers,
// in this order of weight; then the same with a trailing bracket left off, "人数(人)". Case,
// blanks, '_', full-width forms and a leading or trailing '*' do not matter. Each column goes to
// one field and each field gets one column; among equals the left one.
[[nodiscard]] ColumnMapping proposeMapping(const RegisterSpec &spec, const QStringList &headers);

} // namespace leeward::geo
