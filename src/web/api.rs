//! Handlers, one file per resource. Each tells its story in a few lines: extract, authorise,
//! call one service, answer.

pub mod health;
pub mod members;
pub mod session;
pub mod sign_in;
