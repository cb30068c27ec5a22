//! Links that were asked for.

use anyhow::{Context, Result};
use guestpass::base::secret::{code_hash, sha256};

use super::{Id, Sink, World, rows::Table, sealing::derived};
use crate::row;

/// An intent that its member can go on with.
#[derive(Clone, Debug)]
pub struct AskedFor {
    pub id: Id,
    /// The member, by place.
    pub member: usize,
    /// Whether its link is of an account.
    pub account: bool,
    /// The token in its mail.
    pub mail_token: [u8; 32],
    /// The terms of its link, in seconds.
    pub created_at: i64,
    pub expires_at: i64,
}

/// How long their links last, in seconds.
const LIFETIME: i64 = 7 * 86_400;

/// Adds an intent for each of the items in turn, until there are this many. The items' owners are
/// signed in. Confirmed ones can be spent; others wait for their member.
pub async fn intents(
    world: &mut World,
    sink: &mut Sink,
    items: &[usize],
    count: usize,
    confirmed: bool,
) -> Result<Vec<AskedFor>> {
    let mut made = Vec::with_capacity(count);
    for item in items.iter().cycle().take(count) {
        made.push(intent(world, sink, *item, confirmed).await?);
    }
    Ok(made)
}

async fn intent(
    world: &mut World,
    sink: &mut Sink,
    item: usize,
    confirmed: bool,
) -> Result<AskedFor> {
    let item = world.items[item];
    let member = world.members[item.owner];
    let session = member.session.context("a member who isn't signed in")?;
    let workspace = world.workspaces[item.workspace].id.text("wsp");
    let mail_token = derived(world.seed, "mail", world.known_intents);
    world.known_intents += 1;
    // A life begins with its confirmation, in whole seconds.
    let at = world.now.div_euclid(1000) * 1000;
    let (id, mail) = (
        Id::new(&mut world.chance, at),
        Id::new(&mut world.chance, at),
    );
    sink.put(
        Table::Mails,
        row![
            mail.text("mai"),
            workspace.clone(),
            "mira@larkfield.example",
            "Confirm your link",
            "sent",
            1_i64,
            at,
            at,
        ],
    )
    .await?;
    let state = if confirmed { "confirmed" } else { "waiting" };
    let code = code_hash(&id.text("int"), "123456").to_vec();
    sink.put(
        Table::ShareIntents,
        row![
            id.text("int"),
            workspace,
            item.id.text("itm"),
            1_i64,
            member.id.text("mem"),
            session.text("ses"),
            LIFETIME * 1000,
            true,
            false,
            sha256(&mail_token),
            code,
            state,
            0_i64,
            mail.text("mai"),
            "Firefox on macOS",
            "192.0.2.7",
            at,
            at + 3 * 3_600_000,
            at,
            confirmed.then_some(at),
        ],
    )
    .await?;
    Ok(AskedFor {
        id,
        member: item.owner,
        account: item.account,
        mail_token,
        created_at: at / 1000,
        expires_at: at / 1000 + LIFETIME,
    })
}
