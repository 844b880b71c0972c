-- When a traveler is away, as known now: runs "from until grade" (0 confirmed … 3 inferred), with ; between them. The time bar
-- asks for weeks of everybody: of each row of presence that would be too slow.
CREATE TABLE away (
    company  TEXT NOT NULL,
    traveler TEXT NOT NULL,
    runs     TEXT NOT NULL,
    PRIMARY KEY (company, traveler)
) STRICT, WITHOUT ROWID;
INSERT INTO away (company, traveler, runs)
    SELECT company, traveler, group_concat(away_from || ' ' || away_until || ' ' || away_grade, ';')
    FROM presence WHERE closed = 0 AND away_from IS NOT NULL GROUP BY company, traveler;
ALTER TABLE presence DROP COLUMN away_from;
ALTER TABLE presence DROP COLUMN away_until;
ALTER TABLE presence DROP COLUMN away_grade;
