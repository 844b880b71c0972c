CREATE TABLE traveler (
    id           TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    company      TEXT COLLATE "C" NOT NULL REFERENCES company (id),
    concur_user  TEXT COLLATE "C",
    login        TEXT COLLATE "C",
    -- Lower case: two spellings are one login.
    login_key    TEXT COLLATE "C",
    name         TEXT COLLATE "C" NOT NULL,
    -- Name and login without case and accents, for search.
    search       TEXT COLLATE "C" NOT NULL,
    given_name   TEXT COLLATE "C",
    family_name  TEXT COLLATE "C",
    display_name TEXT COLLATE "C",
    home         TEXT COLLATE "C",
    email        TEXT COLLATE "C",
    phone        TEXT COLLATE "C",
    department   TEXT COLLATE "C",
    profile_at   BIGINT,
    created_at   BIGINT  NOT NULL,
    -- Counts every change of presence or trips: who computes presence from an older one is refused.
    revision     BIGINT  NOT NULL DEFAULT 0,
    -- Knowledge time of the newest presence; never runs backwards.
    known_at     BIGINT  NOT NULL DEFAULT 0,
    UNIQUE (company, concur_user),
    UNIQUE (company, login_key)
);

CREATE TABLE trip (
    company         TEXT COLLATE "C" NOT NULL,
    id              TEXT COLLATE "C" NOT NULL,
    traveler        TEXT COLLATE "C" NOT NULL REFERENCES traveler (id),
    -- The newest version, its knowledge time and Concur's time of modification.
    version         BIGINT  NOT NULL,
    received_at     BIGINT  NOT NULL,
    modified        BIGINT,
    first_known_at  BIGINT  NOT NULL,
    -- Deleted at Concur since; erased at the end of its grace.
    pending_delete  BIGINT,
    notices         TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (company, id)
);
CREATE INDEX trip_of_traveler ON trip (traveler);
CREATE INDEX trip_received ON trip (company, received_at);

-- Every document that ever was the newest, as read.
CREATE TABLE trip_version (
    company     TEXT COLLATE "C" NOT NULL,
    trip        TEXT COLLATE "C" NOT NULL,
    version     BIGINT  NOT NULL,
    traveler    TEXT COLLATE "C" NOT NULL,
    received_at BIGINT  NOT NULL,
    document    TEXT COLLATE "C" NOT NULL,
    oddities    TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (company, trip, version)
);
