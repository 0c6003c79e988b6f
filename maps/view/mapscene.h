#pragma once

#include "maps/view/featurepicture.h"

#include <QColor>
#include <QObject>
#include <QtQml/qqmlregistration.h>
#include <QUrl>
#include <QVariant>

namespace leeward::view {

// What the QML of the map shows and reports to: state in, gestures out. One per MapView; GUI
// thread. Widgets use MapView, not this.
class MapScene : public QObject
{
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("made by MapView")
    Q_PROPERTY(bool dark READ isDark NOTIFY lookChanged)
    Q_PROPERTY(QColor paper READ paper NOTIFY lookChanged)
    Q_PROPERTY(QColor ink READ ink NOTIFY lookChanged)
    Q_PROPERTY(QColor muted READ muted NOTIFY lookChanged)
    Q_PROPERTY(QColor accent READ accent NOTIFY lookChanged)
    Q_PROPERTY(QColor ground READ ground NOTIFY lookChanged)
    Q_PROPERTY(QUrl providers READ providers NOTIFY baseMapChanged)
    Q_PROPERTY(QString cacheDirectory READ cacheDirectory NOTIFY baseMapChanged)
    Q_PROPERTY(QString credits READ credits NOTIFY creditsChanged)
    Q_PROPERTY(QString review READ review NOTIFY creditsChanged)
    Q_PROPERTY(QString problem READ problem NOTIFY baseMapChanged)
    Q_PROPERTY(QString baseStyle READ baseStyle WRITE setBaseStyle NOTIFY baseStyleChanged)
    Q_PROPERTY(QString drill READ drill NOTIFY drillChanged)
    Q_PROPERTY(bool controls READ hasControls NOTIFY controlsChanged)
    Q_PROPERTY(bool picking READ isPicking NOTIFY pickingChanged)
    Q_PROPERTY(bool software READ isSoftware NOTIFY softwareChanged)
    Q_PROPERTY(QVariantList layers READ layers NOTIFY layersChanged)
    Q_PROPERTY(QVariantList legend READ legend NOTIFY legendChanged)
    Q_PROPERTY(QVariantList lines READ lines NOTIFY linesChanged)
    Q_PROPERTY(double metresPerPixel READ metresPerPixel NOTIFY viewChanged)
    Q_PROPERTY(QString hoverText READ hoverText NOTIFY hoverChanged)
    Q_PROPERTY(QPointF hoverPlace READ hoverPlace NOTIFY hoverChanged)

public:
    MapScene(FeatureStore &store, QObject *parent);

    [[nodiscard]] FeatureStore &store() const { return m_store; }
    [[nodiscard]] Theme theme() const { return m_theme; }
    void setTheme(Theme theme);
    [[nodiscard]] double symbolScale() const { return m_symbolScale; }
    void setSymbolScale(double scale);
    [[nodiscard]] bool isDark() const { return m_theme == Theme::Dark; }
    [[nodiscard]] QColor paper() const;
    [[nodiscard]] QColor ink() const;
    [[nodiscard]] QColor muted() const;
    [[nodiscard]] QColor accent() const;
    [[nodiscard]] QColor ground() const; // where there is no base map

    // Providers empty: no base map, and why in `problem`.
    void setBaseMap(const QUrl &providers, const QString &cacheDirectory, const QString &problem);
    [[nodiscard]] QUrl providers() const { return m_providers; }
    [[nodiscard]] QString cacheDirectory() const { return m_cacheDirectory; }
    [[nodiscard]] QString credits() const { return m_credits; }
    [[nodiscard]] QString review() const { return m_review; }
    [[nodiscard]] QString problem() const { return m_problem; }
    // Who made the base map and of when; the words of its review number, which must not be cut.
    void setCredits(const QString &credits, const QString &review);
    // "auto" follows the theme; "street", "night", "terrain" are fixed.
    [[nodiscard]] QString baseStyle() const { return m_baseStyle; }
    void setBaseStyle(const QString &style);

