//! What tests are written with: an app of one's own, callers that say who they are, a mailbox.

mod answer;
mod app;
mod caller;
mod database;
mod factory;
mod mailbox;
pub mod process;
pub mod sharing;

pub use answer::Answer;
pub use app::{ORIGIN, START, TestApp};
pub use caller::{Anon, Browser, MemberCaller, Recipient};
pub use factory::{Team, person};
pub use mailbox::Mail;
