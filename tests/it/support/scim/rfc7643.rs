//! The schemas of RFC 7643, section 8.7, written as a line for each attribute: name, kind, and what else
//! is said of it where that isn't the usual (one value, not required, readWrite, returned by default).

use serde_json::Value;

const USER: &str = "
userName string required unique
name complex
name.formatted string
name.familyName string
name.givenName string
name.middleName string
name.honorificPrefix string
name.honorificSuffix string
displayName string
nickName string
profileUrl reference
title string
userType string
preferredLanguage string
locale string
timezone string
active boolean
password string writeOnly never
emails complex multi
emails.value string
emails.display string
emails.type string one-of:work,home,other
emails.primary boolean
phoneNumbers complex multi
phoneNumbers.value string
phoneNumbers.display string
phoneNumbers.type string one-of:work,home,mobile,fax,pager,other
phoneNumbers.primary boolean
ims complex multi
ims.value string
ims.display string
ims.type string
ims.primary boolean
photos complex multi
photos.value reference
photos.display string
photos.type string one-of:photo,thumbnail
photos.primary boolean
addresses complex multi
addresses.formatted string
addresses.streetAddress string
addresses.locality string
addresses.region string
addresses.postalCode string
addresses.country string
addresses.type string one-of:work,home,other
addresses.primary boolean
groups complex multi readOnly
groups.value string readOnly
groups.$ref reference readOnly
groups.display string readOnly
groups.type string readOnly one-of:direct,indirect
entitlements complex multi
entitlements.value string
roles complex multi
roles.value string
roles.type string
roles.primary boolean
x509Certificates complex multi
x509Certificates.value string
";

const ENTERPRISE: &str = "
employeeNumber string
costCenter string
organization string
division string
department string
manager complex
manager.value string
manager.$ref reference
manager.displayName string readOnly
";

const GROUP: &str = "
displayName string required
members complex multi
members.value string immutable
members.$ref reference immutable
members.type string immutable one-of:User,Group
members.display string
";

const CONFIG: &str = "
documentationUri reference readOnly
patch complex required readOnly
patch.supported boolean required readOnly
bulk complex required readOnly
bulk.supported boolean required readOnly
bulk.maxOperations integer required readOnly
bulk.maxPayloadSize integer required readOnly
filter complex required readOnly
filter.supported boolean required readOnly
filter.maxResults integer required readOnly
changePassword complex required readOnly
changePassword.supported boolean required readOnly
sort complex required readOnly
sort.supported boolean required readOnly
etag complex required readOnly
etag.supported boolean required readOnly
authenticationSchemes complex multi required readOnly
authenticationSchemes.type string required readOnly one-of:oauth,oauth2,oauthbearertoken,httpbasic,httpdigest
authenticationSchemes.name string required readOnly
authenticationSchemes.description string required readOnly
authenticationSchemes.specUri reference readOnly
authenticationSchemes.documentationUri reference readOnly
authenticationSchemes.primary boolean readOnly
";

const RESOURCE_TYPE: &str = "
name string required readOnly
description string readOnly
endpoint reference required readOnly
schema reference required readOnly
schemaExtensions complex multi readOnly
schemaExtensions.schema reference required readOnly
schemaExtensions.required boolean required readOnly
";

const SCHEMA: &str = "
name string readOnly
description string readOnly
attributes attributes multi required readOnly
";

/// What is said of one attribute.
#[derive(Clone, Debug)]
pub struct Rule {
    pub name: String,
    pub kind: String,
    said: Vec<String>,
}

impl Rule {
    pub fn says(&self, word: &str) -> bool {
        self.said.iter().any(|said| said == word)
    }

    pub fn one_of(&self) -> Option<Vec<&str>> {
        let said = self
            .said
            .iter()
            .find_map(|said| said.strip_prefix("one-of:"));
        said.map(|values| values.split(',').collect())
    }
}

/// A schema.
#[derive(Clone, Debug)]
pub struct Definition(pub Vec<Rule>);

/// The schema by this identifier.
pub fn definition(urn: &str) -> Option<Definition> {
    let lines = match urn {
        super::USER => USER,
        super::GROUP => GROUP,
        super::ENTERPRISE => ENTERPRISE,
        "urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig" => CONFIG,
        "urn:ietf:params:scim:schemas:core:2.0:ResourceType" => RESOURCE_TYPE,
        "urn:ietf:params:scim:schemas:core:2.0:Schema" => SCHEMA,
        _ => return None,
    };
    let rule = |line: &str| {
        let mut words = line.split(' ');
        Rule {
            name: words.next().expect("a name").to_owned(),
            kind: words.next().expect("a kind").to_owned(),
            said: words.map(str::to_owned).collect(),
        }
    };
    Some(Definition(lines.trim().lines().map(rule).collect()))
}

