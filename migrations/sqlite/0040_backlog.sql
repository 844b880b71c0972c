-- One reading of the trips that a company had booked before it connected: Concur's list, or the document that SAP supplied.
CREATE TABLE backlog_run (
    id          TEXT    NOT NULL PRIMARY KEY,
    company     TEXT    NOT NULL,
    source      TEXT    NOT NULL CHECK (source IN ('list', 'document')),
    -- reading: entries still come in; waiting: all are in, not all are fetched.
    state       TEXT    NOT NULL CHECK (state IN ('reading', 'waiting', 'done', 'stopped')),
    -- The query of the next page of the list.
    cursor      TEXT,
    listed      INTEGER NOT NULL DEFAULT 0,
    skipped     INTEGER NOT NULL DEFAULT 0,
    done        INTEGER NOT NULL DEFAULT 0,
    gone        INTEGER NOT NULL DEFAULT 0,
    failed      INTEGER NOT NULL DEFAULT 0,
    started_at  INTEGER NOT NULL,
    -- When the list was asked last: its limit holds across a restart.
    asked_at    INTEGER,
    ended_at    INTEGER,
    -- Why it stopped, in a sentence.
    reason      TEXT,
    -- One node at a time reads: fencing counter and end of the lease.
    lease       INTEGER NOT NULL DEFAULT 0,
    lease_until INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;
CREATE INDEX backlog_run_of_company ON backlog_run (company, started_at);
CREATE INDEX backlog_run_open ON backlog_run (state) WHERE state IN ('reading', 'waiting');

-- Entries that have no outcome yet: ids and nothing else.
CREATE TABLE backlog_trip (
    company TEXT NOT NULL,
    trip    TEXT NOT NULL,
    run     TEXT NOT NULL REFERENCES backlog_run (id),
    PRIMARY KEY (company, trip)
) STRICT, WITHOUT ROWID;
CREATE INDEX backlog_trip_of_run ON backlog_trip (run);
