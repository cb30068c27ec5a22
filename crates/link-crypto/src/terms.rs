//! What a ciphertext is bound to: the terms that were promised when the link was made.

use crate::{Error, Keys, LABEL, keys::proof};

/// The length of the additional data, in bytes.
pub const AAD_LEN: usize = 116;

/// The largest whole number that a browser counts exactly (ECMA-262, `Number.MAX_SAFE_INTEGER`).
const MAX_TIME: i64 = (1 << 53) - 1;

/// What a link shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A login: username, password, MFA key.
    Account,
    /// A text.
    Secret,
}

impl Kind {
    fn byte(self) -> u8 {
        match self {
            Self::Account => 1,
            Self::Secret => 2,
        }
    }
}

/// The bits of a link's flags. Any other bit is refused.
pub mod flags {
    /// The link can be viewed once.
    pub const ONE_TIME: u8 = 1;
    /// The keys also need a passphrase.
    pub const PASSPHRASE: u8 = 2;
    /// The recipient gets MFA codes, not the key.
    pub const MFA_CODES_ONLY: u8 = 4;

    pub(crate) const ALL: u8 = ONE_TIME | PASSPHRASE | MFA_CODES_ONLY;
}

/// The terms of a link. The ciphertext is bound to them, so that nobody can move an expiry or flip
/// a flag without the recipient's browser refusing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Terms<'a> {
    kind: Kind,
    flags: u8,
    created_at: u64,
    expires_at: u64,
    origin: &'a str,
}

impl<'a> Terms<'a> {
    /// Collects the terms. Both times are seconds since the Unix epoch. `origin` is the public
    /// origin as a browser writes it (RFC 6454, section 6.2): lower case, no trailing slash, no
    /// default port, e.g. `https://vault.example`.
    ///
    /// # Errors
    /// [`Error::Terms`] for an unknown flag, a time before 1970, or one past 2^53 - 1.
    pub fn new(
        kind: Kind,
        flags: u8,
        created_at: i64,
        expires_at: i64,
        origin: &'a str,
    ) -> Result<Self, Error> {
        if flags & !flags::ALL != 0 {
            return Err(Error::Terms);
        }
        let (created_at, expires_at) = (seconds(created_at)?, seconds(expires_at)?);
        Ok(Self {
            kind,
            flags,
            created_at,
            expires_at,
            origin,
        })
    }

    /// The additional data (RFC 5116, section 2.1): label, zero byte, `lid` (16), kind (1),
    /// flags (1), both times (big-endian, 8 each), SHA-256 of the origin (32), commitment (32).
    /// Fixed binary, because two spellings of one JSON would be two bindings.
    pub fn aad(&self, keys: &Keys) -> [u8; AAD_LEN] {
        let mut aad = [0; AAD_LEN];
        let mut rest = aad.as_mut_slice();
        let parts: [&[u8]; 8] = [
            LABEL.as_bytes(),
            &[0],
            keys.lid(),
            &[self.kind.byte(), self.flags],
            &self.created_at.to_be_bytes(),
            &self.expires_at.to_be_bytes(),
            &proof(self.origin.as_bytes()),
            keys.commit(),
        ];
        for part in parts {
            let (here, next) = rest.split_at_mut(part.len());
            here.copy_from_slice(part);
            rest = next;
        }
        aad
    }
}

fn seconds(time: i64) -> Result<u64, Error> {
    if time > MAX_TIME {
        return Err(Error::Terms);
    }
    u64::try_from(time).map_err(|_| Error::Terms)
}

// The parts fill the additional data exactly, or `split_at_mut` would panic or leave zeros.
const _: () = assert!(LABEL.len() + 1 + 16 + 2 + 8 + 8 + 32 + 32 == AAD_LEN);
