import QtQuick

// Ground of everything that lies over the map; keeps the pointer from reaching the map below.
Rectangle {
    required property MapScene scene

    color: Qt.alpha(scene.paper, 0.96)
    border.color: Qt.alpha(scene.ink, 0.22)
    border.width: 1
    radius: 5

    MouseArea {
        anchors.fill: parent
        hoverEnabled: true
        acceptedButtons: Qt.AllButtons
        onWheel: event => event.accepted = true
    }
}
