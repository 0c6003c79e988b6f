-- A refresh whose answer was lost on the way may be asked for once more: when the token was used first, and the hashes of
-- the refresh and the access token that were given for it.
ALTER TABLE leeward.token
    ADD COLUMN used_at bigint NOT NULL DEFAULT 0,
    ADD COLUMN heirs bytea NOT NULL DEFAULT ''::bytea;
