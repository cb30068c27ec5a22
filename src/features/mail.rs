//! Mails: composed and sealed when their cause happens, committed with it, sent by a job.
//!
//! A mail may hold a one-time token. It is in the clear only while it is composed and while it is
//! handed over; the row keeps it sealed, and loses it when the mail was sent or given up.

mod compose;
mod error;
mod mailer;
mod message;
mod outbox;
mod speech;
mod store;
mod templates;
mod transport;

pub use compose::Sender;
pub use error::MailError;
pub use guestpass_api_types::links::MailState;
pub use mailer::Mailer;
pub use message::Message;
pub use outbox::{Outbox, Prepared, Recipient};
pub use store::{Failure, failures, forget_old, state};
pub use transport::{MemoryMail, MemoryMailbox, SmtpSecurity, SmtpSettings, Transport};
