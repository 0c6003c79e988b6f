#include "app/console/console.h"
#include "support/fakes.h"
#include "widgets/notices.h"

#include <QTemporaryDir>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace leeward;
using namespace leeward::test;

// The console as `app` puts it together.
class ConsoleTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    // The console works without such a file, and says so in the words of who reads it.
    void aFileThatIsNotUsedIsSaidInWords_data()
    {
        QTest::addColumn<QString>("file");
        QTest::addColumn<bool>("chinese");
        QTest::addColumn<QString>("what");
        QTest::addColumn<QString>("why");
        QTest::newRow("roads zh") << u"roads"_s << true << u"路网未使用"_s << u"找不到文件"_s;
        QTest::newRow("roads en") << u"roads"_s << false << u"The road network is not used"_s
                                  << u"There is no such file"_s;
        QTest::newRow("places zh") << u"places"_s << true << u"地名表未使用"_s << u"找不到文件"_s;
        QTest::newRow("places en")
            << u"places"_s << false << u"The table of place names is not used"_s
            << u"There is no such file"_s;
    }
    void aFileThatIsNotUsedIsSaidInWords()
    {
        QFETCH(const QString, file);
        QFETCH(const bool, chinese);
        QFETCH(const QString, what);
        QFETCH(const QString, why);
        const QTemporaryDir folder;
        const QString missing = folder.filePath(u"not-there.csv"_s);
        const FakeClock clock;
        SystemIdSource ids(clock);
        FakePrompter prompter;
        app::ConsoleOptions options{.cache = folder.filePath(u"city.leeward"_s),
                                    .home = LonLat{121.5, 28.6},
                                    .identity = {u"值班员甲"_s, u"2号台"_s},
                                    .language = chinese ? Language::Chinese : Language::English};
        (file == "roads"_L1 ? options.roads : options.gazetteer) = missing;
        QTest::ignoreMessage(QtWarningMsg, QRegularExpression(u"not-there"_s));
        auto console = app::Console::create(options, clock, ids, prompter);
        QVERIFY(console);
        (*console)->start();
        const widgets::Notices &notices = (*console)->window().notices();
        QTRY_VERIFY(notices.isError());
        QVERIFY2(notices.shown().startsWith(what), qPrintable(notices.shown()));
        QVERIFY2(notices.shown().contains(why), qPrintable(notices.shown()));
        QVERIFY2(notices.shown().contains(missing), qPrintable(notices.shown()));
    }
};

QTEST_MAIN(ConsoleTest)
#include "tst_console.moc"
