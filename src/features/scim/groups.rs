//! Groups: teams whose people a directory decides about.

use std::collections::HashSet;

use serde_json::{Value, json};

use super::{
    Change, Directory, GROUP, Listing, Provisioning, ScimError,
    protocol::{
        Fault, Refused,
        document::{self, Document},
        schema::document as object,
    },
    resource::{self, Resource},
    store,
    user::text,
};
use crate::{
    base::{
        client::Client,
        clock::Timestamp,
        id::{MemberId, TeamId, WorkspaceId},
        text::folded,
    },
    db::{DbError, Target, Tx},
    features::{
        audit::By,
        members::{Member, NameFault},
        teams::{self, ManagedBy, Manager, Team, TeamError},
        withdrawal::Ended,
    },
};

/// A team with its people.
#[derive(Clone, Debug)]
struct Group {
    team: Team,
    people: Vec<Member>,
}

/// What a directory wants a group to be.
struct Asked {
    name: String,
    external_id: Option<String>,
    people: Vec<MemberId>,
}

impl Group {
    /// What a directory can change of it.
    fn document(&self) -> Document {
        let mut told = object(json!({ "displayName": self.team.name }));
        if let Some(external_id) = &self.team.external_id {
            told.insert("externalId".to_owned(), json!(external_id));
        }
        let people = self.people.iter();
        let people: Vec<Value> = people
            .map(|member| json!({ "value": member.id.to_string() }))
            .collect();
        if !people.is_empty() {
            told.insert("members".to_owned(), people.into());
        }
        told
    }

    /// All that is told of it.
    fn resource(&self, base: &str) -> Resource {
        let id = self.team.id.to_string();
        let times = (self.team.created_at, self.team.changed_at);
        let mut resource = resource::build(&GROUP, base, id, self.document(), times);
        let people = self.people.iter();
        let people: Vec<Value> = people
            .map(|member| {
                json!({
                    "value": member.id.to_string(),
                    "$ref": format!("{base}/Users/{}", member.id),
                    "type": "User",
                    "display": member.full_name(),
                })
            })
            .collect();
        if !people.is_empty() {
            resource.body.insert("members".to_owned(), people.into());
        }
        resource
    }
}

fn asked(document: &Document) -> Result<Asked, Refused> {
    let name = text(document, "displayName")?;
    let name = name.ok_or_else(|| Refused::value("displayName is required."))?;
    let people = document.get("members").and_then(Value::as_array);
    let people: Result<Vec<MemberId>, _> = people
        .into_iter()
        .flatten()
        .map(|each| each["value"].as_str().unwrap_or_default())
        .map(|id| id.parse().map_err(|_| nobody(id)))
        .collect();
    Ok(Asked {
        name,
        external_id: text(document, "externalId")?,
        people: people?,
    })
}

fn nobody(id: &str) -> Refused {
    let id: String = id.chars().take(50).collect();
    Refused::value(format!(
        "members has nobody by the id {id:?}: create the user first."
    ))
}

fn refused(error: TeamError) -> ScimError {
    let taken = |what: &str| {
        let detail = format!("Another team of this workspace has this {what}.");
        Refused::new(Fault::Uniqueness, detail).into()
    };
    match error {
        TeamError::Db(error) => error.into(),
        TeamError::NameTaken => taken("displayName"),
        TeamError::ExternalIdTaken => taken("externalId"),
        TeamError::Name(NameFault::TooLong) => {
            Refused::value("displayName is longer than 100 characters.").into()
        }
        TeamError::Name(_) => Refused::value("displayName can't be taken as a name.").into(),
        TeamError::TooMany => ScimError::TooManyTeams,
        TeamError::NoSuchMember => Refused::value("members has somebody who is gone.").into(),
        _ => ScimError::NotFound,
    }
}

impl Provisioning {
    /// Makes a team.
    ///
    /// # Errors
    /// When a value can't be taken, a team has the name; or the database refuses.
    pub async fn create_group(
        &self,
        directory: Directory,
        body: &Value,
        client: &Client,
        now: Timestamp,
    ) -> Result<Resource, ScimError> {
        let asked = asked(&document::read(&GROUP, body)?)?;
        let (group, ended) = self
            .db
            .write((directory.by(client), asked), move |tx, (by, asked)| {
                Box::pin(async move {
                    let manager = Manager::Directory(asked.external_id.clone());
                    let new = (asked.name.as_str(), manager);
                    let made = teams::create_managed(tx, by, new, now).await;
                    let team = made.map_err(refused)?;
                    let group = Group {
                        team,
                        people: Vec::new(),
                    };
                    update(tx, by, (&group, asked), now).await
                })
            })
            .await?;
        ended.wake(&self.offboarding.signals);
        Ok(group.resource(&self.base_url()))
    }

    /// A group.
    ///
    /// # Errors
    /// When there is no such group, or the database refuses.
    pub async fn group(&self, directory: Directory, id: &str) -> Result<Resource, ScimError> {
        let id = (directory.workspace, team_id(id)?);
        let team = teams::managed(&self.db, id, ManagedBy::Scim).await?;
        let group = read(&self.db, team.ok_or(ScimError::NotFound)?).await?;
        Ok(group.resource(&self.base_url()))
    }

