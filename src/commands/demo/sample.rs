//! The people and items of the sample workspace. All of it is made up.

use std::{net::Ipv4Addr, time::Duration};

use anyhow::{Result, ensure};
use futures_util::stream;
use guestpass_api_types::items::{ItemKind, ItemRole, NewAttachment, NewItem};

use crate::{
    app::App,
    base::{
        client::Client,
        clock::Timestamp,
        id::{ItemId, SessionId},
        secret::SecretText,
    },
    features::members::{self, Me, Member, NewMember, WorkspaceRole},
};

pub(super) const WORKSPACE: &str = "Larkfield Studio";

pub(super) struct Person {
    pub(super) email: &'static str,
    first_name: &'static str,
    last_name: &'static str,
    role: WorkspaceRole,
}

pub(super) const MIRA: Person = Person {
    email: "mira.okafor@larkfield.example",
    first_name: "Mira",
    last_name: "Okafor",
    role: WorkspaceRole::Owner,
};
pub(super) const JONAS: Person = Person {
    email: "jonas.lindqvist@larkfield.example",
    first_name: "Jonas",
    last_name: "Lindqvist",
    role: WorkspaceRole::Admin,
};
pub(super) const ANNELIESE: Person = Person {
    email: "anneliese.brandt-hoffmann@larkfield.example",
    first_name: "Anneliese",
    last_name: "Brandt-Hoffmann",
    role: WorkspaceRole::User,
};

#[derive(Clone, Copy, PartialEq, Eq)]
enum By {
    Mira,
    Jonas,
    Anneliese,
}

struct Account {
    name: &'static str,
    website: &'static str,
    username: &'static str,
    password: &'static str,
    mfa: &'static str,
    notes: &'static str,
    by: By,
    collaborators: &'static [By],
    days_old: u32,
}

const ACCOUNTS: [Account; 9] = [
    Account {
        name: "Beacon Ads",
        website: "https://beacon-ads.example/",
        username: "ops@larkfield.example",
        password: "k7R#vTq2!hLm9Zp$",
        mfa: "otpauth://totp/Beacon%20Ads:ops%40larkfield.example?secret=JBSWY3DPEHPK3PXPKRUGS4ZA&issuer=Beacon%20Ads",
        notes: "Spend limit is raised by the agency only.\nCampaign owner on our side: Jonas. Ask before adding users.",
        by: By::Mira,
        collaborators: &[By::Jonas, By::Anneliese],
        days_old: 260,
    },
    Account {
        name: "Cardwell Payments",
        website: "https://cardwell.example/",
        username: "finance@larkfield.example",
        password: "wet-Harbour-49-lantern",
        mfa: "otpauth://totp/Cardwell:finance%40larkfield.example?secret=MFRGGZDFMZTWQ2LKNNWG23TPOBYXE43U&issuer=Cardwell",
        notes: "Refunds above 500 need two people.",
        by: By::Mira,
        collaborators: &[By::Anneliese],
        days_old: 212,
    },
    Account {
        name: "Domain registrar for larkfield.example, larkfield-studio.example and every parked country domain",
        website: "https://registrar.example/",
        username: "registrar.administration+production@larkfield-studio-holding.example",
        password: "9f!Quince-terrace-Orbit-sleeve",
        mfa: "otpauth://totp/Registrar:production?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Registrar",
        notes: "",
        by: By::Mira,
        collaborators: &[By::Jonas],
        days_old: 1_090,
    },
    Account {
        name: "Harborcloud",
        website: "https://console.harborcloud.example/",
        username: "root-console",
        password: "T4#mosaic.Ferry.8811",
        mfa: "otpauth://totp/Harborcloud:root-console?secret=ORSXG5BAMZXXEIDUNBSSA43BNVYGYZJA&issuer=Harborcloud&digits=8",
        notes: "Break glass only. Everyday work has its own users.",
        by: By::Mira,
        collaborators: &[],
        days_old: 400,
    },
    Account {
        name: "Ledgerline",
        website: "https://app.ledgerline.example/",
        username: "bookkeeping@larkfield.example",
        password: "copper-Meadow-17-violin",
        mfa: "",
        notes: "",
        by: By::Jonas,
        collaborators: &[By::Mira, By::Anneliese],
        days_old: 150,
    },
    Account {
        name: "Mailwright",
        website: "https://mailwright.example/",
        username: "newsletter",
        password: "zN3-paper-Kettle-sway",
        mfa: "",
        notes: "Goes out on Tuesdays.",
        by: By::Mira,
        collaborators: &[By::Anneliese],
        days_old: 91,
    },
    Account {
        name: "Pixelboard",
        website: "https://pixelboard.example/",
        username: "design-team@larkfield.example",
        password: "Umbra!7-velvet-Cartwheel",
        mfa: "",
        notes: "",
        by: By::Mira,
        collaborators: &[By::Anneliese],
        days_old: 63,
    },
    Account {
        name: "Stockyard Images",
        website: "https://stockyard.example/",
        username: "studio",
        password: "2026-Heron-under-Glass",
        mfa: "",
        notes: "Licences are per project: note the order number in the project folder.",
        by: By::Mira,
        collaborators: &[],
        days_old: 30,
    },
    Account {
        name: "Trackpoint Analytics",
        website: "https://trackpoint.example/",
        username: "mira.okafor@larkfield.example",
        password: "slate-Compass-88-thrift",
        mfa: "otpauth://totp/Trackpoint:mira.okafor%40larkfield.example?secret=KNSWG4TFORBGC43FGMZDINJWG44DSMBR&issuer=Trackpoint",
        notes: "",
        by: By::Jonas,
        collaborators: &[By::Mira],
        days_old: 12,
    },
];

