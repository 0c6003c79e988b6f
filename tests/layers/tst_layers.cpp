#include <QDir>
#include <QDirIterator>
#include <QFile>
#include <QLibraryInfo>
#include <QMap>
#include <QRegularExpression>
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace {

struct Room
{
    QString folder;
    QStringList rooms;
    QStringList modules;
};

struct Guard
{
    QRegularExpression header;
    QStringList rooms;
};

struct Table
{
    QList<Room> rooms;
    QList<Guard> guards;
};

QByteArray contentOf(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

Table readTable(const QString &path)
{
    Table table;
    const QString text = QString::fromUtf8(contentOf(path));
    for (QString line : text.split(u'\n')) {
        if (line.startsWith(u'#') || line.trimmed().isEmpty())
            continue;
        const auto words = [](const QString &part) {
            return part.simplified().split(u' ', Qt::SkipEmptyParts);
        };
        if (line.startsWith(u"! "_s)) {
            const qsizetype last = line.lastIndexOf(u'|');
            const QString pattern = line.mid(2, last - 2).trimmed();
            table.guards += {QRegularExpression(QRegularExpression::anchoredPattern(pattern)),
                             words(line.mid(last + 1))};
            continue;
        }
        const QStringList parts = line.split(u'|');
        if (parts.size() == 3)
            table.rooms += {parts[0].trimmed(), words(parts[1]), words(parts[2])};
    }
    return table;
}

bool lies(const QString &path, const QString &folder)
{
    return path == folder || path.startsWith(folder + u'/');
}

const Room *roomOf(const Table &table, const QString &path)
{
    const Room *best = nullptr;
    for (const Room &room : table.rooms) {
        if (lies(path, room.folder) && (!best || room.folder.size() > best->folder.size()))
            best = &room;
    }
    return best;
}

// The modules of Qt that have a header of this name.
QStringList modulesOf(const QString &header)
{
    static QMap<QString, QStringList> known;
    if (const auto found = known.constFind(header); found != known.constEnd())
        return *found;
    QStringList modules;
    const QDir headers(QLibraryInfo::path(QLibraryInfo::HeadersPath));
    for (const QString &module : headers.entryList({u"Qt*"_s}, QDir::Dirs)) {
        if (header.startsWith(module + u'/') ||
            QFile::exists(headers.filePath(module + u'/' + header)))
            modules += module;
    }
    known.insert(header, modules);
    return modules;
}

// What is wrong with `path` including `header`; empty when nothing is.
QString breach(const Table &table, const QString &path, const QString &header, bool quoted)
{
    const Room *from = roomOf(table, path);
    if (!from)
        return u"this folder is not in the table"_s;
    for (const Guard &guard : table.guards) {
        const bool allowed =
            std::ranges::any_of(guard.rooms, [&](const QString &room) { return lies(path, room); });
        if (!allowed && guard.header.match(header).hasMatch())
            return u"only for "_s + guard.rooms.join(u", "_s);
    }
    if (const Room *to = roomOf(table, header); quoted && to) {
        const bool allowed =
            to == from || from->rooms.contains(u"*"_s) || from->rooms.contains(to->folder);
        return allowed ? QString() : from->folder + u" may not use "_s + to->folder;
    }
    const bool qt = header.startsWith(u'Q') || header.startsWith(u"qt"_s);
    if (!qt || from->modules.contains(u"*"_s))
        return {};
    const QStringList modules = modulesOf(header);
    if (modules.isEmpty())
        return u"no header of Qt"_s;
    const bool allowed =
        std::ranges::any_of(modules, [&](const QString &m) { return from->modules.contains(m); });
    return allowed ? QString() : from->folder + u" may not use "_s + modules.join(u", "_s);
}

// "file:line: header: why" of every breach below `root`, and how many files were read.
std::pair<QStringList, int> check(const QString &root, const Table &table)
{
    static const QRegularExpression include(uR"(^\s*#\s*include\s*([<"])([^>"]+)[>"])"_s);
    QStringList breaches;
    int files = 0;
    for (const QString &top : {u"app"_s, u"widgets"_s, u"maps"_s, u"models"_s, u"analysis"_s,
                               u"sync"_s, u"server"_s, u"simulation"_s, u"drills"_s}) {
        QDirIterator it(root + u'/' + top, {u"*.h"_s, u"*.cpp"_s}, QDir::Files,
                        QDirIterator::Subdirectories);
        while (it.hasNext()) {
            const QString path = QDir(root).relativeFilePath(it.next());
            const QStringList lines = QString::fromUtf8(contentOf(it.filePath())).split(u'\n');
            ++files;
            for (qsizetype i = 0; i < lines.size(); ++i) {
                const auto match = include.match(lines[i]);
                if (!match.hasMatch() || match.captured(2).endsWith(u".moc"_s))
                    continue;
                const QString why =
                    breach(table, path, match.captured(2), match.captured(1) == "\""_L1);
                if (!why.isEmpty())
                    breaches += u"%1:%2: %3: %4"_s.arg(path).arg(i + 1).arg(match.captured(2), why);
                if (lies(path, u"models/domain"_s) && match.captured(2) == "QObject"_L1)
                    breaches += u"%1:%2: the domain knows no QObject"_s.arg(path).arg(i + 1);
            }
        }
    }
    breaches.sort();
    return {breaches, files};
}

} // namespace

class TestLayers : public QObject
{
    Q_OBJECT

