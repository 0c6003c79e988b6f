import QtQuick

// Says all over the map that this is a drill.
Item {
    id: watermark

    required property MapScene scene

    objectName: "watermark"
    visible: scene.drill !== ""
    clip: true
    enabled: false
    Accessible.role: Accessible.StaticText
    Accessible.name: scene.drill

    Repeater {
        model: watermark.visible ? Math.ceil(watermark.width / 430) * Math.ceil(watermark.height / 250) : 0
        Text {
            required property int index
            readonly property int across: Math.ceil(watermark.width / 430)
            readonly property int row: Math.floor(index / across)
            x: (index % across) * 430 + (row % 2 ? 120 : 20)
            y: row * 250 + 100
            rotation: -24
            text: watermark.scene.drill
            color: watermark.scene.dark ? "#ffb040" : "#b03000"
            opacity: 0.22
            font { pixelSize: 42; bold: true }
        }
    }
    Rectangle {
        anchors.fill: parent
        color: "transparent"
        border { width: 4; color: watermark.scene.dark ? "#ff9a1f" : "#d04a00" }
    }
}
