#include "server/recent_entries.h"

#include <QTest>

using namespace leeward;
using namespace leeward::server;
using namespace Qt::StringLiterals;

namespace {

QByteArray hashNumber(qint64 seq, char life)
{
    return QByteArray::number(seq).rightJustified(store::hashSize, life);
}

store::Entry entry(qint64 seq, qsizetype size = 10, char life = 'a')
{
    return {.seq = seq,
            .operation = {},
            .operationBytes = QByteArray(size, 'o'),
            .acceptedAt = {},
            .changeset = {},
            .previousHash = hashNumber(seq - 1, life),
            .hash = hashNumber(seq, life)};
}

std::vector<store::Entry> entries(qint64 from, qint64 to, qsizetype size = 10)
{
    std::vector<store::Entry> all;
    for (qint64 seq = from; seq <= to; ++seq)
        all.push_back(entry(seq, size));
    return all;
}

// "from-to", "-" for none, "" when they are not all here.
QString range(const RecentEntries &recent, qint64 after, const store::Head &head)
{
    const auto found = recent.after(after, head);
    if (!found)
        return {};
    return found->empty() ? u"-"_s : u"%1-%2"_s.arg(found->front().seq).arg(found->back().seq);
}

} // namespace

class TestRecentEntries : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void after_data()
    {
        QTest::addColumn<qint64>("seq");
        QTest::addColumn<QString>("expected");
        QTest::newRow("before what is here") << 3LL << u""_s;
        QTest::newRow("all") << 4LL << u"5-9"_s;
        QTest::newRow("some") << 7LL << u"8-9"_s;
        QTest::newRow("none") << 9LL << u"-"_s;
        QTest::newRow("ahead") << 12LL << u"-"_s;
    }
    void after()
    {
        QFETCH(const qint64, seq);
        QFETCH(const QString, expected);
        RecentEntries recent;
        recent.add({});
        QCOMPARE(range(recent, 0, {}), QString());
        recent.add(entries(5, 7));
        recent.add(entries(8, 9));
        QCOMPARE(range(recent, seq, {9, hashNumber(9, 'a')}), expected);
    }

    void hashes()
    {
        RecentEntries recent;
        recent.add(entries(5, 9));
        const store::Head head{9, hashNumber(9, 'a')};
        QCOMPARE(recent.hashOf(5, head), hashNumber(5, 'a'));
        QCOMPARE(recent.hashOf(9, head), hashNumber(9, 'a'));
        QVERIFY(!recent.hashOf(4, head));
        QVERIFY(!recent.hashOf(10, head));
        QVERIFY(!recent.hashOf(9, {10, hashNumber(10, 'a')}));
    }

    void anotherHead()
    {
        RecentEntries recent;
        recent.add(entries(1, 5));
        QCOMPARE(range(recent, 2, {6, hashNumber(6, 'a')}), QString());
        QCOMPARE(range(recent, 2, {5, hashNumber(5, 'b')}), QString());
        QCOMPARE(range(recent, 2, {4, hashNumber(4, 'a')}), QString());
    }

    void whatDoesNotFollowBeginsAnew()
    {
        RecentEntries recent;
        recent.add(entries(1, 5));
        recent.add(entries(7, 8));
        QCOMPARE(range(recent, 6, {8, hashNumber(8, 'a')}), u"7-8"_s);
        QCOMPARE(range(recent, 4, {8, hashNumber(8, 'a')}), QString());
        recent.add({entry(9, 10, 'b')}); // the number fits, the past does not
        QCOMPARE(range(recent, 8, {9, hashNumber(9, 'b')}), u"9-9"_s);
        QCOMPARE(range(recent, 7, {9, hashNumber(9, 'b')}), QString());
    }

    // One reply's worth is always there, and not much more.
    void stayFew()
    {
        RecentEntries recent;
        for (qint64 seq = 1; seq <= 5000; ++seq) {
            recent.add({entry(seq)});
            const store::Head head{seq, hashNumber(seq, 'a')};
            QVERIFY(!range(recent, std::max<qint64>(0, seq - 500), head).isNull());
        }
        QCOMPARE(range(recent, 3900, {5000, hashNumber(5000, 'a')}), QString());
    }

    void hugeOnes()
    {
        RecentEntries recent;
        recent.add(entries(1, 3, 10 << 20));
        const store::Head head{3, hashNumber(3, 'a')};
        QCOMPARE(range(recent, 1, head), QString());
        QCOMPARE(range(recent, 2, head), u"3-3"_s);
        recent.add(entries(4, 4, 20 << 20)); // more than is kept: not at all
        QCOMPARE(range(recent, 3, {4, hashNumber(4, 'a')}), QString());
        recent.add(entries(5, 6));
        QCOMPARE(range(recent, 4, {6, hashNumber(6, 'a')}), u"5-6"_s);
    }
};

QTEST_GUILESS_MAIN(TestRecentEntries)
#include "tst_recent_entries.moc"
