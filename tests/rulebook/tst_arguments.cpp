#include "models/rulebook/rulebook.h"
#include "models/store/dispatch_queries.h"
#include "models/store/tables.h"
#include "tests/support/makers.h"

#include <QTest>

using namespace leeward;
using namespace leeward::test;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

// A world in which each sample operation below is accepted.
struct World
{
    Maker maker{11, u"anna"_s, u"desk-a"_s};
    store::Connection db = memoryRealm();
    TeamId team = maker.ids().make<TeamId>();
    TeamId spare = maker.ids().make<TeamId>();
    IncidentId incident = maker.ids().make<IncidentId>();
    IncidentId ended = maker.ids().make<IncidentId>();
    AssignmentId assignment = maker.ids().make<AssignmentId>();
    RecordId event;

    World()
    {
        applyOrDie(db, maker.createTeam(team, u"T1"_s, u"一队"_s));
        applyOrDie(db, maker.createTeam(spare, u"T2"_s, u"二队"_s));
        applyOrDie(db, maker.report(incident));
        applyOrDie(db, maker.report(ended));
        for (const auto to :
             {IncidentState::Responding, IncidentState::Stabilised, IncidentState::Terminated})
            applyOrDie(db, maker.advance(ended, to));
        applyOrDie(db, maker.assign(assignment, incident, team));
        for (const auto to :
             {AssignmentState::Acknowledged, AssignmentState::EnRoute, AssignmentState::OnScene}) {
            maker.clock.advance(1min);
            applyOrDie(db, maker.advance(assignment, to));
        }
        event = must(store::eventsOf(db, assignment)).back().id;
        maker.clock.advance(1min);
    }

    template <class T>
    T fresh()
    {
        return maker.ids().make<T>();
    }

    // One accepted operation of every kind.
    std::vector<Operation> samples()
    {
        const RecordId row(team.raw());
        const Instant now = maker.clock.now();
        const FieldValues values = {
            {u"code"_s, u"T9"_s}, {u"name"_s, u"九队"_s}, {u"kind"_s, u"flood"_s}};
        return {
            maker.report(fresh<IncidentId>()),
            maker.advance(incident, IncidentState::Stabilised),
            maker.operation(op::SetCloseTimer{.incident = ended, .timer = u"t"_s, .due = now + 1h}),
            maker.note(incident, u"记事"_s),
            maker.assign(fresh<AssignmentId>(), incident, spare),
            maker.advance(assignment, AssignmentState::Working),
            maker.operation(op::TransferAssignment{.assignment = assignment,
                                                   .successor = fresh<AssignmentId>(),
                                                   .handOver = true,
                                                   .incident = incident,
                                                   .team = spare,
                                                   .reason = u"换班"_s}),
            maker.operation(op::FlagAssignment{.assignment = assignment, .flag = u"overdue"_s}),
            maker.operation(
                op::RetractStep{.assignment = assignment, .event = event, .reason = u"误记"_s}),
            maker.operation(op::CorrectTime{
                .assignment = assignment, .event = event, .occurredAt = now, .reason = u"误记"_s}),
            maker.operation(
                op::OverrideAvailability{.team = team, .until = now + 1h, .reason = u"检修"_s}),
            maker.operation(op::CreateRecord{
                .table = u"team"_s, .record = fresh<RecordId>(), .values = values}),
            maker.edit(u"team"_s, row, u"leader"_s, QVariant(), u"张三"_s),
            maker.operation(op::RetireRecord{
                .table = u"team"_s, .record = RecordId(spare.raw()), .reason = u"撤编"_s}),
            maker.operation(op::ImportRecords{.table = u"team"_s,
                                              .source = u"teams.csv"_s,
                                              .rows = {{fresh<RecordId>(), values}}}),
        };
    }
    QString attempt(const Operation &operation)
    {
        auto transaction = must(store::Transaction::begin(db));
        return outcomeName(rulebook::apply(db, operation));
    }
};

// Wrong values for an argument, whatever it is.
QList<QJsonValue> wrongFor(const QJsonValue &right)
{
    QList<QJsonValue> wrong = {QJsonValue(QJsonObject{{u"x"_s, 1}})};
    if (!right.isString())
        wrong += QJsonValue(u"text"_s);
    if (!right.isDouble())
        wrong += {QJsonValue(1), QJsonValue(1e300)};
    if (!right.isBool())
        wrong += QJsonValue(true);
    if (!right.isArray())
        wrong += QJsonValue(QJsonArray{1, 2, 3});
    if (right.isDouble())
        wrong += {QJsonValue(0.5), QJsonValue(1e18)};
    return wrong;
}

} // namespace

