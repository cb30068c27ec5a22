//! The links' rows, as their holders reach them.

use super::{
    model::{ItemKind, LONGEST, LinkFacts, REDELIVERY, Sender, StoredState},
    payload_store,
    rules::REDELIVERIES,
};
use crate::{
    base::{client::Client, clock::Timestamp, email_address::EmailAddress, secret::TokenHash},
    db::{Db, DbError, Row, Tx, sql, sql_for},
    features::members::language_of,
};

/// What is asked of a link before anything is decided. Links live for 30 days, and are looked for no
/// further back than that takes: older ones may be in partitions that nobody needs to touch.
macro_rules! held {
    ($from:literal) => {
        concat!(
            "SELECT l.id, l.workspace_id, l.epoch, l.item_id, l.kind, l.one_time, l.notify, \
             l.expires_at, l.state, l.erased, l.binder, l.redeliver_until, l.redelivered, l.first_opened_at, l.disputed_at, l.revoked_at, \
             m.first_name, m.last_name, m.email, m.mail_link_opened, m.language, \
             w.name AS workspace_name, w.monogram, w.hue ",
            $from,
            " WHERE l.lid = $1 AND l.epoch >= $3 AND l.v0 = $2"
        )
    };
}

/// The link that this proof belongs to. Both are compared by the database: the proof is stored
/// hashed, so that a comparison's time tells nothing that helps to guess it, and a wrong proof takes
/// the very way of an unknown link.
///
/// PostgreSQL gets the link first, then the one member and the one workspace that it names: it expects a
/// link in each partition that it may have to look into, and with joins it then reads all workspaces, or
/// all members of one.
pub(super) async fn held(
    db: &Db,
    lid: &[u8],
    proof: TokenHash,
    now: Timestamp,
) -> Result<Option<LinkFacts>, DbError> {
    let row = sql_for(
        held!(
            "FROM links l JOIN workspaces w ON w.id = l.workspace_id \
             JOIN members m ON m.workspace_id = l.workspace_id AND m.id = l.created_by"
        ),
        held!(
            "FROM links l \
             CROSS JOIN LATERAL (SELECT first_name, last_name, email, mail_link_opened, language FROM members \
               WHERE workspace_id = l.workspace_id AND id = l.created_by LIMIT 1) m \
             CROSS JOIN LATERAL (SELECT name, monogram, hue FROM workspaces WHERE id = l.workspace_id LIMIT 1) w"
        ),
    )
    .bind(lid)
    .bind(proof)
    .bind(oldest(now))
    .optional(db)
    .await?;
    row.as_ref().map(facts).transpose()
}

/// The first day whose links can still mean anything: the longest life, the day it began on, and the
/// time of fetching it again.
fn oldest(now: Timestamp) -> i64 {
    (now - LONGEST - REDELIVERY).day() - 1
}

/// What a claim that won is given.
#[derive(Debug)]
pub(super) struct Won {
    /// How often this browser was given it again; 0 when it is the first time.
    pub(super) redelivered: i64,
    pub(super) sealed: Sealed,
}

/// A link's sealed payload with what belongs to it.
#[derive(Debug)]
pub(super) struct Sealed {
    pub(super) flags: u8,
    pub(super) created_at: Timestamp,
    pub(super) commitment: Vec<u8>,
    pub(super) iv: Vec<u8>,
    pub(super) ct: Vec<u8>,
}

/// Decides a claim, for links with one view and with many, in one conditional statement, which also brings
/// what is given out: the payload never changes, and of a link whose payload was erased nothing is given. Were it
/// missing, that is an error in the claim's transaction: the link isn't used up.
/// Reading first and writing then would serve a one-time link twice.
pub(super) async fn claim(
    tx: &mut Tx,
    link: &LinkFacts,
    proof: TokenHash,
    binder: TokenHash,
    client: &Client,
    now: Timestamp,
) -> Result<Option<Won>, DbError> {
    let row = sql("UPDATE links SET \
           binder          = CASE WHEN one_time AND state = 'live' THEN $5 ELSE binder END, \
           redeliver_until = CASE WHEN one_time AND state = 'live' THEN $7 ELSE redeliver_until END, \
           redelivered     = CASE WHEN state = 'live' THEN 0 ELSE redelivered + 1 END, \
           opened_browser  = CASE WHEN one_time AND state = 'live' THEN $9 ELSE opened_browser END, \
           opened_address  = CASE WHEN one_time AND state = 'live' THEN $10 ELSE opened_address END, \
           first_opened_at = CASE WHEN first_opened_at IS NULL THEN $6 ELSE first_opened_at END, \
           state           = CASE WHEN one_time THEN 'claimed' ELSE state END \
         WHERE workspace_id = $1 AND id = $2 AND epoch = $3 \
           AND v0 = $4 AND v1 IS NULL AND NOT erased AND revoked_at IS NULL \
           AND ((state = 'live' AND expires_at > $6) \
             OR (state = 'claimed' AND binder = $5 AND redeliver_until > $6 AND redelivered < $8)) \
         RETURNING redelivered, flags, created_at, commitment, iv, \
           (SELECT ct FROM link_payloads WHERE workspace_id = $1 AND link_id = $2 AND epoch = $3) AS ct")
        .bind(link.workspace)
        .bind(link.id)
        .bind(link.epoch)
        .bind(proof)
        .bind(binder)
        .bind(now)
        .bind(now + REDELIVERY)
        .bind(REDELIVERIES)
        .bind(&client.browser)
        .bind(client.masked_address())
        .optional(tx)
        .await?;
    row.as_ref().map(won).transpose()
}

