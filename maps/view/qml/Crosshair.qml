import QtQuick

// Two hair lines that meet where a click would pick.
Item {
    id: crosshair

    required property MapScene scene
    property point at

    objectName: "crosshair"
    enabled: false

    Rectangle {
        x: Math.round(crosshair.at.x)
        width: 1
        height: parent.height
        color: crosshair.scene.accent
    }
    Rectangle {
        y: Math.round(crosshair.at.y)
        width: parent.width
        height: 1
        color: crosshair.scene.accent
    }
}
