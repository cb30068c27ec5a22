//! Patches (RFC 7644, section 3.5.2), with what Okta and Microsoft Entra make of them: names of
//! operations in any case, paths as keys of a value without a path, values to be removed named beside
//! the path.

use std::collections::{HashMap, HashSet, hash_map::Entry};

use serde_json::{Map, Value};

use super::{
    Fault, Refused,
    document::{self, Document, MOST_VALUES},
    filter::{self, Comparison, Filter, Path},
    schema::{Attribute, Mutability, Schema},
};

/// The schema of a patch.
pub const PATCH: &str = "urn:ietf:params:scim:api:messages:2.0:PatchOp";
/// How many operations a patch may have.
const MOST: usize = 1000;
/// How many comparisons all its filters may make together: it is done in a transaction, for which others
/// wait. A group of 10,000 takes 200 operations that name one of its members each.
const MOST_COMPARISONS: usize = 2_000_000;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Deed {
    Add,
    Replace,
    Remove,
}

/// One change.
#[derive(Clone, Debug)]
pub struct Operation {
    deed: Deed,
    /// Where; nothing means the resource itself.
    path: Option<Path>,
    value: Value,
}

/// Reads a patch.
///
/// # Errors
/// When it isn't one.
pub fn read(body: &Value) -> Result<Vec<Operation>, Refused> {
    let wrong = |detail: &str| Refused::new(Fault::InvalidSyntax, detail);
    let object = body.as_object();
    let object = object.ok_or_else(|| wrong("The body must be a JSON object."))?;
    document::says_schema(object, PATCH)?;
    let operations = get(object, "Operations").and_then(Value::as_array);
    let operations = operations.ok_or_else(|| wrong("Operations must be a list."))?;
    if operations.is_empty() || operations.len() > MOST {
        return Err(wrong(&format!("A patch has 1 to {MOST} operations.")));
    }
    let mut read = Vec::new();
    for operation in operations {
        let operation = operation.as_object();
        let operation = operation.ok_or_else(|| wrong("An operation must be an object."))?;
        let deed = get(operation, "op")
            .and_then(Value::as_str)
            .unwrap_or_default();
        let deed = match deed.to_ascii_lowercase().as_str() {
            "add" => Deed::Add,
            "replace" => Deed::Replace,
            "remove" => Deed::Remove,
            _ => return Err(wrong("op must be add, replace or remove.")),
        };
        let path = match get(operation, "path") {
            None | Some(Value::Null) => None,
            Some(Value::String(path)) => Some(filter::path(path)?),
            Some(_) => return Err(Refused::new(Fault::InvalidPath, "path must be text.")),
        };
        let value = get(operation, "value").cloned();
        if value.is_none() && deed != Deed::Remove {
            return Err(Refused::value("add and replace need a value."));
        }
        read.push(Operation {
            deed,
            path,
            value: value.unwrap_or_default(),
        });
    }
    Ok(read)
}

fn get<'v>(object: &'v Map<String, Value>, name: &str) -> Option<&'v Value> {
    let mut pairs = object.iter();
    let found = pairs.find(|(key, _)| key.eq_ignore_ascii_case(name));
    found.map(|(_, value)| value)
}

/// Changes a document. Of several operations all are done, or an error says why none is.
///
/// # Errors
/// When an operation can't be done.
pub fn apply(
    schema: &Schema,
    mut resource: Document,
    operations: &[Operation],
) -> Result<Document, Refused> {
    let mut left = MOST_COMPARISONS;
    for operation in operations {
        let (deed, value) = (operation.deed, &operation.value);
        match &operation.path {
            Some(path) => at(schema, &mut resource, &mut left, deed, path, value)?,
            None if deed == Deed::Remove => {
                return Err(Refused::new(Fault::NoTarget, "remove needs a path."));
            }
            None => whole(schema, &mut resource, &mut left, (deed, value, true))?,
        }
    }
    document::complete(schema, &resource)?;
    Ok(resource)
}

