#include "maps/geo/export.h"
#include "maps/geo/import.h"

#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QRandomGenerator>
#include <QTemporaryDir>
#include <QTest>

#include <array>
#include <cmath>
#include <csignal>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace leeward;
using namespace leeward::geo;
using namespace Qt::StringLiterals;

namespace {

// Text that files like to break: quotes, separators, line ends, formulas, both scripts, beyond the
// basic plane.
QString anyText(QRandomGenerator &random, int longest, bool lines)
{
    static const QStringList pieces = {
        u"青岛"_s, u"救援队"_s, u"，"_s, u"、"_s, u"a"_s,   u"B7"_s,         u" "_s,    u","_s,
        u";"_s,    u"\""_s,     u"'"_s,  u"="_s,  u"+"_s,   u"-"_s,          u"@"_s,    u"＝"_s,
        u"🚒"_s,   u"𠮷"_s,     u"é"_s,  u"\\"_s, u"<&>"_s, u"2026-08-12"_s, u"null"_s, u"001"_s,
        u"1e5"_s,  u"true"_s,   u"%1"_s, u"{}"_s, u"\n"_s,  u"\t"_s};
    QString text;
    const auto choices = pieces.size() - (lines ? 0 : 2);
    const int count = random.bounded(1, 8);
    for (int i = 0; i < count; ++i)
        text += pieces[random.bounded(choices)];
    text.truncate(longest);
    if (text.back().isHighSurrogate())
        text.chop(1); // half a character is no text
    return text.trimmed();
}

QVariant anyValue(QRandomGenerator &random, const FieldSpec &field)
{
    const double least = std::max(field.least.value_or(-1e6), -1e12);
    const double most = std::min(field.most.value_or(1e6), 1e12);
    switch (field.type) {
    case FieldType::Text: return anyText(random, field.maxLength, false);
    case FieldType::LongText: return anyText(random, field.maxLength, true);
    case FieldType::Reference: return u"R-%1"_s.arg(random.bounded(1000));
    case FieldType::Integer:
        return qlonglong(std::floor(least + random.generateDouble() * (most - least)));
    case FieldType::Real: return least + random.generateDouble() * (most - least);
    case FieldType::Boolean: return random.bounded(2);
    case FieldType::Date:
        return QDate(1990 + random.bounded(60), 1 + random.bounded(12), 1 + random.bounded(28))
            .toString(u"yyyy-MM-dd"_s);
    case FieldType::Hours:
        return random.bounded(2) ? u"08:00-12:00,14:00-02:00"_s : u"00:00-24:00"_s;
    case FieldType::Choice:
        return field.choices[random.bounded(quint32(field.choices.size()))].value;
    case FieldType::ChoiceList: {
        QStringList values;
        for (const Choice &choice : field.choices) {
            if (random.bounded(3) == 0)
                values += choice.value;
        }
        return values.join(u',');
    }
    }
    return {};
}

FieldValues anyRow(QRandomGenerator &random, const RegisterSpec &spec, int number)
{
    FieldValues row;
    const bool placed = random.bounded(4) != 0;
    for (const FieldSpec &field : spec.fields) {
        const bool place = field.name == "lon"_L1 || field.name == "lat"_L1;
        if (place ? !placed : !field.required && random.bounded(3) == 0)
            continue;
        const QVariant value = anyValue(random, field);
        if (!value.toString().isEmpty())
            row.insert(field.name, value);
    }
    row.insert(u"code"_s, u"%1-%2"_s.arg(QChar(u"A=+'"[number % 4])).arg(number));
    row.insert(u"name"_s, QString(u"名"_s + row.value(u"name"_s).toString().left(60)).trimmed());
    return row;
}

std::vector<FieldValues> anyRows(const RegisterSpec &spec, int count, quint32 seed)
{
    QRandomGenerator random(seed);
    std::vector<FieldValues> rows;
    for (int i = 0; i < count; ++i)
        rows.push_back(anyRow(random, spec, i));
    return rows;
}

QString difference(const FieldValues &a, const FieldValues &b)
{
    QStringList parts;
    for (const QString &key : (a.keys() + b.keys())) {
        if (a.value(key) != b.value(key))
            parts += u"%1: “%2” became “%3”"_s.arg(key, a.value(key).toString(),
                                                   b.value(key).toString());
    }
    return parts.join(u"; "_s);
}

QString suffixOf(Format format)
{
    switch (format) {
    case Format::Csv: return u".csv"_s;
    case Format::GeoJson: return u".geojson"_s;
    case Format::GeoPackage: return u".gpkg"_s;
    }
    return {};
}

QStringList everything(const QString &folder)
{
    return QDir(folder).entryList(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot);
}

constexpr std::array formats = {Format::Csv, Format::GeoJson, Format::GeoPackage};

} // namespace

