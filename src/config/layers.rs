//! Where values come from, and which of them counts.

use std::{
    collections::BTreeMap,
    fmt,
    ops::Range,
    path::{Path, PathBuf},
};

use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

use super::{
    FILE_VARIABLE, Problem, ROOT_KEY_VARIABLE, all_keys,
    key::{Key, Kind},
};
use crate::base::secret::SecretText;

/// The variables that are no keys of the configuration.
const OTHER_VARIABLES: [&str; 2] = [FILE_VARIABLE, ROOT_KEY_VARIABLE];

/// What a configuration is read from.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    /// Keys that flags set.
    pub flags: Vec<(&'static str, String)>,
    /// Variables that start with `GUESTPASS_`.
    pub variables: Vec<(String, SecretText)>,
    /// The file, if one was named.
    pub file: Option<PathBuf>,
}

impl Sources {
    /// The variables of this process.
    pub fn variables_of_process() -> Vec<(String, SecretText)> {
        std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value)))
            .filter(|(name, _)| name.starts_with("GUESTPASS_"))
            // What isn't Unicode can't be right, and is complained about as a strange value.
            .map(|(name, value)| (name, SecretText::new(value.to_string_lossy())))
            .collect()
    }

    /// The value of a variable.
    pub fn variable(&self, name: &str) -> Option<&SecretText> {
        self.variables
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, value)| value)
    }
}

/// Where a value comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Place {
    Flag(String),
    Variable(String),
    File(PathBuf, usize),
    Default,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flag(flag) => write!(f, "flag --{flag}"),
            Self::Variable(name) => write!(f, "variable {name}"),
            Self::File(path, line) => write!(f, "{}:{line}", path.display()),
            Self::Default => f.write_str("default"),
        }
    }
}

/// A value, not looked at yet.
#[derive(Clone, Debug)]
pub(super) struct Found {
    pub(super) text: SecretText,
    pub(super) place: Place,
}

/// The values that count, by key.
pub(super) type Values = BTreeMap<&'static str, Found>;

/// Puts the layers on top of each other, and notes what is in none of their tables.
pub(super) fn merge(sources: &Sources, problems: &mut Vec<Problem>) -> Values {
    let mut values = Values::new();
    for key in all_keys() {
        if let Some(default) = key.default {
            values.insert(
                key.name,
                Found {
                    text: SecretText::new(default),
                    place: Place::Default,
                },
            );
        }
    }
    if let Some(path) = &sources.file {
        read_file(path, &mut values, problems);
    }
    for (name, text) in &sources.variables {
        match all_keys().find(|key| key.variable() == *name) {
            Some(key) => {
                let place = Place::Variable(name.clone());
                values.insert(
                    key.name,
                    Found {
                        text: text.clone(),
                        place,
                    },
                );
            }
            None if OTHER_VARIABLES.contains(&name.as_str()) => {}
            None => problems.push(unknown(
                name,
                "environment".to_owned(),
                &nearest(name, Key::variable),
            )),
        }
    }
    for (name, text) in &sources.flags {
        let flag = all_keys()
            .find(|key| key.name == *name)
            .and_then(Key::flag)
            .unwrap_or_default();
        values.insert(
            name,
            Found {
                text: SecretText::new(text),
                place: Place::Flag(flag),
            },
        );
    }
    values
}

fn read_file(path: &Path, values: &mut Values, problems: &mut Vec<Problem>) {
    let at = |line| Place::File(path.to_owned(), line);
    let text = match std::fs::read_to_string(path) {
        Ok(text) => zeroize::Zeroizing::new(text),
        Err(error) => {
            problems.push(Problem {
                key: "--config".to_owned(),
                place: path.display().to_string(),
                problem: format!("can't be read: {error}"),
                remedy: "Name a file that exists and that this user may read.".to_owned(),
            });
            return;
        }
    };
    let line = |span: &Range<usize>| {
        text.get(..span.start)
            .unwrap_or_default()
            .matches('\n')
            .count()
            + 1
    };
    let table = match DeTable::parse(&text) {
        Ok(table) => table,
        Err(error) => {
            // The library's own rendering quotes the line, which may hold a password.
            let line = error.span().map_or(1, |span| line(&span));
            problems.push(Problem {
                key: "--config".to_owned(),
                place: at(line).to_string(),
                problem: format!("is no TOML: {}", error.message()),
                remedy: "Mend the line; texts stand in quotes.".to_owned(),
            });
            return;
        }
    };
    for (section, content) in table.get_ref() {
        let DeValue::Table(content) = content.get_ref() else {
            let place = at(line(&section.span())).to_string();
            problems.push(unknown(
                section.get_ref(),
                place,
                "Keys belong to a section, such as [server].",
            ));
            continue;
        };
        for (name, value) in content {
            let full = format!("{}.{}", section.get_ref(), name.get_ref());
            let place = at(line(&name.span()));
            match all_keys().find(|key| key.name == full) {
                None => problems.push(unknown(
                    &full,
                    place.to_string(),
                    &nearest(&full, |key| key.name.to_owned()),
                )),
                Some(key) => match text_of(key.kind, value) {
                    Some(text) => {
                        values.insert(key.name, Found { text, place });
                    }
                    None => {
                        // Not also complained about as missing.
                        values.remove(key.name);
                        problems.push(Problem {
                            key: full,
                            place: place.to_string(),
                            problem: format!(
                                "must be {}, but is {}",
                                key.kind.in_toml(),
                                kind_of(value.get_ref())
                            ),
                            remedy: format!("Write it as {}.", key.kind.in_toml()),
                        });
                    }
                },
            }
        }
    }
}

fn text_of(kind: Kind, value: &Spanned<DeValue<'_>>) -> Option<SecretText> {
    match (kind, value.get_ref()) {
        (Kind::Text | Kind::Secret, DeValue::String(text)) => Some(SecretText::new(text.as_ref())),
        (Kind::Whole, DeValue::Integer(number)) => Some(SecretText::new(number.to_string())),
        (Kind::List, DeValue::Array(parts)) => {
            let parts: Option<Vec<&str>> =
                parts.iter().map(|part| part.get_ref().as_str()).collect();
            parts.map(|parts| SecretText::new(parts.join(",")))
        }
        _ => None,
    }
}

fn kind_of(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a text",
        DeValue::Integer(_) | DeValue::Float(_) => "a number",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "an array of something else",
        DeValue::Table(_) => "a section",
    }
}

fn unknown(name: &str, place: String, remedy: &str) -> Problem {
    Problem {
        key: name.to_owned(),
        place,
        problem: "is no key of the configuration".to_owned(),
        remedy: remedy.to_owned(),
    }
}

/// Names the key that was probably meant.
fn nearest(name: &str, spelling: impl Fn(&Key) -> String) -> String {
    let best = all_keys()
        .map(spelling)
        .map(|known| (distance(name, &known), known))
        .min();
    match best {
        Some((far, known)) if far <= 3 => format!("Did you mean {known}? Otherwise remove it."),
        _ => "Remove it; `guestpass config-reference` lists the keys.".to_owned(),
    }
}

/// How many letters must be changed, added or removed (Levenshtein).
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let change = diagonal + usize::from(x != *y);
            diagonal = row[j + 1];
            row[j + 1] = change.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[b.len()]
}
