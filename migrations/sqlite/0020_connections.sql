-- Since when a company's state holds, when its data begins to age (fetching ended), and by which link it connected.
ALTER TABLE company ADD COLUMN state_since INTEGER;
ALTER TABLE company ADD COLUMN retention_started_at INTEGER;
-- SHA-256 of the request token: the same link pressed twice finds its connection made.
ALTER TABLE company ADD COLUMN link_sha256 BLOB;
UPDATE company SET state_since = connected_at;

-- Secrets that work once: codes of the operator, of a mail, of an invitation. Only digests are kept.
CREATE TABLE one_time (
    id            TEXT    NOT NULL PRIMARY KEY,
    purpose       TEXT    NOT NULL CHECK (purpose IN ('connect', 'sign_up', 'invitation')),
    sha256        BLOB    NOT NULL UNIQUE,
    company       TEXT,
    email         TEXT,
    role          TEXT    CHECK (role IN ('operator', 'admin', 'manager', 'viewer')),
    password_hash TEXT,
    note          TEXT,
    created_at    INTEGER NOT NULL,
    expires_at    INTEGER NOT NULL,
    -- Whoever redeems it holds it until this time; it is spent only when what it was for has succeeded.
    held_until    INTEGER NOT NULL DEFAULT 0,
    used_at       INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX one_time_expires ON one_time (expires_at);
CREATE INDEX person_company ON person (company);
