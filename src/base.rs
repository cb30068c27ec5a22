//! Words that every part of the product may use. Imports nothing of ours.

pub mod certificate;
pub mod client;
pub mod clock;
pub mod email_address;
pub mod id;
pub mod language;
pub mod public_url;
pub mod random;
pub mod reach;
pub mod secret;
pub mod text;
pub mod turn;
