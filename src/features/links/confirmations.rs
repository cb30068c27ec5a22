//! The page behind the button of a confirmation mail: looking, confirming, "This wasn't me".

use guestpass_api_types::{secret::SecretText, sign_in::ConfirmDetails};
use zeroize::Zeroizing;

use super::{
    LinkError, intent_store,
    intents::{Intents, may_share, told, unchanged},
    link_store,
    model::{CODE_TRIES, FlowState, Intent},
    rule_store, rules,
};
use crate::{
    base::{
        client::Client,
        clock::Timestamp,
        id::SessionId,
        secret::{PlainToken, TokenHash, code_hash},
    },
    db::Tx,
    features::{
        access::AccessError,
        audit::{self, Action, Actor},
        items::{ItemError, Items},
        mail::{Message, Outbox, Prepared, Recipient},
        members::{Me, Members},
        sign_in, signals,
        withdrawal::intent_topic,
    },
};

/// How trying to confirm ended. Refusals that must be remembered are no errors: an error would roll
/// the counting of the try back.
pub(super) enum Tried {
    Confirmed,
    Wrong { left: i64 },
    Locked,
}

/// What confirms.
#[derive(Clone, Copy, Debug)]
pub(super) enum By {
    /// The mail, in the session that asked.
    Mail,
    /// The mail on another device, with this match code.
    MailElsewhere(TokenHash),
    /// A passkey of the member who asked.
    Passkey,
}

impl By {
    /// As the log tells it.
    fn text(self) -> &'static str {
        match self {
            Self::Mail => "by mail",
            Self::MailElsewhere(_) => "by mail, on another device",
            Self::Passkey => "by passkey",
        }
    }
}

impl Intents {
    /// What a mail's link is about. `session` is the asking browser's, if it has one.
    ///
    /// # Errors
    /// Not found; or the database refuses.
    pub async fn inspect(
        &self,
        token: &PlainToken,
        session: Option<SessionId>,
        now: Timestamp,
    ) -> Result<ConfirmDetails, LinkError> {
        let intent = self.by_token(token, now).await?;
        let member = Members::by_id(&self.db, intent.workspace, intent.member)
            .await?
            .ok_or(LinkError::NotFound)?;
        let state = rules::intent_state(&intent, now);
        let item = match state {
            FlowState::Waiting => self.name_of(&intent).await?,
            _ => None,
        };
        Ok(ConfirmDetails {
            state,
            same_browser: session == Some(intent.session),
            workspace: self.members.workspace(intent.workspace).await?.name,
            first_name: member.first_name,
            item,
            expires_in: Some(intent.lifetime.seconds()),
            one_time: Some(intent.one_time),
            asked_at: intent.created_at.millis(),
            expires_at: intent.expires_at.millis(),
            browser: intent.browser,
            address: intent.address,
            tries_left: CODE_TRIES - intent.tries,
        })
    }

    /// Confirms: in the session that asked without more, elsewhere with the match code.
    ///
    /// # Errors
    /// A wrong code, over, the workspace wants a passkey, the member isn't an Owner any more, the item changed; or the database
    /// refuses.
    pub async fn confirm(
        &self,
        token: &PlainToken,
        session: Option<SessionId>,
        code: Option<&SecretText>,
        client: &Client,
        now: Timestamp,
    ) -> Result<(), LinkError> {
        let intent = self.by_token(token, now).await?;
        let state = rules::intent_state(&intent, now);
        if state != FlowState::Waiting {
            return Err(LinkError::FlowOver(state));
        }
        // What can't be a code costs no try.
        let by = match code {
            _ if session == Some(intent.session) => By::Mail,
            code => {
                let digits = code.and_then(six_digits).ok_or(LinkError::CodeNeeded)?;
                By::MailElsewhere(code_hash(&intent.id.to_string(), &digits))
            }
        };
        let id = intent.id;
        let input = (intent, by, client.clone(), now);
        let tried = self
            .db
            .write(input, |tx, (intent, by, client, now)| {
                Box::pin(confirm_in(tx, intent, *by, client, *now))
            })
            .await?;
        self.signals.wake(&intent_topic(id));
        match tried {
            Tried::Confirmed => Ok(()),
            Tried::Wrong { left } => Err(LinkError::CodeWrong(left)),
            Tried::Locked => Err(LinkError::FlowOver(FlowState::Locked)),
        }
    }

    /// "This wasn't me": ends the intent and the session that asked, takes back a link that came of
    /// it already, and tells the admins.
    ///
    /// # Errors
    /// There is nothing left to end; or the database refuses.
    pub async fn refuse(
        &self,
        token: &PlainToken,
        client: &Client,
        now: Timestamp,
    ) -> Result<(), LinkError> {
        let intent = self.by_token(token, now).await?;
        let mails = self.alarms(&intent, now).await?;
        let (id, session) = (intent.id, intent.session);
        let input = (intent, mails, client.clone(), now);
        let ended = self
            .db
            .write(input, |tx, (intent, mails, client, now)| {
                Box::pin(refuse_in(tx, intent, mails, client, *now))
            })
            .await?;
        self.signals.wake(&intent_topic(id));
        self.signals.wake(&sign_in::session_topic(session));
        self.outbox.wake();
        if ended {
            Ok(())
        } else {
            Err(LinkError::FlowOver(FlowState::Refused))
        }
    }

