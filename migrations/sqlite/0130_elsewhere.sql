-- Whether anything leads elsewhere than home: a city, a way, a city that is expected, a night without a bed. Of rows without,
-- the summary says everything that exposure asks, so their episodes need not be read.
ALTER TABLE presence ADD COLUMN elsewhere INTEGER NOT NULL DEFAULT 1 CHECK (elsewhere IN (0, 1));
UPDATE presence SET elsewhere = 0 WHERE EXISTS (SELECT 1 FROM episode e WHERE e.id = presence.episode
    AND e.detail LIKE '%"hypotheses":[]%' AND e.detail LIKE '%"move":null%'
    AND e.detail NOT LIKE '%"expected":%' AND e.detail NOT LIKE '%"bedless":%');
