-- The counts by week: `day` is its Monday. A month of days has seven times as many rows as the page needs.
CREATE TABLE quality_week (
    company TEXT    NOT NULL,
    day     INTEGER NOT NULL,
    source  TEXT    NOT NULL,
    segment TEXT    NOT NULL,
    measure TEXT    NOT NULL,
    good    INTEGER NOT NULL,
    total   INTEGER NOT NULL,
    PRIMARY KEY (company, day, source, segment, measure)
) STRICT, WITHOUT ROWID;
INSERT INTO quality_week (company, day, source, segment, measure, good, total)
SELECT company, day - ((day + 3) % 7 + 7) % 7, source, segment, measure, SUM(good), SUM(total)
FROM quality_tally GROUP BY 1, 2, 3, 4, 5;
