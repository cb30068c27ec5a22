-- Public links: asked for, confirmed, made, viewed.

CREATE TABLE share_intents (
    id           TEXT    NOT NULL PRIMARY KEY,
    workspace_id TEXT    NOT NULL REFERENCES workspaces (id),
    item_id      TEXT    NOT NULL REFERENCES items (id),
    item_version BIGINT  NOT NULL,
    member_id    TEXT    NOT NULL REFERENCES members (id),
    session_id   TEXT    NOT NULL REFERENCES sessions (id),
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
    link_id      TEXT
);
CREATE UNIQUE INDEX share_intents_by_token ON share_intents (token_hash);
CREATE INDEX share_intents_open ON share_intents (member_id, expires_at) WHERE state IN ('waiting', 'confirmed');
CREATE INDEX share_intents_by_expiry ON share_intents (expires_at);

CREATE TABLE links (
    id              TEXT    NOT NULL PRIMARY KEY,
    workspace_id    TEXT    NOT NULL REFERENCES workspaces (id),
    item_id         TEXT    NOT NULL REFERENCES items (id),
    item_version    BIGINT  NOT NULL,
    intent_id       TEXT    NOT NULL UNIQUE,
    created_by      TEXT    NOT NULL REFERENCES members (id),
    kind            TEXT    NOT NULL CHECK (kind IN ('account', 'secret')),
    flags           BIGINT  NOT NULL,
    one_time        BOOLEAN NOT NULL,
    notify          BOOLEAN NOT NULL,
    created_at      BIGINT  NOT NULL,
    expires_at      BIGINT  NOT NULL,
    -- What finds the row, and what proves possession of the link: SHA-256 of `auth`.
    lid             BYTEA   NOT NULL UNIQUE,
    v0              BYTEA   NOT NULL,
    -- The same for a passphrase, with its salt; the recipient check: not used yet.
    v1              BYTEA,
    ps              BYTEA,
    recipient_email BYTEA,
    -- The sealed payload, wrapped once more under the key of the day it was made on.
    -- Nothing once it is erased.
    epoch           BIGINT  NOT NULL,
    commitment      BYTEA   NOT NULL,
    iv              BYTEA   NOT NULL,
    ct              BYTEA,
    state           TEXT    NOT NULL CHECK (state IN ('live', 'claimed', 'locked')),
    -- One-time links: SHA-256 of the cookie of the one browser that was given the item.
    binder          BYTEA,
    redeliver_until BIGINT,
    redelivered     BIGINT  NOT NULL,
    first_opened_at BIGINT,
    acked_at        BIGINT,
    disputed_at     BIGINT,
    revoked_at      BIGINT,
    revoked_by      TEXT,
    CHECK (expires_at > created_at AND expires_at - created_at <= 2592000000)
);
CREATE INDEX links_by_item ON links (workspace_id, item_id, created_at);
CREATE INDEX links_live ON links (workspace_id, item_id, expires_at) WHERE ct IS NOT NULL AND revoked_at IS NULL AND state = 'live';
CREATE INDEX links_to_erase ON links (expires_at) WHERE ct IS NOT NULL;
CREATE INDEX links_to_erase_claimed ON links (redeliver_until) WHERE ct IS NOT NULL AND state = 'claimed';

CREATE TABLE link_views (
    id              TEXT   NOT NULL PRIMARY KEY,
    workspace_id    TEXT   NOT NULL REFERENCES workspaces (id),
    link_id         TEXT   NOT NULL REFERENCES links (id),
    item_version    BIGINT NOT NULL,
    binder          BYTEA  NOT NULL,
    viewed_at       BIGINT NOT NULL,
    browser         TEXT   NOT NULL,
    address         TEXT   NOT NULL,
    acked_at        BIGINT,
    UNIQUE (link_id, binder)
);
