//! Public links that open.

use anyhow::Result;
use guestpass::base::secret::sha256;

use super::{
    Chance, DAY, Id, Sealer, Sink, World,
    items::kind,
    people::{BROWSERS, Item, address},
    rows::Table,
    sealing::{Promise, SealedLink, link_secret, payload},
};
use crate::row;

/// What proves possession of a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Held {
    pub lid: [u8; 16],
    pub auth: [u8; 32],
}

/// Links to be made.
#[derive(Clone, Copy, Debug)]
pub struct LiveLinks {
    pub count: usize,
    pub notify: bool,
    /// When they expire; otherwise they are up to 28 days old and have 30.
    pub expires_at: Option<i64>,
}

/// How old links that wait for their recipients are at most, in days; they live for 30.
const OLDEST: u64 = 28;
/// How many events a block of the log tells of.
const BLOCK: i64 = 256;

/// Adds one-time links that wait for their recipients; what proves possession of them, in no
/// particular order.
pub async fn live(
    world: &mut World,
    sink: &mut Sink,
    sealer: &Sealer,
    wanted: LiveLinks,
) -> Result<Vec<Held>> {
    let mut held = Vec::with_capacity(wanted.count);
    for _ in 0..wanted.count {
        let item = *world.chance.pick(&world.items);
        let (created_at, expires_at) = match wanted.expires_at {
            Some(at) => (at - DAY * (1 + days(world.chance.word() % 7)), at),
            None => {
                let seconds = world.chance.word() % (OLDEST * 86_400);
                let created_at = world.now / 1000 * 1000 - 60_000 - days(seconds) * 1000;
                (created_at, created_at + 30 * DAY)
            }
        };
        let link = NewLink {
            item,
            created_at,
            expires_at,
            one_time: true,
            notify: wanted.notify,
        };
        held.push(link.make(world, sink, sealer, 200).await?);
    }
    world.chance.shuffle(&mut held);
    Ok(held)
}

/// A small number as one to compute times with.
fn days(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(0)
}

/// A link about to be written that really opens.
pub(super) struct NewLink {
    pub item: Item,
    pub created_at: i64,
    pub expires_at: i64,
    pub one_time: bool,
    pub notify: bool,
}

impl NewLink {
    /// Writes the link, its payload of this many bytes of text, and what goes with them.
    pub async fn make(
        &self,
        world: &mut World,
        sink: &mut Sink,
        sealer: &Sealer,
        size: usize,
    ) -> Result<Held> {
        let item = self.item;
        let n = world.known_links;
        world.known_links += 1;
        let promise = Promise {
            account: item.account,
            one_time: self.one_time,
            created_at: self.created_at.div_euclid(1000),
            expires_at: self.expires_at.div_euclid(1000),
        };
        let text = payload(item.account, size, &mut world.chance);
        let sealed = sealer.link(
            link_secret(world.seed, n),
            promise,
            &text,
            &mut world.chance,
        )?;
        let held = Held {
            lid: sealed.lid,
            auth: sealed.auth,
        };
        let id = Id::new(&mut world.chance, self.created_at);
        let workspace = world.workspaces[item.workspace].id.text("wsp");
        let epoch = self.created_at.div_euclid(DAY);
        let ct = sealer.wrap(&workspace, &id.text("lnk"), epoch, &sealed.ct)?;
        sink.put(
            Table::LinkPayloads,
            row![workspace.clone(), id.text("lnk"), epoch, ct],
        )
        .await?;
        sink.put(
            Table::LinkErasures,
            row![self.expires_at, workspace, id.text("lnk"), epoch],
        )
        .await?;
        let print = Fingerprint::of(&sealed);
        write_link(world, sink, self, id, &print, &State::live()).await?;
        Ok(held)
    }
}

/// What identifies a link's row.
pub(super) struct Fingerprint {
    pub lid: [u8; 16],
    pub v0: [u8; 32],
    pub commitment: [u8; 32],
    pub iv: [u8; 12],
}

impl Fingerprint {
    fn of(sealed: &SealedLink) -> Self {
        Self {
            lid: sealed.lid,
            v0: sealed.v0,
            commitment: sealed.commitment,
            iv: sealed.iv,
        }
    }

    /// One that nobody holds the link of: what is over is never opened again.
    pub fn random(chance: &mut Chance) -> Self {
        Self {
            lid: chance.bytes(),
            v0: chance.bytes(),
            commitment: chance.bytes(),
            iv: chance.bytes(),
        }
    }
}

