-- What a restore and an archive need.

-- After a restore: until when desks may hand in what others wrote and the backup had not, ms UTC. NULL: never restored.
ALTER TABLE leeward.realm ADD COLUMN recovery_until bigint;

-- Entries up to some number may lie in an archive file. A new copy of the realm then can not be made from the entries
-- alone: it starts from this image, a packed copy at or after the newest entry archived.
ALTER TABLE leeward.realm ADD COLUMN image_size bigint, ADD COLUMN image_packed bigint, ADD COLUMN image_sha256 bytea;
CREATE TABLE leeward.image(
    realm integer NOT NULL REFERENCES leeward.realm(id),
    part integer NOT NULL,
    bytes bytea NOT NULL,
    PRIMARY KEY (realm, part)
);

-- Append-only, except for what has been archived, by whoever says so in the same transaction.
CREATE OR REPLACE FUNCTION leeward.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND TG_TABLE_NAME = 'entry' AND current_setting('leeward.archiving', true) = 'on' THEN
        RETURN NULL;
    END IF;
    RAISE EXCEPTION 'the journal is append-only';
END $$;
