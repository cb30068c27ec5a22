//! What of an item goes into a public link.

use guestpass_api_types::{items::ItemKind, links::GuestPayload, secret::SecretText};
use guestpass_link_crypto::MAX_PLAINTEXT;

use super::{model::Content, seal::Length};
use crate::base::id::ItemId;

pub(super) fn fits_link(payload: &GuestPayload) -> bool {
    let mut length = Length(0);
    serde_json::to_writer(&mut length, payload).is_ok() && length.0 <= MAX_PLAINTEXT
}

/// What the recipient gets to see: never the notes, which are the team's own.
pub(super) fn payload(item: ItemId, content: &Content) -> GuestPayload {
    let Content {
        kind,
        summary,
        secret,
    } = content;
    let account = *kind == ItemKind::Account;
    let otpauth = secret
        .mfa
        .as_ref()
        .map(|mfa| mfa.address(issuer(content), &summary.username));
    GuestPayload {
        name: summary.name.clone(),
        app: summary.app.clone(),
        website: summary.website.clone(),
        username: SecretText::new(summary.username.clone()),
        password: if account {
            secret.password.clone()
        } else {
            SecretText::default()
        },
        otpauth: otpauth.unwrap_or_default(),
        body: if account {
            SecretText::default()
        } else {
            secret.body.clone()
        },
        hue: hue(&item.to_string()),
    }
}

/// What an authenticator app calls the account when its key doesn't say.
pub(super) fn issuer(content: &Content) -> &str {
    let Content { summary, .. } = content;
    if summary.app.is_empty() {
        &summary.name
    } else {
        &summary.app
    }
}

/// The hue of an item's monogram, one of twelve; the pages compute the same from the id (FNV-1a,
/// then the finishing steps of MurmurHash3, in `monogram.ts`; the hues are in `base.css`).
fn hue(id: &str) -> u16 {
    let hash = id.bytes().fold(2_166_136_261_u32, |hash, byte| {
        (hash ^ u32::from(byte)).wrapping_mul(16_777_619)
    });
    let hash = (hash ^ (hash >> 16)).wrapping_mul(2_246_822_507);
    let hash = (hash ^ (hash >> 13)).wrapping_mul(3_266_489_909);
    let step = (hash ^ (hash >> 16)) % 12;
    u16::try_from(10 + step * 30).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_payload_fits_up_to_the_last_byte_of_its_json() {
        let with = |body: String| GuestPayload {
            name: "n".to_owned(),
            app: String::new(),
            website: String::new(),
            username: SecretText::default(),
            password: SecretText::default(),
            otpauth: SecretText::default(),
            body: SecretText::new(body),
            hue: 0,
        };
        let room = MAX_PLAINTEXT - serde_json::to_vec(&with(String::new())).unwrap().len();
        assert!(fits_link(&with("x".repeat(room))));
        assert!(!fits_link(&with("x".repeat(room + 1))));
        assert!(!fits_link(&with("🦊".repeat(45_000))));
        assert!(!fits_link(&with("\u{1}".repeat(45_000))), "JSON escapes it");
        assert!(fits_link(&with("é".repeat(32_000))));
    }

    /// From `monogram.ts`.
    const HUES: [(&str, u16); 4] = [
        ("itm_0198c0de", 6),
        ("itm_018f3a5b7c9d7e8fa0b1c2d3e4f50617", 7),
        ("itm_018f3a5b7c9d7e8fa0b1c2d3e4f50618", 0),
        ("itm_018f3a5b7c9d7e8fa0b1c2d3e4f50619", 0),
    ];

    #[test]
    fn the_hue_is_the_one_the_pages_compute() {
        for (id, step) in HUES {
            assert_eq!(hue(id), 10 + step * 30, "{id}");
        }
    }
}
