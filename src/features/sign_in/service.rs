//! From "send me a mail" to a session.

use std::{net::Ipv4Addr, time::Duration};

use guestpass_api_types::sign_in::SignInMethod;

use super::{
    Confirmation, FlowDetails, FlowState, NewSession, SignInError, Started, effective_state,
    model::{Addressee, Flow},
    sessions::{self, ProvedAddress, SessionStart},
    store::{self, NewFlow},
};
use crate::{
    base::{
        client::Client,
        clock::Timestamp,
        email_address::EmailAddress,
        id::{SignInId, WorkspaceId},
        language::Language,
        public_url::PublicUrl,
        random,
        secret::{PlainToken, SecretText, TokenHash, code_hash},
    },
    db::Db,
    features::{
        audit::{self, Action, Actor, NewEvent},
        limits::{self, Limit, SIGN_IN_MAILS, SIGN_IN_MAILS_IN_ALL},
        mail::{Message, Outbox, Prepared, Recipient},
        members::{self, AskedFor, Members},
    },
};

/// How long a sign-in can be confirmed and used.
pub const FLOW_LIFE: Duration = Duration::from_secs(15 * 60);
/// How many wrong match codes end a sign-in.
pub const MAX_TRIES: i64 = 5;
/// How long the asking browser should wait before it asks for another mail.
const RESEND_AFTER: Duration = Duration::from_secs(30);

/// Sign-ins for one address, from wherever: slowed down, never locked out.
const STARTS_PER_ADDRESS: Limit = Limit {
    name: "sign_in_starts",
    burst: 30,
    every: Duration::from_secs(2),
};

/// What can be done about sign-ins; cheap to clone.
#[derive(Clone, Debug)]
pub struct SignIns {
    db: Db,
    outbox: Outbox,
    members: Members,
    public_url: PublicUrl,
}

/// What a browser holds of ours, in its cookies.
#[derive(Clone, Copy, Debug, Default)]
pub struct AskingBrowser<'a> {
    /// The sign-in it asked for.
    pub flow: Option<&'a PlainToken>,
    /// The session it has: a new one replaces it.
    pub session: Option<&'a PlainToken>,
}

/// What one start writes.
#[derive(Debug)]
struct Start {
    flow: NewFlow,
    address: String,
    mail: Prepared,
    replaced: Option<TokenHash>,
}

impl SignIns {
    /// The service over its parts.
    pub fn new(db: Db, outbox: Outbox, members: Members, public_url: PublicUrl) -> Self {
        Self {
            db,
            outbox,
            members,
            public_url,
        }
    }

    /// Starts a sign-in and mails its link, if the address is a member's.
    ///
    /// An unknown or suspended address gets the same answer for the same work: a mail is composed
    /// and sealed, limits are counted and a row is written, only nothing is sent. So neither the
    /// answer nor its time says who is a member. `previous` is the sign-in this browser had before.
    ///
    /// # Errors
    /// When the text is no address, too many ask for it, or the database refuses.
    pub async fn start(
        &self,
        (email, workspace): (&str, AskedFor),
        previous: Option<&PlainToken>,
        client: &Client,
        now: Timestamp,
    ) -> Result<Started, SignInError> {
        let email = EmailAddress::parse(email).map_err(|_| SignInError::NotAnAddress)?;
        let found = self.members.who_may_sign_in(&email, workspace).await?;
        let (id, token, browser) = (SignInId::new(now), PlainToken::new(), PlainToken::new());
        let match_code = random::six_digits();
        let expires_at = now + FLOW_LIFE;
        let mail = {
            let (address, name, first_name, workspace, workspace_name) = match &found {
                Some((m, workspace)) => (
                    &m.email,
                    m.full_name(),
                    &*m.first_name,
                    m.workspace,
                    &**workspace,
                ),
                None => (
                    &email,
                    email.to_string(),
                    "Nobody",
                    WorkspaceId::new(now),
                    "Nowhere",
                ),
            };
            let chosen = found.as_ref().and_then(|(member, _)| member.language);
            let message = Message::SignIn {
                workspace: workspace_name.to_owned(),
                first_name: first_name.to_owned(),
                url: self.link(&token, chosen),
                asked_at: now,
                expires_at,
                browser: client.browser.clone(),
                address: client.address.to_string(),
            };
            let to = Recipient {
                address,
                name: &name,
                language: chosen.or(client.language).unwrap_or_default(),
            };
            self.outbox.prepare(workspace, to, &message, now)?
        };
        let start = Start {
            flow: NewFlow {
                id,
                member: found.map(|(member, _)| (member.workspace, member.id)),
                address_key: Some(email.key()),
                token: token.hash(),
                browser: browser.hash(),
                code: scoped_code(id, match_code.expose()),
                client: client.clone(),
                printed: false,
                expires_at,
            },
            address: email.key(),
            mail,
            replaced: previous.map(PlainToken::hash),
        };
        self.write_start(start, now).await?;
        self.outbox.wake();
        Ok(Started {
            match_code,
            browser,
            expires_at,
            resend_at: now + RESEND_AFTER,
        })
    }

