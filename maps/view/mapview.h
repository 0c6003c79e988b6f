#pragma once

#include "maps/view/featurestore.h"

#include <QColor>
#include <QImage>
#include <QPointer>
#include <QUrl>
#include <QWidget>

#include <optional>

class QLabel;
class QNetworkAccessManager;
class QQuickItem;
class QQuickView;
class QStackedWidget;

namespace leeward::view {

class FeatureLayer;
class MapScene;

// Where tiles come from and what must be said about them.
struct BaseMap
{
    QUrl providers;         // of the loopback tile service, ending in '/'; empty: none
    QString cacheDirectory; // one per version of the base map: the tile cache does not know hosts
    QString attribution;    // who made it
    QString date;           // of its data, as it is to be shown
    QString reviewNumber;   // 审图号; empty when there is none
    QString problem;        // with no providers: why, and what to do

    friend bool operator==(const BaseMap &, const BaseMap &) = default;
};

// A line on the map: a road route, a closure, the outline of a drawn area.
struct MapLine
{
    QString name; // becomes the objectName of what is drawn
    QList<LonLat> places;
    QColor color;
    double width = 5;    // logical pixels
    bool closed = false; // an area, filled lightly
};

// A map's review number (审图号) as a person reads it; "none: fictional" is a map of no real place.
[[nodiscard]] QString reviewWords(const QString &reviewNumber);

// The console's map: base map, features of a store, and what lies over them. One GUI-thread widget
// around a QQuickView, because a window container costs no frame time where a QQuickWidget does;
// nothing can be stacked over it, so all overlays are its own. Needs the tile service to listen
// before setBaseMap. Features are drawn with and without a base map, with and without OpenGL.
class MapView : public QWidget
{
    Q_OBJECT

public:
    enum class Begin
    {
        Now,
        Later
    };
    // The store must outlive the view. With Later nothing is drawn and quickView() is null until
    // begin(); all else may be called before and is kept.
    explicit MapView(FeatureStore &store, QWidget *parent = nullptr, Begin when = Begin::Now);
    ~MapView() override;
    void begin(); // once; later calls do nothing

    // Picks the software scene graph where no OpenGL context can be made; once, before the first
    // map, which does it by itself when nobody has. True when the map will be drawn with OpenGL (or
    // what the environment asks for).
    static bool chooseGraphics();

    // Asks the service whether it is there before anything is shown, because Qt would turn to
    // outside hosts if it were not. Addresses off this machine are refused. Says the outcome by
    // baseMapChanged.
    void setBaseMap(const BaseMap &baseMap);
    void setTheme(Theme theme);
    void setSymbolScale(double scale); // 0.5 to 3; 1 draws teams at 30 logical pixels
    // Words for the watermark and a frame; empty for live work.
    void setDrill(const QString &words);
    // Whether there is something to click over the map: zoom, layers, legend. On at first; off for
    // a wall, which nobody touches.
    void setControls(bool on);

    void showPlace(LonLat place, double zoom);
    void showPlace(LonLat place); // keeps the zoom
    // All places in view, with a margin. Nothing when empty.
    void fitTo(const QList<LonLat> &places);
    void setBearing(double degrees);
    [[nodiscard]] LonLat centre() const;
    [[nodiscard]] double zoom() const;

    void setSelected(const std::optional<FeatureKey> &key);
    [[nodiscard]] std::optional<FeatureKey> selected() const;
    // While on, the map keeps the selected feature in its middle. Moving the map by hand ends it.
    void setFollowing(bool on);
    [[nodiscard]] bool isFollowing() const;

    // The next click picks a place instead of selecting; Esc cancels.
    void startPicking();
    void stopPicking();
    [[nodiscard]] bool isPicking() const;

    // A handful each; for more, make a layer.
    void setRoutes(const QList<MapLine> &routes);
    void setDrawings(const QList<MapLine> &drawings);

    // What is on the screen now, in device pixels; null without a window.
    [[nodiscard]] QImage picture() const;
    // Where a place is in the widget, logical pixels; nullopt before the first frame.
    [[nodiscard]] std::optional<QPointF> pixelOf(LonLat place) const;

    // For tests and measurements.
    [[nodiscard]] QQuickView *quickView() const { return m_view; }
    [[nodiscard]] QQuickItem *mapItem() const;
    [[nodiscard]] FeatureLayer *layer() const;

Q_SIGNALS:
    void selectedByHand(const leeward::view::FeatureKey &key);
    void selectionCleared();
    void activated(const leeward::view::FeatureKey &key); // double click
    void picked(leeward::LonLat place);
    void pickingCancelled();
    void pointerMoved(leeward::LonLat place);
    void pointerLeft();
    void menuRequested(leeward::LonLat place); // right click
    void followingChanged(bool following);
    void viewChanged();
    void baseMapChanged(bool present, const QString &problem);
    void failed(const QString &reason); // the map cannot be drawn; a pane says so

protected:
    void changeEvent(QEvent *event) override;

private:
    static bool askForGraphics();
    void load();
    void showError(const QString &reason);
    void connectScene();
    void probed(const QByteArray &answer, const QString &error);
    void applyBaseMap(const QString &problem);
    void showCredits();
    void updateLines();

    MapScene *m_scene;
    QQuickView *m_view = nullptr; // the container's
    QWidget *m_container = nullptr;
    QStackedWidget *m_stack;
    QLabel *m_error;
    QNetworkAccessManager *m_network;
    BaseMap m_baseMap;
    bool m_present = false;
    int m_probe = 0; // a later setBaseMap makes earlier answers stale
    QString m_problem;
    QList<LonLat> m_pendingFit;
    QList<MapLine> m_routes;
    QList<MapLine> m_drawings;
};

} // namespace leeward::view
