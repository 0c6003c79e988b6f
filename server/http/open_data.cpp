#include "server/http/open_data.h"

#include "models/store/cache_file.h"
#include "models/store/features.h"

#include <QJsonArray>

#include <cmath>
#include <variant>

namespace leeward::server {

using namespace Qt::StringLiterals;
using Status = Call::Status;

namespace {

constexpr auto json = "application/json";
constexpr auto geoJson = "application/geo+json";
constexpr auto openApi = "application/vnd.oai.openapi+json;version=3.0";
constexpr QStringView crs84 = u"http://www.opengis.net/def/crs/OGC/1.3/CRS84";
constexpr int readers = 2; // whoever reads much waits for others who do, and for nobody else

using Place = OpenData::Place;
// What comes out of a question: a status and a document, or an error of the store.
struct Outcome
{
    QJsonObject document;
    QByteArray type = json;
};
struct Fault
{
    Status status = Status::BadRequest;
    QString code;
    QString description;
};
using Answer = std::expected<Outcome, std::variant<Error, Fault>>;

Answer badParameter(const QString &description)
{
    return std::unexpected(Fault{Status::BadRequest, u"InvalidParameterValue"_s, description});
}
Answer notFound(const QString &description)
{
    return std::unexpected(Fault{Status::NotFound, u"NotFound"_s, description});
}

QJsonObject link(const QString &href, const QString &rel, const char *type,
                 const QString &title = {})
{
    QJsonObject made = {{u"href"_s, href}, {u"rel"_s, rel}, {u"type"_s, QString::fromLatin1(type)}};
    if (!title.isEmpty())
        made.insert(u"title"_s, title);
    return made;
}

QString encoded(const QString &text)
{
    return QString::fromLatin1(QUrl::toPercentEncoding(text));
}

// --- what is asked
// --------------------------------------------------------------------------------------------------

// RFC 3339, with an offset; milliseconds.
std::optional<Instant> instantFrom(const QString &text)
{
    const QDateTime at = QDateTime::fromString(text, Qt::ISODateWithMs);
    const bool said = text.endsWith(u'Z') || at.timeSpec() == Qt::OffsetFromUTC;
    if (!at.isValid() || !said)
        return std::nullopt;
    return instantFromMs(at.toMSecsSinceEpoch());
}

bool readDateTime(const QString &text, store::FeatureQuery &query)
{
    const QStringList ends = text.split(u'/');
    const auto end = [](const QString &one, std::optional<Instant> &into) {
        if (one.isEmpty() || one == ".."_L1)
            return true;
        into = instantFrom(one);
        return into.has_value();
    };
    if (ends.size() == 1) {
        if (!end(text, query.from) || !query.from)
            return false;
        query.to = query.from;
        return true;
    }
    return ends.size() == 2 && end(ends[0], query.from) && end(ends[1], query.to) &&
           (query.from || query.to) && (!query.from || !query.to || *query.from <= *query.to);
}

std::optional<store::FeatureBox> boxFrom(const QString &text)
{
    const QStringList parts = text.split(u',');
    if (parts.size() != 4 && parts.size() != 6)
        return std::nullopt;
    std::vector<double> numbers;
    for (const QString &part : parts) {
        bool good = false;
        numbers.push_back(part.toDouble(&good));
        if (!good || !std::isfinite(numbers.back()))
            return std::nullopt;
    }
    const size_t upper = numbers.size() / 2; // heights, if any, are not looked at
    const store::FeatureBox box{.west = numbers[0],
                                .south = numbers[1],
                                .east = numbers[upper],
                                .north = numbers[upper + 1]};
    const bool sane = std::abs(box.west) <= 180 && std::abs(box.east) <= 180 &&
                      std::abs(box.south) <= 90 && std::abs(box.north) <= 90 &&
                      box.south <= box.north;
    return sane ? std::optional(box) : std::nullopt;
}

std::expected<store::FeatureQuery, QString> queryFrom(const QUrlQuery &said)
{
    store::FeatureQuery query{.limit = usualFeatures};
    const auto value = [&said](const QString &name) {
        return said.queryItemValue(name, QUrl::FullyDecoded);
    };
    if (said.hasQueryItem(u"limit"_s)) {
        bool good = false;
        const qint64 limit = value(u"limit"_s).toLongLong(&good);
        if (!good || limit < 1)
            return std::unexpected(u"limit is a number from 1"_s);
        query.limit = static_cast<int>(std::min<qint64>(limit, mostFeatures));
    }
    if (said.hasQueryItem(u"bbox"_s)) {
        query.box = boxFrom(value(u"bbox"_s));
        if (!query.box)
            return std::unexpected(u"bbox is west,south,east,north in degrees, south to north"_s);
    }
    if (said.hasQueryItem(u"datetime"_s) && !readDateTime(value(u"datetime"_s), query))
        return std::unexpected(
            u"datetime is an instant or an interval of RFC 3339, with an offset"_s);
    query.after = value(u"after"_s);
    return query;
}

// A parameter that is not known is a mistake of the sender, and would otherwise give answers that
// look right and are not.
std::optional<QString> unknownParameter(const QUrlQuery &said, const QStringList &known)
{
    for (const auto &[name, value] : said.queryItems(QUrl::FullyDecoded)) {
        if (name == "f"_L1 && (value == "json"_L1 || value == "geojson"_L1))
            continue;
        if (!known.contains(name))
            return u"no such parameter here: "_s + name + u'=' + value;
    }
    return std::nullopt;
}

// --- what is answered
// -----------------------------------------------------------------------------------------------

QJsonValue valueOf(const OpenField &field, const QVariant &value)
{
    if (value.isNull())
        return QJsonValue::Null;
    if (field.isInstant) {
        const qint64 ms = value.toLongLong();
        return ms == 0 ? QJsonValue(QJsonValue::Null) : QJsonValue(toIso(instantFromMs(ms)));
    }
    switch (field.type) {
    case FieldType::Integer: return value.toLongLong();
    case FieldType::Real: return value.toDouble();
    case FieldType::Boolean: return value.toInt() != 0;
    case FieldType::Text:
    case FieldType::LongText:
    case FieldType::Date:
    case FieldType::Hours:
    case FieldType::Choice:
    case FieldType::ChoiceList:
    case FieldType::Reference: return value.toString();
    }
    return QJsonValue::Null;
}

QJsonObject featureOf(const OpenCollection &collection, const FieldValues &row, const Place &place,
                      bool seesPeople)
{
    QJsonObject properties;
    for (const OpenField &field : collection.fields) {
        if (seesPeople || !field.isPersonal)
            properties.insert(field.name, valueOf(field, row.value(field.name)));
    }
    if (!place.mark.isEmpty())
        properties.insert(u"realm_mark"_s, place.mark);
    const QVariant lon = row.value(u"lon"_s);
    const QVariant lat = row.value(u"lat"_s);
    QJsonValue geometry = QJsonValue::Null;
    if (!lon.isNull() && !lat.isNull())
        geometry = QJsonObject{{u"type"_s, u"Point"_s},
                               {u"coordinates"_s, QJsonArray{lon.toDouble(), lat.toDouble()}}};
    return {{u"type"_s, u"Feature"_s},
            {u"id"_s, row.value(u"id"_s).toString()},
            {u"geometry"_s, geometry},
            {u"properties"_s, properties}};
}

Result<QJsonObject> describe(const OpenCollection &collection, const Place &place,
                             store::Connection &db)
{
    const QString path = place.base + u"/collections/"_s + collection.id;
    TRY_ASSIGN(const auto box, store::featureExtent(db, *store::findTable(collection.table)));
    QJsonObject made = {
        {u"id"_s, collection.id},
        {u"title"_s,
         place.mark.isEmpty() ? collection.title : QString(collection.title + u' ' + place.mark)},
        {u"description"_s, collection.description},
        {u"itemType"_s, u"feature"_s},
        {u"crs"_s, QJsonArray{crs84.toString()}},
        {u"links"_s, QJsonArray{link(path, u"self"_s, json),
                                link(path + u"/items"_s, u"items"_s, geoJson, collection.title)}}};
    QJsonObject extent;
    if (box) {
        extent.insert(u"spatial"_s,
                      QJsonObject{{u"bbox"_s, QJsonArray{QJsonArray{box->west, box->south,
                                                                    box->east, box->north}}},
                                  {u"crs"_s, crs84.toString()}});
    }
    if (!extent.isEmpty())
        made.insert(u"extent"_s, extent);
    return made;
}

QString titleOf(const QString &server, const Place &place)
{
    return server + u" / "_s + place.realm +
           (place.mark.isEmpty() ? QString() : u" / "_s + place.mark);
}

Outcome landing(const QString &server, const Place &place)
{
    return {
        .document = {
            {u"title"_s, titleOf(server, place)},
            {u"description"_s, place.mark.isEmpty()
                                   ? u"Registers and incidents of this realm."_s
                                   : u"A drill: nothing here is real. 演练数据，并非真实情况。"_s},
            {u"links"_s, QJsonArray{link(place.base, u"self"_s, json),
                                    link(place.base + u"/api"_s, u"service-desc"_s, openApi),
                                    link(place.base + u"/conformance"_s, u"conformance"_s, json),
                                    link(place.base + u"/collections"_s, u"data"_s, json)}}}};
}

Outcome conformance()
{
    const QString root = u"http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/"_s;
    return {.document = {
                {u"conformsTo"_s, QJsonArray{QString(root + u"core"_s), QString(root + u"oas30"_s),
                                             QString(root + u"geojson"_s)}}}};
}

Answer collections(const Place &place, store::Connection &db)
{
    QJsonArray list;
    for (const OpenCollection &one : openCollections()) {
        const auto made = describe(one, place, db);
        if (!made)
            return std::unexpected(made.error());
        list.append(*made);
    }
    return Outcome{.document = {{u"collections"_s, list},
                                {u"links"_s, QJsonArray{link(place.base + u"/collections"_s,
                                                             u"self"_s, json)}}}};
}

// The question again, with another place to begin.
QString itemsAddress(const QString &path, const QUrlQuery &said, const QString &after)
{
    QStringList parts;
    for (const auto &[name, value] : said.queryItems(QUrl::FullyDecoded)) {
        if (name != "after"_L1 || after.isEmpty())
            parts += name + u'=' + encoded(value);
    }
    if (!after.isEmpty())
        parts += u"after="_s + encoded(after);
    return parts.isEmpty() ? path : path + u'?' + parts.join(u'&');
}

Answer items(const OpenCollection &collection, const QUrlQuery &said, const Place &place,
             bool seesPeople, store::Connection &db)
{
    auto query = queryFrom(said);
    if (!query)
        return badParameter(query.error());
    query->table = store::findTable(collection.table);
    const auto page = store::findFeatures(db, *query);
    if (!page)
        return std::unexpected(page.error());
    QJsonArray features;
    for (const FieldValues &row : page->rows)
        features.append(featureOf(collection, row, place, seesPeople));
    const QString path = place.base + u"/collections/"_s + collection.id;
    QJsonArray links = {link(itemsAddress(path + u"/items"_s, said, {}), u"self"_s, geoJson),
                        link(path, u"collection"_s, json)};
    if (page->more) {
        const QString last = page->rows.back().value(u"id"_s).toString();
        links.append(link(itemsAddress(path + u"/items"_s, said, last), u"next"_s, geoJson));
    }
    QJsonObject document = {{u"type"_s, u"FeatureCollection"_s},
                            {u"features"_s, features},
                            {u"links"_s, links},
                            {u"numberMatched"_s, page->matched},
                            {u"numberReturned"_s, static_cast<qint64>(page->rows.size())}};
    if (!place.mark.isEmpty())
        document.insert(u"realm_mark"_s, place.mark);
    return Outcome{document, geoJson};
}

Answer item(const OpenCollection &collection, const QString &id, const Place &place,
            bool seesPeople, store::Connection &db)
{
    const auto row = store::findFeature(db, *store::findTable(collection.table), id);
    if (!row)
        return std::unexpected(row.error());
    if (!*row)
        return notFound(u"no feature "_s + id);
    const QString path = place.base + u"/collections/"_s + collection.id;
    QJsonObject feature = featureOf(collection, **row, place, seesPeople);
    feature.insert(u"links"_s,
                   QJsonArray{link(path + u"/items/"_s + encoded(id), u"self"_s, geoJson),
                              link(path, u"collection"_s, json)});
    return Outcome{feature, geoJson};
}

struct Question
{
    OpenData::What what;
    QStringList arguments;
    QUrlQuery said;
    bool seesPeople;
};

Answer answerTo(const Question &question, const QString &server, const Place &place)
{
    using What = OpenData::What;
    static const QStringList ofItems = {u"limit"_s, u"bbox"_s, u"datetime"_s, u"after"_s};
    const QStringList known = question.what == What::Items ? ofItems : QStringList();
    if (const auto unknown = unknownParameter(question.said, known))
        return badParameter(*unknown);
    auto db = store::openReadOnly(place.file);
    if (!db)
        return std::unexpected(db.error());
    const OpenCollection *collection = findOpenCollection(question.arguments.value(0));
    if (!question.arguments.isEmpty() && !collection)
        return notFound(u"no collection "_s + question.arguments.value(0));
    switch (question.what) {
    case What::Landing: return landing(server, place);
    case What::Conformance: return conformance();
    case What::Definition:
        return Outcome{openDataDefinition(place.base, titleOf(server, place)), openApi};
    case What::Collections: return collections(place, *db);
    case What::Collection: {
        auto described = describe(*collection, place, *db);
        if (!described)
            return std::unexpected(described.error());
        return Outcome{.document = std::move(*described)};
    }
    case What::Items: return items(*collection, question.said, place, question.seesPeople, *db);
    case What::Item:
        return item(*collection, question.arguments.value(1), place, question.seesPeople, *db);
    }
    return notFound({});
}

} // namespace

std::vector<std::pair<QString, OpenData::What>> OpenData::paths()
{
    return {{QString(), What::Landing},
            {u"/conformance"_s, What::Conformance},
            {u"/api"_s, What::Definition},
            {u"/collections"_s, What::Collections},
            {u"/collections/*"_s, What::Collection},
            {u"/collections/*/items"_s, What::Items},
            {u"/collections/*/items/*"_s, What::Item}};
}

OpenData::OpenData(QString serverName)
    : m_serverName(std::move(serverName))
{
    m_pool.setMaxThreadCount(readers);
}

OpenData::~OpenData()
{
    m_pool.waitForDone();
}

void OpenData::answer(What what, const CallPtr &call, const Place &place)
{
    m_pool.start([this, what, call, place] {
        const Answer answer = answerTo(
            {what, call->arguments, call->query, call->session.seesPeople}, m_serverName, place);
        if (answer) {
            call->answer(Status::Ok, QJsonDocument(answer->document).toJson(QJsonDocument::Compact),
                         answer->type);
        } else if (const auto *error = std::get_if<Error>(&answer.error())) {
            call->refuse(*error);
        } else {
            const Fault &fault = std::get<Fault>(answer.error());
            call->refuse(fault.status,
                         fault.status == Status::NotFound ? u"not-found"_s : u"malformed"_s,
                         fault.description,
                         {{u"code"_s, fault.code}, {u"description"_s, fault.description}});
        }
    });
}

} // namespace leeward::server
