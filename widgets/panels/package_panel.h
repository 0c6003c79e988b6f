#pragma once

#include "widgets/panels/package_service.h"
#include "widgets/panels/panel.h"

class QCheckBox;
class QLabel;
class QLineEdit;
class QListWidget;
class QProgressBar;
class QPushButton;

namespace leeward::widgets {

// Sealed packages for halls without a network: this hall's card, the cards it trusts, writing what
// waits for those that are ticked, taking what another hall has written; and what came of it. Works
// on other threads with the step under way and a cancel; one at a time.
class PackagePanel : public Panel
{
    Q_OBJECT
public:
    PackagePanel(const PanelContext &context, QWidget *parent = nullptr);
    ~PackagePanel() override;

    [[nodiscard]] bool isBusy() const { return m_progress != nullptr; }

public Q_SLOTS:
    void refresh(); // the cards

Q_SIGNALS:
    // Something of it waits for a decision.
    void conflictsCame();

protected:
    void showEvent(QShowEvent *event) override;
    void retranslate() override;
    void themeChanged() override;

private:
    void build();
    void showCards();
    void showButtons();
    void giveCard();
    void addCard();
    void askTrust(const HallCard &card);
    void chooseWhere();
    void write(const QString &file);
    void chooseWhat();
    void look(const QString &file);
    void take(const QByteArray &trustOnce);
    void begin(const QString &what);
    void end();
    void say(const QString &text, bool bad);
    [[nodiscard]] std::vector<HallCard> ticked() const;

    QLabel *m_own;
    QPushButton *m_give;
    QLabel *m_hallsTitle;
    QListWidget *m_halls;
    QPushButton *m_add;
    QLabel *m_passphraseTitle;
    QLineEdit *m_passphrase;
    QCheckBox *m_queueOnly;
    QPushButton *m_write;
    QPushButton *m_read;
    QProgressBar *m_bar;
    QPushButton *m_cancel;
    QLabel *m_result;
    QPushButton *m_takeOnce;
    HallCards m_cards;
    QString m_file;                       // that is being read
    QByteArray m_stranger;                // its sender, when no card is here
    std::shared_ptr<Progress> m_progress; // while something is under way
    bool m_bad = false;
};

} // namespace leeward::widgets
