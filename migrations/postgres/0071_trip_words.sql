-- What a trip can be found by, as its newest document says it.
CREATE TABLE trip_word (
    company TEXT COLLATE "C" NOT NULL,
    trip    TEXT COLLATE "C" NOT NULL,
    kind    TEXT COLLATE "C" NOT NULL CHECK (kind IN ('locator', 'flight', 'hotel', 'trip')),
    -- As it is compared: lower case, without accents.
    word    TEXT COLLATE "C" NOT NULL,
    shown   TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (company, kind, word, trip)
);
CREATE INDEX trip_word_of_trip ON trip_word (company, trip);

-- Of trips that are stored already, the two that are asked for most; the rest comes with their next document.
INSERT INTO trip_word (company, trip, kind, word, shown) SELECT company, id, 'trip', id, id FROM trip;
INSERT INTO trip_word (company, trip, kind, word, shown)
SELECT t.company, t.id, 'locator', lower(b.value ->> 'locator'), b.value ->> 'locator'
FROM trip t
JOIN trip_version v ON v.company = t.company AND v.trip = t.id AND v.version = t.version
CROSS JOIN LATERAL jsonb_array_elements(v.document::jsonb -> 'bookings') b
WHERE b.value ->> 'locator' IS NOT NULL
ON CONFLICT DO NOTHING;
