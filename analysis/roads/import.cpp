#include "analysis/roads/import.h"

#include "analysis/roads/cut.h"

#include <QFile>
#include <QFileInfo>
#include <QJsonArray>

#include <osmium/io/any_input.hpp>

#include <exception>

namespace leeward::roads {

using namespace Qt::StringLiterals;

namespace {

// Hands every object of the kinds asked for to `visit`. False: cancelled. Throws what libosmium
// throws.
template <class Visit>
bool readAll(const QString &path, osmium::osm_entity_bits::type kinds, int pass,
             const Progress &progress, Visit &&visit)
{
    osmium::io::Reader reader(osmium::io::File(QFile::encodeName(path).toStdString()), kinds,
                              osmium::io::read_meta::no);
    const auto size = static_cast<qint64>(reader.file_size());
    while (const osmium::memory::Buffer buffer = reader.read()) {
        if (!progress.report(size * pass + static_cast<qint64>(reader.offset()), size * 2,
                             u"roads"_s))
            return false;
        for (const osmium::OSMEntity &entity : buffer.select<osmium::OSMEntity>())
            visit(entity);
    }
    reader.close();
    return true;
}

// The extract's own timestamp, else its file's date.
Instant dateOf(const QString &path)
{
    osmium::io::Reader reader(osmium::io::File(QFile::encodeName(path).toStdString()),
                              osmium::osm_entity_bits::nothing);
    const osmium::io::Header header = reader.header();
    for (const char *key : {"osmosis_replication_timestamp", "timestamp"}) {
        const QDateTime said =
            QDateTime::fromString(QString::fromStdString(header.get(key)), Qt::ISODate);
        if (said.isValid())
            return instantFromMs(said.toMSecsSinceEpoch());
    }
    return instantFromMs(QFileInfo(path).lastModified().toMSecsSinceEpoch());
}

class Importer
{
public:
    Importer(const QString &path, const SpeedTable &table, const Progress &progress)
        : m_path(path)
        , m_table(table)
        , m_progress(progress)
    {
    }
    Result<RoadImport> run();

private:
    void takeWayOrRelation(const osmium::OSMEntity &entity);
    void takeNode(const osmium::OSMEntity &entity);
    void countGraph(const GraphBuilder::Built &built);

