//! What resources are made of: the attributes that are kept, in the words of RFC 7643, section 7.
//! One table serves reading, patching and the `Schemas` endpoint, so that what is told is what is done.

use serde_json::{Map, Value, json};

/// What a value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Text, compared without case.
    Text,
    /// Text, compared with case.
    Exact,
    /// True or false.
    Flag,
    /// An address of a resource.
    Reference,
    /// Attributes of its own.
    Complex,
}

/// Who may change it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mutability {
    /// Whoever writes the resource.
    ReadWrite,
    /// Nobody but Guestpass.
    ReadOnly,
    /// Whoever adds the value; nobody afterwards.
    Immutable,
}

/// An attribute of a resource.
#[derive(Clone, Copy, Debug)]
pub struct Attribute {
    /// Its name, in the one spelling that is answered with.
    pub name: &'static str,
    pub kind: Kind,
    pub multi: bool,
    pub required: bool,
    pub unique: bool,
    pub mutability: Mutability,
    /// The values that mean something, if not all do.
    pub values: &'static [&'static str],
    /// The resources that a reference leads to.
    pub leads_to: &'static [&'static str],
    pub about: &'static str,
    /// The attributes of a complex one.
    pub parts: &'static [Attribute],
}

impl Attribute {
    const fn new(name: &'static str, kind: Kind, about: &'static str) -> Self {
        Self {
            name,
            kind,
            multi: false,
            required: false,
            unique: false,
            mutability: Mutability::ReadWrite,
            values: &[],
            leads_to: &[],
            about,
            parts: &[],
        }
    }

    const fn required(mut self) -> Self {
        self.required = true;
        self
    }

    const fn unique(mut self) -> Self {
        self.unique = true;
        self
    }

    const fn many(mut self) -> Self {
        self.multi = true;
        self
    }

    const fn is(mut self, mutability: Mutability) -> Self {
        self.mutability = mutability;
        self
    }

    const fn one_of(mut self, values: &'static [&'static str]) -> Self {
        self.values = values;
        self
    }

    const fn to(mut self, resources: &'static [&'static str]) -> Self {
        self.leads_to = resources;
        self
    }

    const fn of(mut self, parts: &'static [Self]) -> Self {
        self.parts = parts;
        self
    }

    /// The sub-attribute of this name, in whatever case.
    pub fn part(&self, name: &str) -> Option<&'static Self> {
        find(self.parts, name)
    }

    fn describe(&self) -> Value {
        let kind = match self.kind {
            Kind::Text | Kind::Exact => "string",
            Kind::Flag => "boolean",
            Kind::Reference => "reference",
            Kind::Complex => "complex",
        };
        let mutability = match self.mutability {
            Mutability::ReadWrite => "readWrite",
            Mutability::ReadOnly => "readOnly",
            Mutability::Immutable => "immutable",
        };
        let mut told = json!({
            "name": self.name,
            "type": kind,
            "multiValued": self.multi,
            "description": self.about,
            "required": self.required,
            "mutability": mutability,
            "returned": "default",
        });
        if let Value::Object(told) = &mut told {
            if matches!(self.kind, Kind::Text | Kind::Exact | Kind::Reference) {
                let exact = self.kind != Kind::Text;
                told.insert("caseExact".to_owned(), exact.into());
                let unique = if self.unique { "server" } else { "none" };
                told.insert("uniqueness".to_owned(), unique.into());
            }
            if !self.values.is_empty() {
                told.insert("canonicalValues".to_owned(), self.values.into());
            }
            if !self.leads_to.is_empty() {
                told.insert("referenceTypes".to_owned(), self.leads_to.into());
            }
            if self.kind == Kind::Complex {
                let parts = self.parts.iter().map(Self::describe);
                told.insert("subAttributes".to_owned(), parts.collect());
            }
        }
        told
    }
}

fn find(among: &'static [Attribute], name: &str) -> Option<&'static Attribute> {
    among
        .iter()
        .find(|attribute| attribute.name.eq_ignore_ascii_case(name))
}

/// A kind of resource.
#[derive(Clone, Copy, Debug)]
pub struct Schema {
    /// Its identifier.
    pub urn: &'static str,
    /// `User` or `Group`.
    pub name: &'static str,
    /// Where they are found below the base address.
    pub endpoint: &'static str,
    about: &'static str,
    attributes: &'static [Attribute],
    /// What they are found by, in lower case: each has an index.
    pub keys: &'static [&'static str],
}

/// What every resource has beside its own attributes (RFC 7643, section 3.1).
const COMMON: &[Attribute] = &[
    Attribute::new("id", Kind::Exact, "").is(Mutability::ReadOnly),
    Attribute::new("externalId", Kind::Exact, ""),
    Attribute::new("meta", Kind::Complex, "").is(Mutability::ReadOnly),
];

