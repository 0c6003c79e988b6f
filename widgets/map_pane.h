#pragma once

#include "maps/view/featurestore.h"
#include "maps/view/mapview.h"
#include "widgets/shell.h"

#include <QPointer>
#include <QWidget>

class QLabel;
class QToolButton;

namespace leeward::widgets {

class MapPresenter;

// The middle of the window: the map, a line of buttons over it, and picking of places.
class MapPane : public QWidget
{
    Q_OBJECT
public:
    MapPane(const Shell &shell, const view::BaseMap &baseMap, double homeZoom,
            QWidget *parent = nullptr);
    ~MapPane() override;

    [[nodiscard]] view::MapView *map() const { return m_map; }
    [[nodiscard]] view::FeatureStore &store() const { return *m_store; }
    [[nodiscard]] MapPresenter &presenter() const { return *m_presenter; }

    void setBaseMap(const view::BaseMap &baseMap);
    // The callback runs once, when a place is picked, unless `context` is gone or picking was
    // cancelled.
    void pickPlace(QObject *context, std::function<void(LonLat)> picked);
    void showSelected(); // moves the map to what is selected
    void fitIncidents(); // all open incidents

Q_SIGNALS:
    void pointerMoved(const std::optional<leeward::LonLat> &place);
    void zoomChanged(double zoom, double latitude);
    void baseMapChanged(bool present);

protected:
    void changeEvent(QEvent *event) override;
    void paintEvent(QPaintEvent *event) override;

private:
    void buildTools();
    void connectMap();
    void beginAfterRows();
    void markSelection();
    void selectUnit(const UnitPosition &unit);
    void retranslate();

    const Shell &m_shell;
    std::unique_ptr<view::FeatureStore> m_store;
    MapPresenter *m_presenter;
    view::MapView *m_map;
    QWidget *m_tools;
    QToolButton *m_fit;
    QToolButton *m_show;
    QToolButton *m_follow;
    QLabel *m_hint;
    QPointer<QObject> m_pickContext;
    std::function<void(LonLat)> m_picked;
    double m_homeZoom;
    bool m_beginWhenDrawn = false;
};

} // namespace leeward::widgets
