//! Guestpass: a self-hosted team vault that hands credentials to people outside the company.
//!
//! `main -> commands -> web -> app -> features -> db -> base`; `config` imports `base` and the
//! database's address. See `ARCHITECTURE.md`.

#![forbid(unsafe_code)]

pub mod app;
pub mod background;
pub mod base;
pub mod commands;
pub mod config;
pub mod db;
pub mod features;
pub mod web;
