//! Figures of several runs: medians with minimum and maximum, and what they are held to.

use std::fmt;

use serde::Serialize;

/// What a figure is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    PerSecond,
    Millis,
    Bytes,
    Count,
    /// A number of its own, such as a quotient.
    Plain,
}

impl Unit {
    /// A figure as people read it.
    pub fn show(self, value: f64) -> String {
        match self {
            Self::PerSecond => format!("{}/s", thousands(value)),
            Self::Millis if value < 10.0 => format!("{value:.2} ms"),
            Self::Millis => format!("{value:.0} ms"),
            Self::Bytes if value < 10_000.0 => format!("{} B", thousands(value)),
            Self::Bytes if value < 1e6 => format!("{:.1} KB", value / 1e3),
            Self::Bytes if value < 1e9 => format!("{:.1} MB", value / 1e6),
            Self::Bytes => format!("{:.2} GB", value / 1e9),
            Self::Count => thousands(value),
            Self::Plain => format!("{value:.2}"),
        }
    }
}

fn thousands(value: f64) -> String {
    let digits = format!("{value:.0}");
    let mut shown = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) && !shown.ends_with('-') {
            shown.push(',');
        }
        shown.push(digit);
    }
    shown
}

/// Several runs of the same.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Spread {
    pub median: f64,
    pub min: f64,
    pub max: f64,
}

impl Spread {
    /// Nothing for no figures.
    pub fn of(figures: &[f64]) -> Option<Self> {
        let mut sorted = figures.to_vec();
        sorted.sort_by(f64::total_cmp);
        let (min, max) = (*sorted.first()?, *sorted.last()?);
        let middle = sorted.len() / 2;
        let median = if sorted.len().is_multiple_of(2) {
            f64::midpoint(sorted[middle - 1], sorted[middle])
        } else {
            sorted[middle]
        };
        Some(Self { median, min, max })
    }
}

/// What a line of the table is held to.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Target {
    /// The value is at least this part of the reference.
    RatioAtLeast(f64),
    /// The value is at most this multiple of the reference.
    RatioAtMost(f64),
    /// The value is at most this, in the line's unit.
    AtMost(f64),
    /// It is told, and not held to anything.
    Told,
}

impl Target {
    fn show(self, unit: Unit) -> String {
        match self {
            Self::RatioAtLeast(part) => format!("ratio >= {part}"),
            Self::RatioAtMost(part) => format!("ratio <= {part}"),
            Self::AtMost(most) => format!("<= {}", unit.show(most)),
            Self::Told => "(told)".to_owned(),
        }
    }

    /// Whether it is met; nothing when it can't be said.
    fn met(self, value: f64, ratio: Option<f64>) -> Option<bool> {
        match self {
            Self::RatioAtLeast(part) => ratio.map(|ratio| ratio >= part),
            Self::RatioAtMost(part) => ratio.map(|ratio| ratio <= part),
            Self::AtMost(most) => Some(value <= most),
            Self::Told => None,
        }
    }
}

/// One run's figure, and that of its reference in the same run.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Sample {
    pub value: f64,
    pub reference: Option<f64>,
}

impl Sample {
    fn ratio(&self) -> Option<f64> {
        let reference = self.reference?;
        (reference > 0.0).then(|| self.value / reference)
    }
}

/// A line of the table.
#[derive(Clone, Debug, Serialize)]
pub struct Line {
    pub what: String,
    pub unit: Unit,
    pub target: Target,
    /// What the reference is.
    pub against: String,
    pub note: String,
    pub samples: Vec<Sample>,
}

impl Line {
    pub fn new(what: impl Into<String>, unit: Unit, target: Target) -> Self {
        Self {
            what: what.into(),
            unit,
            target,
            against: String::new(),
            note: String::new(),
            samples: Vec::new(),
        }
    }

    #[must_use]
    pub fn against(mut self, reference: impl Into<String>) -> Self {
        self.against = reference.into();
        self
    }

    #[must_use]
    pub fn note(mut self, note: impl Into<String>) -> Self {
        self.note = note.into();
        self
    }

    /// Adds a run's figure.
    pub fn add(&mut self, value: f64, reference: Option<f64>) {
        self.samples.push(Sample { value, reference });
    }

    pub fn values(&self) -> Option<Spread> {
        Spread::of(
            &self
                .samples
                .iter()
                .map(|sample| sample.value)
                .collect::<Vec<_>>(),
        )
    }

