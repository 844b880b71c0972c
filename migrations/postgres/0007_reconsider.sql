-- When the same records will mean something else: presence is computed anew then.
ALTER TABLE traveler ADD COLUMN changes_at BIGINT;
CREATE INDEX traveler_changes ON traveler (changes_at) WHERE changes_at IS NOT NULL;