    /// A page of the groups, and how many there are in all.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn groups(
        &self,
        directory: Directory,
        listing: &Listing,
    ) -> Result<(i64, Vec<Resource>), ScimError> {
        // A workspace has some hundred teams at most.
        let mut teams = teams::managed_by(&self.db, directory.workspace, ManagedBy::Scim).await?;
        teams.retain(|team| is_meant(team, listing));
        if listing.is_narrow() {
            // A filter may ask for a member, too. Few teams are left to look at.
            let mut found = Vec::new();
            for team in teams {
                let group = self.shown(team).await?;
                if listing.takes(&group.body) {
                    found.push(group);
                }
            }
            return Ok(listing.page(found));
        }
        let (total, teams) = listing.page(teams);
        let mut page = Vec::with_capacity(teams.len());
        for team in teams {
            page.push(self.shown(team).await?);
        }
        Ok((total, page))
    }

    async fn shown(&self, team: Team) -> Result<Resource, DbError> {
        Ok(read(&self.db, team).await?.resource(&self.base_url()))
    }

    /// Changes a group.
    ///
    /// # Errors
    /// When there is no such group, it was changed since `if_match`, or a value can't be taken; or the
    /// database refuses.
    pub async fn change_group(
        &self,
        directory: Directory,
        (id, if_match): (&str, Option<String>),
        change: Change,
        client: &Client,
        now: Timestamp,
    ) -> Result<Resource, ScimError> {
        let id = team_id(id)?;
        let input = (directory.by(client), change, if_match);
        let (group, ended) = self
            .db
            .write(input, move |tx, (by, change, if_match)| {
                Box::pin(async move {
                    let group = held(tx, by, id, if_match.as_deref()).await?;
                    let asked = asked(&change.of(&GROUP, group.document())?)?;
                    update(tx, by, (&group, &asked), now).await
                })
            })
            .await?;
        ended.wake(&self.offboarding.signals);
        Ok(group.resource(&self.base_url()))
    }

    /// Removes a group: what its team had, nobody has through it any more.
    ///
    /// # Errors
    /// When there is no such group, it was changed since `if_match`; or the database refuses.
    pub async fn remove_group(
        &self,
        directory: Directory,
        (id, if_match): (&str, Option<String>),
        client: &Client,
        now: Timestamp,
    ) -> Result<(), ScimError> {
        let id = team_id(id)?;
        let ended = self
            .db
            .write(
                (directory.by(client), if_match),
                move |tx, (by, if_match)| {
                    Box::pin(async move {
                        let group = held(tx, by, id, if_match.as_deref()).await?;
                        Ok::<_, ScimError>(teams::remove_managed(tx, by, &group.team, now).await?)
                    })
                },
            )
            .await?;
        ended.wake(&self.offboarding.signals);
        Ok(())
    }
}

/// A text that can't be an identifier is no group's.
fn team_id(text: &str) -> Result<TeamId, ScimError> {
    text.parse().map_err(|_| ScimError::NotFound)
}

/// Whether a search means this team.
fn is_meant(team: &Team, listing: &Listing) -> bool {
    let is = |attribute, holds: &dyn Fn(&str) -> bool| listing.equal(attribute).is_none_or(holds);
    is("displayname", &|name| folded(name) == folded(&team.name))
        && is("externalid", &|id| team.external_id.as_deref() == Some(id))
        && is("id", &|id| team.id.to_string() == id)
}

/// A group, held for the rest of the transaction, if it is what the directory believes.
async fn held(
    tx: &mut Tx,
    by: &By,
    id: TeamId,
    if_match: Option<&str>,
) -> Result<Group, ScimError> {
    let team = teams::hold(tx, (by.workspace, id)).await?;
    let team = team.filter(|team| team.managed_by == ManagedBy::Scim);
    let group = read(&mut *tx, team.ok_or(ScimError::NotFound)?).await?;
    if resource::agrees(if_match, &resource::version(&group.document())) {
        Ok(group)
    } else {
        Err(ScimError::Changed)
    }
}

async fn read(on: impl Into<Target<'_>>, team: Team) -> Result<Group, DbError> {
    let people = teams::people_of(on, (team.workspace, team.id)).await?;
    Ok(Group {
        team,
        people: people.into_iter().map(|person| person.member).collect(),
    })
}

/// Makes a group what the directory wants.
async fn update(
    tx: &mut Tx,
    by: &By,
    (group, asked): (&Group, &Asked),
    now: Timestamp,
) -> Result<(Group, Ended), ScimError> {
    let team = &group.team;
    let renamed = teams::rename_managed(tx, by, (team, &asked.name), now).await;
    renamed.map_err(refused)?;
    if team.external_id != asked.external_id {
        let external_id = asked.external_id.as_deref();
        let set = teams::set_external_id(tx, team, external_id, now).await;
        set.map_err(refused)?;
    }
    only_ours(tx, by.workspace, (group, asked)).await?;
    let ended = teams::set_people(tx, by, (team, &asked.people), now).await;
    let ended = ended.map_err(refused)?;
    let team = teams::managed(&mut *tx, (by.workspace, team.id), ManagedBy::Scim).await?;
    let group = read(&mut *tx, team.ok_or(ScimError::NotFound)?).await?;
    Ok((group, ended))
}

/// Goes on if the directory answers for everybody who is to come in.
async fn only_ours(
    tx: &mut Tx,
    workspace: WorkspaceId,
    (group, asked): (&Group, &Asked),
) -> Result<(), ScimError> {
    let present: HashSet<MemberId> = group.people.iter().map(|member| member.id).collect();
    let mut new = asked.people.clone();
    new.retain(|id| !present.contains(id));
    if new.is_empty() {
        return Ok(());
    }
    let ours = store::ours_of(tx, workspace, &new).await?;
    match new.iter().find(|id| !ours.contains(id)) {
        Some(stranger) => Err(nobody(&stranger.to_string()).into()),
        None => Ok(()),
    }
}
