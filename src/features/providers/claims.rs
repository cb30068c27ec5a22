//! What a provider says of a person, and what it says when they sign out. No database, no clock.

use serde_json::{Map, Value};

use super::tokens::SKEW;
use crate::base::{clock::Timestamp, email_address::EmailAddress};

/// How many groups of a person are looked at.
const MOST_GROUPS: usize = 1000;
/// The event of a logout token.
const LOGOUT: &str = "http://schemas.openid.net/event/backchannel-logout";
/// How old a logout token may be.
const LOGOUT_AGE: std::time::Duration = std::time::Duration::from_secs(10 * 60);

/// What a provider says of a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Claims {
    pub subject: String,
    /// When they proved there who they are.
    pub proven_at: Option<Timestamp>,
    /// The session there.
    pub sid: Option<String>,
    /// The address, if the provider vouches for it.
    pub verified: Option<EmailAddress>,
    pub first_name: String,
    pub last_name: String,
    pub groups: Vec<String>,
}

/// Reads claims; nothing when there is no subject.
pub(super) fn read(claims: &Map<String, Value>, groups_claim: &str) -> Option<Claims> {
    let text = |name: &str| claims.get(name).and_then(Value::as_str).map(str::trim);
    let subject = claims.get("sub").and_then(Value::as_str);
    let subject = subject.filter(|sub| !sub.is_empty() && sub.len() <= 255)?;
    // A text "true" is not the truth: providers that write it have been fooled before.
    let vouched = claims.get("email_verified") == Some(&Value::Bool(true));
    let email = text("email").and_then(|email| EmailAddress::parse(email).ok());
    let name = text("name").unwrap_or_default();
    let (first, last) = name.split_once(' ').unwrap_or((name, ""));
    let or = |given: Option<&str>, other: &str| {
        given
            .filter(|given| !given.is_empty())
            .unwrap_or(other)
            .to_owned()
    };
    let sid = claims.get("sid").and_then(Value::as_str);
    Some(Claims {
        subject: subject.to_owned(),
        proven_at: instant(claims, "auth_time"),
        sid: sid.filter(|sid| sid.len() <= 255).map(str::to_owned),
        verified: email.filter(|_| vouched),
        first_name: or(text("given_name"), first),
        last_name: or(text("family_name"), last.trim()),
        groups: groups(claims.get(groups_claim)),
    })
}

/// A claim that counts seconds since 1970, perhaps with a fraction.
fn instant(claims: &Map<String, Value>, name: &str) -> Option<Timestamp> {
    let claim = claims.get(name)?;
    let seconds = claim.as_i64().or_else(|| Some(claim.as_f64()? as i64))?;
    Some(Timestamp::from_millis(seconds.saturating_mul(1000)))
}

fn groups(claim: Option<&Value>) -> Vec<String> {
    match claim {
        Some(Value::String(group)) => vec![group.clone()],
        Some(Value::Array(groups)) => {
            let names = groups.iter().filter_map(Value::as_str).map(str::to_owned);
            names.take(MOST_GROUPS).collect()
        }
        _ => Vec::new(),
    }
}

/// Whose session ended at the provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct LoggedOut {
    pub subject: Option<String>,
    pub sid: Option<String>,
    /// Tells this token from every other.
    pub jti: String,
}

/// Reads a logout token's claims (Back-Channel Logout 1.0, section 2.6).
pub(super) fn read_logout(
    claims: &Map<String, Value>,
    (issuer, client_id): (&str, &str),
    now: Timestamp,
) -> Result<LoggedOut, &'static str> {
    let text = |name: &str| claims.get(name).and_then(Value::as_str);
    let owned = |name: &str| {
        let text = text(name).filter(|text| !text.is_empty() && text.len() <= 255);
        text.map(str::to_owned)
    };
    if text("iss") != Some(issuer) {
        return Err("issuer");
    }
    let is_us = |audience: &Value| audience == client_id;
    let audience = match claims.get("aud") {
        Some(Value::Array(all)) => !all.is_empty() && all.iter().all(is_us),
        Some(one) => is_us(one),
        None => false,
    };
    if !audience {
        return Err("audience");
    }
    let at = |name: &str| instant(claims, name).ok_or("time");
    let (issued, expires) = (at("iat")?, at("exp")?);
    if issued > now + SKEW || issued + LOGOUT_AGE < now || expires + SKEW <= now {
        return Err("time");
    }
    if claims.contains_key("nonce") {
        return Err("a nonce, which only identity tokens have");
    }
    let events = claims.get("events").and_then(Value::as_object);
    if !events
        .and_then(|all| all.get(LOGOUT))
        .is_some_and(Value::is_object)
    {
        return Err("event");
    }
    let (subject, sid) = (owned("sub"), owned("sid"));
    if subject.is_none() && sid.is_none() {
        return Err("neither a subject nor a session");
    }
    Ok(LoggedOut {
        subject,
        sid,
        jti: owned("jti").ok_or("no identifier")?,
    })
}

