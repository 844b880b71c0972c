-- Which engine made what is known of people: where a newer one starts, everybody is computed anew.
CREATE TABLE engine (
    one     BIGINT PRIMARY KEY CHECK (one = 1),
    version BIGINT NOT NULL
);
INSERT INTO engine (one, version) VALUES (1, 0);
