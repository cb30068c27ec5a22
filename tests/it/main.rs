//! Everything that is tested through the API. The tree mirrors the URLs; every test owns its
//! database and its clock, and says who calls.

mod access;
mod activity;
mod architecture;
mod attachments;
mod chain;
mod commands;
mod guest;
mod history;
mod items;
mod leaving;
mod leftovers;
mod mail;
mod members;
mod mfa;
mod pages;
mod passkeys;
mod plans;
mod preferences;
mod processes;
mod protections;
mod providers;
mod scim;
mod session;
mod share_intents;
mod sign_in;
mod streams;
mod support;
mod teams;
mod tls;
mod transactions;
mod workspaces;
