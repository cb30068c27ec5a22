-- Signing in through OpenID Connect providers, and the link that helps when none of them answers.

CREATE TABLE providers (
    id            TEXT    NOT NULL,
    workspace_id  TEXT    NOT NULL REFERENCES workspaces (id),
    name          TEXT    NOT NULL,
    -- Exactly as the provider writes it: it is compared character by character.
    issuer        TEXT    NOT NULL,
    client_id     TEXT    NOT NULL,
    -- Sealed.
    client_secret BYTEA   NOT NULL,
    -- JSON: mail domains whose verified addresses may join by themselves.
    domains       TEXT    NOT NULL,
    default_role  TEXT    NOT NULL CHECK (default_role IN ('admin', 'user', 'guest')),
    -- The claim that lists a person's groups.
    groups_claim  TEXT    NOT NULL,
    only_way_in   BOOLEAN NOT NULL,
    created_at    BIGINT  NOT NULL,
    PRIMARY KEY (workspace_id, id)
);
CREATE UNIQUE INDEX providers_by_id ON providers (id);

-- What belonging to a group at the provider means here.
CREATE TABLE provider_groups (
    workspace_id TEXT NOT NULL,
    provider_id  TEXT NOT NULL,
    group_name   TEXT NOT NULL,
    role         TEXT NOT NULL CHECK (role IN ('admin', 'user', 'guest')),
    PRIMARY KEY (workspace_id, provider_id, group_name),
    FOREIGN KEY (workspace_id, provider_id) REFERENCES providers (workspace_id, id)
);

-- Whom a provider means: by issuer and subject, never by a mail address.
CREATE TABLE identities (
    workspace_id TEXT   NOT NULL,
    provider_id  TEXT   NOT NULL,
    issuer       TEXT   NOT NULL,
    subject      TEXT   NOT NULL,
    member_id    TEXT   NOT NULL,
    created_at   BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, provider_id, issuer, subject),
    FOREIGN KEY (workspace_id, provider_id) REFERENCES providers (workspace_id, id),
    FOREIGN KEY (workspace_id, member_id) REFERENCES members (workspace_id, id)
);
CREATE UNIQUE INDEX identities_by_member ON identities (workspace_id, member_id, provider_id, issuer);

-- Somebody is at the provider. The row goes with its first use.
CREATE TABLE provider_sign_ins (
    id           TEXT   NOT NULL PRIMARY KEY,
    workspace_id TEXT   NOT NULL,
    provider_id  TEXT   NOT NULL,
    state_hash   BYTEA  NOT NULL,
    browser_hash BYTEA  NOT NULL,
    -- Sealed: the PKCE verifier and the nonce.
    secrets      BYTEA  NOT NULL,
    -- Whose account it connects; nothing for a sign-in.
    member_id    TEXT,
    expires_at   BIGINT NOT NULL
);
CREATE UNIQUE INDEX provider_sign_ins_by_state ON provider_sign_ins (state_hash);
CREATE INDEX provider_sign_ins_by_provider ON provider_sign_ins (workspace_id, provider_id);
CREATE INDEX provider_sign_ins_by_expiry ON provider_sign_ins (expires_at);

-- Which session came from which one at the provider, so that either side can end both.
CREATE TABLE provider_sessions (
    workspace_id TEXT   NOT NULL,
    session_id   TEXT   NOT NULL,
    provider_id  TEXT   NOT NULL,
    issuer       TEXT   NOT NULL,
    subject      TEXT   NOT NULL,
    sid          TEXT,
    -- Sealed: shown to the provider when its session shall end as well.
    id_token     BYTEA  NOT NULL,
    expires_at   BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, session_id)
);
CREATE INDEX provider_sessions_by_subject ON provider_sessions (workspace_id, provider_id, subject);
CREATE INDEX provider_sessions_by_sid ON provider_sessions (workspace_id, provider_id, sid) WHERE sid IS NOT NULL;
CREATE INDEX provider_sessions_by_expiry ON provider_sessions (expires_at);

-- Logout tokens that were used, for as long as they would be taken.
CREATE TABLE provider_logouts (
    workspace_id TEXT   NOT NULL,
    provider_id  TEXT   NOT NULL,
    jti_hash     BYTEA  NOT NULL,
    expires_at   BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, provider_id, jti_hash)
);
CREATE INDEX provider_logouts_by_expiry ON provider_logouts (expires_at);

-- Printed by the operator for an Owner: works in any browser, once.
ALTER TABLE sign_ins ADD COLUMN printed BOOLEAN NOT NULL DEFAULT FALSE;
