//! The sealed payload: JSON, preceded by its length, padded, under AES-256-GCM (NIST SP 800-38D).

use aws_lc_rs::{
    aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey},
    constant_time::verify_slices_are_equal,
};
use serde::{Serialize, de::DeserializeOwned};
use zeroize::Zeroizing;

use crate::{AAD_LEN, Error, Keys, Terms};

/// The sizes a plaintext is padded to, in bytes, with its length prefix: a ciphertext tells no
/// more about the payload's length than which of the four it needed.
pub const SIZES: [usize; 4] = [1 << 10, 4 << 10, 16 << 10, LARGEST];

/// How much JSON fits into a link, in bytes of UTF-8: 64 KiB less the length prefix.
///
/// A secret's body may have 45,000 characters. In most languages that fits; 45,000 characters of
/// four bytes each (or characters that JSON escapes) don't, and [`seal`] says so.
pub const MAX_PLAINTEXT: usize = LARGEST - PREFIX;

/// The length of an IV, in bytes.
pub const IV_LEN: usize = 12;

/// The length of the authentication tag at a ciphertext's end, in bytes.
pub const TAG_LEN: usize = 16;

const LARGEST: usize = 64 << 10;
const PREFIX: usize = 4;

/// A sealed payload as it is stored and sent. All of it is public; its parts have valid lengths.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sealed {
    commit: [u8; 32],
    iv: [u8; IV_LEN],
    ct: Vec<u8>,
}

impl Sealed {
    /// Puts a sealed payload together from its parts: the commitment (32 bytes), the IV (12) and
    /// ciphertext with tag (one of [`SIZES`], and 16).
    ///
    /// # Errors
    /// [`Error::Format`] when a part has another length.
    pub fn from_parts(commit: &[u8], iv: &[u8], ct: Vec<u8>) -> Result<Self, Error> {
        let commit = commit.try_into().map_err(|_| Error::Format)?;
        let iv = iv.try_into().map_err(|_| Error::Format)?;
        match ct.len().checked_sub(TAG_LEN) {
            Some(padded) if SIZES.contains(&padded) => Ok(Self { commit, iv, ct }),
            _ => Err(Error::Format),
        }
    }

    /// The commitment to the key it was sealed under.
    pub fn commit(&self) -> &[u8; 32] {
        &self.commit
    }

    /// The IV.
    pub fn iv(&self) -> &[u8; IV_LEN] {
        &self.iv
    }

    /// Ciphertext and tag.
    pub fn ct(&self) -> &[u8] {
        &self.ct
    }
}

/// Seals a payload as JSON. `iv` is 12 random bytes, and a link's keys seal one payload only:
/// under one key, a repeated IV would give both payloads away.
///
/// # Errors
/// [`Error::TooLarge`] beyond [`MAX_PLAINTEXT`], [`Error::Json`] when the payload has no JSON form
/// (e.g. a map with keys that aren't text), [`Error::Primitive`].
pub fn seal<T: Serialize + ?Sized>(
    keys: &Keys,
    terms: &Terms<'_>,
    iv: [u8; IV_LEN],
    payload: &T,
) -> Result<Sealed, Error> {
    let mut buffer = padded(payload)?;
    let aad = Aad::from(terms.aad(keys));
    let nonce = Nonce::assume_unique_for_key(iv);
    let tag = cipher(keys)?.seal_in_place_separate_tag(nonce, aad, buffer.as_mut_slice())?;
    let ct = [buffer.as_slice(), tag.as_ref()].concat();
    Ok(Sealed {
        commit: *keys.commit(),
        iv,
        ct,
    })
}

/// Opens a sealed payload. The commitment is compared (in constant time) before anything is
/// decrypted. `terms` carries the origin that the *caller* knows, not one the server names.
///
/// A larger size than the payload needs is fine: a sender may hide more.
///
/// # Errors
/// [`Error::Commitment`], [`Error::Authentication`], [`Error::Padding`], [`Error::Json`] when the
/// JSON isn't a `T`, [`Error::Primitive`].
pub fn open<T: DeserializeOwned>(
    keys: &Keys,
    terms: &Terms<'_>,
    sealed: &Sealed,
) -> Result<T, Error> {
    verify_slices_are_equal(&sealed.commit, keys.commit()).map_err(|_| Error::Commitment)?;
    let buffer = decrypt(keys, &terms.aad(keys), sealed)?;
    serde_json::from_slice(unpad(&buffer)?).map_err(|_| Error::Json)
}

