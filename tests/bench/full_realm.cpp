#include "tests/bench/full_realm.h"

#include "app/realm/realm.h"

namespace leeward::bench {

using namespace Qt::StringLiterals;

namespace {

class Writer
{
public:
    explicit Writer(const QString &path)
        : m_ids(m_clock)
        , m_realm(app::HeadlessRealm::open(path, m_clock))
    {
        if (!m_realm)
            qFatal("%s", qPrintable(m_realm.error().detail));
    }

    template <class Body>
    void submit(const Body &body)
    {
        const Instant now = m_clock.now();
        if (!m_realm->submit(
                makeOperation(body, m_ids.make<OperationId>(), u"bench"_s, u"bench"_s, now, now)))
            qFatal("refused: %s", Body::kind);
    }

    // `row(i)` answers the fields beside code, name and place.
    template <class Row>
    std::vector<RecordId> fill(const RegisterSpec &spec, int count, const QString &name, Row row)
    {
        op::ImportRecords body{.table = spec.key, .source = u"bench"_s, .rows = {}};
        std::vector<RecordId> ids;
        for (int i = 0; i < count; ++i) {
            FieldValues values = row(i);
            values[u"code"_s] = QString(spec.key + QString::number(i));
            values[u"name"_s] = name.arg(i);
            if (spec.hasPlace) {
                values[u"lon"_s] = 121.2 + (i * 37 % 500) * 0.001;
                values[u"lat"_s] = 28.4 + (i * 53 % 400) * 0.001;
            }
            ids.push_back(m_ids.make<RecordId>());
            body.rows.push_back({ids.back(), values});
        }
        submit(body);
        return ids;
    }

    [[nodiscard]] SystemIdSource &ids() { return m_ids; }

private:
    SystemClock m_clock;
    SystemIdSource m_ids;
    Result<app::HeadlessRealm> m_realm;
};

} // namespace

void writeFullRealm(const QString &path)
{
    Writer writer(path);
    const auto plain = [](int) { return FieldValues(); };
    const QStringList kinds = {u"fire"_s,        u"flood"_s,   u"water"_s,
                               u"engineering"_s, u"medical"_s, u"general"_s};
    writer.fill(stationRegister(), 56, u"第%1救援站"_s, plain);
    const auto teams = writer.fill(teamRegister(), 480, u"滨海街道第%1救援队"_s, [&](int i) {
        return FieldValues{{u"kind"_s, kinds[i % kinds.size()]},
                           {u"capabilities"_s, u"pumping,evacuation"_s},
                           {u"station"_s, u"station%1"_s.arg(i % 56)},
                           {u"headcount"_s, 20 + i % 200},
                           {u"readiness_minutes"_s, 5 + i % 30}};
    });
    writer.fill(shelterRegister(), 122, u"第%1中学避难场所"_s, plain);
    writer.fill(landingPointRegister(), 181, u"起降点%1号"_s, plain);
    writer.fill(depotRegister(), 118, u"第%1物资储备库"_s, plain);
    writer.fill(stockRegister(), 3000, u"防汛编织袋批次%1"_s, [](int i) {
        return FieldValues{{u"depot"_s, u"depot%1"_s.arg(i % 118)},
                           {u"category"_s, i % 2 ? u"防汛"_s : u"照明"_s},
                           {u"unit"_s, u"条"_s},
                           {u"on_hand"_s, i}};
    });
    std::vector<IncidentId> incidents;
    for (int i = 0; i < 40; ++i) {
        incidents.push_back(writer.ids().make<IncidentId>());
        writer.submit(op::ReportIncident{.incident = incidents.back(),
                                         .type = u"flood"_s,
                                         .title = u"滨海大道%1号积水"_s.arg(i),
                                         .place = LonLat{121.3 + i * 0.005, 28.5},
                                         .source = u"phone"_s});
    }
    for (size_t i = 0; i < 60; ++i) {
        writer.submit(op::Assign{.assignment = writer.ids().make<AssignmentId>(),
                                 .incident = incidents[i % incidents.size()],
                                 .team = TeamId(teams[i * 7].raw()),
                                 .task = u"排水"_s,
                                 .routeSeconds = 600,
                                 .routeMetres = 6000});
    }
}

} // namespace leeward::bench