class TestExport : public QObject
{
    Q_OBJECT

    QTemporaryDir m_folder;

    void addFormats()
    {
        QTest::addColumn<Format>("format");
        for (const Format format : formats)
            QTest::newRow(qPrintable(suffixOf(format).mid(1))) << format;
    }

private Q_SLOTS:
    void whatGoesOutComesBack_data()
    {
        QTest::addColumn<QString>("key");
        QTest::addColumn<Format>("format");
        QTest::addColumn<Language>("language");
        for (const RegisterSpec *spec : allRegisters()) {
            for (const Format format : formats) {
                for (const Language language : {Language::Chinese, Language::English})
                    QTest::addRow("%s %s %s", qPrintable(spec->key), qPrintable(suffixOf(format)),
                                  language == Language::Chinese ? "zh" : "en")
                        << spec->key << format << language;
            }
        }
    }
    void whatGoesOutComesBack()
    {
        QFETCH(const QString, key);
        QFETCH(const Format, format);
        QFETCH(const Language, language);
        const RegisterSpec &spec = *findRegister(key);
        for (quint32 seed = 1; seed <= 3; ++seed) {
            const auto rows = anyRows(spec, 120, seed * 7919);
            const QString path = m_folder.filePath(key + suffixOf(format));
            const ExportOptions options{.headerLanguage = language, .bom = seed % 2 == 0};
            const auto written = writeRegister(spec, rows, path, format, options, Progress());
            QVERIFY2(written, written ? "" : qPrintable(written.error().detail));
            QVERIFY(formatOf(path) == format);
            const auto table = readTable(path, {}, Progress());
            QVERIFY2(table, table ? "" : qPrintable(table.error().detail));
            QVERIFY2(table->warnings.isEmpty(), qPrintable(table->warnings.join(u'\n')));
            const auto mapping = proposeMapping(spec, table->headers);
            QVERIFY(mapping.unmatched.isEmpty());
            const auto draft = makeDraft(spec, *table, mapping, {}, Progress());
            QVERIFY(draft);
            if (!draft->faults.empty())
                qInfo() << describe(draft->faults[0], spec, Language::English);
            QCOMPARE(draft->faults.size(), 0u);
            QCOMPARE(draft->rows.size(), rows.size());
            for (size_t i = 0; i < rows.size(); ++i)
                QVERIFY2(draft->rows[i].values == rows[i],
                         qPrintable(difference(rows[i], draft->rows[i].values)));
        }
    }

    void nothingAtAllCanBeExported_data() { addFormats(); }
    void nothingAtAllCanBeExported()
    {
        QFETCH(const Format, format);
        for (const RegisterSpec *spec : allRegisters()) {
            const QString path = m_folder.filePath(u"none"_s + suffixOf(format));
            QVERIFY(writeRegister(*spec, {}, path, format, {}, Progress()));
            const auto table = readTable(path, {}, Progress());
            if (format == Format::GeoJson)
                continue; // a collection of no features has no columns either
            QVERIFY2(table, table ? "" : qPrintable(table.error().detail));
            QVERIFY(table->rows.empty());
            QVERIFY(proposeMapping(*spec, table->headers).column(*spec, u"name") >= 0);
        }
    }

    void headersAndMark()
    {
        const std::vector<FieldValues> rows = {
            {{u"code"_s, u"S1"_s}, {u"name"_s, u"=1+1"_s}, {u"lon"_s, -1.5}, {u"lat"_s, 2.0}}};
        const QString path = m_folder.filePath(u"s.csv"_s);
        QVERIFY(writeRegister(
            stationRegister(), rows, path, Format::Csv,
            {.headerLanguage = Language::Chinese, .realmMark = u"演练 / EXERCISE"_s}, Progress()));
        QFile file(path);
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QByteArray bytes = file.readAll();
        QVERIFY(bytes.startsWith("\xEF\xBB\xBF编号,名称,"));
        QVERIFY(bytes.contains("\r\nS1,'=1+1,"));
        QVERIFY(bytes.contains(",-1.5,2,")); // numbers stay numbers
        QVERIFY(bytes.endsWith(",演练 / EXERCISE\r\n"));
        QVERIFY(writeRegister(stationRegister(), rows, path, Format::Csv,
                              {.headerLanguage = Language::English, .bom = false}, Progress()));
        QFile again(path);
        QVERIFY(again.open(QIODevice::ReadOnly));
        QVERIFY(again.readAll().startsWith("Code,Name,"));
    }

