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

-- "Something about this topic changed": read by every node that has somebody waiting.
CREATE TABLE signals (
    id    TEXT   NOT NULL PRIMARY KEY,
    topic TEXT   NOT NULL,
    at    BIGINT NOT NULL
);
CREATE INDEX signals_by_age ON signals (at);

-- Written with what happened, in the order in which it happened; entered in the indexes by which it is
-- found later, some hundred at a time, when it gets its place in the chain. So a request pays
-- for a row at the table's end, and not for a page here and there. Until then an event is found by
-- events_unchained, which is always short.
CREATE TABLE events (
    id           TEXT   NOT NULL,
    workspace_id TEXT   NOT NULL,
    at           BIGINT NOT NULL,
    action       TEXT   NOT NULL,
    actor_kind   TEXT   NOT NULL CHECK (actor_kind IN ('member', 'recipient', 'system', 'provisioning')),
    actor_id     TEXT,
    item_id      TEXT,
    link_id      TEXT,
    target_id    TEXT,
    address      TEXT   NOT NULL,
    browser      TEXT   NOT NULL,
    details      TEXT   NOT NULL,
    -- Its place in the workspace's hash chain, once the sequencer has been there.
    seq          BIGINT,
    hash         BYTEA
--postgres , PRIMARY KEY (workspace_id, at, id)
)
--postgres PARTITION BY RANGE (at)
;
--postgres CREATE TABLE events_rest PARTITION OF events DEFAULT;
--sqlite CREATE UNIQUE INDEX events_by_time ON events (workspace_id, at, id) WHERE seq IS NOT NULL;
CREATE INDEX events_by_seq ON events (workspace_id, seq) WHERE seq IS NOT NULL;
CREATE INDEX events_unchained ON events (workspace_id, at, id) WHERE seq IS NULL;

-- What each 256 entries of a chain are about: a mark of four bytes for each item, link and actor, sorted.
CREATE TABLE event_blocks (
    workspace_id TEXT   NOT NULL,
    last_at      BIGINT NOT NULL,
    -- The last of its entries.
    seq          BIGINT NOT NULL,
    first_at     BIGINT NOT NULL,
    marks        BYTEA  NOT NULL,
    PRIMARY KEY (workspace_id, last_at, seq)
);

-- Where each workspace's chain ends, and where what is kept of it begins.
CREATE TABLE event_chains (
    workspace_id TEXT   NOT NULL PRIMARY KEY REFERENCES workspaces (id),
    seq          BIGINT NOT NULL,
    hash         BYTEA  NOT NULL,
    -- The last entry that was dropped because of its age: the chain is verified from here.
    dropped_seq  BIGINT NOT NULL,
    dropped_hash BYTEA  NOT NULL
);