struct Secret {
    name: &'static str,
    body: &'static str,
    file: Option<(&'static str, &'static str)>,
    by: By,
    collaborators: &'static [By],
    days_old: u32,
}

const SECRETS: [Secret; 5] = [
    Secret {
        name: "Staging handover",
        body: "Staging, read-only\n\nDoor code      4471 then #\nAlarm          off between 07:00 and 19:30\n\
               Server room    key 12, ask Tomás\n\ndeploy:\n    ssh deploy@staging.larkfield.example\n    \
               sudo release --channel beta --since 2026-11-20\n\nCall me before you restart anything.\n\
               Mira, +49 30 5550 147",
        file: None,
        by: By::Mira,
        collaborators: &[By::Jonas],
        days_old: 3,
    },
    Secret {
        name: "Staging database",
        body: "Host      pg-staging-02.internal.larkfield.example\nPort      5432\nUser      halden_ro\n\
               Password  k7R#vTq2!hLm9Zp$Wd4x",
        file: None,
        by: By::Mira,
        collaborators: &[],
        days_old: 40,
    },
    Secret {
        name: "Guest Wi-Fi",
        body: "Network   Larkfield Guests\nPassword  eleven-quiet-herons",
        file: None,
        by: By::Anneliese,
        collaborators: &[By::Mira, By::Jonas],
        days_old: 320,
    },
    Secret {
        name: "Code signing certificate",
        body: "The file's password is in the safe.",
        file: Some((
            "signing-request.txt",
            "Subject: CN=Larkfield Studio\nKey: kept on the signing machine\n",
        )),
        by: By::Mira,
        collaborators: &[],
        days_old: 75,
    },
    Secret {
        name: "Alarm company contract",
        body: "",
        file: None,
        by: By::Mira,
        collaborators: &[],
        days_old: 8,
    },
];

struct Filler<'a> {
    app: &'a App,
    now: Timestamp,
    client: Client,
    mira: Me,
    jonas: Me,
    anneliese: Me,
}

/// Makes the workspace and everything in it, as people would have: through the services.
pub(super) async fn fill(app: &App) -> Result<()> {
    let now = app.clock().now();
    let mozilla =
        "Mozilla/5.0 (Macintosh; Intel Mac OS X 14.1; rv:145.0) Gecko/20100101 Firefox/145.0";
    let client = Client::new(Some(mozilla), Ipv4Addr::LOCALHOST.into());
    let begun = days_before(now, 1_100);
    let (_, owner) = app
        .members()
        .create_workspace(WORKSPACE, new_member(&MIRA), begun)
        .await?;
    let mira = Me {
        member: owner,
        session: SessionId::new(begun),
        confirmed_at: begun,
    };
    let jonas = joined(app, &mira, &JONAS, &client, days_before(now, 1_095)).await?;
    let anneliese = joined(app, &mira, &ANNELIESE, &client, days_before(now, 500)).await?;
    let filler = Filler {
        app,
        now,
        client,
        mira,
        jonas,
        anneliese,
    };
    for account in &ACCOUNTS {
        filler.account(account).await?;
    }
    for secret in &SECRETS {
        filler.secret(secret).await?;
    }
    for (me, hours) in [(&filler.jonas, 2), (&filler.anneliese, 20)] {
        let at = now - Duration::from_secs(3_600) * hours;
        let came = admitted(app, &me.member, &filler.client, at).await?;
        ensure!(came.is_some(), "{} can't come in", me.member.email);
    }
    Ok(())
}

