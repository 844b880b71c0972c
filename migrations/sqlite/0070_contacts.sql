-- Whom to call when a traveler does not answer, as Concur's profile tells it: JSON; NULL: nobody is named. It goes with
-- its traveler.
ALTER TABLE traveler ADD COLUMN emergency TEXT;

-- Who saw whose contacts, and when. Ids of travelers only: their names are in `traveler` as long as they are kept.
CREATE TABLE contact_reveal (
    id          INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    company     TEXT    NOT NULL REFERENCES company (id),
    traveler    TEXT    NOT NULL,
    person      TEXT    NOT NULL,
    -- The address with which they signed in: it stays when the person goes.
    person_name TEXT    NOT NULL,
    via         TEXT    NOT NULL CHECK (via IN ('panel', 'sheet')),
    revealed_at INTEGER NOT NULL
) STRICT;
CREATE INDEX contact_reveal_of_traveler ON contact_reveal (traveler, revealed_at);
CREATE INDEX contact_reveal_of_company ON contact_reveal (company, revealed_at);
