-- What was said of places and what later documents held, by month and source. Sums only; nobody can be told from them.
CREATE TABLE quality_calibration (
    company TEXT COLLATE "C" NOT NULL REFERENCES company (id),
    -- 2026-10
    month   TEXT COLLATE "C" NOT NULL,
    -- Empty: the month was looked at.
    source  TEXT COLLATE "C" NOT NULL,
    -- Sum of the probabilities, in parts of a million.
    said    BIGINT  NOT NULL,
    good    BIGINT  NOT NULL,
    total   BIGINT  NOT NULL,
    PRIMARY KEY (company, month, source)
);
