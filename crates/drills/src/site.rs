//! The site as people reach it: its nodes, its mailbox, and what they see of it.

use std::{
    sync::atomic::{AtomicBool, AtomicU32, Ordering::Relaxed},
    time::Duration,
};

use anyhow::Result;
use reqwest::Client;

use crate::{people::Mailbox, seen::Seen};

/// How long a browser waits for an answer: longer than a server may think.
const PATIENCE: Duration = Duration::from_secs(40);

/// The address that all nodes stand behind.
pub const ORIGIN: &str = "http://localhost:1";

/// Nodes behind one public address.
pub struct Site {
    pub http: Client,
    /// The ports of the nodes.
    pub ports: Vec<u16>,
    pub mailbox: Mailbox,
    pub seen: Seen,
    closing: AtomicBool,
    addresses: AtomicU32,
}

impl Site {
    pub fn new(ports: Vec<u16>, mailbox: Mailbox) -> Result<Self> {
        Ok(Self {
            http: Client::builder().timeout(PATIENCE).build()?,
            ports,
            mailbox,
            seen: Seen::default(),
            closing: AtomicBool::new(false),
            addresses: AtomicU32::new(0),
        })
    }

    /// A network address that nobody had before: limits by address are not what a drill is about.
    pub fn new_address(&self) -> String {
        let [_, b, c, d] = self.addresses.fetch_add(1, Relaxed).to_be_bytes();
        format!("10.{b}.{c}.{d}")
    }

    /// Tells everybody to finish: what fails from now on is not tried again.
    pub fn set_closing(&self, closing: bool) {
        self.closing.store(closing, Relaxed);
    }

    /// Whether everybody was told to finish.
    pub fn is_closing(&self) -> bool {
        self.closing.load(Relaxed)
    }
}
