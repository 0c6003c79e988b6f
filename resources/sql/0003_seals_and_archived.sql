-- What a restore and an archive need. Kept by this file alone, in no changeset.

-- The server's word that it accepted this entry's operation, 32 bytes; outside of the hash. NULL where no server gave one.
-- A desk that hands in again what a restored server has lost shows it.
ALTER TABLE entry ADD COLUMN seal BLOB;

-- Operations of entries that lie in an archive and no more in `entry`: the same operation must not be accepted again.
CREATE TABLE archived(
    operation_id TEXT PRIMARY KEY NOT NULL,
    seq INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
