-- Companies and their grant. Instants everywhere: unix milliseconds, UTC.
CREATE TABLE company (
    id                   TEXT    NOT NULL PRIMARY KEY,
    name                 TEXT,
    state                TEXT    NOT NULL CHECK (state IN ('connected', 'reconnect_needed', 'disconnected')),
    reason               TEXT,
    geolocation          TEXT    NOT NULL,
    -- Sealed before it comes here; forgotten when the company disconnects.
    sealed_refresh_token TEXT,
    grant_version        INTEGER NOT NULL DEFAULT 0,
    refresh_expires_at   INTEGER,
    connected_at         INTEGER,
    connected_by         TEXT,
    -- One node at a time redeems the token: fencing counter and end of the lease.
    refresh_lease        INTEGER NOT NULL DEFAULT 0,
    refresh_lease_until  INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;
