#include "models/store/search_index.h"

#include "models/domain/incident.h"
#include "models/domain/registers.h"

#include <sqlite3.h>
#include <unicode/translit.h>
#include <unicode/unistr.h>

#include <QHash>
#include <QMutex>

#include <algorithm>
#include <memory>

namespace leeward::store {

using namespace Qt::StringLiterals;

namespace {

struct Source
{
    QString table;
    QString label; // SQL expression over `new`
    QStringList words;
};

std::vector<Source> sources()
{
    std::vector<Source> all;
    for (const RegisterSpec *spec : allRegisters()) {
        Source source{.table = spec->key, .label = u"name"_s, .words = {}};
        for (const FieldSpec &field : spec->fields) {
            if (field.searchable)
                source.words += field.name;
        }
        all.push_back(std::move(source));
    }
    Source incident{.table = u"incident"_s, .label = u"title"_s, .words = {u"number"_s}};
    for (const FieldSpec &field : incidentFields().fields) {
        if (field.searchable)
            incident.words += field.name;
    }
    all.push_back(std::move(incident));
    return all;
}

bool hasPlace(const QString &table)
{
    const RegisterSpec *spec = findRegister(table);
    return !spec || spec->hasPlace;
}

void pinyinFunction(sqlite3_context *context, int, sqlite3_value **values)
{
    const auto *utf8 = reinterpret_cast<const char *>(sqlite3_value_text(values[0]));
    const QByteArray keys =
        pinyinKeys(QString::fromUtf8(utf8, sqlite3_value_bytes(values[0]))).toUtf8();
    sqlite3_result_text(context, keys.constData(), static_cast<int>(keys.size()), SQLITE_TRANSIENT);
}

Result<> addPinyinFunction(Connection &db)
{
    if (sqlite3_create_function_v2(db.handle(), "pinyin", 1, SQLITE_UTF8 | SQLITE_DETERMINISTIC,
                                   nullptr, pinyinFunction, nullptr, nullptr, nullptr) != SQLITE_OK)
        return std::unexpected(sqliteError(db.handle(), u"pinyin"_s));
    return {};
}

// Words of a row as one text: all searchable columns, then the pinyin of the label.
QString wordsExpression(const Source &source, const QString &row)
{
    QString expression = u"lower("_s;
    for (const QString &word : source.words)
        expression += u"coalesce(%1.\"%2\",'')||' '||"_s.arg(row, word);
    return expression + u"pinyin(%1.\"%2\"))"_s.arg(row, source.label);
}

QString triggersOf(const Source &source)
{
    const QString place =
        hasPlace(source.table)
            ? u"INSERT INTO search_place SELECT number,new.lon,new.lon,new.lat,new.lat "
              "FROM main.search_row WHERE source='%1' AND id=new.id AND new.lon IS NOT NULL "
              "AND new.lat IS NOT NULL;"_s.arg(source.table)
            : QString();
    const QString number = u"(SELECT number FROM main.search_row WHERE source='%1' AND id=%2.id)"_s;
    const QString take = u"INSERT INTO search_row(source,id) VALUES('%1',new.id);"
                         "INSERT INTO search_text(rowid,label,words) SELECT number,new.\"%2\",%3 "
                         "FROM main.search_row WHERE source='%1' AND id=new.id;"_s.arg(
                             source.table, source.label, wordsExpression(source, u"new"_s)) +
                         place;
    const QString drop =
        u"DELETE FROM search_text WHERE rowid=%1;DELETE FROM search_place WHERE number=%1;"
        "DELETE FROM search_row WHERE source='%2' AND id=old.id;"_s.arg(
            number.arg(source.table, u"old"_s), source.table);
    return u"CREATE TEMP TRIGGER search_%1_in AFTER INSERT ON main.\"%1\" BEGIN %2 END;"
           "CREATE TEMP TRIGGER search_%1_up AFTER UPDATE ON main.\"%1\" BEGIN %3 %2 END;"
           "CREATE TEMP TRIGGER search_%1_out AFTER DELETE ON main.\"%1\" BEGIN %3 END;"_s.arg(
               source.table, take, drop);
}

// For LIKE with '\' as the escape.
QString likePattern(const QString &word)
{
    QString escaped = word;
    escaped.replace(u'\\', u"\\\\"_s).replace(u'%', u"\\%"_s).replace(u'_', u"\\_"_s);
    return u'%' + escaped + u'%';
}

Result<std::vector<Found>> collect(Statement &statement)
{
    std::vector<Found> found;
    while (true) {
        TRY_ASSIGN(const bool there, statement.step());
        if (!there)
            return found;
        found.push_back({statement.text(0), statement.text(1), statement.text(2)});
    }
}

} // namespace

namespace {

// One character in Latin letters, empty when it has none. ICU takes a tenth of a second to make its
// rules and much longer for a character than looking it up does, so both are kept for all threads.
QString inLatin(QChar c)
{
    static QMutex mutex;
    static QHash<QChar, QString> known;
    static std::unique_ptr<icu::Transliterator> transliterator;
    const QMutexLocker lock(&mutex);
    if (const auto found = known.constFind(c); found != known.cend())
        return *found;
    if (!transliterator) {
        UErrorCode status = U_ZERO_ERROR;
        transliterator.reset(icu::Transliterator::createInstance("Han-Latin; Latin-ASCII; Lower",
                                                                 UTRANS_FORWARD, status));
    }
    if (!transliterator)
        return {};
    icu::UnicodeString piece(static_cast<char16_t>(c.unicode()));
    transliterator->transliterate(piece);
    QString latin;
    for (int i = 0; i < piece.length(); ++i)
        latin += QChar(piece.charAt(i));
    return *known.insert(c, latin.trimmed());
}

} // namespace

QString pinyinKeys(const QString &text)
{
    const bool han =
        std::ranges::any_of(text, [](QChar c) { return c.script() == QChar::Script_Han; });
    if (!han)
        return {};
    QStringList syllables;
    QString initials;
    for (const QChar c : text) {
        if (c.isSpace() || c.isPunct())
            continue;
        const QString latin = inLatin(c);
        if (latin.isEmpty())
            continue;
        syllables += latin;
        initials += latin.front();
    }
    return syllables.join(QString()) + u' ' + initials;
}

Result<> installSearchIndex(Connection &db)
{
    TRY(addPinyinFunction(db));
    for (const Source &source : sources())
        TRY(db.exec(triggersOf(source).toUtf8().constData()));
    return {};
}

Result<> rebuildSearchIndex(Connection &db)
{
    TRY(addPinyinFunction(db));
    TRY(db.exec("DELETE FROM search_row; DELETE FROM search_text; DELETE FROM search_place"));
    for (const Source &source : sources()) {
        const QString sql = u"INSERT INTO search_row(source,id) SELECT '%1',id FROM \"%1\";"
                            "INSERT INTO search_text(rowid,label,words) SELECT "
                            "r.number,t.\"%2\",%3 FROM search_row r "
                            "JOIN \"%1\" t ON t.id=r.id WHERE r.source='%1';"_s.arg(
                                source.table, source.label, wordsExpression(source, u"t"_s));
        TRY(db.exec(sql.toUtf8().constData()));
        if (hasPlace(source.table)) {
            const QString places =
                u"INSERT INTO search_place SELECT r.number,t.lon,t.lon,t.lat,t.lat FROM search_row "
                u"r "
                "JOIN \"%1\" t ON t.id=r.id WHERE r.source='%1' AND t.lon IS NOT NULL "
                "AND t.lat IS NOT NULL;"_s.arg(source.table);
            TRY(db.exec(places.toUtf8().constData()));
        }
    }
    return {};
}

Result<std::vector<Found>> searchText(Connection &db, const QString &text, int limit)
{
    const QStringList words = text.toLower().simplified().split(u' ', Qt::SkipEmptyParts);
    if (words.isEmpty())
        return std::vector<Found>{};
    std::string sql = "SELECT r.source, r.id, s.label FROM search_text s JOIN search_row r "
                      "ON r.number=s.rowid WHERE 1";
    for (qsizetype i = 0; i < words.size(); ++i)
        sql += " AND s.words LIKE ? ESCAPE '\\'";
    sql += " ORDER BY CASE WHEN lower(s.label)=? THEN 0 WHEN instr(lower(s.label),?)=1 THEN 1 "
           "WHEN instr(lower(s.label),?)>1 THEN 2 ELSE 3 END, length(s.label), s.rowid LIMIT ?";
    TRY_ASSIGN(Statement statement, db.prepare(sql));
    int index = 0;
    for (const QString &word : words)
        statement.bind(++index, likePattern(word));
    for (int i = 0; i < 3; ++i)
        statement.bind(++index, words.first());
    statement.bind(++index, limit);
    return collect(statement);
}

Result<std::vector<Found>> searchBox(Connection &db, LonLat southWest, LonLat northEast, int limit)
{
    TRY_ASSIGN(Statement statement,
               db.prepare("SELECT r.source, r.id, s.label FROM search_place p JOIN search_row r "
                          "ON r.number=p.number JOIN search_text s ON s.rowid=p.number "
                          "WHERE p.max_lon>=? AND p.min_lon<=? AND p.max_lat>=? AND p.min_lat<=? "
                          "ORDER BY r.number LIMIT ?"));
    statement.bind(1, southWest.lon)
        .bind(2, northEast.lon)
        .bind(3, southWest.lat)
        .bind(4, northEast.lat)
        .bind(5, limit);
    return collect(statement);
}

} // namespace leeward::store
