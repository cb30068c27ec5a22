//! The session of the browser that asks.
