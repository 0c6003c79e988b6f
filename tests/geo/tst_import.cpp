#include "maps/geo/csv.h"
#include "maps/geo/import.h"

#include <QDir>
#include <QTest>

using namespace leeward;
using namespace leeward::geo;
using namespace Qt::StringLiterals;

namespace {

const QString shared = QStringLiteral(LEEWARD_SHARED_DATA);
using Reason = RowFault::Reason;
using What = FieldFault::What;

SourceTable csv(const QString &text)
{
    auto table = readCsv(text.toUtf8(), {}, Progress());
    if (!table)
        qFatal("%s", qPrintable(table.error().detail));
    return *table;
}

ImportDraft draftOf(const RegisterSpec &spec, const SourceTable &table,
                    const DraftOptions &options = {})
{
    auto draft = makeDraft(spec, table, proposeMapping(spec, table.headers), options, Progress());
    if (!draft)
        qFatal("%s", qPrintable(draft.error().detail));
    return *draft;
}

LonLat placeOf(const DraftRow &row)
{
    return {row.values.value(u"lon"_s).toDouble(), row.values.value(u"lat"_s).toDouble()};
}

// Names of the fields that the headers go to, '-' for none, '@' for coordinates.
QStringList fieldsOf(const RegisterSpec &spec, const QStringList &headers)
{
    const ColumnMapping mapping = proposeMapping(spec, headers);
    QStringList fields;
    for (int column = 0; column < headers.size(); ++column) {
        const auto field = mapping.columnOf.indexOf(column);
        fields += field >= 0                      ? spec.fields[static_cast<size_t>(field)].name
                  : mapping.coordinates == column ? u"@"_s
                                                  : u"-"_s;
    }
    return fields;
}

} // namespace

