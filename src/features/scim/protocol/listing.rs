//! Lists and which attributes are answered with (RFC 7644, sections 3.4.2 and 3.9).

use serde_json::{Map, Value, json};

use super::{
    Fault, Refused,
    filter::{self, Equal, Filter, Name},
    schema::Schema,
};

/// How many resources a page has, unless asked for fewer or more, and at most.
const USUAL: i64 = 100;
/// The most that one answer lists.
pub const MOST: i64 = 200;

/// Which attributes are wanted.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    only: Option<Vec<Name>>,
    without: Vec<Name>,
}

/// What is to be listed.
#[derive(Clone, Debug)]
pub struct Listing {
    /// What must hold; nothing means everything.
    filter: Option<Filter>,
    /// The equalities that it is made of.
    equalities: Vec<Equal>,
    /// How many come before.
    pub skip: i64,
    /// How many at most.
    pub count: i64,
    /// Which attributes of each.
    pub wanted: Wanted,
}

impl Listing {
    /// Reads what a query asks for. Parameters that aren't known, such as those of sorting, which isn't
    /// offered, change nothing.
    ///
    /// # Errors
    /// When a filter or number can't be read.
    pub fn read(schema: &Schema, query: &[(String, String)]) -> Result<Self, Refused> {
        let filter = get(query, "filter").map(filter::parse).transpose()?;
        let equalities = filter.as_ref().map(Filter::equalities).transpose()?;
        let equalities = equalities.unwrap_or_default();
        if filter.is_some() {
            known(schema, &equalities)?;
        }
        let first = number(query, "startIndex")?.unwrap_or(1).max(1);
        let count = number(query, "count")?.unwrap_or(USUAL);
        Ok(Self {
            filter,
            equalities,
            skip: first - 1,
            count: count.clamp(0, MOST),
            wanted: Wanted::read(query)?,
        })
    }

    /// Whether only some are wanted.
    pub fn is_narrow(&self) -> bool {
        self.filter.is_some()
    }

    /// What an attribute must be.
    pub(in crate::features::scim) fn equal(&self, attribute: &str) -> Option<&str> {
        let mut equalities = self.equalities.iter();
        let found = equalities.find(|equal| equal.attribute == attribute);
        found.map(|equal| equal.value.as_str())
    }

    /// Whether a resource is one of those wanted.
    pub(in crate::features::scim) fn takes(&self, resource: &Map<String, Value>) -> bool {
        self.filter
            .as_ref()
            .is_none_or(|filter| filter.matches(resource))
    }

    /// How many were found, and those of them that are on the page.
    pub(in crate::features::scim) fn page<T>(&self, found: Vec<T>) -> (i64, Vec<T>) {
        let total = i64::try_from(found.len()).unwrap_or(i64::MAX);
        let [skip, count] =
            [self.skip, self.count].map(|number| usize::try_from(number).unwrap_or(0));
        (total, found.into_iter().skip(skip).take(count).collect())
    }

    /// A page of resources, of so many in all.
    pub fn answer(&self, total: i64, resources: Vec<Map<String, Value>>) -> Map<String, Value> {
        list(total, self.skip + 1, resources)
    }
}

/// Some resources of so many, the first of them at this place.
pub fn list(total: i64, first: i64, resources: Vec<Map<String, Value>>) -> Map<String, Value> {
    super::schema::document(json!({
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:ListResponse"],
        "totalResults": total,
        "itemsPerPage": resources.len(),
        "startIndex": first,
        "Resources": resources,
    }))
}

/// Goes on if one of the equalities finds few: the others are looked at in what it found.
fn known(schema: &Schema, equalities: &[Equal]) -> Result<(), Refused> {
    if equalities
        .iter()
        .any(|equal| schema.keys.contains(&equal.attribute.as_str()))
    {
        return Ok(());
    }
    let detail = format!(
        "Search by one of these at least: {}.",
        schema.keys.join(", ")
    );
    Err(Refused::new(Fault::InvalidFilter, detail))
}

fn get<'q>(query: &'q [(String, String)], name: &str) -> Option<&'q str> {
    let found = query.iter().find(|(key, _)| key.eq_ignore_ascii_case(name));
    found
        .map(|(_, value)| value.as_str())
        .filter(|value| !value.is_empty())
}

fn number(query: &[(String, String)], name: &str) -> Result<Option<i64>, Refused> {
    let Some(text) = get(query, name) else {
        return Ok(None);
    };
    let number = text.parse::<i32>();
    let number = number.map_err(|_| Refused::value(format!("{name} must be a whole number.")))?;
    Ok(Some(number.into()))
}

impl Wanted {
    /// Reads which attributes a query asks for.
    ///
    /// # Errors
    /// When a name can't be one.
    pub fn read(query: &[(String, String)]) -> Result<Self, Refused> {
        Ok(Self {
            only: get(query, "attributes").map(names).transpose()?,
            without: get(query, "excludedAttributes").map_or(Ok(Vec::new()), names)?,
        })
    }

