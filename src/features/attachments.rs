//! Files attached to secrets: announced, streamed in, streamed out. The server never holds a
//! whole file, and nothing of one is stored in clear, not even its name.

mod error;
mod rules;
mod segments;
mod service;
mod store;
mod transfer;

pub use error::AttachmentError;
pub use rules::{Fault, MAX_FILES, MAX_SIZE};
pub use service::{Attachments, how_many, of_item, remove_stale};
pub use transfer::Download;
