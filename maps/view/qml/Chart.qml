import QtQuick
import QtLocation
import QtPositioning

// The map itself with what moves with it. Made anew for each base map, because a Plugin cannot be changed.
Map {
    id: map

    required property MapScene scene
    readonly property alias features: features

    function choose() {
        const wanted = scene.baseStyle === "auto" ? (scene.dark ? "night" : "street") : scene.baseStyle
        let fallback = null
        for (const type of supportedMapTypes) {
            const night = type.night || type.name.toLowerCase().includes("night")
            if (wanted === "night" ? night
                                   : wanted === "terrain" ? type.style === MapType.TerrainMap
                                                          : type.style === MapType.StreetMap && !night) {
                activeMapType = type
                return
            }
            if (!fallback && type.style === MapType.StreetMap)
                fallback = type
        }
        if (fallback)
            activeMapType = fallback
    }

    function look(lon, lat, zoom) {
        zoomLevel = zoom
        center = QtPositioning.coordinate(lat, lon)
    }

    objectName: "map"
    plugin: scene.providers.toString() !== "" ? tiles : blank
    color: scene.ground
    copyrightsVisible: false
    minimumZoomLevel: 2
    maximumZoomLevel: 20
    maximumTilt: 0

    Component.onCompleted: {
        const camera = scene.wantedCamera()
        look(camera.lon, camera.lat, camera.zoom)
        choose()
    }
    onSupportedMapTypesChanged: choose()
    onCenterChanged: features.cameraMoved()
    onZoomLevelChanged: features.cameraMoved()
    onBearingChanged: features.cameraMoved()
    onMapReadyChanged: {
        const camera = scene.wantedCamera()
        look(camera.lon, camera.lat, camera.zoom)
        choose()
        features.cameraMoved()
    }

    Plugin {
        id: tiles
        name: map.scene.providers.toString() !== "" ? "osm" : ""
        PluginParameter {
            name: "osm.mapping.providersrepository.address"
            value: map.scene.providers.toString()
        }
        PluginParameter {
            name: "osm.mapping.cache.directory"
            value: map.scene.cacheDirectory
        }
        PluginParameter {
            name: "osm.mapping.highdpi_tiles"
            value: Screen.devicePixelRatio > 1.4
        }
        PluginParameter {
            name: "osm.useragent"
            value: "Leeward"
        }
    }
    Plugin {
        id: blank
        name: "itemsoverlay"
    }

    Connections {
        target: map.scene
        function onLookChanged() { map.choose() }
        function onBaseStyleChanged() { map.choose() }
        function onCameraWanted(lon, lat, zoom) { map.look(lon, lat, zoom) }
        function onBearingWanted(degrees) { map.bearing = degrees }
    }

    MapItemView {
        model: map.scene.lines.filter(line => line.closed)
        delegate: MapPolygon {
            required property var modelData
            objectName: modelData.name
            path: modelData.path
            color: modelData.fill
            border.color: modelData.color
            border.width: modelData.width
            z: 1
        }
    }
    MapItemView {
        model: map.scene.lines.filter(line => !line.closed)
        delegate: MapPolyline {
            required property var modelData
            path: modelData.path
            line.color: map.scene.paper
            line.width: modelData.width + 4
            z: 2
        }
    }
    MapItemView {
        model: map.scene.lines.filter(line => !line.closed)
        delegate: MapPolyline {
            required property var modelData
            objectName: modelData.name
            path: modelData.path
            line.color: modelData.color
            line.width: modelData.width
            z: 3
        }
    }

    FeatureLayer {
        id: features
        objectName: "featureLayer"
        anchors.fill: parent
        z: 10
        map: map
        scene: map.scene
        Accessible.ignored: true
    }
}