    /// Whether an attribute is answered with at all.
    pub fn has(&self, attribute: &str) -> bool {
        let is = |name: &Name| name.attribute.eq_ignore_ascii_case(attribute);
        let only = self.only.as_ref().is_none_or(|only| only.iter().any(is));
        only && !self
            .without
            .iter()
            .any(|name| is(name) && name.part.is_none())
    }

    /// Leaves out what isn't wanted. `id` and `schemas` are always answered with.
    pub fn of(&self, mut resource: Map<String, Value>) -> Map<String, Value> {
        resource.retain(|key, _| matches!(key.as_str(), "id" | "schemas") || self.has(key));
        for name in &self.without {
            parts(&mut resource, name, |part, named| {
                !part.eq_ignore_ascii_case(named)
            });
        }
        for name in self.only.iter().flatten() {
            let whole = |other: &Name| {
                other.part.is_none() && other.attribute.eq_ignore_ascii_case(&name.attribute)
            };
            if self.only.iter().flatten().any(whole) {
                continue;
            }
            let sought: Vec<&str> = self
                .only
                .iter()
                .flatten()
                .filter(|other| other.attribute.eq_ignore_ascii_case(&name.attribute))
                .filter_map(|other| other.part.as_deref())
                .collect();
            parts(&mut resource, name, |part, _| {
                sought.iter().any(|each| each.eq_ignore_ascii_case(part))
            });
        }
        resource
    }
}

/// Keeps some parts of the attribute that is named with one.
fn parts(resource: &mut Map<String, Value>, name: &Name, keep: impl Fn(&str, &str) -> bool) {
    let Some(named) = &name.part else { return };
    let found = resource
        .iter_mut()
        .find(|(key, _)| key.eq_ignore_ascii_case(&name.attribute));
    match found.map(|(_, value)| value) {
        Some(Value::Object(object)) => object.retain(|part, _| keep(part, named)),
        Some(Value::Array(values)) => {
            for object in values.iter_mut().filter_map(Value::as_object_mut) {
                object.retain(|part, _| keep(part, named));
            }
        }
        _ => {}
    }
}

fn names(text: &str) -> Result<Vec<Name>, Refused> {
    text.split(',')
        .map(str::trim)
        .filter(|name| !name.is_empty())
        .map(|name| match filter::path(name) {
            Ok(path) if path.among.is_none() => Ok(path.name),
            _ => Err(Refused::value(format!(
                "{name} is no name of an attribute."
            ))),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::features::scim::protocol::schema::{USER, document};

    fn query(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        pairs
            .iter()
            .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
            .collect()
    }

    #[test]
    fn pages_begin_at_one_and_have_an_end() {
        for (pairs, skip, count) in [
            (vec![], 0, 100),
            (vec![("startIndex", "0"), ("count", "-4")], 0, 0),
            (vec![("startIndex", "11"), ("count", "10")], 10, 10),
            (vec![("startindex", "-1"), ("COUNT", "100000")], 0, 200),
            (vec![("sortBy", "userName"), ("filter", "")], 0, 100),
        ] {
            let read = Listing::read(&USER, &query(&pairs)).expect("it is read");
            assert_eq!((read.skip, read.count), (skip, count), "{pairs:?}");
        }
        for (name, bad) in [
            ("count", "ten"),
            ("startIndex", "1.5"),
            ("startIndex", "9999999999999999999"),
            ("filter", "title eq \"x\""),
            ("attributes", "a b"),
            ("excludedAttributes", "emails[type eq \"work\"]"),
        ] {
            assert!(
                Listing::read(&USER, &query(&[(name, bad)])).is_err(),
                "{name}={bad}"
            );
        }
    }

    #[test]
    fn only_what_is_wanted_is_answered_with() {
        let user = document(json!({
            "schemas": [USER.urn], "id": "mem_1", "userName": "b",
            "name": { "givenName": "B", "familyName": "J" },
            "emails": [{ "value": "b@x.example", "type": "work" }],
        }));
        let keys = |pairs: &[(&str, &str)]| {
            let wanted = Wanted::read(&query(pairs)).expect("names");
            let mut keys: Vec<String> = Vec::new();
            for (key, value) in wanted.of(user.clone()) {
                match value {
                    Value::Object(parts) => {
                        keys.extend(parts.keys().map(|part| format!("{key}.{part}")));
                    }
                    _ => keys.push(key),
                }
            }
            keys.sort();
            keys.join(" ")
        };
        assert_eq!(
            keys(&[("attributes", "username, name.givenName")]),
            "id name.givenName schemas userName"
        );
        assert_eq!(
            keys(&[("attributes", "name,name.givenName")]),
            "id name.familyName name.givenName schemas"
        );
        assert_eq!(keys(&[("attributes", "nothing")]), "id schemas");
        assert_eq!(
            keys(&[("excludedAttributes", "emails,id,name.givenName")]),
            "id name.familyName schemas userName"
        );
        let urn = format!("{}:emails.value", USER.urn);
        let wanted = Wanted::read(&query(&[("attributes", &urn)])).expect("names");
        assert_eq!(
            wanted.of(user.clone())["emails"],
            json!([{ "value": "b@x.example" }])
        );
    }
}
