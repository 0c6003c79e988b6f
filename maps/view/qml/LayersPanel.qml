import QtQuick

// Folded: a button. Open: which layers are drawn and on which base map.
Panel {
    id: panel

    property bool open: false
    property real room: 400

    objectName: "layersPanel"
    width: Math.max(title.implicitWidth + 40, open ? Math.max(170, rows.implicitWidth + 24) : 0)
    height: open ? Math.min(room, 34 + body.contentHeight + 8) : 34

    FoldTitle {
        id: title
        objectName: "layersTitle"
        width: parent.width
        scene: panel.scene
        words: qsTr("Layers")
        open: panel.open
        onPressed: panel.open = !panel.open
    }
    Flickable {
        id: body
        anchors { left: parent.left; right: parent.right; top: title.bottom; bottom: parent.bottom; margins: 4; topMargin: 0 }
        visible: panel.open
        clip: true
        contentHeight: rows.implicitHeight
        boundsBehavior: Flickable.StopAtBounds

        Column {
            id: rows
            Repeater {
                model: panel.open ? panel.scene.layers : []
                CheckRow {
                    required property var modelData
                    objectName: "layer" + modelData.layer
                    scene: panel.scene
                    words: modelData.name
                    picture: modelData.symbol
                    on: modelData.on
                    onToggled: panel.scene.setLayerVisible(modelData.layer, !modelData.on)
                }
            }
            Text {
                leftPadding: 8
                topPadding: 8
                bottomPadding: 2
                visible: panel.scene.problem === ""
                text: qsTr("Base map")
                color: panel.scene.muted
                font.pixelSize: 12
            }
            Repeater {
                model: panel.open && panel.scene.problem === "" ? [
                    { style: "auto", words: qsTr("As the theme") },
                    { style: "street", words: qsTr("Streets") },
                    { style: "night", words: qsTr("Night") },
                    { style: "terrain", words: qsTr("Terrain") }
                ] : []
                CheckRow {
                    required property var modelData
                    objectName: "style_" + modelData.style
                    scene: panel.scene
                    words: modelData.words
                    single: true
                    on: panel.scene.baseStyle === modelData.style
                    onToggled: panel.scene.baseStyle = modelData.style
                }
            }
        }
    }
}
