-- Companies take turns: what is due of one of them.
CREATE INDEX trip_sync_due_of ON trip_sync (company, due_at) WHERE due_at IS NOT NULL AND NOT parked;
