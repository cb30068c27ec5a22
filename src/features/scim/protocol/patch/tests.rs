//! A table of patches: what is there, what is done, what is there afterwards.

use serde_json::{Value, json};

use super::*;
use crate::features::scim::protocol::schema::{GROUP, USER};

fn user() -> Value {
    json!({
        "userName": "bjensen",
        "name": { "givenName": "Barbara", "familyName": "Jensen" },
        "emails": [{ "value": "bjensen@example.com", "type": "work", "primary": true }],
        "active": true,
    })
}

fn group() -> Value {
    json!({ "displayName": "Tour Guides", "members": [{ "value": "a" }, { "value": "b" }] })
}

fn patched(schema: &Schema, before: Value, operations: Value) -> Result<Value, Fault> {
    let body = json!({ "schemas": [PATCH], "Operations": operations });
    let before = before.as_object().cloned().expect("an object");
    let read = read(&body).map_err(|refused| refused.fault)?;
    let after = apply(schema, before, &read).map_err(|refused| refused.fault)?;
    Ok(Value::Object(after))
}

fn one(schema: &Schema, before: Value, operation: Value) -> Result<Value, Fault> {
    patched(schema, before, json!([operation]))
}

/// Each operation gives what is expected at its place.
fn expect(cases: &[(Value, &str, Value)]) {
    for (operation, pointer, expected) in cases {
        let after = one(&USER, user(), operation.clone()).expect("it is done");
        assert_eq!(after.pointer(pointer), Some(expected), "{operation}");
    }
}

#[test]
fn what_is_set_is_set_however_it_is_said() {
    expect(&[
        (
            json!({ "op": "replace", "path": "active", "value": false }),
            "/active",
            json!(false),
        ),
        (
            json!({ "op": "Replace", "path": "active", "value": "False" }),
            "/active",
            json!(false),
        ),
        (
            json!({ "OP": "REPLACE", "Path": "ACTIVE", "Value": "TRUE" }),
            "/active",
            json!(true),
        ),
        (
            json!({ "op": "replace", "value": { "active": false } }),
            "/active",
            json!(false),
        ),
        (
            json!({ "op": "add", "path": "externalId", "value": "00u1" }),
            "/externalId",
            json!("00u1"),
        ),
        (
            json!({ "op": "Add", "path": "name.familyName", "value": "Ito" }),
            "/name/familyName",
            json!("Ito"),
        ),
        (
            json!({ "op": "add", "value": { "name.familyName": "Ito" } }),
            "/name/familyName",
            json!("Ito"),
        ),
        (
            json!({ "op": "replace", "value": { "name": { "familyName": "Ito" } } }),
            "/name",
            json!({ "givenName": "Barbara", "familyName": "Ito" }),
        ),
        (
            json!({ "op": "replace", "path": "name", "value": { "familyName": null } }),
            "/name",
            json!({ "givenName": "Barbara" }),
        ),
        (
            json!({ "op": "add", "value": { "urn:ietf:params:scim:schemas:core:2.0:User:displayName": "Babs" } }),
            "/displayName",
            json!("Babs"),
        ),
        (
            json!({ "op": "add", "value": { "urn:ietf:params:scim:schemas:core:2.0:User": { "displayName": "Babs" } } }),
            "/displayName",
            json!("Babs"),
        ),
        (
            json!({ "op": "replace", "path": "urn:ietf:params:scim:schemas:core:2.0:User:userName", "value": "babs" }),
            "/userName",
            json!("babs"),
        ),
    ]);
}

#[test]
fn one_of_several_values_is_found_and_set() {
    expect(&[
        (
            json!({ "op": "replace", "path": "emails[type eq \"work\"].value", "value": "b@x.example" }),
            "/emails/0/value",
            json!("b@x.example"),
        ),
        (
            json!({ "op": "Add", "value": { "emails[type eq \"work\"].value": "b@x.example" } }),
            "/emails/0/value",
            json!("b@x.example"),
        ),
        (
            json!({ "op": "replace", "path": "emails.value", "value": "b@x.example" }),
            "/emails/0/value",
            json!("b@x.example"),
        ),
        (
            json!({ "op": "replace", "path": "emails", "value": [{ "value": "b@x.example" }] }),
            "/emails",
            json!([{ "value": "b@x.example" }]),
        ),
        (
            json!({ "op": "replace", "path": "emails[type eq \"work\"]", "value": { "primary": false } }),
            "/emails/0",
            json!({ "value": "bjensen@example.com", "type": "work", "primary": false }),
        ),
        (
            json!({ "op": "remove", "path": "name.familyName" }),
            "/name",
            json!({ "givenName": "Barbara" }),
        ),
    ]);
}

