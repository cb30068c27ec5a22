//! A clean way out: whoever is suspended or removed is out at once, everywhere, and what they leave
//! behind is settled in the same transaction: sessions, links asked for and made, items that nobody
//! else owns.

mod error;
mod service;

pub use error::LeaveError;
pub use service::{Gone, Leaving, Offboarding, let_go, sign_out};
