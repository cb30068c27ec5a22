//! People: made, found, changed and removed on a directory's word.

use serde_json::{Value, json};

use super::{
    Directory, Listing, ScimError,
    protocol::{
        Fault, Refused,
        document::{self, Document},
        patch::{self, Operation},
        schema::USER,
    },
    readdress::{self, Notice},
    resource::{self, Resource},
    store,
    user::{self, Asked, User, asked},
};
use crate::{
    base::{
        client::Client,
        clock::Timestamp,
        email_address::EmailAddress,
        id::{LinkId, MemberId, WorkspaceId},
        public_url::PublicUrl,
    },
    db::{Db, DbError, Tx},
    features::{
        audit::By,
        links::Links,
        mail::Outbox,
        members::{self, Member, MemberState, WorkspaceRole},
        offboarding::{self, Gone, Offboarding},
        teams::{self, ManagedBy},
    },
};

/// What a directory can do; cheap to clone.
#[derive(Clone, Debug)]
pub struct Provisioning {
    /// The database.
    pub db: Db,
    /// Public links.
    pub links: Links,
    /// Letting people go.
    pub offboarding: Offboarding,
    /// Mails.
    pub outbox: Outbox,
    /// The address people use.
    pub public_url: PublicUrl,
}

/// How a resource is to be changed.
#[derive(Clone, Debug)]
pub enum Change {
    /// As this document says, which is all there is to say.
    Replace(Document),
    /// By these operations.
    Patch(Vec<Operation>),
}

impl Change {
    /// Reads a whole resource.
    ///
    /// # Errors
    /// When it isn't one.
    pub fn replace(schema: &super::Schema, body: &Value) -> Result<Self, Refused> {
        document::read(schema, body).map(Self::Replace)
    }

    /// Reads a patch.
    ///
    /// # Errors
    /// When it isn't one.
    pub fn patch(body: &Value) -> Result<Self, Refused> {
        patch::read(body).map(Self::Patch)
    }

    /// What is there afterwards.
    pub(super) fn of(&self, schema: &super::Schema, before: Document) -> Result<Document, Refused> {
        match self {
            Self::Replace(document) => Ok(document.clone()),
            Self::Patch(operations) => patch::apply(schema, before, operations),
        }
    }
}

impl Provisioning {
    /// Makes somebody a member who can sign in at once, or takes charge of the member with that
    /// address.
    ///
    /// # Errors
    /// When a value can't be taken, the directory has them already; or the database refuses.
    pub async fn create_user(
        &self,
        directory: Directory,
        body: &Value,
        client: &Client,
        now: Timestamp,
    ) -> Result<Resource, ScimError> {
        let asked = asked(&document::read(&USER, body)?)?;
        let email = asked.email.clone().ok_or_else(|| {
            Refused::value("A user needs a mail address, in emails or as userName.")
        })?;
        let known = members::by_email(&self.db, directory.workspace, &email).await?;
        let known = match known {
            Some(member) => self.links_of(directory.workspace, member.id, now).await?,
            None => Vec::new(),
        };
        let by = directory.by(client);
        let (user, gone) = self
            .db
            .write(
                (by, asked, email, known),
                move |tx, (by, asked, email, known)| {
                    Box::pin(create(tx, by, (asked, email), known, now))
                },
            )
            .await?;
        Ok(self.done(&user, &gone).await?)
    }

    /// One of those the directory answers for.
    ///
    /// # Errors
    /// When there is no such user, or the database refuses.
    pub async fn user(&self, directory: Directory, id: &str) -> Result<Resource, ScimError> {
        let id = (directory.workspace, member_id(id)?);
        let user = store::by_id(&self.db, id).await?;
        Ok(self.resource(&user.ok_or(ScimError::NotFound)?).await?)
    }

