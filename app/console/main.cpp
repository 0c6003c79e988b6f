#include "app/console/command_options.h"
#include "app/console/console.h"
#include "app/console/dialog_prompter.h"
#include "app/console/server_desk.h"

#include <QApplication>
#include <QIcon>
#include <QMessageBox>
#include <QPushButton>

#include <cstdio>

using namespace Qt::StringLiterals;
using namespace leeward;

namespace {

enum class Way
{
    Quit,
    ReadOnly
};

// Before there is a window: the only question that is waited for.
Way askHowToGoOn(const Error &error, Language language)
{
    const bool zh = language == Language::Chinese;
    QMessageBox box(QMessageBox::Warning, u"避风 Leeward"_s, app::openingFailure(error, language));
    box.addButton(zh ? u"退出"_s : u"Quit"_s, QMessageBox::RejectRole);
    const bool mayLook = error.code == Errc::CacheInUse || error.code == Errc::FileUnwritable;
    QPushButton *look =
        mayLook ? box.addButton(zh ? u"只读打开"_s : u"Open read-only"_s, QMessageBox::AcceptRole)
                : nullptr;
    box.exec();
    return look && box.clickedButton() == look ? Way::ReadOnly : Way::Quit;
}

int runAtServer(const app::ConsoleOptions &options, const Clock &clock, IdSource &ids,
                app::DialogPrompter &prompter)
{
    sync::SystemRandom random;
    app::SystemSecretStore system;
    app::MemorySecretStore memory;
    app::SecretStore &store =
        options.keepNothing ? static_cast<app::SecretStore &>(memory) : system;
    app::ServerDesk desk(options, {.store = store, .clock = clock, .random = random, .times = {}},
                         ids, prompter);
    std::unique_ptr<app::Console> looking;
    QObject::connect(&desk, &app::ServerDesk::left, qApp, &QCoreApplication::quit);
    QObject::connect(&desk, &app::ServerDesk::failed, qApp, [&](const Error &error) {
        std::fprintf(stderr, "leeward: %s\n", qPrintable(error.detail));
        if (askHowToGoOn(error, options.language) == Way::ReadOnly) {
            app::ConsoleOptions read = options;
            read.readOnly = true;
            read.cache = desk.cachePath();
            if (auto console = app::Console::create(read, clock, ids, prompter)) {
                looking = std::move(*console);
                looking->start();
                return;
            }
        }
        QCoreApplication::exit(3);
    });
    desk.start();
    return QApplication::exec();
}

} // namespace

int main(int argc, char **argv)
{
    QApplication application(argc, argv);
    QCoreApplication::setApplicationName(u"leeward"_s);
    QCoreApplication::setApplicationVersion(QStringLiteral(LEEWARD_VERSION));
    QCommandLineParser parser;
    parser.setApplicationDescription(
        u"Leeward 避风: the dispatch console of an emergency command hall."_s);
    parser.addHelpOption();
    parser.addVersionOption();
    app::addConsoleOptions(parser);
    parser.process(application);
    auto options = app::readConsoleOptions(parser);
    if (!options) {
        std::fprintf(stderr, "leeward: %s\n", qPrintable(options.error().detail));
        return 2;
    }
    const SystemClock clock;
    SystemIdSource ids(clock);
    app::DialogPrompter prompter;
    if (options->server && !options->readOnly)
        return runAtServer(*options, clock, ids, prompter);
    if (options->cache.isEmpty()) // to look at what is kept of a server's realm
        options->cache = app::serverCachePath(options->dataFolder, *options->server);
    auto console = app::Console::create(*options, clock, ids, prompter);
    if (!console && askHowToGoOn(console.error(), options->language) == Way::ReadOnly) {
        options->readOnly = true;
        console = app::Console::create(*options, clock, ids, prompter);
    }
    if (!console) {
        std::fprintf(stderr, "leeward: %s\n", qPrintable(console.error().detail));
        return 3;
    }
    (*console)->start();
    return QApplication::exec();
}
