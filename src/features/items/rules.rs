//! What an item may hold, and when it can be shared. No database; the clock is passed in.

use guestpass_api_types::{
    items::{ItemChange, ItemKind, ItemRole, NewItem, OneTimeCode, ShareRefusal},
    secret::SecretText,
};
use unicode_normalization::UnicodeNormalization;
use url::Url;

use super::{
    model::{Content, Secret, Summary},
    otpauth::{MfaFault, MfaKey},
};
use crate::base::{clock::Timestamp, text::is_disruptive};

const NAME: usize = 200;
const APP: usize = 200;
const USERNAME: usize = 255;
const WEBSITE: usize = 2_000;
const PASSWORD: usize = 1_000;
const NOTES: usize = 10_000;
const BODY: usize = 45_000;

/// A value that can't be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Invalid {
    /// The field of the request.
    pub field: &'static str,
    /// What is wrong.
    pub fault: Fault,
}

/// What is wrong with a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Nothing but spaces where something is needed.
    Empty,
    /// More than this many characters.
    TooLong(usize),
    /// Characters that break a line or turn the direction of the text.
    Characters,
    /// No http or https address.
    NotWebsite,
    /// An address with a name or password in it, which makes it look like somewhere else.
    Userinfo,
    /// Items of this kind have no such field.
    NotOf(ItemKind),
    /// No usable MFA key.
    Mfa(MfaFault),
}

/// The fields of a request; what is `None` stays as it is.
#[derive(Default)]
struct Given<'a> {
    name: Option<&'a str>,
    username: Option<&'a str>,
    website: Option<&'a str>,
    app: Option<&'a str>,
    password: Option<&'a SecretText>,
    mfa: Option<&'a SecretText>,
    notes: Option<&'a SecretText>,
    body: Option<&'a SecretText>,
}

/// The content of a new item.
pub(super) fn new_content(new: &NewItem) -> Result<Content, Vec<Invalid>> {
    let empty = Content {
        kind: new.kind,
        summary: Summary::default(),
        secret: Secret::default(),
    };
    let given = Given {
        name: Some(&new.name),
        username: Some(&new.username),
        website: Some(&new.website),
        app: Some(&new.app),
        password: Some(&new.password),
        mfa: Some(&new.mfa),
        notes: Some(&new.notes),
        body: Some(&new.body),
    };
    fill(empty, &given)
}

/// The content of an item after a change. What the change leaves out stays.
pub(super) fn changed_content(
    current: Content,
    change: &ItemChange,
) -> Result<Content, Vec<Invalid>> {
    let given = Given {
        name: change.name.as_deref(),
        username: change.username.as_deref(),
        website: change.website.as_deref(),
        app: change.app.as_deref(),
        password: change.password.as_ref(),
        mfa: change.mfa.as_ref(),
        notes: change.notes.as_ref(),
        body: change.body.as_ref(),
    };
    fill(current, &given)
}

/// Checks a key before it is saved: its current code, or what is wrong with it.
///
/// # Errors
/// The fault of the field `mfa`.
pub fn check_mfa(mfa: &SecretText, now: Timestamp) -> Result<OneTimeCode, Invalid> {
    MfaKey::parse(mfa)
        .and_then(|key| key.code_at(now))
        .map_err(|fault| Invalid {
            field: "mfa",
            fault: Fault::Mfa(fault),
        })
}

/// Why an item can't be shared by a public link, or nothing when it can.
pub(super) fn share_refusal(
    kind: ItemKind,
    role: ItemRole,
    summary: &Summary,
    attachments: i64,
) -> Option<ShareRefusal> {
    if role != ItemRole::Owner {
        Some(ShareRefusal::NotOwner)
    } else if kind == ItemKind::Account {
        None
    } else if attachments > 0 {
        Some(ShareRefusal::HasAttachments)
    } else if !summary.has_secret {
        Some(ShareRefusal::NoBody)
    } else {
        None
    }
}

/// Collects what is wrong, so that a form can show all of it at once.
#[derive(Default)]
struct Faults(Vec<Invalid>);

impl Faults {
    /// Sets `place` to what was made of the field, or keeps the fault.
    fn set<T>(&mut self, field: &'static str, place: &mut T, made: Option<Result<T, Fault>>) {
        match made {
            None => {}
            Some(Ok(value)) => *place = value,
            Some(Err(fault)) => self.0.push(Invalid { field, fault }),
        }
    }
}

