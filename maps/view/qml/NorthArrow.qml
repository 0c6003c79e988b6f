import QtQuick

// Points north; a click turns the map north up.
RoundButton {
    id: arrow

    property real bearing: 0

    objectName: "northArrow"
    words: qsTr("North. Press to turn the map north up")
    height: 44
    onPressed: scene.showBearing(0)

    Item {
        anchors.fill: parent
        rotation: -arrow.bearing

        Canvas {
            id: needle
            readonly property color ink: arrow.scene.ink
            readonly property color paper: arrow.scene.paper
            anchors { horizontalCenter: parent.horizontalCenter; bottom: parent.bottom; bottomMargin: 4 }
            width: 20
            height: 24
            onInkChanged: requestPaint()
            onPaint: {
                const c = getContext("2d")
                c.reset()
                c.lineJoin = "round"
                c.strokeStyle = ink
                c.lineWidth = 1.2
                for (const side of [1, -1]) {
                    c.beginPath()
                    c.moveTo(10, 1)
                    c.lineTo(10 + side * 8, 22)
                    c.lineTo(10, 17)
                    c.closePath()
                    c.fillStyle = side > 0 ? paper : ink
                    c.fill()
                    c.stroke()
                }
            }
        }
        Text {
            anchors { horizontalCenter: parent.horizontalCenter; top: parent.top; topMargin: 1 }
            text: qsTr("N", "north")
            color: arrow.scene.ink
            font { pixelSize: 12; bold: true }
        }
    }
}
