//! Provisioning by SCIM 2.0. The directory of `support::scim` holds all that goes over the wire against
//! the standard's schemas.

mod conformance;
mod flows;
mod groups;
mod hostile;
mod leaving;
mod lists;
mod takeover;
mod tokens;
