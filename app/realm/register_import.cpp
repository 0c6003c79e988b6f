#include "app/realm/register_import.h"

#include <QFileInfo>

namespace leeward::app {

using namespace Qt::StringLiterals;

Result<PreparedImport> prepareImport(const QString &file, const RegisterSpec &spec,
                                     SourceDatum datum, IdSource &ids, const Progress &progress)
{
    PreparedImport prepared{.spec = &spec};
    TRY_ASSIGN(prepared.table, geo::readTable(file, {}, progress));
    prepared.mapping = geo::proposeMapping(spec, prepared.table.headers);
    const geo::DraftOptions options{.datum = datum};
    TRY_ASSIGN(prepared.draft,
               geo::makeDraft(spec, prepared.table, prepared.mapping, options, progress));
    if (!prepared.draft.realmMark.isEmpty())
        return fail(Errc::Unsupported,
                    u"the file comes from a drill: "_s + prepared.draft.realmMark);
    prepared.operation.table = spec.key;
    prepared.operation.source = QFileInfo(file).fileName();
    prepared.operation.rows.reserve(prepared.draft.rows.size());
    for (const geo::DraftRow &row : prepared.draft.rows) {
        FieldValues values = row.values;
        // A column that is there and empty empties the field; one that is not there leaves it
        // alone.
        for (const QString &field : prepared.draft.fields) {
            if (!values.contains(field))
                values.insert(field, QVariant());
        }
        prepared.operation.rows.push_back({ids.make<RecordId>(), std::move(values)});
    }
    return prepared;
}

} // namespace leeward::app
