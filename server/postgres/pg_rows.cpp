#include "server/postgres/pg_rows.h"

#include <QJsonDocument>

namespace leeward::server {

using namespace Qt::StringLiterals;

namespace {

Result<store::Entry> readEntry(const PgRows &rows, int row)
{
    store::Entry entry;
    entry.seq = rows.integer(row, 0);
    entry.acceptedAt = instantFromMs(rows.integer(row, 1));
    entry.operationBytes = rows.bytes(row, 2);
    entry.changeset = rows.bytes(row, 3);
    entry.previousHash = rows.bytes(row, 4);
    entry.hash = rows.bytes(row, 5);
    entry.rules = static_cast<int>(rows.integer(row, 6));
    TRY_ASSIGN(entry.operation, operationFrom(entry.operationBytes));
    return entry;
}

template <class Item, class Take>
PgValue column(const std::vector<Item> &items, Take take)
{
    std::vector<std::invoke_result_t<Take, const Item &>> values;
    values.reserve(items.size());
    for (const Item &item : items)
        values.push_back(take(item));
    return PgValue::of(std::span<const std::invoke_result_t<Take, const Item &>>(values));
}

} // namespace

Result<std::vector<store::Entry>> readEntries(const PgRows &rows)
{
    std::vector<store::Entry> entries;
    entries.reserve(static_cast<size_t>(rows.count()));
    for (int row = 0; row < rows.count(); ++row) {
        TRY_ASSIGN(store::Entry entry, readEntry(rows, row));
        entries.push_back(std::move(entry));
    }
    return entries;
}

Refusal readRefusal(const PgRows &rows, int row)
{
    return {refusalFrom(rows.text(row, 1)).value_or(RefusalReason::BadArguments),
            QJsonDocument::fromJson(rows.bytes(row, 2)).object()};
}

PgCommand insertEntries(int realm, const std::vector<store::Entry> &entries)
{
    using store::Entry;
    return {"INSERT INTO leeward.entry(realm, seq, operation_id, kind, author, desk, occurred_at, "
            "accepted_at, operation, changeset, previous_hash, hash, rules) "
            "SELECT $1, * FROM unnest($2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
            {PgValue::of(realm), column(entries, [](const Entry &e) { return e.seq; }),
             column(entries, [](const Entry &e) { return e.operation.id.raw(); }),
             column(entries, [](const Entry &e) { return e.operation.kind; }),
             column(entries, [](const Entry &e) { return e.operation.author; }),
             column(entries, [](const Entry &e) { return e.operation.desk; }),
             column(entries, [](const Entry &e) { return toMs(e.operation.occurredAt); }),
             column(entries, [](const Entry &e) { return toMs(e.acceptedAt); }),
             column(entries, [](const Entry &e) { return e.operationBytes; }),
             column(entries, [](const Entry &e) { return e.changeset; }),
             column(entries, [](const Entry &e) { return e.previousHash; }),
             column(entries, [](const Entry &e) { return e.hash; }),
             column(entries, [](const Entry &e) { return e.rules; })}};
}

PgCommand insertRefused(int realm, const std::vector<store::RefusedAnswer> &answers)
{
    return {"INSERT INTO leeward.refused(realm, operation_id, reason, facts, answered_at) "
            "SELECT $1, * FROM unnest($2, $3, $4, $5)",
            {PgValue::of(realm),
             column(answers, [](const store::RefusedAnswer &r) { return r.operation.raw(); }),
             column(answers,
                    [](const store::RefusedAnswer &r) { return refusalName(r.refusal.reason); }),
             column(answers,
                    [](const store::RefusedAnswer &r) {
                        return QString::fromUtf8(
                            QJsonDocument(r.refusal.facts).toJson(QJsonDocument::Compact));
                    }),
             column(answers, [](const store::RefusedAnswer &r) { return toMs(r.at); })}};
}

} // namespace leeward::server
