-- Who is told when a source gets worse, and what was told last.
CREATE TABLE quality_watch (
    company       TEXT COLLATE "C" NOT NULL PRIMARY KEY REFERENCES company (id),
    -- Whether the company's administrators get a mail.
    mail          BOOLEAN NOT NULL,
    -- Where to post, or empty; the secret that signs it, sealed.
    url           TEXT COLLATE "C" NOT NULL,
    sealed_secret TEXT COLLATE "C" NOT NULL,
    -- What was wrong when it was last looked at, one finding a line.
    told          TEXT COLLATE "C" NOT NULL,
    next_at       BIGINT  NOT NULL,
    changed_at    BIGINT  NOT NULL,
    changed_by    TEXT COLLATE "C" NOT NULL
);

-- What is on its way. Names no traveler.
CREATE TABLE quality_delivery (
    id         TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    company    TEXT COLLATE "C" NOT NULL REFERENCES company (id),
    -- A person of ours, or empty: the company's address.
    person     TEXT COLLATE "C" NOT NULL,
    body       TEXT COLLATE "C" NOT NULL,
    created_at BIGINT  NOT NULL,
    attempts   BIGINT  NOT NULL,
    -- When it is tried next; empty once it arrived or was given up.
    due_at     BIGINT,
    -- `waiting`, `arrived`, `given_up`.
    state      TEXT COLLATE "C" NOT NULL,
    problem    TEXT COLLATE "C" NOT NULL
);
CREATE INDEX quality_delivery_due ON quality_delivery (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX quality_delivery_of_company ON quality_delivery (company, created_at);