    void everyFormatCarriesTheMark_data() { addFormats(); }
    void everyFormatCarriesTheMark()
    {
        QFETCH(const Format, format);
        const QString path = m_folder.filePath(u"drill"_s + suffixOf(format));
        const auto rows = anyRows(shelterRegister(), 3, 5);
        QVERIFY(writeRegister(shelterRegister(), rows, path, format,
                              {.realmMark = u"演练 / EXERCISE"_s}, Progress()));
        const auto table = readTable(path, {}, Progress());
        QVERIFY(table);
        QCOMPARE(table->realmMark, u"演练 / EXERCISE"_s);
        const auto draft =
            makeDraft(shelterRegister(), *table, proposeMapping(shelterRegister(), table->headers),
                      {}, Progress());
        QCOMPARE(draft->realmMark, u"演练 / EXERCISE"_s);
        QCOMPARE(draft->rows.size(), 3u);
    }

    void geoJsonIsWhatOthersExpect()
    {
        const std::vector<FieldValues> rows = {
            {{u"code"_s, u"S1"_s}, {u"name"_s, u"甲"_s}, {u"lon"_s, 120.1}, {u"lat"_s, 36.2}},
            {{u"code"_s, u"S2"_s}, {u"name"_s, u"乙"_s}}};
        const QString path = m_folder.filePath(u"s.geojson"_s);
        QVERIFY(writeRegister(stationRegister(), rows, path, Format::GeoJson, {}, Progress()));
        QFile file(path);
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QJsonObject root = QJsonDocument::fromJson(file.readAll()).object();
        QCOMPARE(root[u"type"_s].toString(), u"FeatureCollection"_s);
        QCOMPARE(root[u"name"_s].toString(), u"station"_s);
        const QJsonArray features = root[u"features"_s].toArray();
        QCOMPARE(features.size(), 2);
        QCOMPARE(features[0][u"geometry"_s][u"coordinates"_s].toArray(), (QJsonArray{120.1, 36.2}));
        QCOMPARE(features[0][u"properties"_s][u"name"_s].toString(), u"甲"_s);
        QVERIFY(features[1][u"geometry"_s].isNull());
    }

    void anOldFileIsReplacedWhole_data() { addFormats(); }
    void anOldFileIsReplacedWhole()
    {
        QFETCH(const Format, format);
        const QTemporaryDir folder;
        const QString name = u"队伍 2026"_s + suffixOf(format);
        const QString path = folder.filePath(name);
        QVERIFY(writeRegister(teamRegister(), anyRows(teamRegister(), 50, 1), path, format, {},
                              Progress()));
        QVERIFY(writeRegister(teamRegister(), anyRows(teamRegister(), 5, 2), path, format, {},
                              Progress()));
        QCOMPARE(readTable(path, {}, Progress())->rows.size(), 5u);
        QCOMPARE(everything(folder.path()), QStringList{name});
    }

    void aStoppedExportLeavesTheOldFile_data() { addFormats(); }
    void aStoppedExportLeavesTheOldFile()
    {
        QFETCH(const Format, format);
        const QTemporaryDir folder;
        const QString path = folder.filePath(u"x"_s + suffixOf(format));
        QVERIFY(writeRegister(teamRegister(), anyRows(teamRegister(), 5, 2), path, format, {},
                              Progress()));
        Progress *owner = nullptr;
        Progress progress([&owner](qint64 done, qint64, const QString &) {
            if (done > 0)
                owner->cancel();
        });
        owner = &progress;
        const auto stopped = writeRegister(teamRegister(), anyRows(teamRegister(), 900, 1), path,
                                           format, {}, progress);
        QCOMPARE(stopped.error().code, Errc::Cancelled);
        QCOMPARE(everything(folder.path()).size(), 1);
        QCOMPARE(readTable(path, {}, Progress())->rows.size(), 5u);
    }

