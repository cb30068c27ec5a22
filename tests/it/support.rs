//! What tests are written with: an app of one's own, callers that say who they are, a mailbox.

mod answer;
mod app;
mod authenticator;
mod caller;
mod database;
mod factory;
mod mailbox;
pub mod process;
pub mod provider;
pub mod scim;
pub mod sharing;
mod smtp;
mod stored;
pub mod tls;

pub use answer::Answer;
pub use app::{ORIGIN, TestApp};
pub use authenticator::{Authenticator, answer};
pub use caller::{Browser, MemberCaller};
pub use factory::{Team, guest, person};
pub use mailbox::Mail;
pub use smtp::{SmtpStub, transport_to};
