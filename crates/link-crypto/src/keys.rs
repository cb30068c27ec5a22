//! What a link's secret gives: HKDF-SHA-256 (RFC 5869), and PBKDF2 (RFC 8018) for a passphrase.

use std::{fmt, num::NonZeroU32};

use aws_lc_rs::{digest, hkdf, pbkdf2};
use unicode_normalization::UnicodeNormalization;
use zeroize::Zeroizing;

use crate::{Error, LABEL, LinkSecret};

/// How often PBKDF2-HMAC-SHA-256 is iterated over a passphrase. (The `unwrap` is the compiler's:
/// a zero would not build.)
pub const PBKDF2_ITERATIONS: NonZeroU32 = NonZeroU32::new(600_000).unwrap();

/// What is derived from a link's secret, with or without a passphrase.
///
/// Wiped from memory when dropped; `Debug` shows nothing of it.
#[derive(Clone)]
pub struct Keys {
    lid: Zeroizing<[u8; 16]>,
    auth: Zeroizing<[u8; 32]>,
    enc: Zeroizing<[u8; 32]>,
    commit: [u8; 32],
}

impl Keys {
    /// Finds the link's row; 16 bytes. Not secret from the server, but never shown to members.
    pub fn lid(&self) -> &[u8; 16] {
        &self.lid
    }

    /// Proves possession of the link (and of its passphrase) to the server; 32 bytes.
    pub fn auth(&self) -> &[u8; 32] {
        &self.auth
    }

    /// The key commitment, 32 bytes: public, stored beside the ciphertext. AES-GCM alone lets one
    /// ciphertext open under two keys; with this compared first, it can't.
    pub fn commit(&self) -> &[u8; 32] {
        &self.commit
    }

    /// The AES-256-GCM key, for exactly one message; 32 bytes. It never leaves this crate.
    pub(crate) fn enc(&self) -> &[u8; 32] {
        &self.enc
    }
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Keys(…)")
    }
}

/// Derives the keys of a link without a passphrase: HKDF over the secret with the salt
/// [`LABEL`] and the infos `lid`, `auth`, `enc`, `commit`.
///
/// # Errors
/// [`Error::Primitive`] only.
pub fn derive(secret: &LinkSecret) -> Result<Keys, Error> {
    let own = extract(secret.expose());
    Ok(Keys {
        lid: expand(&own, "lid")?,
        auth: expand(&own, "auth")?,
        enc: expand(&own, "enc")?,
        commit: *expand(&own, "commit")?,
    })
}

/// Derives the keys of a link with a passphrase. `lid` stays the link's own; the others come from
/// HKDF over the secret and the stretched passphrase, with the infos `auth+pass`, `enc+pass` and
/// `commit+pass`, so that neither is of use without the other.
///
/// The passphrase is brought to Unicode NFC first, because keyboards differ in how they write "é";
/// nothing is trimmed. `salt` is the 16 bytes the server keeps for the link. This takes a good part
/// of a second on purpose: don't call it on an async thread.
///
/// # Errors
/// [`Error::Primitive`] only: a wrong passphrase gives keys that don't fit.
pub fn derive_with_passphrase(
    secret: &LinkSecret,
    passphrase: &str,
    salt: &[u8; 16],
) -> Result<Keys, Error> {
    // Room for the longest NFC (three times the bytes), so that no copy is left behind by growing.
    let mut typed = Zeroizing::new(String::with_capacity(passphrase.len() * 3));
    typed.extend(passphrase.nfc());

    let mut both = Zeroizing::new([0; 64]);
    let (first, second) = both.split_at_mut(32);
    first.copy_from_slice(secret.expose());
    pbkdf2::derive(
        pbkdf2::PBKDF2_HMAC_SHA256,
        PBKDF2_ITERATIONS,
        salt,
        typed.as_bytes(),
        second,
    );

    let joined = extract(both.as_slice());
    Ok(Keys {
        lid: expand(&extract(secret.expose()), "lid")?,
        auth: expand(&joined, "auth+pass")?,
        enc: expand(&joined, "enc+pass")?,
        commit: *expand(&joined, "commit+pass")?,
    })
}

/// What the server stores to check an `auth` against: its SHA-256 (`v0`, or `v1` for that of the
/// passphrase). `auth` is 32 uniform bytes, so a slow hash would add nothing.
pub fn proof(auth: &[u8]) -> [u8; 32] {
    let mut out = [0; 32];
    out.copy_from_slice(digest::digest(&digest::SHA256, auth).as_ref());
    out
}

fn extract(input: &[u8]) -> hkdf::Prk {
    hkdf::Salt::new(hkdf::HKDF_SHA256, LABEL.as_bytes()).extract(input)
}

fn expand<const N: usize>(key: &hkdf::Prk, info: &str) -> Result<Zeroizing<[u8; N]>, Error> {
    struct Length(usize);
    impl hkdf::KeyType for Length {
        fn len(&self) -> usize {
            self.0
        }
    }

    let mut out = Zeroizing::new([0; N]);
    key.expand(&[info.as_bytes()], Length(N))?
        .fill(out.as_mut_slice())?;
    Ok(out)
}
