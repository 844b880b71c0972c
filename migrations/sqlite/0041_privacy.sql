-- What a company wants kept and shown. No row: the defaults.
CREATE TABLE privacy (
    company         TEXT    NOT NULL PRIMARY KEY REFERENCES company (id),
    -- Days after a trip's end; days after the company's data began to age.
    keep_days       INTEGER NOT NULL CHECK (keep_days > 0),
    keep_left_days  INTEGER NOT NULL CHECK (keep_left_days >= 0),
    personal        TEXT    NOT NULL CHECK (personal IN ('mark', 'hide')),
    -- Line-separated ISO 3166-1 codes of travelers' homes; empty: every country.
    countries       TEXT    NOT NULL,
    -- Whether travelers whose home is not known are kept although countries were chosen.
    unknown_country INTEGER NOT NULL CHECK (unknown_country IN (0, 1)),
    -- Counts changes, and the change by which every stored trip was judged.
    revision        INTEGER NOT NULL DEFAULT 1,
    judged          INTEGER NOT NULL DEFAULT 0,
    changed_at      INTEGER NOT NULL,
    changed_by      TEXT    NOT NULL
) STRICT, WITHOUT ROWID;

-- The last instant that a trip's document names. 0: not looked at yet.
ALTER TABLE trip ADD COLUMN ends_at INTEGER NOT NULL DEFAULT 0;
CREATE INDEX trip_ended ON trip (company, ends_at);
