-- What members chose for themselves.

-- Whether they are told by mail when a public link of theirs is first opened. Alarms have no such column: they
-- are always sent.
ALTER TABLE members ADD COLUMN mail_link_opened BOOLEAN NOT NULL DEFAULT TRUE;