fn won(row: &Row) -> Result<Won, DbError> {
    Ok(Won {
        redelivered: row.get("redelivered")?,
        sealed: Sealed {
            flags: u8::try_from(row.get::<i64>("flags")?)
                .map_err(|_| DbError::Wrong("a link's flags"))?,
            created_at: row.get("created_at")?,
            commitment: row.get("commitment")?,
            iv: row.get("iv")?,
            ct: row
                .get::<Option<Vec<u8>>>("ct")?
                .ok_or(DbError::Wrong("a link that is open has no payload"))?,
        },
    })
}

/// Remembers which browser viewed a link with many views; whether it is new. Unique on link and
/// browser. The one view of a one-time link is in the link's own row.
pub(super) async fn add_view(
    tx: &mut Tx,
    link: &LinkFacts,
    binder: TokenHash,
    client: &Client,
    now: Timestamp,
) -> Result<bool, DbError> {
    let added = sql("INSERT INTO link_views (workspace_id, link_id, epoch, binder, viewed_at, browser, address) \
         VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (workspace_id, link_id, binder, epoch) DO NOTHING")
        .bind(link.workspace)
        .bind(link.id)
        .bind(link.epoch)
        .bind(binder)
        .bind(now)
        .bind(&client.browser)
        .bind(client.masked_address())
        .execute(tx)
        .await?;
    Ok(added == 1)
}

/// Records that a browser could show what it was given, and erases a one-time link's ciphertext.
/// Whether this was news.
pub(super) async fn acknowledge(
    tx: &mut Tx,
    link: &LinkFacts,
    binder: TokenHash,
    now: Timestamp,
) -> Result<bool, DbError> {
    let seen = if link.one_time {
        sql("UPDATE links SET erased = TRUE, acked_at = $5 \
             WHERE workspace_id = $1 AND id = $2 AND epoch = $3 \
               AND state = 'claimed' AND binder = $4 AND acked_at IS NULL")
    } else {
        sql("UPDATE link_views SET acked_at = $5 \
             WHERE workspace_id = $1 AND link_id = $2 AND epoch = $3 AND binder = $4 AND acked_at IS NULL")
    };
    let news = seen
        .bind(link.workspace)
        .bind(link.id)
        .bind(link.epoch)
        .bind(binder)
        .bind(now)
        .execute(&mut *tx)
        .await?
        == 1;
    if news && link.one_time {
        payload_store::delete(tx, link.workspace, link.id, link.epoch).await?;
    }
    Ok(news)
}

/// Records "This wasn't me" on a spent link, which nobody gets again then; whether this was news.
pub(super) async fn dispute(
    tx: &mut Tx,
    link: &LinkFacts,
    now: Timestamp,
) -> Result<bool, DbError> {
    let changed = sql("UPDATE links SET disputed_at = $4, erased = TRUE \
         WHERE workspace_id = $1 AND id = $2 AND epoch = $3 \
           AND state = 'claimed' AND revoked_at IS NULL AND disputed_at IS NULL")
    .bind(link.workspace)
    .bind(link.id)
    .bind(link.epoch)
    .bind(now)
    .execute(&mut *tx)
    .await?;
    if changed == 1 {
        payload_store::delete(tx, link.workspace, link.id, link.epoch).await?;
    }
    Ok(changed == 1)
}

pub(super) fn stored_state(row: &Row) -> Result<StoredState, DbError> {
    Ok(match row.get::<String>("state")?.as_str() {
        "live" => StoredState::Live,
        "claimed" => StoredState::Claimed,
        "locked" => StoredState::Locked,
        _ => return Err(DbError::Wrong("a link in an unknown state")),
    })
}

fn facts(row: &Row) -> Result<LinkFacts, DbError> {
    Ok(LinkFacts {
        id: row.get("id")?,
        workspace: row.get("workspace_id")?,
        epoch: row.get("epoch")?,
        item: row.get("item_id")?,
        sender: Sender {
            first_name: row.get("first_name")?,
            last_name: row.get("last_name")?,
            email: EmailAddress::parse(&row.get::<String>("email")?)
                .map_err(|_| DbError::Wrong("a member's mail address"))?,
            hears_of_openings: row.get("mail_link_opened")?,
            language: language_of(row)?,
        },
        workspace_name: row.get("workspace_name")?,
        monogram: row.get("monogram")?,
        hue: hue(row)?,
        kind: kind(&row.get::<String>("kind")?)?,
        one_time: row.get("one_time")?,
        notify: row.get("notify")?,
        expires_at: row.get("expires_at")?,
        state: stored_state(row)?,
        has_ciphertext: !row.get::<bool>("erased")?,
        binder: row.get("binder")?,
        redeliver_until: row.get("redeliver_until")?,
        redelivered: row.get("redelivered")?,
        first_opened_at: row.get("first_opened_at")?,
        disputed_at: row.get("disputed_at")?,
        revoked_at: row.get("revoked_at")?,
    })
}

fn hue(row: &Row) -> Result<Option<u16>, DbError> {
    let hue = row.get::<Option<i64>>("hue")?.map(u16::try_from);
    hue.transpose()
        .map_err(|_| DbError::Wrong("a workspace's colour"))
}

fn kind(text: &str) -> Result<ItemKind, DbError> {
    match text {
        "account" => Ok(ItemKind::Account),
        "secret" => Ok(ItemKind::Secret),
        _ => Err(DbError::Wrong("a link of an unknown kind")),
    }
}
