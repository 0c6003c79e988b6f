import QtQuick

// A round length that fits in 130 px.
Item {
    id: bar

    required property MapScene scene
    readonly property real longest: scene.metresPerPixel * 130
    readonly property real metres: {
        if (!(longest > 0))
            return 0
        const power = Math.pow(10, Math.floor(Math.log10(longest)))
        return power * (longest >= 5 * power ? 5 : longest >= 2 * power ? 2 : 1)
    }

    objectName: "scaleBar"
    visible: metres > 0
    implicitWidth: metres > 0 ? metres / scene.metresPerPixel : 0
    implicitHeight: 22
    Accessible.role: Accessible.StaticText
    Accessible.name: qsTr("Scale: %1").arg(label.text)

    Rectangle {
        anchors { fill: parent; leftMargin: -4; rightMargin: -4; topMargin: -1; bottomMargin: -2 }
        color: Qt.alpha(bar.scene.paper, 0.75)
        radius: 3
    }
    Text {
        id: label
        anchors { horizontalCenter: parent.horizontalCenter; top: parent.top }
        text: bar.metres >= 1000 ? qsTr("%1 km").arg(bar.metres / 1000) : qsTr("%1 m").arg(bar.metres)
        color: bar.scene.ink
        font.pixelSize: 12
    }
    Rectangle {
        anchors { left: parent.left; right: parent.right; bottom: parent.bottom }
        height: 2
        color: bar.scene.ink
    }
    Rectangle {
        anchors { left: parent.left; bottom: parent.bottom }
        width: 2
        height: 7
        color: bar.scene.ink
    }
    Rectangle {
        anchors { right: parent.right; bottom: parent.bottom }
        width: 2
        height: 7
        color: bar.scene.ink
    }
}
