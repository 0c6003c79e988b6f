// Realms as a server opens them: each seals with the accounts' key, and a damaged one is not
// served.
#include "server/http/realm_keeper.h"
#include "tests/support/makers.h"

#include <QTest>

#include <future>

using namespace leeward;
using namespace leeward::test;
using namespace leeward::server;
using namespace Qt::StringLiterals;

namespace {

Result<sync::Reply> handIn(RealmHost &host, const Operation &operation)
{
    auto promise = std::make_shared<std::promise<Result<sync::Reply>>>();
    auto reply = promise->get_future();
    host.exchange({.submissions = sync::asSubmissions({operation})},
                  [promise](Result<sync::Reply> said) { promise->set_value(std::move(said)); });
    return reply.get();
}

} // namespace

class TestRealmKeeper : public QObject
{
    Q_OBJECT

    FakeClock m_clock;

private Q_SLOTS:
    // The seal of an entry is of the realm it was accepted in, and goes with the answer.
    void everyRealmSeals_data()
    {
        QTest::addColumn<QByteArray>("key");
        QTest::newRow("a key") << QByteArray(32, 'k');
        QTest::newRow("another key") << QByteArray(32, 'q');
        QTest::newRow("none") << QByteArray();
    }
    void everyRealmSeals()
    {
        QFETCH(const QByteArray, key);
        const QTemporaryDir folder;
        const std::vector<RealmRow> rows = {
            {.name = u"drill-1"_s, .mark = u"演练"_s, .madeBy = {}, .createdAt = m_clock.now()}};
        const auto realms = must(openRealms({folder.path(), {}, key}, rows, m_clock));
        QCOMPARE(realms.size(), 2U);
        Maker maker(3, u"anna"_s, u"a"_s);
        for (const auto &[name, realm] : realms) {
            const Operation operation = maker.report(maker.ids().make<IncidentId>());
            const auto reply = must(handIn(*realm.host, operation));
            QCOMPARE(reply.entries.size(), 1U);
            QCOMPARE(reply.entries[0].seal, Seals(key, name).of(toBytes(operation)));
            QCOMPARE(reply.entries[0].seal.isEmpty(), key.isEmpty());
            if (!key.isEmpty())
                QVERIFY(reply.entries[0].seal != Seals(key, u"other"_s).of(toBytes(operation)));
        }
    }

    // What somebody has changed behind the server's back is seen before anybody is answered.
    void aDamagedRealmIsNotServed()
    {
        const QTemporaryDir folder;
        const RealmPlace place{folder.path(), {}, QByteArray(32, 'k')};
        {
            const auto realms = must(openRealms(place, {}, m_clock));
            Maker maker(4, u"anna"_s, u"a"_s);
            must(handIn(*realms.at(u"live"_s).host, maker.report(maker.ids().make<IncidentId>())));
        }
        QCOMPARE(must(openRealms(place, {}, m_clock)).size(), 1U);
        {
            auto db = must(store::Connection::open(folder.filePath(u"live.journal"_s),
                                                   store::Connection::Mode::ReadWrite));
            must(db.exec("DROP TRIGGER entry_is_final_update;"
                         "UPDATE entry SET accepted_at=accepted_at+1 WHERE seq=1"));
        }
        const auto refused = openRealms(place, {}, m_clock);
        QVERIFY(!refused);
        QCOMPARE(refused.error().code, Errc::Corrupt);
        QVERIFY2(refused.error().detail.contains(u"live"_s), qPrintable(refused.error().detail));
    }
};

QTEST_GUILESS_MAIN(TestRealmKeeper)
#include "tst_realm_keeper.moc"
