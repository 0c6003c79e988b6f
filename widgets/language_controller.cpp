#include "widgets/language_controller.h"

namespace leeward::widgets {

LanguageController::LanguageController(Language language, std::function<void(Language)> install,
                                       QObject *parent)
    : QObject(parent)
    , m_language(language)
    , m_install(std::move(install))
{
    this->install();
}

void LanguageController::setLanguage(Language language)
{
    if (language == m_language)
        return;
    m_language = language;
    install();
    Q_EMIT languageChanged(language);
}

void LanguageController::install()
{
    if (m_install)
        m_install(m_language);
}

} // namespace leeward::widgets