fn days_before(now: Timestamp, days: u32) -> Timestamp {
    now - Duration::from_secs(86_400) * days
}

fn new_member(person: &Person) -> NewMember {
    NewMember {
        email: person.email.to_owned(),
        first_name: person.first_name.to_owned(),
        last_name: person.last_name.to_owned(),
        role: person.role,
    }
}

/// Somebody who was invited and has signed in since.
async fn joined(
    app: &App,
    mira: &Me,
    person: &Person,
    client: &Client,
    at: Timestamp,
) -> Result<Me> {
    // Inviting an Admin takes a sign-in from just before.
    let mira = Me {
        confirmed_at: at,
        ..mira.clone()
    };
    let member = app
        .members()
        .invite(&mira, new_member(person), client, at)
        .await?;
    let admitted = admitted(app, &member, client, at).await?;
    Ok(Me {
        member: admitted.unwrap_or(member),
        session: SessionId::new(at),
        confirmed_at: at,
    })
}

/// Lets somebody in, as a sign-in does.
async fn admitted(
    app: &App,
    member: &Member,
    client: &Client,
    at: Timestamp,
) -> Result<Option<Member>> {
    let who = ((member.workspace, member.id), client.clone(), at);
    let admitted = app
        .db()
        .write(who, |tx, (id, client, at)| {
            Box::pin(async move { members::admit(tx, *id, client, *at).await })
        })
        .await?;
    Ok(admitted)
}

impl Filler<'_> {
    fn me(&self, by: By) -> &Me {
        match by {
            By::Mira => &self.mira,
            By::Jonas => &self.jonas,
            By::Anneliese => &self.anneliese,
        }
    }

    async fn account(&self, account: &Account) -> Result<()> {
        let new = NewItem {
            kind: ItemKind::Account,
            name: account.name.to_owned(),
            username: account.username.to_owned(),
            website: account.website.to_owned(),
            app: String::new(),
            password: SecretText::new(account.password),
            mfa: SecretText::new(account.mfa),
            notes: SecretText::new(account.notes),
            body: SecretText::default(),
        };
        self.item(&new, account.by, account.collaborators, account.days_old)
            .await?;
        Ok(())
    }

    async fn secret(&self, secret: &Secret) -> Result<()> {
        let new = NewItem {
            kind: ItemKind::Secret,
            name: secret.name.to_owned(),
            username: String::new(),
            website: String::new(),
            app: String::new(),
            password: SecretText::default(),
            mfa: SecretText::default(),
            notes: SecretText::default(),
            body: SecretText::new(secret.body),
        };
        let item = self
            .item(&new, secret.by, secret.collaborators, secret.days_old)
            .await?;
        if let Some((name, content)) = secret.file {
            let (me, at) = (self.me(secret.by), days_before(self.now, secret.days_old));
            let new = NewAttachment {
                name: name.to_owned(),
                size: i64::try_from(content.len())?,
            };
            let files = self.app.attachments();
            let file = files.announce(me, item, &new, at, &self.client).await?;
            let content = stream::iter([Ok::<_, std::io::Error>(content.as_bytes())]);
            files
                .upload(me, (item, file.id.parse()?), content, at, &self.client)
                .await?;
        }
        Ok(())
    }

    async fn item(
        &self,
        new: &NewItem,
        by: By,
        collaborators: &[By],
        days_old: u32,
    ) -> Result<ItemId> {
        let at = days_before(self.now, days_old);
        let made = self
            .app
            .items()
            .create(self.me(by), new, at, &self.client)
            .await?;
        let item: ItemId = made.summary.id.parse()?;
        for with in collaborators {
            let to = (self.me(*with).member.id, ItemRole::Collaborator);
            self.app
                .access()
                .grant(self.me(by), item, to, at, &self.client)
                .await?;
        }
        Ok(item)
    }
}
