#include "models/items/clock_text.h"

#include "models/domain/availability.h"

#include <cstdlib>

namespace leeward::items {

using namespace Qt::StringLiterals;

QString spanText(Duration span, Language language)
{
    const bool zh = language == Language::Chinese;
    const qint64 seconds = std::abs(span.count()) / 1000;
    const QString sign = span.count() < 0 && seconds > 0 ? u"−"_s : QString();
    const qint64 minutes = seconds / 60;
    const qint64 hours = minutes / 60;
    if (minutes < 1)
        return sign + QString::number(seconds) + (zh ? u"秒"_s : u" s"_s);
    if (hours < 1)
        return sign + QString::number(minutes) + (zh ? u"分"_s : u" min"_s);
    if (hours < 48) {
        const QString rest = u"%1"_s.arg(minutes % 60, 2, 10, QChar(u'0'));
        return sign + QString::number(hours) +
               (zh ? QString(u"小时"_s + rest + u"分"_s) : QString(u" h "_s + rest));
    }
    return sign + QString::number(hours / 24) + (zh ? u"天"_s : u" d"_s);
}

QString clockText(Instant at, Instant now)
{
    const QDateTime local = toUtcDateTime(at + chinaOffset);
    const QDateTime today = toUtcDateTime(now + chinaOffset);
    if (local.date() == today.date())
        return local.toString(u"HH:mm:ss"_s);
    if (local.date().year() == today.date().year())
        return local.toString(u"MM-dd HH:mm"_s);
    return local.toString(u"yyyy-MM-dd HH:mm"_s);
}

} // namespace leeward::items
