//! The root key: a file of its own, or (for development) an environment variable.

use std::{
    fs::{self, OpenOptions},
    io::{self, Write},
    os::unix::fs::{MetadataExt, OpenOptionsExt},
    path::{Path, PathBuf},
};

use aws_lc_rs::hkdf;
use zeroize::Zeroizing;

use super::{Aad, DataKey, SealError};
use crate::base::secret::{SecretText, array_from_base64url, base64url};

/// The first word of a key file, so that a wrong file is noticed.
const MARK: &str = "guestpass-root-key-1:";

/// The key that everything else hangs from. It never touches the database.
#[derive(Clone, Debug)]
pub struct RootKey(DataKey);

/// Why the root key can't be had.
#[derive(Debug, thiserror::Error)]
pub enum RootKeyError {
    /// The file isn't there.
    #[error(
        "there is no key file at {0}: restore it from its backup, or run `guestpass init` for a new installation"
    )]
    NotThere(PathBuf),
    /// Others may read the file.
    #[error("the key file {path} can be read by others (mode {mode:04o}): run `chmod 600 {path}`")]
    Unsafe {
        /// The file.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// The file or variable holds something else.
    #[error("{0} holds no root key: it must be `{MARK}` and 43 characters")]
    Malformed(String),
    /// The system refused.
    #[error("the key file {path} can't be used")]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
}

impl RootKey {
    /// Reads the key from a file that nobody but its owner may read.
    ///
    /// # Errors
    /// When it isn't there, may be read by others, or holds something else.
    pub fn read(path: &Path) -> Result<Self, RootKeyError> {
        let io = |source| RootKeyError::Io {
            path: path.to_owned(),
            source,
        };
        let meta = match fs::metadata(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Err(RootKeyError::NotThere(path.to_owned()));
            }
            other => other.map_err(io)?,
        };
        let mode = meta.mode() & 0o7777;
        if mode & 0o077 != 0 {
            return Err(RootKeyError::Unsafe {
                path: path.to_owned(),
                mode,
            });
        }
        let text = Zeroizing::new(fs::read_to_string(path).map_err(io)?);
        Self::parse(&text)
            .ok_or_else(|| RootKeyError::Malformed(format!("the file {}", path.display())))
    }

    /// Makes a new key and its file, readable by its owner alone. Never overwrites one.
    ///
    /// # Errors
    /// When the file exists or can't be written.
    pub fn create(path: &Path) -> Result<Self, RootKeyError> {
        let key = DataKey::random();
        let text = Zeroizing::new(format!("{MARK}{}\n", base64url(key.expose())));
        let write = || {
            if let Some(folder) = path
                .parent()
                .filter(|folder| !folder.as_os_str().is_empty())
            {
                fs::create_dir_all(folder)?;
            }
            let mut file = OpenOptions::new()
                .write(true)
                .create_new(true)
                .mode(0o600)
                .open(path)?;
            file.write_all(text.as_bytes())?;
            file.sync_all()?;
            // The name too must survive a power cut: without this file nothing can be read.
            let folder = path
                .parent()
                .filter(|folder| !folder.as_os_str().is_empty());
            fs::File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
        };
        write().map_err(|source| RootKeyError::Io {
            path: path.to_owned(),
            source,
        })?;
        Ok(Self(key))
    }

    /// Reads the key from the text of an environment variable called `name`.
    ///
    /// # Errors
    /// When it holds something else.
    pub fn from_text(name: &str, text: &SecretText) -> Result<Self, RootKeyError> {
        Self::parse(text.expose())
            .ok_or_else(|| RootKeyError::Malformed(format!("the variable {name}")))
    }

    fn parse(text: &str) -> Option<Self> {
        let text = text.trim().strip_prefix(MARK)?;
        let bytes = Zeroizing::new(array_from_base64url::<32>(text)?);
        DataKey::from_bytes(&*bytes).ok().map(Self)
    }

    /// A key for one purpose, by HKDF-SHA-256 (RFC 5869).
    pub(super) fn derive(&self, purpose: &[u8]) -> Result<DataKey, SealError> {
        let salt = hkdf::Salt::new(hkdf::HKDF_SHA256, b"guestpass/root/v1");
        let mut bytes = Zeroizing::new([0; 32]);
        salt.extract(self.0.expose())
            .expand(&[purpose], hkdf::HKDF_SHA256)
            .and_then(|key| key.fill(&mut *bytes))
            .map_err(|_| SealError)?;
        DataKey::from_bytes(&*bytes)
    }

    pub(super) fn wrap(&self, key: &DataKey, aad: &Aad) -> Result<Vec<u8>, SealError> {
        self.derive(b"key-encryption keys")?.wrap(key, aad)
    }

    pub(super) fn unwrap(&self, wrapped: &[u8], aad: &Aad) -> Result<DataKey, SealError> {
        self.derive(b"key-encryption keys")?.unwrap(wrapped, aad)
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn a_key_file_is_made_once_for_its_owner_alone_and_refused_otherwise() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("keys/root.key");
        assert!(matches!(
            RootKey::read(&path),
            Err(RootKeyError::NotThere(_))
        ));
        let made = RootKey::create(&path).unwrap();
        assert_eq!(fs::metadata(&path).unwrap().mode() & 0o7777, 0o600);
        assert_eq!(RootKey::read(&path).unwrap().0.expose(), made.0.expose());
        assert!(RootKey::create(&path).is_err(), "never overwritten");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        assert!(matches!(
            RootKey::read(&path),
            Err(RootKeyError::Unsafe { mode: 0o640, .. })
        ));
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        fs::write(&path, "something else").unwrap();
        assert!(matches!(
            RootKey::read(&path),
            Err(RootKeyError::Malformed(_))
        ));
    }
}
