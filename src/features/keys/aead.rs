//! AES-256-GCM (NIST SP 800-38D) with random 96-bit nonces, and what ciphertexts are bound to.

use std::fmt;

use aws_lc_rs::aead::{AES_256_GCM, Aad as AwsAad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use zeroize::Zeroizing;

use crate::base::random;

/// The first byte of everything sealed: this format.
const FORMAT: u8 = 1;

/// Something sealed doesn't open, or can't be sealed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("sealed data doesn't open: it was made with another key, moved, or changed")]
pub struct SealError;

/// As much as most ciphertexts are bound to: two identifiers, two words, their lengths.
const USUAL: usize = 192;

/// What a ciphertext is bound to. A row copied onto another doesn't open.
#[derive(Clone, Debug)]
pub struct Aad(Vec<u8>);

impl Aad {
    /// Starts with what the ciphertext is.
    pub fn new(label: &str) -> Self {
        Self(Vec::with_capacity(USUAL)).part(label)
    }

    /// Adds a part. Parts are length-prefixed, so that no two lists of parts look the same.
    #[must_use]
    pub fn part(mut self, part: &str) -> Self {
        self.0.extend((part.len() as u64).to_be_bytes());
        self.0.extend(part.as_bytes());
        self
    }
}

/// A 256-bit key.
#[derive(Clone)]
pub struct DataKey(Zeroizing<[u8; 32]>);

impl fmt::Debug for DataKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DataKey(…)")
    }
}

impl DataKey {
    /// A new random key.
    pub fn random() -> Self {
        Self(Zeroizing::new(random::bytes()))
    }

    pub(super) fn from_bytes(bytes: &[u8]) -> Result<Self, SealError> {
        let bytes: [u8; 32] = bytes.try_into().map_err(|_| SealError)?;
        Ok(Self(Zeroizing::new(bytes)))
    }

    /// The key's bytes, for a primitive that needs them (key derivation, segment streams).
    pub fn expose(&self) -> &[u8; 32] {
        &self.0
    }

    /// Seals `plaintext`: format byte, nonce, ciphertext, tag.
    ///
    /// # Errors
    /// When it is far larger than anything we seal.
    pub fn seal(&self, plaintext: &[u8], aad: &Aad) -> Result<Vec<u8>, SealError> {
        let nonce: [u8; NONCE_LEN] = random::bytes();
        let mut body = plaintext.to_vec();
        self.cipher()?
            .seal_in_place_append_tag(
                Nonce::assume_unique_for_key(nonce),
                AwsAad::from(&aad.0),
                &mut body,
            )
            .map_err(|_| SealError)?;
        let mut sealed = Vec::with_capacity(1 + NONCE_LEN + body.len());
        sealed.push(FORMAT);
        sealed.extend(nonce);
        sealed.extend(body);
        Ok(sealed)
    }

    /// Opens what [`DataKey::seal`] sealed.
    ///
    /// # Errors
    /// When the key or `aad` is another, or the data was changed.
    pub fn open(&self, sealed: &[u8], aad: &Aad) -> Result<Zeroizing<Vec<u8>>, SealError> {
        let body = sealed.strip_prefix(&[FORMAT]).ok_or(SealError)?;
        let (nonce, body) = body.split_first_chunk::<NONCE_LEN>().ok_or(SealError)?;
        let mut body = Zeroizing::new(body.to_vec());
        let length = self
            .cipher()?
            .open_in_place(
                Nonce::assume_unique_for_key(*nonce),
                AwsAad::from(&aad.0),
                &mut body,
            )
            .map_err(|_| SealError)?
            .len();
        body.truncate(length);
        Ok(body)
    }

    /// Seals another key.
    pub(super) fn wrap(&self, key: &Self, aad: &Aad) -> Result<Vec<u8>, SealError> {
        self.seal(&*key.0, aad)
    }

    /// Opens what [`DataKey::wrap`] sealed.
    pub(super) fn unwrap(&self, wrapped: &[u8], aad: &Aad) -> Result<Self, SealError> {
        Self::from_bytes(&self.open(wrapped, aad)?)
    }

    fn cipher(&self) -> Result<LessSafeKey, SealError> {
        let key = UnboundKey::new(&AES_256_GCM, &*self.0).map_err(|_| SealError)?;
        Ok(LessSafeKey::new(key))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sealed_opens_only_where_it_belongs() {
        let key = DataKey::random();
        let here = Aad::new("item").part("itm_1").part("2");
        let sealed = key.seal(b"hunter2", &here).unwrap();
        assert_eq!(&**key.open(&sealed, &here).unwrap(), b"hunter2");
        assert_eq!(
            key.open(&sealed, &Aad::new("item").part("itm_12")),
            Err(SealError)
        );
        assert_eq!(
            key.open(&sealed, &Aad::new("item").part("itm_").part("12")),
            Err(SealError)
        );
        assert_eq!(DataKey::random().open(&sealed, &here), Err(SealError));
        for at in 0..sealed.len() {
            let mut bent = sealed.clone();
            bent[at] ^= 1;
            assert_eq!(key.open(&bent, &here), Err(SealError), "byte {at}");
        }
        assert_eq!(key.open(&[], &here), Err(SealError));
    }
}
