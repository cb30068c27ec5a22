//! Reads typed values and gathers what is wrong with them.

use super::{
    Problem, Sources,
    key::{Key, Kind},
    layers::{Place, Values, merge},
};
use crate::base::secret::SecretText;

/// How much of a wrong value is shown.
const SHOWN: usize = 80;

pub(super) struct Reader {
    values: Values,
    problems: Vec<Problem>,
}

impl Reader {
    pub(super) fn new(sources: &Sources) -> Self {
        let mut problems = Vec::new();
        let values = merge(sources, &mut problems);
        Self { values, problems }
    }

    pub(super) fn into_problems(self) -> Vec<Problem> {
        self.problems
    }

    /// The value of a key that may be absent.
    pub(super) fn optional<T>(
        &mut self,
        key: &Key,
        parse: impl FnOnce(&str) -> Result<T, String>,
        remedy: &str,
    ) -> Option<T> {
        let found = self.values.get(key.name)?.clone();
        match parse(found.text.expose()) {
            Ok(value) => Some(value),
            Err(wrong) => {
                let shown = if key.kind == Kind::Secret {
                    String::new()
                } else {
                    quoted(&found.text)
                };
                self.refuse_at(key, &found.place, &format!("{wrong}{shown}"), remedy);
                None
            }
        }
    }

    /// The value of a key that must be set.
    pub(super) fn required<T>(
        &mut self,
        key: &Key,
        parse: impl FnOnce(&str) -> Result<T, String>,
        remedy: &str,
    ) -> Option<T> {
        if !self.values.contains_key(key.name) && !self.is_known_wrong(key) {
            let flag = key
                .flag()
                .map(|flag| format!(", --{flag}"))
                .unwrap_or_default();
            self.problems.push(Problem {
                key: key.name.to_owned(),
                place: "not set".to_owned(),
                problem: "is missing".to_owned(),
                remedy: format!("{remedy} In the file, as {}{flag}.", key.variable()),
            });
        }
        self.optional(key, parse, remedy)
    }

    /// A secret that may be absent.
    pub(super) fn secret(&self, key: &Key) -> Option<SecretText> {
        self.values.get(key.name).map(|found| found.text.clone())
    }

    /// Notes what only several keys together show to be wrong.
    pub(super) fn refuse(&mut self, key: &Key, wrong: &str, remedy: &str) {
        let place = self
            .values
            .get(key.name)
            .map_or(Place::Default, |found| found.place.clone());
        self.refuse_at(key, &place, wrong, remedy);
    }

    fn refuse_at(&mut self, key: &Key, place: &Place, wrong: &str, remedy: &str) {
        self.problems.push(Problem {
            key: key.name.to_owned(),
            place: place.to_string(),
            problem: wrong.to_owned(),
            remedy: remedy.to_owned(),
        });
    }

    fn is_known_wrong(&self, key: &Key) -> bool {
        self.problems.iter().any(|problem| problem.key == key.name)
    }
}

fn quoted(text: &SecretText) -> String {
    let shown: String = text
        .expose()
        .chars()
        .take(SHOWN)
        .flat_map(char::escape_debug)
        .collect();
    format!(", but is `{shown}`")
}