    const QString &m_path;
    const SpeedTable &m_table;
    const Progress &m_progress;
    ImportWarnings m_warnings;
    ImportStatistics m_statistics;
    TurnStatistics m_turns;
    std::vector<Restriction> m_restrictions;
    GraphBuilder m_builder;
    TagRules m_rules{m_table, m_warnings};
    WayCutter m_cutter{m_builder, m_warnings};
};

void Importer::takeWayOrRelation(const osmium::OSMEntity &entity)
{
    if (entity.type() == osmium::item_type::way) {
        const auto &way = static_cast<const osmium::Way &>(entity);
        ++m_statistics.waysRead;
        if (const auto rule = m_rules.way(way.tags(), way.id()))
            m_cutter.addWay(way, *rule);
    } else if (entity.type() == osmium::item_type::relation) {
        const auto &relation = static_cast<const osmium::Relation &>(entity);
        if (auto restriction = readRestriction(relation, m_turns, m_warnings)) {
            m_cutter.addVia(restriction->via);
            m_restrictions.push_back(std::move(*restriction));
        }
    }
}

void Importer::takeNode(const osmium::OSMEntity &entity)
{
    if (entity.type() != osmium::item_type::node)
        return;
    const auto &node = static_cast<const osmium::Node &>(entity);
    if (m_cutter.wants(node.id()))
        m_cutter.addNode(node, m_rules.node(node.tags()));
}

void Importer::countGraph(const GraphBuilder::Built &built)
{
    const RoadGraph &graph = built.graph;
    m_statistics.waysUsed = m_cutter.wayCount();
    m_statistics.ferries = m_cutter.ferryCount();
    m_statistics.closedBarriers = m_cutter.closedBarriers();
    m_statistics.restrictions = m_turns.read;
    m_statistics.restrictionsApplied = m_turns.applied;
    m_statistics.restrictionsExcepted = m_turns.excepted;
    m_statistics.restrictionsIrrelevant = m_turns.irrelevant;
    m_statistics.restrictionsOverWays = m_turns.overWays;
    m_statistics.pieces = graph.pieceCount();
    m_statistics.arcs = graph.arcCount();
    m_statistics.nodes = graph.nodeCount();
    m_statistics.turnCopies = built.copies;
    m_statistics.components = built.components;
    for (PieceId piece = 0; piece < graph.pieceCount(); ++piece) {
        m_statistics.metres += graph.length(piece).value;
        if (graph.flags(piece) & MainNetwork)
            ++m_statistics.piecesInMainNetwork;
    }
}

Result<RoadImport> Importer::run()
{
    const auto cancelled = [&] { return fail(Errc::Cancelled, u"%1: stopped"_s.arg(m_path)); };
    const Instant date = dateOf(m_path);
    if (!readAll(m_path, osmium::osm_entity_bits::way | osmium::osm_entity_bits::relation, 0,
                 m_progress,
                 [this](const osmium::OSMEntity &entity) { takeWayOrRelation(entity); }))
        return cancelled();
    m_cutter.finishWays();
    if (!readAll(m_path, osmium::osm_entity_bits::node, 1, m_progress,
                 [this](const osmium::OSMEntity &entity) { takeNode(entity); }))
        return cancelled();
    const PieceEnds viaEnds = m_cutter.cut(m_table.boardingSeconds());
    if (m_builder.pieceCount() == 0)
        return fail(Errc::FileMalformed, u"%1: holds no road a vehicle can use"_s.arg(m_path));
    applyRestrictions(m_restrictions, viaEnds, m_builder, m_turns, m_warnings);
    if (m_progress.isCancelled())
        return cancelled();
    TRY_ASSIGN(GraphBuilder::Built built, std::move(m_builder).build(date, m_table.hash()));
    countGraph(built);
    return RoadImport{std::move(built.graph), m_statistics, std::move(m_warnings)};
}

} // namespace

Result<RoadImport> importRoads(const QString &path, const SpeedTable &table,
                               const Progress &progress)
{
    const QFileInfo info(path);
    if (!info.exists())
        return fail(Errc::FileMissing, u"%1: no such file"_s.arg(path));
    QFile file(path);
    if (!info.isFile() || !file.open(QIODevice::ReadOnly))
        return fail(Errc::FileUnreadable, u"%1: can not be read"_s.arg(path));
    if (file.size() == 0)
        return fail(Errc::FileMalformed, u"%1: the file is empty"_s.arg(path));
    file.close();
    try {
        return Importer(path, table, progress).run();
    } catch (const std::exception &e) { // libosmium and protozero throw many kinds on damaged files
        return fail(Errc::FileMalformed, u"%1: %2"_s.arg(path, QString::fromUtf8(e.what())));
    }
}

QString importWarningName(ImportWarning warning)
{
    switch (warning) {
    case ImportWarning::WayCutAtBorder: return u"wayCutAtBorder"_s;
    case ImportWarning::WayWithoutPoints: return u"wayWithoutPoints"_s;
    case ImportWarning::UnknownOneway: return u"unknownOneway"_s;
    case ImportWarning::UnreadableMaxspeed: return u"unreadableMaxspeed"_s;
    case ImportWarning::UnknownAccess: return u"unknownAccess"_s;
    case ImportWarning::UnreadableDuration: return u"unreadableDuration"_s;
    case ImportWarning::ConditionalAccess: return u"conditionalAccess"_s;
    case ImportWarning::ConditionalRestriction: return u"conditionalRestriction"_s;
    case ImportWarning::RestrictionViaWay: return u"restrictionViaWay"_s;
    case ImportWarning::RestrictionUnknown: return u"restrictionUnknown"_s;
    case ImportWarning::RestrictionBroken: return u"restrictionBroken"_s;
    }
    return {};
}

QJsonObject toJson(const ImportWarnings &warnings)
{
    QJsonObject object;
    for (size_t i = 0; i < importWarningCount; ++i) {
        const auto warning = static_cast<ImportWarning>(i);
        const ImportWarnings::Entry &entry = warnings.of(warning);
        if (entry.count == 0)
            continue;
        QJsonArray examples;
        for (const qint64 id : entry.examples)
            examples.append(id);
        object.insert(importWarningName(warning),
                      QJsonObject{{u"count"_s, entry.count}, {u"examples"_s, examples}});
    }
    return object;
}

QJsonObject toJson(const ImportStatistics &s)
{
    return {
        {u"waysRead"_s, s.waysRead},
        {u"waysUsed"_s, s.waysUsed},
        {u"ferries"_s, s.ferries},
        {u"closedBarriers"_s, s.closedBarriers},
        {u"restrictions"_s, s.restrictions},
        {u"restrictionsApplied"_s, s.restrictionsApplied},
        {u"restrictionsExcepted"_s, s.restrictionsExcepted},
        {u"restrictionsIrrelevant"_s, s.restrictionsIrrelevant},
        {u"restrictionsOverWays"_s, s.restrictionsOverWays},
        {u"pieces"_s, s.pieces},
        {u"arcs"_s, s.arcs},
        {u"nodes"_s, s.nodes},
        {u"turnCopies"_s, s.turnCopies},
        {u"components"_s, s.components},
        {u"piecesInMainNetwork"_s, s.piecesInMainNetwork},
        {u"kilometres"_s, s.metres / 1000},
    };
}

} // namespace leeward::roads
