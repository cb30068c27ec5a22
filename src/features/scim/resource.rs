//! Resources as they are answered with: a document, its version and where it is found.

use serde_json::{Map, Value, json};

use super::{
    Schema,
    protocol::{document::Document, schema::document},
};
use crate::base::{
    clock::Timestamp,
    secret::{base64url, sha256},
};

/// A resource as it is answered with.
#[derive(Clone, Debug)]
pub struct Resource {
    /// All of it.
    pub body: Map<String, Value>,
    /// Its version, as an entity tag.
    pub version: String,
    /// Where it is found.
    pub location: String,
}

impl Resource {
    /// Whether a list of entity tags has this version.
    pub fn is_one_of(&self, tags: &str) -> bool {
        agrees(Some(tags), &self.version)
    }
}

/// A resource of a document.
pub(super) fn build(
    schema: &Schema,
    base: &str,
    id: String,
    told: Document,
    (created, changed): (Timestamp, Timestamp),
) -> Resource {
    let version = version(&told);
    let location = format!("{base}{}/{id}", schema.endpoint);
    let mut body = document(json!({
        "schemas": [schema.urn],
        "id": id,
        "meta": {
            "resourceType": schema.name,
            "created": instant(created),
            "lastModified": instant(changed),
            "location": location,
            "version": version,
        },
    }));
    body.extend(told);
    Resource {
        body,
        version,
        location,
    }
}

/// The version of a document: whatever changes it, be it a directory or somebody's own hand, makes
/// another one.
pub(super) fn version(told: &Document) -> String {
    let hash = sha256(Value::Object(told.clone()).to_string().as_bytes());
    format!("W/\"{}\"", base64url(&hash[..12]))
}

/// Whether a request that wants a certain version (RFC 9110, section 13.1.1) means this one. Ours are
/// weak ones, which RFC 7644 compares nevertheless.
pub(super) fn agrees(if_match: Option<&str>, version: &str) -> bool {
    let bare = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
    if_match.is_none_or(|tags| {
        let mut tags = tags.split(',').map(bare);
        tags.any(|tag| tag == "*" || tag == bare(version))
    })
}

fn instant(at: Timestamp) -> String {
    jiff::Timestamp::from_millisecond(at.millis())
        .map_or_else(|_| String::new(), |at| at.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_is_wanted_or_it_isnt() {
        let version = version(&document(json!({ "userName": "b" })));
        let (_, strong) = version.split_once('/').expect("a weak one");
        for (wanted, agreed) in [
            (None, true),
            (Some("*"), true),
            (Some(version.as_str()), true),
            (Some(strong), true),
            (Some("W/\"1\""), false),
            (Some(""), false),
        ] {
            assert_eq!(agrees(wanted, &version), agreed, "{wanted:?}");
        }
        assert!(agrees(Some(&format!("W/\"1\", {version}")), &version));
    }

    #[test]
    fn instants_are_written_as_in_xml() {
        assert_eq!(
            instant(Timestamp::from_millis(1_772_442_000_000)),
            "2026-03-02T09:00:00Z"
        );
        assert_eq!(
            instant(Timestamp::from_millis(1_772_442_000_250)),
            "2026-03-02T09:00:00.25Z"
        );
    }
}
