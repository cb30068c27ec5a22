//! The only code that knows HTTP.

pub mod api;
pub mod assets;
pub mod cookies;
pub mod extract;
pub mod listen;
pub mod middleware;
pub mod openapi;
pub mod problem;
pub mod router;

pub use openapi::document;
pub use router::router;
