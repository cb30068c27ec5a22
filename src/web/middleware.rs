//! What every request passes, from the outside in.

mod admission;
mod guard;
mod headers;
mod log;

pub use admission::{BODY, Gate, admit_guests};
pub use guard::{guard_unsafe_methods, require_host};
pub use headers::api_headers;
pub use log::log_requests;
