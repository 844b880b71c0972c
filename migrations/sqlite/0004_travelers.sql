CREATE TABLE traveler (
    id           TEXT    NOT NULL PRIMARY KEY,
    company      TEXT    NOT NULL REFERENCES company (id),
    concur_user  TEXT,
    login        TEXT,
    -- Lower case: two spellings are one login.
    login_key    TEXT,
    name         TEXT    NOT NULL,
    -- Name and login without case and accents, for search.
    search       TEXT    NOT NULL,
    given_name   TEXT,
    family_name  TEXT,
    display_name TEXT,
    home         TEXT,
    email        TEXT,
    phone        TEXT,
    department   TEXT,
    profile_at   INTEGER,
    created_at   INTEGER NOT NULL,
    -- Counts every change of presence or trips: who computes presence from an older one is refused.
    revision     INTEGER NOT NULL DEFAULT 0,
    -- Knowledge time of the newest presence; never runs backwards.
    known_at     INTEGER NOT NULL DEFAULT 0,
    UNIQUE (company, concur_user),
    UNIQUE (company, login_key)
) STRICT, WITHOUT ROWID;

CREATE TABLE trip (
    company         TEXT    NOT NULL,
    id              TEXT    NOT NULL,
    traveler        TEXT    NOT NULL REFERENCES traveler (id),
    -- The newest version, its knowledge time and Concur's time of modification.
    version         INTEGER NOT NULL,
    received_at     INTEGER NOT NULL,
    modified        INTEGER,
    first_known_at  INTEGER NOT NULL,
    -- Deleted at Concur since; erased at the end of its grace.
    pending_delete  INTEGER,
    notices         TEXT    NOT NULL,
    PRIMARY KEY (company, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX trip_of_traveler ON trip (traveler);
CREATE INDEX trip_received ON trip (company, received_at);

-- Every document that ever was the newest, as read.
CREATE TABLE trip_version (
    company     TEXT    NOT NULL,
    trip        TEXT    NOT NULL,
    version     INTEGER NOT NULL,
    traveler    TEXT    NOT NULL,
    received_at INTEGER NOT NULL,
    document    TEXT    NOT NULL,
    oddities    TEXT    NOT NULL,
    PRIMARY KEY (company, trip, version)
) STRICT;
