//! What an event says.

use std::{borrow::Cow, fmt};

use crate::base::{
    client::Client,
    clock::Timestamp,
    id::{EventId, ItemId, LinkId, MemberId, ScimTokenId, TeamId, WorkspaceId},
};

macro_rules! actions {
    ($($(#[$doc:meta])* $name:ident = $text:literal,)*) => {
        /// What was done. The texts are stable: they are stored, filtered by and exported.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Action {$(
            $(#[$doc])*
            #[doc = concat!("`", $text, "`")]
            $name,
        )*}

        impl Action {
            /// The stable text of the action.
            pub const fn as_str(self) -> &'static str {
                match self {$(Self::$name => $text,)*}
            }
        }
    };
}

actions! {
    WorkspaceCreated = "workspace.created",
    SessionStarted = "session.started",
    SessionEnded = "session.ended",
    SignInRefused = "sign_in.refused",
    PasskeyAdded = "passkey.added",
    PasskeyRenamed = "passkey.renamed",
    PasskeyRemoved = "passkey.removed",
    PasskeyRefused = "passkey.refused",
    IdentityConfirmed = "session.confirmed",
    LinkConfirmationChanged = "workspace.link_confirmation_changed",
    WorkspaceRenamed = "workspace.renamed",
    WorkspaceMarkChanged = "workspace.mark_changed",
    WorkspaceLogoChanged = "workspace.logo_changed",
    SessionLengthsChanged = "workspace.sessions_changed",
    MailDomainsChanged = "workspace.domains_changed",
    MemberInvited = "member.invited",
    MemberJoined = "member.joined",
    MemberRoleChanged = "member.role_changed",
    IdentityConnected = "identity.connected",
    IdentityDisconnected = "identity.disconnected",
    SignInLinkPrinted = "sign_in.link_printed",
    ProviderAdded = "provider.added",
    ProviderChanged = "provider.changed",
    ProviderRemoved = "provider.removed",
    ProviderTested = "provider.tested",
    MemberRenamed = "member.renamed",
    PreferencesChanged = "member.preferences_changed",
    MemberSuspended = "member.suspended",
    MemberReinstated = "member.reinstated",
    MemberRemoved = "member.removed",
    WorkspaceHandedOver = "workspace.handed_over",
    TeamCreated = "team.created",
    TeamRenamed = "team.renamed",
    TeamRemoved = "team.removed",
    TeamReleased = "team.released",
    TeamMemberAdded = "team.member_added",
    TeamMemberRemoved = "team.member_removed",
    TeamRoleChanged = "team.role_changed",
    ItemCreated = "item.created",
    ItemChanged = "item.changed",
    ItemDeleted = "item.deleted",
    ItemRevealed = "item.revealed",
    CodeShown = "item.code_shown",
    AccessGranted = "access.granted",
    AccessChanged = "access.changed",
    AccessRemoved = "access.removed",
    TeamAccessGranted = "access.team_granted",
    TeamAccessChanged = "access.team_changed",
    TeamAccessRemoved = "access.team_removed",
    AttachmentAdded = "attachment.added",
    AttachmentDownloaded = "attachment.downloaded",
    AttachmentRemoved = "attachment.removed",
    IntentStarted = "intent.started",
    IntentConfirmed = "intent.confirmed",
    IntentRefused = "intent.refused",
    IntentLocked = "intent.locked",
    IntentCancelled = "intent.cancelled",
    LinkCreated = "link.created",
    LinkOpened = "link.opened",
    LinkRedelivered = "link.redelivered",
    LinkAcknowledged = "link.acknowledged",
    LinkRevoked = "link.revoked",
    LinkHandedOver = "link.handed_over",
    LinkRetried = "link.retried",
    LinkDisputed = "link.disputed",
    MailFailed = "mail.failed",
    ProvisioningTokenMade = "provisioning.token_made",
    ProvisioningTokenEnded = "provisioning.token_ended",
    MemberProvisioned = "member.provisioned",
    MemberAdopted = "member.adopted",
    MemberChanged = "member.changed",
    MemberReaddressed = "member.address_changed",
}

/// Who did it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Actor {
    /// A member.
    Member(MemberId),
    /// Somebody who holds a public link.
    Recipient,
    /// Guestpass itself.
    System,
    /// The company's directory, which provisions people by SCIM, by the token that it showed.
    Provisioning(ScimTokenId),
}