/// Length prefix, JSON and zeros. The JSON is written into its final place, so that no second copy
/// of the plaintext is left in memory.
fn padded<T: Serialize + ?Sized>(payload: &T) -> Result<Zeroizing<Vec<u8>>, Error> {
    let mut buffer = Zeroizing::new(vec![0; LARGEST]);
    let (prefix, room) = buffer.split_at_mut(PREFIX);
    let mut rest = &mut *room;
    serde_json::to_writer(&mut rest, payload).map_err(|error| {
        if error.is_io() {
            Error::TooLarge
        } else {
            Error::Json
        }
    })?;
    let length = MAX_PLAINTEXT - rest.len();
    prefix.copy_from_slice(
        &u32::try_from(length)
            .map_err(|_| Error::TooLarge)?
            .to_be_bytes(),
    );
    let size = SIZES
        .into_iter()
        .find(|size| *size >= PREFIX + length)
        .ok_or(Error::TooLarge)?;
    buffer.truncate(size);
    Ok(buffer)
}

fn unpad(buffer: &[u8]) -> Result<&[u8], Error> {
    let (prefix, rest) = buffer.split_first_chunk().ok_or(Error::Padding)?;
    let length = usize::try_from(u32::from_be_bytes(*prefix)).map_err(|_| Error::Padding)?;
    let (json, padding) = rest.split_at_checked(length).ok_or(Error::Padding)?;
    if padding.iter().any(|byte| *byte != 0) {
        return Err(Error::Padding);
    }
    Ok(json)
}

fn decrypt(keys: &Keys, aad: &[u8; AAD_LEN], sealed: &Sealed) -> Result<Zeroizing<Vec<u8>>, Error> {
    let mut buffer = Zeroizing::new(sealed.ct.clone());
    let nonce = Nonce::assume_unique_for_key(sealed.iv);
    let plain = cipher(keys)?
        .open_in_place(nonce, Aad::from(aad), buffer.as_mut_slice())
        .map_err(|_| Error::Authentication)?
        .len();
    buffer.truncate(plain);
    Ok(buffer)
}

fn cipher(keys: &Keys) -> Result<LessSafeKey, Error> {
    Ok(LessSafeKey::new(UnboundKey::new(&AES_256_GCM, keys.enc())?))
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;
    use crate::{Kind, LinkSecret, derive, flags};

    const ORIGIN: &str = "https://vault.example";

    #[derive(Deserialize)]
    struct Vectors {
        aad_offsets_refused: Flips,
    }

    #[derive(Deserialize)]
    struct Flips {
        offsets: Vec<usize>,
    }

    #[test]
    fn every_changed_byte_of_the_additional_data_is_refused() {
        let vectors: Vectors = serde_json::from_str(include_str!("../vectors/v1.json")).unwrap();
        let offsets = vectors.aad_offsets_refused.offsets;
        assert_eq!(offsets, (0..AAD_LEN).collect::<Vec<_>>());

        let keys = derive(&LinkSecret::from_bytes([3; 32])).unwrap();
        let terms = Terms::new(Kind::Account, flags::ONE_TIME, 1, 2, ORIGIN).unwrap();
        let sealed = seal(&keys, &terms, [5; 12], "text").unwrap();
        let aad = terms.aad(&keys);
        assert_eq!(
            unpad(&decrypt(&keys, &aad, &sealed).unwrap()),
            Ok(&br#""text""#[..])
        );
        for offset in offsets {
            for bit in 0..8 {
                let mut changed = aad;
                changed[offset] ^= 1 << bit;
                let answer = decrypt(&keys, &changed, &sealed).map(|_| ());
                assert_eq!(
                    answer,
                    Err(Error::Authentication),
                    "offset {offset}, bit {bit}"
                );
            }
        }
    }

    #[test]
    fn every_size_is_used_up_to_its_last_byte() {
        for (size, next) in SIZES.into_iter().zip(SIZES.into_iter().skip(1)) {
            let fits = "x".repeat(size - PREFIX - 2);
            assert_eq!(padded(&fits).unwrap().len(), size);
            assert_eq!(padded(&(fits + "x")).unwrap().len(), next);
        }
        let fits = "x".repeat(MAX_PLAINTEXT - 2);
        assert_eq!(padded(&fits).unwrap().len(), LARGEST);
        assert_eq!(padded(&(fits + "x")).unwrap_err(), Error::TooLarge);
    }
}
