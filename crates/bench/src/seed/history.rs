//! Half a year of use, grown step by step: links that were made, viewed, taken back or expired, and
//! those among them that still wait.

use anyhow::Result;

use super::{
    DAY, Id, Sealer, Sink, World,
    chance::{grown, working_hours},
    links::{Fingerprint, NewLink, State, write_link},
};

/// How far back it goes, in days.
pub const DAYS: i64 = 180;
const HOUR: f64 = 3_600_000.0;

/// Lifetimes people choose, in milliseconds, with how often.
const LIFETIMES: [(f64, i64); 4] = [
    (0.10, DAY / 24),
    (0.35, DAY),
    (0.35, 7 * DAY),
    (0.20, 30 * DAY),
];

/// What has been made so far.
#[derive(Clone, Debug)]
pub struct History {
    pub world: World,
    pub links: usize,
}

/// Adds links until there are this many. Each step covers the whole time.
pub async fn grow(
    history: &mut History,
    sink: &mut Sink,
    sealer: &Sealer,
    to: usize,
) -> Result<()> {
    let missing = to.saturating_sub(history.links);
    let world = &mut history.world;
    for n in 0..missing {
        let link = NewLink {
            item: *world.chance.pick(&world.items),
            ..born(world, n, missing)
        };
        let state = fate(world, &link);
        if state.name == "live" && !state.erased {
            let size = size(world);
            link.make(world, sink, sealer, size).await?;
        } else {
            let id = Id::new(&mut world.chance, link.created_at);
            let print = Fingerprint::random(&mut world.chance);
            write_link(world, sink, &link, id, &print, &state).await?;
        }
    }
    history.links = history.links.max(to);
    Ok(())
}

/// When link `n` of so many was made, and for how long.
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    reason = "times and counts are small enough, and rounding is fine"
)]
fn born(world: &mut World, n: usize, of: usize) -> NewLink {
    let day = grown((n as f64 + 0.5) / of.max(1) as f64) * DAYS as f64;
    let time = working_hours(day.fract());
    let age = (DAYS as f64 - day.floor() - time) * DAY as f64;
    // Whole seconds, as intents are confirmed; never in the future.
    let created_at = (world.now - (age as i64).max(60_000)).div_euclid(1000) * 1000;
    let mut draw = world.chance.part();
    let mut life = DAY;
    for (share, lifetime) in LIFETIMES {
        life = lifetime;
        if draw < share {
            break;
        }
        draw -= share;
    }
    NewLink {
        item: world.items[0],
        created_at,
        expires_at: created_at + life,
        one_time: world.chance.happens(0.7),
        notify: world.chance.happens(0.8),
    }
}

/// What has become of a link by now.
#[expect(clippy::cast_possible_truncation, reason = "milliseconds of some days")]
fn fate(world: &mut World, link: &NewLink) -> State {
    let (chance, now) = (&mut world.chance, world.now);
    let over = link.expires_at.min(now);
    let mut state = State::live();
    let mut at = link.created_at;
    let most = if link.one_time {
        1
    } else {
        1 + chance.below(4)
    };
    for _ in 0..most {
        // Some never look.
        if !chance.happens(0.85) {
            break;
        }
        at += (chance.wait(4.0 * HOUR)) as i64 + 20_000;
        if at >= over {
            break;
        }
        state.views.push(at);
    }
    if !state.views.is_empty() {
        state.acked = chance.happens(0.97);
        if link.one_time {
            state.name = "claimed";
            state.erased = true;
        }
    } else if chance.happens(0.03) && link.created_at + DAY / 48 < over {
        state.revoked_at = Some(link.created_at + DAY / 48);
        state.erased = true;
    }
    if link.expires_at <= now {
        state.erased = true;
    }
    state
}

/// How much text a link shows: usually a password, sometimes a page.
fn size(world: &mut World) -> usize {
    match world.chance.below(100) {
        0..90 => 24,
        90..97 => 2_000,
        97..99 => 9_000,
        _ => 30_000,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seed::people::Item;

    fn world() -> World {
        let mut world = World::new(3, 1_795_000_000_000);
        let id = Id::new(&mut world.chance, 0);
        world.items.push(Item {
            workspace: 0,
            owner: 0,
            id,
            account: true,
        });
        world
    }

    #[test]
    fn links_rise_in_time_and_none_is_from_the_future() {
        let mut world = world();
        let made: Vec<i64> = (0..5000)
            .map(|n| born(&mut world, n, 5000).created_at)
            .collect();
        assert!(made.is_sorted());
        assert!(made[0] >= world.now - (DAYS + 1) * DAY && made[4999] < world.now);
        let last_month = made.iter().filter(|at| **at > world.now - 30 * DAY).count();
        assert!((1_100..1_400).contains(&last_month), "{last_month}");
    }

    #[test]
    fn what_is_over_is_erased_and_a_little_still_waits() {
        let mut world = world();
        let (mut waiting, mut claimed, mut views) = (0, 0, 0);
        for n in 0..10_000 {
            let link = born(&mut world, n, 10_000);
            let state = fate(&mut world, &link);
            assert!(state.views.is_sorted() && state.views.iter().all(|at| *at < world.now));
            assert_eq!(
                state.name == "claimed",
                link.one_time && !state.views.is_empty()
            );
            if link.expires_at <= world.now || state.revoked_at.is_some() || state.name == "claimed"
            {
                assert!(state.erased);
            } else {
                waiting += 1;
                assert!(!state.erased && link.created_at > world.now - 30 * DAY);
            }
            claimed += usize::from(state.name == "claimed");
            views += state.views.len();
        }
        assert!((150..900).contains(&waiting), "{waiting}");
        assert!((5_000..6_500).contains(&claimed), "{claimed}");
        assert!((7_000..13_000).contains(&views), "{views}");
    }
}
