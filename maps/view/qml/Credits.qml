import QtQuick

// Who made the base map, of when, and its review number.
Text {
    id: credits

    required property MapScene scene

    objectName: "credits"
    visible: text !== ""
    text: scene.credits
    color: scene.ink
    elide: Text.ElideRight
    font.pixelSize: 12
    leftPadding: 5
    rightPadding: 5
    Accessible.role: Accessible.StaticText
    Accessible.name: text

    Rectangle {
        anchors.fill: parent
        z: -1
        color: Qt.alpha(credits.scene.paper, 0.75)
        radius: 3
    }
}
