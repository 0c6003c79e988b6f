#include "widgets/panels/queue_file.h"

#include "models/domain/refusal.h"

#include <QFileInfo>
#include <QJsonArray>
#include <QJsonDocument>
#include <QSaveFile>

namespace leeward::widgets {

using namespace Qt::StringLiterals;

Result<> writeQueue(const QString &path, const std::vector<desk::Waiting> &waiting,
                    const QString &realmMark)
{
    QJsonArray operations;
    for (const desk::Waiting &each : waiting) {
        const desk::LogLine &line = each.line;
        QJsonObject one = {
            {u"operation"_s, QJsonDocument::fromJson(toBytes(line.operation)).object()},
            {u"state"_s,
             store::pendingStateName(line.pending.value_or(store::Pending::State::Queued))}};
        if (line.refusal) {
            one[u"reason"_s] = refusalName(line.refusal->reason);
            one[u"facts"_s] = line.refusal->facts;
        }
        operations.append(one);
    }
    QJsonObject all = {{u"format"_s, u"leeward-queue-1"_s}, {u"operations"_s, operations}};
    if (!realmMark.isEmpty())
        all[u"realm"_s] = realmMark;
    const QFileInfo there(path);
    if (there.exists() && !there.isFile())
        return fail(Errc::FileUnwritable, path);
    QSaveFile file(path);
    if (!file.open(QIODevice::WriteOnly))
        return fail(Errc::FileUnwritable, path);
    const QByteArray bytes = QJsonDocument(all).toJson();
    if (file.write(bytes) != bytes.size() || !file.commit())
        return fail(Errc::DiskFull, path);
    return {};
}

} // namespace leeward::widgets
