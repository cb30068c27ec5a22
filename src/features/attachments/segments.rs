//! The STREAM construction (Hoang, Reyhanitabar, Rogaway, Vizár 2015): a file as sealed segments
//! that can't be changed, swapped, repeated, or cut off unnoticed.
//!
//! A segment's nonce is the upload's random prefix, its position, and whether it is the last.

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};

use crate::{
    base::{
        id::{AttachmentId, ItemId, WorkspaceId},
        random,
    },
    features::keys::{DataKey, SealError},
};

/// How much of a file is in a segment; the last one holds the rest.
pub(super) const SEGMENT: usize = 64 * 1024;
const PREFIX: usize = 7;

/// Where an attachment belongs; its segments open nowhere else.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    pub(super) workspace: WorkspaceId,
    pub(super) item: ItemId,
    pub(super) id: AttachmentId,
}

/// How many segments a file of `size` bytes has: an empty one has one, so that it has a last one.
pub(super) fn count(size: i64) -> i64 {
    let segment = SEGMENT as i64;
    (size + segment - 1).div_euclid(segment).max(1)
}

/// Random, and new for every upload: an upload that is tried again seals other bytes under the
/// same key, and no nonce may ever be used twice.
pub(super) fn new_prefix() -> Vec<u8> {
    random::bytes::<PREFIX>().to_vec()
}

/// Seals and opens the segments of one upload.
pub(super) struct Segments {
    cipher: LessSafeKey,
    prefix: [u8; PREFIX],
    aad: Vec<u8>,
    last: i64,
}

impl Segments {
    /// For a file of `size` bytes, under its own key.
    pub(super) fn new(
        key: &DataKey,
        prefix: &[u8],
        place: &Place,
        size: i64,
    ) -> Result<Self, SealError> {
        let key = UnboundKey::new(&AES_256_GCM, key.expose()).map_err(|_| SealError)?;
        let Place {
            workspace,
            item,
            id,
        } = place;
        Ok(Self {
            cipher: LessSafeKey::new(key),
            prefix: prefix.try_into().map_err(|_| SealError)?,
            aad: format!("attachment content {workspace} {item} {id}").into_bytes(),
            last: count(size) - 1,
        })
    }

    /// Seals the segment at `position`, from 0.
    pub(super) fn seal(&self, position: i64, mut data: Vec<u8>) -> Result<Vec<u8>, SealError> {
        let (nonce, aad) = (self.nonce(position)?, Aad::from(&self.aad));
        self.cipher
            .seal_in_place_append_tag(nonce, aad, &mut data)
            .map_err(|_| SealError)?;
        Ok(data)
    }

    /// Opens the segment at `position`, from 0.
    pub(super) fn open(&self, position: i64, mut sealed: Vec<u8>) -> Result<Vec<u8>, SealError> {
        let (nonce, aad) = (self.nonce(position)?, Aad::from(&self.aad));
        let opened = self
            .cipher
            .open_in_place(nonce, aad, &mut sealed)
            .map_err(|_| SealError)?;
        let length = opened.len();
        sealed.truncate(length);
        Ok(sealed)
    }

    fn nonce(&self, position: i64) -> Result<Nonce, SealError> {
        let counter = u32::try_from(position).map_err(|_| SealError)?;
        if position > self.last {
            return Err(SealError);
        }
        let mut nonce = [0; 12];
        nonce[..PREFIX].copy_from_slice(&self.prefix);
        nonce[PREFIX..11].copy_from_slice(&counter.to_be_bytes());
        nonce[11] = u8::from(position == self.last);
        Ok(Nonce::assume_unique_for_key(nonce))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::clock::Timestamp;

    fn place() -> Place {
        let now = Timestamp::from_millis(1_764_000_000_000);
        Place {
            workspace: WorkspaceId::new(now),
            item: ItemId::new(now),
            id: AttachmentId::new(now),
        }
    }

    #[test]
    fn segments_open_only_in_their_place() {
        let (key, prefix, place) = (DataKey::random(), new_prefix(), place());
        let size = SEGMENT as i64 * 2 + 5;
        let segments = Segments::new(&key, &prefix, &place, size).unwrap();
        let sealed: Vec<_> = [b"one".to_vec(), b"two".to_vec(), b"end".to_vec()]
            .into_iter()
            .zip(0..)
            .map(|(data, position)| segments.seal(position, data).unwrap())
            .collect();
        assert_eq!(segments.open(1, sealed[1].clone()).unwrap(), b"two");
        assert!(segments.open(0, sealed[1].clone()).is_err(), "moved");
        assert!(
            segments.open(3, sealed[2].clone()).is_err(),
            "beyond the end"
        );
        assert!(segments.seal(3, Vec::new()).is_err());

        // Cut off after the second: it isn't the last, and can't be made to look like it.
        let shorter = Segments::new(&key, &prefix, &place, SEGMENT as i64 * 2).unwrap();
        assert!(shorter.open(1, sealed[1].clone()).is_err());
        let longer = Segments::new(&key, &prefix, &place, size + SEGMENT as i64).unwrap();
        assert!(longer.open(2, sealed[2].clone()).is_err());

        let elsewhere = Place {
            id: self::place().id,
            ..place
        };
        let other = Segments::new(&key, &prefix, &elsewhere, size).unwrap();
        assert!(
            other.open(0, sealed[0].clone()).is_err(),
            "another attachment"
        );
        let again = Segments::new(&key, &new_prefix(), &place, size).unwrap();
        assert!(again.open(0, sealed[0].clone()).is_err(), "another upload");
    }

    #[test]
    fn every_size_has_a_last_segment() {
        let segment = SEGMENT as i64;
        for (size, expected) in [
            (0, 1),
            (1, 1),
            (segment, 1),
            (segment + 1, 2),
            (10_000_000, 153),
        ] {
            assert_eq!(count(size), expected, "{size}");
        }
    }
}