/// What has become of a link.
#[derive(Clone, Debug, Default)]
pub(super) struct State {
    pub name: &'static str,
    pub erased: bool,
    /// When it was viewed, by as many browsers; rising.
    pub views: Vec<i64>,
    pub acked: bool,
    pub revoked_at: Option<i64>,
}

impl State {
    pub fn live() -> Self {
        Self {
            name: "live",
            ..Self::default()
        }
    }
}

/// Writes the row of a link, its views and its part of the log.
pub(super) async fn write_link(
    world: &mut World,
    sink: &mut Sink,
    link: &NewLink,
    id: Id,
    print: &Fingerprint,
    state: &State,
) -> Result<()> {
    let item = link.item;
    let owner = world.members[item.owner].id.text("mem");
    let place = Place {
        workspace: world.workspaces[item.workspace].id.text("wsp"),
        link: id.text("lnk"),
        item: item.id.text("itm"),
        epoch: link.created_at.div_euclid(DAY),
    };
    let first = state.views.first().copied();
    let acked_at = first.filter(|_| state.acked).map(|at| at + 800);
    let claimed = first.filter(|_| link.one_time);
    let binder: Option<[u8; 32]> = claimed.map(|_| world.chance.bytes());
    sink.put(
        Table::Links,
        row![
            place.link.clone(),
            place.workspace.clone(),
            place.epoch,
            place.item.clone(),
            1_i64,
            owner.clone(),
            kind(item.account),
            i64::from(link.one_time),
            link.one_time,
            link.notify,
            link.created_at,
            link.expires_at,
            print.lid,
            print.v0,
            print.commitment,
            print.iv,
            state.name,
            state.erased,
            binder,
            claimed.map(|at| at + 600_000),
            0_i64,
            first,
            claimed.map(|_| *world.chance.pick(&BROWSERS)),
            claimed.map(|_| "203.0.113.x"),
            acked_at.filter(|_| link.one_time),
            state.revoked_at,
            state.revoked_at.map(|_| owner.clone()),
        ],
    )
    .await?;
    log(
        world,
        sink,
        item.workspace,
        &place,
        link.created_at,
        Some(owner),
    )
    .await?;
    for at in &state.views {
        if !link.one_time {
            let binder: [u8; 32] = world.chance.bytes();
            sink.put(
                Table::LinkViews,
                row![
                    place.workspace.clone(),
                    place.link.clone(),
                    place.epoch,
                    sha256(&binder),
                    *at,
                    *world.chance.pick(&BROWSERS),
                    "203.0.113.x",
                    state.acked.then_some(at + 800),
                ],
            )
            .await?;
        }
        log(world, sink, item.workspace, &place, *at, None).await?;
    }
    Ok(())
}

struct Place {
    workspace: String,
    link: String,
    item: String,
    epoch: i64,
}

/// Writes the event of a link's making (by a member) or opening.
async fn log(
    world: &mut World,
    sink: &mut Sink,
    workspace: usize,
    place: &Place,
    at: i64,
    by: Option<String>,
) -> Result<()> {
    let (action, actor) = match &by {
        Some(_) => ("link.created", "member"),
        None => ("link.opened", "recipient"),
    };
    let id = Id::new(&mut world.chance, at).text("evt");
    let hash: [u8; 32] = world.chance.bytes();
    let from = match &by {
        Some(_) => address(&mut world.chance),
        None => "203.0.113.x".to_owned(),
    };
    let home = &mut world.workspaces[workspace];
    home.seq += 1;
    home.hash = hash;
    let seq = home.seq;
    home.times.push(at);
    for id in [by.as_ref(), Some(&place.item), Some(&place.link)]
        .into_iter()
        .flatten()
    {
        let hash = sha256(id.as_bytes());
        home.marks.push([hash[0], hash[1], hash[2], hash[3]]);
    }
    if seq % BLOCK == 0 {
        let mut marks = std::mem::take(&mut home.marks);
        marks.sort_unstable();
        marks.dedup();
        let times = std::mem::take(&mut home.times);
        let (from, to) = (times.iter().min().copied(), times.iter().max().copied());
        let block = row![
            place.workspace.clone(),
            to.unwrap_or(at),
            seq,
            from.unwrap_or(at),
            marks.concat(),
        ];
        sink.put(Table::EventBlocks, block).await?;
    }
    sink.put(
        Table::Events,
        row![
            id,
            place.workspace.clone(),
            at,
            action,
            actor,
            by,
            place.item.clone(),
            place.link.clone(),
            from,
            *world.chance.pick(&BROWSERS),
            "",
            seq,
            hash,
        ],
    )
    .await
}