    fn references(&self) -> Option<Spread> {
        let known: Vec<f64> = self
            .samples
            .iter()
            .filter_map(|sample| sample.reference)
            .collect();
        Spread::of(&known)
    }

    /// The ratios of each run: value and reference that belong together are compared.
    pub fn ratios(&self) -> Option<Spread> {
        Spread::of(
            &self
                .samples
                .iter()
                .filter_map(Sample::ratio)
                .collect::<Vec<_>>(),
        )
    }

    /// Whether the median meets the target.
    pub fn met(&self) -> Option<bool> {
        let ratio = self.ratios().map(|spread| spread.median);
        self.target.met(self.values()?.median, ratio)
    }

    /// What the table shows, column by column.
    pub fn cells(&self) -> [String; 7] {
        let spread =
            |spread: Option<Spread>, unit: Unit| spread.map_or("-".to_owned(), |s| shown(s, unit));
        [
            self.what.clone(),
            spread(self.values(), self.unit),
            spread(self.references(), self.unit),
            spread(self.ratios(), Unit::Plain),
            self.target.show(self.unit),
            match self.met() {
                Some(true) => "pass".to_owned(),
                Some(false) => "NOT".to_owned(),
                None => "-".to_owned(),
            },
            [self.against.as_str(), self.note.as_str()]
                .into_iter()
                .filter(|text| !text.is_empty())
                .collect::<Vec<_>>()
                .join("; "),
        ]
    }
}

fn shown(spread: Spread, unit: Unit) -> String {
    let median = unit.show(spread.median);
    if spread.min.total_cmp(&spread.max).is_eq() {
        return median;
    }
    format!(
        "{median} ({}..{})",
        unit.show(spread.min),
        unit.show(spread.max)
    )
}

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.cells().join(" | "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn medians_of_odd_and_even_counts() {
        assert_eq!(Spread::of(&[]), None);
        let of = |figures: &[f64]| Spread::of(figures).unwrap();
        assert_eq!(
            of(&[3.0, 1.0, 2.0]),
            Spread {
                median: 2.0,
                min: 1.0,
                max: 3.0
            }
        );
        assert!((of(&[4.0, 1.0, 2.0, 3.0]).median - 2.5).abs() < 1e-9);
    }

    #[test]
    fn a_ratio_compares_what_was_measured_together() {
        let mut line = Line::new("claim", Unit::PerSecond, Target::RatioAtLeast(0.25));
        // A machine that halves its speed in the second run leaves the ratio as it is.
        line.add(3000.0, Some(10_000.0));
        line.add(1500.0, Some(5000.0));
        let ratio = line.ratios().unwrap();
        assert!((ratio.min - 0.3).abs() < 1e-9 && (ratio.max - 0.3).abs() < 1e-9);
        assert_eq!(line.met(), Some(true));
        line.target = Target::RatioAtLeast(0.31);
        assert_eq!(line.met(), Some(false));
    }

    #[test]
    fn targets_without_reference_and_the_other_way_round() {
        let mut line = Line::new("memory", Unit::Bytes, Target::AtMost(40e6));
        assert_eq!(line.met(), None);
        line.add(39e6, None);
        assert_eq!(line.met(), Some(true));
        line.target = Target::RatioAtMost(1.5);
        assert_eq!(line.met(), None, "there is nothing to compare with");
        line.add(39e6, Some(0.0));
        assert_eq!(line.met(), None);
        line.target = Target::Told;
        assert_eq!(line.met(), None);
    }

    #[test]
    fn figures_are_readable() {
        for (unit, value, shown) in [
            (Unit::PerSecond, 12_345.6, "12,346/s"),
            (Unit::PerSecond, 999.0, "999/s"),
            (Unit::Millis, 1.234, "1.23 ms"),
            (Unit::Millis, 123.4, "123 ms"),
            (Unit::Bytes, 5321.0, "5,321 B"),
            (Unit::Bytes, 20_480.0, "20.5 KB"),
            (Unit::Bytes, 40e6, "40.0 MB"),
            (Unit::Bytes, 15e9, "15.00 GB"),
            (Unit::Count, 1_000_000.0, "1,000,000"),
            (Unit::Plain, 0.256, "0.26"),
        ] {
            assert_eq!(unit.show(value), shown);
        }
    }
}
