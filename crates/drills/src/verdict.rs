//! Asking for everything that was acknowledged.

use std::{fmt, sync::Arc, time::Duration};

use anyhow::Result;
use futures_util::{StreamExt, TryStreamExt, stream};

use crate::{
    ledger::Known,
    people::{Guest, Outcome},
    site::Site,
};

/// For how long the browser that claimed a one-time link may surely fetch it again. The server says
/// ten minutes.
const REDELIVERY: Duration = Duration::from_secs(9 * 60);
/// How many links are asked for at once.
const AT_ONCE: usize = 16;

/// What must not be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fault {
    /// A link was made, and is unknown now.
    Lost,
    /// A link was given to a browser, and is given to another one now.
    Revived,
    /// A link was given to a browser, which doesn't get it again.
    Withheld,
    /// A link was given to two browsers.
    ServedTwice,
    /// A link doesn't show what it was made of.
    Garbled,
}

impl fmt::Display for Fault {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Lost => "made, and lost",
            Self::Revived => "claimed, and given to another browser",
            Self::Withheld => "claimed, and withheld from its browser",
            Self::ServedTwice => "served twice",
            Self::Garbled => "garbled",
        })
    }
}

/// Asks the site for every link that was known; names what is wrong with which.
pub async fn ask_for_all(site: &Arc<Site>, known: &[Known]) -> Result<Vec<(String, Fault)>> {
    let asked = known.iter().enumerate().map(|(n, known)| async move {
        let fault = ask_for(site, n % site.ports.len(), known).await?;
        Ok::<_, anyhow::Error>(fault.map(|fault| (known.link.id.clone(), fault)))
    });
    let faults: Vec<_> = stream::iter(asked)
        .buffer_unordered(AT_ONCE)
        .try_collect()
        .await?;
    Ok(faults.into_iter().flatten().collect())
}

async fn ask_for(site: &Arc<Site>, node: usize, known: &Known) -> Result<Option<Fault>> {
    let (link, claims) = (&known.link, &known.claims);
    if claims.winners.len() > 1 {
        return Ok(Some(Fault::ServedTwice));
    }
    let stranger = Guest::new(site)?.claim(node, link).await;
    let Some(winner) = claims.winners.first() else {
        return Ok(match stranger {
            Outcome::Opened(_) => None,
            // Whoever asked for it may have been given it, and not have heard of it.
            Outcome::Spent if claims.tried => None,
            Outcome::Garbled => Some(Fault::Garbled),
            _ => Some(Fault::Lost),
        });
    };
    match stranger {
        Outcome::Spent => {}
        Outcome::Opened(_) | Outcome::Garbled => return Ok(Some(Fault::Revived)),
        Outcome::Dead | Outcome::Unknown => return Ok(Some(Fault::Lost)),
    }
    if winner.at.elapsed() > REDELIVERY {
        return Ok(None);
    }
    let mut winner = Guest::with_binder(site, winner.binder.clone());
    Ok(match winner.claim(node, link).await {
        Outcome::Opened(_) => None,
        Outcome::Garbled => Some(Fault::Garbled),
        Outcome::Spent | Outcome::Dead | Outcome::Unknown => Some(Fault::Withheld),
    })
}
