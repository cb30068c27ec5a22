//! What passkeys and ceremonies are.

use serde_json::Value;

use crate::base::{
    clock::Timestamp,
    id::{CeremonyId, IntentId, MemberId, PasskeyId, SessionId, WorkspaceId},
    secret::TokenHash,
};

/// How many passkeys a member may have.
pub const MAX_PASSKEYS: i64 = 20;

/// A member's passkey, as its holder sees it.
#[derive(Clone, Debug)]
pub struct Passkey {
    /// `pky_…`
    pub id: PasskeyId,
    /// What its holder calls it.
    pub name: String,
    /// When it was registered.
    pub created_at: Timestamp,
    /// When it proved its holder's identity last.
    pub last_used_at: Option<Timestamp>,
}

/// A passkey as it is stored.
#[derive(Clone, Debug)]
pub(super) struct Stored {
    pub(super) id: PasskeyId,
    pub(super) workspace: WorkspaceId,
    pub(super) member: MemberId,
    /// The credential as JSON: a public key and facts about it.
    pub(super) credential: String,
}

/// A passkey to be registered.
#[derive(Clone, Debug)]
pub(super) struct NewPasskey {
    pub(super) passkey: Passkey,
    pub(super) credential_id: Vec<u8>,
    pub(super) credential: String,
}

/// A ceremony that was begun.
#[derive(Clone, Debug)]
pub struct Begun {
    /// `pkc_…`
    pub id: CeremonyId,
    /// What the browser is asked, as its own JSON interface takes it.
    pub options: Value,
    /// Until when it can be answered.
    pub expires_at: Timestamp,
}

/// What came back from a browser.
#[derive(Clone, Debug)]
pub struct Answer {
    /// Which ceremony it answers.
    pub ceremony: CeremonyId,
    /// The credential, as the browser's own JSON interface gives it.
    pub credential: Value,
}

/// What an answer is for, and where it counts. An answer to one question is none to another.
#[derive(Clone, Copy, Debug)]
pub enum Bond {
    /// Signing in, in the browser with this cookie.
    SignIn(TokenHash),
    /// Registering a passkey, in this session.
    Register(SessionId),
    /// Proving identity again, in this session.
    StepUp(SessionId),
    /// Confirming this very link asked for, in the session that asked.
    Confirm(SessionId, IntentId),
}

impl Bond {
    /// As it is stored, and bound to what is sealed.
    pub(super) fn text(self) -> String {
        match self {
            Self::SignIn(browser) => format!("sign-in {}", hex::encode(browser.to_vec())),
            Self::Register(session) => format!("register {session}"),
            Self::StepUp(session) => format!("step-up {session}"),
            Self::Confirm(session, intent) => format!("confirm {session} {intent}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::secret::PlainToken;

    #[test]
    fn no_two_bonds_look_the_same() {
        let now = Timestamp::from_millis(1_764_000_000_000);
        let sessions = [SessionId::new(now), SessionId::new(now)];
        let intents = [IntentId::new(now), IntentId::new(now)];
        let mut texts = vec![
            Bond::SignIn(PlainToken::new().hash()).text(),
            Bond::SignIn(PlainToken::new().hash()).text(),
        ];
        for session in sessions {
            texts.push(Bond::Register(session).text());
            texts.push(Bond::StepUp(session).text());
            texts.extend(intents.map(|intent| Bond::Confirm(session, intent).text()));
        }
        let all = texts.len();
        texts.sort();
        texts.dedup();
        assert_eq!(texts.len(), all);
    }
}
