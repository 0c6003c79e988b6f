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
