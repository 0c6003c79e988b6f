#pragma once

#include "models/domain/operation.h"
#include "models/store/connection.h"

#include <map>

namespace leeward::simulation {

// What the registers and the texts of incidents must hold after each entry of a journal, told from
// the operations alone: an edit that was accepted stands until another one, made in its knowledge,
// takes its place; a quantity is what the accepted words about it say, and never below nothing.
class RegisterOracle
{
public:
    // Takes the next accepted operation; `db` holds the tables after it. Says what is wrong; empty
    // when all is well.
    [[nodiscard]] QString take(const Operation &operation, store::Connection &db);
    // Every value that is known, against the tables.
    [[nodiscard]] QString compare(store::Connection &db) const;

private:
    // Numbers and texts alike, as text; null and empty are one.
    using Row = std::map<QString, QString>;
    using Key = std::pair<QString, QString>; // table, id

    [[nodiscard]] QString edited(const Operation &operation);
    [[nodiscard]] QString compareRow(store::Connection &db, const Key &key, const Row &row) const;

    std::map<Key, Row> m_rows;
    std::map<Key, QString> m_idOfCode; // table, code
};

} // namespace leeward::simulation
