-- With which keys and certificates events came, and when each was seen last.
CREATE TABLE ess_proof (
    kind    TEXT    NOT NULL CHECK (kind IN ('key', 'certificate')),
    name    TEXT    NOT NULL,
    seen_at INTEGER NOT NULL,
    PRIMARY KEY (kind, name)
) WITHOUT ROWID;
