import QtQuick

// A short message over the map that stays as long as what it says holds.
Panel {
    id: notice

    property string title
    property string words

    width: parent ? parent.width : 0
    height: text.implicitHeight + 20
    border.color: scene.accent
    Accessible.role: Accessible.AlertMessage
    Accessible.name: title + ". " + words

    Column {
        id: text
        anchors { left: parent.left; right: parent.right; verticalCenter: parent.verticalCenter; margins: 14 }
        spacing: 3
        Text {
            width: parent.width
            text: notice.title
            color: notice.scene.ink
            wrapMode: Text.Wrap
            font { pixelSize: 14; bold: true }
        }
        Text {
            width: parent.width
            visible: text !== ""
            text: notice.words
            color: notice.scene.ink
            wrapMode: Text.Wrap
            font.pixelSize: 13
        }
    }
}
