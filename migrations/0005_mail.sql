-- Mails: composed and sealed in the transaction of their cause, sent by a job.

CREATE TABLE mails (
    id           TEXT   NOT NULL PRIMARY KEY,
    workspace_id TEXT   NOT NULL REFERENCES workspaces (id),
    recipient    TEXT   NOT NULL,
    subject      TEXT   NOT NULL,
    -- Both bodies, sealed: they hold one-time tokens. Erased once sent or given up.
    payload      BYTEA,
    state        TEXT   NOT NULL CHECK (state IN ('queued', 'delayed', 'sent', 'failed')),
    attempts     BIGINT NOT NULL,
    last_error   TEXT,
    -- When its link expires: sending it later helps nobody.
    useful_until BIGINT,
    created_at   BIGINT NOT NULL,
    sent_at      BIGINT,
    failed_at    BIGINT,
    CHECK ((payload IS NULL) = (state IN ('sent', 'failed')))
);
CREATE INDEX mails_failed ON mails (workspace_id, failed_at) WHERE state = 'failed';
CREATE INDEX mails_by_age ON mails (created_at);
