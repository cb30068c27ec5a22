//! The load generator: raw HTTP/1.1 on keep-alive connections, from one thread.
//!
//! It shares the machine with what it measures, so it spends as little as it can: requests are
//! copied from templates, answers are read only as far as needed, and nothing is allocated per
//! request. References are measured by the same generator, so its cost is in both.

mod connection;
mod drive;
mod outcome;
mod response;
mod template;

pub use connection::{Answer, Connection};
pub use drive::{Pace, Plan, Source, drive};
pub use outcome::{Class, Outcome, as_f64, histogram, json, quantile_ms};
pub use template::{Part, Template};
