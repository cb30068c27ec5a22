//! People to test with. They come in the way everybody does: invited, and by their mail.

use guestpass::{
    base::id::WorkspaceId,
    features::members::{NewMember, WorkspaceRole},
};
use guestpass_api_types::{members::MemberBrief, teams::TeamDetails};
use serde_json::json;

use super::{MemberCaller, TestApp};

/// A workspace with an Owner, an Admin and two Users, all signed in.
pub struct Team {
    /// Larkfield Studio.
    pub workspace: WorkspaceId,
    /// Mira Okafor, the workspace's Owner.
    pub mira: MemberCaller,
    /// Ada Lindqvist, an Admin.
    pub ada: MemberCaller,
    /// Ben Tran, a User.
    pub ben: MemberCaller,
    /// Cleo Duarte, another User.
    pub cleo: MemberCaller,
}

impl TestApp {
    /// Makes a workspace and its Owner.
    pub async fn workspace(&self, name: &str, owner: NewMember) -> WorkspaceId {
        let made = self
            .app
            .members()
            .create_workspace(name, owner, self.now())
            .await;
        made.expect("a workspace").0.id
    }

    /// The usual workspace, Larkfield Studio, with Mira alone in it.
    pub async fn larkfield(&self) -> (WorkspaceId, MemberCaller) {
        let mira = person("mira", "Mira", "Okafor", WorkspaceRole::Owner);
        let workspace = self.workspace("Larkfield Studio", mira).await;
        (workspace, self.sign_in("mira@larkfield.example").await)
    }

    /// The usual workspace with everybody in it.
    pub async fn team(&self) -> Team {
        let (workspace, mira) = self.larkfield().await;
        let ada = self
            .joins(
                &mira,
                person("ada", "Ada", "Lindqvist", WorkspaceRole::Admin),
            )
            .await;
        let ben = self
            .joins(&mira, person("ben", "Ben", "Tran", WorkspaceRole::User))
            .await;
        let cleo = self
            .joins(&mira, person("cleo", "Cleo", "Duarte", WorkspaceRole::User))
            .await;
        Team {
            workspace,
            mira,
            ada,
            ben,
            cleo,
        }
    }

    /// Has somebody invited, and signs them in.
    pub async fn joins(&self, by: &MemberCaller, new: NewMember) -> MemberCaller {
        by.invites(&new).await;
        self.sign_in(&new.email).await
    }

    /// Another company on the same server, with Zoe as its Owner.
    pub async fn other_workspace(&self) -> (WorkspaceId, MemberCaller) {
        let zoe = NewMember {
            email: "zoe@elsewhere.example".to_owned(),
            first_name: "Zoe".to_owned(),
            last_name: "Novak".to_owned(),
            role: WorkspaceRole::Owner,
        };
        let workspace = self.workspace("Elsewhere", zoe).await;
        (workspace, self.sign_in("zoe@elsewhere.example").await)
    }
}

impl MemberCaller {
    /// Invites somebody; their id.
    pub async fn invites(&self, new: &NewMember) -> String {
        let invitation = json!({
            "email": new.email,
            "first_name": new.first_name,
            "last_name": new.last_name,
            "role": new.role,
        });
        let made = self.post("/members", invitation).await.is(201);
        made.json::<MemberBrief>().id
    }

    /// Makes a team of themselves and others; its id.
    pub async fn makes_team(&self, name: &str, others: &[&Self]) -> String {
        let made = self.post("/teams", json!({ "name": name })).await.is(201);
        let id = made.json::<TeamDetails>().team.id;
        for other in others {
            let place = format!("/teams/{id}/members/{}", other.brief.id);
            self.put(&place, json!({ "role": "member" })).await.is(204);
        }
        id
    }
}

/// Somebody from outside, who is a guest at Larkfield.
pub fn guest(mailbox: &str) -> NewMember {
    person(mailbox, "Gil", "Guest", WorkspaceRole::Guest)
}

/// Somebody at Larkfield.
pub fn person(mailbox: &str, first_name: &str, last_name: &str, role: WorkspaceRole) -> NewMember {
    NewMember {
        email: format!("{mailbox}@larkfield.example"),
        first_name: first_name.to_owned(),
        last_name: last_name.to_owned(),
        role,
    }
}
