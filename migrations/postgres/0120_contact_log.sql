-- Which view a call sheet was of, as its address without search words: why contacts were shown. NULL: one traveler's panel.
ALTER TABLE contact_reveal ADD COLUMN about TEXT COLLATE "C";
-- The log of a company, newest first.
CREATE INDEX contact_reveal_newest ON contact_reveal (company, id);