/// Whether it is one of the attributes that all resources have, which it then has to be rightly.
#[track_caller]
pub fn is_common(name: &str, value: &Value) -> bool {
    match name {
        "id" | "externalId" => assert!(value.is_string(), "{name}: {value}"),
        "meta" => {
            for (name, value) in value.as_object().expect("meta is complex") {
                let text = value.as_str().expect("text");
                match name.as_str() {
                    "created" | "lastModified" => {
                        let read: Result<jiff::Timestamp, _> = text.parse();
                        assert!(read.is_ok() && text.ends_with('Z'), "{name}: {text}");
                    }
                    "location" => assert!(text.starts_with("https://"), "{text}"),
                    "resourceType" | "version" => assert!(!text.is_empty()),
                    other => panic!("meta has no {other}"),
                }
            }
        }
        _ => return false,
    }
    true
}

impl Definition {
    pub fn rule(&self, name: &str) -> Option<&Rule> {
        self.0.iter().find(|rule| rule.name == name)
    }

    /// Goes on if an attribute is one of the schema's and its value is as it says.
    #[track_caller]
    pub fn fits(&self, name: &str, value: &Value, asked: bool) {
        if name.is_empty() {
            for (name, value) in value.as_object().expect("an extension is an object") {
                self.fits(name, value, asked);
            }
            return;
        }
        let rule = self
            .rule(name)
            .unwrap_or_else(|| panic!("no attribute {name}"));
        assert!(asked || !rule.says("never"), "{name} is never returned");
        if asked && value.is_null() {
            return;
        }
        if rule.says("multi") {
            let values = value
                .as_array()
                .unwrap_or_else(|| panic!("{name} is a list"));
            assert!(
                asked || !values.is_empty(),
                "{name}: an empty list is no value"
            );
            let primary = values.iter().filter(|each| each["primary"] == true).count();
            assert!(primary <= 1, "{name}: one is primary at most");
            values.iter().for_each(|each| self.one(rule, each, asked));
        } else {
            assert!(!value.is_array(), "{name} is no list");
            self.one(rule, value, asked);
        }
    }

    #[track_caller]
    fn one(&self, rule: &Rule, value: &Value, asked: bool) {
        let name = &rule.name;
        match rule.kind.as_str() {
            "string" | "reference" => {
                let text = value
                    .as_str()
                    .unwrap_or_else(|| panic!("{name} is text: {value}"));
                // Values beyond the canonical ones may be asked for (section 7); ours are among them.
                if let Some(values) = rule.one_of().filter(|_| !asked) {
                    assert!(
                        values.contains(&text),
                        "{name} is none of {values:?}: {text}"
                    );
                }
            }
            "boolean" => assert!(value.is_boolean(), "{name} is a boolean: {value}"),
            "integer" => assert!(value.is_i64(), "{name} is a whole number: {value}"),
            "attributes" => is_attribute(value),
            _ => {
                let parts = value
                    .as_object()
                    .unwrap_or_else(|| panic!("{name} is complex: {value}"));
                for (part, value) in parts {
                    self.fits(&format!("{name}.{part}"), value, asked);
                }
                for part in &self.0 {
                    let own = part.name.strip_prefix(&format!("{name}."));
                    let there = own.is_none_or(|own| parts.contains_key(own));
                    assert!(there || !part.says("required"), "{} is required", part.name);
                }
            }
        }
    }

    /// Goes on if nothing is missing that is required.
    #[track_caller]
    pub fn is_complete(&self, resource: &Value) {
        let top = self.0.iter().filter(|rule| !rule.name.contains('.'));
        for rule in top.filter(|rule| rule.says("required")) {
            assert!(
                resource.get(&rule.name).is_some(),
                "{} is required: {resource}",
                rule.name
            );
        }
    }
}

/// An attribute of a `Schema` resource (section 7).
#[track_caller]
fn is_attribute(value: &Value) {
    let text = |name: &str| {
        value[name]
            .as_str()
            .unwrap_or_else(|| panic!("{name}: {value}"))
    };
    let (name, kind) = (text("name"), text("type"));
    assert!(
        name.trim_start_matches('$')
            .starts_with(|c: char| c.is_ascii_alphabetic())
    );
    let kinds = [
        "string",
        "boolean",
        "decimal",
        "integer",
        "dateTime",
        "reference",
        "complex",
    ];
    assert!(kinds.contains(&kind), "{kind}");
    assert!(value["multiValued"].is_boolean() && value["required"].is_boolean());
    assert!(!text("description").is_empty(), "{name}");
    assert!(["readOnly", "readWrite", "immutable", "writeOnly"].contains(&text("mutability")));
    assert!(["always", "never", "default", "request"].contains(&text("returned")));
    assert_eq!(
        kind == "complex",
        value["subAttributes"].is_array(),
        "{name}"
    );
    assert_eq!(
        kind == "reference",
        value["referenceTypes"].is_array(),
        "{name}"
    );
    if ["string", "reference"].contains(&kind) {
        assert!(value["caseExact"].is_boolean(), "{name}");
        assert!(["none", "server", "global"].contains(&text("uniqueness")));
    }
    let parts = value["subAttributes"].as_array();
    parts.into_iter().flatten().for_each(is_attribute);
}
