-- Accounts and secrets. Names, usernames and websites are encrypted too: a copy names nothing.

CREATE TABLE items (
    id                TEXT   NOT NULL PRIMARY KEY,
    workspace_id      TEXT   NOT NULL REFERENCES workspaces (id),
    kind              TEXT   NOT NULL CHECK (kind IN ('account', 'secret')),
    version           BIGINT NOT NULL,
    created_by        TEXT   NOT NULL REFERENCES members (id),
    created_at        BIGINT NOT NULL,
    changed_at        BIGINT NOT NULL,
    -- When the password, body or MFA key last changed.
    secret_changed_at BIGINT NOT NULL,
    deleted_at        BIGINT
);
CREATE INDEX items_by_workspace ON items (workspace_id, kind) WHERE deleted_at IS NULL;

CREATE TABLE item_versions (
    item_id      TEXT   NOT NULL REFERENCES items (id),
    version      BIGINT NOT NULL,
    workspace_id TEXT   NOT NULL REFERENCES workspaces (id),
    -- A fresh data key for every version, wrapped under a key-encryption key.
    kek_id       TEXT   NOT NULL REFERENCES key_encryption_keys (id),
    wrapped_key  BYTEA  NOT NULL,
    summary      BYTEA  NOT NULL,
    secret       BYTEA  NOT NULL,
    created_by   TEXT   NOT NULL REFERENCES members (id),
    created_at   BIGINT NOT NULL,
    PRIMARY KEY (item_id, version)
);

CREATE TABLE grants (
    item_id      TEXT   NOT NULL REFERENCES items (id),
    member_id    TEXT   NOT NULL REFERENCES members (id),
    workspace_id TEXT   NOT NULL REFERENCES workspaces (id),
    role         TEXT   NOT NULL CHECK (role IN ('owner', 'collaborator')),
    granted_by   TEXT   NOT NULL REFERENCES members (id),
    granted_at   BIGINT NOT NULL,
    PRIMARY KEY (item_id, member_id)
);
CREATE INDEX grants_by_member ON grants (workspace_id, member_id);

CREATE TABLE attachments (
    id           TEXT    NOT NULL PRIMARY KEY,
    workspace_id TEXT    NOT NULL REFERENCES workspaces (id),
    item_id      TEXT    NOT NULL REFERENCES items (id),
    kek_id       TEXT    NOT NULL REFERENCES key_encryption_keys (id),
    wrapped_key  BYTEA   NOT NULL,
    name         BYTEA   NOT NULL,
    size         BIGINT  NOT NULL,
    complete     BOOLEAN NOT NULL,
    created_by   TEXT    NOT NULL REFERENCES members (id),
    created_at   BIGINT  NOT NULL
);
CREATE INDEX attachments_by_item ON attachments (item_id);
CREATE INDEX attachments_incomplete ON attachments (created_at) WHERE NOT complete;

-- The content in sealed segments (STREAM): each knows its place and whether it is the last.
CREATE TABLE attachment_segments (
    attachment_id TEXT   NOT NULL REFERENCES attachments (id),
    position      BIGINT NOT NULL,
    data          BYTEA  NOT NULL,
    PRIMARY KEY (attachment_id, position)
);
