#include "tests/e2e/console_program.h"

#include "models/store/cache_file.h"
#include "models/store/entries.h"
#include "tests/support/makers.h"

#include <QFile>
#include <QTest>

namespace leeward::test {

using namespace Qt::StringLiterals;

namespace {

constexpr int patience = 30'000;
const QString signInTitle = u"^Leeward - sign in$"_s;
const QString workTitle = u"^Leeward( · .*)?$"_s;

QString displayOf(Program &server)
{
    server.start();
    if (!QTest::qWaitFor([&] { return !server.lines().isEmpty(); }, patience))
        qFatal("the virtual display does not start");
    return u':' + server.lines().first();
}

} // namespace

ConsoleProgram::ConsoleProgram(const QString &folder, const QString &desk, quint16 server)
    : m_folder(folder + u"/console-XXXXXX"_s)
    , m_display(u"Xvfb"_s, {u"-displayfd"_s, u"1"_s, u"-screen"_s, u"0"_s, u"1366x768x24"_s,
                            u"-nolisten"_s, u"tcp"_s, u"-ac"_s, u"-noreset"_s})
    , m_program(QStringLiteral(LEEWARD_CONSOLE))
    , m_environment(QProcessEnvironment::systemEnvironment())
{
    m_environment.insert(u"DISPLAY"_s, displayOf(m_display));
    m_environment.insert(u"LIBGL_ALWAYS_SOFTWARE"_s, u"1"_s);
    m_environment.insert(u"QT_QPA_PLATFORM"_s, u"xcb"_s);
    m_environment.remove(u"WAYLAND_DISPLAY"_s);
    m_environment.remove(u"DBUS_SESSION_BUS_ADDRESS"_s); // no key store
    for (const QString &place : {u"HOME"_s, u"XDG_DATA_HOME"_s, u"XDG_CONFIG_HOME"_s,
                                 u"XDG_CACHE_HOME"_s, u"XDG_RUNTIME_DIR"_s})
        m_environment.insert(place, m_folder.path());
    m_program.setEnvironment(m_environment);
    m_program.setWords({u"--server"_s, u"http://127.0.0.1:%1"_s.arg(server), u"--user"_s, u"anna"_s,
                        u"--desk"_s, desk, u"--cache"_s, cache(), u"--language"_s, u"en"_s,
                        u"--keep-nothing"_s});
}

QString ConsoleProgram::tool(const QStringList &words) const
{
    // With the event loop running: what the console waits for may be of this process.
    QProcess process;
    process.setProcessEnvironment(m_environment);
    process.start(u"xdotool"_s, words);
    if (!QTest::qWaitFor([&] { return process.state() == QProcess::NotRunning; }, patience))
        qFatal("xdotool hangs");
    return process.exitCode() == 0 ? QString::fromUtf8(process.readAllStandardOutput()) : QString();
}

void ConsoleProgram::press(const QStringList &keys) const
{
    (void) tool(QStringList{u"key"_s, u"--clearmodifiers"_s} + keys);
}

void ConsoleProgram::type(const QString &text) const
{
    (void) tool({u"type"_s, u"--delay"_s, u"4"_s, text});
}

QString ConsoleProgram::windowOf(const QString &title) const
{
    return tool({u"search"_s, u"--onlyvisible"_s, u"--name"_s, title})
        .section(u'\n', 0, 0, QString::SectionSkipEmpty);
}

void ConsoleProgram::start()
{
    m_program.start();
    QString window;
    const auto shows = [&](const QString &title) {
        if (!m_program.isRunning())
            qFatal("the console has ended");
        window = windowOf(title);
        return !window.isEmpty();
    };
    if (!QTest::qWaitFor([&] { return shows(signInTitle); }, patience))
        qFatal("nobody is asked to sign in");
    (void) tool({u"windowfocus"_s, u"--sync"_s, window});
    type(password());
    press({u"Return"_s});
    if (!QTest::qWaitFor([&] { return shows(workTitle); }, patience))
        qFatal("there is no window after the sign-in");
    (void) tool({u"windowfocus"_s, u"--sync"_s, window});
}

std::optional<store::Connection> ConsoleProgram::look() const
{
    if (!QFile::exists(cache()))
        return std::nullopt;
    auto file = store::openReadOnly(cache());
    if (!file)
        return std::nullopt;
    return std::move(*file);
}

bool ConsoleProgram::note(const QString &words)
{
    press({u"Escape"_s, u"ctrl+k"_s, u"ctrl+a"_s});
    type(u"note 1 "_s + words);
    press({u"Return"_s});
    return QTest::qWaitFor(
        [&] {
            auto file = look();
            if (!file)
                return false;
            auto found = must(file->prepare("SELECT count(*) FROM incident_event WHERE text=?"));
            found.bind(1, words);
            return found.step().value_or(false) && found.integer(0) > 0;
        },
        5'000);
}

const QSet<QString> &ConsoleProgram::seen()
{
    if (auto file = look()) {
        for (const store::Pending &pending : must(store::pendingOperations(*file)))
            m_seen += pending.operation.id.text();
        m_seen += operationsIn(*file);
    }
    return m_seen;
}

qint64 ConsoleProgram::cursor() const
{
    auto file = look();
    return file ? must(store::journalHead(*file)).seq : -1;
}

qsizetype ConsoleProgram::waiting() const
{
    auto file = look();
    return file ? static_cast<qsizetype>(must(store::pendingOperations(*file)).size()) : -1;
}

} // namespace leeward::test