    /// The name of what would be shared; nothing once it was deleted, which confirming will say.
    async fn name_of(&self, intent: &Intent) -> Result<Option<String>, LinkError> {
        let payload = self
            .items
            .payload_of(intent.workspace, intent.item, intent.item_version)
            .await;
        match payload {
            Ok(payload) => Ok(Some(payload.name)),
            Err(ItemError::Access(AccessError::Hidden)) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    async fn by_token(&self, token: &PlainToken, now: Timestamp) -> Result<Intent, LinkError> {
        intent_store::by_token(&self.db, token.hash(), now)
            .await?
            .ok_or(LinkError::NotFound)
    }

    async fn alarms(&self, intent: &Intent, now: Timestamp) -> Result<Vec<Prepared>, LinkError> {
        let who = Members::by_id(&self.db, intent.workspace, intent.member).await?;
        let who = who.map(|member| member.full_name()).unwrap_or_default();
        let workspace = self.members.workspace(intent.workspace).await?.name;
        let mut mails = Vec::new();
        for admin in Members::admins(&self.db, intent.workspace).await? {
            let message = Message::IntentRefused {
                workspace: workspace.clone(),
                first_name: admin.first_name.clone(),
                who: who.clone(),
                asked_at: intent.created_at,
                browser: intent.browser.clone(),
                address: intent.address.clone(),
            };
            let to = Recipient {
                address: &admin.email,
                name: &admin.full_name(),
                language: admin.language.unwrap_or_default(),
            };
            mails.push(self.outbox.prepare(intent.workspace, to, &message, now)?);
        }
        Ok(mails)
    }
}

/// Whether there was anything to end.
async fn refuse_in(
    tx: &mut Tx,
    intent: &Intent,
    mails: &[Prepared],
    client: &Client,
    now: Timestamp,
) -> Result<bool, LinkError> {
    let who = Actor::Member(intent.member);
    let closed = intent_store::close(tx, intent, "refused").await?;
    // The row again: the link may have been made since it was read.
    let made = intent_store::link_of(tx, intent).await?;
    let mut taken_back = false;
    if let Some(link) = made {
        taken_back =
            link_store::revoke(tx, intent.workspace, link, Some(intent.member), now).await?;
        if taken_back {
            let event = told(intent, who, Action::LinkRevoked, client);
            audit::record(tx, now, event.link(link)).await?;
        }
    }
    if !closed && !taken_back {
        return Ok(false);
    }
    sign_in::end_session(
        tx,
        (intent.workspace, intent.session),
        "refused by mail",
        client,
        now,
    )
    .await?;
    audit::record(tx, now, told(intent, who, Action::IntentRefused, client)).await?;
    signals::raise(tx, &intent_topic(intent.id), now).await?;
    for mail in mails {
        Outbox::enqueue(tx, mail, now).await?;
    }
    Ok(true)
}

pub(super) async fn confirm_in(
    tx: &mut Tx,
    intent: &Intent,
    by: By,
    client: &Client,
    now: Timestamp,
) -> Result<Tried, LinkError> {
    // Here, not when the mail was sent: the rule of now counts.
    let rule = rule_store::rule(&mut *tx, intent.workspace).await?;
    rules::may_confirm(rule, matches!(by, By::Passkey))?;
    let member = Members::by_id(&mut *tx, intent.workspace, intent.member)
        .await?
        .ok_or(LinkError::NotOwner)?;
    let me = Me {
        member,
        session: intent.session,
        // By what they confirm with.
        confirmed_at: now,
    };
    unchanged(
        intent,
        Items::head(&mut *tx, intent.workspace, intent.item)
            .await?
            .as_ref(),
    )?;
    may_share(&mut *tx, &me, intent.item)
        .await
        .map_err(|error| match error {
            LinkError::NotFound => LinkError::NotOwner,
            other => other,
        })?;
    let over = LinkError::FlowOver(FlowState::Expired);
    let tried = match by {
        By::Mail | By::Passkey => match intent_store::confirm(tx, intent, now).await? {
            true => Tried::Confirmed,
            false => return Err(over),
        },
        By::MailElsewhere(code) => match intent_store::try_code(tx, intent, code, now)
            .await?
            .ok_or(over)?
        {
            (FlowState::Confirmed, _) => Tried::Confirmed,
            (FlowState::Locked, _) => Tried::Locked,
            (_, tries) => Tried::Wrong {
                left: CODE_TRIES - tries,
            },
        },
    };
    let action = match tried {
        Tried::Confirmed => Action::IntentConfirmed,
        Tried::Locked => Action::IntentLocked,
        Tried::Wrong { .. } => return Ok(tried),
    };
    let event = told(intent, Actor::Member(intent.member), action, client);
    audit::record(tx, now, event.details(by.text())).await?;
    signals::raise(tx, &intent_topic(intent.id), now).await?;
    Ok(tried)
}

/// The six digits somebody typed, however they grouped them; nothing when they are no six digits.
fn six_digits(code: &SecretText) -> Option<Zeroizing<String>> {
    let typed = code.expose().chars();
    let digits: Zeroizing<String> =
        Zeroizing::new(typed.filter(|c| !c.is_whitespace() && *c != '-').collect());
    let fits = digits.len() == 6 && digits.bytes().all(|byte| byte.is_ascii_digit());
    fits.then_some(digits)
}
