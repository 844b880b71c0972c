-- Correlation id of the newest event: the calls that follow it carry the same one.
ALTER TABLE trip_sync ADD COLUMN correlation TEXT;
