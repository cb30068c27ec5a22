//! The product. Each folder reads on its own. The order below is the rule: a feature imports only
//! those above it, and of them the services and models. (The empty lines keep the order.)

pub mod keys;

pub mod audit;

pub mod limits;

pub mod clock_marks;

pub mod signals;

pub mod withdrawal;

pub mod directory_tokens;

pub mod partitions;

pub mod jobs;

pub mod mail;

pub mod members;

pub mod sign_in;

pub mod settings;

pub mod permission;

pub mod teams;

pub mod providers;

pub mod passkeys;

pub mod access;

pub mod attachments;

pub mod items;

pub mod activity;

pub mod links;

pub mod offboarding;

pub mod scim;

pub mod history;
