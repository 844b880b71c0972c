-- Travelers whose profile Concur says has changed or is gone, until it was read again (I20).
CREATE TABLE profile_due (
    traveler TEXT COLLATE "C" NOT NULL PRIMARY KEY REFERENCES traveler (id) ON DELETE CASCADE,
    -- 'profile_changed' or 'profile_deleted', as the newest event says.
    kind     TEXT COLLATE "C" NOT NULL,
    event_at BIGINT NOT NULL,
    due_at   BIGINT NOT NULL
);
