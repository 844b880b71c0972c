-- Travelers whom a trip names besides its owner. A link stays until the trip is erased: what was believed then rests on it.
CREATE TABLE trip_companion (
    company  TEXT    NOT NULL,
    trip     TEXT    NOT NULL,
    traveler TEXT    NOT NULL REFERENCES traveler (id) ON DELETE CASCADE,
    -- The newest document names them.
    named    INTEGER NOT NULL CHECK (named IN (0, 1)),
    PRIMARY KEY (company, trip, traveler)
) STRICT, WITHOUT ROWID;
CREATE INDEX trip_companion_traveler ON trip_companion (traveler);
