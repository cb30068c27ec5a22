//! MFA keys: reading what services hand out, and the codes they give (RFC 6238).

use guestpass_api_types::{items::OneTimeCode, secret::SecretText};
use serde::{Deserialize, Serialize};
use totp_rs::{Algorithm, Builder, Secret};
use url::{Url, form_urlencoded};

use crate::base::clock::Timestamp;

/// Keys of 80 bits are common, though RFC 4226 (section 4) asks for 128. Less than 80 is half
/// of a key that somebody didn't copy whole.
const LEAST_BYTES: usize = 10;
const MOST_BYTES: usize = 128;
/// The longest address taken or given, in characters.
const MOST_CHARS: usize = 2_000;
/// How much of a name goes into an address that has none of its own.
const NAME_CHARS: usize = 60;
const SCHEME: &str = "otpauth://totp/";

/// The hash of a key, as the address names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
enum Hash {
    #[serde(rename = "SHA1")]
    Sha1,
    #[serde(rename = "SHA256")]
    Sha256,
    #[serde(rename = "SHA512")]
    Sha512,
}

/// A key for time-based codes, with everything that decides them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MfaKey {
    /// Base32 (RFC 4648, section 6), upper case, without padding.
    key: SecretText,
    hash: Hash,
    digits: u8,
    period: u32,
    issuer: String,
    account: String,
    /// The address as it was given, where it was one in the form every app reads.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    address: Option<SecretText>,
}

/// Why a text is no MFA key we can use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MfaFault {
    /// An address that isn't `otpauth://…`.
    #[error("not an otpauth address")]
    NotOtpauth,
    /// `otpauth://hotp/…`: codes that count instead of following the clock.
    #[error("counter-based")]
    CounterBased,
    /// The address names no key.
    #[error("no key")]
    NoKey,
    /// The key has characters that base32 doesn't know, or an impossible length.
    #[error("not base32")]
    NotBase32,
    /// Less than 16 characters.
    #[error("too short")]
    TooShort,
    /// Longer than any service's.
    #[error("too long")]
    TooLong,
    /// A hash other than SHA1, SHA256, SHA512.
    #[error("unknown hash")]
    UnknownHash,
    /// Not 6 to 8 digits.
    #[error("digits")]
    Digits,
    /// Not 1 to 3,600 seconds.
    #[error("period")]
    Period,
}

impl MfaKey {
    /// Reads an `otpauth://totp/…` address, or a bare base32 key in any case, with spaces, dashes
    /// or padding; a bare key means SHA1, 6 digits, 30 seconds.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(text: &SecretText) -> Result<Self, MfaFault> {
        let text = text.expose().trim();
        if text.chars().count() > MOST_CHARS {
            return Err(MfaFault::TooLong);
        }
        if text.contains(':') {
            return Self::from_address(text);
        }
        Ok(Self {
            key: canonical_key(text)?,
            hash: Hash::Sha1,
            digits: 6,
            period: 30,
            issuer: String::new(),
            account: String::new(),
            address: None,
        })
    }

    fn from_address(text: &str) -> Result<Self, MfaFault> {
        let url = Url::parse(text).map_err(|_| MfaFault::NotOtpauth)?;
        if url.scheme() != "otpauth" {
            return Err(MfaFault::NotOtpauth);
        }
        match url.host_str().map(str::to_ascii_lowercase).as_deref() {
            Some("totp") => {}
            Some("hotp") => return Err(MfaFault::CounterBased),
            _ => return Err(MfaFault::NotOtpauth),
        }
        let given = |name: &str| {
            url.query_pairs()
                .find(|(key, _)| key == name)
                .map(|(_, value)| value.into_owned())
        };
        let (label_issuer, account) = label(url.path());
        let secret = SecretText::new(given("secret").ok_or(MfaFault::NoKey)?);
        let key = canonical_key(secret.expose())?;
        let mut parsed = Self {
            hash: hash(given("algorithm"))?,
            digits: number(given("digits"), 6, 6..=8).ok_or(MfaFault::Digits)?,
            period: number(given("period"), 30, 1..=3_600).ok_or(MfaFault::Period)?,
            issuer: given("issuer")
                .filter(|issuer| !issuer.is_empty())
                .unwrap_or(label_issuer),
            account,
            address: None,
            key,
        };
        let plain = text.starts_with(SCHEME) && text.bytes().all(|byte| byte.is_ascii_graphic());
        if plain && secret == parsed.key {
            parsed.address = Some(SecretText::new(text));
        } else if parsed.address("", "").expose().chars().count() > MOST_CHARS {
            return Err(MfaFault::TooLong);
        }
        Ok(parsed)
    }

    /// The bare key, for typing it.
    pub fn key(&self) -> &SecretText {
        &self.key
    }

    /// The address for an authenticator app. What the key doesn't say itself, it is told: `issuer`
    /// and `account` name the entry in the app.
    pub fn address(&self, issuer: &str, account: &str) -> SecretText {
        if let Some(address) = &self.address {
            return address.clone();
        }
        let or = |own: &str, told: &str| {
            if own.is_empty() {
                told.chars().take(NAME_CHARS).collect()
            } else {
                own.to_owned()
            }
        };
        // A colon separates the two in the label, so neither may hold one.
        let issuer = encode(&or(&self.issuer, issuer).replace(':', " "));
        let account = encode(&or(&self.account, account).replace(':', " "));
        let mut text = SCHEME.to_owned();
        if !issuer.is_empty() {
            text.push_str(&format!("{issuer}:"));
        }
        text.push_str(&format!("{account}?secret={}", self.key.expose()));
        if !issuer.is_empty() {
            text.push_str(&format!("&issuer={issuer}"));
        }
        match self.hash {
            Hash::Sha1 => {}
            Hash::Sha256 => text.push_str("&algorithm=SHA256"),
            Hash::Sha512 => text.push_str("&algorithm=SHA512"),
        }
        if self.digits != 6 {
            text.push_str(&format!("&digits={}", self.digits));
        }
        if self.period != 30 {
            text.push_str(&format!("&period={}", self.period));
        }
        SecretText::new(text)
    }

    /// The code at `now` (RFC 6238, section 4), and how long it lasts.
    ///
    /// # Errors
    /// [`MfaFault::NotBase32`] when the key isn't one; those made by [`MfaKey::parse`] are.
    pub fn code_at(&self, now: Timestamp) -> Result<OneTimeCode, MfaFault> {
        let secret = Secret::try_from_base32(self.key.expose()).map_err(|_| MfaFault::NotBase32)?;
        let totp = Builder::new()
            .with_algorithm(match self.hash {
                Hash::Sha1 => Algorithm::SHA1,
                Hash::Sha256 => Algorithm::SHA256,
                Hash::Sha512 => Algorithm::SHA512,
            })
            .with_digits(self.digits)
            .with_step_duration(u64::from(self.period))
            .with_secret(secret)
            .build_noncompliant();
        let seconds = u64::try_from(now.seconds()).unwrap_or(0);
        let period_ms = i64::from(self.period) * 1000;
        Ok(OneTimeCode {
            code: SecretText::new(totp.generate(seconds).to_string()),
            remaining_ms: period_ms - now.millis().rem_euclid(period_ms),
            period_ms,
        })
    }
}

