-- One reading of the trips that a company had booked before it connected: Concur's list, or the document that SAP supplied.
CREATE TABLE backlog_run (
    id          TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    company     TEXT COLLATE "C" NOT NULL,
    source      TEXT COLLATE "C" NOT NULL CHECK (source IN ('list', 'document')),
    -- reading: entries still come in; waiting: all are in, not all are fetched.
    state       TEXT COLLATE "C" NOT NULL CHECK (state IN ('reading', 'waiting', 'done', 'stopped')),
    -- The query of the next page of the list.
    cursor      TEXT COLLATE "C",
    listed      BIGINT  NOT NULL DEFAULT 0,
    skipped     BIGINT  NOT NULL DEFAULT 0,
    done        BIGINT  NOT NULL DEFAULT 0,
    gone        BIGINT  NOT NULL DEFAULT 0,
    failed      BIGINT  NOT NULL DEFAULT 0,
    started_at  BIGINT  NOT NULL,
    -- When the list was asked last: its limit holds across a restart.
    asked_at    BIGINT,
    ended_at    BIGINT,
    -- Why it stopped, in a sentence.
    reason      TEXT COLLATE "C",
    -- One node at a time reads: fencing counter and end of the lease.
    lease       BIGINT  NOT NULL DEFAULT 0,
    lease_until BIGINT  NOT NULL DEFAULT 0
);
CREATE INDEX backlog_run_of_company ON backlog_run (company, started_at);
CREATE INDEX backlog_run_open ON backlog_run (state) WHERE state IN ('reading', 'waiting');

-- Entries that have no outcome yet: ids and nothing else.
CREATE TABLE backlog_trip (
    company TEXT COLLATE "C" NOT NULL,
    trip    TEXT COLLATE "C" NOT NULL,
    run     TEXT COLLATE "C" NOT NULL REFERENCES backlog_run (id),
    PRIMARY KEY (company, trip)
);
CREATE INDEX backlog_trip_of_run ON backlog_trip (run);
