-- Workspaces, their people, and how they sign in.

CREATE TABLE workspaces (
    id         TEXT   NOT NULL PRIMARY KEY,
    name       TEXT   NOT NULL,
    created_at BIGINT NOT NULL
);

CREATE TABLE members (
    id           TEXT   NOT NULL,
    workspace_id TEXT   NOT NULL REFERENCES workspaces (id),
    email        TEXT   NOT NULL,
    email_key    TEXT   NOT NULL,
    first_name   TEXT   NOT NULL,
    last_name    TEXT   NOT NULL,
    role         TEXT   NOT NULL CHECK (role IN ('owner', 'admin', 'user', 'guest')),
    state        TEXT   NOT NULL CHECK (state IN ('invited', 'active', 'suspended', 'removed')),
    created_at   BIGINT NOT NULL,
    last_seen_at BIGINT,
    PRIMARY KEY (workspace_id, id)
);
-- Who was removed stays, for the names in the log; their address can be invited again.
CREATE UNIQUE INDEX members_by_email ON members (workspace_id, email_key) WHERE state <> 'removed';
CREATE INDEX members_by_email_key ON members (email_key);
-- A workspace has one Owner.
CREATE UNIQUE INDEX members_one_owner ON members (workspace_id) WHERE role = 'owner';

CREATE TABLE sign_ins (
    id           TEXT   NOT NULL PRIMARY KEY,
    -- Nothing for an address nobody has: such a sign-in looks the same and leads nowhere.
    workspace_id TEXT,
    member_id    TEXT,
    token_hash   BYTEA  NOT NULL,
    browser_hash BYTEA  NOT NULL,
    code_hash    BYTEA  NOT NULL,
    state        TEXT   NOT NULL CHECK (state IN ('waiting', 'confirmed', 'spent', 'refused', 'cancelled', 'locked')),
    tries        BIGINT NOT NULL,
    browser      TEXT   NOT NULL,
    address      TEXT   NOT NULL,
    created_at   BIGINT NOT NULL,
    expires_at   BIGINT NOT NULL,
    FOREIGN KEY (workspace_id, member_id) REFERENCES members (workspace_id, id)
);
CREATE UNIQUE INDEX sign_ins_by_token ON sign_ins (token_hash);
CREATE UNIQUE INDEX sign_ins_by_browser ON sign_ins (browser_hash);
CREATE INDEX sign_ins_by_expiry ON sign_ins (expires_at);

CREATE TABLE sessions (
    id           TEXT   NOT NULL,
    workspace_id TEXT   NOT NULL,
    member_id    TEXT   NOT NULL,
    token_hash   BYTEA  NOT NULL,
    browser      TEXT   NOT NULL,
    address      TEXT   NOT NULL,
    -- How its holder proved who they are, when it was made.
    method       TEXT   NOT NULL CHECK (method IN ('mail', 'passkey', 'oidc', 'link')),
    -- When they proved it last: when the session was made, again since, or at a provider before.
    confirmed_at BIGINT NOT NULL,
    created_at   BIGINT NOT NULL,
    last_used_at BIGINT NOT NULL,
    expires_at   BIGINT NOT NULL,
    ended_at     BIGINT,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id, member_id) REFERENCES members (workspace_id, id)
);
CREATE UNIQUE INDEX sessions_by_token ON sessions (token_hash);
CREATE INDEX sessions_by_member ON sessions (workspace_id, member_id);
CREATE INDEX sessions_by_expiry ON sessions (expires_at);
