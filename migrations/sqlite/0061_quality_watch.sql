-- Who is told when a source gets worse, and what was told last.
CREATE TABLE quality_watch (
    company       TEXT    NOT NULL PRIMARY KEY REFERENCES company (id),
    -- Whether the company's administrators get a mail.
    mail          INTEGER NOT NULL CHECK (mail IN (0, 1)),
    -- Where to post, or empty; the secret that signs it, sealed.
    url           TEXT    NOT NULL,
    sealed_secret TEXT    NOT NULL,
    -- What was wrong when it was last looked at, one finding a line.
    told          TEXT    NOT NULL,
    next_at       INTEGER NOT NULL,
    changed_at    INTEGER NOT NULL,
    changed_by    TEXT    NOT NULL
) STRICT, WITHOUT ROWID;

-- What is on its way. Names no traveler.
CREATE TABLE quality_delivery (
    id         TEXT    NOT NULL PRIMARY KEY,
    company    TEXT    NOT NULL REFERENCES company (id),
    -- A person of ours, or empty: the company's address.
    person     TEXT    NOT NULL,
    body       TEXT    NOT NULL,
    created_at INTEGER NOT NULL,
    attempts   INTEGER NOT NULL,
    -- When it is tried next; empty once it arrived or was given up.
    due_at     INTEGER,
    -- `waiting`, `arrived`, `given_up`.
    state      TEXT    NOT NULL,
    problem    TEXT    NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX quality_delivery_due ON quality_delivery (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX quality_delivery_of_company ON quality_delivery (company, created_at);
