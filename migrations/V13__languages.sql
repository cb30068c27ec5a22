-- The language of members.

-- A tag (BCP 47) of a language that the program speaks, chosen by the member; none means what their browser asks
-- for. Not a list of the tags: a new language must not need another migration, and a version of the program that
-- doesn't know one yet reads it as none.
ALTER TABLE members ADD COLUMN language TEXT CHECK (length(language) BETWEEN 2 AND 16);