    [[nodiscard]] QString drill() const { return m_drill; }
    void setDrill(const QString &words);
    [[nodiscard]] bool hasControls() const { return m_controls; }
    void setControls(bool on);
    [[nodiscard]] bool isPicking() const { return m_picking; }
    void setPicking(bool on);
    [[nodiscard]] bool isSoftware() const { return m_software; }
    void setSoftware(bool on);
    [[nodiscard]] QVariantList layers() const;
    [[nodiscard]] QVariantList legend() const;
    [[nodiscard]] QVariantList lines() const { return m_lines; }
    void setLines(const QVariantList &lines);
    // After the language has changed.
    void retranslate();

    [[nodiscard]] const std::optional<FeatureKey> &selected() const { return m_selected; }
    void setSelected(const std::optional<FeatureKey> &key);
    [[nodiscard]] bool isFollowing() const { return m_following; }
    void setFollowing(bool on);
    // Centres on the selected feature while following.
    void followSelected();

    // Asks the map to look somewhere; kept until there is one. Zoom < 0 keeps the zoom.
    void show(LonLat centre, double zoom);
    void showBearing(double degrees);
    // The zoom at which a rectangle of the world fills the view but for a margin.
    [[nodiscard]] double zoomFor(const WorldRect &bounds) const;
    [[nodiscard]] const Camera &camera() const { return m_camera; }
    [[nodiscard]] LonLat centre() const;
    [[nodiscard]] double metresPerPixel() const;
    [[nodiscard]] QString hoverText() const { return m_hoverText; }
    [[nodiscard]] QPointF hoverPlace() const { return m_hoverPlace; }

    // From the layer.
    void setView(const Camera &camera);
    void setHovered(const Target *target, QPointF place);
    void pointAt(LonLat place);
    void pointAway() { Q_EMIT pointerLeft(); }
    void clickAt(LonLat place, const Target *target, bool twice);

    // From QML.
    Q_INVOKABLE void setLayerVisible(int layer, bool visible);
    Q_INVOKABLE void movedByHand();
    Q_INVOKABLE void cancelPicking();
    Q_INVOKABLE void requestMenu(double lon, double lat);
    Q_INVOKABLE [[nodiscard]] QVariantMap wantedCamera() const;

Q_SIGNALS:
    void lookChanged();
    void baseMapLeaving(); // just before the old one's settings go
    void baseMapChanged();
    void creditsChanged();
    void baseStyleChanged();
    void drillChanged();
    void controlsChanged();
    void pickingChanged();
    void softwareChanged();
    void layersChanged();
    void legendChanged();
    void linesChanged();
    void viewChanged();
    void hoverChanged();
    void selectionChanged();
    void followingChanged(bool following);
    void cameraWanted(double lon, double lat, double zoom);
    void bearingWanted(double degrees);

    void clicked(const std::optional<leeward::view::FeatureKey> &key);
    void activated(const leeward::view::FeatureKey &key);
    void picked(leeward::LonLat place);
    void pickingCancelled();
    void pointerMoved(leeward::LonLat place);
    void pointerLeft();
    void menuRequested(leeward::LonLat place);

private:
    FeatureStore &m_store;
    Theme m_theme = Theme::Light;
    double m_symbolScale = 1;
    QUrl m_providers;
    QString m_cacheDirectory;
    QString m_credits;
    QString m_review;
    QString m_problem;
    QString m_baseStyle;
    QString m_drill;
    QVariantList m_lines;
    std::optional<FeatureKey> m_selected;
    Camera m_camera;
    LonLat m_wantedCentre{105, 35};
    double m_wantedZoom = 4;
    QString m_hoverText;
    QPointF m_hoverPlace;
    bool m_controls = true;
    bool m_picking = false;
    bool m_software = false;
    bool m_following = false;
};

} // namespace leeward::view
