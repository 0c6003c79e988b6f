#include "sync/device_card.h"
#include "tests/support/makers.h"

#include <QDir>
#include <QFile>
#include <QTest>

#include <sys/resource.h>

#include <csignal>

using namespace leeward;
using namespace leeward::sync;
using namespace leeward::test;
using namespace Qt::StringLiterals;

namespace {

// Known bytes, so that a test can be read.
class CountedRandom final : public RandomSource
{
public:
    explicit CountedRandom(char first = 1)
        : m_next(first)
    {
    }
    [[nodiscard]] QByteArray bytes(int count) override { return QByteArray(count, m_next++); }

private:
    char m_next;
};

QByteArray contentOf(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

void put(const QString &path, const QByteArray &bytes)
{
    QFile file(path);
    if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size())
        qFatal("%s: %s", qPrintable(path), qPrintable(file.errorString()));
}

constexpr auto ownerOnly =
    QFile::ReadOwner | QFile::WriteOwner | QFile::ReadUser | QFile::WriteUser;

} // namespace

class DeviceCardTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void aKeyIsMadeOnce()
    {
        const TemporaryRealm folder;
        const QString path = folder.path(u"device.key"_s);
        QCOMPARE(DeviceKey::load(path).error().code, Errc::FileMissing);
        CountedRandom random;
        const auto made = DeviceKey::loadOrCreate(path, u"东港 1号席"_s, random);
        QVERIFY2(made, qPrintable(made ? QString() : made.error().detail));
        QCOMPARE(QFile::permissions(path) & ~ownerOnly, QFile::Permissions());
        const auto again = DeviceKey::loadOrCreate(path, u"another"_s, random);
        QVERIFY(again);
        QCOMPARE(again->card(), made->card());
        QCOMPARE(again->card().name, u"东港 1号席"_s);
        QCOMPARE(again->sign("x"), made->sign("x"));
        QVERIFY(isSignedBy(again->card().key, "x", again->sign("x")));
        QCOMPARE(QDir(folder.folder()).entryList(QDir::Files), QStringList{u"device.key"_s});
    }

    void aKeyForEverybodyIsMadePrivate()
    {
        const TemporaryRealm folder;
        const QString path = folder.path(u"device.key"_s);
        CountedRandom random;
        QVERIFY(DeviceKey::loadOrCreate(path, u"A"_s, random));
        QVERIFY(QFile::setPermissions(path, ownerOnly | QFile::ReadGroup | QFile::ReadOther));
        QVERIFY(DeviceKey::load(path));
        QCOMPARE(QFile::permissions(path) & ~ownerOnly, QFile::Permissions());
    }

    void brokenKeyFiles_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        const QByteArray zeros = QByteArray(64, '\0').toBase64();
        QTest::newRow("empty") << QByteArray();
        QTest::newRow("text") << QByteArray("hello there you\n");
        QTest::newRow("short key") << QByteArray("leeward-device-key-1 AAAA A\n");
        QTest::newRow("no pair") << "leeward-device-key-1 " + zeros + " A\n";
        QTest::newRow("no name") << "leeward-device-key-1 " + zeros + '\n';
        QTest::newRow("not base64") << QByteArray("leeward-device-key-1 *** A\n");
        QTest::newRow("too long") << QByteArray(10'000, 'x');
    }
    void brokenKeyFiles()
    {
        QFETCH(const QByteArray, bytes);
        const TemporaryRealm folder;
        const QString path = folder.path(u"device.key"_s);
        put(path, bytes);
        CountedRandom random;
        const auto key = DeviceKey::loadOrCreate(path, u"A"_s, random);
        QVERIFY(!key);
        QCOMPARE(key.error().code, Errc::FileMalformed);
        QCOMPARE(contentOf(path), bytes); // never written over
    }

    void keysThatCanNotBeKept()
    {
        const TemporaryRealm folder;
        CountedRandom random;
        const auto nowhere =
            DeviceKey::loadOrCreate(folder.path(u"none/device.key"_s), u"A"_s, random);
        QVERIFY(!nowhere);
        QCOMPARE(nowhere.error().code, Errc::FileUnwritable);
        const auto nameless = DeviceKey::loadOrCreate(folder.path(u"device.key"_s), u""_s, random);
        QVERIFY(!nameless);
        QCOMPARE(nameless.error().code, Errc::InvalidArgument);
        QVERIFY(QDir(folder.folder()).isEmpty());
    }

    void aFullDiskLeavesNoKey()
    {
        const TemporaryRealm folder;
        const QString path = folder.path(u"device.key"_s);
        rlimit before{};
        getrlimit(RLIMIT_FSIZE, &before);
        rlimit small = before;
        small.rlim_cur = 10;
        std::signal(SIGXFSZ, SIG_IGN);
        setrlimit(RLIMIT_FSIZE, &small);
        CountedRandom random;
        const auto key = DeviceKey::loadOrCreate(path, u"A"_s, random);
        const auto card = writeWhole(folder.path(u"a.leewardkey"_s), QByteArray(100, 'x'));
        setrlimit(RLIMIT_FSIZE, &before);
        QVERIFY(!key);
        QCOMPARE(key.error().code, Errc::DiskFull);
        QVERIFY(!card);
        QCOMPARE(card.error().code, Errc::DiskFull);
        QVERIFY(QDir(folder.folder()).isEmpty());
    }

    void fingerprints()
    {
        CountedRandom random;
        const DeviceKey a = DeviceKey::make(u"A"_s, random);
        const DeviceKey b = DeviceKey::make(u"B"_s, random);
        const QString said = fingerprint(a.card().key);
        QVERIFY(QRegularExpression(u"^(\\d{5} ){7}\\d{5}$"_s).match(said).hasMatch());
        QVERIFY(said != fingerprint(b.card().key));
        // One bit of the key changes it.
        QByteArray close = a.card().key;
        close[31] = char(close[31] ^ 1);
        QVERIFY(said != fingerprint(close));
        QCOMPARE(fingerprint("short"), QString());
    }

    void cards_data()
    {
        QTest::addColumn<QString>("name");
        QTest::newRow("chinese") << u"东港区应急局 1号席"_s;
        QTest::newRow("one letter") << u"A"_s;
        QTest::newRow("longest") << QString(longestCardName, u'长');
        QTest::newRow("beyond the first plane") << u"𠮷田"_s;
    }
    void cards()
    {
        QFETCH(const QString, name);
        const TemporaryRealm folder;
        CountedRandom random;
        const Card card = DeviceKey::make(name, random).card();
        const QString path = folder.path(u"a.leewardkey"_s);
        QVERIFY(writeCard(path, card));
        QCOMPARE(contentOf(path).count('\n'), 1);
        QCOMPARE(must(readCard(path)), card);
        // As an editor or a mail program may leave it.
        QCOMPARE(must(cardFrom(toText(card).trimmed() + "\r\n")), card);
    }

    void brokenCards_data()
    {
        QTest::addColumn<QByteArray>("text");
        CountedRandom random;
        const QByteArray good = toText(DeviceKey::make(u"A"_s, random).card());
        const QByteArray other = toText(DeviceKey::make(u"A"_s, random).card());
        const auto words = good.trimmed().split(' ');
        QTest::newRow("empty") << QByteArray();
        QTest::newRow("two lines") << good + other;
        QTest::newRow("no name") << words.first(3).join(' ');
        QTest::newRow("no fingerprint") << words.first(2).join(' ') + " A";
        QTest::newRow("newer") << QByteArray(good).replace("card-1", "card-2");
        QTest::newRow("another's fingerprint")
            << QByteArray(good).replace(words[2], other.split(' ')[2]);
        QTest::newRow("another's key") << QByteArray(good).replace(words[1], other.split(' ')[1]);
        QTest::newRow("no point of the curve")
            << QByteArray(good).replace(words[1], QByteArray(publicKeySize, '\0').toBase64());
        QTest::newRow("short key") << QByteArray(good).replace(words[1], "AAAA");
        QTest::newRow("control in the name") << good.trimmed() + "\x1b[2J";
        QTest::newRow("long name") << good.trimmed() + QByteArray(80, 'x');
    }
    void brokenCards()
    {
        QFETCH(const QByteArray, text);
        const auto card = cardFrom(text);
        QVERIFY(!card);
        QCOMPARE(card.error().code, Errc::FileMalformed);
    }

    void whatIsSealedOpensForOneAlone()
    {
        CountedRandom random;
        const DeviceKey a = DeviceKey::make(u"A"_s, random);
        const DeviceKey b = DeviceKey::make(u"B"_s, random);
        const QByteArray sealed = must(sealTo(b.card().key, "密"));
        QCOMPARE(b.unseal(sealed), std::optional<QByteArray>("密"));
        QCOMPARE(a.unseal(sealed), std::nullopt);
        for (qsizetype i = 0; i < sealed.size(); ++i) {
            QByteArray changed = sealed;
            changed[i] = char(changed[i] ^ 1);
            QCOMPARE(b.unseal(changed), std::nullopt);
        }
        QCOMPARE(b.unseal("short"), std::nullopt);
        QCOMPARE(sealTo(QByteArray(32, '\0'), "x").error().code, Errc::InvalidArgument);
        QCOMPARE(sealTo("short", "x").error().code, Errc::InvalidArgument);
    }

    void proofs()
    {
        CountedRandom random;
        const DeviceKey a = DeviceKey::make(u"A"_s, random);
        const DeviceKey b = DeviceKey::make(u"B"_s, random);
        Maker anna(1, u"anna"_s, u"desk-a"_s);
        const Operation operation = anna.report(anna.ids().make<IncidentId>());
        QVERIFY(proves({operation, a.prove(operation)}));
        QVERIFY(!proves({operation, std::nullopt}));
        Operation changed = operation;
        changed.author = u"bo"_s;
        QVERIFY(!proves({changed, a.prove(operation)}));
        Proof borrowed = a.prove(operation);
        borrowed.key = b.card().key;
        QVERIFY(!proves({operation, borrowed}));
        QVERIFY(!proves({operation, Proof{}}));
    }

    void trust()
    {
        const TemporaryRealm folder;
        const QString path = folder.path(u"halls"_s);
        CountedRandom random;
        const Card a = DeviceKey::make(u"同名"_s, random).card();
        const Card b = DeviceKey::make(u"同名"_s, random).card();
        TrustList list = must(TrustList::load(path));
        QVERIFY(list.cards().empty());
        QVERIFY(!QFile::exists(path));
        QVERIFY(list.add(a));
        QVERIFY(list.add(a));
        QVERIFY(list.add(b));
        QVERIFY(list.find(a.key) && list.find(b.key));
        put(folder.path(u"halls/broken.leewardkey"_s), "no card");
        put(folder.path(u"halls/readme.txt"_s), "not asked");
        const TrustList again = must(TrustList::load(path));
        QCOMPARE(again.cards().size(), 2U);
        QCOMPARE(again.warnings().size(), 1);
        QVERIFY(again.warnings().first().contains(u"broken.leewardkey"));
        QVERIFY(again.find(a.key) && *again.find(a.key) == a);
        QVERIFY(!again.find(QByteArray(32, 'x')));
        QCOMPARE(TrustList::load(folder.path(u"halls/readme.txt"_s)).error().code,
                 Errc::FileUnreadable);
    }
};

QTEST_GUILESS_MAIN(DeviceCardTest)
#include "tst_device_card.moc"
