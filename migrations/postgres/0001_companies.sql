-- Companies and their grant. Instants everywhere: unix milliseconds, UTC. Text is compared by its bytes everywhere.
CREATE TABLE company (
    id                   TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    name                 TEXT COLLATE "C",
    state                TEXT COLLATE "C" NOT NULL CHECK (state IN ('connected', 'reconnect_needed', 'disconnected')),
    reason               TEXT COLLATE "C",
    geolocation          TEXT COLLATE "C" NOT NULL,
    -- Sealed before it comes here; forgotten when the company disconnects.
    sealed_refresh_token TEXT COLLATE "C",
    grant_version        BIGINT  NOT NULL DEFAULT 0,
    refresh_expires_at   BIGINT,
    connected_at         BIGINT,
    connected_by         TEXT COLLATE "C",
    -- One node at a time redeems the token: fencing counter and end of the lease.
    refresh_lease        BIGINT  NOT NULL DEFAULT 0,
    refresh_lease_until  BIGINT  NOT NULL DEFAULT 0
);
