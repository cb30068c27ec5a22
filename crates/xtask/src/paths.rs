//! Where things are: the repository, its build output, programs of this machine.

use std::{
    env, fs, io,
    path::{Path, PathBuf},
    time::SystemTime,
};

/// The repository's root.
pub fn root() -> PathBuf {
    // This crate lives two folders below it.
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .nth(2)
        .map(Path::to_path_buf)
        .unwrap_or_default()
}

/// A binary of the development build.
pub fn built(name: &str) -> PathBuf {
    target().join("debug").join(name)
}

/// A binary of the optimised build.
pub fn released(name: &str) -> PathBuf {
    target().join("release").join(name)
}

fn target() -> PathBuf {
    env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from)
}

/// A program on the search path.
pub fn program(name: &str) -> Option<PathBuf> {
    env::split_paths(&env::var_os("PATH")?)
        .map(|folder| folder.join(name))
        .find(|path| path.is_file())
}

/// When `path` last changed; nothing where there is none.
pub fn changed(path: &Path) -> Option<SystemTime> {
    fs::metadata(path).and_then(|data| data.modified()).ok()
}

/// The latest change of a file or folder below `path`, itself included.
///
/// Folders count because removing a file changes nothing but its folder.
pub fn latest_change(path: &Path) -> io::Result<Option<SystemTime>> {
    let mut latest = changed(path);
    if path.is_dir() {
        for entry in fs::read_dir(path)? {
            latest = latest.max(latest_change(&entry?.path())?);
        }
    }
    Ok(latest)
}
