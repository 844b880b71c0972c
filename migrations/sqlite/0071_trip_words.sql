-- What a trip can be found by, as its newest document says it.
CREATE TABLE trip_word (
    company TEXT NOT NULL,
    trip    TEXT NOT NULL,
    kind    TEXT NOT NULL CHECK (kind IN ('locator', 'flight', 'hotel', 'trip')),
    -- As it is compared: lower case, without accents.
    word    TEXT NOT NULL,
    shown   TEXT NOT NULL,
    PRIMARY KEY (company, kind, word, trip)
) STRICT, WITHOUT ROWID;
CREATE INDEX trip_word_of_trip ON trip_word (company, trip);

-- Of trips that are stored already, the two that are asked for most; the rest comes with their next document.
INSERT INTO trip_word (company, trip, kind, word, shown) SELECT company, id, 'trip', id, id FROM trip;
INSERT OR IGNORE INTO trip_word (company, trip, kind, word, shown)
SELECT t.company, t.id, 'locator', lower(json_extract(b.value, '$.locator')), json_extract(b.value, '$.locator')
FROM trip t
JOIN trip_version v ON v.company = t.company AND v.trip = t.id AND v.version = t.version, json_each(v.document, '$.bookings') b
WHERE json_extract(b.value, '$.locator') IS NOT NULL;