    async fn write_start(&self, start: Start, now: Timestamp) -> Result<(), SignInError> {
        self.db
            .write(start, move |tx, start| {
                Box::pin(async move {
                    limits::take(tx, STARTS_PER_ADDRESS, &start.address, now)
                        .await?
                        .map_err(SignInError::TooOften)?;
                    let network = limits::from_network(&start.address, &start.flow.client);
                    let may_mail = limits::take(tx, SIGN_IN_MAILS, &network, now)
                        .await?
                        .is_ok()
                        && limits::take(tx, SIGN_IN_MAILS_IN_ALL, &start.address, now)
                            .await?
                            .is_ok();
                    store::insert(tx, &start.flow, now).await?;
                    if may_mail && let Some(replaced) = start.replaced {
                        store::replace(tx, replaced).await?;
                    }
                    if may_mail && start.flow.member.is_some() {
                        Outbox::enqueue(tx, &start.mail, now).await?;
                    }
                    Ok(())
                })
            })
            .await
    }

    /// A link that signs a workspace's Owner in, once, in whatever browser opens it: for when mail or
    /// provider is down. Whoever may run commands on the server may read everything there anyway.
    ///
    /// # Errors
    /// When the text is no address, no Owner has it, or the database refuses.
    pub async fn print_link(
        &self,
        email: &str,
        workspace: Option<WorkspaceId>,
        now: Timestamp,
    ) -> Result<SecretText, SignInError> {
        let email = EmailAddress::parse(email).map_err(|_| SignInError::NotAnAddress)?;
        let owner = self.members.owner_with(&email, workspace).await?;
        let owner = owner.ok_or(SignInError::NoOwner)?;
        let (id, token) = (SignInId::new(now), PlainToken::new());
        let event = NewEvent::new(owner.workspace, Actor::System, Action::SignInLinkPrinted);
        let flow = NewFlow {
            id,
            member: Some((owner.workspace, owner.id)),
            address_key: None,
            token: token.hash(),
            // Nobody has them.
            browser: PlainToken::new().hash(),
            code: PlainToken::new().hash(),
            client: Client {
                browser: "The server's command line".to_owned(),
                address: Ipv4Addr::LOCALHOST.into(),
                language: None,
            },
            printed: true,
            expires_at: now + FLOW_LIFE,
        };
        self.db
            .write((flow, event.target(owner.id)), move |tx, (flow, event)| {
                Box::pin(async move {
                    store::insert(tx, flow, now).await?;
                    audit::record(tx, now, event.clone()).await?;
                    Ok::<_, SignInError>(())
                })
            })
            .await?;
        Ok(self.link(&token, owner.language))
    }

    /// How the sign-in of this browser stands, and until when it lasts.
    ///
    /// # Errors
    /// When this browser has none, or the database refuses.
    pub async fn state(
        &self,
        browser: &PlainToken,
        now: Timestamp,
    ) -> Result<(FlowState, Timestamp), SignInError> {
        let flow = store::by_browser(&self.db, browser.hash())
            .await?
            .ok_or(SignInError::NoFlow)?;
        Ok((
            effective_state(flow.state, flow.expires_at, now),
            flow.expires_at,
        ))
    }

