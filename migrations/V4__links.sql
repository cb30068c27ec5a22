-- Public links: asked for, confirmed, made, viewed.

CREATE TABLE share_intents (
    id           TEXT    NOT NULL,
    workspace_id TEXT    NOT NULL,
    item_id      TEXT    NOT NULL,
    item_version BIGINT  NOT NULL,
    member_id    TEXT    NOT NULL,
    session_id   TEXT    NOT NULL,
    lifetime_ms  BIGINT  NOT NULL CHECK (lifetime_ms BETWEEN 60000 AND 2592000000),
    one_time     BOOLEAN NOT NULL,
    notify       BOOLEAN NOT NULL,
    token_hash   BYTEA   NOT NULL,
    code_hash    BYTEA   NOT NULL,
    state        TEXT    NOT NULL CHECK (state IN ('waiting', 'confirmed', 'spent', 'refused', 'cancelled', 'locked')),
    tries        BIGINT  NOT NULL,
    mail_id      TEXT    NOT NULL,
    browser      TEXT    NOT NULL,
    address      TEXT    NOT NULL,
    created_at   BIGINT  NOT NULL,
    expires_at   BIGINT  NOT NULL,
    resend_at    BIGINT  NOT NULL,
    confirmed_at BIGINT,
    link_id      TEXT,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id, item_id) REFERENCES items (workspace_id, id),
    FOREIGN KEY (workspace_id, session_id) REFERENCES sessions (workspace_id, id)
);
CREATE UNIQUE INDEX share_intents_by_token ON share_intents (token_hash);
CREATE INDEX share_intents_by_session ON share_intents (workspace_id, session_id, expires_at);
CREATE INDEX share_intents_by_expiry ON share_intents (expires_at);

-- What is known of a link. Small, kept for the history; opening one changes this row alone, and no
-- column that changes is in an index. On PostgreSQL a partition holds the links of 32 days,
-- so that old ones can go as a whole.
CREATE TABLE links (
    id              TEXT    NOT NULL,
    workspace_id    TEXT    NOT NULL,
    -- The day it was made, in whole days since the Unix epoch: the day of its id.
    epoch           BIGINT  NOT NULL,
    item_id         TEXT    NOT NULL,
    item_version    BIGINT  NOT NULL,
    created_by      TEXT    NOT NULL,
    -- Whether it was made by somebody else, who left.
    handed_over     BOOLEAN NOT NULL DEFAULT FALSE,
    kind            TEXT    NOT NULL CHECK (kind IN ('account', 'secret')),
    flags           BIGINT  NOT NULL,
    one_time        BOOLEAN NOT NULL,
    notify          BOOLEAN NOT NULL,
    created_at      BIGINT  NOT NULL,
    expires_at      BIGINT  NOT NULL,
    -- What finds the row, and what proves possession of the link: SHA-256 of `auth`.
    lid             BYTEA   NOT NULL,
    v0              BYTEA   NOT NULL,
    -- The same for a passphrase, with its salt; the recipient check: not used yet.
    v1              BYTEA,
    ps              BYTEA,
    recipient_email BYTEA,
    commitment      BYTEA   NOT NULL,
    iv              BYTEA   NOT NULL,
    state           TEXT    NOT NULL CHECK (state IN ('live', 'claimed', 'locked')),
    -- Whether its payload was erased: set by whoever deletes the row in link_payloads.
    erased          BOOLEAN NOT NULL,
    -- One-time links: SHA-256 of the cookie of the one browser that was given the item.
    binder          BYTEA,
    redeliver_until BIGINT,
    redelivered     BIGINT  NOT NULL,
    first_opened_at BIGINT,
    -- One-time links: their only view, and when the browser showed it. Those of others are in link_views.
    opened_browser  TEXT,
    opened_address  TEXT,
    acked_at        BIGINT,
    disputed_at     BIGINT,
    revoked_at      BIGINT,
    revoked_by      TEXT,
    CHECK (expires_at > created_at AND expires_at - created_at <= 2592000000),
    -- Identifiers rise in time: on one file new rows go to the end of this index, whoever makes them.
--sqlite PRIMARY KEY (id, workspace_id, epoch)
--postgres PRIMARY KEY (workspace_id, id, epoch)
)
--postgres PARTITION BY RANGE (epoch)
;
--postgres CREATE TABLE links_rest PARTITION OF links DEFAULT;
CREATE UNIQUE INDEX links_by_lid ON links (lid, epoch);
CREATE INDEX links_handed_over ON links (workspace_id, created_by) WHERE handed_over;
CREATE INDEX links_by_item ON links (workspace_id, item_id, expires_at);

-- The sealed payload, wrapped once more under the key of the day it was made on. Written once,
-- deleted once. On PostgreSQL a partition holds the payloads of four days, and goes when their keys have gone.
CREATE TABLE link_payloads (
    workspace_id TEXT   NOT NULL,
    link_id      TEXT   NOT NULL,
    epoch        BIGINT NOT NULL,
    ct           BYTEA  NOT NULL,
--sqlite PRIMARY KEY (link_id, workspace_id, epoch)
--postgres PRIMARY KEY (workspace_id, link_id, epoch)
)
--postgres PARTITION BY RANGE (epoch)
;
--postgres CREATE TABLE link_payloads_rest PARTITION OF link_payloads DEFAULT;

-- When to look whether a payload can be erased: at the end of a link's life, and at the end of the
-- time in which the browser that claimed it may fetch it again. Rows rise in time, whatever the order
-- of the links they name.
CREATE TABLE link_erasures (
    at           BIGINT NOT NULL,
    workspace_id TEXT   NOT NULL,
    link_id      TEXT   NOT NULL,
    epoch        BIGINT NOT NULL,
    PRIMARY KEY (at, workspace_id, link_id)
)
--sqlite WITHOUT ROWID
;

-- Which browsers viewed a link that may be viewed often.
CREATE TABLE link_views (
    workspace_id TEXT   NOT NULL,
    link_id      TEXT   NOT NULL,
    epoch        BIGINT NOT NULL,
    binder       BYTEA  NOT NULL,
    viewed_at    BIGINT NOT NULL,
    browser      TEXT   NOT NULL,
    address      TEXT   NOT NULL,
    acked_at     BIGINT,
    PRIMARY KEY (workspace_id, link_id, binder, epoch)
)
--sqlite WITHOUT ROWID
--postgres PARTITION BY RANGE (epoch)
;
--postgres CREATE TABLE link_views_rest PARTITION OF link_views DEFAULT;
