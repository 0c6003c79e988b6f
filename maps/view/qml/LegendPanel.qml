import QtQuick

// Folded: a button. Open: every symbol and what it means, in as many columns as fit.
Panel {
    id: panel

    property bool open: false
    property real room: 400
    property real widest: 800

    objectName: "legendPanel"
    width: open ? Math.min(widest, groups.childrenRect.width + 24) : title.implicitWidth + 40
    height: open ? Math.min(room, 34 + groups.childrenRect.height + 16) : 34

    FoldTitle {
        id: title
        objectName: "legendTitle"
        width: parent.width
        scene: panel.scene
        words: qsTr("Legend")
        open: panel.open
        onPressed: panel.open = !panel.open
    }
    Flickable {
        anchors { left: parent.left; right: parent.right; top: title.bottom; bottom: parent.bottom; margins: 8; topMargin: 0 }
        visible: panel.open
        clip: true
        contentWidth: groups.childrenRect.width
        contentHeight: groups.childrenRect.height
        boundsBehavior: Flickable.StopAtBounds

        Flow {
            id: groups
            readonly property real wanted: Math.max(250, Math.min(panel.room - 60, 520))
            flow: Flow.TopToBottom
            height: wanted
            spacing: 14
            Repeater {
                model: panel.open ? panel.scene.legend : []
                Column {
                    id: group
                    required property var modelData
                    spacing: 2
                    Text {
                        text: group.modelData.title
                        color: panel.scene.muted
                        bottomPadding: 2
                        font { pixelSize: 12; bold: true }
                    }
                    Repeater {
                        model: group.modelData.rows
                        Row {
                            id: line
                            required property var modelData
                            spacing: 6
                            Image {
                                anchors.verticalCenter: parent.verticalCenter
                                source: line.modelData.symbol
                                sourceSize { width: 24; height: 24 }
                            }
                            Text {
                                anchors.verticalCenter: parent.verticalCenter
                                text: line.modelData.words
                                color: panel.scene.ink
                                font.pixelSize: 12
                            }
                        }
                    }
                }
            }
        }
    }
}