    /// What a mail's link is about. Changes nothing.
    ///
    /// # Errors
    /// When there is no such link, or the database refuses.
    pub async fn inspect(
        &self,
        token: &PlainToken,
        browser: Option<&PlainToken>,
        now: Timestamp,
    ) -> Result<FlowDetails, SignInError> {
        let flow = self.by_token(token).await?;
        let same_browser = is_same(&flow, browser) || flow.printed.is_some();
        let addressee = flow.addressee.ok_or(SignInError::NoFlow)?;
        Ok(FlowDetails {
            state: effective_state(flow.state, flow.expires_at, now),
            same_browser,
            workspace: addressee.workspace_name,
            first_name: addressee.first_name,
            asked_at: flow.created_at,
            expires_at: flow.expires_at,
            browser: flow.browser,
            address: flow.address,
            tries_left: (MAX_TRIES - flow.tries).max(0),
        })
    }

    /// Confirms a sign-in by its mail's token: makes the session in the browser that asked, or,
    /// with the match code, allows that browser to finish. A printed link makes it in any browser.
    ///
    /// # Errors
    /// When there is no such sign-in, it is over, or the code is missing or wrong; or the database
    /// refuses.
    pub async fn confirm(
        &self,
        token: &PlainToken,
        browser: AskingBrowser<'_>,
        code: Option<&SecretText>,
        client: &Client,
        now: Timestamp,
    ) -> Result<Confirmation, SignInError> {
        let flow = self.by_token(token).await?;
        let same = browser.flow.filter(|_| is_same(&flow, browser.flow));
        if let Some(flow_hash) = same.map(PlainToken::hash).or(flow.printed) {
            let browser = (flow_hash, browser.session);
            let session = self.spend(&flow, browser, true, client, now).await?;
            return session.map(Confirmation::SignedIn).ok_or(SignInError::Over);
        }
        if effective_state(flow.state, flow.expires_at, now) != FlowState::Waiting {
            return Err(SignInError::Over);
        }
        let digits = code.and_then(digits).ok_or(SignInError::CodeNeeded)?;
        self.try_code(&flow, digits.expose(), client, now).await
    }

    async fn try_code(
        &self,
        flow: &Flow,
        code: &str,
        client: &Client,
        now: Timestamp,
    ) -> Result<Confirmation, SignInError> {
        let addressee = flow.addressee.as_ref().ok_or(SignInError::NoFlow)?;
        let locked = NewEvent::new(addressee.workspace, Actor::System, Action::SignInRefused)
            .target(addressee.member)
            .details("wrong match codes")
            .from(client);
        let tried = self
            .db
            .write(
                (flow.id, scoped_code(flow.id, code), locked),
                move |tx, (id, code, locked)| {
                    Box::pin(async move {
                        let tried = store::try_code(tx, *id, *code, now).await?;
                        if let Some((FlowState::Locked, _)) = tried {
                            audit::record(tx, now, locked.clone()).await?;
                        }
                        // A wrong code is no error here: an error would undo its counting.
                        Ok::<_, SignInError>(tried)
                    })
                },
            )
            .await?;
        match tried {
            Some((FlowState::Confirmed, _)) => Ok(Confirmation::Elsewhere),
            Some((FlowState::Waiting, tries)) => Err(SignInError::CodeWrong {
                tries_left: MAX_TRIES - tries,
            }),
            _ => Err(SignInError::Over),
        }
    }

    /// Makes the session of the browser that asked, after another device confirmed.
    ///
    /// # Errors
    /// When this browser has no sign-in, or it isn't confirmed, or is over; or the database refuses.
    pub async fn finish(
        &self,
        browser: &PlainToken,
        session: Option<&PlainToken>,
        client: &Client,
        now: Timestamp,
    ) -> Result<NewSession, SignInError> {
        let flow = store::by_browser(&self.db, browser.hash())
            .await?
            .ok_or(SignInError::NoFlow)?;
        if effective_state(flow.state, flow.expires_at, now) == FlowState::Waiting {
            return Err(SignInError::NotConfirmed);
        }
        self.spend(&flow, (browser.hash(), session), false, client, now)
            .await?
            .ok_or(SignInError::Over)
    }

