-- What was said of places and what later documents held, by month and source. Sums only; nobody can be told from them.
CREATE TABLE quality_calibration (
    company TEXT    NOT NULL REFERENCES company (id),
    -- 2026-10
    month   TEXT    NOT NULL,
    -- Empty: the month was looked at.
    source  TEXT    NOT NULL,
    -- Sum of the probabilities, in parts of a million.
    said    INTEGER NOT NULL,
    good    INTEGER NOT NULL,
    total   INTEGER NOT NULL,
    PRIMARY KEY (company, month, source)
) STRICT, WITHOUT ROWID;
