//! What a workspace decides for itself: its name and looks, how long its sessions live, and which mail
//! domains may join.
//!
//! A change takes a proof of identity of the last ten minutes, and says in the log what was changed.
//! Members and sign-ins read what counts for them, where it counts.

mod error;
mod model;
mod picture;
mod rules;
mod service;
mod store;

pub use error::{Invalid, SettingsError};
pub use model::{Change, Settings};
pub use picture::{MAX_PICTURE, PictureFault};
pub use rules::MOST_DOMAINS;
pub use service::WorkspaceSettings;
