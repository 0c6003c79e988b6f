#include "tests/panels/support/busy_pool.h"
#include "tests/panels/support/world.h"
#include "widgets/panels/prints.h"

#include <QApplication>
#include <QFile>
#include <QProcess>
#include <QRegularExpression>
#include <QTest>

#include <csignal>
#include <sys/resource.h>

using namespace leeward;
using namespace leeward::widgets;
using namespace Qt::StringLiterals;

namespace {

QString pdfText(const QString &path, const QString &order)
{
    QProcess process;
    process.start(u"pdftotext"_s, {order, path, u"-"_s});
    if (!process.waitForFinished(20000))
        return {};
    return QString::fromUtf8(process.readAllStandardOutput());
}

// The text of a PDF, blanks taken out: where lines break is not what is tested.
QString textOf(const QString &path)
{
    QString text = pdfText(path, u"-layout"_s);
    // Some characters come back as their radicals.
    for (const auto &[radical, character] : {std::pair(u'⻘', u'青'), std::pair(u'⻋', u'车'),
                                             std::pair(u'⻛', u'风'), std::pair(u'⻚', u'页')})
        text.replace(QChar(radical), QChar(character));
    text = text.normalized(QString::NormalizationForm_KC);
    return text.remove(u' ').remove(u'\n').remove(u'\f');
}

} // namespace