fn fill(mut content: Content, given: &Given<'_>) -> Result<Content, Vec<Invalid>> {
    let mut faults = Faults::default();
    let kind = content.kind;
    let Content {
        summary, secret, ..
    } = &mut content;
    faults.set("name", &mut summary.name, given.name.map(name));
    // What the other kind has may be sent along empty.
    let account = |empty: bool| {
        if kind == ItemKind::Account || empty {
            Ok(())
        } else {
            Err(Fault::NotOf(kind))
        }
    };
    let text = |value: &&str| account(value.trim().is_empty());
    let hidden = |value: &&SecretText| account(value.is_empty());
    faults.set(
        "username",
        &mut summary.username,
        given
            .username
            .map(|v| text(&v).and_then(|()| line(v, USERNAME))),
    );
    faults.set(
        "website",
        &mut summary.website,
        given.website.map(|v| text(&v).and_then(|()| website(v))),
    );
    faults.set(
        "app",
        &mut summary.app,
        given
            .app
            .map(|v| text(&v).and_then(|()| line(&nfc(v), APP))),
    );
    faults.set(
        "password",
        &mut secret.password,
        given
            .password
            .map(|v| hidden(&v).and_then(|()| within(v, PASSWORD))),
    );
    faults.set(
        "mfa",
        &mut secret.mfa,
        given.mfa.map(|v| hidden(&v).and_then(|()| mfa(v))),
    );
    faults.set(
        "notes",
        &mut secret.notes,
        given
            .notes
            .map(|v| hidden(&v).and_then(|()| within(v, NOTES))),
    );
    faults.set("body", &mut secret.body, given.body.map(|v| body(kind, v)));
    if !faults.0.is_empty() {
        return Err(faults.0);
    }
    summary.has_mfa = secret.mfa.is_some();
    summary.has_secret = match kind {
        ItemKind::Account => !secret.password.is_empty(),
        ItemKind::Secret => !secret.body.is_empty(),
    };
    Ok(content)
}

fn nfc(text: &str) -> String {
    text.nfc().collect()
}

fn name(text: &str) -> Result<String, Fault> {
    let name = line(&nfc(text), NAME)?;
    if name.is_empty() {
        Err(Fault::Empty)
    } else {
        Ok(name)
    }
}

/// One line of text, without the spaces around it.
fn line(text: &str, longest: usize) -> Result<String, Fault> {
    let text = text.trim();
    if text.chars().any(is_disruptive) {
        Err(Fault::Characters)
    } else if text.chars().count() > longest {
        Err(Fault::TooLong(longest))
    } else {
        Ok(text.to_owned())
    }
}

/// Any text, kept to the letter: line breaks in a body, odd characters in a password.
fn within(text: &SecretText, longest: usize) -> Result<SecretText, Fault> {
    if text.expose().chars().count() > longest {
        Err(Fault::TooLong(longest))
    } else {
        Ok(text.clone())
    }
}

fn body(kind: ItemKind, text: &SecretText) -> Result<SecretText, Fault> {
    if kind == ItemKind::Account && !text.is_empty() {
        return Err(Fault::NotOf(kind));
    }
    within(text, BODY)
}

fn mfa(text: &SecretText) -> Result<Option<MfaKey>, Fault> {
    if text.expose().trim().is_empty() {
        return Ok(None);
    }
    MfaKey::parse(text).map(Some).map_err(Fault::Mfa)
}

/// An http or https address in its one usual spelling; a bare host gets `https://`.
fn website(text: &str) -> Result<String, Fault> {
    let text = line(text, WEBSITE)?;
    if text.is_empty() {
        return Ok(text);
    }
    // A URL parser drops and escapes spaces; nobody's address has any.
    if text.contains(char::is_whitespace) {
        return Err(Fault::NotWebsite);
    }
    let scheme = ["http://", "https://"].iter().any(|scheme| {
        text.get(..scheme.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(scheme))
    });
    let url = if scheme {
        Url::parse(&text).ok()
    } else if is_bare_host(&text) {
        Url::parse(&format!("https://{text}")).ok()
    } else {
        None
    };
    let url = url.filter(Url::has_host).ok_or(Fault::NotWebsite)?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err(Fault::Userinfo);
    }
    let mut address = url.to_string();
    // The parser's own: `https://example.com` has a path of `/`.
    if url.path() == "/" && address.ends_with('/') && !text.ends_with('/') {
        address.pop();
    }
    line(&address, WEBSITE)
}

/// Whether a text without a scheme starts with a host name, perhaps with a port.
fn is_bare_host(text: &str) -> bool {
    let authority = text.split(['/', '?', '#']).next().unwrap_or_default();
    let (host, port) = authority.split_once(':').unwrap_or((authority, "0"));
    let named = host == "localhost" || (host.contains('.') && !host.starts_with('.'));
    named
        && !port.is_empty()
        && port.bytes().all(|byte| byte.is_ascii_digit())
        && host
            .chars()
            .all(|c| c.is_alphanumeric() || matches!(c, '.' | '-' | '_'))
}

#[cfg(test)]
mod tests;
