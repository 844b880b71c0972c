-- The secret before the newest, sealed, and until when what is posted is signed with it too. NULL: there is none.
ALTER TABLE quality_watch ADD COLUMN old_secret TEXT COLLATE "C";
ALTER TABLE quality_watch ADD COLUMN old_until BIGINT;