class TestPrints : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        m_team = m_world.team(u"T-001"_s, u"青河区防汛抢险一队"_s);
        m_incident = m_world.incident(u"东风路地下车库进水"_s);
        m_assignment = m_world.assign(m_incident, m_team);
        m_world.clock.advance(std::chrono::minutes(3));
        m_world.advance(m_assignment, AssignmentState::Acknowledged);
        m_world.must_(op::NoteIncident{m_incident, u"水位上涨 <三米> & 断电"_s},
                      m_world.clock.now() - std::chrono::minutes(2));
    }

    void order_data()
    {
        QTest::addColumn<Language>("language");
        QTest::addColumn<QString>("mark");
        QTest::addColumn<QStringList>("parts");
        QTest::newRow("zh") << Language::Chinese << QString()
                            << QStringList{u"应急救援调派指令"_s,
                                           u"2026-0001"_s,
                                           u"青河区防汛抢险一队"_s,
                                           u"王强"_s,
                                           u"0532-5550123"_s,
                                           u"东风路地下车库进水"_s,
                                           u"东经120°22′48.00″"_s,
                                           u"排涝"_s,
                                           u"10.9公里"_s,
                                           u"李明/2号台"_s,
                                           u"签发人"_s,
                                           u"接令人"_s,
                                           u"第1/1页"_s,
                                           u"第42条"_s};
        QTest::newRow("en drill")
            << Language::English << u"演练 / EXERCISE"_s
            << QStringList{u"Emergencydispatchorder"_s, u"EXERCISE"_s, u"rescue"_s,
                           u"Waterlogging"_s,           u"turn-out"_s, u"journaluptoentry"_s};
    }
    void order()
    {
        QFETCH(Language, language);
        QFETCH(QString, mark);
        QFETCH(QStringList, parts);
        const auto sheet = orderSheet(m_world.cache, m_assignment.text());
        QVERIFY(sheet);
        const QString path = m_world.folder() + u"/order.pdf"_s;
        const Print print = Print::order(*sheet, head(language, mark));
        QVERIFY(print.fileName().endsWith(u"2026-0001.pdf"_s));
        QVERIFY(print.writePdf(path));
        const QString text = textOf(path);
        for (const QString &part : parts)
            QVERIFY2(text.contains(part.normalized(QString::NormalizationForm_KC)),
                     qPrintable(part + u" is not in "_s + text));
        QCOMPARE(text.contains(u"EXERCISE"_s), !mark.isEmpty());
    }

    void record_data()
    {
        QTest::addColumn<Language>("language");
        QTest::addColumn<QStringList>("parts");
        QTest::newRow("zh")
            << Language::Chinese
            << QStringList{u"突发事件处置记录"_s,    u"三人被困车内"_s, u"2026-0001"_s, u"已接令"_s,
                           u"水位上涨<三米>&断电"_s, u"记录）"_s,       u"参与人员"_s,  u"李明"_s};
        QTest::newRow("en") << Language::English
                            << QStringList{u"Incidentrecord"_s, u"acknowledged"_s, u"Timeline"_s,
                                           u"Whotookpart"_s};
    }
    void record()
    {
        QFETCH(Language, language);
        QFETCH(QStringList, parts);
        const QString path = m_world.folder() + u"/record.pdf"_s;
        const Print print = Print::record(
            *incidentSheet(m_world.cache, m_incident.text(), timeline()), head(language, {}));
        QVERIFY(print.writePdf(path));
        const QString text = textOf(path);
        for (const QString &part : parts)
            QVERIFY2(text.contains(part.normalized(QString::NormalizationForm_KC)),
                     qPrintable(part + u" is not in "_s + text));
    }

    void headsAreNotBrokenInsideWords_data()
    {
        QTest::addColumn<Language>("language");
        QTest::addColumn<QStringList>("heads");
        QTest::newRow("zh") << Language::Chinese << QStringList{u"指令"_s,   u"队伍"_s, u"已下达"_s,
                                                                u"已接令"_s, u"出动"_s, u"到场"_s,
                                                                u"完成"_s,   u"归建"_s, u"现状"_s};
        QTest::newRow("en") << Language::English
                            << QStringList{u"Order"_s,        u"Team"_s,    u"ordered"_s,
                                           u"acknowledged"_s, u"route"_s,   u"scene"_s,
                                           u"completed"_s,    u"cleared"_s, u"Now"_s};
    }
    void headsAreNotBrokenInsideWords()
    {
        QFETCH(const Language, language);
        QFETCH(const QStringList, heads);
        const QString path = m_world.folder() + u"/heads.pdf"_s;
        // Only the table of tasks: its words are nowhere else on the sheet.
        auto sheet = *incidentSheet(m_world.cache, m_incident.text(), {});
        QVERIFY(!sheet.assignments.empty());
        sheet.assignments[0].assignment.state = AssignmentState::EnRoute;
        QVERIFY(Print::record(sheet, head(language, {})).writePdf(path));
        static const QRegularExpression blanks(u"\\s+"_s);
        const QStringList tokens = pdfText(path, u"-raw"_s).split(blanks, Qt::SkipEmptyParts);
        for (const QString &word : heads)
            QVERIFY2(tokens.contains(word),
                     qPrintable(word + u" is broken in "_s + tokens.join(u' ')));
    }

    void manyLinesTakeManyPages()
    {
        auto events = timeline();
        for (int i = 0; i < 120; ++i)
            events.push_back(events.back());
        const QString path = m_world.folder() + u"/long.pdf"_s;
        QVERIFY(Print::record(*incidentSheet(m_world.cache, m_incident.text(), events),
                              head(Language::Chinese, {}))
                    .writePdf(path));
        const QString text = textOf(path);
        QVERIFY2(text.contains(u"第2/"_s), qPrintable(text));
        QVERIFY(!text.contains(u"第1/1页"_s));
    }

    void nothingThereIsNoSheet()
    {
        QVERIFY(!orderSheet(m_world.cache, u"x"_s));
        QVERIFY(!incidentSheet(m_world.cache, u"x"_s, {}));
    }

    void aFolderThatIsNotThereIsSaid()
    {
        const auto sheet = orderSheet(m_world.cache, m_assignment.text());
        const auto written = Print::order(*sheet, head(Language::Chinese, {}))
                                 .writePdf(u"/nowhere/at/all/order.pdf"_s);
        QVERIFY(!written);
        QCOMPARE(written.error().code, Errc::FileUnwritable);
    }

    void aFolderIsNotWrittenTo()
    {
        const auto sheet = orderSheet(m_world.cache, m_assignment.text());
        const auto written =
            Print::order(*sheet, head(Language::Chinese, {})).writePdf(m_world.folder());
        QVERIFY(!written);
        QCOMPARE(written.error().code, Errc::FileUnwritable);
    }

    void isWrittenByAnotherThread()
    {
        const auto sheet = orderSheet(m_world.cache, m_assignment.text());
        const Print print = Print::order(*sheet, head(Language::Chinese, {}));
        const QString path = m_world.folder() + u"/later.pdf"_s;
        QFuture<Result<>> written;
        {
            test::BusyPool busy;
            written = print.savePdf(path);
            QVERIFY(!written.isFinished());
            QVERIFY(!QFile::exists(path));
        }
        QTRY_VERIFY(written.isFinished());
        QVERIFY(written.result());
        QVERIFY(textOf(path).contains(u"2026-0001"_s));
        const auto failed = print.savePdf(u"/nowhere/at/all/order.pdf"_s);
        QTRY_VERIFY(failed.isFinished());
        QCOMPARE(failed.result().error().code, Errc::FileUnwritable);
    }

    void noRoomKeepsWhatWasThere()
    {
        const QString path = m_world.folder() + u"/kept.pdf"_s;
        QFile before(path);
        QVERIFY(before.open(QIODevice::WriteOnly));
        before.write("as it was");
        before.close();
        const auto sheet = orderSheet(m_world.cache, m_assignment.text());
        // A file of this process may not grow past 2 kB for a moment.
        std::signal(SIGXFSZ, SIG_IGN);
        rlimit old{};
        QCOMPARE(getrlimit(RLIMIT_FSIZE, &old), 0);
        const rlimit tight{2048, old.rlim_max};
        QCOMPARE(setrlimit(RLIMIT_FSIZE, &tight), 0);
        const auto written = Print::order(*sheet, head(Language::Chinese, {})).writePdf(path);
        QCOMPARE(setrlimit(RLIMIT_FSIZE, &old), 0);
        QVERIFY(!written);
        QCOMPARE(written.error().code, Errc::DiskFull);
        QVERIFY(before.open(QIODevice::ReadOnly));
        QCOMPARE(before.readAll(), "as it was"_ba);
    }

    void theOrderSaysWhatMatters()
    {
        const Incident &incident = *m_world.cache.incident(m_incident.text());
        const Instant now = m_world.clock.now();
        const QString zh =
            composeOrder(incident, u"一队"_s, u"排涝"_s, 5, 780, 10920, now, Language::Chinese);
        for (const QString &part :
             {u"一队"_s, u"事件1"_s, u"东风路8号"_s, u"排涝"_s, u"10.9 公里"_s, u"10:21"_s})
            QVERIFY2(zh.contains(part), qPrintable(zh));
        const QString unknown =
            composeOrder(incident, u"一队"_s, {}, 0, -1, -1, now, Language::English);
        QVERIFY(!unknown.contains(u"km"_s));
    }

private:
    PrintHead head(Language language, const QString &mark)
    {
        return {.language = language,
                .city = u"临海市"_s,
                .realmMark = mark,
                .printedBy = u"李明"_s,
                .desk = u"2号台"_s,
                .printedAt = m_world.clock.now(),
                .lastEntry = 42};
    }
    std::vector<desk::TimelineEvent> timeline()
    {
        auto events = m_world.desk.timeline(m_incident);
        test::World::waitFor([&] { return events.isFinished(); });
        return *events.result();
    }

    test::World m_world;
    TeamId m_team;
    IncidentId m_incident;
    AssignmentId m_assignment;
};

QTEST_MAIN(TestPrints)
#include "tst_prints.moc"
