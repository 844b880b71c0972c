-- Travelers whom a trip names besides its owner. A link stays until the trip is erased: what was believed then rests on it.
CREATE TABLE trip_companion (
    company  TEXT COLLATE "C" NOT NULL,
    trip     TEXT COLLATE "C" NOT NULL,
    traveler TEXT COLLATE "C" NOT NULL REFERENCES traveler (id) ON DELETE CASCADE,
    -- The newest document names them.
    named    BOOLEAN NOT NULL,
    PRIMARY KEY (company, trip, traveler)
);
CREATE INDEX trip_companion_traveler ON trip_companion (traveler);
