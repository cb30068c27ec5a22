//! What a directory may say of somebody, and how a member is told of in its words. No database, no
//! clock.

use serde_json::{Value, json};

use super::protocol::{Fault, Refused, document::Document, schema::document};
use crate::{
    base::{clock::Timestamp, email_address::EmailAddress, text::is_disruptive},
    features::members::{Member, MemberState, NameFault, WorkspaceRole, mailed_name},
};

/// How many characters a name or identifier of a directory may have.
const TEXT_MAX: usize = 255;

/// A member whom a directory answers for.
#[derive(Clone, Debug)]
pub(super) struct User {
    pub(super) member: Member,
    pub(super) user_name: String,
    pub(super) external_id: Option<String>,
    pub(super) display_name: Option<String>,
    /// Whether they were a member before.
    pub(super) adopted: bool,
    /// Since when the directory answers for them.
    pub(super) created_at: Timestamp,
    /// When the directory changed them last.
    pub(super) changed_at: Timestamp,
}

/// What a directory wants somebody to be.
#[derive(Clone, Debug)]
pub(super) struct Asked {
    pub(super) user_name: String,
    pub(super) external_id: Option<String>,
    pub(super) display_name: Option<String>,
    /// First and last name; nothing when it doesn't say.
    pub(super) name: Option<(String, String)>,
    /// Nothing when it doesn't say.
    pub(super) email: Option<EmailAddress>,
    /// Nothing when it doesn't say.
    pub(super) active: Option<bool>,
}

impl User {
    /// Whether they may sign in.
    pub(super) fn is_in(&self) -> bool {
        matches!(
            self.member.state,
            MemberState::Invited | MemberState::Active
        )
    }

    /// What a directory can change of them.
    pub(super) fn document(&self) -> Document {
        let member = &self.member;
        let mut told = document(json!({
            "userName": self.user_name,
            "name": { "givenName": member.first_name },
            "emails": [{ "value": member.email.as_str(), "type": "work", "primary": true }],
            "active": self.is_in(),
        }));
        if !member.last_name.is_empty()
            && let Some(Value::Object(name)) = told.get_mut("name")
        {
            name.insert("familyName".to_owned(), json!(member.last_name));
        }
        let texts = [
            ("externalId", &self.external_id),
            ("displayName", &self.display_name),
        ];
        for (name, text) in texts {
            if let Some(text) = text {
                told.insert(name.to_owned(), json!(text));
            }
        }
        told
    }
}

/// What a document asks for.
///
/// # Errors
/// When a value can't be taken.
pub(super) fn asked(document: &Document) -> Result<Asked, Refused> {
    let user_name = text(document, "userName")?.ok_or_else(|| missing("userName"))?;
    let email = match address(document)? {
        Some(address) => Some(address),
        None => EmailAddress::parse(&user_name).ok(),
    };
    Ok(Asked {
        external_id: text(document, "externalId")?,
        display_name: text(document, "displayName")?,
        name: name(document)?,
        active: document.get("active").and_then(Value::as_bool),
        email,
        user_name,
    })
}

fn missing(name: &str) -> Refused {
    Refused::value(format!("{name} is required."))
}

/// A line of text; nothing for an empty one.
pub(super) fn text(document: &Document, name: &str) -> Result<Option<String>, Refused> {
    let text = document.get(name).and_then(Value::as_str).map(str::trim);
    let Some(text) = text.filter(|text| !text.is_empty()) else {
        return Ok(None);
    };
    if text.chars().count() > TEXT_MAX {
        let detail = format!("{name} is longer than {TEXT_MAX} characters.");
        return Err(Refused::value(detail));
    }
    if text.chars().any(is_disruptive) {
        let detail = format!("{name} has line breaks, control or invisible characters.");
        return Err(Refused::value(detail));
    }
    Ok(Some(text.to_owned()))
}

/// The one address: the primary one, the first for work, or the first of all.
fn address(document: &Document) -> Result<Option<EmailAddress>, Refused> {
    let all = document.get("emails").and_then(Value::as_array);
    let all: Vec<&Value> = all.into_iter().flatten().collect();
    let primary = |each: &&&Value| each["primary"] == true;
    let work = |each: &&&Value| {
        let kind = each["type"].as_str();
        kind.is_some_and(|kind| kind.eq_ignore_ascii_case("work"))
    };
    let found = all
        .iter()
        .find(primary)
        .or_else(|| all.iter().find(work))
        .or_else(|| all.first());
    let Some(value) = found.and_then(|each| each["value"].as_str()) else {
        return Ok(None);
    };
    match EmailAddress::parse(value) {
        Ok(address) => Ok(Some(address)),
        Err(_) => Err(Refused::value(
            "emails needs an address such as mira@larkfield.example.",
        )),
    }
}

