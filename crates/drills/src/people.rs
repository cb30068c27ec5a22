//! People: members who share items, and recipients who open links. They do what the pages do, and
//! like a page they try again when something fails that passes.

mod browser;
mod guest;
mod mailbox;
mod member;
mod sealing;

pub use browser::Browser;
pub use guest::{Guest, Outcome};
pub use mailbox::Mailbox;
pub use member::{Member, sign_everybody_in};
