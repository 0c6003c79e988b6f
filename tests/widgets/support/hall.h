#pragma once

#include "models/store/cache_file.h"
#include "support/fakes.h"
#include "widgets/main_window.h"

#include <QTemporaryDir>
#include <QTranslator>

namespace leeward::test {

// A whole console on a temporary realm file, without an authority: operations are applied and stay
// queued.
class Hall
{
public:
    // `drill`: the mark of the realm, empty for live work.
    explicit Hall(const QString &drill = {});
    ~Hall();

    // Runs an operation through the rulebook and waits for it; the id of the operation, or fails
    // the test.
    template <class Body>
    bool apply(const Body &body)
    {
        return wait(desk->submit(body));
    }
    void openWindow(Language language = Language::English, view::Theme theme = view::Theme::Dark,
                    QSize size = {1366, 768});

    template <class Widget = QWidget>
    [[nodiscard]] Widget *find(const QString &name) const
    {
        return window->findChild<Widget *>(name);
    }
    [[nodiscard]] QString settingsFile() const
    {
        return dir.filePath(QStringLiteral("settings.ini"));
    }

    QTemporaryDir dir;
    FakeClock clock;
    FakePrompter prompter;
    SystemIdSource ids{clock};
    std::optional<store::CacheFile> file;
    store::ChangeFeed feed;
    std::unique_ptr<store::StoreThread> writer;
    std::unique_ptr<store::StoreThread> reader;
    std::unique_ptr<desk::Desk> desk;
    std::unique_ptr<items::TableCache> cache;
    widgets::Services services;
    std::unique_ptr<widgets::LinkModel> link; // set before openWindow(): a desk at a server
    std::unique_ptr<widgets::MainWindow> window;
    QTranslator translator;
    view::BaseMap baseMap;

private:
    bool wait(QFuture<desk::Outcome> future);
};

} // namespace leeward::test