/// A change without a path: each key of its value is one. At the `top` one may be the schema's name, with
/// the keys below it; no schema stands within itself, which would be gone through again and again.
fn whole(
    schema: &Schema,
    resource: &mut Document,
    left: &mut usize,
    (deed, value, top): (Deed, &Value, bool),
) -> Result<(), Refused> {
    let values = value.as_object();
    let values =
        values.ok_or_else(|| Refused::value("Without a path, value must be an object."))?;
    for (key, value) in values {
        if key.eq_ignore_ascii_case("schemas") {
            continue;
        }
        if key.eq_ignore_ascii_case(schema.urn) {
            if !top {
                return Err(Refused::value("A schema's name can't stand within itself."));
            }
            whole(schema, resource, left, (deed, value, false))?;
            continue;
        }
        let path = filter::path(key)?;
        // Okta sends a group's id along with its new name.
        let attribute = schema.attribute(&path.name.attribute);
        if attribute.is_some_and(|each| each.mutability == Mutability::ReadOnly) {
            continue;
        }
        at(schema, resource, left, deed, &path, value)?;
    }
    Ok(())
}

fn at(
    schema: &Schema,
    resource: &mut Document,
    left: &mut usize,
    deed: Deed,
    path: &Path,
    value: &Value,
) -> Result<(), Refused> {
    // What isn't kept can be written, as with a whole resource: nothing comes of it.
    if !schema.is_meant(path.name.urn.as_deref()) {
        return Ok(());
    }
    let Some(attribute) = schema.attribute(&path.name.attribute) else {
        return Ok(());
    };
    let part = match &path.name.part {
        None => None,
        Some(name) => match attribute.part(name) {
            Some(part) => Some(part),
            None if attribute.mutability == Mutability::ReadWrite => return Ok(()),
            // Of what is read-only, every part is.
            None => None,
        },
    };
    may_change(attribute, part, deed)?;
    match (&path.among, part) {
        (Some(_), _) if !attribute.multi => Err(Refused::new(
            Fault::InvalidPath,
            format!(
                "{} has one value: there is nothing to choose from.",
                attribute.name
            ),
        )),
        (Some(among), part) => {
            let values = resource.get(attribute.name).and_then(Value::as_array);
            let comparisons = values.map_or(0, Vec::len) * among.size();
            *left = left.checked_sub(comparisons).ok_or_else(too_much)?;
            chosen(resource, (attribute, part), deed, among, value)
        }
        (None, Some(part)) => part_of(resource, (attribute, part), deed, value),
        (None, None) => attribute_itself(resource, attribute, deed, value),
    }
}

fn too_much() -> Refused {
    Refused::value("That are too many values to choose from. Send fewer operations at once.")
}

fn may_change(attribute: &Attribute, part: Option<&Attribute>, deed: Deed) -> Result<(), Refused> {
    let fixed = attribute.mutability != Mutability::ReadWrite
        || part.is_some_and(|part| part.mutability != Mutability::ReadWrite);
    let needed = deed == Deed::Remove && part.is_none() && attribute.required;
    if fixed || needed {
        let name = part.map_or(attribute.name, |part| part.name);
        let detail = format!("{name} can't be changed so.");
        return Err(Refused::new(Fault::Mutability, detail));
    }
    Ok(())
}

/// Takes the values of an attribute out of a resource, to be put back when they are changed.
fn take(resource: &mut Document, attribute: &Attribute) -> Vec<Value> {
    match resource.remove(attribute.name) {
        Some(Value::Array(values)) => values,
        _ => Vec::new(),
    }
}

/// Puts values back; none is no attribute.
fn put(resource: &mut Document, attribute: &Attribute, values: Vec<Value>) {
    if !values.is_empty() {
        resource.insert(attribute.name.to_owned(), Value::Array(values));
    }
}

