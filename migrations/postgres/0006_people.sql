CREATE TABLE person (
    id            TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    email         TEXT COLLATE "C" NOT NULL,
    -- Lower case: two spellings are one address.
    email_key     TEXT COLLATE "C" NOT NULL UNIQUE,
    password_hash TEXT COLLATE "C" NOT NULL,
    role          TEXT COLLATE "C" NOT NULL CHECK (role IN ('operator', 'admin', 'manager', 'viewer')),
    company       TEXT COLLATE "C",
    disabled      BOOLEAN NOT NULL DEFAULT FALSE,
    created_at    BIGINT  NOT NULL
);

-- Only the digest of a token is kept.
CREATE TABLE api_token (
    id         TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    name       TEXT COLLATE "C" NOT NULL,
    sha256     BYTEA   NOT NULL UNIQUE,
    role       TEXT COLLATE "C" NOT NULL CHECK (role IN ('operator', 'admin', 'manager', 'viewer')),
    company    TEXT COLLATE "C",
    created_at BIGINT  NOT NULL
);

-- Keys are digests of addresses and accounts.
CREATE TABLE attempt (
    id      BIGINT  GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    key     BYTEA   NOT NULL,
    at      BIGINT  NOT NULL,
    expires BIGINT  NOT NULL
);
CREATE INDEX attempt_of_key ON attempt (key, at);
CREATE INDEX attempt_expires ON attempt (expires);

CREATE TABLE web_session (
    id_hash BYTEA   NOT NULL PRIMARY KEY,
    data    BYTEA   NOT NULL,
    expires BIGINT  NOT NULL
);
CREATE INDEX web_session_expires ON web_session (expires);

-- One row that readiness checks write.
CREATE TABLE probe (
    id     BIGINT  NOT NULL PRIMARY KEY,
    writes BIGINT  NOT NULL
);
