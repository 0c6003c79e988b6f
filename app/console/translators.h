#pragma once

#include "models/domain/registers.h"

#include <QTranslator>

namespace leeward::app {

// The words of the windows and of Qt, in one language at a time. Gone with the object.
class Translators
{
public:
    void install(Language language);

private:
    QTranslator m_own;
    QTranslator m_qt;
};

} // namespace leeward::app