fn name(document: &Document) -> Result<Option<(String, String)>, Refused> {
    let part = |part: &'static str| -> Result<Option<String>, Refused> {
        let value = document.get("name").and_then(|name| name.get(part));
        match value.and_then(Value::as_str).map(mailed_name) {
            None | Some(Err(NameFault::Empty)) => Ok(None),
            Some(Ok(name)) => Ok(Some(name)),
            Some(Err(NameFault::TooLong)) => {
                Err(Refused::value(format!("name.{part} is too long.")))
            }
            Some(Err(NameFault::Characters)) => Err(Refused::value(format!(
                "name.{part} has line breaks, control or invisible characters."
            ))),
            Some(Err(NameFault::WebAddress)) => {
                Err(Refused::value(format!("name.{part} has a web address.")))
            }
        }
    };
    Ok(match (part("givenName")?, part("familyName")?) {
        (Some(given), family) => Some((given, family.unwrap_or_default())),
        // A member has a first name; whoever has one name only is called by it.
        (None, Some(family)) => Some((family, String::new())),
        (None, None) => None,
    })
}

/// What to call somebody: by the names that the directory says, or else as it shows them.
pub(super) fn called(asked: &Asked) -> (&str, &str) {
    match &asked.name {
        Some((first, last)) => (first, last),
        None => (asked.display_name.as_deref().unwrap_or_default(), ""),
    }
}

/// What somebody is called from now on. Recipients are told by name who shares with them, so that the
/// Owner and Admins keep the one they have here.
pub(super) fn renamed(member: &Member, asked: &Asked) -> (String, String) {
    match &asked.name {
        Some(names) if !member.is_admin() => names.clone(),
        _ => (member.first_name.clone(), member.last_name.clone()),
    }
}