    Table m_table = readTable(QStringLiteral(LEEWARD_SOURCE_DIR "/tests/layers/layers.txt"));

private Q_SLOTS:
    void theTableIsRead()
    {
        QCOMPARE(m_table.rooms.size(), 16);
        QVERIFY(m_table.guards.size() >= 5);
        for (const Room &room : m_table.rooms) {
            for (const QString &other : room.rooms)
                QVERIFY2(other == "*"_L1 || roomOf(m_table, other), qPrintable(other));
        }
        QVERIFY(modulesOf(u"QWidget"_s).contains(u"QtWidgets"_s));
        QVERIFY(modulesOf(u"QString"_s).contains(u"QtCore"_s));
    }

    // Arrows point downward: no two folders use each other, not even by a third.
    void noCircles()
    {
        QMap<QString, QSet<QString>> below;
        for (const Room &room : m_table.rooms)
            below[room.folder] = QSet<QString>(room.rooms.begin(), room.rooms.end());
        for (int round = 0; round < m_table.rooms.size(); ++round) {
            for (auto &reach : below) {
                for (const QString &folder : QSet<QString>(reach))
                    reach += below.value(folder);
            }
        }
        for (auto it = below.begin(); it != below.end(); ++it)
            QVERIFY2(!it->contains(it.key()), qPrintable(it.key()));
    }

    void theTree()
    {
        const auto [breaches, files] = check(QStringLiteral(LEEWARD_SOURCE_DIR), m_table);
        QVERIFY(files > 50);
        for (const QString &line : breaches)
            qWarning("%s", qPrintable(line));
        QVERIFY2(breaches.isEmpty(), qPrintable(u"%1 breaches"_s.arg(breaches.size())));
    }

    void aBreachIsFound_data()
    {
        QTest::addColumn<QString>("path");
        QTest::addColumn<QString>("line");
        QTest::addColumn<QString>("expected"); // empty: no breach
        const auto row = [](const char *name, const char *path, const char *line,
                            const char *expected) {
            QTest::newRow(name) << QString::fromLatin1(path) << QString::fromLatin1(line)
                                << QString::fromLatin1(expected);
        };
        row("upward", "models/domain/a.h", "#include \"models/store/connection.h\"",
            "models/domain may not use models/store");
        row("downward", "models/store/a.h", "#include \"models/domain/ids.h\"", "");
        row("sideways", "models/items/a.h", "#include \"models/desk/desk.h\"",
            "models/items may not use models/desk");
        row("deep folder", "analysis/roads/x/a.h", "#include \"widgets/shell.h\"",
            "analysis may not use widgets");
        row("past the desk", "widgets/a.cpp", "# include \"models/store/entries.h\"",
            "widgets may not use models/store");
        row("gui in the server", "server/a.cpp", "#include <QImage>", "server may not use QtGui");
        row("module path", "server/a.cpp", "#include <QtWidgets/QLabel>",
            "server may not use QtWidgets");
        row("widgets in the domain", "models/domain/a.cpp", "  #include <QWidget>",
            "models/domain may not use QtWidgets");
        row("object in the domain", "models/domain/a.cpp", "#include <QObject>",
            "the domain knows no QObject");
        row("sql elsewhere", "sync/a.cpp", "#include <sqlite3.h>",
            "only for models/store, server, maps/tiles, simulation/memory_disk");
        row("sql in the simulation", "simulation/auditor.cpp", "#include <sqlite3.h>",
            "only for models/store, server, maps/tiles, simulation/memory_disk");
        row("simulation below", "server/a.cpp", "#include \"simulation/dice.h\"",
            "server may not use simulation");
        row("sql in the store", "models/store/a.cpp", "#include <sqlite3.h>", "");
        row("qt sql", "models/store/a.cpp", "#include <QSqlQuery>", "only for ");
        row("gdal elsewhere", "widgets/a.cpp", "#include <gdal_priv.h>",
            "only for maps/geo, maps/tiles, drills/democity");
        row("sodium elsewhere", "server/a.cpp", "#include <sodium.h>",
            "only for sync, server/accounts");
        row("unknown qt header", "sync/a.cpp", "#include <QNothing>", "no header of Qt");
        row("new folder", "models/extra/a.cpp", "#include <QString>",
            "this folder is not in the table");
        row("std", "models/domain/a.cpp", "#include <vector>", "");
        row("app", "app/main.cpp", "#include \"widgets/shell.h\"", "");
        row("not an include", "models/domain/a.cpp", "// #include \"models/store/connection.h\"",
            "");
    }
    void aBreachIsFound()
    {
        QFETCH(const QString, path);
        QFETCH(const QString, line);
        QFETCH(const QString, expected);
        const QTemporaryDir tree;
        QVERIFY(QDir(tree.path()).mkpath(QFileInfo(path).path()));
        QFile file(tree.filePath(path));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("#pragma once\n\n" + line.toUtf8() + '\n');
        file.close();
        const auto [breaches, files] = check(tree.path(), m_table);
        QCOMPARE(files, 1);
        QCOMPARE(breaches.size(), expected.isEmpty() ? 0 : 1);
        if (!expected.isEmpty()) {
            QVERIFY2(breaches.first().startsWith(path + u":3: "_s), qPrintable(breaches.first()));
            QVERIFY2(breaches.first().endsWith(expected), qPrintable(breaches.first()));
        }
    }
};

QTEST_GUILESS_MAIN(TestLayers)
#include "tst_layers.moc"