impl Schema {
    /// The attribute of this name, in whatever case; nothing for one that isn't kept.
    pub fn attribute(&self, name: &str) -> Option<&'static Attribute> {
        find(self.attributes, name).or_else(|| find(COMMON, name))
    }

    /// Whether a name's prefix means this schema; without one it does.
    pub fn is_meant(&self, urn: Option<&str>) -> bool {
        urn.is_none_or(|urn| urn.eq_ignore_ascii_case(self.urn))
    }

    /// The attributes that a resource can't be without.
    pub fn required(&self) -> impl Iterator<Item = &'static Attribute> {
        self.attributes.iter().filter(|each| each.required)
    }

    /// The schema as a resource, with the address where it is found.
    pub fn describe(&self, location: &str) -> Map<String, Value> {
        let attributes: Value = self.attributes.iter().map(Attribute::describe).collect();
        document(json!({
            "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Schema"],
            "id": self.urn,
            "name": self.name,
            "description": self.about,
            "attributes": attributes,
            "meta": { "resourceType": "Schema", "location": location },
        }))
    }

    /// The kind of resource as a resource, with the address where it is found.
    pub fn describe_type(&self, location: &str) -> Map<String, Value> {
        document(json!({
            "schemas": ["urn:ietf:params:scim:schemas:core:2.0:ResourceType"],
            "id": self.name,
            "name": self.name,
            "endpoint": self.endpoint,
            "description": self.about,
            "schema": self.urn,
            "meta": { "resourceType": "ResourceType", "location": location },
        }))
    }
}

/// The members of a JSON object.
pub fn document(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(map) => map,
        _ => Map::new(),
    }
}

/// People.
pub const USER: Schema = Schema {
    urn: "urn:ietf:params:scim:schemas:core:2.0:User",
    name: "User",
    endpoint: "/Users",
    about: "A member of the workspace",
    keys: &["username", "externalid", "id", "emails", "emails.value"],
    attributes: &[
        Attribute::new(
            "userName",
            Kind::Text,
            "What the directory calls them; their mail address where emails has none",
        )
        .required()
        .unique(),
        Attribute::new("name", Kind::Complex, "Their name").of(&[
            Attribute::new("familyName", Kind::Text, "Last name"),
            Attribute::new("givenName", Kind::Text, "First name"),
        ]),
        Attribute::new(
            "displayName",
            Kind::Text,
            "Kept as it is given; a member's name is made of name",
        ),
        Attribute::new(
            "emails",
            Kind::Complex,
            "The one address that mails go to: the primary one, or the first of type work",
        )
        .many()
        .of(&[
            Attribute::new("value", Kind::Text, "The address"),
            Attribute::new("type", Kind::Text, "What it is for").one_of(&["work"]),
            Attribute::new("primary", Kind::Flag, "Whether it is the one to write to"),
        ]),
        Attribute::new(
            "active",
            Kind::Flag,
            "Whether they may sign in; suspended as soon as it is false",
        ),
        Attribute::new("groups", Kind::Complex, "The groups they are in")
            .many()
            .is(Mutability::ReadOnly)
            .of(&[
                Attribute::new("value", Kind::Exact, "The group's id").is(Mutability::ReadOnly),
                Attribute::new("$ref", Kind::Reference, "Where the group is found")
                    .is(Mutability::ReadOnly)
                    .to(&["Group"]),
                Attribute::new("display", Kind::Text, "The group's name").is(Mutability::ReadOnly),
                Attribute::new("type", Kind::Text, "How they are in it")
                    .is(Mutability::ReadOnly)
                    .one_of(&["direct"]),
            ]),
    ],
};

/// Teams.
pub const GROUP: Schema = Schema {
    urn: "urn:ietf:params:scim:schemas:core:2.0:Group",
    name: "Group",
    endpoint: "/Groups",
    about: "A team of the workspace whose people the directory decides about",
    keys: &["displayname", "externalid", "id"],
    attributes: &[
        Attribute::new("displayName", Kind::Text, "The team's name")
            .required()
            .unique(),
        Attribute::new("members", Kind::Complex, "Who is in it")
            .many()
            .of(&[
                Attribute::new("value", Kind::Exact, "The member's id").is(Mutability::Immutable),
                Attribute::new("$ref", Kind::Reference, "Where the member is found")
                    .is(Mutability::Immutable)
                    .to(&["User"]),
                Attribute::new("type", Kind::Text, "What it is: only people are in teams")
                    .is(Mutability::Immutable)
                    .one_of(&["User"]),
                Attribute::new("display", Kind::Text, "The member's name").is(Mutability::ReadOnly),
            ]),
    ],
};

/// Both of them.
pub const ALL: [Schema; 2] = [USER, GROUP];
