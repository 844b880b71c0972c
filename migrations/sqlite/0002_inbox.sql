-- One row an event, however often it is delivered: small, because its ids are kept longest.
CREATE TABLE inbox_event (
    id          INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    event_id    TEXT    NOT NULL UNIQUE,
    kind        TEXT    NOT NULL,
    type_text   TEXT    NOT NULL,
    trip        TEXT,
    company     TEXT,
    event_time  INTEGER,
    received_at INTEGER NOT NULL,
    status      TEXT    NOT NULL
        CHECK (status IN ('received', 'processed', 'superseded', 'quarantined', 'failed', 'dead')),
    duplicates  INTEGER NOT NULL DEFAULT 0,
    -- Class of the last failure.
    error       TEXT,
    -- Why it is not understood; apart from the status, so that changes of status touch no index.
    quarantine  TEXT
) STRICT;
CREATE INDEX inbox_event_of_trip ON inbox_event (trip, company);
CREATE INDEX inbox_event_of_company ON inbox_event (company, id);
CREATE INDEX inbox_event_quarantined ON inbox_event (company) WHERE quarantine IS NOT NULL;

-- Bodies are large and short-lived: apart.
CREATE TABLE inbox_payload (
    event INTEGER NOT NULL PRIMARY KEY,
    body  BLOB    NOT NULL
) STRICT;

-- How many distinct events a company ever sent, and when the last came; '' for events that name no company.
CREATE TABLE inbox_tally (
    company       TEXT    NOT NULL PRIMARY KEY,
    received      INTEGER NOT NULL,
    last_event_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
