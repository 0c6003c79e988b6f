-- What a person may do with a conflict. Kept by this file alone, in no changeset.

-- Of a conflict, 1: all that the authority has came here after it had become one, and it was not among it. It may have
-- been handed in before and its answer lost; only then it is certain to be no entry. 0 for those of before this step:
-- the next answer tells.
ALTER TABLE pending ADD COLUMN certain INTEGER NOT NULL DEFAULT 0;
CREATE INDEX pending_uncertain ON pending(position) WHERE state='conflict' AND certain=0;
