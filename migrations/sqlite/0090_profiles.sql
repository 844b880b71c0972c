-- Travelers whose profile Concur says has changed or is gone, until it was read again (I20).
CREATE TABLE profile_due (
    traveler TEXT    NOT NULL PRIMARY KEY REFERENCES traveler (id) ON DELETE CASCADE,
    -- 'profile_changed' or 'profile_deleted', as the newest event says.
    kind     TEXT    NOT NULL,
    event_at INTEGER NOT NULL,
    due_at   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
