//! Filters (RFC 7644, section 3.4.2.2) and the paths of patches (section 3.5.2): what they mean.

use serde_json::{Map, Value};

pub use super::filter_parser::{parse, path};
use super::{Fault, Refused};
use crate::base::text::folded;

/// The name of an attribute: `name.familyName`, perhaps with its schema before it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name {
    /// The schema, if it was named.
    pub urn: Option<String>,
    /// The attribute.
    pub attribute: String,
    /// The sub-attribute.
    pub part: Option<String>,
}

/// How two values are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    Equal,
    NotEqual,
    Contains,
    StartsWith,
    EndsWith,
    Greater,
    GreaterOrEqual,
    Less,
    LessOrEqual,
}

/// A filter.
#[derive(Clone, Debug, PartialEq)]
pub enum Filter {
    /// The attribute has a value that compares so with this one.
    Compare(Name, Comparison, Value),
    /// The attribute has a value.
    Present(Name),
    /// Both hold.
    And(Box<Self>, Box<Self>),
    /// One of them holds.
    Or(Box<Self>, Box<Self>),
    /// It doesn't hold.
    Not(Box<Self>),
    /// One value of the attribute meets the filter: `emails[type eq "work"]`.
    Among(Name, Box<Self>),
}

impl Filter {
    /// How many comparisons it makes of a value.
    pub fn size(&self) -> usize {
        match self {
            Self::Compare(..) | Self::Present(_) => 1,
            Self::And(one, other) | Self::Or(one, other) => one.size() + other.size(),
            Self::Not(filter) | Self::Among(_, filter) => filter.size(),
        }
    }
}

/// What a patch changes: an attribute, or those of its values that a filter finds, or a part of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Path {
    /// The attribute, and perhaps a part of it.
    pub name: Name,
    /// Which of its values.
    pub among: Option<Filter>,
}

/// An equality that a list can be searched by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Equal {
    /// The attribute in lower case: `username`, `emails.value`.
    pub attribute: String,
    /// What it must be.
    pub value: String,
}

impl Filter {
    /// The equalities that all must hold, when the filter is made of nothing else. That is what directories
    /// look people up with, and what an index answers.
    ///
    /// # Errors
    /// When it is made of something else.
    pub fn equalities(&self) -> Result<Vec<Equal>, Refused> {
        let mut found = Vec::new();
        self.collect("", &mut found)?;
        Ok(found)
    }

    fn collect(&self, within: &str, found: &mut Vec<Equal>) -> Result<(), Refused> {
        match self {
            Self::And(one, other) => {
                one.collect(within, found)?;
                other.collect(within, found)
            }
            Self::Compare(name, Comparison::Equal, Value::String(value)) => {
                found.push(Equal {
                    attribute: format!("{within}{}", name.text()),
                    value: value.clone(),
                });
                Ok(())
            }
            Self::Among(name, filter) if within.is_empty() => {
                filter.collect(&format!("{}.", name.text()), found)
            }
            _ => Err(Refused::new(
                Fault::InvalidFilter,
                "Only eq with text, and several of them joined by and, can be searched by.",
            )),
        }
    }

    /// Whether an object meets the filter.
    pub fn matches(&self, object: &Map<String, Value>) -> bool {
        match self {
            Self::And(one, other) => one.matches(object) && other.matches(object),
            Self::Or(one, other) => one.matches(object) || other.matches(object),
            Self::Not(filter) => !filter.matches(object),
            Self::Present(name) => values(object, name).iter().any(|value| is_present(value)),
            Self::Compare(name, how, wanted) => {
                let values = values(object, name);
                // What isn't there isn't equal to anything, but to nothing.
                if values.is_empty() {
                    return (*how == Comparison::Equal) == wanted.is_null();
                }
                values.iter().any(|value| compares(value, *how, wanted))
            }
            Self::Among(name, filter) => values(object, name)
                .iter()
                .filter_map(|value| value.as_object())
                .any(|value| filter.matches(value)),
        }
    }
}

impl Name {
    /// The name in lower case, without its schema.
    pub fn text(&self) -> String {
        let attribute = self.attribute.to_ascii_lowercase();
        match &self.part {
            Some(part) => format!("{attribute}.{}", part.to_ascii_lowercase()),
            None => attribute,
        }
    }
}

fn is_present(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Array(values) => !values.is_empty(),
        Value::Object(parts) => !parts.is_empty(),
        Value::String(text) => !text.is_empty(),
        Value::Bool(_) | Value::Number(_) => true,
    }
}

fn get<'v>(object: &'v Map<String, Value>, name: &str) -> Option<&'v Value> {
    object
        .get(name)
        .or_else(|| {
            let mut pairs = object.iter();
            let found = pairs.find(|(key, _)| key.eq_ignore_ascii_case(name));
            found.map(|(_, value)| value)
        })
        .filter(|value| !value.is_null())
}

fn each(value: Option<&Value>) -> Vec<&Value> {
    match value {
        None => Vec::new(),
        Some(Value::Array(values)) => values.iter().collect(),
        Some(value) => vec![value],
    }
}

