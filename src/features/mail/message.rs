//! What we write to people, and about what.

use guestpass_api_types::secret::SecretText;

use crate::base::clock::Timestamp;

/// A mail, before it is put into words. None names an item: mails pass through many hands.
#[derive(Debug)]
pub enum Message {
    /// Somebody asked to sign in with this address.
    SignIn {
        /// The workspace's name.
        workspace: String,
        /// Whom to address.
        first_name: String,
        /// Where to confirm; holds the one-time token.
        url: SecretText,
        /// When it was asked for.
        asked_at: Timestamp,
        /// Until when it can be confirmed.
        expires_at: Timestamp,
        /// From which browser.
        browser: String,
        /// From which network address.
        address: String,
    },
    /// A member was invited.
    Invitation {
        /// The workspace's name.
        workspace: String,
        /// Whom to address.
        first_name: String,
        /// Who invites.
        inviter: String,
        /// Where to sign in.
        url: String,
    },
    /// A member asked for a public link.
    ConfirmLink {
        /// The workspace's name.
        workspace: String,
        /// Whom to address.
        first_name: String,
        /// Where to confirm; holds the one-time token.
        url: SecretText,
        /// When it was asked for.
        asked_at: Timestamp,
        /// Until when it can be confirmed.
        expires_at: Timestamp,
        /// From which browser.
        browser: String,
        /// From which network address.
        address: String,
    },
    /// A recipient opened a link.
    LinkOpened {
        /// The workspace's name.
        workspace: String,
        /// Whom to address.
        first_name: String,
        /// The page of the item.
        item_url: String,
        /// When it was opened.
        opened_at: Timestamp,
        /// With which browser.
        browser: String,
        /// From where, without the last part.
        address_masked: String,
        /// Where these mails can be switched off.
        profile_url: String,
    },
    /// A recipient of a spent link says that it was somebody else who opened it.
    LinkDisputed {
        /// The workspace's name.
        workspace: String,
        /// Whom to address.
        first_name: String,
        /// The page of the item.
        item_url: String,
        /// When the link was opened.
        opened_at: Timestamp,
        /// When the recipient said so.
        disputed_at: Timestamp,
    },
    /// To admins: a member says that it wasn't them who asked for a link or to sign in.
    IntentRefused {
        /// The workspace's name.
        workspace: String,
        /// Whom to address.
        first_name: String,
        /// Who refused.
        who: String,
        /// When it was asked for.
        asked_at: Timestamp,
        /// From which browser.
        browser: String,
        /// From which network address.
        address: String,
    },
    /// To the address that somebody had: their company's directory gave them another one.
    AddressChanged {
        /// The workspace's name.
        workspace: String,
        /// Whom to address.
        first_name: String,
        /// The new address.
        address: String,
        /// When it was changed.
        changed_at: Timestamp,
    },
}

impl Message {
    /// When its link expires: from then on the mail helps nobody.
    pub(super) fn useful_until(&self) -> Option<Timestamp> {
        match self {
            Self::SignIn { expires_at, .. } | Self::ConfirmLink { expires_at, .. } => {
                Some(*expires_at)
            }
            Self::Invitation { .. }
            | Self::LinkOpened { .. }
            | Self::LinkDisputed { .. }
            | Self::IntentRefused { .. }
            | Self::AddressChanged { .. } => None,
        }
    }
}
