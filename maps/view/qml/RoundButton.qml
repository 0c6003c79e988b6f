import QtQuick

Panel {
    id: button

    property string words
    property string sign
    signal pressed

    width: 34
    height: 34
    activeFocusOnTab: true
    Accessible.role: Accessible.Button
    Accessible.name: words
    Accessible.onPressAction: button.pressed()
    Keys.onSpacePressed: pressed()
    Keys.onReturnPressed: pressed()
    border.color: activeFocus || area.containsMouse ? scene.accent : Qt.alpha(scene.ink, 0.22)

    Text {
        anchors.centerIn: parent
        text: button.sign
        color: button.scene.ink
        font.pixelSize: 20
    }
    MouseArea {
        id: area
        anchors.fill: parent
        hoverEnabled: true
        onClicked: button.pressed()
    }
}
