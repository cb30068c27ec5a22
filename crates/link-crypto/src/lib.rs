//! The sealed-link format, version 1: how a public link's secret becomes keys, and how a payload is
//! sealed under them so that whoever runs, copies or watches the server can't read it.
//!
//! There is no I/O here and no randomness: the caller draws secrets, salts and IVs. The browser has
//! the same in `web/src/shared/link-crypto.ts`; both are held to `vectors/v1.json`, which a third,
//! independent implementation makes (`vectors/generate.py`).
//!
//! ```
//! use guestpass_link_crypto::{LinkSecret, Kind, Terms, derive, flags, open, seal};
//!
//! let secret = LinkSecret::from_bytes([7; 32]); // from a CSPRNG, never fixed
//! let keys = derive(&secret)?;
//! let terms = Terms::new(Kind::Secret, flags::ONE_TIME, 1_795_000_000, 1_795_086_400, "https://vault.example")?;
//! let sealed = seal(&keys, &terms, [9; 12], "the code is 4711")?;
//!
//! let address = format!("https://vault.example/s#{}", *secret.to_fragment());
//! let fragment = address.split_once('#').map_or("", |(_, fragment)| fragment);
//! let keys = derive(&LinkSecret::parse(fragment)?)?;
//! assert_eq!(open::<String>(&keys, &terms, &sealed)?, "the code is 4711");
//! # Ok::<(), guestpass_link_crypto::Error>(())
//! ```

#![forbid(unsafe_code)]
#![warn(missing_docs)]

mod error;
mod keys;
mod payload;
mod secret;
mod terms;

pub use error::Error;
pub use keys::{Keys, PBKDF2_ITERATIONS, derive, derive_with_passphrase, proof};
pub use payload::{IV_LEN, MAX_PLAINTEXT, SIZES, Sealed, TAG_LEN, open, seal};
pub use secret::LinkSecret;
pub use terms::{AAD_LEN, Kind, Terms, flags};

/// The format's name and version: the salt of every derivation and the start of the additional data.
pub const LABEL: &str = "guestpass/link/v1";
