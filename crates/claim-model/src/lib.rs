//! A model of the claim protocol of one-time links, checked over every state it can reach.
//! Nothing ships from here: the crate exists for its tests.
//!
//! [`row`] holds the statements that the server runs, as pure functions; [`row::claim`] mirrors the
//! SQL of the link protocol clause by clause. [`model`] puts them among three browsers, a network
//! that drops what it likes, a server that dies between commit and answer, an owner who revokes, a
//! sweeper, and a clock that is set back. [`properties`] says what must hold in every state, and
//! what must happen in some, so that a model in which nothing happens fails too.
//!
//! [`Variant`] breaks the protocol on purpose, in ways that are easy to get wrong: the tests want a
//! counterexample for each.
//!
//! What the model leaves out: an item's payload (a ciphertext is there or not), several links, and
//! time inside of a tick, which stands for the sweeper's minute.

#![forbid(unsafe_code)]

pub mod model;
pub mod properties;
pub mod row;
mod variant;

pub use variant::Variant;
