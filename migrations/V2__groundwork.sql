-- Keys, jobs, limits, signals and the activity log: what every feature stands on.

CREATE TABLE key_encryption_keys (
    id         TEXT   NOT NULL PRIMARY KEY,
    -- The number of the key, from 1; the highest one encrypts.
    version    BIGINT NOT NULL UNIQUE,
    wrapped    BYTEA  NOT NULL,
    created_at BIGINT NOT NULL
);

-- The latest instant this installation has lived through: one row.
CREATE TABLE clock_marks (
    id         TEXT   NOT NULL PRIMARY KEY,
    high_water BIGINT NOT NULL
);

CREATE TABLE jobs (
    id           TEXT   NOT NULL PRIMARY KEY,
    kind         TEXT   NOT NULL,
    -- Recurring jobs have one row each, found by this name; others have none.
    name         TEXT   UNIQUE,
    workspace_id TEXT,
    payload      BYTEA,
    run_at       BIGINT NOT NULL,
    attempts     BIGINT NOT NULL,
    -- Until when the node that took it may work on it undisturbed.
    leased_until BIGINT NOT NULL,
    lease        TEXT,
    failed_at    BIGINT,
    last_error   TEXT,
    created_at   BIGINT NOT NULL
);
CREATE INDEX jobs_due ON jobs (run_at, id) WHERE failed_at IS NULL;
CREATE INDEX jobs_failed ON jobs (workspace_id, failed_at) WHERE failed_at IS NOT NULL;

-- Token buckets that hold over all nodes (GCRA: the theoretical arrival time of the next one).
CREATE TABLE limits (
    id  TEXT   NOT NULL PRIMARY KEY,
    tat BIGINT NOT NULL
)
--sqlite WITHOUT ROWID
--postgres WITH (fillfactor = 80)
;
CREATE INDEX limits_by_age ON limits (tat);

-- "Something about this topic changed": read by every node that has somebody waiting.
CREATE TABLE signals (
    id    TEXT   NOT NULL PRIMARY KEY,
    topic TEXT   NOT NULL,
    at    BIGINT NOT NULL
);
CREATE INDEX signals_by_age ON signals (at);

CREATE TABLE events (
    id           TEXT   NOT NULL,
    workspace_id TEXT   NOT NULL,
    at           BIGINT NOT NULL,
    action       TEXT   NOT NULL,
    actor_kind   TEXT   NOT NULL CHECK (actor_kind IN ('member', 'recipient', 'system')),
    actor_id     TEXT,
    item_id      TEXT,
    link_id      TEXT,
    target_id    TEXT,
    address      TEXT   NOT NULL,
    browser      TEXT   NOT NULL,
    details      TEXT   NOT NULL,
    -- Its place in the workspace's hash chain, once the sequencer has been there.
    seq          BIGINT,
    hash         BYTEA,
    PRIMARY KEY (workspace_id, at, id)
)
--sqlite WITHOUT ROWID
--postgres PARTITION BY RANGE (at)
;
--postgres CREATE TABLE events_rest PARTITION OF events DEFAULT;
CREATE INDEX events_by_seq ON events (workspace_id, seq) WHERE seq IS NOT NULL;
CREATE INDEX events_unchained ON events (workspace_id, at, id) WHERE seq IS NULL;
CREATE INDEX events_by_item ON events (workspace_id, item_id, at, id) WHERE item_id IS NOT NULL;
-- Finds the item of a link, and by that index everything that happened to the link.
CREATE INDEX events_by_link ON events (workspace_id, link_id) WHERE action = 'link.created';

-- Where each workspace's chain ends, and where what is kept of it begins.
CREATE TABLE event_chains (
    workspace_id TEXT   NOT NULL PRIMARY KEY REFERENCES workspaces (id),
    seq          BIGINT NOT NULL,
    hash         BYTEA  NOT NULL,
    -- The last entry that was dropped because of its age: the chain is verified from here.
    dropped_seq  BIGINT NOT NULL,
    dropped_hash BYTEA  NOT NULL
);
