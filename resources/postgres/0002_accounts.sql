-- People, devices, tokens and realms of a server whose processes share them. As server/accounts keeps
-- them in a file of its own; times are milliseconds UTC, truths 0 or 1.

CREATE TABLE leeward.account(
    id text PRIMARY KEY,
    key text NOT NULL UNIQUE,
    name text NOT NULL,
    display_name text NOT NULL,
    password bytea NOT NULL,
    roles text NOT NULL,
    areas text NOT NULL,
    disabled integer NOT NULL,
    created_at bigint NOT NULL
);
CREATE TABLE leeward.former_name(
    key text PRIMARY KEY,
    name text NOT NULL,
    account text NOT NULL REFERENCES leeward.account(id)
);
CREATE TABLE leeward.device(
    id text PRIMARY KEY,
    public_key bytea NOT NULL,
    desk text NOT NULL,
    first_seen bigint NOT NULL,
    last_seen bigint NOT NULL,
    revoked integer NOT NULL
);
CREATE TABLE leeward.familiar(
    account text NOT NULL REFERENCES leeward.account(id),
    device text NOT NULL REFERENCES leeward.device(id),
    PRIMARY KEY (account, device)
);
CREATE TABLE leeward.family(
    id text PRIMARY KEY,
    account text NOT NULL REFERENCES leeward.account(id),
    device text NOT NULL REFERENCES leeward.device(id),
    started_at bigint NOT NULL,
    revoked integer NOT NULL
);
CREATE INDEX family_account ON leeward.family(account);
CREATE INDEX family_device ON leeward.family(device);
CREATE TABLE leeward.token(
    hash bytea PRIMARY KEY,
    kind integer NOT NULL,             -- 0 access, 1 refresh
    family text NOT NULL REFERENCES leeward.family(id),
    expires_at bigint NOT NULL,
    used integer NOT NULL
);
CREATE INDEX token_expires ON leeward.token(expires_at);
CREATE INDEX token_family ON leeward.token(family);
CREATE TABLE leeward.strikes(
    key bytea PRIMARY KEY,
    count integer NOT NULL,
    locked_until bigint NOT NULL,
    last_at bigint NOT NULL
);
CREATE INDEX strikes_last ON leeward.strikes(last_at);
CREATE TABLE leeward.fact(
    name text PRIMARY KEY,
    value bytea NOT NULL
);
CREATE TABLE leeward.app_key(
    id text PRIMARY KEY,
    name text NOT NULL,
    hash bytea NOT NULL UNIQUE,
    sees_people integer NOT NULL,
    made_by text NOT NULL,
    created_at bigint NOT NULL,
    expires_at bigint NOT NULL,
    revoked integer NOT NULL
);
CREATE TABLE leeward.served_realm(
    name text PRIMARY KEY,
    mark text NOT NULL,
    made_by text NOT NULL,
    created_at bigint NOT NULL,
    retired integer NOT NULL
);
-- Numbered under the accounts' lock, without a hole.
CREATE TABLE leeward.audit(
    seq bigint PRIMARY KEY,
    at bigint NOT NULL,
    what text NOT NULL,
    who text NOT NULL,
    subject text NOT NULL,
    origin text NOT NULL,
    detail text NOT NULL
);
CREATE FUNCTION leeward.refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the audit is append-only';
END $$;
CREATE TRIGGER audit_is_final BEFORE UPDATE OR DELETE OR TRUNCATE ON leeward.audit
    FOR EACH STATEMENT EXECUTE FUNCTION leeward.refuse_audit_change();
