#pragma once

#include "widgets/shell.h"
#include "widgets/shell_context.h"

#include <QTimer>
#include <QWidget>

#include <array>

class QLabel;

namespace leeward::widgets {

class BoardPanel;
class ClockLabel;

// The wall: map, large counters, board. Nothing to click; runs for days.
class WallWindow : public QWidget
{
    Q_OBJECT
public:
    // `store` is the main window's: both maps draw the same features.
    WallWindow(const Shell &shell, const ShellContext &context, view::FeatureStore &store,
               QWidget *parent = nullptr);

protected:
    void changeEvent(QEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;

private:
    enum Counter
    {
        OpenIncidents,
        TeamsOut,
        Overdue,
        FreeTeams,
        SheltersOpen,
        FreePlaces,
        CounterCount
    };
    void build();
    void count();
    void fit();
    void retranslate();
    void redress();

    const Shell &m_shell;
    QLabel *m_realm;
    QLabel *m_city;
    ClockLabel *m_clock;
    std::array<QLabel *, CounterCount> m_figures{};
    std::array<QLabel *, CounterCount> m_words{};
    view::MapView *m_map;
    BoardPanel *m_board;
    QTimer m_timer;
    QStringList m_fitted; // the open incidents the map was last fitted to
};

} // namespace leeward::widgets
