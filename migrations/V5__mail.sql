-- Mails: composed and sealed in the transaction of their cause, sent by a job.

CREATE TABLE mails (
    id           TEXT   NOT NULL,
    workspace_id TEXT   NOT NULL,
    recipient    TEXT   NOT NULL,
    subject      TEXT   NOT NULL,
    -- Both bodies, sealed: they hold one-time tokens. Erased once sent or given up.
    payload      BYTEA,
    state        TEXT   NOT NULL CHECK (state IN ('queued', 'delayed', 'sent', 'failed')),
    attempts     BIGINT NOT NULL,
    last_error   TEXT,
    -- When its link expires: sending it later helps nobody.
    useful_until BIGINT,
    -- Whom to wake when its state changes.
    topic        TEXT,
    created_at   BIGINT NOT NULL,
    sent_at      BIGINT,
    failed_at    BIGINT,
    CHECK ((payload IS NULL) = (state IN ('sent', 'failed'))),
    PRIMARY KEY (workspace_id, id)
);
CREATE INDEX mails_failed ON mails (workspace_id, failed_at) WHERE state = 'failed';
CREATE INDEX mails_by_age ON mails (created_at) WHERE state IN ('sent', 'failed');
