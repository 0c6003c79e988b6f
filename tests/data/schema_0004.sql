-- A realm file of schema 3: its schema, and a few rows. Never changed.
-- The first schema of a realm file. Tables of the first part are operational: they are changed by the rulebook only,
-- recorded by the session extension and equal on every desk at the same cursor. There is no UNIQUE besides the primary
-- keys: rolling back and applying again would trip over it; the rulebook keeps codes unique.

CREATE TABLE station(
    id TEXT PRIMARY KEY NOT NULL,
    code TEXT NOT NULL,
    name TEXT NOT NULL,
    level TEXT,
    kind TEXT,
    lon REAL,
    lat REAL,
    division_code TEXT,
    address TEXT,
    keeper TEXT,
    phone TEXT,
    note TEXT,
    retired INTEGER NOT NULL DEFAULT 0,
    changed_at INTEGER NOT NULL DEFAULT 0,
    changed_by TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX station_code ON station(code);

CREATE TABLE team(
    id TEXT PRIMARY KEY NOT NULL,
    code TEXT NOT NULL,
    name TEXT NOT NULL,
    kind TEXT,
    level TEXT,
    capabilities TEXT,
    station TEXT,
    lon REAL,
    lat REAL,
    division_code TEXT,
    address TEXT,
    authority TEXT,
    leader TEXT,
    duty_phone TEXT,
    headcount INTEGER,
    certified INTEGER,
    vehicles INTEGER,
    equipment TEXT,
    readiness_minutes INTEGER,
    duty_hours TEXT,
    zone TEXT,
    last_drill TEXT,
    note TEXT,
    retired INTEGER NOT NULL DEFAULT 0,
    changed_at INTEGER NOT NULL DEFAULT 0,
    changed_by TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX team_code ON team(code);

CREATE TABLE shelter(
    id TEXT PRIMARY KEY NOT NULL,
    code TEXT NOT NULL,
    name TEXT NOT NULL,
    state TEXT,
    old_class TEXT,
    duration TEXT,
    level TEXT,
    space TEXT,
    capacity INTEGER,
    present INTEGER,
    inbound INTEGER,
    reserved INTEGER,
    flood_safe INTEGER,
    hazards TEXT,
    lon REAL,
    lat REAL,
    elevation_m REAL,
    division_code TEXT,
    address TEXT,
    effective_area_m2 REAL,
    barrier_free INTEGER,
    keys_holder TEXT,
    manager TEXT,
    phone TEXT,
    note TEXT,
    retired INTEGER NOT NULL DEFAULT 0,
    changed_at INTEGER NOT NULL DEFAULT 0,
    changed_by TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX shelter_code ON shelter(code);

CREATE TABLE landing_point(
    id TEXT PRIMARY KEY NOT NULL,
    code TEXT NOT NULL,
    name TEXT NOT NULL,
    kind TEXT,
    build_state TEXT,
    due_date TEXT,
    usable INTEGER,
    unusable_reason TEXT,
    lon REAL,
    lat REAL,
    elevation_m REAL,
    pad_length_m REAL,
    pad_width_m REAL,
    safety_area_m REAL,
    slope_deg REAL,
    surface TEXT,
    max_mass_t REAL,
    max_d_m REAL,
    lights INTEGER,
    approach TEXT,
    obstacles TEXT,
    fuel TEXT,
    last_survey TEXT,
    manager TEXT,
    phone TEXT,
    division_code TEXT,
    address TEXT,
    note TEXT,
    retired INTEGER NOT NULL DEFAULT 0,
    changed_at INTEGER NOT NULL DEFAULT 0,
    changed_by TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX landing_point_code ON landing_point(code);

CREATE TABLE depot(
    id TEXT PRIMARY KEY NOT NULL,
    code TEXT NOT NULL,
    name TEXT NOT NULL,
    level TEXT,
    owner TEXT,
    kind TEXT,
    lon REAL,
    lat REAL,
    elevation_m REAL,
    division_code TEXT,
    address TEXT,
    keeper TEXT,
    phone TEXT,
    access_24h INTEGER,
    truck_limit_t REAL,
    area_m2 REAL,
    note TEXT,
    retired INTEGER NOT NULL DEFAULT 0,
    changed_at INTEGER NOT NULL DEFAULT 0,
    changed_by TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX depot_code ON depot(code);

CREATE TABLE stock(
    id TEXT PRIMARY KEY NOT NULL,
    code TEXT NOT NULL,
    name TEXT NOT NULL,
    depot TEXT,
    category TEXT,
    item_code TEXT,
    model TEXT,
    unit TEXT,
    on_hand INTEGER,
    reserved INTEGER,
    in_transit INTEGER,
    min_level INTEGER,
    batch TEXT,
    made TEXT,
    expires TEXT,
    note TEXT,
    retired INTEGER NOT NULL DEFAULT 0,
    changed_at INTEGER NOT NULL DEFAULT 0,
    changed_by TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX stock_code ON stock(code);

CREATE TABLE incident(
    id TEXT PRIMARY KEY NOT NULL,
    number INTEGER NOT NULL,
    state TEXT NOT NULL,
    type TEXT NOT NULL,
    title TEXT NOT NULL,
    level INTEGER NOT NULL DEFAULT 0,
    lon REAL,
    lat REAL,
    address TEXT,
    source TEXT,
    caller TEXT,
    caller_phone TEXT,
    people_at_risk INTEGER,
    description TEXT,
    needs TEXT,
    reported_at INTEGER NOT NULL,
    state_since INTEGER NOT NULL,
    duplicate_of TEXT,
    reopened INTEGER NOT NULL DEFAULT 0,
    close_timer TEXT,
    close_timer_due INTEGER,
    created_by TEXT NOT NULL,
    created_desk TEXT NOT NULL,
    changed_at INTEGER NOT NULL DEFAULT 0,
    changed_by TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX incident_number ON incident(number);

CREATE TABLE incident_event(
    id TEXT PRIMARY KEY NOT NULL,
    incident TEXT NOT NULL REFERENCES incident(id),
    kind TEXT NOT NULL,
    from_state TEXT,
    to_state TEXT,
    text TEXT,
    occurred_at INTEGER NOT NULL,
    recorded_at INTEGER NOT NULL,
    author TEXT NOT NULL,
    desk TEXT NOT NULL
) STRICT;
CREATE INDEX incident_event_incident ON incident_event(incident);

CREATE TABLE assignment(
    id TEXT PRIMARY KEY NOT NULL,
    number TEXT,
    incident TEXT NOT NULL REFERENCES incident(id),
    team TEXT NOT NULL REFERENCES team(id),
    task_type TEXT NOT NULL,
    state TEXT NOT NULL,
    task TEXT,
    order_text TEXT,
    lon REAL,
    lat REAL,
    route_seconds INTEGER,
    route_metres INTEGER,
    readiness_minutes INTEGER,
    arrive_by INTEGER,
    state_since INTEGER NOT NULL,
    ordered_at INTEGER,
    issuer TEXT,
    issuer_desk TEXT,
    approver TEXT,
    double_task INTEGER NOT NULL DEFAULT 0,
    overdue INTEGER NOT NULL DEFAULT 0,
    lost_contact INTEGER NOT NULL DEFAULT 0,
    suspended INTEGER NOT NULL DEFAULT 0,
    linked_from TEXT
) STRICT;
CREATE INDEX assignment_incident ON assignment(incident);
CREATE INDEX assignment_team ON assignment(team);

CREATE TABLE assignment_event(
    id TEXT PRIMARY KEY NOT NULL,
    assignment TEXT NOT NULL REFERENCES assignment(id),
    position INTEGER NOT NULL,
    kind TEXT NOT NULL,
    from_state TEXT,
    to_state TEXT,
    text TEXT,
    corrects TEXT,
    void INTEGER NOT NULL DEFAULT 0,
    occurred_at INTEGER NOT NULL,
    recorded_at INTEGER NOT NULL,
    author TEXT NOT NULL,
    desk TEXT NOT NULL
) STRICT;
CREATE INDEX assignment_event_assignment ON assignment_event(assignment, position);

CREATE TABLE team_override(
    id TEXT PRIMARY KEY NOT NULL REFERENCES team(id),
    until INTEGER NOT NULL,
    reason TEXT NOT NULL,
    author TEXT NOT NULL,
    desk TEXT NOT NULL,
    set_at INTEGER NOT NULL
) STRICT;

CREATE TABLE counter(
    id TEXT PRIMARY KEY NOT NULL,
    value INTEGER NOT NULL
) STRICT;

-- From here on: kept by this file alone, in no changeset.

CREATE TABLE meta(
    key TEXT PRIMARY KEY NOT NULL,
    value TEXT NOT NULL
) STRICT;

-- The journal: append-only, each entry hashes the one before.
CREATE TABLE entry(
    seq INTEGER PRIMARY KEY,
    operation_id TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    author TEXT NOT NULL,
    desk TEXT NOT NULL,
    occurred_at INTEGER NOT NULL,
    accepted_at INTEGER NOT NULL,
    operation BLOB NOT NULL,
    changeset BLOB NOT NULL,
    previous_hash BLOB NOT NULL,
    hash BLOB NOT NULL
) STRICT;
CREATE TRIGGER entry_is_final_update BEFORE UPDATE ON entry BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE TRIGGER entry_is_final_delete BEFORE DELETE ON entry BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;

-- Answers of the authority that are not entries: a retry of a refused operation gets the same words.
CREATE TABLE refused(
    operation_id TEXT PRIMARY KEY NOT NULL,
    reason TEXT NOT NULL,
    facts TEXT NOT NULL,
    answered_at INTEGER NOT NULL
) STRICT;

-- Operations of this desk that are not in the journal yet, in the order in which they were made.
CREATE TABLE pending(
    position INTEGER PRIMARY KEY,
    operation_id TEXT NOT NULL UNIQUE,
    operation BLOB NOT NULL,
    changeset BLOB NOT NULL,
    state TEXT NOT NULL,
    reason TEXT,
    facts TEXT
) STRICT;

-- Telemetry: the latest place of each team. Never an operation.
CREATE TABLE team_position(
    team TEXT PRIMARY KEY NOT NULL,
    lon REAL NOT NULL,
    lat REAL NOT NULL,
    device_at INTEGER NOT NULL,
    received_at INTEGER NOT NULL,
    source TEXT NOT NULL
) STRICT;

-- Search: one row number for every row that can be found.
CREATE TABLE search_row(
    number INTEGER PRIMARY KEY,
    source TEXT NOT NULL,
    id TEXT NOT NULL,
    UNIQUE(source, id)
) STRICT;
CREATE VIRTUAL TABLE search_text USING fts5(label, words, tokenize='trigram');
CREATE VIRTUAL TABLE search_place USING rtree(number, min_lon, max_lon, min_lat, max_lat);

-- What areas of responsibility, changed rules and position reports need.

-- Operational: the administrative division (GB/T 2260) an incident lies in. At the end, and NULL for what was reported
-- before, so that older changesets still apply.
ALTER TABLE incident ADD COLUMN division_code TEXT;

-- From here on: kept by this file alone, in no changeset.

-- The version of the rules that made an entry; outside of its hash. Entries from before this step are of the first.
ALTER TABLE entry ADD COLUMN rules INTEGER NOT NULL DEFAULT 1;

-- What happened in one moment is shown in the order of the journal.
CREATE INDEX entry_occurred_at ON entry(occurred_at);

-- Every report of every source, for as long as the program keeps them.
CREATE TABLE position_track(
    source TEXT NOT NULL,
    device_at INTEGER NOT NULL,
    received_at INTEGER NOT NULL,
    lon REAL NOT NULL,
    lat REAL NOT NULL,
    speed_mps REAL,
    heading_deg REAL,
    PRIMARY KEY(source, device_at)
) STRICT, WITHOUT ROWID;

-- The latest report of each source: a vehicle, a vessel, an aircraft, a person; `team` when it belongs to one.
CREATE TABLE unit_position(
    source TEXT PRIMARY KEY NOT NULL,
    kind TEXT NOT NULL,
    team TEXT,
    label TEXT,
    lon REAL NOT NULL,
    lat REAL NOT NULL,
    device_at INTEGER NOT NULL,
    received_at INTEGER NOT NULL,
    speed_mps REAL,
    heading_deg REAL,
    accuracy_m REAL
) STRICT;

-- Who wrote an operation that this desk hands in for another: device key and signature, 96 bytes. NULL for its own.
ALTER TABLE pending ADD COLUMN proof BLOB;

-- What a restore and an archive need. Kept by this file alone, in no changeset.

-- The server's word that it accepted this entry's operation, 32 bytes; outside of the hash. NULL where no server gave one.
-- A desk that hands in again what a restored server has lost shows it.
ALTER TABLE entry ADD COLUMN seal BLOB;

-- Operations of entries that lie in an archive and no more in `entry`: the same operation must not be accepted again.
CREATE TABLE archived(
    operation_id TEXT PRIMARY KEY NOT NULL,
    seq INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- What a person may do with a conflict. Kept by this file alone, in no changeset.

-- Of a conflict, 1: all that the authority has came here after it had become one, and it was not among it. It may have
-- been handed in before and its answer lost; only then it is certain to be no entry. 0 for those of before this step:
-- the next answer tells.
ALTER TABLE pending ADD COLUMN certain INTEGER NOT NULL DEFAULT 0;
CREATE INDEX pending_uncertain ON pending(position) WHERE state='conflict' AND certain=0;

PRAGMA user_version=4;
INSERT INTO team(id, code, name, kind, lon, lat) VALUES('019ff3b2-a904-7129-a4e4-ceb637528ae1', 'T1', '越秀消防一中队', 'fire', 113.26, 23.13);
INSERT INTO incident(id, number, state, type, title, reported_at, state_since, created_by, created_desk)
    VALUES('019ff3b2-a904-7129-a4e4-ceb637528ae2', 1, 'reported', 'flood', '内涝', 1786500000000, 1786500000000, 'anna', 'desk-a');
INSERT INTO counter(id, value) VALUES('incident', 1);
INSERT INTO meta(key, value) VALUES('realm', 'live');