/// Until when a logout token that was used has to be remembered.
pub(super) fn remembered_until(now: Timestamp) -> Timestamp {
    now + LOGOUT_AGE + SKEW + SKEW
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use serde_json::json;

    use super::*;

    type Change = Box<dyn Fn(&mut Value)>;

    fn map(value: Value) -> Map<String, Value> {
        serde_json::from_value(value).expect("an object")
    }

    #[test]
    fn an_address_counts_when_the_provider_vouches_for_it_in_so_many_words() {
        let verified = |claim: Value| {
            let claims = json!({ "sub": "7", "email": "Noor@x.example", "email_verified": claim });
            read(&map(claims), "groups")
                .expect("claims")
                .verified
                .is_some()
        };
        assert!(verified(json!(true)));
        for not in [
            json!("true"),
            json!(1),
            json!(false),
            json!(null),
            json!([true]),
        ] {
            assert!(!verified(not.clone()), "{not}");
        }
        let unsaid = map(json!({ "sub": "7", "email": "noor@x.example" }));
        assert_eq!(read(&unsaid, "groups").expect("claims").verified, None);
        assert_eq!(read(&map(json!({ "sub": "" })), "groups"), None);
    }

    #[test]
    fn names_and_groups_come_in_several_forms() {
        let of = |claims: Value| {
            let read = read(&map(claims), "roles").expect("claims");
            (read.first_name, read.last_name, read.groups)
        };
        let owned = |a: &str, b: &str, groups: &[&str]| {
            let groups = groups.iter().map(|&g| g.to_owned()).collect();
            (a.to_owned(), b.to_owned(), groups)
        };
        assert_eq!(
            of(
                json!({ "sub": "7", "given_name": "Noor", "family_name": "El Ito", "roles": ["a", 1, "b"] })
            ),
            owned("Noor", "El Ito", &["a", "b"])
        );
        assert_eq!(
            of(json!({ "sub": "7", "name": "Noor van Ito", "roles": "a" })),
            owned("Noor", "van Ito", &["a"])
        );
        assert_eq!(
            of(json!({ "sub": "7", "roles": { "a": true } })),
            owned("", "", &[])
        );
    }

    #[test]
    fn a_logout_token_says_exactly_what_the_standard_wants() {
        let now = Timestamp::from_millis(1_772_442_000_000);
        let good = json!({
            "iss": "https://id.example",
            "aud": "vault",
            "iat": now.seconds(),
            "exp": now.seconds() + 120,
            "jti": "1",
            "sub": "7",
            "events": { LOGOUT: {} },
        });
        let with = |change: &dyn Fn(&mut Value), at: Timestamp| {
            let mut claims = good.clone();
            change(&mut claims);
            read_logout(&map(claims), ("https://id.example", "vault"), at)
        };
        assert!(with(&|_| (), now).is_ok());
        assert!(with(&|c| c["aud"] = json!(["vault"]), now).is_ok());
        assert!(
            with(&|_| (), now + Duration::from_secs(170)).is_ok(),
            "a minute of skew"
        );
        let set = |name: &'static str, value: Value| {
            move |claims: &mut Value| claims[name] = value.clone()
        };
        let bad: [(Change, &str); 12] = [
            (
                Box::new(set("iss", json!("https://other.example"))),
                "issuer",
            ),
            (Box::new(set("aud", json!("other"))), "audience"),
            (Box::new(set("aud", json!(["vault", "other"]))), "audience"),
            (Box::new(set("aud", json!([]))), "audience"),
            (Box::new(set("iat", json!(null))), "time"),
            (Box::new(set("exp", json!(null))), "time"),
            (Box::new(set("iat", json!(now.seconds() + 61))), "time"),
            (Box::new(set("exp", json!(now.seconds() - 60))), "time"),
            (
                Box::new(set("nonce", json!("n"))),
                "a nonce, which only identity tokens have",
            ),
            (Box::new(set("events", json!({}))), "event"),
            (
                Box::new(set("sub", json!(null))),
                "neither a subject nor a session",
            ),
            (Box::new(set("jti", json!(null))), "no identifier"),
        ];
        for (change, why) in &bad {
            assert_eq!(with(change.as_ref(), now), Err(*why));
        }
    }
}
