//! `[keys]`

use std::{os::unix::fs::MetadataExt, path::PathBuf};

use super::{Key, ROOT_KEY_VARIABLE, Reader, Sources, key::Kind, path};
use crate::base::secret::SecretText;

pub(super) const ABOUT: &str = "Where the keys are. Without the root key nothing in the database can be read: back it up, apart from \
     the database.";

const PROVIDER: Key = Key {
    name: "keys.provider",
    kind: Kind::Text,
    default: Some("file"),
    placeholder: "file|environment",
    meaning: "Where the root key comes from: a `file` of its own, or the variable `GUESTPASS_ROOT_KEY` of \
              the `environment`, which is for development.",
};
const FILE: Key = Key {
    name: "keys.file",
    kind: Kind::Text,
    default: Some("data/root.key"),
    placeholder: "PATH",
    meaning: "The file of the root key. Nobody but its owner may be able to read it (mode 0600).",
};
const EPOCH_DIR: Key = Key {
    name: "keys.epoch_dir",
    kind: Kind::Text,
    default: Some("data/epochs"),
    placeholder: "PATH",
    meaning: "The folder of the daily keys of public links, which are destroyed after 31 days. Servers \
              that share a database share this folder.",
};
pub(super) const KEYS: &[Key] = &[PROVIDER, FILE, EPOCH_DIR];

/// Where the root key comes from.
#[derive(Clone, Debug)]
pub enum KeyProvider {
    /// A file of its own.
    File(PathBuf),
    /// A variable, whose value this is.
    Environment(SecretText),
}

/// Where the keys are.
#[derive(Clone, Debug)]
pub struct Keys {
    /// Where the root key comes from.
    pub provider: KeyProvider,
    /// The folder of the daily keys.
    pub epoch_dir: PathBuf,
}

pub(super) fn read(reader: &mut Reader, sources: &Sources) -> Option<Keys> {
    let from_file = reader.required(
        &PROVIDER,
        |text| match text {
            "file" => Ok(true),
            "environment" => Ok(false),
            _ => Err("must be `file` or `environment`".to_owned()),
        },
        "Use `file`, unless you are developing Guestpass.",
    );
    let file = reader.required(&FILE, path, "Name the file of the root key.");
    let epoch_dir = reader.required(
        &EPOCH_DIR,
        path,
        "Name a folder outside the database's backup.",
    );
    let provider = if from_file? {
        let file = file?;
        // A file that isn't there is no mistake: the first start makes it.
        let mode = std::fs::metadata(&file).map_or(0o600, |meta| meta.mode() & 0o7777);
        if mode & 0o077 != 0 {
            let wrong = format!(
                "names a file that others can read: {} has mode {mode:04o}",
                file.display()
            );
            reader.refuse(
                &FILE,
                &wrong,
                &format!("Run `chmod 600 {}`.", file.display()),
            );
        }
        KeyProvider::File(file)
    } else if let Some(key) = sources.variable(ROOT_KEY_VARIABLE) {
        KeyProvider::Environment(key.clone())
    } else {
        let wrong = format!("is `environment`, but the variable {ROOT_KEY_VARIABLE} is not set");
        reader.refuse(&PROVIDER, &wrong, "Set the variable, or use `file`.");
        return None;
    };
    Some(Keys {
        provider,
        epoch_dir: epoch_dir?,
    })
}
