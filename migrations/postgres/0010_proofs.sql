-- With which keys and certificates events came, and when each was seen last.
CREATE TABLE ess_proof (
    kind    TEXT COLLATE "C" NOT NULL CHECK (kind IN ('key', 'certificate')),
    name    TEXT COLLATE "C" NOT NULL,
    seen_at BIGINT NOT NULL,
    PRIMARY KEY (kind, name)
);
