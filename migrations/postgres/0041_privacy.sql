-- What a company wants kept and shown. No row: the defaults.
CREATE TABLE privacy (
    company         TEXT COLLATE "C" NOT NULL PRIMARY KEY REFERENCES company (id),
    -- Days after a trip's end; days after the company's data began to age.
    keep_days       BIGINT  NOT NULL CHECK (keep_days > 0),
    keep_left_days  BIGINT  NOT NULL CHECK (keep_left_days >= 0),
    personal        TEXT COLLATE "C" NOT NULL CHECK (personal IN ('mark', 'hide')),
    -- Line-separated ISO 3166-1 codes of travelers' homes; empty: every country.
    countries       TEXT COLLATE "C" NOT NULL,
    -- Whether travelers whose home is not known are kept although countries were chosen.
    unknown_country BOOLEAN NOT NULL,
    -- Counts changes, and the change by which every stored trip was judged.
    revision        BIGINT  NOT NULL DEFAULT 1,
    judged          BIGINT  NOT NULL DEFAULT 0,
    changed_at      BIGINT  NOT NULL,
    changed_by      TEXT COLLATE "C" NOT NULL
);

-- The last instant that a trip's document names. 0: not looked at yet.
ALTER TABLE trip ADD COLUMN ends_at BIGINT NOT NULL DEFAULT 0;
CREATE INDEX trip_ended ON trip (company, ends_at);
