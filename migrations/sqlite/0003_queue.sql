-- One row a trip, not a job an event: events only raise the generation that is wanted.
CREATE TABLE trip_sync (
    company        TEXT    NOT NULL,
    trip           TEXT    NOT NULL,
    wanted_gen     INTEGER NOT NULL,
    done_gen       INTEGER NOT NULL DEFAULT 0,
    -- NULL: nothing is to be done.
    due_at         INTEGER,
    -- However many events follow, not later than this.
    due_latest     INTEGER,
    first_dirty_at INTEGER,
    state          TEXT    NOT NULL CHECK (state IN ('idle', 'queued', 'retry', 'grace', 'dead')),
    -- The company is not connected: kept, not claimed.
    parked         INTEGER NOT NULL DEFAULT 0 CHECK (parked IN (0, 1)),
    attempt        INTEGER NOT NULL DEFAULT 0,
    error          TEXT,
    -- Fencing counter and end of the lease; 0 without one.
    lease_token    INTEGER NOT NULL DEFAULT 0,
    lease_until    INTEGER NOT NULL DEFAULT 0,
    -- Of the newest event; href and user only until it is done.
    last_kind      TEXT    NOT NULL,
    last_event_at  INTEGER,
    href           TEXT,
    concur_user    TEXT,
    -- Newest event in the log, and the newest one that the running fetch covers.
    last_log       INTEGER NOT NULL DEFAULT 0,
    claimed_log    INTEGER NOT NULL DEFAULT 0,
    -- An anonymization waits; stays whatever comes after it.
    anonymized_at  INTEGER,
    -- End of the grace of a deleted trip.
    grace_until    INTEGER,
    -- Erased by an event of this time; only newer ones count.
    tombstoned_at  INTEGER,
    PRIMARY KEY (company, trip)
) STRICT, WITHOUT ROWID;
CREATE INDEX trip_sync_due ON trip_sync (due_at) WHERE due_at IS NOT NULL AND NOT parked;
CREATE INDEX trip_sync_leased ON trip_sync (lease_until) WHERE lease_until > 0;
CREATE INDEX trip_sync_stuck ON trip_sync (company) WHERE parked OR state = 'dead';
