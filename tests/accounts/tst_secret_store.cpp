#include "app/console/secret_store.h"

#include <QTest>

#include <memory>

using namespace leeward;
using namespace leeward::app;
using namespace Qt::StringLiterals;

namespace {

// The answer, when it has come.
template <class T>
Result<T> answer(const QFuture<Result<T>> &future)
{
    if (!QTest::qWaitFor([&] { return future.isFinished(); }, 30'000))
        return fail(Errc::Internal, u"no answer"_s);
    return future.result();
}

} // namespace

class TestSecretStore : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        // No test touches the key store of whoever runs it.
        qputenv("DBUS_SESSION_BUS_ADDRESS", "disabled:");
    }
    void keepsAndForgets()
    {
        MemorySecretStore store;
        const QString key = secretKey(u"s"_s, u"zhang"_s);
        QCOMPARE(answer(store.read(key)).error().code, Errc::NotFound);
        QVERIFY(answer(store.remove(key)));
        const QByteArray secret("\0\xff secret \0", 11);
        QVERIFY(answer(store.write(key, secret)));
        QCOMPARE(*answer(store.read(key)), secret);
        QVERIFY(answer(store.write(key, "other")));
        QCOMPARE(*answer(store.read(key)), QByteArray("other"));
        QCOMPARE(answer(store.read(secretKey(u"s"_s, u"li"_s))).error().code, Errc::NotFound);
        QVERIFY(answer(store.remove(key)));
        QCOMPARE(answer(store.read(key)).error().code, Errc::NotFound);
    }
    void keysAreApart()
    {
        QCOMPARE(secretKey(u"hall.example"_s, u"zhang"_s), u"leeward/hall.example/zhang"_s);
        QVERIFY(secretKey(u"a/b"_s, u"c"_s) != secretKey(u"a"_s, u"b/c"_s));
        QVERIFY(secretKey(u"市"_s, u"张"_s) != secretKey(u"省"_s, u"张"_s));
    }
    // Without a key store that is said, and nothing is kept anywhere.
    void withoutAKeyStoreThereIsAnAnswer()
    {
        SystemSecretStore store;
        const QString key = secretKey(u"leeward-test"_s, u"nobody"_s);
        QCOMPARE(answer(store.write(key, "secret")).error().code, Errc::Unsupported);
        QCOMPARE(answer(store.read(key)).error().code, Errc::Unsupported);
        QCOMPARE(answer(store.remove(key)).error().code, Errc::Unsupported);
    }
    void aStoreMayGoBeforeItsAnswer()
    {
        auto store = std::make_unique<SystemSecretStore>();
        const auto future = store->read(secretKey(u"leeward-test"_s, u"nobody"_s));
        store.reset();
        // Finished or cancelled by its promise; nothing is called on what is gone.
        QTRY_VERIFY_WITH_TIMEOUT(future.isFinished() || future.isCanceled(), 30'000);
    }
};

QTEST_GUILESS_MAIN(TestSecretStore)
#include "tst_secret_store.moc"
