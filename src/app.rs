//! What a request may use, built once when the server starts.

use std::{sync::Arc, time::Duration};

use ipnet::IpNet;
use tokio::sync::Notify;

use crate::{
    base::{clock::Clock, public_url::PublicUrl, reach::Reach},
    db::{Db, Lane},
    features::{
        access::Access,
        activity::Activity,
        attachments::Attachments,
        items::Items,
        keys::Keyring,
        limits::Limiter,
        links::{Guests, Intents, Links},
        mail::{Mailer, MemoryMailbox, Outbox, Sender, Transport},
        members::Members,
        offboarding::Offboarding,
        passkeys::Passkeys,
        providers::Providers,
        scim::Provisioning,
        settings::WorkspaceSettings,
        sign_in::{Sessions, SignIns},
        signals::Signals,
        teams::Teams,
    },
};

/// What an [`App`] is built from.
#[derive(Clone, Debug)]
pub struct Parts {
    /// The database.
    pub db: Db,
    /// The clock.
    pub clock: Clock,
    /// The keys at rest.
    pub keys: Keyring,
    /// The address people use.
    pub public_url: PublicUrl,
    /// Proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpNet>,
    /// Where login providers may be.
    pub providers: Reach,
    /// In whose name mails are sent.
    pub mail_from: Sender,
    /// How mails are sent.
    pub mail: Transport,
    /// For how long history is kept; nothing means for ever.
    pub history: Option<Duration>,
    /// Whether mails kept in memory can be read by anybody (demo and development).
    pub open_mailbox: bool,
}

/// Everything a request may use; cheap to clone.
#[derive(Clone, Debug)]
pub struct App(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    parts: Parts,
    signals: Signals,
    /// Notified when a job was just committed.
    jobs_wake: Arc<Notify>,
    limiter: Limiter,
    mailer: Mailer,
    members: Members,
    sign_ins: SignIns,
    teams: Teams,
    providers: Providers,
    passkeys: Passkeys,
    intents: Intents,
    links: Links,
    guests: Guests,
    sessions: Sessions,
    settings: WorkspaceSettings,
    access: Access,
    offboarding: Offboarding,
    provisioning: Provisioning,
    attachments: Attachments,
    items: Items,
    activity: Activity,
}

impl App {
    /// Builds the services on their parts.
    pub fn build(parts: Parts) -> Self {
        let signals = Signals::new(parts.db.clone());
        let mailer = mailer(&parts, &signals);
        let jobs_wake: Arc<Notify> = Arc::default();
        let (db, keys, public_url) = (&parts.db, &parts.keys, &parts.public_url);
        let outbox = Outbox::new(keys.clone(), jobs_wake.clone());
        let members = Members::new(
            db.clone(),
            outbox.clone(),
            signals.clone(),
            public_url.clone(),
        );
        let sign_ins = SignIns::new(
            db.clone(),
            outbox.clone(),
            members.clone(),
            public_url.clone(),
        );
        let teams = Teams::new(db.clone(), signals.clone());
        let providers = Providers::new(
            db.clone(),
            keys.clone(),
            signals.clone(),
            public_url.clone(),
            parts.providers,
        );
        let passkeys = Passkeys::new(db.clone(), keys.clone(), public_url);
        let items = Items::new(db.clone(), keys.clone());
        let intents = Intents {
            db: db.clone(),
            items: items.clone(),
            members: members.clone(),
            passkeys: passkeys.clone(),
            outbox: outbox.clone(),
            signals: signals.clone(),
            public_url: public_url.clone(),
        };
        let guests = guests(&parts, outbox.clone());
        let links = Links {
            db: db.clone(),
            keys: keys.clone(),
            items: items.clone(),
            signals: signals.clone(),
        };
        let offboarding = Offboarding {
            db: db.clone(),
            items: items.clone(),
            links: links.clone(),
            signals: signals.clone(),
        };
        let provisioning = Provisioning {
            db: db.clone(),
            links: links.clone(),
            offboarding: offboarding.clone(),
            outbox,
            public_url: public_url.clone(),
        };
        Self(Arc::new(Inner {
            provisioning,
            access: Access::new(db.clone(), signals.clone()),
            attachments: Attachments::new(db.clone(), keys.clone()),
            links,
            offboarding,
            intents,
            guests,
            activity: Activity::new(db.clone(), items.clone()),
            items,
            sessions: Sessions::new(db.clone(), signals.clone()),
            settings: WorkspaceSettings::new(db.clone()),
            parts,
            signals,
            jobs_wake,
            limiter: Limiter::default(),
            mailer,
            members,
            sign_ins,
            teams,
            providers,
            passkeys,
        }))
    }