#[test]
fn what_is_removed_is_gone_and_doing_it_twice_is_fine() {
    for (operation, pointer) in [
        (json!({ "op": "remove", "path": "name" }), "/name"),
        (
            json!({ "op": "remove", "path": "emails[type eq \"work\"]" }),
            "/emails",
        ),
        (
            json!({ "op": "replace", "path": "emails", "value": [] }),
            "/emails",
        ),
        (
            json!({ "op": "replace", "path": "active", "value": null }),
            "/active",
        ),
        (
            json!({ "op": "remove", "path": "emails[type eq \"work\"].type" }),
            "/emails/0/type",
        ),
    ] {
        let once = one(&USER, user(), operation.clone()).expect("it is done");
        assert_eq!(once.pointer(pointer), None, "{operation}");
        let twice = one(&USER, once.clone(), operation.clone()).expect("it is done");
        assert_eq!(once, twice, "{operation}");
    }
}

#[test]
fn a_second_address_of_another_type_is_added_and_the_new_primary_is_the_only_one() {
    let home =
        json!({ "op": "Add", "path": "emails[type eq \"home\"].value", "value": "b@home.example" });
    let after = one(&USER, user(), home).expect("it is done");
    assert_eq!(
        after["emails"][1],
        json!({ "type": "home", "value": "b@home.example" })
    );
    let primary = json!({ "op": "add", "path": "emails", "value": { "value": "c@x.example", "primary": true } });
    let after = one(&USER, user(), primary).expect("it is done");
    assert_eq!(after["emails"][0]["primary"], false);
    assert_eq!(after["emails"][1]["primary"], true);
}

#[test]
fn people_come_into_groups_and_leave_them() {
    let ids = |after: &Value| -> Vec<String> {
        let members = after["members"].as_array().cloned().unwrap_or_default();
        members
            .iter()
            .map(|each| each["value"].as_str().expect("an id").to_owned())
            .collect()
    };
    for (operation, expected) in [
        (
            json!({ "op": "add", "path": "members", "value": [{ "value": "c" }] }),
            vec!["a", "b", "c"],
        ),
        (
            json!({ "op": "Add", "path": "members", "value": [{ "value": "b" }, { "value": "c" }, { "value": "c" }] }),
            vec!["a", "b", "c"],
        ),
        (
            json!({ "op": "add", "value": { "members": [{ "value": "c" }] } }),
            vec!["a", "b", "c"],
        ),
        (
            json!({ "op": "remove", "path": "members[value eq \"a\"]" }),
            vec!["b"],
        ),
        (
            json!({ "op": "remove", "path": "members[value eq \"a\" or value eq \"b\"]" }),
            vec![],
        ),
        (
            json!({ "op": "Remove", "path": "members", "value": [{ "value": "a" }] }),
            vec!["b"],
        ),
        (
            json!({ "op": "remove", "path": "members[value eq \"z\"]" }),
            vec!["a", "b"],
        ),
        (json!({ "op": "remove", "path": "members" }), vec![]),
        (
            json!({ "op": "replace", "path": "members", "value": [{ "value": "c" }] }),
            vec!["c"],
        ),
        (
            json!({ "op": "replace", "path": "members", "value": [] }),
            vec![],
        ),
        (
            json!({ "op": "replace", "value": { "id": "tea_1", "displayName": "Guides" } }),
            vec!["a", "b"],
        ),
    ] {
        let after = one(&GROUP, group(), operation.clone()).expect("it is done");
        let mut found = ids(&after);
        found.sort();
        assert_eq!(found, expected, "{operation}");
    }
}

#[test]
fn what_cant_be_done_says_why() {
    for (operation, fault) in [
        (
            json!({ "op": "move", "path": "active" }),
            Fault::InvalidSyntax,
        ),
        (
            json!({ "path": "active", "value": true }),
            Fault::InvalidSyntax,
        ),
        (json!("remove"), Fault::InvalidSyntax),
        (json!({ "op": "remove" }), Fault::NoTarget),
        (
            json!({ "op": "add", "path": "active" }),
            Fault::InvalidValue,
        ),
        (json!({ "op": "add", "value": "x" }), Fault::InvalidValue),
        (
            json!({ "op": "add", "path": "active", "value": 1 }),
            Fault::InvalidValue,
        ),
        (
            json!({ "op": "add", "path": "userName", "value": ["a"] }),
            Fault::InvalidValue,
        ),
        (
            json!({ "op": "replace", "path": "userName", "value": null }),
            Fault::InvalidValue,
        ),
        (
            json!({ "op": "add", "path": "emails", "value": "b@x.example" }),
            Fault::InvalidValue,
        ),
        (
            json!({ "op": "add", "path": 7, "value": 1 }),
            Fault::InvalidPath,
        ),
        (
            json!({ "op": "add", "path": "emails[", "value": 1 }),
            Fault::InvalidPath,
        ),
        (
            json!({ "op": "add", "path": "name[givenName eq \"x\"]", "value": {} }),
            Fault::InvalidPath,
        ),
        (
            json!({ "op": "replace", "path": "emails[type eq \"home\"].value", "value": "x" }),
            Fault::NoTarget,
        ),
        (
            json!({ "op": "add", "path": "emails[type ne \"work\"].value", "value": "x" }),
            Fault::NoTarget,
        ),
        (
            json!({ "op": "replace", "path": "id", "value": "x" }),
            Fault::Mutability,
        ),
        (
            json!({ "op": "replace", "path": "meta.created", "value": "x" }),
            Fault::Mutability,
        ),
        (
            json!({ "op": "remove", "path": "userName" }),
            Fault::Mutability,
        ),
    ] {
        let found = one(&USER, user(), operation.clone());
        assert_eq!(found.expect_err("it can't be done"), fault, "{operation}");
    }
    let fixed = json!({ "op": "replace", "path": "members[value eq \"a\"].value", "value": "z" });
    assert_eq!(one(&GROUP, group(), fixed), Err(Fault::Mutability));
    assert_eq!(patched(&USER, user(), json!([])), Err(Fault::InvalidSyntax));
    assert_eq!(patched(&USER, user(), json!({})), Err(Fault::InvalidSyntax));
    let many = vec![json!({ "op": "remove", "path": "name" }); MOST + 1];
    assert_eq!(
        patched(&USER, user(), json!(many)),
        Err(Fault::InvalidSyntax)
    );
}