fn canonical_key(text: &str) -> Result<SecretText, MfaFault> {
    let mut key = String::with_capacity(text.len());
    for c in text
        .trim_end_matches(|c: char| c == '=' || c.is_whitespace())
        .chars()
    {
        match c.to_ascii_uppercase() {
            c @ ('A'..='Z' | '2'..='7') => key.push(c),
            '-' => {}
            c if c.is_whitespace() => {}
            _ => return Err(MfaFault::NotBase32),
        }
    }
    let key = SecretText::new(key);
    let length = key.expose().len();
    // Five bits a character: these lengths leave part of a byte over.
    let impossible = matches!(length % 8, 1 | 3 | 6);
    match length * 5 / 8 {
        0 => Err(if length == 0 {
            MfaFault::NoKey
        } else {
            MfaFault::TooShort
        }),
        bytes if bytes < LEAST_BYTES => Err(MfaFault::TooShort),
        bytes if bytes > MOST_BYTES => Err(MfaFault::TooLong),
        _ if impossible => Err(MfaFault::NotBase32),
        _ => Ok(key),
    }
}

/// Issuer and account of a label such as `Issuer:account`, percent-encoded.
fn label(path: &str) -> (String, String) {
    // Decoded as a form's value would be, where a plus must stay one.
    let escaped = path
        .trim_start_matches('/')
        .replace('+', "%2B")
        .replace('&', "%26");
    let pair = format!("l={escaped}");
    let text = form_urlencoded::parse(pair.as_bytes())
        .next()
        .map(|(_, value)| value.into_owned())
        .unwrap_or_default();
    match text.split_once(':') {
        Some((issuer, account)) => (issuer.trim().to_owned(), account.trim().to_owned()),
        None => (String::new(), text.trim().to_owned()),
    }
}

fn hash(given: Option<String>) -> Result<Hash, MfaFault> {
    match given
        .unwrap_or_default()
        .to_ascii_uppercase()
        .replace(['-', '_'], "")
        .as_str()
    {
        "" | "SHA1" | "HMACSHA1" => Ok(Hash::Sha1),
        "SHA256" | "HMACSHA256" => Ok(Hash::Sha256),
        "SHA512" | "HMACSHA512" => Ok(Hash::Sha512),
        _ => Err(MfaFault::UnknownHash),
    }
}

fn number<T: std::str::FromStr + PartialOrd>(
    given: Option<String>,
    default: T,
    range: std::ops::RangeInclusive<T>,
) -> Option<T> {
    let Some(text) = given else {
        return Some(default);
    };
    text.trim()
        .parse()
        .ok()
        .filter(|value| range.contains(value))
}

/// Percent-encodes all but the unreserved characters (RFC 3986, section 2.3).
fn encode(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                encoded.push(char::from(byte));
            }
            _ => encoded.push_str(&format!("%{byte:02X}")),
        }
    }
    encoded
}

#[cfg(test)]
mod tests;
