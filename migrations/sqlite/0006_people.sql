CREATE TABLE person (
    id            TEXT    NOT NULL PRIMARY KEY,
    email         TEXT    NOT NULL,
    -- Lower case: two spellings are one address.
    email_key     TEXT    NOT NULL UNIQUE,
    password_hash TEXT    NOT NULL,
    role          TEXT    NOT NULL CHECK (role IN ('operator', 'admin', 'manager', 'viewer')),
    company       TEXT,
    disabled      INTEGER NOT NULL DEFAULT 0 CHECK (disabled IN (0, 1)),
    created_at    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Only the digest of a token is kept.
CREATE TABLE api_token (
    id         TEXT    NOT NULL PRIMARY KEY,
    name       TEXT    NOT NULL,
    sha256     BLOB    NOT NULL UNIQUE,
    role       TEXT    NOT NULL CHECK (role IN ('operator', 'admin', 'manager', 'viewer')),
    company    TEXT,
    created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Keys are digests of addresses and accounts.
CREATE TABLE attempt (
    id      INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    key     BLOB    NOT NULL,
    at      INTEGER NOT NULL,
    expires INTEGER NOT NULL
) STRICT;
CREATE INDEX attempt_of_key ON attempt (key, at);
CREATE INDEX attempt_expires ON attempt (expires);

CREATE TABLE web_session (
    id_hash BLOB    NOT NULL PRIMARY KEY,
    data    BLOB    NOT NULL,
    expires INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX web_session_expires ON web_session (expires);

-- One row that readiness checks write.
CREATE TABLE probe (
    id     INTEGER NOT NULL PRIMARY KEY,
    writes INTEGER NOT NULL
) STRICT;
