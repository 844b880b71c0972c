-- What is believed of a traveler in [start_at, end_at), and when that was known: [known_from, known_until).
CREATE TABLE episode (
    id          BIGINT  GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    company     TEXT COLLATE "C" NOT NULL,
    traveler    TEXT COLLATE "C" NOT NULL,
    start_at    BIGINT  NOT NULL,
    end_at      BIGINT  NOT NULL,
    -- Length class, as in presence.
    span        BIGINT  NOT NULL,
    known_from  BIGINT  NOT NULL,
    -- NULL: still known.
    known_until BIGINT,
    -- Of detail and of what the summary adds: equal rows are not written again.
    digest      BYTEA   NOT NULL,
    -- Line-separated ids of the trips that it rests on or tells of: what an erasure must reach.
    cites       TEXT COLLATE "C" NOT NULL,
    detail      TEXT COLLATE "C" NOT NULL
);
CREATE INDEX episode_of_traveler ON episode (traveler, start_at);
CREATE INDEX episode_known ON episode (traveler, start_at) WHERE known_until IS NULL;

-- The same intervals, laid out for "everyone at t": by length class, so that the rows which hold at an instant lie
-- together, each with a summary that needs no JSON.
CREATE TABLE presence (
    company     TEXT COLLATE "C" NOT NULL,
    closed      BOOLEAN NOT NULL,
    span        BIGINT  NOT NULL,
    start_at    BIGINT  NOT NULL,
    episode     BIGINT  NOT NULL,
    end_at      BIGINT  NOT NULL,
    known_from  BIGINT  NOT NULL,
    known_until BIGINT,
    traveler    TEXT COLLATE "C" NOT NULL,
    name        TEXT COLLATE "C" NOT NULL,
    login       TEXT COLLATE "C" NOT NULL,
    -- When p(home) < .5 and a booking says so, and how that is known (0 confirmed … 3 inferred).
    away_from   BIGINT,
    away_until  BIGINT,
    away_grade  BIGINT,
    summary     TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (company, closed, span, start_at, end_at, episode)
);