    // Renaming over a pipe or a device would put a plain file in its place.
    void aPipeStaysAPipe()
    {
        const QTemporaryDir folder;
        const QString pipe = folder.filePath(u"pipe.csv"_s);
        QCOMPARE(::mkfifo(QFile::encodeName(pipe).constData(), 0600), 0);
        const FieldValues row = {{u"code"_s, u"S1"_s}, {u"name"_s, u"站"_s}};
        const Progress progress;
        const auto written =
            writeRegister(stationRegister(), std::span(&row, 1), pipe, Format::Csv, {}, progress);
        QVERIFY(!written);
        QCOMPARE(written.error().code, Errc::FileUnwritable);
        struct stat there;
        QCOMPARE(::stat(QFile::encodeName(pipe).constData(), &there), 0);
        QVERIFY(S_ISFIFO(there.st_mode));
    }

    void whereNothingCanBeWritten_data() { addFormats(); }
    void whereNothingCanBeWritten()
    {
        QFETCH(const Format, format);
        const QTemporaryDir folder;
        const auto to = [&](const QString &path) {
            return writeRegister(teamRegister(), anyRows(teamRegister(), 5, 1), path, format, {},
                                 Progress());
        };
        QCOMPARE(to(folder.filePath(u"none/x"_s + suffixOf(format))).error().code,
                 Errc::FileMissing);
        QCOMPARE(to(folder.path()).error().code, Errc::FileUnwritable);
        // The kernel's own folder takes no files, not even from root.
        QCOMPARE(to(u"/proc/self/x"_s + suffixOf(format)).error().code, Errc::FileUnwritable);
        if (geteuid() != 0) {
            QVERIFY(QFile::setPermissions(folder.path(), QFile::ReadOwner | QFile::ExeOwner));
            QCOMPARE(to(folder.filePath(u"x"_s + suffixOf(format))).error().code,
                     Errc::FileUnwritable);
            QVERIFY(QFile::setPermissions(folder.path(),
                                          QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner));
        }
        QVERIFY(everything(folder.path()).isEmpty());
    }

    // A limit on the size of a file stands for a full disk where no disk can be mounted.
    void aWriteThatFailsHalfwayLeavesNothing_data() { addFormats(); }
    void aWriteThatFailsHalfwayLeavesNothing()
    {
        QFETCH(const Format, format);
        const QTemporaryDir folder;
        const QString path = folder.filePath(u"x"_s + suffixOf(format));
        const auto rows = anyRows(teamRegister(), 2000, 1);
        rlimit before = {};
        QCOMPARE(getrlimit(RLIMIT_FSIZE, &before), 0);
        const rlimit small = {64 * 1024, before.rlim_max};
        std::signal(SIGXFSZ, SIG_IGN);
        QCOMPARE(setrlimit(RLIMIT_FSIZE, &small), 0);
        const auto written = writeRegister(teamRegister(), rows, path, format, {}, Progress());
        QCOMPARE(setrlimit(RLIMIT_FSIZE, &before), 0);
        QVERIFY(!written);
        QVERIFY(written.error().code == Errc::DiskFull ||
                written.error().code == Errc::FileUnwritable);
        QVERIFY(written.error().detail.contains(path));
        QVERIFY2(everything(folder.path()).isEmpty(),
                 qPrintable(everything(folder.path()).join(u' ')));
    }

    void aFullDiskSaysSo_data() { addFormats(); }
    void aFullDiskSaysSo()
    {
        QFETCH(const Format, format);
        const QTemporaryDir folder;
        const QByteArray mountPoint = QFile::encodeName(folder.path());
        if (mount("leeward-test", mountPoint.constData(), "tmpfs", 0, "size=256k") != 0)
            QSKIP("a small disk can not be mounted here");
        const auto written =
            writeRegister(teamRegister(), anyRows(teamRegister(), 4000, 1),
                          folder.filePath(u"x"_s + suffixOf(format)), format, {}, Progress());
        const QStringList left = everything(folder.path());
        QCOMPARE(umount(mountPoint.constData()), 0);
        QVERIFY(!written);
        QVERIFY2(written.error().code == Errc::DiskFull, qPrintable(written.error().detail));
        QVERIFY2(left.isEmpty(), qPrintable(left.join(u' ')));
    }
};

QTEST_GUILESS_MAIN(TestExport)
#include "tst_export.moc"
