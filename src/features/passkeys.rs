//! Passkeys: registered by members, used to sign in without typing a name, to prove identity again,
//! and to confirm a public link.
//!
//! A ceremony is a question that a browser's authenticator answers with a signature. What was asked is
//! kept sealed in the database, bound to what the answer is for and to the browser or session that
//! asked; one answer counts, within five minutes. Nothing about the member or the passkey changes
//! before the signature was verified.

mod ceremonies;
mod error;
mod model;
mod service;
mod site;
mod store;

pub use ceremonies::{CEREMONY_LIFE, Proof, spend};
pub use error::PasskeyError;
pub use model::{Answer, Begun, Bond, MAX_PASSKEYS, Passkey};
pub use service::Passkeys;
pub use store::{forget_all_of, forget_old};