#[test]
fn what_isnt_kept_can_be_written_and_changes_nothing() {
    for operation in [
        json!({ "op": "Add", "path": "title", "value": "Boss" }),
        json!({ "op": "Add", "path": "name.formatted", "value": "Ms. Jensen" }),
        json!({ "op": "replace", "path": "addresses[type eq \"work\"].locality", "value": "Rome" }),
        json!({ "op": "add", "path": "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department", "value": "Ops" }),
        json!({ "op": "add", "value": { "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": { "department": "Ops" } } }),
        json!({ "op": "replace", "value": { "schemas": ["x"], "roles": [] } }),
    ] {
        assert_eq!(
            one(&USER, user(), operation.clone()),
            Ok(user()),
            "{operation}"
        );
    }
}

#[test]
fn operations_are_done_one_after_the_other_or_not_at_all() {
    let after = patched(
        &USER,
        user(),
        json!([
            { "op": "remove", "path": "emails" },
            { "op": "add", "path": "emails[type eq \"work\"].value", "value": "b@x.example" },
            { "op": "replace", "path": "emails[value eq \"b@x.example\"].primary", "value": "true" },
        ]),
    );
    let expected = json!([{ "type": "work", "value": "b@x.example", "primary": true }]);
    assert_eq!(after.expect("it is done")["emails"], expected);
    let half = json!([
        { "op": "replace", "path": "active", "value": false },
        { "op": "replace", "path": "id", "value": "x" },
    ]);
    assert_eq!(patched(&USER, user(), half), Err(Fault::Mutability));
}

#[test]
fn a_patch_looks_at_so_many_values_and_no_more() {
    let members: Vec<Value> = (0..MOST_VALUES)
        .map(|n| json!({ "value": n.to_string() }))
        .collect();
    let group = json!({ "displayName": "All", "members": members });
    let removed =
        |n: usize| json!({ "op": "remove", "path": format!("members[value eq \"{n}\"]") });
    let some: Vec<Value> = (0..200).map(removed).collect();
    let after = patched(&GROUP, group.clone(), Value::from(some)).expect("these are done");
    assert_eq!(
        after["members"].as_array().map(Vec::len),
        Some(MOST_VALUES - 200)
    );
    let more: Vec<Value> = (0..MOST).map(removed).collect();
    let fault = patched(&GROUP, group, Value::from(more)).expect_err("too many");
    assert_eq!(fault, Fault::InvalidValue);
}

#[test]
fn what_is_added_again_and_again_is_there_once() {
    let again: Vec<Value> = (0..5000)
        .map(|n| json!({ "value": (n % 50).to_string() }))
        .collect();
    let add = json!({ "op": "add", "path": "members", "value": again });
    let after = one(&GROUP, json!({ "displayName": "All" }), add).expect("it is done");
    assert_eq!(after["members"].as_array().map(Vec::len), Some(50));
}

#[test]
fn a_schema_stands_within_itself_nowhere() {
    let within = |levels: usize| {
        let innermost = json!({ "displayName": "Babs" });
        (0..levels).fold(innermost, |value, _| json!({ USER.urn: value }))
    };
    for (levels, expected) in [
        (0, Ok(json!("Babs"))),
        (1, Ok(json!("Babs"))),
        (2, Err(Fault::InvalidValue)),
        (60, Err(Fault::InvalidValue)),
    ] {
        let after = one(
            &USER,
            user(),
            json!({ "op": "add", "value": within(levels) }),
        );
        let shown = after.map(|after| after["displayName"].clone());
        assert_eq!(shown, expected, "{levels}");
    }
}
