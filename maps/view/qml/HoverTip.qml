import QtQuick

// Name and state of what the pointer is on.
Rectangle {
    id: tip

    required property MapScene scene

    objectName: "hoverTip"
    visible: scene.hoverText !== "" && !scene.picking
    x: Math.max(4, Math.min(scene.hoverPlace.x - width / 2, parent.width - width - 4))
    y: scene.hoverPlace.y > height + 40 ? scene.hoverPlace.y - height - 30 : scene.hoverPlace.y + 30
    width: Math.min(words.implicitWidth, 320) + 16
    height: words.implicitHeight + 8
    color: scene.ink
    radius: 4
    enabled: false

    Text {
        id: words
        anchors.centerIn: parent
        width: Math.min(implicitWidth, 320)
        text: tip.scene.hoverText
        color: tip.scene.paper
        wrapMode: Text.Wrap
        font.pixelSize: 13
    }
}