    /// A page of them, and how many there are in all.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn users(
        &self,
        directory: Directory,
        listing: &Listing,
    ) -> Result<(i64, Vec<Resource>), ScimError> {
        let workspace = directory.workspace;
        let (total, users) = if listing.is_narrow() {
            self.find(workspace, listing).await?
        } else {
            let total = super::token_store::people(&self.db, workspace).await?;
            let place = (listing.skip, listing.count);
            (total, store::page(&self.db, workspace, place).await?)
        };
        let mut page = Vec::new();
        for user in users {
            page.push(if listing.wanted.has("groups") {
                self.resource(&user).await?
            } else {
                self.bare(&user)
            });
        }
        Ok((total, page))
    }

    async fn find(
        &self,
        workspace: WorkspaceId,
        listing: &Listing,
    ) -> Result<(i64, Vec<User>), DbError> {
        let mut found = self.by_key(workspace, listing).await?;
        found.retain(|user| listing.takes(&self.bare(user).body));
        Ok(listing.page(found))
    }

    /// Whom the first of a search's keys finds.
    async fn by_key(
        &self,
        workspace: WorkspaceId,
        listing: &Listing,
    ) -> Result<Vec<User>, DbError> {
        let (db, equal) = (&self.db, |name| listing.equal(name));
        let found = if let Some(id) = equal("id") {
            match id.parse() {
                Ok(id) => store::by_id(db, (workspace, id)).await?,
                Err(_) => None,
            }
        } else if let Some(name) = equal("username") {
            store::by_name(db, workspace, name).await?
        } else if let Some(external_id) = equal("externalid") {
            return store::by_external_id(db, workspace, external_id).await;
        } else {
            let email = equal("emails.value").or_else(|| equal("emails"));
            match email.map(EmailAddress::parse) {
                Some(Ok(email)) => store::by_email(db, workspace, &email).await?,
                _ => None,
            }
        };
        Ok(found.into_iter().collect())
    }

    /// Changes somebody.
    ///
    /// # Errors
    /// When there is no such user, they were changed since `if_match`, a value can't be taken, or they
    /// would be suspended and are the workspace's Owner; or the database refuses.
    pub async fn change_user(
        &self,
        directory: Directory,
        (id, if_match): (&str, Option<String>),
        change: Change,
        client: &Client,
        now: Timestamp,
    ) -> Result<Resource, ScimError> {
        let id = member_id(id)?;
        let known = self.links_of(directory.workspace, id, now).await?;
        let notice = self.notice(directory.workspace, id, &change, now).await?;
        let input = (directory.by(client), change, if_match, (known, notice));
        let (user, gone) = self
            .db
            .write(input, move |tx, (by, change, if_match, (known, notice))| {
                Box::pin(async move {
                    let user = held(tx, by, id, if_match.as_deref()).await?;
                    let asked = asked(&change.of(&USER, user.document())?)?;
                    update(tx, by, (user, &asked), (known, notice.as_ref()), now).await
                })
            })
            .await?;
        self.outbox.wake();
        Ok(self.done(&user, &gone).await?)
    }

    /// Removes somebody from the workspace.
    ///
    /// # Errors
    /// When there is no such user, they were changed since `if_match`, or are the workspace's Owner; or
    /// the database refuses.
    pub async fn remove_user(
        &self,
        directory: Directory,
        (id, if_match): (&str, Option<String>),
        client: &Client,
        now: Timestamp,
    ) -> Result<(), ScimError> {
        let id = member_id(id)?;
        let known = self.links_of(directory.workspace, id, now).await?;
        let input = (directory.by(client), if_match, known);
        let gone = self
            .db
            .write(input, move |tx, (by, if_match, known)| {
                Box::pin(async move {
                    let user = held(tx, by, id, if_match.as_deref()).await?;
                    store::delete(tx, (by.workspace, id)).await?;
                    let leaver = (&user.member, true);
                    Ok::<_, ScimError>(offboarding::let_go(tx, by, leaver, known, now).await?)
                })
            })
            .await?;
        self.offboarding.noticed(&gone);
        Ok(())
    }

    async fn links_of(
        &self,
        workspace: WorkspaceId,
        member: MemberId,
        now: Timestamp,
    ) -> Result<Vec<LinkId>, DbError> {
        self.links.live_of(workspace, member, now).await
    }

    async fn done(&self, user: &User, gone: &[Gone]) -> Result<Resource, DbError> {
        for gone in gone {
            self.offboarding.noticed(gone);
        }
        self.resource(user).await
    }

    /// All that is told of somebody.
    async fn resource(&self, user: &User) -> Result<Resource, DbError> {
        let (mut resource, base) = (self.bare(user), self.base_url());
        let teams = teams::teams_of(&self.db, user.member.workspace, user.member.id).await?;
        let groups = teams
            .iter()
            .filter(|team| team.managed_by == ManagedBy::Scim);
        let groups: Vec<Value> = groups
            .map(|team| {
                json!({
                    "value": team.id.to_string(),
                    "$ref": format!("{base}/Groups/{}", team.id),
                    "display": team.name,
                    "type": "direct",
                })
            })
            .collect();
        if !groups.is_empty() {
            resource.body.insert("groups".to_owned(), groups.into());
        }
        Ok(resource)
    }

    /// The same without their groups.
    fn bare(&self, user: &User) -> Resource {
        let id = user.member.id.to_string();
        let times = (user.created_at, user.changed_at);
        resource::build(&USER, &self.base_url(), id, user.document(), times)
    }
}

/// A text that can't be an identifier is nobody's.
fn member_id(text: &str) -> Result<MemberId, ScimError> {
    text.parse().map_err(|_| ScimError::NotFound)
}

/// Somebody, held for the rest of the transaction, if they are what the directory believes.
async fn held(
    tx: &mut Tx,
    by: &By,
    id: MemberId,
    if_match: Option<&str>,
) -> Result<User, ScimError> {
    let user = store::hold(tx, (by.workspace, id)).await?;
    let user = user.ok_or(ScimError::NotFound)?;
    if resource::agrees(if_match, &resource::version(&user.document())) {
        Ok(user)
    } else {
        Err(ScimError::Changed)
    }
}

