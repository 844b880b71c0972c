-- One row a trip, not a job an event: events only raise the generation that is wanted.
CREATE TABLE trip_sync (
    company        TEXT COLLATE "C" NOT NULL,
    trip           TEXT COLLATE "C" NOT NULL,
    wanted_gen     BIGINT  NOT NULL,
    done_gen       BIGINT  NOT NULL DEFAULT 0,
    -- NULL: nothing is to be done.
    due_at         BIGINT,
    -- However many events follow, not later than this.
    due_latest     BIGINT,
    first_dirty_at BIGINT,
    state          TEXT COLLATE "C" NOT NULL CHECK (state IN ('idle', 'queued', 'retry', 'grace', 'dead')),
    -- The company is not connected: kept, not claimed.
    parked         BOOLEAN NOT NULL DEFAULT FALSE,
    attempt        BIGINT  NOT NULL DEFAULT 0,
    error          TEXT COLLATE "C",
    -- Fencing counter and end of the lease; 0 without one.
    lease_token    BIGINT  NOT NULL DEFAULT 0,
    lease_until    BIGINT  NOT NULL DEFAULT 0,
    -- Of the newest event; href and user only until it is done.
    last_kind      TEXT COLLATE "C" NOT NULL,
    last_event_at  BIGINT,
    href           TEXT COLLATE "C",
    concur_user    TEXT COLLATE "C",
    -- Newest event in the log, and the newest one that the running fetch covers.
    last_log       BIGINT  NOT NULL DEFAULT 0,
    claimed_log    BIGINT  NOT NULL DEFAULT 0,
    -- An anonymization waits; stays whatever comes after it.
    anonymized_at  BIGINT,
    -- End of the grace of a deleted trip.
    grace_until    BIGINT,
    -- Erased by an event of this time; only newer ones count.
    tombstoned_at  BIGINT,
    PRIMARY KEY (company, trip)
) WITH (fillfactor = 70);
CREATE INDEX trip_sync_due ON trip_sync (due_at) WHERE due_at IS NOT NULL AND NOT parked;
CREATE INDEX trip_sync_leased ON trip_sync (lease_until) WHERE lease_until > 0;
CREATE INDEX trip_sync_stuck ON trip_sync (company) WHERE parked OR state = 'dead';
