//! A company's directory keeps members and teams up to date by SCIM 2.0 (RFC 7643, RFC 7644).
//!
//! A token decides which workspace it is for. What the directory says of somebody goes through the same
//! transactions as what an admin does by hand.

mod error;
mod groups;
mod protocol;
mod readdress;
mod resource;
mod store;
mod token_store;
mod tokens;
mod user;
mod users;

pub use error::{ScimError, TokenError};
pub use protocol::{
    Fault, Refused,
    listing::{Listing, MOST as MOST_LISTED, Wanted, list},
    schema::{ALL as SCHEMAS, GROUP, Schema, USER},
};
pub use resource::Resource;
pub use tokens::{Directory, MOST as MOST_TOKENS, Overview, Token};
pub use users::{Change, Provisioning};
