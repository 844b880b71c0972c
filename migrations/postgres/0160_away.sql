-- When a traveler is away, as known now: runs "from until grade" (0 confirmed … 3 inferred), with ; between them. The time bar
-- asks for weeks of everybody: of each row of presence that would be too slow.
CREATE TABLE away (
    company  TEXT COLLATE "C" NOT NULL,
    traveler TEXT COLLATE "C" NOT NULL,
    runs     TEXT NOT NULL,
    PRIMARY KEY (company, traveler)
);
INSERT INTO away (company, traveler, runs)
    SELECT company, traveler, string_agg(away_from || ' ' || away_until || ' ' || away_grade, ';')
    FROM presence WHERE NOT closed AND away_from IS NOT NULL GROUP BY company, traveler;
ALTER TABLE presence DROP COLUMN away_from, DROP COLUMN away_until, DROP COLUMN away_grade;
