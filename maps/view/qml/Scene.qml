import QtQuick
import QtPositioning

// The map, what a hand does on it, and what lies over it.
Rectangle {
    id: root

    required property MapScene scene
    readonly property var map: loader.item

    function zoomAt(point, steps) {
        if (!map)
            return
        scene.movedByHand()
        const anchor = map.toCoordinate(point, false)
        map.zoomLevel = Math.max(map.minimumZoomLevel, Math.min(map.maximumZoomLevel, map.zoomLevel + steps))
        map.alignCoordinateToPoint(anchor, point)
    }
    function zoomMiddle(steps) { zoomAt(Qt.point(width / 2, height / 2), steps) }
    function panBy(dx, dy) {
        if (!map)
            return
        scene.movedByHand()
        map.pan(dx, dy)
    }

    objectName: "mapScene"
    color: scene.ground
    focus: true
    Accessible.role: Accessible.Canvas
    Accessible.name: qsTr("Map")

    Keys.onPressed: event => {
        const step = event.modifiers & Qt.ShiftModifier ? 24 : 120
        event.accepted = true
        switch (event.key) {
        case Qt.Key_Left: panBy(-step, 0); break
        case Qt.Key_Right: panBy(step, 0); break
        case Qt.Key_Up: panBy(0, -step); break
        case Qt.Key_Down: panBy(0, step); break
        case Qt.Key_Plus:
        case Qt.Key_Equal: zoomMiddle(0.5); break
        case Qt.Key_Minus: zoomMiddle(-0.5); break
        case Qt.Key_Escape:
            if (scene.picking)
                scene.cancelPicking()
            else
                event.accepted = false
            break
        default: event.accepted = false
        }
    }

    Connections {
        target: root.scene
        // A Plugin takes its parameters once, so the map is made anew.
        function onBaseMapLeaving() { loader.active = false }
        function onBaseMapChanged() { loader.active = true }
    }

    Loader {
        id: loader
        anchors.fill: parent
        active: true
        sourceComponent: Chart {
            scene: root.scene
        }
    }

    Item {
        id: surface
        objectName: "mapSurface"
        anchors.fill: parent

        DragHandler {
            id: drag
            property var anchor
            target: null
            acceptedButtons: Qt.LeftButton | Qt.MiddleButton
            onActiveChanged: {
                if (!active || !root.map)
                    return
                root.scene.movedByHand()
                anchor = root.map.toCoordinate(centroid.pressPosition, false)
            }
            onCentroidChanged: {
                if (active && anchor && root.map)
                    root.map.alignCoordinateToPoint(anchor, centroid.position)
            }
        }
        PinchHandler {
            property real startZoom: 0
            property var anchor
            target: null
            rotationAxis.enabled: false
            onActiveChanged: {
                if (!active || !root.map)
                    return
                root.scene.movedByHand()
                startZoom = root.map.zoomLevel
                anchor = root.map.toCoordinate(centroid.position, false)
            }
            onActiveScaleChanged: {
                if (!active || !root.map)
                    return
                root.map.zoomLevel = startZoom + Math.log2(activeScale)
                root.map.alignCoordinateToPoint(anchor, centroid.position)
            }
        }
        WheelHandler {
            target: null
            acceptedDevices: PointerDevice.Mouse | PointerDevice.TouchPad
            onWheel: event => root.zoomAt(Qt.point(event.x, event.y), event.angleDelta.y / 240)
        }
        TapHandler {
            acceptedButtons: Qt.LeftButton
            onSingleTapped: eventPoint => {
                root.forceActiveFocus()
                if (root.map)
                    root.map.features.click(eventPoint.position, false)
            }
            onDoubleTapped: eventPoint => {
                if (root.map)
                    root.map.features.click(eventPoint.position, true)
            }
        }
        TapHandler {
            acceptedButtons: Qt.RightButton
            onSingleTapped: eventPoint => {
                if (!root.map)
                    return
                const place = root.map.toCoordinate(eventPoint.position, false)
                root.scene.requestMenu(place.longitude, place.latitude)
            }
        }
        HoverHandler {
            id: pointer
            cursorShape: root.scene.picking ? Qt.CrossCursor
                                            : drag.active ? Qt.ClosedHandCursor
                                                          : root.scene.hoverText !== "" ? Qt.PointingHandCursor
                                                                                        : Qt.ArrowCursor
            onPointChanged: {
                if (root.map && hovered)
                    root.map.features.hover(point.position)
            }
            onHoveredChanged: {
                if (root.map && !hovered)
                    root.map.features.unhover()
            }
        }
    }

    Watermark {
        anchors.fill: parent
        scene: root.scene
    }
    Crosshair {
        anchors.fill: parent
        visible: root.scene.picking
        scene: root.scene
        at: pointer.hovered ? pointer.point.position : Qt.point(root.width / 2, root.height / 2)
    }
    HoverTip {
        scene: root.scene
    }

    Column {
        anchors { left: parent.left; top: parent.top; margins: 10 }
        spacing: 8
        NorthArrow {
            scene: root.scene
            bearing: root.map ? root.map.bearing : 0
        }
        RoundButton {
            objectName: "zoomIn"
            visible: root.scene.controls
            scene: root.scene
            words: qsTr("Zoom in")
            sign: "+"
            onPressed: root.zoomMiddle(1)
        }
        RoundButton {
            objectName: "zoomOut"
            visible: root.scene.controls
            scene: root.scene
            words: qsTr("Zoom out")
            sign: "−"
            onPressed: root.zoomMiddle(-1)
        }
    }

    LayersPanel {
        id: layersPanel
        visible: root.scene.controls
        anchors { right: parent.right; top: parent.top; margins: 10 }
        scene: root.scene
        room: root.height - 60
    }
    LegendPanel {
        visible: root.scene.controls
        anchors { right: parent.right; bottom: parent.bottom; rightMargin: 10; bottomMargin: foot.height + 12 }
        scene: root.scene
        room: root.height - (layersPanel.open ? layersPanel.height : 40) - 44 - foot.height
        widest: root.width - 20
    }

    Row {
        id: foot
        anchors { left: parent.left; bottom: parent.bottom; leftMargin: 10; bottomMargin: 6 }
        spacing: 14
        ScaleBar {
            id: scaleBar
            anchors.bottom: parent.bottom
            scene: root.scene
        }
        Credits {
            anchors.bottom: parent.bottom
            room: Math.max(76, root.width - scaleBar.implicitWidth - 34)
            scene: root.scene
        }
    }

    Column {
        anchors { horizontalCenter: parent.horizontalCenter; top: parent.top; topMargin: 10 }
        width: Math.min(560, root.width - 240)
        spacing: 8
        Notice {
            objectName: "noBaseMap"
            visible: root.scene.problem !== ""
            scene: root.scene
            title: qsTr("No base map")
            words: root.scene.problem
        }
        Notice {
            objectName: "softwareDrawing"
            visible: root.scene.software
            scene: root.scene
            title: qsTr("No graphics acceleration")
            words: qsTr("This machine offers no OpenGL. The map is drawn by the processor; moving it is slower.")
        }
        Notice {
            objectName: "pickHint"
            visible: root.scene.picking
            scene: root.scene
            title: qsTr("Pick a place")
            words: qsTr("Click the place on the map. Esc cancels.")
        }
    }
}
