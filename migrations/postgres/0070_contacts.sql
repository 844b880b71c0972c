-- Whom to call when a traveler does not answer, as Concur's profile tells it: JSON; NULL: nobody is named. It goes with
-- its traveler.
ALTER TABLE traveler ADD COLUMN emergency TEXT COLLATE "C";

-- Who saw whose contacts, and when. Ids of travelers only: their names are in `traveler` as long as they are kept.
CREATE TABLE contact_reveal (
    id          BIGINT  GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    company     TEXT COLLATE "C" NOT NULL REFERENCES company (id),
    traveler    TEXT COLLATE "C" NOT NULL,
    person      TEXT COLLATE "C" NOT NULL,
    -- The address with which they signed in: it stays when the person goes.
    person_name TEXT COLLATE "C" NOT NULL,
    via         TEXT COLLATE "C" NOT NULL CHECK (via IN ('panel', 'sheet')),
    revealed_at BIGINT  NOT NULL
);
CREATE INDEX contact_reveal_of_traveler ON contact_reveal (traveler, revealed_at);
CREATE INDEX contact_reveal_of_company ON contact_reveal (company, revealed_at);
