#include "app/ctl/basemap.h"
#include "app/ctl/command.h"
#include "app/ctl/demo.h"
#include "app/ctl/package.h"
#include "app/ctl/realm_commands.h"
#include "app/ctl/roads.h"
#include "app/ctl/server_commands.h"
#include "app/ctl/simulate.h"

#include <QGuiApplication>

#include <array>
#include <cstdio>

namespace {

using leeward::ctl::Command;

constexpr std::array commands = {
    Command{"basemap", "make a base map of an OpenStreetMap extract, or describe one",
            leeward::ctl::basemapCommand},
    Command{"demo", "make the fictional demo city", leeward::ctl::demoCommand},
    Command{"export", "write a register to CSV, GeoJSON or GeoPackage",
            leeward::ctl::exportCommand},
    Command{"import", "read a file into a register", leeward::ctl::importCommand},
    Command{"journal", "print the journal of a realm file", leeward::ctl::journalCommand},
    Command{"package", "carry work between halls without a network", leeward::ctl::packageCommand},
    Command{"recommend", "say which teams should go to an incident",
            leeward::ctl::recommendCommand},
    Command{"roads", "make a road network of an OpenStreetMap extract, ask it for a travel time",
            leeward::ctl::roadsCommand},
    Command{"server", "keep the people, programs and realms of a central server",
            leeward::ctl::serverCommand},
    Command{"simulate", "run a server and desks with faults and check what they promise",
            leeward::ctl::simulateCommand},
    Command{"verify", "check a realm file", leeward::ctl::verifyCommand},
};

void printUsage(std::FILE *to)
{
    std::fputs("Usage: leewardctl COMMAND [ARGUMENTS]\n\nThe headless tool of Leeward. Results are "
               "JSON on standard output,"
               " complaints go to standard error.\n\nCommands (each has --help):\n",
               to);
    for (const Command &command : commands)
        std::fprintf(to, "  %-10s %s\n", command.name, command.summary);
    std::fputs(
        "\nExit codes: 0 done, 1 a check failed, 2 usage, 3 an input can not be used,\n"
        "            4 the output can not be written, 5 cancelled, 70 a fault of Leeward's own\n",
        to);
}

} // namespace

int main(int argc, char **argv)
{
    // Only the base map needs fonts, but there is one application object a process; no display is
    // asked for.
    if (!qEnvironmentVariableIsSet("QT_QPA_PLATFORM"))
        qputenv("QT_QPA_PLATFORM", "offscreen");
    QGuiApplication application(argc, argv);
    QCoreApplication::setApplicationName(QStringLiteral("leewardctl"));
    QCoreApplication::setApplicationVersion(QStringLiteral(LEEWARD_VERSION));
    const QStringList words = QCoreApplication::arguments().mid(1);
    const QString first = words.value(0);
    if (first.isEmpty() || first == QLatin1String("--help") || first == QLatin1String("-h") ||
        first == QLatin1String("help")) {
        printUsage(first.isEmpty() ? stderr : stdout);
        return first.isEmpty() ? leeward::ctl::Usage : leeward::ctl::Ok;
    }
    if (first == QLatin1String("--version")) {
        std::puts("leewardctl " LEEWARD_VERSION);
        return leeward::ctl::Ok;
    }
    for (const Command &command : commands) {
        if (first == QLatin1String(command.name))
            return command.run(words);
    }
    return leeward::ctl::complainUsage(
        QStringLiteral("no command '%1'; see leewardctl --help").arg(first));
}
