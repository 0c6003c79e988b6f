#include "tests/accounts/access_cases.h"

namespace leeward::test {

using namespace Qt::StringLiterals;

AccessWorld::AccessWorld()
    : realm(memoryRealm())
    , pen(7, u"zhang"_s, u"1号台"_s)
{
    for (const auto &[id, division] :
         {std::pair(here, county), std::pair(there, neighbour), std::pair(nowhere, QString())}) {
        apply(op::ReportIncident{.incident = id,
                                 .type = u"flood"_s,
                                 .title = u"内涝"_s,
                                 .source = u"phone"_s,
                                 .divisionCode = division});
    }
    for (const auto &[id, code, division] :
         {std::tuple(team, u"T-1"_s, county), std::tuple(farTeam, u"T-2"_s, neighbour),
          std::tuple(thirdTeam, u"T-3"_s, county)})
        create(u"team"_s, id.raw(), code,
               {{u"kind"_s, u"flood"_s}, {u"division_code"_s, division}});
    create(u"depot"_s, depot.raw(), u"D-1"_s, {{u"division_code"_s, county}});
    create(u"depot"_s, farDepot.raw(), u"D-2"_s, {{u"division_code"_s, neighbour}});
    create(u"stock"_s, stock.raw(), u"S-1"_s, {{u"depot"_s, u"D-1"_s}});
    create(u"depot"_s, pen.ids().next(), u"D-3"_s, {});
    create(u"stock"_s, looseStock.raw(), u"S-2"_s, {{u"depot"_s, u"D-3"_s}});
    create(u"shelter"_s, shelter.raw(), u"H-1"_s, {{u"division_code"_s, county}});
    create(u"shelter"_s, placeless.raw(), u"H-2"_s, {});
    applyOperation(pen.assign(proposed, here, team, TaskType::Rescue, false));
    applyOperation(pen.assign(waiting, here, thirdTeam, TaskType::Rescue, false));
    applyOperation(pen.advance(waiting, AssignmentState::PendingApproval));
    applyOperation(pen.assign(ordered, here, farTeam));
}

namespace {

AccessCase incidentStep(const char *name, const char *may, IncidentState to)
{
    return {name, may, [to](AccessWorld &w) { return w.pen.advance(w.here, to); }};
}
AccessCase step(const char *name, const char *may, AssignmentState to,
                AssignmentId AccessWorld::*which)
{
    return {name, may, [to, which](AccessWorld &w) { return w.pen.advance(w.*which, to); }};
}
AccessCase transfer(const char *name, const char *may, bool handOver)
{
    return {name, may, [handOver](AccessWorld &w) {
                return w.pen.operation(
                    op::TransferAssignment{.assignment = w.ordered,
                                           .successor = w.pen.ids().make<AssignmentId>(),
                                           .handOver = handOver,
                                           .incident = handOver ? IncidentId() : w.nowhere,
                                           .team = handOver ? w.thirdTeam : TeamId()});
            }};
}

} // namespace

std::vector<AccessCase> cases()
{
    using enum AssignmentState;
    const auto open = &AccessWorld::ordered;
    std::vector<AccessCase> all = {
        {"report", "udc",
         [](AccessWorld &w) {
             return w.pen.operation(op::ReportIncident{.incident = w.pen.ids().make<IncidentId>(),
                                                       .type = u"flood"_s,
                                                       .title = u"x"_s,
                                                       .source = u"phone"_s,
                                                       .divisionCode = county});
         }},
        {"note", "udc", [](AccessWorld &w) { return w.pen.note(w.here, u"x"_s); }},
        incidentStep("verify", "udc", IncidentState::Verified),
        incidentStep("unfounded", "udc", IncidentState::Unfounded),
        incidentStep("duplicate", "udc", IncidentState::Duplicate),
        incidentStep("respond", "dc", IncidentState::Responding),
        incidentStep("stabilise", "dc", IncidentState::Stabilised),
        incidentStep("reopen", "dc", IncidentState::Reopened),
        incidentStep("terminate", "c", IncidentState::Terminated),
        incidentStep("close", "c", IncidentState::Closed),
        incidentStep("archive", "c", IncidentState::Archived),
        {"back to reported", "",
         [](AccessWorld &w) { return w.pen.advance(w.here, IncidentState::Reported); }},
        {"timer", "c",
         [](AccessWorld &w) { return w.pen.operation(op::SetCloseTimer{.incident = w.here}); }},
        {"propose", "udc",
         [](AccessWorld &w) {
             return w.pen.assign(w.pen.ids().make<AssignmentId>(), w.here, w.team, TaskType::Rescue,
                                 false);
         }},
        {"order", "dc",
         [](AccessWorld &w) {
             return w.pen.assign(w.pen.ids().make<AssignmentId>(), w.here, w.team);
         }},
        {"order a far team", "dc",
         [](AccessWorld &w) {
             return w.pen.assign(w.pen.ids().make<AssignmentId>(), w.here, w.farTeam);
         }},
        step("ask for approval", "udc", PendingApproval, &AccessWorld::proposed),
        step("order the proposed", "dc", Ordered, &AccessWorld::proposed),
        step("approve", "c", Ordered, &AccessWorld::waiting),
        step("withdraw a proposal", "udc", Cancelled, &AccessWorld::proposed),
        step("turn down", "dc", Cancelled, &AccessWorld::waiting),
        step("cancel", "dc", Cancelled, open),
        step("recall", "dc", Recalled, open),
        step("divert by step", "", Diverted, open),
        step("hand over by step", "", HandedOver, open),
        step("propose by step", "", Proposed, open),
        transfer("divert", "dc", false),
        transfer("hand over", "dc", true),
        {"flag", "udc",
         [](AccessWorld &w) {
             return w.pen.operation(
                 op::FlagAssignment{.assignment = w.ordered, .flag = u"lost_contact"_s});
         }},
        {"retract", "dc",
         [](AccessWorld &w) { return w.pen.operation(op::RetractStep{.assignment = w.ordered}); }},
        {"correct a time", "dc",
         [](AccessWorld &w) { return w.pen.operation(op::CorrectTime{.assignment = w.ordered}); }},
        {"override", "udc",
         [](AccessWorld &w) { return w.pen.operation(op::OverrideAvailability{.team = w.team}); }},
        {"edit an incident", "udc",
         [](AccessWorld &w) {
             return w.edit(u"incident"_s, RecordId(w.here.raw()), u"title"_s, u"内涝"_s, u"y"_s);
         }},
        {"edit a shelter", "udca",
         [](AccessWorld &w) {
             return w.edit(u"shelter"_s, w.shelter, u"name"_s, u"H-1"_s, u"y"_s);
         }},
        {"edit stock", "udca",
         [](AccessWorld &w) { return w.edit(u"stock"_s, w.stock, u"on_hand"_s, {}, 5); }},
        {"create", "dca",
         [](AccessWorld &w) {
             return w.pen.operation(
                 op::CreateRecord{.table = u"shelter"_s,
                                  .record = w.pen.ids().make<RecordId>(),
                                  .values = {{u"code"_s, u"H-9"_s}, {u"division_code"_s, county}}});
         }},
        {"create an incident as a record", "",
         [](AccessWorld &w) {
             return w.pen.operation(op::CreateRecord{
                 .table = u"incident"_s, .record = w.pen.ids().make<RecordId>(), .values = {}});
         }},
        {"retire", "ca",
         [](AccessWorld &w) {
             return w.pen.operation(
                 op::RetireRecord{.table = u"shelter"_s, .record = w.shelter, .reason = u"x"_s});
         }},
        {"retire an incident", "",
         [](AccessWorld &w) {
             return w.pen.operation(
                 op::RetireRecord{.table = u"incident"_s, .record = RecordId(w.here.raw())});
         }},
        {"import", "a",
         [](AccessWorld &w) {
             return w.importOf(u"shelter"_s,
                               {{{u"code"_s, u"H-1"_s}, {u"name"_s, u"x"_s}},
                                {{u"code"_s, u"H-9"_s}, {u"division_code"_s, county}}});
         }},
        {"import stock", "a",
         [](AccessWorld &w) {
             return w.importOf(u"stock"_s, {{{u"code"_s, u"S-1"_s}, {u"name"_s, u"x"_s}},
                                            {{u"code"_s, u"S-9"_s}, {u"depot"_s, u"D-1"_s}}});
         }},
    };
    for (const auto to :
         {Delivered, Acknowledged, Mustering, EnRoute, Staged, OnScene, Working, Loaded,
          ToDestination, AtDestination, Completed, Returning, Cleared, Declined}) {
        static std::array<QByteArray, assignmentStateCount> names;
        QByteArray &name = names[static_cast<size_t>(to)];
        name = stateName(to).toUtf8();
        all.push_back(step(name.constData(), "udc", to, open));
    }
    return all;
}

} // namespace leeward::test