class TestImport : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyLabelAndNameIsFound_data()
    {
        QTest::addColumn<QString>("key");
        for (const RegisterSpec *spec : allRegisters())
            QTest::newRow(qPrintable(spec->key)) << spec->key;
    }
    void everyLabelAndNameIsFound()
    {
        QFETCH(const QString, key);
        const RegisterSpec &spec = *findRegister(key);
        QStringList names;
        QStringList chinese;
        QStringList english;
        for (const FieldSpec &field : spec.fields) {
            names += field.name;
            chinese +=
                field.label.zh + (field.unit.isEmpty() ? u""_s : u"（"_s + field.unit + u"）"_s);
            english += u" *"_s + field.label.en.toUpper() + u" "_s;
        }
        QCOMPARE(fieldsOf(spec, names), names);
        QCOMPARE(fieldsOf(spec, chinese), names);
        QCOMPARE(fieldsOf(spec, english), names);
    }

    void headers_data()
    {
        QTest::addColumn<QStringList>("headers");
        QTest::addColumn<QStringList>("fields");
        const auto row = [](const char *name, const QString &headers, const QString &fields) {
            QTest::newRow(name) << headers.split(u'|') << fields.split(u'|');
        };
        row("synonyms", u"编码|单位名称|队伍类型|人员数量"_s, u"code|name|kind|headcount"_s);
        row("unit in brackets", u"编号|人数(人)|出动时限（分钟）"_s,
            u"code|headcount|readiness_minutes"_s);
        row("full width and case", u"ＣＯＤＥ|Name |HEAD COUNT"_s, u"code|name|headcount"_s);
        row("label beats synonym", u"序号|编号"_s, u"-|code"_s);
        row("left one of equals", u"联系人|队长"_s, u"leader|-"_s);
        row("unknown", u"编号|颜色||名称"_s, u"code|-|-|name"_s);
        row("coordinates", u"编号|坐标"_s, u"code|@"_s);
        row("coordinates with a note", u"编号|位置坐标(WGS84)"_s, u"code|@"_s);
        row("lon and lat and both", u"经度|纬度|经纬度"_s, u"lon|lat|@"_s);
        row("address is not a place", u"位置|位置坐标"_s, u"address|@"_s);
    }
    void headers()
    {
        QFETCH(const QStringList, headers);
        QFETCH(const QStringList, fields);
        QCOMPARE(fieldsOf(teamRegister(), headers), fields);
    }

    // 序号 counts the rows of a sheet; it names nothing, and a re-sorted sheet would overwrite
    // other rows by it.
    void aRunningNumberIsNoCode()
    {
        QCOMPARE(
            proposeMapping(teamRegister(), {u"序号"_s, u"名称"_s}).column(teamRegister(), u"code"),
            -1);
    }

    void whatIsLeftOverIsListed()
    {
        const auto mapping =
            proposeMapping(teamRegister(), {u"编码"_s, u"编号"_s, u"颜色"_s, u""_s, u"编号"_s});
        QCOMPARE(mapping.unmatched, (QList<int>{0, 2, 4}));
        QCOMPARE(mapping.column(teamRegister(), u"code"), 1);
        QCOMPARE(mapping.column(teamRegister(), u"no such field"), -1);
        QCOMPARE(mapping.rivals.size(), 2);
        QCOMPARE(mapping.rivals[0], (ColumnMapping::Rival{4, 0}));
        QCOMPARE(mapping.rivals[1], (ColumnMapping::Rival{0, 0}));
        // A register without places has no coordinate column.
        QCOMPARE(proposeMapping(stockRegister(), {u"坐标"_s}).coordinates, -1);
    }

    void goodRowsComeInWrongOnesAreListed()
    {
        const ImportDraft draft = draftOf(teamRegister(), csv(u"编号,名称,类型,人数(人),经度,纬度\n"
                                                              "T1,甲队,消防,３０,120.38,36.07\n"
                                                              "T2,乙队,骑兵,-5,120.38,36.07\n"
                                                              "\n"
                                                              "T3,,防汛,二十,,\n"
                                                              "T4,丁队,防汛,\"1,200\",,\n"_s));
        QCOMPARE(draft.registerKey, u"team"_s);
        QCOMPARE(draft.fields, (QStringList{u"code"_s, u"name"_s, u"kind"_s, u"lon"_s, u"lat"_s,
                                            u"headcount"_s}));
        QCOMPARE(draft.rows.size(), 2u);
        QCOMPARE(draft.rows[0].number, 2);
        QCOMPARE(draft.rows[0].values.value(u"kind"_s), QVariant(u"fire"_s));
        QCOMPARE(draft.rows[0].values.value(u"headcount"_s), QVariant(30));
        QCOMPARE(placeOf(draft.rows[0]), (LonLat{120.38, 36.07}));
        QCOMPARE(draft.rows[1].number, 6);
        QCOMPARE(draft.rows[1].values.value(u"headcount"_s), QVariant(1200));
        QVERIFY(!draft.rows[1].values.contains(u"lon"_s));
        QCOMPARE(draft.faults.size(), 4u);
        QCOMPARE(draft.faults[0].row, 3);
        QCOMPARE(draft.faults[0].fault, (FieldFault{What::UnknownChoice, u"kind"_s, u"骑兵"_s}));
        QCOMPARE(draft.faults[1].fault.what, What::TooSmall);
        QCOMPARE(draft.faults[2].row, 5);
        QCOMPARE(draft.faults[2].fault, (FieldFault{What::Missing, u"name"_s, {}}));
        QCOMPARE(draft.faults[3].fault.what, What::NotANumber);
        for (const RowFault &fault : draft.faults) {
            QVERIFY(!describe(fault, teamRegister(), Language::Chinese).isEmpty());
            QVERIFY(!describe(fault, teamRegister(), Language::English).isEmpty());
        }
    }

    void oneCodeComesInOnce()
    {
        const ImportDraft draft =
            draftOf(stationRegister(), csv(u"code,name\n"
                                           "S1,\n" // wrong, so it does not hold the code
                                           "S1,first\nS1,second\n s1 ,third\nS1,fourth\n"_s));
        QCOMPARE(draft.rows.size(), 2u);
        QCOMPARE(draft.rows[0].values.value(u"name"_s).toString(), u"first"_s);
        QCOMPARE(draft.faults.size(), 3u);
        QCOMPARE(draft.faults[1].reason, Reason::DuplicateCode);
        QCOMPARE(draft.faults[1].row, 4);
        QCOMPARE(draft.faults[1].other, 3);
        QCOMPARE(draft.faults[1].fault.value, u"S1"_s);
        QVERIFY(
            describe(draft.faults[1], stationRegister(), Language::Chinese).contains(u"第 3 行"_s));
        QCOMPARE(draft.faults[2].row, 6);
    }

    void aRequiredColumnThatIsMissingIsSaidOnce()
    {
        const ImportDraft draft = draftOf(teamRegister(), csv(u"名称\n甲\n乙\n"_s));
        QVERIFY(draft.rows.empty());
        QCOMPARE(draft.faults.size(), 2u); // code and kind
        QCOMPARE(draft.faults[0].reason, Reason::ColumnMissing);
        QCOMPARE(draft.faults[0].row, 1);
        QCOMPARE(draft.faults[0].fault.field, u"code"_s);
        QVERIFY(describe(draft.faults[0], teamRegister(), Language::Chinese).contains(u"编号"_s));
    }

    void surplusCellsAreAFault()
    {
        const ImportDraft draft =
            draftOf(stationRegister(), csv(u"code,name\nS1,青岛,市南\nS2,乙,\n"_s));
        QCOMPARE(draft.rows.size(), 1u);
        QCOMPARE(draft.faults.size(), 1u);
        QCOMPARE(draft.faults[0].reason, Reason::SurplusCells);
    }

    void codesThatASpreadsheetRoundedAreAFault()
    {
        const ImportDraft draft =
            draftOf(stationRegister(),
                    csv(u"code,name,division_code\nS1,甲,3.30681E+11\nS2,乙,330681001001\n"_s));
        QCOMPARE(draft.rows.size(), 1u);
        QCOMPARE(draft.faults.size(), 1u);
        QCOMPARE(draft.faults[0].reason, Reason::SpreadsheetNumber);
        QCOMPARE(draft.faults[0].fault.field, u"division_code"_s);
    }

    void linesInLongTextAreKept()
    {
        const ImportDraft draft = draftOf(
            stationRegister(), csv(u"code,name,note\nS1,甲,\"一\r\n二\r三\"\nS2,\"a\nb\",x\n"_s));
        QCOMPARE(draft.rows.size(), 1u);
        QCOMPARE(draft.rows[0].values.value(u"note"_s).toString(), u"一\n二\n三"_s);
        QCOMPARE(draft.faults[0].fault.what, What::ControlCharacter);
    }

    void places_data()
    {
        QTest::addColumn<QString>("headers");
        QTest::addColumn<QString>("cells");
        QTest::addColumn<bool>("read");
        QTest::addColumn<Reason>("reason");
        const auto good = [](const char *name, const QString &headers, const QString &cells) {
            QTest::newRow(name) << headers << cells << true << Reason::Field;
        };
        const auto bad = [](const char *name, const QString &headers, const QString &cells,
                            Reason reason) {
            QTest::newRow(name) << headers << cells << false << reason;
        };
        good("two columns", u"经度,纬度"_s, u"120.38,36.07"_s);
        good("full width", u"经度,纬度"_s, u"１２０．３８,３６．０７"_s);
        good("DMS", u"经度,纬度"_s, u"120°22′48″,36°4′12″"_s);
        good("DMS Chinese", u"东经,北纬"_s, u"120度22分48秒,36度4分12秒"_s);
        good("letters", u"lng,lat"_s, u"E120.38,36.07N"_s);
        good("one column", u"坐标"_s, u"\"120.38,36.07\""_s);
        good("one column, other order", u"坐标"_s, u"\"36.07,120.38\""_s);
        good("one column Chinese", u"位置坐标"_s, u"东经120度22分48秒，北纬36度4分12秒"_s);
        good("columns empty, text there", u"经度,纬度,坐标"_s, u",,120.38 36.07"_s);
        bad("swapped", u"经度,纬度"_s, u"36.07,120.38"_s, Reason::CoordinatesSwapped);
        bad("swapped letters", u"经度,纬度"_s, u"N36.07,E120.38"_s, Reason::CoordinatesSwapped);
        bad("off earth", u"经度,纬度"_s, u"1203.8,36.07"_s, Reason::Field);
        bad("both off earth", u"经度,纬度"_s, u"200,200"_s, Reason::Field);
        bad("half", u"经度,纬度"_s, u"120.38,"_s, Reason::CoordinatesHalf);
        bad("words", u"经度,纬度"_s, u"很远,36.07"_s, Reason::Field);
        bad("text without sense", u"坐标"_s, u"在海边"_s, Reason::CoordinatesUnreadable);
    }
    void places()
    {
        QFETCH(const QString, headers);
        QFETCH(const QString, cells);
        QFETCH(const bool, read);
        const ImportDraft draft = draftOf(
            stationRegister(), csv(u"code,name,"_s + headers + u"\nS1,甲,"_s + cells + u'\n'));
        QCOMPARE(draft.rows.size(), read ? 1u : 0u);
        QCOMPARE(draft.faults.empty(), read);
        if (read)
            QVERIFY(distance(placeOf(draft.rows[0]), {120.38, 36.07}).value < 0.05);
        else
            QTEST(draft.faults[0].reason, "reason");
    }

    void theRegionTellsSwappedOnes()
    {
        // Urumqi: both orders are on earth, only the city's region tells.
        const SourceTable table =
            csv(u"code,name,lon,lat\nS1,甲,87.6,43.8\nS2,乙,43.8,87.6\nS3,丙,120.38,36.07\n"_s);
        QCOMPARE(draftOf(stationRegister(), table).rows.size(), 3u);
        const DraftOptions options{.region = Region{{86, 42}, {89, 45}}};
        const ImportDraft draft = draftOf(stationRegister(), table, options);
        QCOMPARE(draft.rows.size(), 2u);
        QCOMPARE(draft.faults.size(), 1u);
        QCOMPARE(draft.faults[0].row, 3);
        QCOMPARE(draft.faults[0].reason, Reason::CoordinatesSwapped);
        QVERIFY(draft.warnings.join(u' ').contains(
            u"1 rows lie outside the region, the first is row 4"_s));
        // In one column the region settles the order.
        const ImportDraft text =
            draftOf(stationRegister(), csv(u"code,name,坐标\nS1,甲,43.8 87.6\n"_s), options);
        QCOMPARE(placeOf(text.rows.at(0)), (LonLat{87.6, 43.8}));
        const ImportDraft header =
            draftOf(stationRegister(), csv(u"code,name,纬经度\nS1,甲,43.8 87.6\n"_s));
        QCOMPARE(placeOf(header.rows.at(0)), (LonLat{87.6, 43.8}));
    }

    void shiftedSourcesAreBroughtBack_data()
    {
        QTest::addColumn<SourceDatum>("datum");
        QTest::newRow("GCJ-02") << SourceDatum::Gcj02;
        QTest::newRow("BD-09") << SourceDatum::Bd09;
    }
    void shiftedSourcesAreBroughtBack()
    {
        QFETCH(const SourceDatum, datum);
        const LonLat here = {120.38, 36.07};
        const LonLat shifted =
            datum == SourceDatum::Gcj02 ? gcj02FromWgs84(here) : bd09FromWgs84(here);
        const QString numbers = u"%1,%2"_s.arg(shifted.lon, 0, 'f', 9).arg(shifted.lat, 0, 'f', 9);
        const ImportDraft draft =
            draftOf(stationRegister(), csv(u"code,name,lon,lat\nS1,甲,"_s + numbers + u'\n'),
                    {.datum = datum});
        QVERIFY(distance(placeOf(draft.rows.at(0)), here).value < 0.1);
        // A geometry is numbers of that datum, too.
        SourceTable layer = csv(u"code,name\nS1,甲\n"_s);
        layer.hasPlaces = true;
        layer.rows[0].place = shifted;
        const ImportDraft drawn = draftOf(stationRegister(), layer, {.datum = datum});
        QVERIFY(distance(placeOf(drawn.rows.at(0)), here).value < 0.1);
    }

    void geometriesGoBeforeColumns()
    {
        SourceTable layer = csv(u"code,name,lon,lat\nS1,甲,1,2\nS2,乙,1,2\nS3,丙,1,2\n"_s);
        layer.hasPlaces = true;
        layer.rows[0].place = LonLat{120.38, 36.07};
        layer.rows[2].placeLost = true;
        const ImportDraft draft = draftOf(stationRegister(), layer);
        QCOMPARE(placeOf(draft.rows.at(0)), (LonLat{120.38, 36.07}));
        QCOMPARE(placeOf(draft.rows.at(1)), (LonLat{1, 2}));
        QCOMPARE(draft.faults.size(), 1u);
        QCOMPARE(draft.faults[0].reason, Reason::GeometryUnusable);
    }

    void theSameFileGivesTheSameDraft()
    {
        if (!QDir(shared).exists())
            QSKIP("the folder of shared test data is not there");
        const QString path = shared + u"/admin/qingdao_3702_streets.csv"_s;
        const auto first = readTable(path, {}, Progress());
        const auto second = readTable(path, {}, Progress());
        QVERIFY(first && second);
        QCOMPARE(*first, *second);
        const ImportDraft draft = draftOf(stationRegister(), *first);
        QVERIFY(draft.rows.size() > 100);
        QVERIFY(draft.faults.empty());
        QCOMPARE(draft, draftOf(stationRegister(), *second));
    }

    void aRunningImportCanBeStopped()
    {
        QString text = u"code,name\n"_s;
        for (int i = 0; i < 2000; ++i)
            text += u"S%1,甲\n"_s.arg(i);
        const SourceTable table = csv(text);
        Progress *owner = nullptr;
        int reports = 0;
        Progress progress([&](qint64 done, qint64 total, const QString &) {
            QCOMPARE(total, 2000);
            QVERIFY(done < total);
            if (++reports == 3)
                owner->cancel();
        });
        owner = &progress;
        const auto draft =
            makeDraft(stationRegister(), table, proposeMapping(stationRegister(), table.headers),
                      {}, progress);
        QCOMPARE(draft.error().code, Errc::Cancelled);
        QCOMPARE(reports, 3);
    }

    void aMappingOfAnotherRegisterIsRefused()
    {
        const SourceTable table = csv(u"code,name\nS1,a\n"_s);
        const auto draft =
            makeDraft(teamRegister(), table, proposeMapping(stationRegister(), table.headers), {},
                      Progress());
        QCOMPARE(draft.error().code, Errc::InvalidArgument);
    }
};

QTEST_GUILESS_MAIN(TestImport)
#include "tst_import.moc"
