//! Sealing and opening versions of items.

use guestpass_api_types::items::ItemKind;
use serde::{Serialize, de::DeserializeOwned};
use zeroize::Zeroizing;

use super::{
    ItemError, Summary,
    model::{Content, Secret},
};
use crate::{
    base::id::{ItemId, WorkspaceId},
    features::keys::{Aad, DataKey, Keyring, WrappedKey},
};

/// Where a sealed version belongs; it opens nowhere else.
#[derive(Clone, Copy, Debug)]
pub struct Place {
    /// The workspace.
    pub workspace: WorkspaceId,
    /// The item.
    pub item: ItemId,
    /// The version, from 1.
    pub version: i64,
}

impl Place {
    fn aad(&self, part: &str) -> Aad {
        Aad::new("item")
            .part(&self.workspace.to_string())
            .part(&self.item.to_string())
            .part(&self.version.to_string())
            .part(part)
    }
}

/// A version's key and summary, as they are stored.
#[derive(Clone, Debug)]
pub struct SealedSummary {
    /// The version's data key, wrapped.
    pub key: WrappedKey,
    /// The sealed summary.
    pub summary: Vec<u8>,
}

/// A whole version, as it is stored.
#[derive(Clone, Debug)]
pub(super) struct SealedContent {
    pub(super) key: WrappedKey,
    pub(super) summary: Vec<u8>,
    pub(super) secret: Vec<u8>,
}

/// Seals a version under a data key of its own.
pub(super) fn seal(
    keys: &Keyring,
    place: &Place,
    content: &Content,
) -> Result<SealedContent, ItemError> {
    let (key, wrapped) = keys.new_data_key(&place.aad("key"))?;
    Ok(SealedContent {
        key: wrapped,
        summary: seal_part(&key, place, "summary", &content.summary)?,
        secret: seal_part(&key, place, "secret", &content.secret)?,
    })
}

/// Opens what a list needs of a version.
///
/// # Errors
/// When it was sealed for another place, or changed.
pub fn open_summary(
    keys: &Keyring,
    place: &Place,
    sealed: &SealedSummary,
) -> Result<Summary, ItemError> {
    let key = keys.unwrap(&sealed.key, &place.aad("key"))?;
    open_part(&key, place, "summary", &sealed.summary)
}

/// Opens a whole version.
pub(super) fn open(
    keys: &Keyring,
    place: &Place,
    kind: ItemKind,
    sealed: &SealedContent,
) -> Result<Content, ItemError> {
    let key = keys.unwrap(&sealed.key, &place.aad("key"))?;
    let summary = open_part(&key, place, "summary", &sealed.summary)?;
    let secret: Secret = open_part(&key, place, "secret", &sealed.secret)?;
    Ok(Content {
        kind,
        summary,
        secret,
    })
}

fn seal_part<T: Serialize>(
    key: &DataKey,
    place: &Place,
    part: &str,
    value: &T,
) -> Result<Vec<u8>, ItemError> {
    // Measured first, so that growing doesn't leave copies of the plaintext behind.
    let mut length = Length(0);
    serde_json::to_writer(&mut length, value).map_err(ItemError::Content)?;
    let mut json = Zeroizing::new(Vec::with_capacity(length.0));
    serde_json::to_writer(&mut *json, value).map_err(ItemError::Content)?;
    Ok(key
        .seal(&json, &place.aad(part))
        .map_err(crate::features::keys::KeyError::from)?)
}

fn open_part<T: DeserializeOwned>(
    key: &DataKey,
    place: &Place,
    part: &str,
    sealed: &[u8],
) -> Result<T, ItemError> {
    let json = key
        .open(sealed, &place.aad(part))
        .map_err(crate::features::keys::KeyError::from)?;
    serde_json::from_slice(&json).map_err(ItemError::Content)
}

/// Counts what is written to it.
pub(super) struct Length(pub(super) usize);

impl std::io::Write for Length {
    fn write(&mut self, data: &[u8]) -> std::io::Result<usize> {
        self.0 += data.len();
        Ok(data.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
