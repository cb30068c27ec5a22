-- Passkeys: who holds which, and the ceremonies under way.

CREATE TABLE passkeys (
    id            TEXT   NOT NULL,
    workspace_id  TEXT   NOT NULL,
    member_id     TEXT   NOT NULL,
    credential_id BYTEA  NOT NULL,
    -- The credential as JSON, not sealed: a public key and facts about it, which sign nobody in.
    credential    TEXT   NOT NULL,
    -- What it counted when it signed last; most say 0 for ever.
    counter       BIGINT NOT NULL,
    name          TEXT   NOT NULL,
    created_at    BIGINT NOT NULL,
    last_used_at  BIGINT,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id, member_id) REFERENCES members (workspace_id, id)
);
-- A passkey says by itself whose it is: it belongs to one member of the whole installation.
CREATE UNIQUE INDEX passkeys_by_credential ON passkeys (credential_id);
CREATE INDEX passkeys_by_member ON passkeys (workspace_id, member_id, created_at);

-- A question put to a browser that wasn't answered yet. Signing in has no workspace before it is over.
CREATE TABLE passkey_ceremonies (
    id         TEXT   NOT NULL PRIMARY KEY,
    -- What the answer is for, and in which browser or session it counts.
    bound_to   TEXT   NOT NULL,
    -- The challenge and what was asked for, sealed.
    state      BYTEA  NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX passkey_ceremonies_by_expiry ON passkey_ceremonies (expires_at);

-- What confirming a public link takes.
ALTER TABLE workspaces ADD COLUMN link_confirmation TEXT NOT NULL DEFAULT 'mail_or_passkey'
    CHECK (link_confirmation IN ('mail', 'passkey', 'mail_or_passkey'));
