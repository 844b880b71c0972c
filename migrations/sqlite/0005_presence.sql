-- What is believed of a traveler in [start_at, end_at), and when that was known: [known_from, known_until).
CREATE TABLE episode (
    id          INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    company     TEXT    NOT NULL,
    traveler    TEXT    NOT NULL,
    start_at    INTEGER NOT NULL,
    end_at      INTEGER NOT NULL,
    -- Length class, as in presence.
    span        INTEGER NOT NULL,
    known_from  INTEGER NOT NULL,
    -- NULL: still known.
    known_until INTEGER,
    -- Of detail and of what the summary adds: equal rows are not written again.
    digest      BLOB    NOT NULL,
    -- Line-separated ids of the trips that it rests on or tells of: what an erasure must reach.
    cites       TEXT    NOT NULL,
    detail      TEXT    NOT NULL
) STRICT;
CREATE INDEX episode_of_traveler ON episode (traveler, start_at);
CREATE INDEX episode_known ON episode (traveler, start_at) WHERE known_until IS NULL;

-- The same intervals, laid out for "everyone at t": by length class, so that the rows which hold at an instant lie
-- together, each with a summary that needs no JSON.
CREATE TABLE presence (
    company     TEXT    NOT NULL,
    closed      INTEGER NOT NULL CHECK (closed IN (0, 1)),
    span        INTEGER NOT NULL,
    start_at    INTEGER NOT NULL,
    episode     INTEGER NOT NULL,
    end_at      INTEGER NOT NULL,
    known_from  INTEGER NOT NULL,
    known_until INTEGER,
    traveler    TEXT    NOT NULL,
    name        TEXT    NOT NULL,
    login       TEXT    NOT NULL,
    -- When p(home) < .5 and a booking says so, and how that is known (0 confirmed … 3 inferred).
    away_from   INTEGER,
    away_until  INTEGER,
    away_grade  INTEGER,
    summary     TEXT    NOT NULL,
    PRIMARY KEY (company, closed, span, start_at, end_at, episode)
) STRICT, WITHOUT ROWID;
