-- The counts by week: `day` is its Monday. A month of days has seven times as many rows as the page needs.
CREATE TABLE quality_week (
    company TEXT COLLATE "C" NOT NULL,
    day     BIGINT  NOT NULL,
    source  TEXT COLLATE "C" NOT NULL,
    segment TEXT COLLATE "C" NOT NULL,
    measure TEXT COLLATE "C" NOT NULL,
    good    BIGINT  NOT NULL,
    total   BIGINT  NOT NULL,
    PRIMARY KEY (company, day, source, segment, measure)
);
INSERT INTO quality_week (company, day, source, segment, measure, good, total)
SELECT company, day - ((day + 3) % 7 + 7) % 7, source, segment, measure, SUM(good), SUM(total)
FROM quality_tally GROUP BY 1, 2, 3, 4, 5;
