-- Counts of quality, kept by the transaction that writes a trip or a presence: pages add up few rows.
CREATE TABLE quality_tally (
    company TEXT    NOT NULL,
    -- Days since 1970, of the travel.
    day     INTEGER NOT NULL,
    source  TEXT    NOT NULL,
    -- Segment type, or empty.
    segment TEXT    NOT NULL,
    -- A dimension, a notice's code, a precision of nights.
    measure TEXT    NOT NULL,
    good    INTEGER NOT NULL,
    total   INTEGER NOT NULL,
    PRIMARY KEY (company, day, source, segment, measure)
) STRICT, WITHOUT ROWID;

-- What each trip and each traveler has in the counts, to be taken away again. Numbers only.
CREATE TABLE quality_share (
    company TEXT NOT NULL,
    -- `trip:` or `traveler:` and the id.
    holder  TEXT NOT NULL,
    shares  TEXT NOT NULL,
    PRIMARY KEY (company, holder)
) STRICT, WITHOUT ROWID;

-- Where notices are, capped by trip and code.
CREATE TABLE quality_sample (
    company TEXT    NOT NULL,
    code    TEXT    NOT NULL,
    source  TEXT    NOT NULL,
    day     INTEGER NOT NULL,
    trip    TEXT    NOT NULL,
    -- Index of the booking, or -1.
    booking INTEGER NOT NULL,
    -- As in `Air[0]`, or empty.
    segment TEXT    NOT NULL,
    PRIMARY KEY (company, code, source, day, trip, booking, segment)
) STRICT, WITHOUT ROWID;
CREATE INDEX quality_sample_of_trip ON quality_sample (company, trip);

-- Which trips a source has, and which of them are as they should be.
CREATE TABLE quality_trip (
    company TEXT    NOT NULL,
    source  TEXT    NOT NULL,
    fine    INTEGER NOT NULL CHECK (fine IN (0, 1)),
    day     INTEGER NOT NULL,
    trip    TEXT    NOT NULL,
    PRIMARY KEY (company, source, fine, day, trip)
) STRICT, WITHOUT ROWID;
CREATE INDEX quality_trip_of_trip ON quality_trip (company, trip);

-- Limits that a company set itself; shares in parts of a million.
CREATE TABLE quality_limit (
    company    TEXT    NOT NULL REFERENCES company (id),
    source     TEXT    NOT NULL,
    code       TEXT    NOT NULL,
    warn       INTEGER NOT NULL,
    error      INTEGER NOT NULL,
    mostly     INTEGER NOT NULL,
    changed_at INTEGER NOT NULL,
    changed_by TEXT    NOT NULL,
    PRIMARY KEY (company, source, code)
) STRICT, WITHOUT ROWID;

-- Notices that somebody knows of, until a day.
CREATE TABLE quality_ack (
    company    TEXT    NOT NULL REFERENCES company (id),
    source     TEXT    NOT NULL,
    code       TEXT    NOT NULL,
    until_day  INTEGER NOT NULL,
    note       TEXT    NOT NULL,
    created_at INTEGER NOT NULL,
    created_by TEXT    NOT NULL,
    PRIMARY KEY (company, source, code)
) STRICT, WITHOUT ROWID;