class TestArguments : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyKindHasASample()
    {
        World w;
        QStringList kinds;
        for (const Operation &operation : w.samples()) {
            QCOMPARE(w.attempt(operation), u"accepted"_s);
            kinds += operation.kind;
        }
        QStringList known = rulebook::knownKinds();
        kinds.sort();
        known.sort();
        QCOMPARE(kinds, known);
    }

    void missingOrUnknown()
    {
        World w;
        for (const Operation &sample : w.samples()) {
            for (const QString &name : sample.args.keys()) {
                Operation broken = sample;
                broken.args.remove(name);
                QVERIFY2(w.attempt(broken) == "bad-arguments"_L1,
                         qPrintable(sample.kind + u" without "_s + name));
            }
            Operation extra = sample;
            extra.args.insert(u"surplus"_s, 1);
            QCOMPARE(w.attempt(extra), u"bad-arguments"_s);
            Operation empty = sample;
            empty.args = {};
            QCOMPARE(w.attempt(empty), u"bad-arguments"_s);
        }
    }

    void wrongTypes()
    {
        World w;
        for (const Operation &sample : w.samples()) {
            for (const QString &name : sample.args.keys()) {
                const QJsonValue right = sample.args.value(name);
                for (const QJsonValue &wrong : wrongFor(right)) {
                    const bool place =
                        name == "place"_L1 || name == "arrive_by"_L1 || name == "values"_L1;
                    if (place && (wrong.isDouble() || wrong.isObject()))
                        continue; // may be right for these
                    Operation broken = sample;
                    broken.args.insert(name, wrong);
                    const QString answer = w.attempt(broken);
                    QVERIFY2(answer == "bad-arguments"_L1,
                             qPrintable(u"%1.%2 = %3: %4"_s.arg(
                                 sample.kind, name, wrong.toVariant().toString(), answer)));
                }
            }
        }
    }

    // Whatever stands in an argument, the answer is a refusal and never an error: one operation of
    // a broken client must not stop the queue of a desk.
    void neverAnError()
    {
        World w;
        const QString huge(100'000, u'长');
        const QList<QJsonValue> odd = {
            QJsonValue(),
            QJsonValue(QString()),
            QJsonValue(huge),
            QJsonValue(u"a\u0000b"_s),
            QJsonValue(u"'; DROP TABLE team; --"_s),
            QJsonValue(QString(QChar(0xD800))),
            QJsonValue(-1),
            QJsonValue(0),
            QJsonValue(9.0e15),
            QJsonValue(-9.0e15),
            QJsonValue(false),
            QJsonValue(QJsonArray()),
            QJsonValue(QJsonArray{181, 91}),
            QJsonValue(QJsonObject()),
            QJsonValue(QJsonObject{{u"code"_s, QJsonValue()}, {u"name"_s, 5}}),
            QJsonValue(u"00000000-0000-0000-0000-000000000000"_s),
            QJsonValue(w.team.text()),
            QJsonValue(w.incident.text()),
            QJsonValue(w.assignment.text())};
        for (const Operation &sample : w.samples()) {
            for (const QString &name : sample.args.keys()) {
                for (const QJsonValue &value : odd) {
                    Operation broken = sample;
                    broken.args.insert(name, value);
                    const QString answer = w.attempt(broken);
                    QVERIFY2(!answer.startsWith("error"_L1),
                             qPrintable(u"%1.%2: %3"_s.arg(sample.kind, name, answer.left(300))));
                    if (value == QJsonValue(huge))
                        QVERIFY2(answer != "accepted"_L1,
                                 qPrintable(u"%1.%2: huge"_s.arg(sample.kind, name)));
                }
            }
        }
    }

    void everyFieldOfEveryRegister()
    {
        World w;
        const QList<QVariant> odd = {QVariant(), QString(), u"x"_s, QString(5000, u'x'), -1,
                                     1e300,      0.5,       2,      u"\u0001"_s};
        std::vector<const RegisterSpec *> specs(allRegisters().begin(), allRegisters().end());
        specs.push_back(&incidentFields());
        for (const RegisterSpec *spec : specs) {
            for (const FieldSpec &field : spec->fields) {
                for (const QVariant &value : odd) {
                    const FieldValues values = {
                        {u"code"_s, u"C7"_s}, {u"name"_s, u"名"_s}, {field.name, value}};
                    QString answer = w.attempt(w.maker.operation(op::CreateRecord{
                        .table = spec->key, .record = w.fresh<RecordId>(), .values = values}));
                    QVERIFY2(!answer.startsWith("error"_L1),
                             qPrintable(spec->key + u'.' + field.name + answer));
                    if (spec != &incidentFields() && spec != &teamRegister())
                        continue;
                    const RecordId id(spec == &teamRegister() ? w.team.raw() : w.incident.raw());
                    const auto row =
                        must(store::findRow(w.db, *store::findTable(spec->key), id.text()));
                    answer = w.attempt(
                        w.maker.edit(spec->key, id, field.name, row->value(field.name), value));
                    QVERIFY2(!answer.startsWith("error"_L1),
                             qPrintable(spec->key + u'.' + field.name + answer));
                }
            }
        }
    }

    void envelope()
    {
        World w;
        const Operation good = w.maker.note(w.incident, u"记事"_s);
        const auto with = [&](auto change) {
            Operation bad = good;
            change(bad);
            return w.attempt(bad);
        };
        QCOMPARE(with([](Operation &o) { o.kind = u"incident.destroy"_s; }),
                 u"unknown-operation"_s);
        QCOMPARE(with([](Operation &o) { o.kind.clear(); }), u"unknown-operation"_s);
        QCOMPARE(with([](Operation &o) { o.id = {}; }), u"bad-arguments"_s);
        QCOMPARE(with([](Operation &o) { o.author.clear(); }), u"bad-arguments"_s);
        QCOMPARE(with([](Operation &o) { o.desk.clear(); }), u"bad-arguments"_s);
        QCOMPARE(with([](Operation &o) { o.author = QString(100'000, u'x'); }), u"bad-arguments"_s);
        QCOMPARE(with([](Operation &o) { o.desk = QString(100'000, u'x'); }), u"bad-arguments"_s);
        for (const qint64 at : {-9'000'000'000'000'000LL, -1LL, 0LL, 9'000'000'000'000'000LL}) {
            for (Operation sample : w.samples()) {
                sample.occurredAt = sample.recordedAt = instantFromMs(at);
                QVERIFY(!w.attempt(sample).startsWith("error"_L1));
            }
        }
    }

    // One id, two rows: the first keeps it.
    void importWithAnIdThatIsTaken()
    {
        World w;
        const auto row = [](RecordId id, const QString &code) {
            return op::ImportRecords::Row{
                id, {{u"code"_s, code}, {u"name"_s, u"队"_s}, {u"kind"_s, u"flood"_s}}};
        };
        const auto import = [&](std::vector<op::ImportRecords::Row> rows) {
            return w.attempt(w.maker.operation(op::ImportRecords{
                .table = u"team"_s, .source = u"a.csv"_s, .rows = std::move(rows)}));
        };
        const auto id = w.fresh<RecordId>();
        QCOMPARE(import({row(id, u"A"_s), row(id, u"B"_s)}), u"already-exists"_s);
        QCOMPARE(import({row(RecordId(w.team.raw()), u"A"_s)}), u"already-exists"_s);
        QCOMPARE(import({row(id, u"A"_s), row(w.fresh<RecordId>(), u"A"_s)}), u"already-exists"_s);
        QCOMPARE(import({row(w.fresh<RecordId>(), u"T1"_s)}), u"accepted"_s);
    }

    // A file that carries a longitude and no latitude does not leave a row with half a place.
    void importKeepsPlacesWhole()
    {
        World w;
        const auto id = w.fresh<RecordId>();
        applyOrDie(w.db, w.maker.operation(op::CreateRecord{.table = u"team"_s,
                                                            .record = id,
                                                            .values = {{u"code"_s, u"T5"_s},
                                                                       {u"name"_s, u"五队"_s},
                                                                       {u"kind"_s, u"flood"_s}}}));
        QCOMPARE(w.attempt(w.maker.operation(op::ImportRecords{
                     .table = u"team"_s,
                     .source = u"a.csv"_s,
                     .rows = {{w.fresh<RecordId>(), {{u"code"_s, u"T5"_s}, {u"lon"_s, 113.5}}}}})),
                 u"field-invalid"_s);
    }

    void idsAreKeptInOneSpelling()
    {
        World w;
        const QString spelled = u'{' + w.ended.text().toUpper() + u'}';
        const Operation merge = w.maker.operation(op::AdvanceIncident{.incident = w.incident,
                                                                      .to = u"duplicate"_s,
                                                                      .reason = u"同一事件"_s,
                                                                      .duplicateOf = spelled});
        applyOrDie(w.db, w.maker.advance(w.assignment, AssignmentState::Cancelled, u"并案"_s));
        applyOrDie(w.db, merge);
        QCOMPARE(must(store::findIncident(w.db, w.incident))->duplicateOf, w.ended.text());
    }
};

QTEST_GUILESS_MAIN(TestArguments)
#include "tst_arguments.moc"
