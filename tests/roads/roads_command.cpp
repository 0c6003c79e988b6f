#include "app/ctl/roads.h"

#include <QCoreApplication>

// `roads_command import …` is `leewardctl roads import …`.
int main(int argc, char **argv)
{
    const QCoreApplication app(argc, argv);
    QStringList words = QCoreApplication::arguments();
    words.front() = QStringLiteral("roads");
    return leeward::ctl::roadsCommand(words);
}
