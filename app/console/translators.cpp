#include "app/console/translators.h"

#include <QCoreApplication>
#include <QLibraryInfo>

namespace leeward::app {

using namespace Qt::StringLiterals;

void Translators::install(Language language)
{
    QCoreApplication::removeTranslator(&m_own);
    QCoreApplication::removeTranslator(&m_qt);
    const QString name = language == Language::Chinese ? u"zh_CN"_s : u"en"_s;
    if (m_qt.load(u"qtbase_"_s + name, QLibraryInfo::path(QLibraryInfo::TranslationsPath)))
        QCoreApplication::installTranslator(&m_qt);
    if (m_own.load(u":/i18n/leeward_"_s + name + u".qm"_s))
        QCoreApplication::installTranslator(&m_own);
}

} // namespace leeward::app
