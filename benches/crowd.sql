-- A store of many people out of one of few: everybody who is anywhere gets so many doubles that there are `wanted.people` in
-- all. A double has a name, a login and a timeline of its own, told by the bookings of the original: of that timeline what is
-- known now and touches `wanted.from_at` to `wanted.until_at` (milliseconds since 1970).
-- Run by `examples/crowd.rs` for the browser tests and by the benchmarks, on SQLite, in one transaction.

CREATE TEMP TABLE told AS
    SELECT e.* FROM episode e, wanted w
    WHERE e.known_until IS NULL AND e.end_at > w.from_at AND e.start_at < w.until_at ORDER BY e.traveler, e.id;
CREATE INDEX temp.told_of ON told (traveler);

CREATE TEMP TABLE original AS
    SELECT t.id, row_number() OVER (ORDER BY t.id) - 1 AS rank, count(*) OVER () AS people,
        coalesce(t.given_name, t.name) AS given, coalesce(t.family_name, '') AS family
    FROM traveler t WHERE t.id IN (SELECT traveler FROM told);
CREATE UNIQUE INDEX temp.original_rank ON original (rank);

CREATE TEMP TABLE double AS
    WITH RECURSIVE
        missing (many) AS (SELECT people - (SELECT count(*) FROM original) FROM wanted),
        number (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM number, missing WHERE n + 1 < many),
        -- Numbers that no double of an earlier run has.
        first (n) AS (SELECT count(*) FROM traveler)
    SELECT o.id AS original, number.n / o.people + 1 AS turn, substr(o.id, 1, 24) || printf('%012x', first.n + number.n) AS id,
        trim(o.given || ' ' || f.family) AS name, o.given, f.family, printf('double.%05d@example.com', first.n + number.n) AS login
    FROM number, first
    JOIN original o ON o.rank = number.n % (SELECT count(*) FROM original)
    -- The family name of somebody else, of another one in each turn.
    JOIN original f ON f.rank = (o.rank + 1 + number.n / o.people) % o.people
    WHERE (SELECT many FROM missing) > 0;

INSERT INTO traveler (id, company, concur_user, login, login_key, name, search, given_name, family_name, home, email, phone,
        department, profile_at, created_at, revision, known_at, changes_at, emergency)
    SELECT d.id, t.company, NULL, d.login, d.login, d.name, lower(d.name || ' ' || d.login), d.given, d.family, t.home, d.login,
        t.phone, t.department, t.profile_at, t.created_at, t.revision, t.known_at, NULL, t.emergency
    FROM double d JOIN traveler t ON t.id = d.original;

CREATE TEMP TABLE step AS SELECT max(id) AS ids FROM episode;

INSERT INTO episode (id, company, traveler, start_at, end_at, span, known_from, known_until, digest, cites, detail)
    SELECT e.id + d.turn * (SELECT ids FROM step), e.company, d.id, e.start_at, e.end_at, e.span, e.known_from, NULL,
        e.digest, e.cites, e.detail
    FROM double d JOIN told e ON e.traveler = d.original;

INSERT INTO presence (company, closed, span, start_at, episode, end_at, known_from, known_until, traveler, name, login,
        elsewhere, reach, summary)
    SELECT p.company, p.closed, p.span, p.start_at, p.episode + d.turn * (SELECT ids FROM step), p.end_at, p.known_from,
        NULL, d.id, d.name, d.login, p.elsewhere, p.reach,
        replace(p.summary, p.traveler, d.id)
    FROM double d JOIN told e ON e.traveler = d.original
    JOIN presence p ON p.company = e.company AND p.closed = 0 AND p.span = e.span AND p.start_at = e.start_at
        AND p.end_at = e.end_at AND p.episode = e.id;

-- Told of the whole timeline: longer than what is doubled of it, where that is cut.
INSERT INTO away (company, traveler, runs)
    SELECT a.company, d.id, a.runs FROM double d JOIN away a ON a.traveler = d.original;

DROP TABLE temp.step;
DROP TABLE temp.double;
DROP TABLE temp.original;
DROP TABLE temp.told;
