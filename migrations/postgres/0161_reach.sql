-- What an episode may be about, in words between blanks: countries (GB, and !GB for no nearer than that), cities (@LON), cells
-- of the globe (#17), ? where most of it is nowhere known. A question about an area reads rows that have one of its words. Of
-- rows that are older than this nobody knows (*): they are always read.
ALTER TABLE presence ADD COLUMN reach TEXT NOT NULL DEFAULT ' * ';
