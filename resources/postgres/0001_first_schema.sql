-- The journals that server processes share. One transaction, under the migration lock.

CREATE TABLE leeward.realm(
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name text NOT NULL UNIQUE,
    epoch text NOT NULL,               -- names this life of the journal
    created_at timestamptz NOT NULL DEFAULT now()
);

-- Append-only, each entry hashes the one before. Times are milliseconds UTC, as the hash covers them.
CREATE TABLE leeward.entry(
    realm integer NOT NULL REFERENCES leeward.realm(id),
    seq bigint NOT NULL CHECK (seq > 0),
    operation_id uuid NOT NULL,
    kind text NOT NULL,
    author text NOT NULL,
    desk text NOT NULL,
    occurred_at bigint NOT NULL,
    accepted_at bigint NOT NULL,
    operation bytea NOT NULL,
    changeset bytea NOT NULL,
    previous_hash bytea NOT NULL CHECK (octet_length(previous_hash) = 32),
    hash bytea NOT NULL CHECK (octet_length(hash) = 32),
    rules integer NOT NULL,
    PRIMARY KEY (realm, seq),
    -- Not the realm first: without statistics PostgreSQL would take this index to look for a seq, and
    -- read the whole realm.
    UNIQUE (operation_id, realm)
);

-- Answers that made no entry: a retry of a refused operation gets the same words from every process.
CREATE TABLE leeward.refused(
    realm integer NOT NULL REFERENCES leeward.realm(id),
    operation_id uuid NOT NULL,
    reason text NOT NULL,
    facts text NOT NULL,               -- JSON as text: nothing here looks inside
    answered_at bigint NOT NULL,
    PRIMARY KEY (realm, operation_id)
);

CREATE FUNCTION leeward.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the journal is append-only';
END $$;
CREATE TRIGGER entry_is_final BEFORE UPDATE OR DELETE OR TRUNCATE ON leeward.entry
    FOR EACH STATEMENT EXECUTE FUNCTION leeward.refuse_change();
CREATE TRIGGER refused_is_final BEFORE UPDATE OR DELETE OR TRUNCATE ON leeward.refused
    FOR EACH STATEMENT EXECUTE FUNCTION leeward.refuse_change();
