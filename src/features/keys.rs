//! Keys at rest: root key -> key-encryption key -> a fresh data key for every item version; and
//! the daily epoch keys that wrap public links and are destroyed after a month.

mod aead;
mod epoch;
mod root;
mod store;

use std::{collections::HashMap, path::PathBuf, sync::Arc};

pub use aead::{Aad, DataKey, SealError};
use epoch::EpochKeys;
pub use root::{RootKey, RootKeyError};

use crate::{
    base::{clock::Timestamp, id::KeyId},
    db::{Db, DbError},
};

/// Opens and seals what the database keeps; cheap to clone.
#[derive(Clone, Debug)]
pub struct Keyring(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    current: KeyId,
    /// Key-encryption keys by id. Retired ones stay as long as a row needs them.
    keks: HashMap<KeyId, DataKey>,
    epochs: EpochKeys,
}

/// A data key as it is stored: wrapped under a key-encryption key.
#[derive(Clone, Debug)]
pub struct WrappedKey {
    /// The key-encryption key it is wrapped under.
    pub kek: KeyId,
    /// The wrapped key.
    pub wrapped: Vec<u8>,
}

/// Why keys can't be had or used.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// The database failed.
    #[error(transparent)]
    Db(#[from] DbError),
    /// The root key can't be had.
    #[error(transparent)]
    Root(#[from] RootKeyError),
    /// Something sealed doesn't open: another key, or changed data.
    #[error(transparent)]
    Seal(#[from] SealError),
    /// The key-encryption keys in the database were wrapped under another root key.
    #[error("the database belongs to another root key: restore the key file it was made with")]
    WrongRoot,
    /// A row names a key-encryption key that isn't there.
    #[error("the key {0} is missing")]
    Missing(KeyId),
    /// A day's epoch key can't be read or made.
    #[error("the epoch keys in {path} can't be used")]
    Epoch {
        /// The file or directory concerned.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// The day's epoch key was destroyed, and with it every link made on that day.
    #[error("the epoch key of day {0} was destroyed")]
    EpochGone(i64),
}

impl Keyring {
    /// Unwraps the key-encryption keys with `root`, making the first one in a new database.
    /// Epoch keys live as files in `epoch_dir`, which all nodes share.
    ///
    /// # Errors
    /// When the database or directory can't be used, or belongs to another root key.
    pub async fn open(
        db: &Db,
        root: &RootKey,
        epoch_dir: PathBuf,
        now: Timestamp,
    ) -> Result<Self, KeyError> {
        let mut rows = store::all(db).await?;
        if rows.is_empty() {
            let id = KeyId::new(now);
            let wrapped = root.wrap(&DataKey::random(), &kek_aad(id))?;
            store::insert_first(db, id, wrapped, now).await?;
            // Another node may have been first.
            rows = store::all(db).await?;
        }
        let mut keks = HashMap::new();
        let mut current = None;
        for row in rows {
            let key = root
                .unwrap(&row.wrapped, &kek_aad(row.id))
                .map_err(|_| KeyError::WrongRoot)?;
            keks.insert(row.id, key);
            current = Some(row.id);
        }
        let current = current.ok_or(DbError::NotFound)?;
        let epochs = EpochKeys::open(epoch_dir, root.derive(b"epoch keys")?)?;
        Ok(Self(Arc::new(Inner {
            current,
            keks,
            epochs,
        })))
    }

    /// Whether the database has no keys yet, so that any root key can become its own.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn is_new(db: &Db) -> Result<bool, DbError> {
        Ok(store::all(db).await?.is_empty())
    }

    /// A fresh data key for one thing, bound to `aad`, with its wrapped form.
    ///
    /// # Errors
    /// When sealing fails, which only a broken library does.
    pub fn new_data_key(&self, aad: &Aad) -> Result<(DataKey, WrappedKey), KeyError> {
        let key = DataKey::random();
        let wrapped = self.kek(self.0.current)?.wrap(&key, aad)?;
        Ok((
            key,
            WrappedKey {
                kek: self.0.current,
                wrapped,
            },
        ))
    }

    /// Unwraps a stored data key.
    ///
    /// # Errors
    /// When it was wrapped for something else, or changed.
    pub fn unwrap(&self, stored: &WrappedKey, aad: &Aad) -> Result<DataKey, KeyError> {
        Ok(self.kek(stored.kek)?.unwrap(&stored.wrapped, aad)?)
    }

    /// Seals something small (a mail that waits) directly under the current key-encryption key.
    ///
    /// # Errors
    /// When sealing fails, which only a broken library does.
    pub fn seal(&self, plaintext: &[u8], aad: &Aad) -> Result<Vec<u8>, KeyError> {
        let mut sealed = self.0.current.to_string().into_bytes();
        sealed.extend(self.kek(self.0.current)?.seal(plaintext, aad)?);
        Ok(sealed)
    }

    /// Opens what [`Keyring::seal`] sealed.
    ///
    /// # Errors
    /// When it was sealed for something else, or changed.
    pub fn open_sealed(
        &self,
        sealed: &[u8],
        aad: &Aad,
    ) -> Result<zeroize::Zeroizing<Vec<u8>>, KeyError> {
        // `kek_` and 32 hexadecimal digits.
        let (id, sealed) = sealed.split_at_checked(36).ok_or(SealError)?;
        let id = std::str::from_utf8(id)
            .ok()
            .and_then(|id| id.parse().ok())
            .ok_or(SealError)?;
        Ok(self.kek(id)?.open(sealed, aad)?)
    }

    /// Wraps a link's ciphertext under the epoch key of `day`, making that key on its first use.
    ///
    /// # Errors
    /// When the epoch directory can't be read or written.
    pub fn wrap_epoch(&self, day: i64, data: &[u8], aad: &Aad) -> Result<Vec<u8>, KeyError> {
        Ok(self.0.epochs.get_or_make(day)?.seal(data, aad)?)
    }

    /// Unwraps a link's ciphertext.
    ///
    /// # Errors
    /// [`KeyError::EpochGone`] when the day's key was destroyed; or the ciphertext was changed.
    pub fn unwrap_epoch(&self, day: i64, wrapped: &[u8], aad: &Aad) -> Result<Vec<u8>, KeyError> {
        let key = self.0.epochs.get(day)?.ok_or(KeyError::EpochGone(day))?;
        Ok(key.open(wrapped, aad)?.to_vec())
    }

    /// Destroys the epoch keys whose last link must have expired; how many.
    ///
    /// # Errors
    /// When the epoch directory can't be read or written.
    pub fn destroy_old_epochs(&self, now: Timestamp) -> Result<usize, KeyError> {
        self.0.epochs.destroy_before(now.day() - epoch::KEPT_DAYS)
    }

    fn kek(&self, id: KeyId) -> Result<&DataKey, KeyError> {
        self.0.keks.get(&id).ok_or(KeyError::Missing(id))
    }
}

fn kek_aad(id: KeyId) -> Aad {
    Aad::new("key-encryption key").part(&id.to_string())
}
