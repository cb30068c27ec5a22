//! What an overload is judged by.

use std::{collections::BTreeMap, time::Duration};

use anyhow::{Context, Result};

use super::{
    CALM, OverloadArgs, WINDOW,
    beside::Members,
    mixed::{CLAIM, PEEK},
};
use crate::{
    figures::{Line, Spread, Target, Unit},
    load::{Class, Outcome, as_f64, quantile_ms},
};

/// Latency is normal again when it is within this many times of what it was.
const NORMAL: f64 = 1.5;

/// All that was measured in one run.
pub struct Measured {
    /// As much as the server does, over 16 connections.
    pub sustained: Outcome,
    /// A calm load before, and the same after.
    pub before: Outcome,
    pub flooded: Outcome,
    /// How long after the end of the crowd the last of it was answered.
    pub lag: Duration,
    pub after: Outcome,
    pub beside: Members,
    /// Memory before the flood, and at the end.
    pub resident: f64,
    pub ended: f64,
}

pub struct Lines {
    lines: Vec<Line>,
}

impl Lines {
    pub fn new(args: &OverloadArgs) -> Self {
        let sustained = "the same at the sustained rate, c16";
        let of = |what: &str, unit: Unit, target: Target| Line::new(what, unit, target);
        let calm = format!("p99 at {CALM} of the sustained rate before");
        Self {
            lines: vec![
                of("sustained, claims and peeks", Unit::PerSecond, Target::Told),
                of("offered", Unit::PerSecond, Target::Told)
                    .against("sustained")
                    .note(format!(
                        "{} x for {} s over {} connections; what finds all of them waiting is never sent",
                        args.factor, args.seconds, args.connections
                    )),
                of("sent", Unit::PerSecond, Target::Told).against("sustained"),
                of("admitted", Unit::PerSecond, Target::Told).against("sustained"),
                of("admitted requests: p99", Unit::Millis, Target::RatioAtMost(3.0)).against(sustained),
                of("admitted claims: p50", Unit::Millis, Target::Told).against(sustained),
                of("admitted claims: p99", Unit::Millis, Target::RatioAtMost(3.0)).against(sustained),
                of("admitted peeks: p50", Unit::Millis, Target::Told).against(sustained),
                of("admitted peeks: p99", Unit::Millis, Target::RatioAtMost(3.0)).against(sustained),
                of("refused with 429 or 503", Unit::Count, Target::Told),
                of("of these without Retry-After", Unit::Count, Target::AtMost(0.0)),
                of("other statuses and broken connections", Unit::Count, Target::AtMost(0.0)),
                of("memory at its peak", Unit::Bytes, Target::RatioAtMost(2.0)).against("before"),
                of("memory afterwards", Unit::Bytes, Target::Told).against("before"),
                of("latency normal again after", Unit::Millis, Target::AtMost(5000.0)).note(format!(
                    "from the end of the crowd to that of the first quarter of a second whose p99 is within {NORMAL} x {calm}"
                )),
                of("sign-in started meanwhile: p99", Unit::Millis, Target::Told),
                of("confirmed meanwhile: p99", Unit::Millis, Target::Told),
                of("sign-ins and confirmations that failed", Unit::Count, Target::AtMost(0.0)),
            ],
        }
    }

    pub fn add(&mut self, measured: &Measured) -> Result<()> {
        let Measured {
            sustained,
            flooded,
            beside,
            resident,
            ended,
            ..
        } = measured;
        let seconds = flooded.elapsed.as_secs_f64();
        let rate = sustained.rate();
        let statuses = statuses(flooded);
        let answered: u64 = statuses.values().sum();
        let refused: u64 = [429, 503]
            .iter()
            .filter_map(|status| statuses.get(status))
            .sum();
        let good: u64 = flooded.classes.iter().map(|class| class.good.len()).sum();
        let told: u64 = flooded
            .classes
            .iter()
            .map(|class| class.with_retry_after)
            .sum();
        let latency = |class: usize, share: f64| {
            (
                flooded.classes[class].ms(share),
                Some(sustained.classes[class].ms(share)),
            )
        };
        let a_second = |count: u64| (as_f64(count) / seconds, Some(rate));
        let figures = [
            (rate, None),
            a_second(answered + flooded.unsent + flooded.broken),
            a_second(answered + flooded.broken),
            a_second(good),
            (flooded.ms(0.99), Some(sustained.ms(0.99))),
            latency(CLAIM, 0.5),
            latency(CLAIM, 0.99),
            latency(PEEK, 0.5),
            latency(PEEK, 0.99),
            (as_f64(refused), None),
            (as_f64(refused - told), None),
            (as_f64(answered - good - refused + flooded.broken), None),
            (beside.peak, Some(*resident)),
            (*ended, Some(*resident)),
            (
                recovery(&measured.before, &measured.after)
                    .map_or(f64::INFINITY, |ms| ms + measured.lag.as_secs_f64() * 1000.0),
                None,
            ),
            (p99(&beside.sign_ins)?, None),
            (p99(&beside.confirms)?, None),
            (as_f64(beside.failed.len() as u64), None),
        ];
        for (line, (value, reference)) in self.lines.iter_mut().zip(figures) {
            line.add(value, reference);
        }
        eprintln!(
            "  answers by status: {statuses:?}, broken {}",
            flooded.broken
        );
        if !beside.failed.is_empty() {
            eprintln!(
                "  sign-ins and confirmations failed with {:?}",
                beside.failed
            );
        }
        Ok(())
    }

    pub fn done(self) -> Vec<Line> {
        self.lines
    }
}

fn statuses(outcome: &Outcome) -> BTreeMap<u16, u64> {
    let mut all = BTreeMap::new();
    for class in &outcome.classes {
        for (status, count) in &class.statuses {
            *all.entry(*status).or_insert(0) += count;
        }
    }
    all
}

/// The milliseconds after which claims and peeks are as fast as before; nothing if they never were.
fn recovery(before: &Outcome, after: &Outcome) -> Option<f64> {
    let calm = |class: &Class, other: &Class| {
        let usual = class.ms(0.99) * NORMAL;
        other
            .windows
            .iter()
            .position(|window| !window.is_empty() && quantile_ms(window, 0.99) <= usual)
    };
    let windows = before.classes.iter().zip(&after.classes);
    let windows: Option<Vec<usize>> = windows.map(|(class, other)| calm(class, other)).collect();
    let last = windows?.into_iter().max()?;
    Some(as_f64(last as u64 + 1) * WINDOW.as_secs_f64() * 1000.0)
}

fn p99(times: &[f64]) -> Result<f64> {
    let mut sorted = times.to_vec();
    sorted.sort_by(f64::total_cmp);
    let place = (sorted.len() * 99).div_ceil(100).saturating_sub(1);
    Spread::of(times).context("no member got through")?;
    Ok(sorted[place])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_p99_of_few_is_the_worst() {
        assert!((p99(&[3.0, 1.0, 2.0]).unwrap() - 3.0).abs() < 1e-9);
        let many: Vec<f64> = (1..=200).map(f64::from).collect();
        assert!((p99(&many).unwrap() - 198.0).abs() < 1e-9);
        assert!(p99(&[]).is_err());
    }
}