/// Whether a directory may have a member's mails sent to another address. Mails sign people in, so a
/// directory, or whoever found its token, must not lead them to a mailbox elsewhere, nor take over who
/// looks after the workspace, or whom it didn't bring.
///
/// # Errors
/// Why not.
pub(super) fn may_readdress(user: &User, new: &EmailAddress) -> Result<(), Refused> {
    let member = &user.member;
    if new.key() == member.email.key() {
        return Ok(());
    }
    if member.is_admin() {
        return Err(Refused::new(
            Fault::Mutability,
            "The address of the workspace's Owner and Admins can't be changed by provisioning.",
        ));
    }
    if member.role == WorkspaceRole::Guest {
        return Err(Refused::new(
            Fault::Mutability,
            "A guest's address isn't the company's: it can't be changed by provisioning.",
        ));
    }
    if user.adopted {
        return Err(Refused::new(
            Fault::Mutability,
            "The address of somebody who was a member before can't be changed by provisioning: they are \
             invited anew, in Guestpass.",
        ));
    }
    if new.domain() == member.email.domain() {
        Ok(())
    } else {
        Err(Refused::new(
            Fault::Mutability,
            "An address of another domain can't be set by provisioning: remove the user and create \
             them anew.",
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        base::id::{MemberId, WorkspaceId},
        features::members::newcomer,
    };

    fn read(value: Value) -> Result<Asked, Fault> {
        asked(&document(value)).map_err(|refused| refused.fault)
    }

    #[test]
    fn the_address_is_the_primary_one_or_for_work_or_the_name() {
        let of = |emails: Value| {
            let asked = read(json!({ "userName": "b@name.example", "emails": emails }));
            asked
                .expect("it is read")
                .email
                .expect("an address")
                .to_string()
        };
        let [a, b, c] = ["a@x.example", "b@x.example", "c@x.example"];
        assert_eq!(
            of(
                json!([{ "value": a }, { "value": b, "type": "work" }, { "value": c, "primary": true }])
            ),
            c
        );
        assert_eq!(
            of(json!([{ "value": a }, { "value": b, "type": "WORK" }])),
            b
        );
        assert_eq!(of(json!([{ "value": a, "type": "home" }])), a);
        assert_eq!(of(json!([])), "b@name.example");
        let nobody = read(json!({ "userName": "bjensen" })).expect("it is read");
        assert!(nobody.email.is_none());
        let wrong = json!({ "userName": "b@name.example", "emails": [{ "value": "nowhere" }] });
        assert_eq!(read(wrong).expect_err("no address"), Fault::InvalidValue);
    }

    #[test]
    fn whoever_has_one_name_is_called_by_it() {
        let of = |value: Value| {
            let asked = asked(&document(value)).expect("it is read");
            let email = EmailAddress::parse("bj@x.example").unwrap();
            let (names, now) = (called(&asked), Timestamp::from_millis(0));
            let workspace = WorkspaceId::new(now);
            let member = newcomer(workspace, email, names, WorkspaceRole::User, now);
            (member.first_name, member.last_name)
        };
        for (name, first, last) in [
            (
                json!({ "givenName": "Barbara", "familyName": "Jensen" }),
                "Barbara",
                "Jensen",
            ),
            (json!({ "givenName": " Barbara " }), "Barbara", ""),
            (
                json!({ "familyName": "Jensen", "givenName": "" }),
                "Jensen",
                "",
            ),
            (json!({}), "Babs", ""),
        ] {
            let user = json!({ "userName": "b", "name": name, "displayName": "Babs" });
            assert_eq!(of(user), (first.to_owned(), last.to_owned()), "{name}");
        }
        let nameless = |shown: &str| of(json!({ "userName": "b", "displayName": shown })).0;
        assert_eq!(nameless(""), "bj");
        assert_eq!(nameless(&"x".repeat(101)), "bj", "no name is so long");
    }

    #[test]
    fn a_name_with_a_web_address_is_refused() {
        for part in ["givenName", "familyName"] {
            let user = json!({ "userName": "b", "name": { part: "https://evil.example" } });
            assert_eq!(read(user).expect_err(part), Fault::InvalidValue);
        }
    }

    #[test]
    fn texts_that_reach_into_other_lines_are_refused() {
        let long = "x".repeat(256);
        for bad in ["a\nb", "a\u{0}b", "\u{202e}evil", long.as_str()] {
            for user in [
                json!({ "userName": bad }),
                json!({ "userName": "b", "externalId": bad }),
                json!({ "userName": "b", "displayName": bad }),
                json!({ "userName": "b", "name": { "givenName": bad } }),
                json!({ "userName": "b", "name": { "familyName": bad } }),
            ] {
                assert_eq!(
                    read(user.clone()).expect_err(bad),
                    Fault::InvalidValue,
                    "{user}"
                );
            }
        }
        assert!(read(json!({ "userName": "x'; DROP TABLE members; --" })).is_ok());
        assert_eq!(
            read(json!({ "userName": "  " })).expect_err("empty"),
            Fault::InvalidValue
        );
    }

    #[test]
    fn mails_go_elsewhere_only_within_the_domain_and_never_for_admins_guests_and_the_adopted() {
        let now = Timestamp::from_millis(1_700_000_000_000);
        let user = |role, adopted| User {
            member: Member {
                id: MemberId::new(now),
                workspace: WorkspaceId::new(now),
                email: EmailAddress::parse("ben@larkfield.example").unwrap(),
                first_name: "Ben".to_owned(),
                last_name: "Tran".to_owned(),
                role,
                state: MemberState::Active,
                language: None,
            },
            user_name: "ben".to_owned(),
            external_id: None,
            display_name: None,
            adopted,
            created_at: now,
            changed_at: now,
        };
        let within = EmailAddress::parse("benedict@larkfield.example").unwrap();
        assert!(may_readdress(&user(WorkspaceRole::User, true), &within).is_err());
        for (role, address, may) in [
            (WorkspaceRole::User, "benedict@Larkfield.example", true),
            (WorkspaceRole::Guest, "benedict@larkfield.example", false),
            (WorkspaceRole::User, "ben@evil.example", false),
            (WorkspaceRole::User, "ben@sub.larkfield.example", false),
            (WorkspaceRole::Admin, "benedict@larkfield.example", false),
            (WorkspaceRole::Owner, "benedict@larkfield.example", false),
            (WorkspaceRole::Owner, "BEN@larkfield.example", true),
        ] {
            let new = EmailAddress::parse(address).unwrap();
            assert_eq!(
                may_readdress(&user(role, false), &new).is_ok(),
                may,
                "{role:?} {address}"
            );
        }
    }
}
