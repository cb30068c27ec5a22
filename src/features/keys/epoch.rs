//! Epoch keys: one a day, each a file outside the database, destroyed when no link needs it.
//!
//! A backup of the database holds links wrapped under them; once the file is gone, no such backup
//! opens any more. All nodes of an installation share the directory.

use std::{
    collections::HashMap,
    fs::{self, File, OpenOptions},
    io::{self, Write},
    os::unix::fs::{DirBuilderExt, OpenOptionsExt},
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

use super::{Aad, DataKey, KeyError};
use crate::base::{random, secret::base64url};

/// For how many days after its own a key is kept: links live up to 30 days, and the day they are
/// made on may be nearly over.
pub(super) const KEPT_DAYS: i64 = 31;

#[derive(Debug)]
pub(super) struct EpochKeys {
    folder: PathBuf,
    /// Wraps the files, so that a copy of the data folder without the root key is worth nothing.
    wrapping: DataKey,
    known: Mutex<HashMap<i64, Arc<DataKey>>>,
}

impl EpochKeys {
    pub(super) fn open(folder: PathBuf, wrapping: DataKey) -> Result<Self, KeyError> {
        fs::DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(&folder)
            .map_err(|source| KeyError::Epoch {
                path: folder.clone(),
                source,
            })?;
        Ok(Self {
            folder,
            wrapping,
            known: Mutex::default(),
        })
    }

    /// The key of `day` (days since the Unix epoch), or nothing when it was destroyed or never was.
    pub(super) fn get(&self, day: i64) -> Result<Option<Arc<DataKey>>, KeyError> {
        if let Some(key) = self.known().get(&day) {
            return Ok(Some(Arc::clone(key)));
        }
        let path = self.path(day);
        let wrapped = match fs::read(&path) {
            Ok(wrapped) => wrapped,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(source) => return Err(KeyError::Epoch { path, source }),
        };
        let key = Arc::new(self.wrapping.unwrap(&wrapped, &aad(day))?);
        self.known().insert(day, Arc::clone(&key));
        Ok(Some(key))
    }

    /// The key of `day`, made now if there is none. Whoever is first makes it; the others read it.
    pub(super) fn get_or_make(&self, day: i64) -> Result<Arc<DataKey>, KeyError> {
        if let Some(key) = self.get(day)? {
            return Ok(key);
        }
        let wrapped = self.wrapping.wrap(&DataKey::random(), &aad(day))?;
        let path = self.path(day);
        match publish(&self.folder, &path, &wrapped) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(KeyError::Epoch {
                path,
                source: error,
            }),
            _ => self.get(day)?.ok_or(KeyError::EpochGone(day)),
        }
    }

    /// Destroys every key of a day before `day`.
    pub(super) fn destroy_before(&self, day: i64) -> Result<usize, KeyError> {
        self.known().retain(|known, _| *known >= day);
        let io = |source| KeyError::Epoch {
            path: self.folder.clone(),
            source,
        };
        let mut destroyed = 0;
        for entry in fs::read_dir(&self.folder).map_err(io)? {
            let path = entry.map_err(io)?.path();
            if day_of(&path).is_some_and(|of| of < day) {
                destroy(&path).map_err(|source| KeyError::Epoch { path, source })?;
                destroyed += 1;
            }
        }
        Ok(destroyed)
    }

    fn path(&self, day: i64) -> PathBuf {
        self.folder.join(format!("{day}.epoch"))
    }

    fn known(&self) -> std::sync::MutexGuard<'_, HashMap<i64, Arc<DataKey>>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn aad(day: i64) -> Aad {
    Aad::new("epoch key").part(&day.to_string())
}

fn day_of(path: &Path) -> Option<i64> {
    let name = path.file_name()?.to_str()?;
    name.strip_suffix(".epoch")?.parse().ok()
}

/// Writes a file that appears whole or not at all, and never replaces one.
fn publish(folder: &Path, path: &Path, data: &[u8]) -> io::Result<()> {
    let draft = folder.join(format!("draft-{}", base64url(&random::bytes::<12>())));
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&draft)?;
    file.write_all(data)?;
    file.sync_all()?;
    let linked = fs::hard_link(&draft, path);
    fs::remove_file(&draft)?;
    linked?;
    File::open(folder)?.sync_all()
}

/// Overwrites a file before unlinking it: on most file systems that leaves nothing to undelete.
fn destroy(path: &Path) -> io::Result<()> {
    let length = usize::try_from(fs::metadata(path)?.len()).unwrap_or(0);
    let mut file = OpenOptions::new().write(true).open(path)?;
    file.write_all(&vec![0; length])?;
    file.sync_all()?;
    match fs::remove_file(path) {
        // Another node swept at the same time.
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_nodes_agree_on_a_day_and_a_destroyed_day_is_gone() {
        let folder = tempfile::tempdir().unwrap();
        let wrapping = DataKey::random();
        let open = || EpochKeys::open(folder.path().to_owned(), wrapping.clone()).unwrap();
        let (one, two) = (open(), open());
        let first = one.get_or_make(20_000).unwrap();
        assert_eq!(first.expose(), two.get_or_make(20_000).unwrap().expose());
        assert_ne!(first.expose(), one.get_or_make(20_001).unwrap().expose());
        assert_eq!(one.destroy_before(20_001).unwrap(), 1);
        assert!(one.get(20_000).unwrap().is_none());
        assert!(
            open().get(20_000).unwrap().is_none(),
            "a restarted node can't have it either"
        );
        assert!(one.get(20_001).unwrap().is_some());
    }
}
