#pragma once

#include "models/domain/registers.h"

#include <QObject>

#include <functional>

namespace leeward::widgets {

// The language the console speaks now. Widgets speak anew on QEvent::LanguageChange; what shows the
// domain's words asks current(), which is already the new one by then.
class LanguageController : public QObject
{
    Q_OBJECT
public:
    LanguageController(Language language, std::function<void(Language)> install,
                       QObject *parent = nullptr);

    [[nodiscard]] Language current() const { return m_language; }
    void setLanguage(Language language);

Q_SIGNALS:
    void languageChanged(leeward::Language language);

private:
    void install();
    Language m_language;
    std::function<void(Language)> m_install;
};

} // namespace leeward::widgets
