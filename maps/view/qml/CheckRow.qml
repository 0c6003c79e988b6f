import QtQuick

// A line to tick: box or (single) dot, symbol, words.
Item {
    id: row

    required property MapScene scene
    property string words
    property string picture
    property bool on: false
    property bool single: false
    signal toggled

    implicitWidth: line.implicitWidth + 16
    implicitHeight: 28
    activeFocusOnTab: true
    Accessible.role: single ? Accessible.RadioButton : Accessible.CheckBox
    Accessible.name: words
    Accessible.checkable: true
    Accessible.checked: on
    Accessible.onToggleAction: row.toggled()
    Accessible.onPressAction: row.toggled()
    Keys.onSpacePressed: toggled()

    Row {
        id: line
        anchors { left: parent.left; leftMargin: 8; verticalCenter: parent.verticalCenter }
        spacing: 8
        Rectangle {
            anchors.verticalCenter: parent.verticalCenter
            width: 16
            height: 16
            radius: row.single ? 8 : 3
            color: row.on && !row.single ? row.scene.accent : "transparent"
            border { width: 1.5; color: row.activeFocus || row.on ? row.scene.accent : row.scene.muted }
            Text {
                anchors.centerIn: parent
                visible: row.on && !row.single
                text: "✓"
                color: row.scene.paper
                font { pixelSize: 12; bold: true }
            }
            Rectangle {
                anchors.centerIn: parent
                visible: row.on && row.single
                width: 8
                height: 8
                radius: 4
                color: row.scene.accent
            }
        }
        Image {
            anchors.verticalCenter: parent.verticalCenter
            visible: row.picture !== ""
            source: row.picture
            sourceSize { width: 20; height: 20 }
        }
        Text {
            anchors.verticalCenter: parent.verticalCenter
            text: row.words
            color: row.scene.ink
            font.pixelSize: 13
        }
    }
    MouseArea {
        anchors.fill: parent
        onClicked: row.toggled()
    }
}
