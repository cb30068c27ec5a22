-- Accounts and secrets. Names, usernames and websites are encrypted too: a copy names nothing.

CREATE TABLE items (
    id                TEXT   NOT NULL,
    workspace_id      TEXT   NOT NULL REFERENCES workspaces (id),
    kind              TEXT   NOT NULL CHECK (kind IN ('account', 'secret')),
    version           BIGINT NOT NULL,
    created_by        TEXT   NOT NULL,
    created_at        BIGINT NOT NULL,
    changed_at        BIGINT NOT NULL,
    -- When the password, body or MFA key last changed.
    secret_changed_at BIGINT NOT NULL,
    deleted_at        BIGINT,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id, created_by) REFERENCES members (workspace_id, id)
)
--sqlite WITHOUT ROWID
;

CREATE TABLE item_versions (
    item_id      TEXT   NOT NULL,
    version      BIGINT NOT NULL,
    workspace_id TEXT   NOT NULL,
    -- A fresh data key for every version, wrapped under a key-encryption key.
    kek_id       TEXT   NOT NULL REFERENCES key_encryption_keys (id),
    wrapped_key  BYTEA  NOT NULL,
    summary      BYTEA  NOT NULL,
    secret       BYTEA  NOT NULL,
    created_by   TEXT   NOT NULL,
    created_at   BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, item_id, version),
    FOREIGN KEY (workspace_id, item_id) REFERENCES items (workspace_id, id),
    FOREIGN KEY (workspace_id, created_by) REFERENCES members (workspace_id, id)
);

CREATE TABLE grants (
    item_id      TEXT   NOT NULL,
    member_id    TEXT   NOT NULL,
    workspace_id TEXT   NOT NULL,
    role         TEXT   NOT NULL CHECK (role IN ('owner', 'collaborator')),
    granted_by   TEXT   NOT NULL,
    granted_at   BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, item_id, member_id),
    FOREIGN KEY (workspace_id, item_id) REFERENCES items (workspace_id, id),
    FOREIGN KEY (workspace_id, member_id) REFERENCES members (workspace_id, id),
    FOREIGN KEY (workspace_id, granted_by) REFERENCES members (workspace_id, id)
)
--sqlite WITHOUT ROWID
;
-- A member's list walks along it, without a look at the grants themselves.
CREATE INDEX grants_by_member ON grants (workspace_id, member_id, item_id, role);

CREATE TABLE attachments (
    id           TEXT    NOT NULL,
    workspace_id TEXT    NOT NULL,
    item_id      TEXT    NOT NULL,
    kek_id       TEXT    NOT NULL REFERENCES key_encryption_keys (id),
    wrapped_key  BYTEA   NOT NULL,
    name         BYTEA   NOT NULL,
    size         BIGINT  NOT NULL,
    complete     BOOLEAN NOT NULL,
    created_by   TEXT    NOT NULL,
    created_at   BIGINT  NOT NULL,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id, item_id) REFERENCES items (workspace_id, id),
    FOREIGN KEY (workspace_id, created_by) REFERENCES members (workspace_id, id)
);
CREATE INDEX attachments_by_item ON attachments (workspace_id, item_id);
CREATE INDEX attachments_incomplete ON attachments (created_at) WHERE NOT complete;

-- The content in sealed segments (STREAM): each knows its place and whether it is the last.
CREATE TABLE attachment_segments (
    workspace_id  TEXT   NOT NULL,
    attachment_id TEXT   NOT NULL,
    position      BIGINT NOT NULL,
    data          BYTEA  NOT NULL,
    PRIMARY KEY (workspace_id, attachment_id, position),
    FOREIGN KEY (workspace_id, attachment_id) REFERENCES attachments (workspace_id, id)
);
