-- Counts of quality, kept by the transaction that writes a trip or a presence: pages add up few rows.
CREATE TABLE quality_tally (
    company TEXT COLLATE "C" NOT NULL,
    -- Days since 1970, of the travel.
    day     BIGINT  NOT NULL,
    source  TEXT COLLATE "C" NOT NULL,
    -- Segment type, or empty.
    segment TEXT COLLATE "C" NOT NULL,
    -- A dimension, a notice's code, a precision of nights.
    measure TEXT COLLATE "C" NOT NULL,
    good    BIGINT  NOT NULL,
    total   BIGINT  NOT NULL,
    PRIMARY KEY (company, day, source, segment, measure)
);

-- What each trip and each traveler has in the counts, to be taken away again. Numbers only.
CREATE TABLE quality_share (
    company TEXT COLLATE "C" NOT NULL,
    -- `trip:` or `traveler:` and the id.
    holder  TEXT COLLATE "C" NOT NULL,
    shares  TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (company, holder)
);

-- Where notices are, capped by trip and code.
CREATE TABLE quality_sample (
    company TEXT COLLATE "C" NOT NULL,
    code    TEXT COLLATE "C" NOT NULL,
    source  TEXT COLLATE "C" NOT NULL,
    day     BIGINT  NOT NULL,
    trip    TEXT COLLATE "C" NOT NULL,
    -- Index of the booking, or -1.
    booking BIGINT  NOT NULL,
    -- As in `Air[0]`, or empty.
    segment TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (company, code, source, day, trip, booking, segment)
);
CREATE INDEX quality_sample_of_trip ON quality_sample (company, trip);

-- Which trips a source has, and which of them are as they should be.
CREATE TABLE quality_trip (
    company TEXT COLLATE "C" NOT NULL,
    source  TEXT COLLATE "C" NOT NULL,
    fine    BOOLEAN NOT NULL,
    day     BIGINT  NOT NULL,
    trip    TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (company, source, fine, day, trip)
);
CREATE INDEX quality_trip_of_trip ON quality_trip (company, trip);

-- Limits that a company set itself; shares in parts of a million.
CREATE TABLE quality_limit (
    company    TEXT COLLATE "C" NOT NULL REFERENCES company (id),
    source     TEXT COLLATE "C" NOT NULL,
    code       TEXT COLLATE "C" NOT NULL,
    warn       BIGINT  NOT NULL,
    error      BIGINT  NOT NULL,
    mostly     BIGINT  NOT NULL,
    changed_at BIGINT  NOT NULL,
    changed_by TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (company, source, code)
);

-- Notices that somebody knows of, until a day.
CREATE TABLE quality_ack (
    company    TEXT COLLATE "C" NOT NULL REFERENCES company (id),
    source     TEXT COLLATE "C" NOT NULL,
    code       TEXT COLLATE "C" NOT NULL,
    until_day  BIGINT  NOT NULL,
    note       TEXT COLLATE "C" NOT NULL,
    created_at BIGINT  NOT NULL,
    created_by TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (company, source, code)
);
