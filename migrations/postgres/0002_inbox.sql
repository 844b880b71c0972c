-- One row an event, however often it is delivered: small, because its ids are kept longest.
CREATE TABLE inbox_event (
    id          BIGINT  GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    event_id    TEXT COLLATE "C" NOT NULL UNIQUE,
    kind        TEXT COLLATE "C" NOT NULL,
    type_text   TEXT COLLATE "C" NOT NULL,
    trip        TEXT COLLATE "C",
    company     TEXT COLLATE "C",
    event_time  BIGINT,
    received_at BIGINT  NOT NULL,
    status      TEXT COLLATE "C" NOT NULL
        CHECK (status IN ('received', 'processed', 'superseded', 'quarantined', 'failed', 'dead')),
    duplicates  BIGINT  NOT NULL DEFAULT 0,
    -- Class of the last failure.
    error       TEXT COLLATE "C",
    -- Why it is not understood; apart from the status, so that changes of status touch no index.
    quarantine  TEXT COLLATE "C"
) WITH (fillfactor = 80);
CREATE INDEX inbox_event_of_trip ON inbox_event (trip, company);
CREATE INDEX inbox_event_of_company ON inbox_event (company, id);
CREATE INDEX inbox_event_quarantined ON inbox_event (company) WHERE quarantine IS NOT NULL;

-- Bodies are large and short-lived: apart.
CREATE TABLE inbox_payload (
    event BIGINT  NOT NULL PRIMARY KEY,
    body  BYTEA   NOT NULL
);

-- How many distinct events a company ever sent, and when the last came; '' for events that name no company.
CREATE TABLE inbox_tally (
    company       TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    received      BIGINT  NOT NULL,
    last_event_at BIGINT  NOT NULL
);
