#pragma once

#include "sync/authority_link.h"
#include "sync/device_key.h"

// Who is who between halls that have no server in between (docs/packages.md): the key that a desk's
// machine signs with, the card by which another hall knows it, and the cards a hall trusts.
// Blocking file access; any thread but the one of a screen.
namespace leeward::sync {

// Forty decimal digits in groups of five, for reading aloud over a radio. Two keys with the same
// one are not to be found by trying. Empty for what is no key.
[[nodiscard]] QString fingerprint(const QByteArray &publicKey);

// What a hall hands out beforehand: its public key and what it calls itself.
struct Card
{
    QByteArray key; // Ed25519, 32 bytes
    QString name;   // isCardName()
    friend bool operator==(const Card &, const Card &) = default;
};

// 1 to 80 characters that can be printed, blanks only one by one between words.
[[nodiscard]] bool isCardName(const QString &name);
inline constexpr int longestCardName = 80;

// One line of text: "leeward-card-1", the key in base64, its fingerprint joined by dashes, the
// name. A key that does not have the fingerprint written beside it is FileMalformed.
[[nodiscard]] QByteArray toText(const Card &card);
[[nodiscard]] Result<Card> cardFrom(const QByteArray &text);
// *.leewardkey. Errors: FileMissing, FileUnreadable, FileMalformed, FileUnwritable, DiskFull.
[[nodiscard]] Result<> writeCard(const QString &path, const Card &card);
[[nodiscard]] Result<Card> readCard(const QString &path);

// The key pair of this desk's machine. The file is for its owner alone (0600): whoever has it can
// sign as this desk and open what is sealed to it.
class DeviceKey
{
public:
    // Errors: FileMissing, FileUnreadable, FileMalformed. Takes the rights of others off the file.
    [[nodiscard]] static Result<DeviceKey> load(const QString &path);
    // Makes the key when the file is not there; two programs that do so at once get the same key.
    // `name` is only for a new one. InvalidArgument for a name that fits on no card.
    [[nodiscard]] static Result<DeviceKey> loadOrCreate(const QString &path, const QString &name,
                                                        RandomSource &random);
    // Kept nowhere.
    [[nodiscard]] static DeviceKey make(const QString &name, RandomSource &random);

    DeviceKey(DeviceKey &&) noexcept = default;
    DeviceKey &operator=(DeviceKey &&) = delete;
    DeviceKey(const DeviceKey &) = delete;
    ~DeviceKey(); // wipes the secret

    [[nodiscard]] const Card &card() const { return m_card; }
    [[nodiscard]] QByteArray sign(const QByteArray &bytes) const;
    [[nodiscard]] Proof prove(const Operation &operation) const;
    // What sealTo() made for this key; nothing for anything else.
    [[nodiscard]] std::optional<QByteArray> unseal(const QByteArray &sealed) const;

private:
    DeviceKey(Card card, QByteArray secret)
        : m_card(std::move(card))
        , m_secret(std::move(secret))
    {
    }
    Card m_card;
    QByteArray m_secret;
};

// That the device named in the proof signed exactly this operation. False without a proof. Whether
// that device may, and is the desk the operation names, is for the server to know.
[[nodiscard]] bool proves(const Submission &submission);

// `bytes` so that only the owner of the key can read them. InvalidArgument for what is no key.
[[nodiscard]] Result<QByteArray> sealTo(const QByteArray &publicKey, const QByteArray &bytes);

// The cards that a realm's packages are taken from: the *.leewardkey files of one folder.
class TrustList
{
public:
    TrustList() = default;
    // No folder: nobody. A file that is no card is passed over and named in warnings().
    [[nodiscard]] static Result<TrustList> load(const QString &folder);

    // The folder's card of this key, or null. Valid until add().
    [[nodiscard]] const Card *find(const QByteArray &publicKey) const;
    [[nodiscard]] const std::vector<Card> &cards() const { return m_cards; }
    [[nodiscard]] const QStringList &warnings() const { return m_warnings; }
    // Writes the card into the folder, which is made if it is not there. The same key again is
    // nothing to do.
    [[nodiscard]] Result<> add(const Card &card);

private:
    QString m_folder;
    std::vector<Card> m_cards;
    QStringList m_warnings;
};

// A file that is replaced whole or not at all.
// Errors: FileUnwritable (no such folder, a folder, a device, no right), DiskFull.
[[nodiscard]] Result<> writeWhole(const QString &path, const QByteArray &bytes);

} // namespace leeward::sync
