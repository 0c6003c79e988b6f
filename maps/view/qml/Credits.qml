import QtQuick

// Who made the base map and of when, and on a line of its own its review number, which is never cut: where
// it has no room beside the rest, it wraps.
Item {
    id: credits

    required property MapScene scene
    property real room // how wide it may be

    objectName: "credits"
    visible: scene.credits !== "" || scene.review !== ""
    // Measured apart: what a text that wraps says of itself depends on the width it was given.
    implicitWidth: Math.min(room, Math.max(source.implicitWidth, Math.ceil(whole.advanceWidth) + 11))
    implicitHeight: source.height + review.height
    Accessible.role: Accessible.StaticText
    Accessible.name: scene.credits + " · " + scene.review

    TextMetrics {
        id: whole
        font: review.font
        text: review.text
    }
    Rectangle {
        anchors.fill: parent
        color: Qt.alpha(credits.scene.paper, 0.75)
        radius: 3
    }
    Text {
        id: source
        objectName: "creditsSource"
        width: parent.width
        height: visible ? implicitHeight : 0
        visible: text !== ""
        text: credits.scene.credits
        color: credits.scene.ink
        elide: Text.ElideRight
        font.pixelSize: 12
        leftPadding: 5
        rightPadding: 5
    }
    Text {
        id: review
        objectName: "creditsReview"
        anchors.top: source.bottom
        width: parent.width
        text: credits.scene.review
        color: credits.scene.ink
        wrapMode: Text.Wrap
        font.pixelSize: 12
        leftPadding: 5
        rightPadding: 5
    }
}
