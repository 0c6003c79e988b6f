#pragma once

#include "widgets/shell.h"

#include <QWidget>

class QLabel;

namespace leeward::widgets {

// The bottom of the window: where the pointer is, how large the map is drawn, what the map is made
// of, how far this desk has read the journal.
class StatusLine : public QWidget
{
    Q_OBJECT
public:
    explicit StatusLine(const Shell &shell, QWidget *parent = nullptr);

    void setPointer(const std::optional<LonLat> &place);
    void setZoom(double zoom, double latitude);
    void setBaseMap(const QString &date, const QString &reviewNumber, bool present);

protected:
    void changeEvent(QEvent *event) override;

private:
    void retranslate();
    const Shell &m_shell;
    QLabel *m_pointer;
    QLabel *m_scale;
    QLabel *m_link; // a server's; hidden at a desk that stands alone
    QLabel *m_base;
    QLabel *m_entry;
    std::optional<LonLat> m_place;
    double m_zoom = 0;
    double m_latitude = 0;
    QString m_date;
    QString m_review;
    bool m_present = false;
};

} // namespace leeward::widgets