    /// Who has which role on an item.
    pub fn access(&self) -> &Access {
        &self.0.access
    }

    /// Letting people go.
    pub fn offboarding(&self) -> &Offboarding {
        &self.0.offboarding
    }

    /// Directories that keep people and teams up to date.
    pub fn provisioning(&self) -> &Provisioning {
        &self.0.provisioning
    }

    /// Files attached to secrets.
    pub fn attachments(&self) -> &Attachments {
        &self.0.attachments
    }

    /// Accounts and secrets.
    pub fn items(&self) -> &Items {
        &self.0.items
    }

    /// Who did what.
    pub fn activity(&self) -> &Activity {
        &self.0.activity
    }

    /// Links asked for.
    pub fn intents(&self) -> &Intents {
        &self.0.intents
    }

    /// Links that were made.
    pub fn links(&self) -> &Links {
        &self.0.links
    }

    /// Opening links.
    pub fn guests(&self) -> &Guests {
        &self.0.guests
    }

    /// For how long history is kept; nothing means for ever.
    pub fn history(&self) -> Option<Duration> {
        self.0.parts.history
    }

    /// The database, for background tasks.
    pub fn db(&self) -> &Db {
        &self.0.parts.db
    }

    /// The clock.
    pub fn clock(&self) -> &Clock {
        &self.0.parts.clock
    }

    /// The keys at rest.
    pub fn keys(&self) -> &Keyring {
        &self.0.parts.keys
    }

    /// The address people use.
    pub fn public_url(&self) -> &PublicUrl {
        &self.0.parts.public_url
    }

    /// Proxies whose `X-Forwarded-For` is believed.
    pub fn trusted_proxies(&self) -> &[IpNet] {
        &self.0.parts.trusted_proxies
    }

    /// The mails kept in memory, when anybody may read them.
    pub fn open_mailbox(&self) -> Option<&MemoryMailbox> {
        self.0
            .parts
            .mail
            .mailbox()
            .filter(|_| self.0.parts.open_mailbox)
    }

    /// Sends mails.
    pub fn mailer(&self) -> &Mailer {
        &self.0.mailer
    }

    /// Wakes streams that wait on this node.
    pub fn signals(&self) -> &Signals {
        &self.0.signals
    }

    /// Wakes the jobs' runner.
    pub fn jobs_wake(&self) -> &Arc<Notify> {
        &self.0.jobs_wake
    }

    /// Limits by network address, of this node.
    pub fn limiter(&self) -> &Limiter {
        &self.0.limiter
    }

    /// The people of the workspaces.
    pub fn members(&self) -> &Members {
        &self.0.members
    }

    /// Sign-ins under way.
    pub fn sign_ins(&self) -> &SignIns {
        &self.0.sign_ins
    }

    /// Teams.
    pub fn teams(&self) -> &Teams {
        &self.0.teams
    }

    /// OpenID Connect providers.
    pub fn providers(&self) -> &Providers {
        &self.0.providers
    }

    /// Members' passkeys.
    pub fn passkeys(&self) -> &Passkeys {
        &self.0.passkeys
    }

    /// What workspaces decide for themselves.
    pub fn settings(&self) -> &WorkspaceSettings {
        &self.0.settings
    }

    /// Sessions.
    pub fn sessions(&self) -> &Sessions {
        &self.0.sessions
    }
}

fn mailer(parts: &Parts, signals: &Signals) -> Mailer {
    Mailer::new(
        parts.db.clone(),
        parts.keys.clone(),
        parts.mail_from.clone(),
        parts.mail.clone(),
        signals.clone(),
    )
}

fn guests(parts: &Parts, outbox: Outbox) -> Guests {
    Guests {
        db: parts.db.on(Lane::Guests),
        clock: parts.clock.clone(),
        keys: parts.keys.clone(),
        outbox,
        public_url: parts.public_url.clone(),
    }
}