fn taken(what: &str) -> ScimError {
    let detail = format!("Another user has this {what}.");
    Refused::new(Fault::Uniqueness, detail).into()
}

async fn create(
    tx: &mut Tx,
    by: &By,
    (asked, email): (&Asked, &EmailAddress),
    known: &[LinkId],
    now: Timestamp,
) -> Result<(User, Vec<Gone>), ScimError> {
    let present = members::by_email(&mut *tx, by.workspace, email).await?;
    let adopted = present.is_some();
    let member = match present {
        Some(present) => adopt(tx, by, present, now).await?,
        None => newcomer(tx, by, (asked, email), now).await?,
    };
    if !store::insert(tx, (by.workspace, member.id, adopted), asked, now).await? {
        return Err(taken("userName"));
    }
    let user = User {
        member,
        user_name: asked.user_name.clone(),
        external_id: asked.external_id.clone(),
        display_name: asked.display_name.clone(),
        adopted,
        created_at: now,
        changed_at: now,
    };
    update(tx, by, (user, asked), (known, None), now).await
}

/// The member with the address, for whom nobody answers yet.
async fn adopt(tx: &mut Tx, by: &By, present: Member, now: Timestamp) -> Result<Member, ScimError> {
    let present = members::held(tx, by.workspace, present.id).await?;
    let member = present.ok_or_else(|| taken("address"))?;
    if store::by_id(&mut *tx, (by.workspace, member.id))
        .await?
        .is_some()
    {
        return Err(taken("userName or address"));
    }
    members::adopted(tx, by, &member, now).await?;
    Ok(member)
}

/// Somebody new. They are invited until they come for the first time, so that their company's login
/// lets them in without more ado (decision 0019); no mail is sent.
async fn newcomer(
    tx: &mut Tx,
    by: &By,
    (asked, email): (&Asked, &EmailAddress),
    now: Timestamp,
) -> Result<Member, ScimError> {
    if members::was_put_out(tx, by, email).await? {
        return Err(ScimError::KeptOut);
    }
    let role = WorkspaceRole::User;
    belongs(tx, by, (email, role)).await?;
    let names = user::called(asked);
    let member = Member {
        state: MemberState::Invited,
        ..members::newcomer(by.workspace, email.clone(), names, role, now)
    };
    if !members::provision(tx, by, &member, now).await? {
        return Err(taken("address"));
    }
    Ok(member)
}

/// Whether the workspace takes addresses of this domain for members.
async fn belongs(
    tx: &mut Tx,
    by: &By,
    (email, role): (&EmailAddress, WorkspaceRole),
) -> Result<(), ScimError> {
    if members::may_belong(tx, by.workspace, email, role).await? {
        return Ok(());
    }
    let detail = "The workspace's settings take no members with addresses of this domain.";
    Err(Refused::new(Fault::InvalidValue, detail).into())
}

/// Makes somebody what the directory wants; what became of what they had open or left behind.
async fn update(
    tx: &mut Tx,
    by: &By,
    (mut user, asked): (User, &Asked),
    (known, notice): (&[LinkId], Option<&Notice>),
    now: Timestamp,
) -> Result<(User, Vec<Gone>), ScimError> {
    let (before, mut gone) = (user.document(), Vec::new());
    let email = asked.email.as_ref().unwrap_or(&user.member.email);
    user::may_readdress(&user, email)?;
    if *email != user.member.email {
        belongs(tx, by, (email, user.member.role)).await?;
    }
    gone.extend(readdress::close(tx, by, (&user.member, email), notice, now).await?);
    let (first, last) = user::renamed(&user.member, asked);
    let names = (email, first.as_str(), last.as_str());
    let revised = members::revise(tx, by, &user.member, names, now).await?;
    user.member = revised.ok_or_else(|| taken("address"))?;
    user.user_name.clone_from(&asked.user_name);
    user.external_id.clone_from(&asked.external_id);
    user.display_name.clone_from(&asked.display_name);
    match asked.active {
        Some(false) if user.is_in() => {
            let leaver = (&user.member, false);
            gone.push(offboarding::let_go(tx, by, leaver, known, now).await?);
        }
        Some(true) if !user.is_in() && !members::release(tx, by, &user.member, now).await? => {
            return Err(ScimError::KeptOut);
        }
        _ => {}
    }
    let id = (by.workspace, user.member.id);
    let user_after = store::by_id(&mut *tx, id)
        .await?
        .ok_or(ScimError::NotFound)?;
    user.member = user_after.member;
    if user.document() == before {
        return Ok((user, gone));
    }
    user.changed_at = now;
    if !store::update(tx, id, asked, now).await? {
        return Err(taken("userName"));
    }
    Ok((user, gone))
}
