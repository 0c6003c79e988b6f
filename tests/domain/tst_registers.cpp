#include "models/domain/registers.h"

#include "models/domain/incident.h"
#include "models/domain/words.h"

#include <QRegularExpression>
#include <QSet>
#include <QTest>

using namespace leeward;
using namespace Qt::StringLiterals;

namespace {

FieldSpec fieldOf(FieldType type)
{
    FieldSpec field;
    field.name = u"x"_s;
    field.type = type;
    field.label = {u"栏目"_s, u"Column"_s};
    field.choices = {{u"flood"_s, {u"洪涝"_s, u"flood"_s}, {u"水灾"_s}},
                     {u"typhoon"_s, {u"台风"_s, u"typhoon"_s}, {}}};
    return field;
}

} // namespace

class TestRegisters : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyRegisterIsWellFormed_data()
    {
        QTest::addColumn<QString>("key");
        for (const RegisterSpec *spec : allRegisters())
            QTest::newRow(qPrintable(spec->key)) << spec->key;
    }
    void everyRegisterIsWellFormed()
    {
        QFETCH(const QString, key);
        const RegisterSpec *spec = findRegister(key);
        QVERIFY(spec);
        QCOMPARE(spec->fields.at(0).name, u"code"_s);
        QCOMPARE(spec->fields.at(1).name, u"name"_s);
        QCOMPARE(spec->hasPlace, spec->field(u"lon") != nullptr);
        QCOMPARE(spec->hasPlace, spec->field(u"lat") != nullptr);
        static const QRegularExpression snake(u"^[a-z][a-z0-9]*(_[a-z0-9]+)*$"_s);
        QSet<QString> names;
        QSet<QString> labels;
        for (const FieldSpec &field : spec->fields) {
            QVERIFY2(snake.match(field.name).hasMatch(), qPrintable(field.name));
            QVERIFY(!names.contains(field.name));
            names += field.name;
            QVERIFY2(!labels.contains(field.label.zh), qPrintable(field.label.zh));
            labels += field.label.zh;
            QVERIFY(!field.label.zh.isEmpty() && !field.label.en.isEmpty());
            const bool chooses =
                field.type == FieldType::Choice || field.type == FieldType::ChoiceList;
            QCOMPARE(!field.choices.empty(), chooses);
            QCOMPARE(!field.refersTo.isEmpty(), field.type == FieldType::Reference);
        }
    }

    void unitsAreInTheLanguageInForce()
    {
        static const QRegularExpression latin(u"[a-zA-Z]"_s);
        static const QRegularExpression han(u"\\p{Han}"_s);
        std::vector<const FieldSpec *> fields;
        for (const RegisterSpec *spec : allRegisters()) {
            for (const FieldSpec &field : spec->fields)
                fields.push_back(&field);
        }
        for (const FieldSpec &field : incidentFields().fields)
            fields.push_back(&field);
        for (const FieldSpec *field : fields) {
            const QString unit = field->unit;
            QVERIFY2(!unitText(unit, Language::Chinese).contains(latin), qPrintable(unit));
            QVERIFY2(!unitText(unit, Language::English).contains(han), qPrintable(unit));
        }
        QCOMPARE(unitText(u"min"_s, Language::Chinese), u"分"_s);
        QCOMPARE(unitText(u"°"_s, Language::Chinese), u"°"_s);
    }

    void referredRegistersComeFirst()
    {
        QStringList seen;
        for (const RegisterSpec *spec : allRegisters()) {
            for (const FieldSpec &field : spec->fields) {
                if (field.type == FieldType::Reference)
                    QVERIFY2(seen.contains(field.refersTo), qPrintable(field.refersTo));
            }
            seen += spec->key;
        }
        QVERIFY(!findRegister(u"no_such_register"));
    }

    // What a person reads in either language is what the import takes.
    void everyChoiceComesBack()
    {
        for (const RegisterSpec *spec : allRegisters()) {
            for (const FieldSpec &field : spec->fields) {
                for (const Choice &choice : field.choices) {
                    for (const Language language : {Language::Chinese, Language::English}) {
                        const QString text = formatField(field, choice.value, language);
                        const auto value = parseField(field, text);
                        QVERIFY2(value, qPrintable(spec->key + u'.' + field.name + u' ' + text));
                        QCOMPARE(value->toString(), choice.value);
                    }
                    for (const QString &synonym : choice.synonyms) {
                        const auto value = parseField(field, synonym);
                        QVERIFY2(value && value->toString() == choice.value,
                                 qPrintable(spec->key + u'.' + field.name + u' ' + synonym));
                    }
                }
            }
        }
    }

    void parses_data()
    {
        QTest::addColumn<FieldType>("type");
        QTest::addColumn<QString>("text");
        QTest::addColumn<QVariant>("value");
        using enum FieldType;
        QTest::newRow("text") << Text << u" 甲 "_s << QVariant(u"甲"_s);
        QTest::newRow("empty") << Text << u"  "_s << QVariant();
        QTest::newRow("integer") << Integer << u"1,234"_s << QVariant(1234);
        QTest::newRow("full-width integer") << Integer << u"１２"_s << QVariant(12);
        QTest::newRow("whole real") << Integer << u"12.0"_s << QVariant(12);
        QTest::newRow("real") << Real << u"-1.5"_s << QVariant(-1.5);
        QTest::newRow("yes") << Boolean << u"是"_s << QVariant(1);
        QTest::newRow("no") << Boolean << u"No"_s << QVariant(0);
        QTest::newRow("date") << Date << u"2026/8/12"_s << QVariant(u"2026-08-12"_s);
        QTest::newRow("date joined") << Date << u"20260812"_s << QVariant(u"2026-08-12"_s);
        QTest::newRow("date zh") << Date << u"2026年8月12日"_s << QVariant(u"2026-08-12"_s);
        QTest::newRow("date and time")
            << Date << u"2026-08-12 00:00:00"_s << QVariant(u"2026-08-12"_s);
        QTest::newRow("hours") << Hours << u"8:00-20:00"_s << QVariant(u"08:00-20:00"_s);
        QTest::newRow("hours twice")
            << Hours << u"08:00～12:00；14:00—18:00"_s << QVariant(u"08:00-12:00,14:00-18:00"_s);
        QTest::newRow("all day") << Hours << u"全天"_s << QVariant(u"00:00-24:00"_s);
        QTest::newRow("choice synonym") << Choice << u"水灾"_s << QVariant(u"flood"_s);
        QTest::newRow("choices") << ChoiceList << u"台风、洪涝、台风"_s
                                 << QVariant(u"typhoon,flood"_s);
    }
    void parses()
    {
        QFETCH(const FieldType, type);
        QFETCH(const QString, text);
        QFETCH(const QVariant, value);
        const auto parsed = parseField(fieldOf(type), text);
        QVERIFY(parsed);
        QCOMPARE(parsed->isNull(), value.isNull());
        QCOMPARE(*parsed, value);
        QVERIFY(!checkField(fieldOf(type), *parsed));
    }

    void faults_data()
    {
        QTest::addColumn<FieldType>("type");
        QTest::addColumn<QString>("text");
        QTest::addColumn<FieldFault::What>("what");
        using enum FieldType;
        using enum FieldFault::What;
        QTest::newRow("letters") << Integer << u"十二"_s << NotANumber;
        QTest::newRow("half") << Integer << u"1.5"_s << NotWhole;
        QTest::newRow("huge") << Integer << u"1e30"_s << NotWhole;
        QTest::newRow("infinite") << Real << u"inf"_s << NotANumber;
        QTest::newRow("below") << Real << u"-1"_s << TooSmall;
        QTest::newRow("above") << Real << u"101"_s << TooLarge;
        QTest::newRow("long") << Text << u"长"_s.repeated(501) << TooLong;
        QTest::newRow("control") << Text << u"a\u0007b"_s << ControlCharacter;
        QTest::newRow("line in one-line text") << Text << u"a\nb"_s << ControlCharacter;
        QTest::newRow("no day") << Date << u"2026-02-30"_s << NotADate;
        QTest::newRow("no hours") << Hours << u"25:00-26:00"_s << NotHours;
        QTest::newRow("maybe") << Boolean << u"也许"_s << NotYesOrNo;
        QTest::newRow("unknown") << Choice << u"地震"_s << UnknownChoice;
        QTest::newRow("one unknown") << ChoiceList << u"台风,地震"_s << UnknownChoice;
    }
    void faults()
    {
        QFETCH(const FieldType, type);
        QFETCH(const QString, text);
        FieldSpec field = fieldOf(type);
        if (type == FieldType::Real) {
            field.least = 0;
            field.most = 100;
        }
        const auto parsed = parseField(field, text);
        QVERIFY(!parsed);
        QTEST(parsed.error().what, "what");
        RegisterSpec spec;
        spec.fields = {field};
        QVERIFY(describe(parsed.error(), spec, Language::Chinese).contains(u"栏目"_s));
        QVERIFY(describe(parsed.error(), spec, Language::English).contains(u"Column"_s));
    }

    void requiredMayNotBeEmpty()
    {
        FieldSpec field = fieldOf(FieldType::Text);
        field.required = true;
        QCOMPARE(parseField(field, u" "_s).error().what, FieldFault::What::Missing);
        QCOMPARE(checkField(field, QVariant())->what, FieldFault::What::Missing);
        QCOMPARE(checkField(field, u""_s)->what, FieldFault::What::Missing);
    }
};

QTEST_GUILESS_MAIN(TestRegisters)
#include "tst_registers.moc"
