//! The people of a workspace.

mod model;

pub use model::{Me, Member};
