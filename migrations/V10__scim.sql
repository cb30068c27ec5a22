-- What a company's directory keeps up to date by SCIM: its tokens, and the people it answers for.

CREATE TABLE scim_tokens (
    id           TEXT   NOT NULL,
    workspace_id TEXT   NOT NULL REFERENCES workspaces (id),
    token_hash   BYTEA  NOT NULL,
    made_by      TEXT   NOT NULL,
    created_at   BIGINT NOT NULL,
    last_used_at BIGINT,
    ended_at     BIGINT,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id, made_by) REFERENCES members (workspace_id, id)
);
-- A token says by itself which workspace it is for.
CREATE UNIQUE INDEX scim_tokens_by_hash ON scim_tokens (token_hash);

-- Members whom the directory answers for, with what it calls them.
CREATE TABLE scim_users (
    workspace_id  TEXT   NOT NULL,
    member_id     TEXT   NOT NULL,
    user_name     TEXT   NOT NULL,
    -- As it is compared: without case.
    user_name_key TEXT   NOT NULL,
    external_id   TEXT,
    display_name  TEXT,
    created_at    BIGINT NOT NULL,
    changed_at    BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, member_id),
    FOREIGN KEY (workspace_id, member_id) REFERENCES members (workspace_id, id)
);
CREATE UNIQUE INDEX scim_users_by_name ON scim_users (workspace_id, user_name_key);
CREATE INDEX scim_users_by_external_id ON scim_users (workspace_id, external_id);

-- Whether it was the directory that suspended a member. It lifts no suspension that a person decided.
ALTER TABLE members ADD COLUMN held_by_directory BOOLEAN NOT NULL DEFAULT FALSE;