/// The parts of a complex attribute, likewise.
fn take_parts(resource: &mut Document, attribute: &Attribute) -> Map<String, Value> {
    match resource.remove(attribute.name) {
        Some(Value::Object(parts)) => parts,
        _ => Map::new(),
    }
}

fn put_parts(resource: &mut Document, attribute: &Attribute, parts: Map<String, Value>) {
    if !parts.is_empty() {
        resource.insert(attribute.name.to_owned(), Value::Object(parts));
    }
}

fn attribute_itself(
    resource: &mut Document,
    attribute: &Attribute,
    deed: Deed,
    value: &Value,
) -> Result<(), Refused> {
    if attribute.multi {
        let mut values = take(resource, attribute);
        let named = several(attribute, value)?;
        match deed {
            Deed::Remove if value.is_null() => values.clear(),
            Deed::Remove => {
                let gone: HashSet<String> = named.iter().map(known_by).collect();
                values.retain(|each| !gone.contains(&known_by(each)));
            }
            Deed::Add => add_all(&mut values, named, attribute)?,
            Deed::Replace => {
                values.clear();
                add_all(&mut values, named, attribute)?;
            }
        }
        put(resource, attribute, values);
        return Ok(());
    }
    let new = match deed {
        Deed::Remove => None,
        Deed::Add | Deed::Replace => document::taken(attribute, value)?,
    };
    match new {
        None => {
            resource.remove(attribute.name);
        }
        // Of a complex value, the parts that are named change (sections 3.5.2.1 and 3.5.2.3).
        Some(Value::Object(named)) => {
            let mut parts = take_parts(resource, attribute);
            parts.extend(named);
            unset(&mut parts, attribute, value);
            put_parts(resource, attribute, parts);
        }
        Some(value) => {
            resource.insert(attribute.name.to_owned(), value);
        }
    }
    Ok(())
}

/// Takes away the parts that a value names as `null`.
fn unset(present: &mut Map<String, Value>, attribute: &Attribute, value: &Value) {
    let named = value.as_object().into_iter().flatten();
    for (key, value) in named {
        if let Some(part) = attribute.part(key).filter(|_| value.is_null()) {
            present.remove(part.name);
        }
    }
}

/// The values of an operation on an attribute with several: a list, or one of them alone.
fn several(attribute: &Attribute, value: &Value) -> Result<Vec<Value>, Refused> {
    match value {
        Value::Null => Ok(Vec::new()),
        Value::Array(values) if values.len() > MOST_VALUES => Err(too_many(attribute)),
        Value::Array(values) => values
            .iter()
            .map(|each| document::one(attribute, each))
            .collect(),
        value => Ok(vec![document::one(attribute, value)?]),
    }
}

fn too_many(attribute: &Attribute) -> Refused {
    Refused::value(format!(
        "{} has {MOST_VALUES} values at most.",
        attribute.name
    ))
}

/// What tells one value from another: its `value`, or all of it.
fn known_by(value: &Value) -> String {
    match value.get("value") {
        Some(Value::String(text)) => text.clone(),
        _ => value.to_string(),
    }
}

/// Adds values that aren't there yet. A new primary one is the only one.
fn add_all(values: &mut Vec<Value>, new: Vec<Value>, attribute: &Attribute) -> Result<(), Refused> {
    if new.iter().any(|each| each["primary"] == true) {
        for value in values.iter_mut() {
            not_primary(value);
        }
    }
    let mut places: HashMap<String, usize> = HashMap::new();
    for (place, value) in values.iter().enumerate() {
        places.entry(known_by(value)).or_insert(place);
    }
    for value in new {
        match places.entry(known_by(&value)) {
            Entry::Vacant(free) => {
                free.insert(values.len());
                values.push(value);
            }
            Entry::Occupied(place) => {
                if let Some(present) = values.get_mut(*place.get()) {
                    merge(present, value);
                }
            }
        }
    }
    if values.len() > MOST_VALUES {
        return Err(too_many(attribute));
    }
    Ok(())
}

