#include "app/demo/scenario.h"

#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>

namespace leeward::demo {

using namespace Qt::StringLiterals;

Result<Scenario> Scenario::load(const QString &path)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return fail(Errc::FileMissing, path);
    const QJsonObject json = QJsonDocument::fromJson(file.readAll()).object();
    if (!json.contains(u"lon"_s))
        return fail(Errc::FileMalformed, path);
    return Scenario{.type = json[u"kind"_s].toString(),
                    .title = json[u"title"_s][u"zh"_s].toString(),
                    .caller = json[u"caller"_s][u"zh"_s].toString(),
                    .callerPhone = json[u"caller_phone"_s].toString(),
                    .placeName = json[u"place"_s][u"zh"_s].toString(),
                    .place = {json[u"lon"_s].toDouble(), json[u"lat"_s].toDouble()},
                    .people = json[u"people_trapped"_s].toInt()};
}

} // namespace leeward::demo
