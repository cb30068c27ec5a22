//! Confirming a link with a passkey instead of the mail, and the workspace's rule about it.

use guestpass_api_types::links::{ConfirmBy, ShareIntent};

use super::{
    LinkError,
    confirmations::{By, confirm_in},
    intents::Intents,
    model::{FlowState, Intent, IntentId},
    rule_store, rules,
};
use crate::{
    base::{client::Client, clock::Timestamp},
    features::{
        audit::{self, Action, Actor, NewEvent},
        members::Me,
        passkeys::{self, Answer, Begun, Bond, PasskeyError},
        withdrawal::intent_topic,
    },
};

impl Intents {
    /// Asks the browser for a signature that confirms this intent, in the session that asked, and
    /// nothing else.
    ///
    /// # Errors
    /// Not found, over, the workspace wants the mail, no passkey; or the database refuses.
    pub async fn ask_for_passkey(
        &self,
        me: &Me,
        id: IntentId,
        now: Timestamp,
    ) -> Result<Begun, LinkError> {
        self.waiting(me, id, now).await?;
        rules::may_confirm(rule_store::rule(&self.db, me.member.workspace).await?, true)?;
        let bond = Bond::Confirm(me.session, id);
        Ok(self.passkeys.ask(me, bond, now).await?)
    }

    /// Confirms by a passkey of the member who asked, exactly as the mail does.
    ///
    /// # Errors
    /// Not found, over, the workspace wants the mail, the answer doesn't hold, the member isn't an
    /// Owner any more, the item changed; or the database refuses.
    pub async fn confirm_by_passkey(
        &self,
        me: &Me,
        id: IntentId,
        answer: &Answer,
        client: &Client,
        now: Timestamp,
    ) -> Result<ShareIntent, LinkError> {
        let intent = self.waiting(me, id, now).await?;
        let bond = Bond::Confirm(me.session, id);
        let proof = self.passkeys.check(me, bond, answer, client, now).await?;
        let input = (intent, proof, client.clone());
        self.db
            .write(input, move |tx, (intent, proof, client)| {
                Box::pin(async move {
                    passkeys::spend(tx, proof, now).await?;
                    confirm_in(tx, intent, By::Passkey, client, now).await
                })
            })
            .await?;
        self.signals.wake(&intent_topic(id));
        self.get(me, id, now).await
    }

    /// What confirming a link takes in the member's workspace.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn rule(&self, me: &Me) -> Result<ConfirmBy, LinkError> {
        Ok(rule_store::rule(&self.db, me.member.workspace).await?)
    }

    /// Says what confirming a link takes from now on, also for links that wait.
    ///
    /// # Errors
    /// Not an Admin, no fresh proof of identity, passkeys can't be had here; or the database refuses.
    pub async fn set_rule(
        &self,
        me: &Me,
        rule: ConfirmBy,
        client: &Client,
        now: Timestamp,
    ) -> Result<(), LinkError> {
        if !me.member.is_admin() {
            return Err(LinkError::NotAdmin);
        }
        me.require_fresh(now)?;
        if rule == ConfirmBy::Passkey && !self.passkeys.available() {
            return Err(PasskeyError::NoDomain.into());
        }
        let (workspace, who) = (me.member.workspace, Actor::Member(me.member.id));
        let event = NewEvent::new(workspace, who, Action::LinkConfirmationChanged)
            .details(rule_store::text(rule))
            .from(client);
        self.db
            .write(event, move |tx, event| {
                Box::pin(async move {
                    if rule_store::set_rule(tx, workspace, rule).await? {
                        audit::record(tx, now, event.clone()).await?;
                    }
                    Ok(())
                })
            })
            .await
    }

    async fn waiting(&self, me: &Me, id: IntentId, now: Timestamp) -> Result<Intent, LinkError> {
        let intent = self.own(me, id, now).await?;
        match rules::intent_state(&intent, now) {
            FlowState::Waiting => Ok(intent),
            state => Err(LinkError::FlowOver(state)),
        }
    }
}
