-- Several workspaces on one installation, and what each of them decides for itself.

-- The one or two letters that stand for it; none means those of its name.
ALTER TABLE workspaces ADD COLUMN monogram TEXT NOT NULL DEFAULT '';
-- Their colour, in degrees; nothing means the product's own.
ALTER TABLE workspaces ADD COLUMN hue BIGINT CHECK (hue BETWEEN 0 AND 359);
-- The version of its logo, if it has one.
ALTER TABLE workspaces ADD COLUMN logo TEXT;
-- How long its sessions live without a request, and at most. What is shortened is shortened for those under
-- way, too; what is lengthened isn't.
ALTER TABLE workspaces ADD COLUMN session_idle_ms BIGINT NOT NULL DEFAULT 1800000
    CHECK (session_idle_ms BETWEEN 300000 AND 86400000);
ALTER TABLE workspaces ADD COLUMN session_absolute_ms BIGINT NOT NULL DEFAULT 43200000
    CHECK (session_absolute_ms BETWEEN 3600000 AND 604800000 AND session_idle_ms <= session_absolute_ms);
-- JSON: mail domains whose addresses may become members; none means all. Guests come from anywhere.
ALTER TABLE workspaces ADD COLUMN mail_domains TEXT NOT NULL DEFAULT '[]';

CREATE TABLE workspace_logos (
    workspace_id TEXT  NOT NULL PRIMARY KEY REFERENCES workspaces (id),
    -- A PNG drawn anew from what was uploaded.
    picture      BYTEA NOT NULL
);

-- How long a session lives without a request.
ALTER TABLE sessions ADD COLUMN idle_ms BIGINT NOT NULL DEFAULT 1800000;

-- The address a mail went to. A member's own may change before they press its button.
ALTER TABLE sign_ins ADD COLUMN address_key TEXT;
-- The address that a session's holder proved by a mail, and when: good for every workspace that takes
-- mails. A provider or a passkey of one workspace proves nothing to another.
ALTER TABLE sessions ADD COLUMN address_key TEXT;
ALTER TABLE sessions ADD COLUMN address_proved_at BIGINT;
