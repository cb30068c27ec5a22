//! Accounts and secrets: added, found, changed version by version, used, deleted.
//!
//! Every version has a data key of its own and two sealed parts: the *summary* that lists and
//! search need, and the *secret*. Both are bound to workspace, item, version and part.

mod error;
mod list;
mod model;
mod otpauth;
mod payload;
mod rules;
mod seal;
mod service;
mod store;
mod usage;

pub use error::ItemError;
pub use list::{Filter, ItemQuery, Sort};
pub use model::{ItemHead, Summary};
pub use otpauth::MfaFault;
pub use rules::{Fault, Invalid, check_mfa};
pub use seal::{Place, SealedSummary, open_summary};
pub use service::Items;
