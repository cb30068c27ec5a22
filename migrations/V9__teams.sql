-- Teams: who is in which, and what is shared with them.

CREATE TABLE teams (
    id           TEXT   NOT NULL,
    workspace_id TEXT   NOT NULL REFERENCES workspaces (id),
    name         TEXT   NOT NULL,
    -- As it is compared: without case.
    name_key     TEXT   NOT NULL,
    -- Who decides about its people: they themselves, a provider's group, or a directory by SCIM.
    managed_by   TEXT   NOT NULL CHECK (managed_by IN ('self', 'provider', 'scim')),
    provider_id  TEXT,
    group_name   TEXT,
    -- What a directory calls it.
    external_id  TEXT,
    created_at   BIGINT NOT NULL,
    changed_at   BIGINT NOT NULL,
    -- One that was removed stays, for its name in the log.
    removed_at   BIGINT,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id, provider_id) REFERENCES providers (workspace_id, id),
    CHECK ((managed_by = 'provider') = (provider_id IS NOT NULL)),
    CHECK ((provider_id IS NULL) = (group_name IS NULL)),
    CHECK (managed_by = 'scim' OR external_id IS NULL)
);
CREATE UNIQUE INDEX teams_by_name ON teams (workspace_id, name_key) WHERE removed_at IS NULL;
-- A group is one team.
CREATE UNIQUE INDEX teams_by_group ON teams (workspace_id, provider_id, group_name) WHERE provider_id IS NOT NULL;
CREATE UNIQUE INDEX teams_by_external_id ON teams (workspace_id, external_id) WHERE external_id IS NOT NULL;

CREATE TABLE team_members (
    team_id      TEXT   NOT NULL,
    member_id    TEXT   NOT NULL,
    workspace_id TEXT   NOT NULL,
    role         TEXT   NOT NULL CHECK (role IN ('admin', 'member')),
    added_at     BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, team_id, member_id),
    FOREIGN KEY (workspace_id, team_id) REFERENCES teams (workspace_id, id),
    FOREIGN KEY (workspace_id, member_id) REFERENCES members (workspace_id, id)
)
--sqlite WITHOUT ROWID
;
CREATE INDEX team_members_by_member ON team_members (workspace_id, member_id, team_id);

CREATE TABLE team_grants (
    item_id      TEXT   NOT NULL,
    team_id      TEXT   NOT NULL,
    workspace_id TEXT   NOT NULL,
    role         TEXT   NOT NULL CHECK (role IN ('owner', 'collaborator')),
    granted_by   TEXT   NOT NULL,
    granted_at   BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, item_id, team_id),
    FOREIGN KEY (workspace_id, item_id) REFERENCES items (workspace_id, id),
    FOREIGN KEY (workspace_id, team_id) REFERENCES teams (workspace_id, id),
    FOREIGN KEY (workspace_id, granted_by) REFERENCES members (workspace_id, id)
)
--sqlite WITHOUT ROWID
;
-- A member's list walks along it, team by team.
CREATE INDEX team_grants_by_team ON team_grants (workspace_id, team_id, item_id, role);

-- To which team something was done.
ALTER TABLE events ADD COLUMN team_id TEXT;
