//! Handlers, one file per resource. Each tells its story in a few lines: extract, authorise,
//! call one service, answer.

pub mod access;
pub mod activity;
pub mod attachments;
pub mod confirm;
pub mod elsewhere;
pub mod guest;
pub mod health;
pub mod items;
pub mod leaving;
pub mod link_confirmation;
pub mod links;
pub mod mail;
pub mod members;
pub mod mfa;
pub mod passkeys;
pub mod preferences;
pub mod providers;
pub mod provisioning;
pub mod scim;
pub mod session;
pub mod share_intents;
pub mod sign_in;
pub mod teams;
pub mod workspace;