    /// Uses the sign-in up and makes its session, both or neither. Of any number of callers at
    /// once, one gets a session.
    async fn spend(
        &self,
        flow: &Flow,
        (browser, session): (TokenHash, Option<&PlainToken>),
        also_waiting: bool,
        client: &Client,
        now: Timestamp,
    ) -> Result<Option<NewSession>, SignInError> {
        let token = PlainToken::new();
        let method = if flow.printed.is_some() {
            SignInMethod::Link
        } else {
            SignInMethod::Mail
        };
        let mut start = SessionStart::new(token.hash(), client.clone(), method, now);
        start.replaces = session.map(PlainToken::hash);
        let made = self
            .db
            .write(
                (flow.id, browser, start),
                move |tx, (id, browser, start)| {
                    Box::pin(async move {
                        let spent = store::spend(tx, *id, *browser, also_waiting, now).await?;
                        let Some(spent) = spent else {
                            return Ok(None);
                        };
                        let Some(member) =
                            members::admit(tx, spent.whose, &start.client, now).await?
                        else {
                            return Ok(None);
                        };
                        let key = spent.address_key;
                        // A mail proves the address it went to, which isn't theirs any more.
                        let own = member.email.key();
                        if key.as_ref().is_some_and(|key| *key != own) {
                            return Err(SignInError::Over);
                        }
                        let start = &SessionStart {
                            address: key.map(|key| ProvedAddress { key, at: now }),
                            ..start.clone()
                        };
                        let network = limits::from_network(&own, &start.client);
                        limits::refill(tx, SIGN_IN_MAILS, &network).await?;
                        sessions::start(tx, start, member, now)
                            .await
                            .map(Some)
                            .map_err(SignInError::from)
                    })
                },
            )
            .await?;
        Ok(made.map(|(me, expires_at)| NewSession {
            token,
            me,
            expires_at,
        }))
    }

    /// Ends a sign-in: "This wasn't me". Can be repeated.
    ///
    /// # Errors
    /// When there is no such sign-in, it was used or is over; or the database refuses.
    pub async fn refuse(
        &self,
        token: &PlainToken,
        client: &Client,
        now: Timestamp,
    ) -> Result<(), SignInError> {
        let flow = self.by_token(token).await?;
        if flow.state == FlowState::Refused {
            return Ok(());
        }
        let Addressee {
            member, workspace, ..
        } = flow.addressee.ok_or(SignInError::NoFlow)?;
        let event = NewEvent::new(workspace, Actor::Member(member), Action::SignInRefused);
        self.db
            .write((flow.id, event.from(client)), move |tx, (id, event)| {
                Box::pin(async move {
                    if !store::refuse(tx, *id, now).await? {
                        return Err(SignInError::Over);
                    }
                    audit::record(tx, now, event.clone()).await?;
                    Ok(())
                })
            })
            .await
    }

    async fn by_token(&self, token: &PlainToken) -> Result<Flow, SignInError> {
        store::by_token(&self.db, token.hash())
            .await?
            .ok_or(SignInError::NoFlow)
    }

    /// The mail's link. The token stands behind the `#`, so that it reaches no server's log.
    fn link(&self, token: &PlainToken, language: Option<Language>) -> SecretText {
        let page = self.public_url.page_in("/confirm-sign-in", language);
        SecretText::new(format!("{page}#{}", token.to_text().expose()))
    }
}

fn is_same(flow: &Flow, browser: Option<&PlainToken>) -> bool {
    browser.is_some_and(|browser| browser.hash().matches(&flow.browser_hash))
}

fn scoped_code(id: SignInId, code: &str) -> TokenHash {
    code_hash(&id.to_string(), code)
}

/// The six digits of a code as people type it, with spaces or dashes between them.
fn digits(typed: &SecretText) -> Option<SecretText> {
    let digits: String = typed
        .expose()
        .chars()
        .filter(|c| !c.is_whitespace() && !matches!(c, '-' | '–' | '.'))
        .collect();
    let is_code = digits.len() == 6 && digits.bytes().all(|b| b.is_ascii_digit());
    is_code.then(|| SecretText::new(digits))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_read_as_people_type_them() {
        let read =
            |typed: &str| digits(&SecretText::new(typed)).map(|code| code.expose().to_owned());
        assert_eq!(read("012 345"), Some("012345".to_owned()));
        assert_eq!(read("012-345 "), Some("012345".to_owned()));
        for bad in ["", "01234", "0123456", "o12345", "١٢٣٤٥٦"] {
            assert_eq!(read(bad), None, "{bad:?}");
        }
    }
}
