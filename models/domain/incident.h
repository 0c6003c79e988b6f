#pragma once

#include "models/domain/geo.h"
#include "models/domain/ids.h"
#include "models/domain/lifecycle.h"
#include "models/domain/registers.h"

#include <optional>
#include <vector>

namespace leeward {

// So many teams that can do this.
struct Need
{
    QString capability; // a value of the team register's field "capabilities"
    int number = 1;
    friend bool operator==(const Need &, const Need &) = default;
};

// "water_rescue:2,evacuation:1"; unreadable parts are left out.
[[nodiscard]] std::vector<Need> parseNeeds(const QString &text);
[[nodiscard]] QString formatNeeds(const std::vector<Need> &needs);

// A type of incident, by GB/T 35561-2017 family. The list is a dictionary the city edits; this is
// the start.
struct IncidentType
{
    QString code; // "flood"
    Words words;
    QString family;          // natural, accident, health, security
    std::vector<Need> needs; // what usually must come
};
[[nodiscard]] const std::vector<IncidentType> &incidentTypes();
[[nodiscard]] const IncidentType *findIncidentType(QStringView code);

// An emergency the hall deals with 突发事件. Event level, warning colour and response level are
// different things; only the first belongs to an incident.
struct Incident
{
    IncidentId id;
    int number = 0; // 事件12; counted by the authority
    IncidentState state = IncidentState::Reported;
    QString type; // IncidentType::code
    QString title;
    int level = 0; // 1 特别重大 … 4 一般; 0 not set
    std::optional<LonLat> place;
    QString address;
    QString source; // phone, report, alarm, patrol …
    QString caller;
    QString callerPhone;
    int peopleAtRisk = 0;
    QString description;
    std::vector<Need> needs;
    Instant reportedAt; // when the call came in
    Instant stateSince;
    QString duplicateOf; // id of the incident this one was merged into
    int reopened = 0;    // how often
    QString closeTimer;  // id of the pending automatic closing; empty = none
    std::optional<Instant> closeTimerDue;
    QString createdBy;
    QString createdDesk;
    QString divisionCode; // of the administrative division it lies in; empty = not known
    friend bool operator==(const Incident &, const Incident &) = default;
};

[[nodiscard]] FieldValues toValues(const Incident &incident);
[[nodiscard]] Incident incidentFrom(const FieldValues &values);

// The fields a desk may edit one by one, with old and new value, described as a register is, for
// forms and export.
[[nodiscard]] const RegisterSpec &incidentFields();

} // namespace leeward
