-- Which engine made what is known of people: where a newer one starts, everybody is computed anew.
CREATE TABLE engine (
    one     INTEGER PRIMARY KEY CHECK (one = 1),
    version INTEGER NOT NULL
) STRICT;
INSERT INTO engine (one, version) VALUES (1, 0);
