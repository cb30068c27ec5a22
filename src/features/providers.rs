//! Signing in through OpenID Connect providers, found by discovery.
//!
//! Whom a provider means is its issuer and subject, never a mail address: an address only lets
//! somebody in who was invited, or whose domain the provider may vouch for. Whoever is an active
//! member connects their account themselves, from a session.

mod arrivals;
mod claims;
mod discovery;
mod error;
mod fetch;
mod flow_store;
mod group_teams;
mod logout;
mod model;
mod rules;
mod service;
mod store;
mod tokens;
mod visits;

pub use discovery::Fault;
pub use error::{Invalid, ProviderError, Refusal};
pub use flow_store::forget_old;
pub use model::{NewProvider, Provider, Tested, VISIT_LIFE, WaysIn};
pub use rules::TextFault;
pub use service::{MOST, Providers};
pub use visits::{Purpose, Returned, Returning, Visit, WayBack};