fn not_primary(value: &mut Value) {
    if let Some(primary) = value.get_mut("primary") {
        *primary = Value::Bool(false);
    }
}

fn merge(present: &mut Value, new: Value) {
    if let (Value::Object(present), Value::Object(new)) = (present, new) {
        present.extend(new);
    }
}

/// A change of one part: of a complex value, or of every one of several.
fn part_of(
    resource: &mut Document,
    (attribute, part): (&Attribute, &Attribute),
    deed: Deed,
    value: &Value,
) -> Result<(), Refused> {
    let value = match deed {
        Deed::Remove => None,
        Deed::Add | Deed::Replace => document::taken(part, value)?,
    };
    if attribute.multi {
        let mut values = take(resource, attribute);
        if values.is_empty() && value.is_some() {
            values.push(Value::Object(Map::new()));
        }
        for each in values.iter_mut().filter_map(Value::as_object_mut) {
            set(each, part, value.as_ref());
        }
        put(resource, attribute, values);
    } else {
        let mut parts = take_parts(resource, attribute);
        set(&mut parts, part, value.as_ref());
        put_parts(resource, attribute, parts);
    }
    Ok(())
}

fn set(parts: &mut Map<String, Value>, part: &Attribute, value: Option<&Value>) {
    match value {
        Some(value) => parts.insert(part.name.to_owned(), value.clone()),
        None => parts.remove(part.name),
    };
}

/// A change of those values that a filter finds.
fn chosen(
    resource: &mut Document,
    (attribute, part): (&Attribute, Option<&'static Attribute>),
    deed: Deed,
    among: &Filter,
    value: &Value,
) -> Result<(), Refused> {
    let values = take(resource, attribute);
    let meets = |each: &Value| each.as_object().is_some_and(|each| among.matches(each));
    let (mut found, mut others): (Vec<_>, Vec<_>) = values
        .into_iter()
        .enumerate()
        .partition(|(_, each)| meets(each));
    if deed == Deed::Remove && part.is_none() {
        found.clear();
    } else if found.is_empty() && deed != Deed::Remove {
        // Microsoft Entra adds the first address of a type so.
        let new = match deed {
            Deed::Add => implied(among, attribute)?,
            Deed::Replace | Deed::Remove => return Err(no_target(attribute)),
        };
        found.push((others.len(), Value::Object(new)));
    }
    for object in found
        .iter_mut()
        .filter_map(|(_, each)| each.as_object_mut())
    {
        match (deed, part) {
            (Deed::Remove, Some(part)) => set(object, part, None),
            (Deed::Remove, None) => {}
            (_, Some(part)) => set(object, part, document::taken(part, value)?.as_ref()),
            (_, None) => {
                if let Value::Object(named) = document::one(attribute, value)? {
                    object.extend(named);
                }
            }
        }
    }
    others.append(&mut found);
    others.sort_by_key(|(place, _)| *place);
    let values = others.into_iter().map(|(_, each)| each).collect();
    put(resource, attribute, values);
    Ok(())
}

fn no_target(attribute: &Attribute) -> Refused {
    let detail = format!("No value of {} meets the path's filter.", attribute.name);
    Refused::new(Fault::NoTarget, detail)
}

/// The value that a filter of equalities describes.
fn implied(among: &Filter, attribute: &Attribute) -> Result<Map<String, Value>, Refused> {
    match among {
        Filter::And(one, other) => {
            let mut parts = implied(one, attribute)?;
            parts.extend(implied(other, attribute)?);
            Ok(parts)
        }
        Filter::Compare(name, Comparison::Equal, value) => {
            let mut parts = Map::new();
            if let Some(part) = attribute.part(&name.attribute)
                && let Some(value) = document::taken(part, value)?
            {
                parts.insert(part.name.to_owned(), value);
            }
            Ok(parts)
        }
        _ => Err(no_target(attribute)),
    }
}

#[cfg(test)]
mod tests;
