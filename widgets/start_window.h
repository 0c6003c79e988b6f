#pragma once

#include <QWidget>

class QLabel;
class QProgressBar;
class QPushButton;

namespace leeward::widgets {

// What is seen before the console: what is being done, how far it is, and a way to stop it.
class StartWindow : public QWidget
{
    Q_OBJECT
public:
    explicit StartWindow(QWidget *parent = nullptr);

    // The system's key store is asked, which may ask the person.
    void showPreparing();
    // Asking the server who is signed in.
    void showConnecting(const QString &server);
    // The first load: bytes of bytes, total 0 = not known yet; `what` as SnapshotLoader says it.
    void showLoading(qint64 done, qint64 total, const QString &what);
    // It failed, in words; going on is one key away.
    void showFailure(const QString &text);

Q_SIGNALS:
    void stopWanted(); // the button or Esc, whatever is shown
    void goOnWanted(); // after a failure

protected:
    void changeEvent(QEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void closeEvent(QCloseEvent *event) override;

private:
    enum class What
    {
        Preparing,
        Connecting,
        Loading,
        Failed
    };
    void retranslate();

    What m_what = What::Connecting;
    QString m_server;
    QString m_step;
    QString m_failure;
    qint64 m_done = 0;
    qint64 m_total = 0;
    QLabel *m_title;
    QLabel *m_text;
    QProgressBar *m_bar;
    QPushButton *m_stop;
    QPushButton *m_goOn;
};

} // namespace leeward::widgets
