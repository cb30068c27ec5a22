//! Documents as others write them, made into what is kept: one spelling of each name, values of the
//! right kind, nothing that isn't ours to keep.

use serde_json::{Map, Value};

use super::{
    Fault, Refused,
    schema::{Attribute, Kind, Mutability, Schema},
};

/// How many values an attribute may have.
pub const MOST_VALUES: usize = 10_000;

/// A resource as it is worked on: an object with its attributes in their one spelling.
pub type Document = Map<String, Value>;

/// Reads a whole resource, as a `POST` or `PUT` brings it. What is read-only or not kept is left out,
/// as RFC 7644 (section 3.5.1) and directories that send all they know want it.
///
/// # Errors
/// When it is no object, is of another schema, or a value is of the wrong kind.
pub fn read(schema: &Schema, body: &Value) -> Result<Document, Refused> {
    let object = body
        .as_object()
        .ok_or_else(|| Refused::new(Fault::InvalidSyntax, "The body must be a JSON object."))?;
    says_schema(object, schema.urn)?;
    let mut document = Document::new();
    for (key, value) in object {
        let name = bare(schema, key);
        let Some(attribute) = name.and_then(|name| schema.attribute(name)) else {
            continue;
        };
        if attribute.mutability == Mutability::ReadOnly {
            continue;
        }
        if let Some(value) = taken(attribute, value)? {
            document.insert(attribute.name.to_owned(), value);
        }
    }
    complete(schema, &document)?;
    Ok(document)
}

/// A name without the prefix of its schema; nothing when the prefix means another one.
fn bare<'k>(schema: &Schema, key: &'k str) -> Option<&'k str> {
    match key.rsplit_once(':') {
        None => Some(key),
        Some((urn, name)) => schema.is_meant(Some(urn)).then_some(name),
    }
}

/// Goes on if a document says that it is of this schema.
///
/// # Errors
/// When it doesn't.
pub fn says_schema(object: &Map<String, Value>, urn: &str) -> Result<(), Refused> {
    let named = object
        .iter()
        .find(|(key, _)| key.eq_ignore_ascii_case("schemas"))
        .and_then(|(_, schemas)| schemas.as_array());
    let says = named.is_some_and(|schemas| {
        let mut texts = schemas.iter().filter_map(Value::as_str);
        texts.any(|text| text.eq_ignore_ascii_case(urn))
    });
    if says {
        Ok(())
    } else {
        let detail = format!("The body's attribute schemas must be a list that has {urn}.");
        Err(Refused::new(Fault::InvalidSyntax, detail))
    }
}

/// Goes on if nothing is missing that is required.
///
/// # Errors
/// When something is.
pub fn complete(schema: &Schema, document: &Document) -> Result<(), Refused> {
    for attribute in schema.required() {
        if !document.contains_key(attribute.name) {
            let detail = format!("{} is required.", attribute.name);
            return Err(Refused::value(detail));
        }
    }
    Ok(())
}

/// A value as it is kept; nothing for one that says that there is none (`null`, an empty list).
///
/// # Errors
/// When it is of the wrong kind.
pub fn taken(attribute: &Attribute, value: &Value) -> Result<Option<Value>, Refused> {
    if value.is_null() {
        return Ok(None);
    }
    if !attribute.multi {
        return one(attribute, value).map(Some);
    }
    let wrong = || Refused::value(format!("{} must be a list.", attribute.name));
    let values = value.as_array().ok_or_else(wrong)?;
    if values.len() > MOST_VALUES {
        let detail = format!("{} has {MOST_VALUES} values at most.", attribute.name);
        return Err(Refused::value(detail));
    }
    let values: Result<Vec<Value>, _> = values.iter().map(|each| one(attribute, each)).collect();
    let values = values?;
    Ok((!values.is_empty()).then_some(Value::Array(values)))
}

/// One value of an attribute.
///
/// # Errors
/// When it is of the wrong kind.
pub fn one(attribute: &Attribute, value: &Value) -> Result<Value, Refused> {
    match attribute.kind {
        Kind::Text | Kind::Exact | Kind::Reference => match value {
            Value::String(text) => Ok(Value::String(text.clone())),
            _ => Err(Refused::value(format!("{} must be text.", attribute.name))),
        },
        Kind::Flag => flag(value)
            .map(Value::Bool)
            .ok_or_else(|| Refused::value(format!("{} must be true or false.", attribute.name))),
        Kind::Complex => {
            let wrong = || Refused::value(format!("{} must be an object.", attribute.name));
            let object = value.as_object().ok_or_else(wrong)?;
            let mut parts = Map::new();
            for (key, value) in object {
                let Some(part) = attribute.part(key) else {
                    continue;
                };
                if part.mutability == Mutability::ReadOnly {
                    continue;
                }
                if let Some(value) = taken(part, value)? {
                    parts.insert(part.name.to_owned(), value);
                }
            }
            Ok(Value::Object(parts))
        }
    }
}

/// True or false, also as the text that Microsoft Entra sends in patches.
fn flag(value: &Value) -> Option<bool> {
    match value {
        Value::Bool(flag) => Some(*flag),
        Value::String(text) if text.eq_ignore_ascii_case("true") => Some(true),
        Value::String(text) if text.eq_ignore_ascii_case("false") => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::features::scim::protocol::schema::USER;

    #[test]
    fn a_document_is_kept_in_one_spelling_and_without_what_isnt_ours() {
        let read = read(
            &USER,
            &json!({
                "SCHEMAS": ["URN:ietf:params:scim:schemas:core:2.0:user"],
                "username": "bjensen",
                "urn:ietf:params:scim:schemas:core:2.0:User:displayName": "Babs",
                "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": { "department": "Ops" },
                "id": "mine", "meta": { "version": "1" },
                "password": "t1meMa$heen",
                "NAME": { "GIVENNAME": "Barbara", "middleName": "Jane", "familyName": null },
                "emails": [{ "value": "b@x.example", "Primary": "True" }],
                "active": "False",
                "nickName": null,
            }),
        );
        let expected = json!({
            "userName": "bjensen",
            "displayName": "Babs",
            "name": { "givenName": "Barbara" },
            "emails": [{ "value": "b@x.example", "primary": true }],
            "active": false,
        });
        assert_eq!(Value::Object(read.expect("a document")), expected);
    }

    #[test]
    fn what_is_of_the_wrong_kind_is_refused() {
        let urn = USER.urn;
        for (body, fault) in [
            (json!([]), Fault::InvalidSyntax),
            (json!({ "userName": "a" }), Fault::InvalidSyntax),
            (
                json!({ "schemas": urn, "userName": "a" }),
                Fault::InvalidSyntax,
            ),
            (json!({ "schemas": [urn] }), Fault::InvalidValue),
            (
                json!({ "schemas": [urn], "userName": null }),
                Fault::InvalidValue,
            ),
            (
                json!({ "schemas": [urn], "userName": 7 }),
                Fault::InvalidValue,
            ),
            (
                json!({ "schemas": [urn], "userName": "a", "active": "yes" }),
                Fault::InvalidValue,
            ),
            (
                json!({ "schemas": [urn], "userName": "a", "name": "B" }),
                Fault::InvalidValue,
            ),
            (
                json!({ "schemas": [urn], "userName": "a", "emails": {} }),
                Fault::InvalidValue,
            ),
            (
                json!({ "schemas": [urn], "userName": "a", "emails": ["x"] }),
                Fault::InvalidValue,
            ),
        ] {
            let refused = read(&USER, &body).expect_err(&body.to_string());
            assert_eq!(refused.fault, fault, "{body}");
        }
    }
}