/// The values that a name means; of several, all.
fn values<'v>(object: &'v Map<String, Value>, name: &Name) -> Vec<&'v Value> {
    let values = each(get(object, &name.attribute));
    let Some(part) = &name.part else {
        return values;
    };
    let objects = values.into_iter().filter_map(Value::as_object);
    objects.flat_map(|object| each(get(object, part))).collect()
}

fn compares(value: &Value, how: Comparison, wanted: &Value) -> bool {
    match (value, wanted) {
        // A complex value is compared by its `value`.
        (Value::Object(parts), _) => {
            get(parts, "value").is_some_and(|value| compares(value, how, wanted))
        }
        (Value::String(value), Value::String(wanted)) => texts(value, how, wanted),
        (Value::Number(value), Value::Number(wanted)) => {
            let order = value.as_f64().partial_cmp(&wanted.as_f64());
            order.is_some_and(|order| ordered(order, how))
        }
        _ => match how {
            Comparison::Equal => value == wanted,
            Comparison::NotEqual => value != wanted,
            _ => false,
        },
    }
}

fn texts(value: &str, how: Comparison, wanted: &str) -> bool {
    // Most often identifiers are compared, thousands of them.
    if how == Comparison::Equal && value.is_ascii() && wanted.is_ascii() {
        return value.eq_ignore_ascii_case(wanted);
    }
    let (value, wanted) = (folded(value), folded(wanted));
    match how {
        Comparison::Contains => value.contains(&wanted),
        Comparison::StartsWith => value.starts_with(&wanted),
        Comparison::EndsWith => value.ends_with(&wanted),
        _ => ordered(value.cmp(&wanted), how),
    }
}

fn ordered(order: std::cmp::Ordering, how: Comparison) -> bool {
    match how {
        Comparison::Equal => order.is_eq(),
        Comparison::NotEqual => order.is_ne(),
        Comparison::Greater => order.is_gt(),
        Comparison::GreaterOrEqual => order.is_ge(),
        Comparison::Less => order.is_lt(),
        Comparison::LessOrEqual => order.is_le(),
        Comparison::Contains | Comparison::StartsWith | Comparison::EndsWith => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn object() -> Map<String, Value> {
        let user = json!({
            "userName": "bjensen",
            "active": true,
            "age": 41,
            "nickName": "",
            "name": { "familyName": "O'Malley" },
            "emails": [
                { "type": "work", "value": "bjensen@example.com" },
                { "type": "home", "value": "babs@jensen.org" },
            ],
        });
        user.as_object().cloned().expect("an object")
    }

    #[test]
    fn filters_mean_what_the_standard_says() {
        for (text, expected) in [
            ("userName eq \"BJENSEN\"", true),
            ("USERNAME Eq \"bjensen\"", true),
            ("name.familyName co \"o'mall\"", true),
            ("userName sw \"J\"", false),
            ("userName ew \"SEN\"", true),
            (
                "urn:ietf:params:scim:schemas:core:2.0:User:userName sw \"b\"",
                true,
            ),
            ("title pr", false),
            ("nickName pr", false),
            ("emails pr", true),
            ("age gt 40", true),
            ("age le 40.5", false),
            ("userName gt \"a\" and userName lt \"c\"", true),
            ("active eq true", true),
            ("active ne true", false),
            ("active gt true", false),
            ("title eq null", true),
            ("title ne \"x\"", true),
            ("userName eq null", false),
            ("emails eq \"babs@jensen.org\"", true),
            ("emails.type eq \"home\"", true),
            (
                "emails[type eq \"work\" and value co \"@jensen.org\"]",
                false,
            ),
            (
                "emails[type eq \"home\" and value co \"@jensen.org\"]",
                true,
            ),
            // And binds closer than or; not is for what is in parentheses.
            (
                "active eq false and active eq false or active eq true",
                true,
            ),
            (
                "active eq false and (active eq false or active eq true)",
                false,
            ),
            ("not (title pr) and active eq true", true),
        ] {
            let filter = parse(text).unwrap_or_else(|why| panic!("{text}: {why}"));
            assert_eq!(filter.matches(&object()), expected, "{text}");
        }
    }

    #[test]
    fn what_can_be_searched_by_is_a_list_of_equalities() {
        let found = parse("emails[type eq \"work\" and value eq \"a@b\"] and externalId eq \"7\"")
            .and_then(|filter| filter.equalities());
        let found = found.expect("equalities");
        let pairs: Vec<_> = found
            .iter()
            .map(|equal| (equal.attribute.as_str(), equal.value.as_str()))
            .collect();
        let expected = [
            ("emails.type", "work"),
            ("emails.value", "a@b"),
            ("externalid", "7"),
        ];
        assert_eq!(pairs, expected);
        for text in [
            "userName co \"a\"",
            "userName eq \"a\" or userName eq \"b\"",
            "not (userName eq \"a\")",
            "active eq true",
            "userName pr",
        ] {
            let refused = parse(text).and_then(|filter| filter.equalities());
            assert_eq!(refused.expect_err(text).fault, Fault::InvalidFilter);
        }
    }
}