/// In whose name something is done, where, and from where.
#[derive(Clone, Debug)]
pub struct By {
    /// In which workspace.
    pub workspace: WorkspaceId,
    /// Who does it.
    pub actor: Actor,
    /// From where.
    pub client: Client,
}

impl By {
    /// The member who does it, if one does.
    pub fn member(&self) -> Option<MemberId> {
        match self.actor {
            Actor::Member(member) => Some(member),
            Actor::Recipient | Actor::System | Actor::Provisioning(_) => None,
        }
    }

    /// The event that tells of it.
    pub fn event(&self, action: Action) -> NewEvent {
        NewEvent::new(self.workspace, self.actor, action).from(&self.client)
    }
}

/// An event to be recorded. Nothing secret belongs in it, nor a title.
#[derive(Clone, Debug)]
pub struct NewEvent {
    /// Whose log.
    pub workspace: WorkspaceId,
    /// What was done.
    pub action: Action,
    /// Who did it.
    pub actor: Actor,
    /// To which item.
    pub item: Option<ItemId>,
    /// To which link.
    pub link: Option<LinkId>,
    /// To which other member.
    pub target: Option<MemberId>,
    /// To which team.
    pub team: Option<TeamId>,
    /// From where, unless Guestpass did it itself.
    pub client: Option<Client>,
    /// A short fact that helps to understand it, such as the field that was revealed.
    pub details: Cow<'static, str>,
}

impl NewEvent {
    /// An event with nothing but its actor and action.
    pub fn new(workspace: WorkspaceId, actor: Actor, action: Action) -> Self {
        Self {
            workspace,
            action,
            actor,
            item: None,
            link: None,
            target: None,
            team: None,
            client: None,
            details: Cow::Borrowed(""),
        }
    }

    /// From where it was done.
    #[must_use]
    pub fn from(mut self, client: &Client) -> Self {
        self.client = Some(client.clone());
        self
    }

    /// The item it was done to.
    #[must_use]
    pub fn item(mut self, item: ItemId) -> Self {
        self.item = Some(item);
        self
    }

    /// The link it was done to.
    #[must_use]
    pub fn link(mut self, link: LinkId) -> Self {
        self.link = Some(link);
        self
    }

    /// The member it was done to.
    #[must_use]
    pub fn target(mut self, member: MemberId) -> Self {
        self.target = Some(member);
        self
    }

    /// The team it was done to.
    #[must_use]
    pub fn team(mut self, team: TeamId) -> Self {
        self.team = Some(team);
        self
    }

    /// A short fact that helps to understand it.
    #[must_use]
    pub fn details(mut self, details: impl Into<Cow<'static, str>>) -> Self {
        self.details = details.into();
        self
    }
}

/// Where a page of the log ended: the next one begins before this event. Its text is opaque to
/// callers, who hand it back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EventCursor {
    /// When the event happened.
    pub at: Timestamp,
    /// Which one it is, of those of the same instant.
    pub id: EventId,
}

impl fmt::Display for EventCursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.at.millis(), self.id)
    }
}

impl<'de> serde::Deserialize<'de> for EventCursor {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let parts = text.split_once('.').and_then(|(at, id)| {
            Some(Self {
                at: Timestamp::from_millis(at.parse().ok()?),
                id: id.parse().ok()?,
            })
        });
        parts.ok_or_else(|| serde::de::Error::custom("not the `next` of a page"))
    }
}

/// An event as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredEvent {
    /// `evt_…`
    pub id: EventId,
    /// Whose log.
    pub workspace: WorkspaceId,
    /// When.
    pub at: Timestamp,
    /// What, see [`Action::as_str`].
    pub action: String,
    /// `member`, `recipient`, `system` or `provisioning`.
    pub actor_kind: String,
    /// The member who did it.
    pub actor_id: Option<MemberId>,
    /// The item.
    pub item: Option<ItemId>,
    /// The link.
    pub link: Option<LinkId>,
    /// The other member.
    pub target: Option<MemberId>,
    /// The team.
    pub team: Option<TeamId>,
    /// The address, masked for recipients; or empty.
    pub address: String,
    /// The browser, or empty.
    pub browser: String,
    /// A short fact, or empty.
    pub details: String,
    /// Its place in the chain.
    pub seq: Option<i64>,
    /// Its link in the chain.
    pub hash: Option<Vec<u8>>,
}
