-- What a directory may do, more narrowly.

-- A token is its maker's, and ends with them. So do those of people who had left already, or weren't
-- Owner or Admin any more.
UPDATE scim_tokens SET ended_at = created_at WHERE ended_at IS NULL AND NOT EXISTS
    (SELECT 1 FROM members m WHERE m.workspace_id = scim_tokens.workspace_id AND m.id = scim_tokens.made_by
     AND m.state = 'active' AND m.role IN ('owner', 'admin'));

-- Whether somebody was a member before the directory answered for them. One transaction made both of
-- who wasn't.
ALTER TABLE scim_users ADD COLUMN adopted BOOLEAN NOT NULL DEFAULT TRUE;
UPDATE scim_users SET adopted = FALSE WHERE created_at =
    (SELECT m.created_at FROM members m
     WHERE m.workspace_id = scim_users.workspace_id AND m.id = scim_users.member_id);
