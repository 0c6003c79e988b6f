import QtQuick

// The head of a panel that folds.
Item {
    id: title

    required property MapScene scene
    property string words
    property bool open: false
    signal pressed

    implicitWidth: text.implicitWidth
    height: 34
    activeFocusOnTab: true
    Accessible.role: Accessible.Button
    Accessible.name: open ? qsTr("Close %1").arg(words) : qsTr("Open %1").arg(words)
    Accessible.onPressAction: title.pressed()
    Keys.onSpacePressed: pressed()
    Keys.onReturnPressed: pressed()

    Text {
        id: text
        anchors { left: parent.left; leftMargin: 12; verticalCenter: parent.verticalCenter }
        text: title.words
        color: title.activeFocus || area.containsMouse ? title.scene.accent : title.scene.ink
        font { pixelSize: 13; bold: true }
    }
    Text {
        anchors { right: parent.right; rightMargin: 10; verticalCenter: parent.verticalCenter }
        text: title.open ? "▾" : "▸"
        color: title.scene.ink
        font.pixelSize: 12
    }
    MouseArea {
        id: area
        anchors.fill: parent
        hoverEnabled: true
        onClicked: title.pressed()
    }
}
